//! What is done with a store by its place, whichever it is: opening it, reading it, erasing and pruning.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use crate::access::Accesses;

use super::{
    Postgres, Pruned, Sqlite, Store, StoreError,
    place::{NAME_OF_SITE, is_address, parts},
    postgres,
    read::{Reads, interrupted},
    sqlite,
};

/// Whether a path names a store, or a log in one. Nobody is asked for that.
pub fn is_store(path: &Path) -> bool {
    is_address(path) || sqlite::is_file(&parts(path).0)
}

/// How a path is told: of an address the hosts and the data base, never who connects.
pub fn shown(path: &Path) -> String {
    if !is_address(path) {
        return path.to_string_lossy().into_owned();
    }
    // In a broken one anything may stand anywhere.
    let Ok(config) = postgres::config(path) else {
        return String::from("an address of PostgreSQL");
    };
    let address = postgres::shown(&config);
    // Behind a mark that stands in a password unescaped comes the rest of that.
    match parts(path).1.filter(|origin| !origin.contains('@')) {
        Some(origin) => format!("{address}{NAME_OF_SITE}{origin}"),
        None => address,
    }
}

/// Why nothing can be at this place, in words that repeat nothing of an address.
pub fn problem(path: &Path) -> Option<StoreError> {
    is_address(path).then(|| postgres::config(path).err()).flatten()
}

/// Opens a store to keep records in, and begins it where there is none.
pub fn open(path: &Path) -> Result<Box<dyn Store>, StoreError> {
    Ok(if is_address(path) {
        Box::new(Postgres::open(path)?)
    } else {
        Box::new(Sqlite::open(path)?)
    })
}

/// Erases all records of a browser from the log that a path names: their hashes stay, in their places. The answer is
/// how many there were; where there were none, the journal has no line of it.
pub fn erase(path: &Path, subject: &str, reason: &str, now_ms: i64) -> Result<i64, StoreError> {
    if is_address(path) {
        Postgres::erase(path, subject, reason, now_ms)
    } else {
        Sqlite::erase(path, subject, reason, now_ms)
    }
}

/// What would go with all months before this one.
pub fn would_prune(path: &Path, before: &str) -> Result<Pruned, StoreError> {
    if is_address(path) {
        Postgres::would_prune(path, before)
    } else {
        Sqlite::would_prune(path, before)
    }
}

/// Drops all months before this one; the last month always stays.
pub fn prune(path: &Path, before: &str, now_ms: i64) -> Result<Pruned, StoreError> {
    if is_address(path) {
        Postgres::prune(path, before, now_ms)
    } else {
        Sqlite::prune(path, before, now_ms)
    }
}

/// The accesses of a store as they are now, whichever of its logs the path names.
pub fn accesses(path: &Path) -> Result<Accesses, StoreError> {
    let lines = now(&parts(path).0)?.lock().map_err(|_| interrupted())?.accesses()?;
    Ok(Accesses::of(lines.iter().map(String::as_str)))
}

/// A store at one moment, for all who read it.
pub type Moment = Arc<Mutex<dyn Reads>>;

/// The moment of each store that this program has read.
pub fn moment(place: &Path) -> Result<Moment, StoreError> {
    static OPEN: OnceLock<Mutex<HashMap<PathBuf, Moment>>> = OnceLock::new();
    let mut open = OPEN.get_or_init(Mutex::default).lock().map_err(|_| interrupted())?;
    if let Some(moment) = open.get(place) {
        return Ok(Arc::clone(moment));
    }
    let moment = now(place)?;
    open.insert(place.to_path_buf(), Arc::clone(&moment));
    Ok(moment)
}

/// This moment of a store.
pub fn now(place: &Path) -> Result<Moment, StoreError> {
    Ok(if is_address(place) {
        Arc::new(Mutex::new(postgres::read(place)?))
    } else {
        Arc::new(Mutex::new(sqlite::read(place)?))
    })
}
