//! Where a store is: a file of SQLite, or a data base of PostgreSQL by its address; and the origin of one of its logs
//! behind either, as in `records.db#shop.example/consent`. An address may hold a password, so nothing of it is
//! printed but what `any` shows.

use std::path::{Path, PathBuf};

/// What stands between a store and the origin of one of its logs.
pub const NAME_OF_SITE: char = '#';
/// How addresses of PostgreSQL begin.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// Whether a path is an address of PostgreSQL.
pub fn is_address(path: &Path) -> bool {
    path.to_str().is_some_and(|text| SCHEMES.iter().any(|scheme| text.starts_with(scheme)))
}

/// The place of a store, and the origin of the log that is asked for, by a path that may name both.
pub fn parts(path: &Path) -> (PathBuf, Option<String>) {
    let named =
        path.to_str().filter(|_| !path.exists()).and_then(|path| path.split_once(NAME_OF_SITE));
    match named {
        Some((place, origin)) => (PathBuf::from(place), Some(String::from(origin))),
        None => (path.to_path_buf(), None),
    }
}
