//! Where a store is: a file of SQLite, or a data base of PostgreSQL by its address; and the origin of one of its logs
//! behind either, as in `records.db#shop.example/consent`. An address may hold a password, so nothing but [`shown`] of it
//! is ever printed.

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

/// How a path is told: an address without who connects, and how.
pub fn shown(path: &Path) -> String {
    if !is_address(path) {
        return path.to_string_lossy().into_owned();
    }
    let (place, origin) = parts(path);
    let text = place.to_string_lossy();
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let rest = rest.split('?').next().unwrap_or_default();
    // A password can hold `@` and `/` where nobody wrote them as a URL does.
    let rest = rest.rsplit('@').next().unwrap_or_default();
    let site = origin.filter(|origin| consentinel::export::is_origin(origin));
    let site = site.map_or_else(String::new, |origin| format!("{NAME_OF_SITE}{origin}"));
    format!("{scheme}://{rest}{site}")
}
