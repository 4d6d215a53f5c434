//! A piece of what somebody handed in, which can be judged apart from all others, so on every processor: the
//! ledger of one browser, or a line that stands alone. Taking it in is `gather`'s work.

use std::path::Path;
use std::sync::Arc;

use consentinel::{
    export::{Line, Looked},
    hash::digest,
    problem::Problem,
    source,
};

use crate::stream;
use consentinel_audit::judged::ledger_of;

/// How many lines follow, where this is the header of a ledger.
pub fn lines_of(line: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(line).ok()?;
    if !text.contains("\"format\":\"consentinel-ledger\"") {
        return None;
    }
    let count = source::parse(text.trim_end())?.field("count")?.as_integer()?;
    u64::try_from(count).ok()
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
        let lines = verified.map(|(ledger, records)| {
            let lines = ledger.lines.into_iter().zip(records).map(|(line, record)| {
                let hash = digest(line.as_bytes());
                // Each was examined with the ledger.
                let record = Ok(Line::Record(Box::new(record)));
                (line, Looked { line: record, hash, problems: Vec::new() })
            });
            lines.collect()
        });
        Judged::Ledger(lines, problems)
    }
}
