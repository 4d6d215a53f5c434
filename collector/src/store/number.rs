//! Numbers that stand for what a store is asked for, to find it by: eight bytes of a SHA-256. A number says where to look
//! and no more: two things may have the same one, so whoever finds something by a number looks at it before saying that it
//! is there. Nobody reads what it stands for out of it; whoever knows that can compute it.

use consentinel::hash::{Hash, digest_of};

use super::Log;

/// What is asked for.
#[derive(Clone, Copy)]
pub enum Of<'a> {
    /// The record with this `id`.
    Id(&'a str),
    /// The records of the browser with this pseudonym.
    Browser(&'a str),
    /// The record with this hash.
    Record(&'a Hash),
    /// What is left of the record with this hash, once it was erased.
    Erased(&'a Hash),
}

/// The number that stands for something in a log.
pub fn number(log: Log, of: Of) -> i64 {
    let (kind, bytes): (&[u8], &[u8]) = match of {
        Of::Id(id) => (b"id", id.as_bytes()),
        Of::Browser(subject) => (b"browser", subject.as_bytes()),
        Of::Record(hash) => (b"record", hash),
        Of::Erased(hash) => (b"erased", hash),
    };
    let hash = digest_of(&[kind, &log.0.to_be_bytes(), bytes]);
    hash.first_chunk().copied().map(i64::from_be_bytes).unwrap_or_default()
}
