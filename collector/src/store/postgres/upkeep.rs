//! Erases the records of one browser, and drops whole months, while collectors run; both leave an entry in the journal.

use std::{collections::BTreeSet, path::Path};

use consentinel::export::is_month;

use super::{
    Failed, Postgres, hash,
    session::{Session, partition},
    version,
};
use crate::store::{
    Log, Pruned, StoreError,
    number::{Of, number},
    parts,
    read::named,
};

/// So many records are dropped in one step; a collector waits no longer than for that.
const TOGETHER: i64 = 5000;

/// The logs of a store.
pub fn logs(session: &mut Session) -> Result<Vec<(Log, String)>, Failed> {
    let rows = session.ask("select id, origin from log order by origin", &[])?;
    rows.iter().map(|row| Ok((Log(row.try_get(0)?), row.try_get(1)?))).collect()
}

/// Connects to a store that is there; the number of the log that a path names.
fn open(path: &Path) -> Result<(Session, i64), StoreError> {
    let mut session = Session::open(path)?;
    version(&mut session)?;
    let log = named(logs(&mut session)?, parts(path).1.as_deref())?.0.0;
    Ok((session, log))
}

impl Postgres {
    /// Erases all records of a browser from the log that a path names: their hashes stay, in their places. The answer is
    /// how many there were; where there were none, the journal has no line of it.
    pub fn erase(path: &Path, subject: &str, reason: &str, now_ms: i64) -> Result<i64, StoreError> {
        let (mut session, log) = open(path)?;
        Ok(erase(&mut session, log, subject, reason, now_ms)?)
    }

    /// What would go with all months before this one.
    pub fn would_prune(path: &Path, before: &str) -> Result<Pruned, StoreError> {
        let (mut session, log) = open(path)?;
        Ok(going(&mut session, log, before)?)
    }

    /// Drops all months before this one; the last month always stays.
    pub fn prune(path: &Path, before: &str, now_ms: i64) -> Result<Pruned, StoreError> {
        let (mut session, log) = open(path)?;
        let pruned = going(&mut session, log, before)?;
        forget(&mut session, log, &pruned, before, now_ms)?;
        drop_rest(&mut session, log).map_err(|failed| {
            let StoreError(words) = failed.into();
            StoreError(format!(
                "those months are out of it, but their rows are still in its tables, which somebody reads: repeat the command later ({words})"
            ))
        })?;
        Ok(pruned)
    }
}

fn erase(
    session: &mut Session,
    log: i64,
    subject: &str,
    reason: &str,
    now_ms: i64,
) -> Result<i64, Failed> {
    session.begin()?;
    session.ask("select 1 from log where id = $1 for update", &[&log])?;
    session.change(
        "update named set count = named.count - gone.count
         from (select month, document, count(*) as count
               from record cross join lateral (values (policy), (notice)) as of (document)
               where log = $1 and subject = $2 group by month, document) as gone
         where named.log = $1 and named.month = gone.month and named.document = gone.document",
        &[&log, &subject],
    )?;
    let (mut months, mut numbers) = (Vec::new(), Vec::new());
    let asked = "select month, hash from record where log = $1 and subject = $2";
    for row in session.ask(asked, &[&log, &subject])? {
        months.push(row.try_get::<_, String>(0)?);
        // Their browser leads to them no longer.
        numbers.push(number(Log(log), Of::Erased(&hash(row.try_get(1)?)?)));
    }
    session.change(
        "insert into settled (number, month) select * from unnest($1::bigint[], $2::text[])",
        &[&numbers, &months],
    )?;
    let count = session.change(
        "update record set id = null, subject = null, sequence = null, at_ms = null,
         policy = null, notice = null, line = null where log = $1 and subject = $2",
        &[&log, &subject],
    )?;
    session.change("delete from awaited where log = $1 and subject = $2", &[&log, &subject])?;
    if count > 0 {
        session.change(
            "insert into journal (at_ms, log, what, count, reason) values ($1, $2, 'erase', $3, $4)",
            &[&now_ms, &log, &count, &reason],
        )?;
    }
    session.commit()?;
    // What an update leaves behind goes from the tables now, not when the server finds the time. Where a reader still has
    // a moment from before it, `vacuum` leaves that and says nothing; then another vacuum is
    // needed (docs/operations.md, "Partitions, retention, erasure").
    // Its indexes as well, which it would leave as they are for a few rows.
    for month in months.iter().collect::<BTreeSet<_>>() {
        session.run(&format!("vacuum (index_cleanup on) {}", partition(month)))?;
    }
    Ok(count)
}

