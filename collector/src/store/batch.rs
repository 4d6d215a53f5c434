//! Keeps records that came together, the same for every store: asks of each whether it can be beside those that are
//! there, puts it into its month, and has the tree and the checkpoint of each month written once. What a store is asked
//! for it, and what it is told, is [`Shelf`].

use std::collections::{BTreeMap, btree_map::Entry};

use consentinel::{
    export::{is_begun, is_next},
    hash::{Hash, from_hex},
    merkle::leaf,
    problem::Code,
    record::Record,
};

use super::{
    Arrival, FORK, GAP, Kept, Log, Sign, StoreError,
    open::{Open, month_at},
};

/// A store within one transaction, in which nobody else writes to the logs that it is asked about.
pub trait Shelf {
    /// The hash of the record with this `id`.
    fn of_id(&mut self, log: Log, id: &str) -> Result<Option<Hash>, StoreError>;
    /// Whether a record with this hash was erased: that is all that is left of it.
    fn is_erased(&mut self, log: Log, hash: &Hash) -> Result<bool, StoreError>;
    /// The place of the record with this hash in the chain of this browser; nothing where it has none.
    fn sequence(&mut self, log: Log, hash: &Hash, subject: &str)
    -> Result<Option<i64>, StoreError>;
    /// The places of those records of a browser that named this one as the one before, when it was not there.
    fn awaiting(&mut self, log: Log, hash: &Hash, subject: &str) -> Result<Vec<i64>, StoreError>;
    /// Whether a record of the browser has this place.
    fn is_taken(&mut self, log: Log, subject: &str, sequence: i64) -> Result<bool, StoreError>;
    /// The number of a document.
    fn document(&mut self, log: Log, hash: Hash) -> Result<Option<i64>, StoreError>;
    /// The origin of a log, and its last month.
    fn last(&mut self, log: Log) -> Result<(String, Open), StoreError>;
    /// Takes a record, for which nobody waits any more; with [`GAP`] among its flags it waits for the one before it.
    fn put(&mut self, row: Row) -> Result<(), StoreError>;
    /// Takes a month as it stands, with the checkpoint over it.
    fn save(&mut self, log: Log, open: &Open, checkpoint: &str) -> Result<(), StoreError>;
}

/// A record as it is kept.
pub struct Row<'a> {
    /// What came.
    pub arrival: &'a Arrival,
    /// In which month.
    pub month: &'a str,
    /// Its leaf in the tree of that month, counted from 0.
    pub leaf: i64,
    /// What is odd about it.
    pub flags: i64,
    /// The numbers of the documents that it names.
    pub policy: Option<i64>,
    /// That of the notice.
    pub notice: Option<i64>,
}

/// A log while records come into it.
struct Growing {
    origin: String,
    open: Open,
}

/// Records that are kept together.
pub struct Batch<'a, S: Shelf> {
    shelf: &'a mut S,
    logs: BTreeMap<Log, Growing>,
}

impl<'a, S: Shelf> Batch<'a, S> {
    /// Begins one.
    pub fn new(shelf: &'a mut S) -> Batch<'a, S> {
        Batch { shelf, logs: BTreeMap::new() }
    }

    /// Keeps one, in the month in which it came.
    pub fn keep(&mut self, arrival: &Arrival, sign: Sign) -> Result<Kept, StoreError> {
        let (log, record) = (arrival.log, &*arrival.record);
        let mut flags = arrival.flags;
        match self.beside(arrival)? {
            Ok(odd) => flags |= odd,
            Err(kept) => return Ok(kept),
        }
        let mut number = |digits: &str| match from_hex(digits) {
            Some(hash) => self.shelf.document(log, hash),
            None => Ok(None),
        };
        let (policy, notice) = (number(&record.policy_hash)?, number(&record.notice_hash)?);
        let month = month_at(arrival.received_ms);
        let growing = match self.logs.entry(log) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(place) => {
                let (origin, open) = self.shelf.last(log)?;
                place.insert(Growing { origin, open })
            }
        };
        // A clock that was set back begins no month before the last one.
        if growing.open.month < month {
            let after = growing.open.checkpoint(&growing.origin).text();
            let ended = std::mem::replace(&mut growing.open, Open::new(month, after));
            save(self.shelf, log, &growing.origin, &ended, sign)?;
        }
        let open = &mut growing.open;
        let row = Row { arrival, month: &open.month, leaf: open.size(), flags, policy, notice };
        self.shelf.put(row)?;
        open.tree.push(leaf(&arrival.hash));
        for document in [policy, notice].into_iter().flatten() {
            *open.named.entry(document).or_default() += 1;
        }
        Ok(Kept::New(flags))
    }

    /// Whether a record can be beside those that are there, and what is odd about it then.
    fn beside(&mut self, arrival: &Arrival) -> Result<Result<i64, Kept>, StoreError> {
        let (log, record): (Log, &Record) = (arrival.log, &arrival.record);
        if let Some(hash) = self.shelf.of_id(log, &record.id)? {
            let is_same = hash == arrival.hash;
            return Ok(Err(if is_same {
                Kept::Known
            } else {
                Kept::Refused(Code::RecordRepeated)
            }));
        }
        // Without its `id` it can be there as one that was erased only.
        if self.shelf.is_erased(log, &arrival.hash)? {
            return Ok(Err(Kept::Known));
        }
        let mut flags = 0;
        let previous = from_hex(&record.previous).unwrap_or_default();
        let is_first = previous == Hash::default();
        if !is_begun(record.sequence, is_first) {
            return Ok(Err(Kept::Refused(Code::SequenceBroken)));
        }
        if !is_first {
            match self.shelf.sequence(log, &previous, &record.subject)? {
                Some(before) if !is_next(before, record.sequence) => {
                    return Ok(Err(Kept::Refused(Code::SequenceBroken)));
                }
                Some(_) => {}
                None if self.shelf.is_erased(log, &previous)? => {}
                None => flags |= GAP,
            }
        }
        for sequence in self.shelf.awaiting(log, &arrival.hash, &record.subject)? {
            if !is_next(record.sequence, sequence) {
                return Ok(Err(Kept::Refused(Code::SequenceBroken)));
            }
        }
        if self.shelf.is_taken(log, &record.subject, record.sequence)? {
            flags |= FORK;
        }
        Ok(Ok(flags))
    }

    /// Writes the months into which any came.
    pub fn finish(self, sign: Sign) -> Result<(), StoreError> {
        for (log, growing) in &self.logs {
            save(self.shelf, *log, &growing.origin, &growing.open, sign)?;
        }
        Ok(())
    }
}

/// Writes a month, with the checkpoint over it.
pub fn save(
    shelf: &mut impl Shelf,
    log: Log,
    origin: &str,
    open: &Open,
    sign: Sign,
) -> Result<(), StoreError> {
    shelf.save(log, open, &sign(origin, &open.checkpoint(origin).text()))
}
