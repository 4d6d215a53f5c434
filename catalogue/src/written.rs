//! How a draft writes what it has: the name of an item, in which what is random is a star, and how long it stays; the
//! categories with their texts; and the JSON, a line for each thing, as people edit it.
//!
//! Left out: what a draft has (proposal.rs).

use std::collections::BTreeSet;

use consentinel::is_control;
use serde_json::{Value, json};

use crate::{entry::purposes, expand::LANGUAGES};

/// The category of what visitors are not asked about.
pub const NECESSARY: &str = "strictly-necessary";
/// The category of what nobody knows.
pub const UNDECIDED: &str = "undecided";

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

/// The categories of a draft: the necessary one, those that are `filled`, and last what nobody decided; in these languages.
pub fn categories_of(filled: &BTreeSet<String>, languages: &[String]) -> Vec<String> {
    let texts = purposes();
    let languages = languages.iter().filter(|language| LANGUAGES.contains(&language.as_str()));
    let languages: Vec<&String> = languages.collect();
    let category = |id: &str| {
        let texts = texts.get("categories").and_then(|categories| categories.get(id));
        let of = |field: &str| {
            let chosen = languages.iter().filter_map(|language| {
                Some(((*language).clone(), texts?.get(field)?.get(language)?.clone()))
            });
            Value::Object(chosen.collect())
        };
        let mut category =
            json!({ "id": id, "title": of("title"), "description": of("description") });
        if let (NECESSARY, Value::Object(fields)) = (id, &mut category) {
            fields.insert(String::from("necessary"), json!(true));
        }
        category.to_string()
    };
    let others =
        filled.iter().map(String::as_str).filter(|id| ![NECESSARY, UNDECIDED].contains(id));
    let mut out: Vec<String> = [NECESSARY].into_iter().chain(others).map(category).collect();
    if filled.contains(UNDECIDED) {
        let texts = |text: &str| {
            Value::Object(
                languages.iter().map(|language| ((*language).clone(), json!(text))).collect(),
            )
        };
        out.push(
            json!({
                "id": UNDECIDED,
                "title": texts("Not decided yet"),
                "summary": texts("Found on this site, and not described yet."),
                "description": texts("Found on this site, and not described yet. Move each service and item into the category it belongs to, and remove this one."),
            })
            .to_string(),
        );
    }
    out
}

/// A text that a purpose has room for, in one line.
pub fn shortened(text: &str) -> String {
    text.chars().filter(|letter| !is_control(*letter)).take(400).collect()
}

/// A field of the document, on a line.
pub fn field(name: &str, value: &Value) -> String {
    format!("  \"{name}\": {value}")
}

/// A list, each element on a line.
pub fn listed(elements: &[String]) -> String {
    if elements.is_empty() {
        return String::from("[]");
    }
    format!("[\n    {}\n  ]", elements.join(",\n    "))
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
