//! The store in one file of SQLite: a write-ahead log, full synchronisation, one writer. What was answered is on the
//! disk, and a reader sees whole commits only. What is asked while records are kept is `begun`, what a reader asks
//! `read`, erasing and pruning `upkeep`.
//!
//! Between two calls memory keeps the numbers of documents, which never change, and in which parts of the file something may
//! be (`filter`), which follows what other programs do: they may erase and prune while a collector runs.

mod accesses;
mod begun;
mod filter;
mod known;
mod read;
mod upgrade;
mod upkeep;

pub use read::{is_file, read};

use std::{collections::HashMap, fs::OpenOptions, io, path::Path, time::Duration};

use consentinel::hash::Hash;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior, params};

use self::{begun::Begun, filter::Filter};
use super::{
    Arrival, Document, Kept, Kind, Log, Sign, Store, StoreError,
    batch::{self, Batch, Shelf as _},
    open::{Open, month_at},
};
use crate::access::Access;

/// The version of the schema.
const VERSION: i64 = 2;
/// How long a write waits for another program's.
const PATIENCE: Duration = Duration::from_secs(5);

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        StoreError(error.to_string())
    }
}

/// A store in a file.
pub struct Sqlite {
    connection: Connection,
    /// The numbers of documents, by log and hash.
    documents: HashMap<(Log, Hash), i64>,
    filter: Filter,
}

/// The version of the schema of a file; 0 where it has none.
fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

impl Sqlite {
    /// Opens a store, or begins one where there is no file.
    pub fn open(path: &Path) -> Result<Sqlite, StoreError> {
        begin(path).map_err(|error| StoreError(error.to_string()))?;
        let mut store = Sqlite::connect(Connection::open(path)?)?;
        if version(&store.connection)? == 0 {
            let begun =
                store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            begun.execute_batch(include_str!("sqlite/schema.sql"))?;
            begun.execute_batch(known::TABLES)?;
            begun.pragma_update(None, "user_version", VERSION)?;
            begun.commit()?;
        }
        store.bring()?;
        store.connection.execute_batch(accesses::TABLE)?;
        // Now, and not while the first record waits for it.
        store.filter.follow(&store.connection)?;
        Ok(store)
    }

    /// Opens a store that is there.
    pub fn open_existing(path: &Path) -> Result<Sqlite, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut store = Sqlite::connect(Connection::open_with_flags(path, flags)?)?;
        read::version(&store.connection)?;
        store.bring()?;
        Ok(store)
    }

    /// Brings a store to the present schema, or says why that cannot be.
    fn bring(&mut self) -> Result<(), StoreError> {
        match version(&self.connection)? {
            VERSION => Ok(()),
            upgrade::BEFORE => upgrade::upgrade(&mut self.connection),
            version => Err(StoreError(format!(
                "its schema is version {version}, and this program knows {VERSION}: use the program that wrote it"
            ))),
        }
    }

    fn connect(connection: Connection) -> Result<Sqlite, StoreError> {
        connection.busy_timeout(PATIENCE)?;
        let mode: String =
            connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        if mode != "wal" {
            return Err(StoreError(format!(
                "its journal is `{mode}` instead of a write-ahead log: keep it on a local disk"
            )));
        }
        connection.pragma_update(None, "synchronous", "full")?;
        // What is erased is overwritten, not only unlinked.
        connection.pragma_update(None, "secure_delete", true)?;
        // 64 MB: what is written stays in memory, which are the rows of one part of `known` and the last records.
        connection.pragma_update(None, "cache_size", -64_000)?;
        // 64 MB of log before it is copied into the file, instead of 4: pages that many commits change, as those of
        // `known` are, are copied once for all of them, and the disk is waited for less often (docs/operations.md, "Size").
        connection.pragma_update(None, "wal_autocheckpoint", 16_000)?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(Sqlite { connection, documents: HashMap::new(), filter: Filter::default() })
    }
}

impl Store for Sqlite {
    fn log(&mut self, origin: &str, now_ms: i64, sign: Sign) -> Result<Log, StoreError> {
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = begun
            .query_row("select id from log where origin = ?", [origin], |row| row.get(0))
            .optional()?;
        let (log, open) = match found {
            Some(id) => {
                let mut shelf = Begun {
                    begun: &begun,
                    filter: &mut self.filter,
                    documents: &mut self.documents,
                };
                (Log(id), shelf.last(Log(id))?.1)
            }
            None => {
                begun.execute("insert into log (origin) values (?)", [origin])?;
                // So that an export of nothing is one, too.
                let open = Open::new(month_at(now_ms), String::new());
                (Log(begun.last_insert_rowid()), open)
            }
        };
        let mut shelf =
            Begun { begun: &begun, filter: &mut self.filter, documents: &mut self.documents };
        batch::save(&mut shelf, log, origin, &open, sign)?;
        begun.commit()?;
        Ok(log)
    }

    fn documents(&mut self, log: Log) -> Result<Vec<Document>, StoreError> {
        let mut asked =
            self.connection.prepare("select id, kind, hash, text from document where log = ?")?;
        let rows = asked.query_map([log.0], |row| {
            let kind: i64 = row.get(1)?;
            let kind = if kind == 0 { Kind::Policy } else { Kind::Notice };
            Ok((row.get(0)?, Document { kind, hash: row.get(2)?, text: row.get(3)? }))
        })?;
        let mut documents = Vec::new();
        for row in rows {
            let (id, document) = row?;
            self.documents.insert((log, document.hash), id);
            documents.push(document);
        }
        Ok(documents)
    }

    fn keep_document(&mut self, log: Log, document: &Document) -> Result<bool, StoreError> {
        let kind = match document.kind {
            Kind::Policy => 0,
            Kind::Notice => 1,
        };
        let count = self.connection.execute(
            "insert into document (log, kind, hash, text) values (?, ?, ?, ?)
             on conflict (log, hash) do nothing",
            params![log.0, kind, document.hash, document.text],
        )?;
        Ok(count > 0)
    }

    fn keep(&mut self, arrivals: &[Arrival], sign: Sign) -> Result<Vec<Kept>, StoreError> {
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.filter.follow(&begun)?;
        let mut shelf =
            Begun { begun: &begun, filter: &mut self.filter, documents: &mut self.documents };
        let mut batch = Batch::new(&mut shelf);
        let mut answers = Vec::with_capacity(arrivals.len());
        for arrival in arrivals {
            answers.push(batch.keep(arrival, sign)?);
        }
        batch.finish(sign)?;
        begun.commit()?;
        self.filter.commit();
        Ok(answers)
    }

    fn keep_access(&mut self, access: &Access) -> Result<(), StoreError> {
        self.append_access(access)
    }
}

/// Makes the file where there is none, for its owner alone; SQLite gives the files beside it the same rights.
fn begin(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
