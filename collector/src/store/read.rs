//! What every store answers to whoever reads it: all of it of one moment, however often it is asked and whatever a
//! collector keeps meanwhile. `lines` makes an export of the answers.

use std::collections::BTreeSet;

use consentinel::hash::Hash;

use super::{Log, StoreError, place::NAME_OF_SITE};

/// The place before the first record.
pub const START: i64 = -1;

/// A month of a log: its name, what the one before it said, and its checkpoint.
pub type Month = (String, String, String);

/// Records of a month, in their order.
#[derive(Default)]
pub struct Page {
    /// Their hashes and their lines, of those that were not erased.
    pub records: Vec<(Hash, Option<String>)>,
    /// The place behind which the next page begins, of the next month where this one has no more.
    pub next: i64,
    /// Whether the month has no more.
    pub is_last: bool,
}

/// When a record came, and what was odd about it then.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The hash of its line.
    pub hash: Hash,
    /// When, in milliseconds since 1970, by the clock of the collector.
    pub at_ms: i64,
    /// [`super::CLOCK`] and the like.
    pub flags: i64,
}

/// A record of one browser.
pub struct Theirs {
    /// The month of receipt.
    pub month: String,
    /// Its line.
    pub line: String,
    /// When it came.
    pub receipt: Receipt,
    /// The numbers of the documents that it names.
    pub documents: [Option<i64>; 2],
}

/// Which documents of a log are asked for.
#[derive(Clone, Copy)]
pub enum Named<'a> {
    /// Those that records name, in the months from the first to the last of these.
    Months(&'a str, &'a str),
    /// Those of these numbers.
    Numbers(&'a BTreeSet<i64>),
}

/// A store at one moment.
pub trait Reads: Send {
    /// Its logs and the origins of their exports, in their order.
    fn logs(&mut self) -> Result<Vec<(Log, String)>, StoreError>;
    /// The months of a log.
    fn months(&mut self, log: Log) -> Result<Vec<Month>, StoreError>;
    /// Documents of a log by kind (0 a policy, 1 a notice) and hash.
    fn documents(&mut self, log: Log, named: Named) -> Result<Vec<(i64, String)>, StoreError>;
    /// At most so many records of a month behind a place.
    fn records(&mut self, log: Log, month: &str, place: i64, most: i64)
    -> Result<Page, StoreError>;
    /// The records of one browser, in the order in which they came. As with all here, what is left of a month that was
    /// dropped, while its rows go, is not there any more.
    fn of_browser(&mut self, log: Log, subject: &str) -> Result<Vec<Theirs>, StoreError>;
    /// The pseudonym of the browser whose record has this hash; nothing where there is none, or it was erased.
    fn subject_of(&mut self, log: Log, hash: &Hash) -> Result<Option<String>, StoreError>;
    /// The lines of all accesses (`crate::access`), in their order.
    fn accesses(&mut self) -> Result<Vec<String>, StoreError>;
}

/// Another thread ended while it asked.
pub fn interrupted() -> StoreError {
    StoreError(String::from("another reader of it was interrupted"))
}

/// The log that is asked for, which need not be named where there is one alone.
pub fn named(logs: Vec<(Log, String)>, origin: Option<&str>) -> Result<(Log, String), StoreError> {
    let names = logs.iter().map(|(_, origin)| format!("`{origin}`")).collect::<Vec<_>>().join(", ");
    let found = match (origin, &*logs) {
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
        (Some(origin), logs) => logs.iter().find(|(_, other)| other == origin).cloned(),
    };
    found.ok_or_else(|| {
        StoreError(format!("name one of its sites behind it, after `{NAME_OF_SITE}`: {names}"))
    })
}
