//! How a draft writes an item that was found: its name, in which what is random is a star, and how long it stays.
//!
//! Left out: which items a draft has (proposal.rs).

use consentinel::is_control;

/// A name whose random part is a star: sixteen or more letters and digits that are hexadecimal, or eight digits, in a row.
pub fn pattern_of(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while !rest.is_empty() {
        let end = rest
            .find(|letter: char| !letter.is_ascii_hexdigit() && letter != '-')
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let letters = run.bytes().filter(u8::is_ascii_hexdigit).count();
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let is_random = digits >= 4 && (letters >= 16 || (letters >= 8 && digits == letters));
        // A star alone would declare everything.
        if is_random && run.len() < name.len() {
            out.push('*');
        } else {
            out.push_str(run);
        }
        let mut letters = after.chars();
        // A star in a name is one of the pattern, and what no policy may hold becomes one.
        if let Some(letter) = letters.next() {
            out.push(if is_control(letter) { '*' } else { letter });
        }
        rest = letters.as_str();
    }
    out.chars().take(128).collect()
}

/// The duration of an item of this kind as a policy writes it; `life_s` as `Thing::life_s` has it.
pub fn duration(kind: &str, life_s: Option<i64>) -> String {
    const UNITS: [(i64, &str); 4] =
        [(2_629_800, "months"), (86_400, "days"), (3_600, "hours"), (60, "minutes")];
    match (kind, life_s) {
        ("session-storage" | "cookie", None) => String::from("session"),
        (_, None) => String::from("persistent"),
        (_, Some(seconds)) => {
            let unit = UNITS
                .into_iter()
                .find(|(span, _)| seconds + span / 50 >= *span)
                .unwrap_or((60, "minutes"));
            // The moment between its being set and its being seen is not the owner's.
            format!("{} {}", ((seconds + unit.0 / 2) / unit.0).clamp(1, 9999), unit.1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_parts_are_stars_and_spans_are_counted() {
        for (name, pattern) in [
            ("session", "session"),
            ("s_0123456789abcdef_x", "s_*_x"),
            ("t-20261127101010", "t*"),
            ("0123456789abcdef", "0123456789abcdef"),
            ("dead_beef", "dead_beef"),
        ] {
            assert_eq!(pattern_of(name), pattern);
        }
        for (life, span) in
            [(None, "session"), (Some(60), "1 minutes"), (Some(33_696_000), "13 months")]
        {
            assert_eq!(duration("cookie", life), span);
        }
    }
}
