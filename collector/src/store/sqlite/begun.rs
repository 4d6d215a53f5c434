//! What a transaction in a file answers and takes while records are kept (`store/batch`): each question is a look into an
//! index, each answer is there before the next question.

use std::collections::HashMap;

use consentinel::hash::{Hash, from_hex};
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{
    filter::Filter,
    known::{self, Found, key, part},
};
use crate::store::{
    GAP, Log, StoreError,
    batch::{Row, Shelf},
    number::Of,
    open::Open,
};

/// A transaction, with the numbers of documents that are known, and with where records may be.
pub struct Begun<'a> {
    pub begun: &'a Transaction<'a>,
    pub filter: &'a mut Filter,
    pub documents: &'a mut HashMap<(Log, Hash), i64>,
}

impl Shelf for Begun<'_> {
    fn of_id(&mut self, log: Log, id: &str) -> Result<Option<Hash>, StoreError> {
        let number = key(log, Of::Id(id));
        for part in self.filter.parts(number) {
            let mut asked = self.begun.prepare_cached(known::OF_ID)?;
            let found = asked.query_row(params![part, number, log.0, id], |row| row.get(0));
            if let Some(hash) = found.optional()? {
                return Ok(Some(hash));
            }
        }
        Ok(None)
    }

    fn is_erased(&mut self, log: Log, hash: &Hash) -> Result<bool, StoreError> {
        known::is_erased(self.begun, log, hash)
    }

    fn sequence(
        &mut self,
        log: Log,
        hash: &Hash,
        subject: &str,
    ) -> Result<Option<i64>, StoreError> {
        let number = key(log, Of::Record(hash));
        // The latest is the likeliest.
        for part in self.filter.parts(key(log, Of::Browser(subject))).into_iter().rev() {
            let mut asked = self.begun.prepare_cached(known::CHAINED)?;
            let found =
                asked.query_row(params![part, number, log.0, hash, subject], |row| row.get(0));
            if let Some(sequence) = found.optional()? {
                return Ok(Some(sequence));
            }
        }
        Ok(None)
    }

    fn awaiting(&mut self, log: Log, hash: &Hash, subject: &str) -> Result<Vec<i64>, StoreError> {
        let mut asked = self.begun.prepare_cached(
            "select sequence from waiting where log = ? and hash = ? and subject = ?",
        )?;
        let rows = asked.query_map(params![log.0, hash, subject], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn is_taken(&mut self, log: Log, subject: &str, sequence: i64) -> Result<bool, StoreError> {
        let number = key(log, Of::Browser(subject));
        for part in self.filter.parts(number) {
            let mut asked = self.begun.prepare_cached(known::TAKEN)?;
            if asked.exists(params![part, number, log.0, subject, sequence])? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn document(&mut self, log: Log, hash: Hash) -> Result<Option<i64>, StoreError> {
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

    fn last(&mut self, log: Log) -> Result<(String, Open), StoreError> {
        let asked = "select origin, month, after, size, whole from log join month on log = id
                     where id = ? order by month desc limit 1";
        let (origin, month, after, size, whole): (_, _, _, _, Vec<u8>) =
            self.begun.prepare_cached(asked)?.query_row([log.0], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })?;
        Ok((origin, Open::resume(month, after, size, &whole)?))
    }

    fn put(&mut self, row: Row) -> Result<(), StoreError> {
        let Row { arrival, month, flags, policy, notice, .. } = row;
        let record = &arrival.record;
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
                policy,
                notice,
                arrival.line,
            ])?;
        let found = Found {
            log: arrival.log,
            place: self.begun.last_insert_rowid(),
            hash: &arrival.hash,
            id: &record.id,
            subject,
            sequence: record.sequence,
        };
        found.note(self.begun)?;
        for of in [Of::Id(&record.id), Of::Browser(subject)] {
            self.filter.note(part(found.place), key(arrival.log, of));
        }
        // This is the one that others waited for.
        self.begun
            .prepare_cached("delete from waiting where log = ? and hash = ? and subject = ?")?
            .execute(params![log, arrival.hash, subject])?;
        if flags & GAP != 0 {
            let previous = from_hex(&record.previous).unwrap_or_default();
            self.begun
                .prepare_cached(
                    "insert into waiting (log, hash, subject, sequence, month)
                     values (?, ?, ?, ?, ?) on conflict do nothing",
                )?
                .execute(params![log, previous, subject, record.sequence, month])?;
        }
        Ok(())
    }

    fn save(&mut self, log: Log, open: &Open, checkpoint: &str) -> Result<(), StoreError> {
        self.begun
            .prepare_cached(
                "insert into month (log, month, after, size, whole, checkpoint)
                 values (?, ?, ?, ?, ?, ?)
                 on conflict (log, month) do update
                 set size = excluded.size, whole = excluded.whole, checkpoint = excluded.checkpoint",
            )?
            .execute(params![log.0, open.month, open.after, open.size(), open.whole(), checkpoint])?;
        for (document, count) in &open.named {
            self.begun
                .prepare_cached(
                    "insert into named (log, month, document, count) values (?, ?, ?, ?)
                     on conflict (log, month, document) do update set count = count + excluded.count",
                )?
                .execute(params![log.0, open.month, document, count])?;
        }
        Ok(())
    }
}
