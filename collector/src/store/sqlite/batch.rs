//! Keeps records that came together, in one transaction: asks of each whether it can be beside those that are there, puts
//! it into its month, and writes the tree and the checkpoint of each month once.

use std::collections::{BTreeMap, HashMap, btree_map::Entry};

use consentinel::{
    export::{is_begun, is_next},
    hash::{Hash, from_hex},
    merkle::leaf,
    problem::Code,
    record::Record,
};
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{
    super::{Arrival, FORK, GAP, Kept, Log, Sign, StoreError},
    Open, month_at,
};

/// A log while records come into it.
struct Growing {
    origin: String,
    open: Open,
    is_changed: bool,
}

/// Records that are kept together.
pub struct Batch<'a> {
    begun: &'a Transaction<'a>,
    documents: &'a mut HashMap<(Log, Hash), i64>,
    logs: BTreeMap<Log, Growing>,
}

impl<'a> Batch<'a> {
    /// Begins one, with the numbers of documents that are known.
    pub fn new(
        begun: &'a Transaction<'a>,
        documents: &'a mut HashMap<(Log, Hash), i64>,
    ) -> Batch<'a> {
        Batch { begun, documents, logs: BTreeMap::new() }
    }

    /// Keeps one, in the month in which it came.
    pub fn keep(&mut self, arrival: &Arrival, sign: Sign) -> Result<Kept, StoreError> {
        let (log, record) = (arrival.log, &*arrival.record);
        let mut flags = arrival.flags;
        match self.beside(arrival)? {
            Ok(odd) => flags |= odd,
            Err(kept) => return Ok(kept),
        }
        let mut named = Vec::new();
        for hash in [&record.policy_hash, &record.notice_hash] {
            named.push(self.document(log, hash)?);
        }
        let (begun, month) = (self.begun, month_at(arrival.received_ms));
        let growing = self.growing(log)?;
        // A clock that was set back begins no month before the last one.
        if growing.open.month < month {
            let after = growing.open.checkpoint(&growing.origin).text();
            let ended = std::mem::replace(&mut growing.open, Open::new(month, after));
            ended.save(begun, log, &growing.origin, sign)?;
        }
        growing.is_changed = true;
        growing.open.tree.push(leaf(&arrival.hash));
        for document in named.iter().flatten() {
            *growing.open.named.entry(*document).or_default() += 1;
        }
        let month = growing.open.month.clone();
        self.insert(arrival, &month, flags, &named)?;
        Ok(Kept::New(flags))
    }

    /// Whether a record can be beside those that are there, and what is odd about it then.
    fn beside(&self, arrival: &Arrival) -> Result<Result<i64, Kept>, StoreError> {
        let (log, record) = (arrival.log, &*arrival.record);
        let same_id: Option<Hash> = self
            .begun
            .prepare_cached("select hash from record where log = ? and id = ?")?
            .query_row(params![log.0, record.id.as_str()], |row| row.get(0))
            .optional()?;
        if let Some(hash) = same_id {
            let is_same = hash == arrival.hash;
            return Ok(Err(if is_same {
                Kept::Known
            } else {
                Kept::Refused(Code::RecordRepeated)
            }));
        }
        // What is left of one that was erased is its hash.
        if self.at(log, &arrival.hash)?.is_some() {
            return Ok(Err(Kept::Known));
        }
        let mut flags = 0;
        let previous = from_hex(&record.previous).unwrap_or_default();
        let is_first = previous == Hash::default();
        if !is_begun(record.sequence, is_first) {
            return Ok(Err(Kept::Refused(Code::SequenceBroken)));
        }
        if !is_first {
            match self.at(log, &previous)? {
                Some(None) => {}
                Some(Some((subject, before))) if subject == *record.subject => {
                    if !is_next(before, record.sequence) {
                        return Ok(Err(Kept::Refused(Code::SequenceBroken)));
                    }
                }
                _ => flags |= GAP,
            }
        }
        let mut awaiting = self.begun.prepare_cached(
            "select sequence from awaited where log = ? and hash = ? and subject = ?",
        )?;
        let mut rows = awaiting.query(params![log.0, arrival.hash, record.subject.as_str()])?;
        while let Some(row) = rows.next()? {
            if !is_next(record.sequence, row.get(0)?) {
                return Ok(Err(Kept::Refused(Code::SequenceBroken)));
            }
        }
        let is_forked = self
            .begun
            .prepare_cached("select 1 from record where log = ? and subject = ? and sequence = ?")?
            .exists(params![log.0, record.subject.as_str(), record.sequence])?;
        if is_forked {
            flags |= FORK;
        }
        Ok(Ok(flags))
    }

    /// The record with this hash: its pseudonym and place, or nothing of them where it was erased.
    fn at(&self, log: Log, hash: &Hash) -> Result<Option<Option<(String, i64)>>, StoreError> {
        let found = self
            .begun
            .prepare_cached("select subject, sequence from record where log = ? and hash = ?")?
            .query_row(params![log.0, hash], |row| {
                let subject: Option<String> = row.get(0)?;
                let sequence: Option<i64> = row.get(1)?;
                Ok(subject.zip(sequence))
            })
            .optional()?;
        Ok(found)
    }

    fn insert(
        &self,
        arrival: &Arrival,
        month: &str,
        flags: i64,
        named: &[Option<i64>],
    ) -> Result<(), StoreError> {
        let record: &Record = &arrival.record;
        let (log, subject) = (arrival.log.0, record.subject.as_str());
        self.begun
            .prepare_cached(
                "insert into record (log, month, hash, received_ms, flags, id, subject, sequence,
                 at_ms, policy, notice, line) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                log,
                month,
                arrival.hash,
                arrival.received_ms,
                flags,
                record.id.as_str(),
                subject,
                record.sequence,
                record.at_ms,
                named.first().copied().flatten(),
                named.get(1).copied().flatten(),
                arrival.line,
            ])?;
        // This is the one that others waited for.
        self.begun
            .prepare_cached("delete from awaited where log = ? and hash = ? and subject = ?")?
            .execute(params![log, arrival.hash, subject])?;
        if flags & GAP != 0 {
            let previous = from_hex(&record.previous).unwrap_or_default();
            self.begun
                .prepare_cached(
                    "insert into awaited (log, hash, subject, sequence, month)
                     values (?, ?, ?, ?, ?) on conflict do nothing",
                )?
                .execute(params![log, previous, subject, record.sequence, month])?;
        }
        Ok(())
    }

    fn growing(&mut self, log: Log) -> Result<&mut Growing, StoreError> {
        match self.logs.entry(log) {
            Entry::Occupied(there) => Ok(there.into_mut()),
            Entry::Vacant(place) => {
                let origin = self
                    .begun
                    .prepare_cached("select origin from log where id = ?")?
                    .query_row([log.0], |row| row.get(0))?;
                let open = Open::last(self.begun, log)?;
                Ok(place.insert(Growing { origin, open, is_changed: false }))
            }
        }
    }

    fn document(&mut self, log: Log, digits: &str) -> Result<Option<i64>, StoreError> {
        let Some(hash) = from_hex(digits) else { return Ok(None) };
        if let Some(id) = self.documents.get(&(log, hash)) {
            return Ok(Some(*id));
        }
        let found = self
            .begun
            .prepare_cached("select id from document where log = ? and hash = ?")?
            .query_row(params![log.0, hash], |row| row.get(0))
            .optional()?;
        if let Some(id) = found {
            self.documents.insert((log, hash), id);
        }
        Ok(found)
    }

    /// Writes the months into which any came.
    pub fn finish(self, sign: Sign) -> Result<(), StoreError> {
        for (log, growing) in self.logs.iter().filter(|(_, growing)| growing.is_changed) {
            growing.open.save(self.begun, *log, &growing.origin, sign)?;
        }
        Ok(())
    }
}
