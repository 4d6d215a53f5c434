//! A piece of what somebody handed in, which can be judged apart from all others, so on every processor: the
//! ledger of one browser, or a line that stands alone. Taking it in is `gather`'s work.

use std::path::Path;
use std::sync::Arc;

use consentinel::{
    export::{Line, Looked},
    ledger::Verified,
    problem::Problem,
    source,
};

use crate::stream;
use consentinel_audit::judged::ledger_of;

/// How many lines follow, where this is the header of a ledger.
pub fn lines_of(line: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(line).ok()?;
    if let Some(count) = canonical(text.trim_end()) {
        return Some(count);
    }
    if !text.contains("\"format\":\"consentinel-ledger\"") {
        return None;
    }
    let count = source::parse(text.trim_end())?.field("count")?.as_integer()?;
    u64::try_from(count).ok()
}

/// The same of a header as browsers write it, without a document of it, which takes ten times as long.
fn canonical(header: &str) -> Option<u64> {
    let (count, rest) = number(header.strip_prefix("{\"count\":")?)?;
    let rest = rest.strip_prefix(",\"format\":\"consentinel-ledger\",\"head\":\"")?;
    let (_, rest) = number(digits(rest).strip_prefix("\",\"summarised\":")?)?;
    let rest = digits(rest.strip_prefix(",\"summary\":\"")?);
    (rest == "\",\"version\":1}").then_some(count)
}

/// What stands behind the digits of a hash.
fn digits(text: &str) -> &str {
    text.trim_start_matches(|digit: char| digit.is_ascii_hexdigit())
}

/// A number as JSON has it, if it is not too long, and what stands behind it.
fn number(text: &str) -> Option<(u64, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit())?;
    let (digits, rest) = text.split_at_checked(end)?;
    let is_right = digits == "0" || digits.len() < 16 && !digits.starts_with('0');
    Some((digits.parse().ok().filter(|_| is_right)?, rest))
}

/// A ledger, or a line that stands alone.
pub struct Piece {
    pub path: Arc<Path>,
    /// Its first line.
    pub first: u32,
    pub is_ledger: bool,
    pub bytes: Vec<u8>,
}

/// What can be said of a piece alone.
pub enum Judged {
    /// Its lines, where it holds, and everything that is wrong with it.
    Ledger(Option<Vec<(String, Looked)>>, Vec<Problem>),
    Line(Looked),
}

impl Piece {
    /// The bytes of a line that stands alone.
    pub fn line(&self) -> &[u8] {
        self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes)
    }

    /// Judges it.
    pub fn judged(&self) -> Judged {
        if !self.is_ledger {
            return Judged::Line(stream::at(self.line()));
        }
        let (verified, problems) = ledger_of(&self.bytes);
        let lines = verified.map(|Verified { ledger, records, hashes }| {
            let read = records.into_iter().zip(hashes);
            let lines = ledger.lines.into_iter().zip(read).map(|(line, (record, hash))| {
                // Each was examined with the ledger.
                let record = Ok(Line::Record(Box::new(record)));
                (line, Looked { line: record, hash, problems: Vec::new() })
            });
            lines.collect()
        });
        Judged::Ledger(lines, problems)
    }
}

#[cfg(test)]
mod tests {
    use super::{canonical, lines_of};

    #[test]
    fn a_header_is_read_alike_with_a_document_and_without() {
        let header = r#"{"count":2,"format":"consentinel-ledger","head":"ab","summarised":0,"summary":"","version":1}"#;
        for (from, to, is_quick, want) in [
            ("", "", true, Some(2)),
            (":2,", ":0,", true, Some(0)),
            // JSON, but not as browsers write it.
            (":2,", ": 2,", false, Some(2)),
            ("\"ab\"", "\"a\\u0062\"", false, Some(2)),
            // None at all.
            (":2,", ":02,", false, None),
            (":2,", ":,", false, None),
            (":2,", ":-1,", false, None),
            (":2,", ":99999999999999999999,", false, None),
            ("ab\"", "ab", false, None),
            ("1}", "1}}", false, None),
        ] {
            let text = header.replacen(from, to, 1);
            assert_eq!(canonical(&text).is_some(), is_quick, "{text}");
            assert_eq!(lines_of(format!("{text}\n").as_bytes()), want, "{text}");
        }
    }
}
