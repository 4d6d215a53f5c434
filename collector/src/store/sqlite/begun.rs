//! What a transaction in a file answers and takes while records are kept (`store/batch`): each question is a look into an
//! index, each answer is there before the next question.

use std::collections::HashMap;

use consentinel::hash::{Hash, from_hex};
use rusqlite::{OptionalExtension as _, Transaction, params};

use crate::store::{
    GAP, Log, StoreError,
    batch::{Chained, Row, Shelf},
    open::Open,
};

/// A transaction, with the numbers of documents that are known.
pub struct Begun<'a> {
    pub begun: &'a Transaction<'a>,
    pub documents: &'a mut HashMap<(Log, Hash), i64>,
}

impl Shelf for Begun<'_> {
    fn of_id(&mut self, log: Log, id: &str) -> Result<Option<Hash>, StoreError> {
        let found = self
            .begun
            .prepare_cached("select hash from record where log = ? and id = ?")?
            .query_row(params![log.0, id], |row| row.get(0))
            .optional()?;
        Ok(found)
    }

    fn at(&mut self, log: Log, hash: &Hash) -> Result<Option<Chained>, StoreError> {
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

    fn awaiting(&mut self, log: Log, hash: &Hash, subject: &str) -> Result<Vec<i64>, StoreError> {
        let mut asked = self.begun.prepare_cached(
            "select sequence from awaited where log = ? and hash = ? and subject = ?",
        )?;
        let rows = asked.query_map(params![log.0, hash, subject], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn is_taken(&mut self, log: Log, subject: &str, sequence: i64) -> Result<bool, StoreError> {
        let is_taken = self
            .begun
            .prepare_cached("select 1 from record where log = ? and subject = ? and sequence = ?")?
            .exists(params![log.0, subject, sequence])?;
        Ok(is_taken)
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
