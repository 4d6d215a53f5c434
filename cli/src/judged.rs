//! Reads and judges what an auditor has in hand, a ledger or an export, and hands on each record in
//! its order. All the judging is the core's; here the kinds are told apart, and the lines come from
//! a stream.

use std::path::Path;

use consentinel::{
    export::{Known, Line, Summary, Verifier},
    hash::{Hash, digest},
    ledger::{self, Ledger},
    note::PublicKey,
    problem::{Code, Problem},
    record::Record,
    source,
};

use crate::error::Error;
use crate::files::Input;
use crate::problems::Problems;
use crate::stream;

/// Far more than a browser's local storage holds (some 5 MB), and still easily kept in memory.
pub const MAX_LEDGER_BYTES: u64 = 100_000_000;

/// What was judged.
pub struct Judged {
    /// What kind of file it is, and what stands in it. Only where there is no error.
    pub content: Option<Content>,
    /// What is wrong.
    pub problems: Problems,
}

/// What stands in a file.
pub enum Content {
    /// One browser's ledger, and its records.
    Ledger(Ledger, Vec<Record>),
    /// An export.
    Export(Box<Summary>),
}

/// What kind of file begins so.
pub enum Kind {
    /// An export.
    Export,
    /// A proof of one record.
    Proof,
    /// Anything else is read as a ledger, and refused as one.
    Ledger,
}

/// Tells kinds of files apart by their first bytes.
pub fn kind(start: &[u8]) -> Kind {
    let first = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let has = |part: &[u8]| first.windows(part.len()).any(|window| window == part);
    if has(b"\"format\":\"consentinel-export\"") {
        Kind::Export
    } else if first.starts_with(b"c2sp.org/tlog-proof@") {
        Kind::Proof
    } else {
        Kind::Ledger
    }
}

/// Takes a line, its bytes and their hash.
pub type Take<'a> = &'a mut dyn FnMut(&Line, &[u8], &Hash) -> Result<(), Error>;

/// Judges a file. Every line that is one is handed on, before all is judged.
pub fn judge(
    path: &Path,
    input: Input,
    keys: &[PublicKey],
    known: Known,
    take: Take,
) -> Result<Judged, Error> {
    match kind(&input.start) {
        Kind::Export => export(path, input, keys, known, take),
        Kind::Proof | Kind::Ledger => ledger(path, input, &known, take),
    }
}

fn export(
    path: &Path,
    input: Input,
    keys: &[PublicKey],
    known: Known,
    take: Take,
) -> Result<Judged, Error> {
    let mut problems = Problems::default();
    let mut verifier = Verifier::new(keys.to_vec(), known);
    let is_ended = stream::lines(path, input, &mut |bytes, looked| {
        let report = &mut |code, line, found: &str| problems.add(code, line, found);
        let goes_on = verifier.take(&looked, report);
        if let Ok(line) = &looked.line {
            take(line, bytes, &looked.hash)?;
        }
        Ok(goes_on)
    })?;
    if !is_ended {
        problems.add(Code::LedgerLine, verifier.line(), "");
    }
    let summary = verifier.finish(&mut |code, line, found| problems.add(code, line, found));
    let content = problems.is_sound().then(|| Content::Export(Box::new(summary)));
    Ok(Judged { content, problems })
}

fn ledger(path: &Path, input: Input, known: &Known, take: Take) -> Result<Judged, Error> {
    let (verified, found) = read_ledger(path, input)?;
    let mut problems = Problems::default();
    problems.extend(found);
    let mut content = None;
    if let Some((ledger, records)) = verified {
        for ((record, line), number) in records.iter().zip(&ledger.lines).zip(2..) {
            if known.is_any() {
                known.judge(record, &mut |code, found| problems.add(code, number, found));
            }
            let bytes = line.as_bytes();
            take(&Line::Record(Box::new(record.clone())), bytes, &digest(bytes))?;
        }
        content = Some(Content::Ledger(ledger, records));
    }
    Ok(Judged { content: content.filter(|_| problems.is_sound()), problems })
}

/// A ledger, its records, and everything that is wrong with it.
pub type Read = (Option<(Ledger, Vec<Record>)>, Vec<Problem>);

/// Reads and verifies a ledger.
fn read_ledger(path: &Path, input: Input) -> Result<Read, Error> {
    let bytes = input.into_bytes(path, MAX_LEDGER_BYTES)?;
    if bytes.len() as u64 > MAX_LEDGER_BYTES {
        return Err(Error::too_long(path, MAX_LEDGER_BYTES, "is it a ledger of one browser?"));
    }
    Ok(verified(&bytes))
}

/// Verifies a ledger.
pub fn verified(bytes: &[u8]) -> Read {
    match std::str::from_utf8(bytes) {
        Ok(text) => ledger::verify_records(text, &source::parse),
        // A ledger is written as UTF-8, so these bytes were changed: a verdict, not a failure to read.
        Err(error) => {
            let sound = bytes.iter().take(error.valid_up_to());
            let line = 1 + sound.filter(|byte| **byte == b'\n').count();
            let place = format!("line {line}");
            let found = "bytes that are not UTF-8";
            (None, vec![Problem::new(Code::RecordNotCanonical, &place, found)])
        }
    }
}
