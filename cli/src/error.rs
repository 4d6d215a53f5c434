//! Why there is no verdict, in one line that names the path and says what to do, in the words of
//! `consentinel_audit::failed`. What is wrong inside of a document is a problem of the core.

use std::fmt;
use std::io;
use std::path::Path;

use consentinel_audit::failed::{self, unread, unwritten};

use consentinel_collector::store::{StoreError, shown};

pub use consentinel_audit::failed::one_line;

/// There is no verdict.
#[derive(Debug)]
pub struct Error {
    /// Why, and what to do.
    words: String,
    /// Whether the options are wrong, and not what could be read or written.
    pub is_usage: bool,
}

impl Error {
    /// Something could not be read or written.
    fn failed(words: String) -> Error {
        Error { words, is_usage: false }
    }

    /// The input was longer than this program takes.
    pub fn too_long(path: &Path, most: u64, help: &str) -> Error {
        let name = name(path);
        Error::failed(format!("cannot read {name}: more than {most} bytes; {help}"))
    }

    /// The input is of a kind that this command does not take.
    pub fn unfit(path: &Path, found: &str, help: &str) -> Error {
        Error::failed(format!("cannot use {}: {}; {help}", name(path), one_line(found)))
    }

    /// The options do not go with what this path turned out to be.
    pub fn usage(path: &Path, found: &str, help: &str) -> Error {
        Error { is_usage: true, ..Error::unfit(path, found, help) }
    }

    /// A store could not be read or changed.
    pub fn store(path: &Path, error: &StoreError) -> Error {
        Error::failed(format!(
            "cannot use the store {}: {}",
            name(path),
            one_line(&error.to_string())
        ))
    }

    /// The collector does not run.
    pub fn service(reason: &dyn fmt::Display) -> Error {
        Error::failed(one_line(&reason.to_string()))
    }

    /// Writing to something with this name failed.
    pub fn output(name: &str, error: &io::Error) -> Error {
        Error::failed(unwritten(name, error.kind(), &error.to_string()))
    }

    /// Reading it failed.
    pub fn input(path: &Path, error: &io::Error) -> Error {
        Error::failed(unread(&shown(path), error.kind(), &error.to_string()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words)
    }
}

/// How a message names this path: an address of a data base without the password in it.
pub fn name(path: &Path) -> String {
    failed::name(&shown(path))
}

/// Whether this path stands for standard input or output.
pub fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}
