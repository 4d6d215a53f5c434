//! The store in one file of SQLite: a write-ahead log, full synchronisation, one writer. What was answered is on the
//! disk, and a reader sees whole commits only. Reading it as an export is `lines`, erasing and pruning is `upkeep`.
//!
//! Nothing of it is kept in memory between two calls but the numbers of documents, so that another program may erase
//! and prune while a collector runs.

mod lines;
mod upkeep;

pub use lines::{Lines, NAME_OF_SITE, Receipt, is_store, parts};
pub use upkeep::Pruned;

use std::{
    collections::{BTreeMap, HashMap},
    fs::OpenOptions,
    io,
    path::Path,
    time::Duration,
};

use consentinel::{
    checkpoint::Checkpoint,
    export::{is_begun, is_next, origin_of},
    hash::{Hash, from_hex},
    merkle::{Tree, leaf},
    problem::Code,
    record::Record,
};
use consentinel_audit::time::day;
use rusqlite::{
    Connection, OpenFlags, OptionalExtension as _, Transaction, TransactionBehavior, params,
};

use super::{Arrival, Document, FORK, GAP, Kept, Kind, Log, Sign, Store, StoreError};

/// The version of the schema.
const VERSION: i64 = 1;
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
}

impl Sqlite {
    /// Opens a store, or begins one where there is no file.
    pub fn open(path: &Path) -> Result<Sqlite, StoreError> {
        begin(path).map_err(|error| StoreError(error.to_string()))?;
        let mut store = Sqlite::connect(Connection::open(path)?)?;
        let version: i64 =
            store.connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version == 0 {
            let begun =
                store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            begun.execute_batch(include_str!("sqlite/schema.sql"))?;
            begun.pragma_update(None, "user_version", VERSION)?;
            begun.commit()?;
        } else if version != VERSION {
            return Err(StoreError(format!(
                "its schema is version {version}, and this program knows {VERSION}: use the program that wrote it"
            )));
        }
        Ok(store)
    }

    /// Opens a store that is there.
    pub fn open_existing(path: &Path) -> Result<Sqlite, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let store = Sqlite::connect(Connection::open_with_flags(path, flags)?)?;
        lines::version(&store.connection)?;
        Ok(store)
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
        // 64 MB: the inner pages of the indexes stay in memory up to some ten million records.
        connection.pragma_update(None, "cache_size", -64_000)?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(Sqlite { connection, documents: HashMap::new() })
    }

    /// The logs of the store: their numbers, and the origins of their exports.
    pub fn logs(&self) -> Result<Vec<(Log, String)>, StoreError> {
        lines::logs(&self.connection)
    }
}

impl Store for Sqlite {
    fn log(&mut self, origin: &str, now_ms: i64, sign: Sign) -> Result<Log, StoreError> {
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = begun
            .query_row("select id from log where origin = ?", [origin], |row| row.get(0))
            .optional()?;
        let (log, open) = match found {
            Some(id) => (Log(id), Open::last(&begun, Log(id))?),
            None => {
                begun.execute("insert into log (origin) values (?)", [origin])?;
                // So that an export of nothing is one, too.
                let open = Open::new(month_at(now_ms), String::new());
                (Log(begun.last_insert_rowid()), open)
            }
        };
        open.save(&begun, log, origin, sign)?;
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
        let mut batch =
            Batch { begun: &begun, documents: &mut self.documents, logs: BTreeMap::new() };
        let mut answers = Vec::with_capacity(arrivals.len());
        for arrival in arrivals {
            answers.push(batch.keep(arrival, sign)?);
        }
        batch.finish(sign)?;
        begun.commit()?;
        Ok(answers)
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

/// The month of a time.
fn month_at(at_ms: i64) -> String {
    day(at_ms).chars().take(7).collect()
}

/// A month that is open.
struct Open {
    month: String,
    after: String,
    tree: Tree,
    /// How many records name each document.
    named: BTreeMap<i64, i64>,
}

impl Open {
    fn new(month: String, after: String) -> Open {
        let mut tree = Tree::default();
        if !after.is_empty() {
            tree.push(leaf(after.as_bytes()));
        }
        Open { month, after, tree, named: BTreeMap::new() }
    }

    /// The last month of a log.
    fn last(begun: &Transaction, log: Log) -> Result<Open, StoreError> {
        let asked = "select month, after, size, whole from month where log = ?
                     order by month desc limit 1";
        let (month, after, size, whole): (String, String, i64, Vec<u8>) = begun
            .prepare_cached(asked)?
            .query_row([log.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        let (hashes, rest) = whole.as_chunks::<32>();
        let tree = u64::try_from(size).ok().filter(|_| rest.is_empty());
        let tree = tree.and_then(|size| Tree::resume(size, hashes.to_vec()));
        let tree = tree.ok_or_else(|| StoreError(format!("the tree of {month} is damaged")))?;
        Ok(Open { month, after, tree, named: BTreeMap::new() })
    }

    fn checkpoint(&self, origin: &str) -> Checkpoint {
        let origin = origin_of(origin, &self.month);
        Checkpoint { origin, size: self.tree.size(), root: self.tree.root() }
    }

    /// Writes it, with the checkpoint over it.
    fn save(
        &self,
        begun: &Transaction,
        log: Log,
        origin: &str,
        sign: Sign,
    ) -> Result<(), StoreError> {
        let checkpoint = sign(origin, &self.checkpoint(origin).text());
        let size = i64::try_from(self.tree.size()).unwrap_or(i64::MAX);
        begun
            .prepare_cached(
                "insert into month (log, month, after, size, whole, checkpoint)
                 values (?, ?, ?, ?, ?, ?)
                 on conflict (log, month) do update
                 set size = excluded.size, whole = excluded.whole, checkpoint = excluded.checkpoint",
            )?
            .execute(params![log.0, self.month, self.after, size, self.tree.whole().concat(), checkpoint])?;
        for (document, count) in &self.named {
            begun
                .prepare_cached(
                    "insert into named (log, month, document, count) values (?, ?, ?, ?)
                     on conflict (log, month, document) do update set count = count + excluded.count",
                )?
                .execute(params![log.0, self.month, document, count])?;
        }
        Ok(())
    }
}

/// A log while records come into it.
struct Growing {
    origin: String,
    open: Open,
    is_changed: bool,
}

/// Records that are kept together.
struct Batch<'a> {
    begun: &'a Transaction<'a>,
    documents: &'a mut HashMap<(Log, Hash), i64>,
    logs: BTreeMap<Log, Growing>,
}

impl Batch<'_> {
    fn keep(&mut self, arrival: &Arrival, sign: Sign) -> Result<Kept, StoreError> {
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
            std::collections::btree_map::Entry::Occupied(there) => Ok(there.into_mut()),
            std::collections::btree_map::Entry::Vacant(place) => {
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

    fn finish(self, sign: Sign) -> Result<(), StoreError> {
        for (log, growing) in self.logs.iter().filter(|(_, growing)| growing.is_changed) {
            growing.open.save(self.begun, *log, &growing.origin, sign)?;
        }
        Ok(())
    }
}
