//! What is asked before an auditor's file is read, what kind it is, and the verdict over those kinds that
//! are judged as a whole: a ledger, and a proof of one record. An export is judged line by line.

use consentinel::{
    checkpoint::{Checkpoint, Proof},
    export::{Known, Line, Looked, look, signature},
    hash::digest,
    ledger::{self, Ledger, Verified},
    note::PublicKey,
    problem::{Code, Problem},
    record::{Record, examine},
    source,
};

use crate::problems::Problems;

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

/// A ledger that holds, and everything that is wrong with it.
pub type Read = (Option<Verified>, Vec<Problem>);

/// Verifies a ledger.
pub fn ledger_of(bytes: &[u8]) -> Read {
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

/// What can be said of a line alone.
pub fn look_at(line: &[u8]) -> Looked {
    match std::str::from_utf8(line) {
        Ok(text) => look(text, &source::parse),
        Err(_) => Looked {
            line: Err((Code::RecordNotCanonical, String::from("bytes that are not UTF-8"))),
            hash: digest(line),
            problems: Vec::new(),
        },
    }
}

/// Judges a ledger, and its records by the documents that are known, where there are any. It comes back where its form
/// and its chain hold; whether all of it does, the problems say.
pub fn judge_ledger(
    bytes: &[u8],
    known: &Known,
    problems: &mut Problems,
) -> Option<(Ledger, Vec<Record>)> {
    let (verified, found) = ledger_of(bytes);
    problems.extend(found);
    let verified = verified?;
    if known.is_any() {
        // The header is the first line.
        for (record, number) in verified.records.iter().zip(2..) {
            known.judge(record, &mut |code, found| problems.add(code, number, found));
        }
    }
    Some((verified.ledger, verified.records))
}

/// What a proof shows: a record, and the checkpoint that it is under, where there are such.
pub struct Shown {
    /// What is wrong.
    pub problems: Problems,
    /// The record.
    pub record: Option<Box<Record>>,
    /// The checkpoint, without its signatures, in one line.
    pub checkpoint: Option<String>,
}

/// Judges the proof of one record.
pub fn proof_of(bytes: &[u8], keys: &[PublicKey]) -> Shown {
    let mut problems = Problems::default();
    let text = std::str::from_utf8(bytes).ok();
    let proof = text.and_then(Proof::read);
    let mut record = None;
    let mut checkpoint = None;
    if let Some(proof) = &proof {
        let line = std::str::from_utf8(&proof.record).ok();
        match line.map(|line| Line::read(line, &source::parse)) {
            Some(Ok(Line::Record(read))) => record = Some(read),
            Some(Err((code, found))) => problems.add(code, 2, &found),
            _ => {}
        }
        if let Some((said, note)) = Checkpoint::read_note(&proof.checkpoint) {
            if let Some((code, found)) = signature(note.as_ref(), keys) {
                problems.add(code, 1, &found);
            }
            checkpoint = Some(said.text().trim_end().replace('\n', " "));
        }
    }
    if let Some(record) = &record {
        examine(record, &mut |code, found| problems.add(code, 2, found));
    }
    if record.is_none() || !proof.as_ref().is_some_and(Proof::holds) {
        problems.add(Code::ProofWrong, 1, "");
    }
    Shown { problems, record, checkpoint }
}
