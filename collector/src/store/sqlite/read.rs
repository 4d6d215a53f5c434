//! What a file answers to whoever reads it: a transaction that never writes, on a connection of its own.

use std::{ffi::OsStr, fs::File, io::Read as _, path::Path};

use consentinel::hash::Hash;
use rusqlite::{Connection, OpenFlags, Row, ToSql, params};

use super::{
    VERSION,
    known::{self, key},
    upgrade,
};
use crate::store::{
    Log, Receipt, StoreError,
    number::Of,
    read::{Month, Named, Page, Reads, Theirs},
};

/// What every file of SQLite begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Whether it is a file of SQLite.
pub fn is_file(file: &Path) -> bool {
    let mut start = [0; MAGIC.len()];
    // Anything but a file may have no end.
    file.is_file()
        && File::open(file).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == MAGIC
}

/// The logs of a store.
pub fn logs(connection: &Connection) -> Result<Vec<(Log, String)>, StoreError> {
    let mut asked = connection.prepare("select id, origin from log order by origin")?;
    let rows = asked.query_map([], |row| Ok((Log(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Refuses what is no store of a version that can be read.
pub fn version(connection: &Connection) -> Result<i64, StoreError> {
    let version = super::version(connection)?;
    let has_logs = connection
        .prepare("select 1 from sqlite_schema where type = 'table' and name = 'log'")?
        .exists([])?;
    if [upgrade::BEFORE, VERSION].contains(&version) && has_logs {
        return Ok(version);
    }
    Err(StoreError(String::from("it is no store of this version of the collector")))
}

/// Begins to read a store.
pub fn read(file: &Path) -> Result<Moment, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let begin = |connection: Connection| {
        // The first question begins the moment, and the connection keeps it until it goes.
        connection.execute_batch("begin")?;
        let version = version(&connection)?;
        Ok(Moment(connection, version))
    };
    match begin(Connection::open_with_flags(file, flags)?) {
        Ok(moment) => Ok(moment),
        // A copy in a place where nothing can be written: without a log beside it, the file is all there is.
        Err(error) if !has_log(file) => {
            let name = uri(file).ok_or(error)?;
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            begin(Connection::open_with_flags(name, flags)?)
        }
        Err(error) => Err(error),
    }
}

fn has_log(file: &Path) -> bool {
    let mut name = file.file_name().unwrap_or(OsStr::new("")).to_os_string();
    name.push("-wal");
    file.with_file_name(name).metadata().is_ok_and(|log| log.len() > 0)
}

/// The address by which SQLite opens a file that nobody changes.
fn uri(file: &Path) -> Option<String> {
    let path = file.to_str()?.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    Some(format!("file:{path}?immutable=1"))
}

/// A file at one moment, with the version of its schema: what finds records in a file of version 1, which can still be read
/// as it is, are its indexes.
pub struct Moment(Connection, i64);

impl Moment {
    /// The connection that keeps the moment.
    pub(super) fn connection(&self) -> &Connection {
        &self.0
    }

    /// What a look finds, by a number and the text or hash that it stands for: in each part, one after the other.
    fn look<T>(
        &self,
        (now, before): (&str, &str),
        (log, of): (Log, Of),
        read: impl Fn(&Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let asked: &dyn ToSql = match &of {
            Of::Id(text) | Of::Browser(text) => text,
            Of::Record(hash) | Of::Erased(hash) => hash,
        };
        let mut found = Vec::new();
        if self.1 == upgrade::BEFORE {
            let mut asking = self.0.prepare(before)?;
            let rows = asking.query_map(params![log.0, asked], read)?;
            return Ok(rows.collect::<Result<_, _>>()?);
        }
        let (mut asking, number) = (self.0.prepare(now)?, key(log, of));
        for part in known::parts(&self.0)? {
            let rows = asking.query_map(params![part, number, log.0, asked], &read)?;
            for row in rows {
                found.push(row?);
            }
        }
        Ok(found)
    }
}

impl Reads for Moment {
    fn logs(&mut self) -> Result<Vec<(Log, String)>, StoreError> {
        logs(&self.0)
    }

    fn months(&mut self, log: Log) -> Result<Vec<Month>, StoreError> {
        let mut asked = self
            .0
            .prepare("select month, after, checkpoint from month where log = ? order by month")?;
        let rows = asked.query_map([log.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn documents(&mut self, log: Log, named: Named) -> Result<Vec<(i64, String)>, StoreError> {
        let mut asked = self.0.prepare(
            "select kind, text, id, id in (
               select document from named where log = ?1 and count > 0 and month between ?2 and ?3)
             from document where log = ?1 order by kind, hash",
        )?;
        let (first, last) = match named {
            Named::Months(first, last) => (first, last),
            Named::Numbers(_) => ("", ""),
        };
        let (mut rows, mut documents) = (asked.query(params![log.0, first, last])?, Vec::new());
        while let Some(row) = rows.next()? {
            let is_asked = match named {
                Named::Numbers(only) => only.contains(&row.get(2)?),
                Named::Months(..) => row.get(3)?,
            };
            if is_asked {
                documents.push((row.get(0)?, row.get(1)?));
            }
        }
        Ok(documents)
    }

    fn records(
        &mut self,
        log: Log,
        month: &str,
        place: i64,
        most: i64,
    ) -> Result<Page, StoreError> {
        let mut asked = self.0.prepare_cached(
            "select place, month, line, hash from record where log = ? and place > ?
             order by place limit ?",
        )?;
        let mut rows = asked.query(params![log.0, place, most])?;
        // Months follow each other in the table as well, so the next one begins where this one ended.
        let (mut page, mut count) = (Page { next: place, ..Page::default() }, 0);
        while let Some(row) = rows.next()? {
            let of: String = row.get(1)?;
            if *of > *month {
                count = 0;
                break;
            }
            (count, page.next) = (count + 1, row.get(0)?);
            // What is left of a month that was dropped while somebody stopped the program stays out.
            if *of == *month {
                page.records.push((row.get::<_, Hash>(3)?, row.get(2)?));
            }
        }
        page.is_last = count < most;
        Ok(page)
    }

    fn of_browser(&mut self, log: Log, subject: &str) -> Result<Vec<Theirs>, StoreError> {
        let before = "select month, line, hash, received_ms, flags, policy, notice from record
                      where log = ?1 and subject = ?2
                      and month in (select month from month where log = ?1) order by place";
        self.look((known::OF_BROWSER, before), (log, Of::Browser(subject)), |row| {
            let receipt = Receipt { hash: row.get(2)?, at_ms: row.get(3)?, flags: row.get(4)? };
            let documents = [row.get(5)?, row.get(6)?];
            Ok(Theirs { month: row.get(0)?, line: row.get(1)?, receipt, documents })
        })
    }

    fn subject_of(&mut self, log: Log, hash: &Hash) -> Result<Option<String>, StoreError> {
        let before = "select subject from record where log = ?1 and hash = ?2
                      and subject is not null and month in (select month from month where log = ?1)";
        let looks = (known::SUBJECT, before);
        let found = self.look(looks, (log, Of::Record(hash)), |row| row.get(0))?;
        Ok(found.into_iter().next())
    }

    fn accesses(&mut self) -> Result<Vec<String>, StoreError> {
        super::accesses::lines(&self.0)
    }
}
