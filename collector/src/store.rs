//! What every store of a collector does: keeps records once, in the order in which they come, each in the month of its
//! receipt, under a checkpoint that is as new as the last record (docs/export.md, "The tree"). How a store does it is
//! the affair of the file of its name; the rules of it stand once, in `batch` and `open`, and what is read in `lines`.
//! Whether a record makes sense is asked before (`intake`).
//!
//! What only a store can say, because it needs the records that are there: whether this one is there already, whether
//! another has its `id`, and whether it can follow those of its browser. A record that would make the export of the
//! store fail is never kept, since anybody can send one.

mod any;
mod batch;
mod lines;
mod number;
mod open;
mod place;
mod postgres;
mod read;
mod sqlite;

pub use any::{accesses, erase, is_store, open, problem, prune, shown, would_prune};
pub use lines::Lines;
pub use place::{NAME_OF_SITE, is_address, parts};
pub use postgres::Postgres;
pub use read::Receipt;
pub use sqlite::Sqlite;

use std::fmt;

use consentinel::{hash::Hash, problem::Code, record::Record};

use crate::access::Access;

/// A log of a store: the records of one site.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Log(pub i64);

/// Whether a document is a policy or a notice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A policy.
    Policy,
    /// A notice.
    Notice,
}

/// A policy or a notice, as it is hashed.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What it is.
    pub kind: Kind,
    /// The hash of its canonical form.
    pub hash: Hash,
    /// That form.
    pub text: String,
}

/// A record that came.
pub struct Arrival {
    /// Whose it is.
    pub log: Log,
    /// The record.
    pub record: Box<Record>,
    /// Its line, byte for byte, without a line feed.
    pub line: String,
    /// The hash of that.
    pub hash: Hash,
    /// When it came, in milliseconds since 1970, by the clock of the collector.
    pub received_ms: i64,
    /// What is odd about it by itself: [`CLOCK`], or nothing.
    pub flags: i64,
}

/// The clock of the browser was far from ours.
pub const CLOCK: i64 = 1;
/// Another record of the browser has its place.
pub const FORK: i64 = 2;
/// The record that it names as the one before it was not there when it came.
pub const GAP: i64 = 4;

/// The names of flags.
pub const FLAGS: [(i64, &str); 3] = [(CLOCK, "clock"), (FORK, "fork"), (GAP, "gap")];

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kept {
    /// It is kept, and has these flags.
    New(i64),
    /// It was there already, or was erased, and nothing was stored.
    Known,
    /// It cannot be beside those that are there.
    Refused(Code),
}

/// What was dropped, or would be.
#[derive(Debug, Default, PartialEq)]
pub struct Pruned {
    /// The months, in order.
    pub months: Vec<String>,
    /// How many records were in them, without those that were erased.
    pub records: i64,
    /// When the latest choice among them was to end; nothing where there is none.
    pub ends_ms: Option<i64>,
}

/// Signs the text of a checkpoint of the log with this origin, where there is a key for it.
pub type Sign<'a> = &'a dyn Fn(&str, &str) -> String;

/// A store. A call that fails has stored nothing.
pub trait Store: Send {
    /// The log of this origin, which begins now where there is none. The checkpoint of its open month is signed anew, so
    /// that a key that was changed counts from now on.
    fn log(&mut self, origin: &str, now_ms: i64, sign: Sign) -> Result<Log, StoreError>;

    /// All documents of a log.
    fn documents(&mut self, log: Log) -> Result<Vec<Document>, StoreError>;

    /// Keeps a document; false where it was there.
    fn keep_document(&mut self, log: Log, document: &Document) -> Result<bool, StoreError>;

    /// Keeps records, all of them or none, and answers for each in their order. When it returns they are on the disk.
    fn keep(&mut self, arrivals: &[Arrival], sign: Sign) -> Result<Vec<Kept>, StoreError>;

    /// Puts an access on record, behind those that are there. When it returns the line is on the disk.
    fn keep_access(&mut self, access: &Access) -> Result<(), StoreError>;
}

/// Why a store did nothing, in words that hold nothing of a record.
#[derive(Debug)]
pub struct StoreError(pub String);

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for StoreError {}
