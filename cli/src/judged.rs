//! Reads and judges what an auditor has in hand, a ledger or an export, and hands on each record in
//! its order. All the judging is the core's; here the lines come from a stream.

use std::path::Path;

use consentinel::{
    export::{Known, Line, Summary, Verifier},
    hash::{Hash, digest},
    ledger::Ledger,
    note::PublicKey,
    problem::Code,
    record::Record,
};
use consentinel_audit::judged::{Kind, judge_ledger, kind};
use consentinel_audit::problems::Problems;

use consentinel_collector::store::is_store;

use crate::error::Error;
use crate::files::Input;
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
    // The lines of a store are those of the export that it is read as.
    let of_what = if is_store(path) { " of the store as an export" } else { "" };
    let place = |line: u32| format!("line {line}{of_what}");
    let is_ended = stream::lines(path, input, &mut |bytes, looked| {
        let report = &mut |code, line: u32, found: &str| {
            problems.add_at(code, line, found, &|| place(line));
        };
        let goes_on = verifier.take(&looked, report);
        if let Ok(line) = &looked.line {
            take(line, bytes, &looked.hash)?;
        }
        Ok(goes_on)
    })?;
    if !is_ended {
        let line = verifier.line();
        problems.add_at(Code::LedgerLine, line, "", &|| place(line));
    }
    let summary = verifier.finish(&mut |code, line, found| {
        problems.add_at(code, line, found, &|| place(line));
    });
    let content = problems.is_sound().then(|| Content::Export(Box::new(summary)));
    Ok(Judged { content, problems })
}

fn ledger(path: &Path, input: Input, known: &Known, take: Take) -> Result<Judged, Error> {
    let bytes = input.into_bytes(path, MAX_LEDGER_BYTES)?;
    if bytes.len() as u64 > MAX_LEDGER_BYTES {
        return Err(Error::too_long(path, MAX_LEDGER_BYTES, "is it a ledger of one browser?"));
    }
    let mut problems = Problems::default();
    let mut content = None;
    if let Some((ledger, records)) = judge_ledger(&bytes, known, &mut problems) {
        for (record, line) in records.iter().zip(&ledger.lines) {
            let bytes = line.as_bytes();
            take(&Line::Record(Box::new(record.clone())), bytes, &digest(bytes))?;
        }
        content = Some(Content::Ledger(ledger, records));
    }
    Ok(Judged { content: content.filter(|_| problems.is_sound()), problems })
}