fn going(session: &mut Session, log: i64, before: &str) -> Result<Pruned, Failed> {
    if !is_month(before) {
        return Err(StoreError(format!("`{before}` is no month such as `2026-11`")).into());
    }
    let rows = session.ask(
        "select month from month where log = $1 and month < $2
         and month < (select max(month) from month where log = $1) order by month",
        &[&log, &before],
    )?;
    let months = rows.iter().map(|row| row.try_get(0));
    let months = months.collect::<Result<Vec<String>, _>>()?;
    let row = session.ask_one(
        "select count(*), max((line::json ->> 'expiresAtMs')::bigint) from record
         where log = $1 and month = any($2) and line is not null",
        &[&log, &months],
    )?;
    Ok(Pruned { months, records: row.try_get(0)?, ends_ms: row.try_get(1)? })
}

/// Takes months out: from here on no reader sees them.
fn forget(
    session: &mut Session,
    log: i64,
    pruned: &Pruned,
    before: &str,
    now_ms: i64,
) -> Result<(), Failed> {
    if pruned.months.is_empty() {
        return Ok(());
    }
    session.begin()?;
    session.ask("select 1 from log where id = $1 for update", &[&log])?;
    for forgotten in [
        "delete from month where log = $1 and month = any($2)",
        "delete from named where log = $1 and month = any($2)",
        "delete from awaited where log = $1 and month = any($2)",
    ] {
        session.change(forgotten, &[&log, &pruned.months])?;
    }
    session.change(
        "insert into journal (at_ms, log, what, count, reason) values ($1, $2, 'prune', $3, $4)",
        &[&now_ms, &log, &pruned.records, &format!("all months before {before}")],
    )?;
    session.commit()
}

/// Drops the rows of months that are out: with its partition where no other log has the month, step by step otherwise.
fn drop_rest(session: &mut Session, log: i64) -> Result<(), Failed> {
    let rows = session.ask(
        "select right(relname, 7) from pg_inherits join pg_class on pg_class.oid = inhrelid
         where inhparent = to_regclass('record')
         and replace(right(relname, 7), '_', '-') < (select min(month) from month where log = $1)
         order by relname",
        &[&log],
    )?;
    for row in rows {
        let month: String = row.try_get::<_, String>(0)?.replace('_', "-");
        session.begin()?;
        // Whoever waits for a table keeps others from it meanwhile.
        session.run("set local lock_timeout = '2s'")?;
        session.lock_tables()?;
        if session.ask("select 1 from month where month = $1 limit 1", &[&month])?.is_empty() {
            session.run(&format!("drop table if exists {}", partition(&month)))?;
        }
        session.commit()?;
        while session.has(&partition(&month))? {
            let dropped = session.change(
                "delete from record where log = $1 and month = $2 and place in (
                   select place from record where log = $1 and month = $2 limit $3)",
                &[&log, &month, &TOGETHER],
            )?;
            if dropped < TOGETHER {
                break;
            }
        }
    }
    // Where to look in months that no log has any more.
    session.begin()?;
    for table in ["fresh", "settled"] {
        session
            .run(&format!("delete from {table} where month < (select min(month) from month)"))?;
    }
    session.commit()
}
