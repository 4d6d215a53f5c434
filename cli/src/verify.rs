//! `consentinel verify`: says of a ledger whether every byte of it is as it was written. All the
//! checking is the core's; here it is asked and its answer told, to people or to programs.

use std::fmt::Write as _;
use std::path::Path;

use consentinel::{
    ledger::{self, Ledger},
    problem::{Code, Problem},
    record::Record,
    source,
};
use serde_json::{Value, json};

use crate::files::{self, Error};
use crate::report::{Report, Verdict, json_line, one_line, problem_lines, problem_list};
use crate::time::iso;

/// Far more than a browser's local storage holds (some 5 MB), and still easily kept in memory.
const MAX_LEDGER_BYTES: u64 = 100_000_000;

/// A ledger that holds, and its records read out of their lines.
pub struct Verified {
    /// The ledger.
    pub ledger: Ledger,
    /// One record for each of its lines.
    pub records: Vec<Record>,
}

/// Reads and verifies a ledger.
pub fn read_ledger(path: &Path) -> Result<(Option<Verified>, Vec<Problem>), Error> {
    let bytes = files::read(path, MAX_LEDGER_BYTES)?;
    if bytes.len() as u64 > MAX_LEDGER_BYTES {
        return Err(Error::too_long(path, MAX_LEDGER_BYTES, "is it a ledger of one browser?"));
    }
    Ok(match std::str::from_utf8(&bytes) {
        Ok(text) => verify(text),
        // A ledger is written as UTF-8, so these bytes were changed: a verdict, not a failure to read.
        Err(error) => {
            let sound = bytes.iter().take(error.valid_up_to());
            let line = 1 + sound.filter(|byte| **byte == b'\n').count();
            let place = format!("line {line}");
            let found = "bytes that are not UTF-8";
            (None, vec![Problem::new(Code::RecordNotCanonical, &place, found)])
        }
    })
}

fn verify(text: &str) -> (Option<Verified>, Vec<Problem>) {
    let (verified, problems) = ledger::verify_records(text, &source::parse);
    (verified.map(|(ledger, records)| Verified { ledger, records }), problems)
}

/// The report for people.
pub fn in_words(path: &Path) -> Result<Report, Error> {
    let (verified, problems) = read_ledger(path)?;
    let name = files::name(path);
    let mut out = match &verified {
        Some(verified) => format!("verified: {name}\n{}", summary_lines(verified)),
        None => format!("NOT verified: {name}\n"),
    };
    out.push_str(&problem_lines(&problems));
    Ok(report(out.into_bytes(), verified.is_some()))
}

/// The report for programs. What only a verified ledger has is `null` without one.
pub fn as_json(path: &Path) -> Result<Report, Error> {
    let (verified, problems) = read_ledger(path)?;
    let records = verified.as_ref().map(|verified| &verified.records);
    let first = records.and_then(|records| records.first());
    let last = records.and_then(|records| records.last());
    let ledger = verified.as_ref().map(|verified| &verified.ledger);
    let object = json!({
        "file": path.to_string_lossy(),
        "verified": verified.is_some(),
        "records": records.map(Vec::len),
        "summarised": ledger.map(|ledger| ledger.summarised),
        "first": first.map(|record| iso(record.at_ms)),
        "firstAtMs": first.map(|record| record.at_ms),
        "last": last.map(|record| iso(record.at_ms)),
        "lastAtMs": last.map(|record| record.at_ms),
        "subject": last.map(|record| &record.subject),
        "head": ledger.map(Ledger::head),
        "problems": with_lines(problem_list(&problems)),
    });
    Ok(report(json_line(&object), verified.is_some()))
}

fn report(out: Vec<u8>, is_verified: bool) -> Report {
    Report { out, words: String::new(), verdict: Verdict::of(is_verified) }
}

fn summary_lines(Verified { ledger, records }: &Verified) -> String {
    let at = |record: Option<&Record>| record.map(|record| iso(record.at_ms));
    let subject = records.last().map(|record| record.subject.clone());
    let mut lines = String::new();
    for (label, text) in [
        ("records", Some(records.len().to_string())),
        ("summarised", Some(ledger.summarised.to_string())),
        ("first", at(records.first())),
        ("last", at(records.last())),
        ("subject", subject),
        ("head", Some(ledger.head()).filter(|head| !head.is_empty())),
    ] {
        let text = one_line(text.as_deref().unwrap_or("none"));
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "  {label:<12}{text}");
    }
    lines
}

/// Adds the number of the line to each problem, so that a program need not take words apart.
fn with_lines(mut problems: Value) -> Value {
    for problem in problems.as_array_mut().into_iter().flatten() {
        let path = problem.get("path").and_then(Value::as_str);
        let number = path.and_then(|path| path.strip_prefix("line "));
        let line: Option<u64> = number.and_then(|number| number.parse().ok());
        if let Some(object) = problem.as_object_mut() {
            object.insert(String::from("line"), json!(line));
        }
    }
    problems
}
