//! Erases the records of one browser, and drops whole months: what the law asks of whoever keeps records. Both go on
//! while a collector runs, in steps that are short enough for it, and leave an entry in the journal of the store.

use std::path::Path;

use consentinel::export::is_month;
use rusqlite::{TransactionBehavior, params};

use super::{Sqlite, StoreError, read};
use crate::store::{Pruned, parts, read::named};

/// So many records are dropped in one step; a collector waits no longer than for that.
const TOGETHER: usize = 5000;

impl Sqlite {
    /// Erases all records of a browser from the log that a path names: their hashes stay, in their places. The answer is
    /// how many there were; where there were none, the journal has no line of it.
    pub fn erase(path: &Path, subject: &str, reason: &str, now_ms: i64) -> Result<i64, StoreError> {
        let (file, origin) = parts(path);
        let mut store = Sqlite::open_existing(&file)?;
        let begun = store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let log = named(read::logs(&begun)?, origin.as_deref())?.0.0;
        for column in ["policy", "notice"] {
            begun.execute(
                &format!(
                    "update named set count = count - (
                       select count(*) from record where record.log = ?1 and subject = ?2
                       and record.month = named.month and {column} = named.document)
                     where log = ?1"
                ),
                params![log, subject],
            )?;
        }
        let count = begun.execute(
            "update record set id = null, subject = null, sequence = null, at_ms = null,
             policy = null, notice = null, line = null where log = ?1 and subject = ?2",
            params![log, subject],
        )?;
        begun.execute(
            "delete from awaited where log = ?1 and subject = ?2",
            params![log, subject],
        )?;
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        if count > 0 {
            begun.execute(
                "insert into journal (at_ms, log, what, count, reason) values (?, ?, 'erase', ?, ?)",
                params![now_ms, log, count, reason],
            )?;
        }
        begun.commit()?;
        store.settle()?;
        Ok(count)
    }

    /// What would go with all months before this one.
    pub fn would_prune(path: &Path, before: &str) -> Result<Pruned, StoreError> {
        let (file, origin) = parts(path);
        let store = Sqlite::open_existing(&file)?;
        let log = named(read::logs(&store.connection)?, origin.as_deref())?.0.0;
        store.going(log, before)
    }

    /// Drops all months before this one; the last month always stays.
    pub fn prune(path: &Path, before: &str, now_ms: i64) -> Result<Pruned, StoreError> {
        let (file, origin) = parts(path);
        let mut store = Sqlite::open_existing(&file)?;
        let log = named(read::logs(&store.connection)?, origin.as_deref())?.0.0;
        let pruned = store.going(log, before)?;
        // From here on no reader sees them; what is left of their rows goes step by step.
        let begun = store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for month in &pruned.months {
            for table in ["month", "named", "awaited"] {
                let dropped = format!("delete from {table} where log = ? and month = ?");
                begun.execute(&dropped, params![log, month])?;
            }
        }
        if !pruned.months.is_empty() {
            begun.execute(
                "insert into journal (at_ms, log, what, count, reason) values (?, ?, 'prune', ?, ?)",
                params![now_ms, log, pruned.records, format!("all months before {before}")],
            )?;
        }
        begun.commit()?;
        let most = i64::try_from(TOGETHER).unwrap_or(i64::MAX);
        loop {
            let dropped = store.connection.execute(
                "delete from record where place in (
                   select place from record where log = ?1
                   and month < (select min(month) from month where log = ?1) limit ?2)",
                params![log, most],
            )?;
            if dropped < TOGETHER {
                break;
            }
        }
        store.settle()?;
        Ok(pruned)
    }

    fn going(&self, log: i64, before: &str) -> Result<Pruned, StoreError> {
        if !is_month(before) {
            return Err(StoreError(format!("`{before}` is no month such as `2026-11`")));
        }
        let mut asked = self.connection.prepare(
            "select month from month where log = ?1 and month < ?2
             and month < (select max(month) from month where log = ?1) order by month",
        )?;
        let months = asked.query_map(params![log, before], |row| row.get(0))?;
        let months = months.collect::<Result<Vec<String>, _>>()?;
        let Some(last) = months.last() else { return Ok(Pruned::default()) };
        let (records, ends_ms) = self.connection.query_row(
            "select count(*), max(line ->> '$.expiresAtMs') from record
             where log = ? and month <= ? and line is not null",
            params![log, last],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(Pruned { months, records, ends_ms })
    }

    /// Takes what went out of the write-ahead log, too, which keeps old pages until they are copied.
    fn settle(&self) -> Result<(), StoreError> {
        let is_busy: bool =
            self.connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
        if is_busy {
            return Err(StoreError(String::from(
                "it is done, but somebody reads the store, so what went may still be in its log: repeat the command later",
            )));
        }
        Ok(())
    }
}
