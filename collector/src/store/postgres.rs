//! The store on PostgreSQL: any number of collectors on one data base, which a standby can follow. One batch is one
//! transaction of a few statements, however many records it has; the one that writes has all rows as arrays. What is
//! asked while records are kept is `begun` and `facts`, what a reader asks `read`, erasing and pruning `upkeep`, connections
//! `session` and `address`; `months` says in which months to look, and `settle` keeps what it asks fast.
//!
//! Whoever writes to a log holds the row of it until the transaction ends. So the trees and checkpoints of several
//! collectors are as those of one, and so is what is asked of each record before; it costs that the batches of one log
//! follow each other, as they do in a file. Different logs never wait for each other.

mod address;
mod begun;
mod facts;
mod months;
mod read;
mod session;
mod settle;
mod upkeep;

pub use address::{config, shown};
pub use read::read;

use std::{
    collections::HashMap,
    error::Error as _,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use consentinel::hash::Hash;
use postgres::error::SqlState;

use self::{begun::Begun, session::Session, settle::Settler};
use super::{
    Arrival, Document, Kept, Kind, Log, Sign, Store, StoreError,
    batch::{self, Batch, Shelf as _},
    open::{Open, month_at},
};
use crate::access::Access;

/// The version of the schema.
const VERSION: i64 = 3;
/// The version that is brought to it.
const BEFORE: i64 = 2;
/// How long something is tried again, a little less than whoever waits for it does.
const PATIENCE: Duration = Duration::from_secs(25);
/// How long it rests after the first failure, and at most.
const RESTS: [Duration; 2] = [Duration::from_millis(20), Duration::from_secs(1)];

/// Why something failed.
enum Failed {
    /// It may work on another connection, or once others are done: nothing was kept, or nobody can tell.
    Passing(StoreError),
    /// It will fail again.
    Lasting(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Failed {
        Failed::Lasting(error)
    }
}

impl From<Failed> for StoreError {
    fn from(failed: Failed) -> StoreError {
        match failed {
            Failed::Passing(error) | Failed::Lasting(error) => error,
        }
    }
}

impl From<postgres::Error> for Failed {
    fn from(error: postgres::Error) -> Failed {
        // The details of a message hold values, and are left out.
        let words = match (error.as_db_error(), error.source()) {
            (Some(said), _) => format!("{} (SQLSTATE {})", said.message(), said.code().code()),
            (None, Some(source)) => format!("{error}: {source}"),
            (None, None) => error.to_string(),
        };
        let passes = error.code().is_none_or(|code| {
            // Connections, and resources that others use up; what others did at the same time; a server that stops,
            // starts, or is a standby.
            ["08", "53", "57P"].iter().any(|class| code.code().starts_with(class))
                || *code == SqlState::T_R_SERIALIZATION_FAILURE
                || *code == SqlState::T_R_DEADLOCK_DETECTED
                || *code == SqlState::READ_ONLY_SQL_TRANSACTION
                || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        });
        let error = StoreError(words);
        if passes { Failed::Passing(error) } else { Failed::Lasting(error) }
    }
}

/// A store on PostgreSQL.
pub struct Postgres {
    path: PathBuf,
    /// None after a failure: what was begun on a connection goes with it.
    session: Option<Session>,
    /// The numbers of documents, by log and hash.
    documents: HashMap<(Log, Hash), i64>,
    settler: Settler,
}

impl Postgres {
    /// Opens a store, or begins one in a data base that has none.
    pub fn open(path: &Path) -> Result<Postgres, StoreError> {
        let mut session = Session::open(path)?;
        begin(&mut session)?;
        let path = path.to_path_buf();
        let settler = Settler::start(path.clone())?;
        Ok(Postgres { path, session: Some(session), documents: HashMap::new(), settler })
    }

    /// Does something, and tries again what may pass. A commit that nobody answered may have been one: then all of it is
    /// known already, and nothing is kept twice.
    fn attempt<T>(
        &mut self,
        mut work: impl FnMut(&mut Session, &mut HashMap<(Log, Hash), i64>) -> Result<T, Failed>,
    ) -> Result<T, StoreError> {
        let ([mut rest, longest], begun) = (RESTS, Instant::now());
        loop {
            let session = match self.session.take() {
                Some(session) => Ok(session),
                None => Session::open(&self.path),
            };
            let done = session.and_then(|mut session| {
                let done = work(&mut session, &mut self.documents)?;
                self.session = Some(session);
                Ok(done)
            });
            match done {
                Ok(done) => return Ok(done),
                Err(Failed::Passing(error)) if begun.elapsed() + rest < PATIENCE => {
                    tracing::warn!(%error, "nothing was kept, and it is tried again");
                    thread::sleep(rest);
                    rest = longest.min(rest * 2);
                }
                Err(Failed::Passing(error) | Failed::Lasting(error)) => return Err(error),
            }
        }
    }
}

/// Makes the tables where there are none, and refuses others.
fn begin(session: &mut Session) -> Result<(), Failed> {
    if !session.has("consentinel")? {
        session.begin()?;
        session.lock_tables()?;
        // Another collector may have been faster.
        if !session.has("consentinel")? {
            session.run(include_str!("postgres/schema.sql"))?;
        }
        session.commit()?;
    }
    if found(session)? == BEFORE {
        session.begin()?;
        session.lock_tables()?;
        if found(session)? == BEFORE {
            session.run(include_str!("postgres/upgrade.sql"))?;
        }
        session.commit()?;
    }
    version(session)
}

/// The version of a store that is there.
fn found(session: &mut Session) -> Result<i64, Failed> {
    Ok(session.ask_one("select version from consentinel", &[])?.try_get(0)?)
}

/// Refuses what is no store of this version.
fn version(session: &mut Session) -> Result<(), Failed> {
    if !session.has("consentinel")? {
        let words = "the data base has no store: `consentinel serve` begins one";
        return Err(Failed::Lasting(StoreError(String::from(words))));
    }
    let words = match found(session)? {
        VERSION => return Ok(()),
        BEFORE => format!(
            "its schema is version {BEFORE}, and this program knows {VERSION}: `consentinel serve` of this release brings it further"
        ),
        version => format!(
            "its schema is version {version}, and this program knows {VERSION}: use the program that wrote it"
        ),
    };
    Err(Failed::Lasting(StoreError(words)))
}

impl Store for Postgres {
    fn log(&mut self, origin: &str, now_ms: i64, sign: Sign) -> Result<Log, StoreError> {
        self.attempt(|session, documents| {
            session.begin()?;
            let asked = "select id from log where origin = $1";
            if session.ask(asked, &[&origin])?.is_empty() {
                session.lock_tables()?;
                session.change(
                    "insert into log (id, origin) select coalesce(max(id), 0) + 1, $1 from log
                     on conflict (origin) do nothing",
                    &[&origin],
                )?;
            }
            let log = Log(session.ask_one(asked, &[&origin])?.try_get(0)?);
            let mut shelf = Begun::lock(session, documents, &[log])?;
            let open = match shelf.has_month(log) {
                true => shelf.last(log)?.1,
                // So that an export of nothing is one, too.
                false => Open::new(month_at(now_ms), String::new()),
            };
            batch::save(&mut shelf, log, origin, &open, sign)?;
            shelf.write()?;
            session.commit()?;
            Ok(log)
        })
    }

    fn documents(&mut self, log: Log) -> Result<Vec<Document>, StoreError> {
        self.attempt(|session, known| {
            let asked = "select id, kind, hash, text from document where log = $1";
            let mut documents = Vec::new();
            for row in session.ask(asked, &[&log.0])? {
                let (id, kind): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
                let kind = if kind == 0 { Kind::Policy } else { Kind::Notice };
                let document =
                    Document { kind, hash: hash(row.try_get(2)?)?, text: row.try_get(3)? };
                known.insert((log, document.hash), id);
                documents.push(document);
            }
            Ok(documents)
        })
    }

    fn keep_document(&mut self, log: Log, document: &Document) -> Result<bool, StoreError> {
        let kind: i64 = match document.kind {
            Kind::Policy => 0,
            Kind::Notice => 1,
        };
        self.attempt(|session, _| {
            let hash = document.hash.as_slice();
            session.begin()?;
            let there = "select 1 from document where log = $1 and hash = $2";
            let mut count = 0;
            if session.ask(there, &[&log.0, &hash])?.is_empty() {
                // So that no two get one number.
                session.ask("select 1 from log where id = $1 for update", &[&log.0])?;
                count = session.change(
                    "insert into document (log, id, kind, hash, text)
                     select $1, coalesce(max(id), 0) + 1, $2, $3, $4 from document where log = $1
                     on conflict (log, hash) do nothing",
                    &[&log.0, &kind, &hash, &document.text],
                )?;
            }
            session.commit()?;
            Ok(count > 0)
        })
    }

    fn keep(&mut self, arrivals: &[Arrival], sign: Sign) -> Result<Vec<Kept>, StoreError> {
        let (answers, is_new) = self.attempt(|session, documents| {
            session.begin()?;
            let mut logs: Vec<Log> = arrivals.iter().map(|arrival| arrival.log).collect();
            logs.sort_unstable();
            logs.dedup();
            let mut shelf = Begun::lock(session, documents, &logs)?;
            shelf.ask(arrivals)?;
            let mut batch = Batch::new(&mut shelf);
            let mut answers = Vec::with_capacity(arrivals.len());
            for arrival in arrivals {
                answers.push(batch.keep(arrival, sign)?);
            }
            batch.finish(sign)?;
            let is_new = shelf.write()?;
            session.commit()?;
            Ok((answers, is_new))
        })?;
        if is_new {
            self.settler.ask();
        }
        Ok(answers)
    }

    fn keep_access(&mut self, access: &Access) -> Result<(), StoreError> {
        self.attempt(|session, _| {
            session.begin()?;
            // One behind the other, whichever collector is asked. Where a commit was not answered, the question may stand
            // there twice, which hides nothing.
            session.run("lock table access in share row exclusive mode")?;
            let last =
                session.ask("select place, line from access order by place desc limit 1", &[])?;
            let (place, before): (i64, Option<String>) = match last.first() {
                Some(row) => (row.try_get::<_, i64>(0)? + 1, Some(row.try_get(1)?)),
                None => (1, None),
            };
            let line = access.line(before.as_deref());
            session.change("insert into access (place, line) values ($1, $2)", &[&place, &line])?;
            session.commit()
        })
    }
}

/// A hash as it is kept.
fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    Hash::try_from(bytes).map_err(|_| StoreError(String::from("a hash in it is damaged")))
}
