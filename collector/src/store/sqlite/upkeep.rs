//! Erases the records of one browser, and drops whole months: what the law asks of whoever keeps records. Both go on
//! while a collector runs, in steps that are short enough for it, and leave an entry in the journal of the store.

use std::path::Path;

use consentinel::export::is_month;
use rusqlite::{Connection, TransactionBehavior, params};

use super::{
    Sqlite, StoreError,
    known::{self, COLUMNS, Found, key},
    read,
};
use crate::store::{Log, Pruned, number::Of, parts, read::named};

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
        let places = places(&begun, Log(log), subject)?;
        for place in &places {
            erase(&begun, *place)?;
        }
        begun.execute(
            "delete from waiting where log = ?1 and subject = ?2",
            params![log, subject],
        )?;
        let count = i64::try_from(places.len()).unwrap_or(i64::MAX);
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
        // Only read, so a file of version 1 stays one.
        let moment = read::read(&file)?;
        let connection = moment.connection();
        let log = named(read::logs(connection)?, origin.as_deref())?.0.0;
        going(connection, log, before)
    }

    /// Drops all months before this one; the last month always stays.
    pub fn prune(path: &Path, before: &str, now_ms: i64) -> Result<Pruned, StoreError> {
        let (file, origin) = parts(path);
        let mut store = Sqlite::open_existing(&file)?;
        let log = named(read::logs(&store.connection)?, origin.as_deref())?.0.0;
        let pruned = going(&store.connection, log, before)?;
        // From here on no reader sees them; what is left of their rows goes step by step.
        let begun = store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for month in &pruned.months {
            for table in ["month", "named", "waiting"] {
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
        while store.drop_some(log)? == TOGETHER {}
        store.settle()?;
        Ok(pruned)
    }

    /// Drops some rows of months that are out; how many.
    fn drop_some(&mut self, log: i64) -> Result<usize, StoreError> {
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let most = i64::try_from(TOGETHER).unwrap_or(i64::MAX);
        let mut asked = begun.prepare_cached(&format!(
            "select {COLUMNS} from record where log = ?1
             and month < (select min(month) from month where log = ?1) limit ?2"
        ))?;
        let (mut rows, mut places) = (asked.query(params![log, most])?, Vec::new());
        while let Some(row) = rows.next()? {
            match Found::of(row)? {
                Some(found) => found.forget(&begun)?,
                None => known::forget_erased(&begun, Log(log), &row.get(2)?)?,
            }
            places.push(row.get::<_, i64>(1)?);
        }
        drop(rows);
        drop(asked);
        for place in &places {
            begun.prepare_cached("delete from record where place = ?")?.execute([place])?;
        }
        begun.commit()?;
        Ok(places.len())
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

/// The places of the records of a browser.
fn places(begun: &Connection, log: Log, subject: &str) -> Result<Vec<i64>, StoreError> {
    let (mut places, number) = (Vec::new(), key(log, Of::Browser(subject)));
    let mut asked = begun.prepare(known::PLACES)?;
    for part in known::parts(begun)? {
        for place in asked.query_map(params![part, number, log.0, subject], |row| row.get(0))? {
            places.push(place?);
        }
    }
    Ok(places)
}

/// Leaves of a record its hash, in its place.
fn erase(begun: &Connection, place: i64) -> Result<(), StoreError> {
    let mut asked =
        begun.prepare_cached(&format!("select {COLUMNS} from record where place = ?"))?;
    let mut rows = asked.query([place])?;
    if let Some(found) = rows.next()?.map(Found::of).transpose()?.flatten() {
        found.forget(begun)?;
        known::note_erased(begun, found.log, found.hash)?;
    }
    for column in ["policy", "notice"] {
        begun
            .prepare_cached(&format!(
                "update named set count = count - 1 where (log, month, document) =
                 (select log, month, {column} from record where place = ?)"
            ))?
            .execute([place])?;
    }
    begun
        .prepare_cached(
            "update record set id = null, subject = null, sequence = null, at_ms = null,
             policy = null, notice = null, line = null where place = ?",
        )?
        .execute([place])?;
    Ok(())
}

fn going(connection: &Connection, log: i64, before: &str) -> Result<Pruned, StoreError> {
    if !is_month(before) {
        return Err(StoreError(format!("`{before}` is no month such as `2026-11`")));
    }
    let mut asked = connection.prepare(
        "select month from month where log = ?1 and month < ?2
         and month < (select max(month) from month where log = ?1) order by month",
    )?;
    let months = asked.query_map(params![log, before], |row| row.get(0))?;
    let months = months.collect::<Result<Vec<String>, _>>()?;
    let Some(last) = months.last() else { return Ok(Pruned::default()) };
    let (records, ends_ms) = connection.query_row(
        "select count(*), max(line ->> '$.expiresAtMs') from record
         where log = ? and month <= ? and line is not null",
        params![log, last],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(Pruned { months, records, ends_ms })
}
