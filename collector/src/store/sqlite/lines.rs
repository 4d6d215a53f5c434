//! Reads a store as an export (docs/export.md), line by line: whatever verifies, counts and shows exports does the same
//! with a store. All that is read of a store in one run of a program is of one moment, however often it is read, and
//! whatever a collector keeps meanwhile.

use std::{
    collections::{BTreeSet, HashMap},
    ffi::OsStr,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use consentinel::{
    checkpoint::Checkpoint,
    export::{Line, origin_of},
    hash::{Hash, digest},
    merkle::{Tree, leaf},
};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use super::{Log, StoreError, VERSION};

/// What every file of SQLite begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// What stands between a store and the origin of one of its logs, as in `records.db#shop.example/consent`.
pub const NAME_OF_SITE: char = '#';
/// So many rows are fetched at a time.
const TOGETHER: usize = 1000;

/// The file of a store, and the origin of the log that is asked for, by a path that may name both.
pub fn parts(path: &Path) -> (PathBuf, Option<String>) {
    let named =
        path.to_str().filter(|_| !path.exists()).and_then(|path| path.split_once(NAME_OF_SITE));
    match named {
        Some((file, origin)) => (PathBuf::from(file), Some(String::from(origin))),
        None => (path.to_path_buf(), None),
    }
}

/// Whether a path names a store, or a log in one.
pub fn is_store(path: &Path) -> bool {
    let mut start = [0; MAGIC.len()];
    let file = parts(path).0;
    // Anything but a file may have no end.
    file.is_file()
        && File::open(&file).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == MAGIC
}

/// The logs of a store.
pub(super) fn logs(connection: &Connection) -> Result<Vec<(Log, String)>, StoreError> {
    let mut asked = connection.prepare("select id, origin from log order by origin")?;
    let rows = asked.query_map([], |row| Ok((Log(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The log of a store that is asked for, which need not be named where there is one alone.
pub(super) fn log_of(
    connection: &Connection,
    origin: Option<&str>,
) -> Result<(Log, String), StoreError> {
    let logs = logs(connection)?;
    let names = logs.iter().map(|(_, origin)| format!("`{origin}`")).collect::<Vec<_>>().join(", ");
    let found = match (origin, &*logs) {
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
        (Some(origin), logs) => logs.iter().find(|(_, other)| other == origin).cloned(),
    };
    found.ok_or_else(|| {
        StoreError(format!(
            "name one of its sites behind the file, after `{NAME_OF_SITE}`: {names}"
        ))
    })
}

/// Refuses what is no store of this version.
pub(super) fn version(connection: &Connection) -> Result<(), StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let has_logs = connection
        .prepare("select 1 from sqlite_schema where type = 'table' and name = 'log'")?
        .exists([])?;
    if version == VERSION && has_logs {
        return Ok(());
    }
    Err(StoreError(String::from("it is no store of this version of the collector")))
}

/// A store at one moment.
type Moment = Arc<Mutex<Connection>>;

/// The moment of each store that this program has read.
fn moment(file: &Path) -> Result<Moment, StoreError> {
    static OPEN: OnceLock<Mutex<HashMap<PathBuf, Moment>>> = OnceLock::new();
    let mut open = OPEN.get_or_init(Mutex::default).lock().map_err(|_| interrupted())?;
    if let Some(moment) = open.get(file) {
        return Ok(Arc::clone(moment));
    }
    let moment = now(file)?;
    open.insert(file.to_path_buf(), Arc::clone(&moment));
    Ok(moment)
}

/// This moment of a store.
fn now(file: &Path) -> Result<Moment, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let begin = |connection: &Connection| {
        version(connection)?;
        // The first question begins the moment, and the connection keeps it until it goes.
        connection.execute_batch("begin")?;
        logs(connection).map(drop)
    };
    let connection = Connection::open_with_flags(file, flags)?;
    let connection = match begin(&connection) {
        Ok(()) => connection,
        // A copy in a place where nothing can be written: without a log beside it, the file is all there is.
        Err(error) if !has_log(file) => {
            let name = uri(file).ok_or(error)?;
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            let connection = Connection::open_with_flags(name, flags)?;
            begin(&connection)?;
            connection
        }
        Err(error) => return Err(error),
    };
    Ok(Arc::new(Mutex::new(connection)))
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

fn interrupted() -> StoreError {
    StoreError(String::from("another reader of it was interrupted"))
}

/// What comes next.
enum Next {
    Documents,
    Months,
    /// Records of this month behind this place.
    Records(usize, i64),
    End,
}

/// When a record came, and what was odd about it then.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The hash of its line.
    pub hash: Hash,
    /// When, in milliseconds since 1970, by the clock of the collector.
    pub at_ms: i64,
    /// [`super::super::CLOCK`] and the like.
    pub flags: i64,
}

/// What was found of one browser.
#[derive(Default)]
struct Found {
    /// Months of receipt and lines, in the order in which they came.
    records: Vec<(String, String)>,
    receipts: Vec<Receipt>,
    documents: BTreeSet<i64>,
}

/// The lines of the export that a log is.
pub struct Lines {
    moment: Moment,
    log: Log,
    origin: String,
    months: Vec<(String, String, String)>,
    next: Next,
    /// The lines that are not handed on yet, and how much of them is.
    text: Vec<u8>,
    read: usize,
}

impl Lines {
    /// Begins to read a store.
    pub fn open(path: &Path) -> Result<Lines, StoreError> {
        let (file, origin) = parts(path);
        Lines::at(moment(&file)?, origin)
    }

    /// The same of this moment, whatever this program has read before: for one that runs on.
    pub fn now(path: &Path) -> Result<Lines, StoreError> {
        let (file, origin) = parts(path);
        Lines::at(now(&file)?, origin)
    }

    fn at(moment: Moment, origin: Option<String>) -> Result<Lines, StoreError> {
        let connection = moment.lock().map_err(|_| interrupted())?;
        let (log, origin) = log_of(&connection, origin.as_deref())?;
        let mut asked = connection
            .prepare("select month, after, checkpoint from month where log = ? order by month")?;
        let rows = asked.query_map([log.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let months = rows.collect::<Result<_, _>>()?;
        drop(asked);
        drop(connection);
        let header = Line::Header { origin: origin.clone() }.text();
        let (text, next) = (Vec::new(), Next::Documents);
        let mut lines = Lines { moment, log, origin, months, next, text, read: 0 };
        lines.push(&header);
        Ok(lines)
    }

    /// Of all months of receipt only these, from the first to the last of them, as `2026-11`. It is an export as well, with
    /// the checkpoints that the months have.
    pub fn within(mut self, first: &str, last: &str) -> Lines {
        self.months.retain(|(month, _, _)| (first..=last).contains(&&**month));
        self
    }

    /// The pseudonym of the browser whose record has this hash; nothing where there is none, or it was erased.
    pub fn subject_of(&self, hash: &Hash) -> Result<Option<String>, StoreError> {
        let connection = self.moment.lock().map_err(|_| interrupted())?;
        let asked = "select subject from record where log = ? and hash = ?";
        let found = connection.query_row(asked, params![self.log.0, hash], |row| row.get(0));
        Ok(found.optional()?.flatten())
    }

    /// Begins to read one browser alone, found by an index: its records, in their months, with the documents that they
    /// name. It is an export as well, under checkpoints that nobody signed; with it comes when each record came.
    pub fn of_browser(path: &Path, subject: &str) -> Result<(Lines, Vec<Receipt>), StoreError> {
        Lines::open(path)?.about(subject)
    }

    /// The same of lines of which nothing was read yet.
    pub fn about(self, subject: &str) -> Result<(Lines, Vec<Receipt>), StoreError> {
        let mut lines = self;
        let moment = Arc::clone(&lines.moment);
        let connection = moment.lock().map_err(|_| interrupted())?;
        let mut found = Found::default();
        let mut asked = connection.prepare(
            "select line, hash, month, received_ms, flags, policy, notice from record
             where log = ? and subject = ? order by place",
        )?;
        let mut rows = asked.query(params![lines.log.0, subject])?;
        while let Some(row) = rows.next()? {
            let (line, hash): (String, Hash) = (row.get(0)?, row.get(1)?);
            if digest(line.as_bytes()) != hash {
                return Err(StoreError(String::from(
                    "a record in it is not the one that was kept: verify the whole store",
                )));
            }
            found.documents.extend(row.get::<_, Option<i64>>(5)?);
            found.documents.extend(row.get::<_, Option<i64>>(6)?);
            found.records.push((row.get(2)?, line));
            found.receipts.push(Receipt { hash, at_ms: row.get(3)?, flags: row.get(4)? });
        }
        let mut asked = connection
            .prepare("select id, kind, text from document where log = ? order by kind, hash")?;
        let mut rows = asked.query([lines.log.0])?;
        while let Some(row) = rows.next()? {
            if found.documents.contains(&row.get(0)?) {
                lines.push_document(row.get(1)?, &row.get::<_, String>(2)?);
            }
        }
        lines.push_months(&found.records);
        lines.next = Next::End;
        Ok((lines, found.receipts))
    }

    /// Months of these records, each with an unsigned checkpoint over them; this one, where there is no record.
    fn push_months(&mut self, records: &[(String, String)]) {
        let mut after = String::new();
        let last = || self.months.last().map(|(month, _, _)| (month.clone(), None));
        let mut rest: Vec<(String, Option<&str>)> =
            records.iter().map(|(month, line)| (month.clone(), Some(&**line))).collect();
        rest.extend(last().filter(|_| records.is_empty()));
        for of_month in rest.chunk_by(|one, other| one.0 == other.0) {
            let Some((month, _)) = of_month.first() else { continue };
            let mut tree = Tree::default();
            if !after.is_empty() {
                tree.push(leaf(after.as_bytes()));
            }
            self.push(&Line::Month { month: month.clone(), after }.text());
            for line in of_month.iter().filter_map(|(_, line)| *line) {
                tree.push(leaf(&digest(line.as_bytes())));
                self.push(line);
            }
            let origin = origin_of(&self.origin, month);
            after = Checkpoint { origin, size: tree.size(), root: tree.root() }.text();
            self.push(&Line::Checkpoint(after.clone()).text());
        }
    }

    fn push_document(&mut self, kind: i64, text: &str) {
        let kind = if kind == 0 { "policy" } else { "notice" };
        self.push(&format!("{{\"{kind}\":{text}}}"));
    }

    fn push(&mut self, line: &str) {
        self.text.extend_from_slice(line.as_bytes());
        self.text.push(b'\n');
    }

    /// Fetches the next lines; false where there are none.
    fn fetch(&mut self) -> Result<bool, StoreError> {
        match self.next {
            Next::Documents => {
                self.documents()?;
                self.next = Next::Months;
            }
            Next::Months => self.open_month(0, 0),
            Next::Records(at, place) => self.records(at, place)?,
            Next::End => return Ok(false),
        }
        Ok(true)
    }

    /// The documents that records name, as the export has them in their order.
    fn documents(&mut self) -> Result<(), StoreError> {
        let moment = Arc::clone(&self.moment);
        let connection = moment.lock().map_err(|_| interrupted())?;
        let mut asked = connection.prepare(
            "select kind, text from document
             where log = ?1 and id in (
               select document from named where log = ?1 and count > 0 and month between ?2 and ?3)
             order by kind, hash",
        )?;
        let month = |month: Option<&(String, String, String)>| {
            month.map(|(month, _, _)| month.clone()).unwrap_or_default()
        };
        let (first, last) = (month(self.months.first()), month(self.months.last()));
        let mut rows = asked.query(params![self.log.0, first, last])?;
        while let Some(row) = rows.next()? {
            self.push_document(row.get(0)?, &row.get::<_, String>(1)?);
        }
        Ok(())
    }

    /// Begins a month; its records are behind this place, since months follow each other in the table as well.
    fn open_month(&mut self, at: usize, place: i64) {
        self.next = match self.months.get(at).cloned() {
            Some((month, after, _)) => {
                self.push(&Line::Month { month, after }.text());
                Next::Records(at, place)
            }
            None => Next::End,
        };
    }

    fn records(&mut self, at: usize, place: i64) -> Result<(), StoreError> {
        let Some((month, _, checkpoint)) = self.months.get(at).cloned() else {
            self.next = Next::End;
            return Ok(());
        };
        let moment = Arc::clone(&self.moment);
        let connection = moment.lock().map_err(|_| interrupted())?;
        let mut asked = connection.prepare_cached(
            "select place, month, line, hash from record where log = ? and place > ?
             order by place limit ?",
        )?;
        let most = i64::try_from(TOGETHER).unwrap_or(i64::MAX);
        let mut rows = asked.query(params![self.log.0, place, most])?;
        let (mut count, mut last) = (0, place);
        while let Some(row) = rows.next()? {
            let of: String = row.get(1)?;
            if of > month {
                count = 0;
                break;
            }
            (count, last) = (count + 1, row.get(0)?);
            // What is left of a month that was dropped while somebody stopped the program.
            if of < month {
                continue;
            }
            match row.get::<_, Option<String>>(2)? {
                Some(line) => self.push(&line),
                None => self.push(&Line::Erased(row.get::<_, Hash>(3)?).text()),
            }
        }
        self.next = Next::Records(at, last);
        if count < TOGETHER {
            self.push(&Line::Checkpoint(checkpoint).text());
            self.open_month(at + 1, last);
        }
        Ok(())
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.text.len() {
            self.text.clear();
            self.read = 0;
            if !self.fetch().map_err(io::Error::other)? {
                return Ok(0);
            }
        }
        let rest = self.text.get(self.read..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(from), Some(into)) = (rest.get(..count), buffer.get_mut(..count)) {
            into.copy_from_slice(from);
        }
        self.read += count;
        Ok(count)
    }
}
