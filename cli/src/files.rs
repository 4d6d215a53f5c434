//! Reads what the arguments name and writes what a command made of it; the only file that opens
//! files. Every failure becomes one line that names the path and says what to do. What the bytes
//! mean, not even whether they are text, is decided elsewhere.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use crate::report::one_line;

/// Why there is no verdict: something could not be read or written.
#[derive(Debug)]
pub struct Error(String);

impl Error {
    /// The input was longer than this program takes.
    pub fn too_long(path: &Path, most: u64, help: &str) -> Error {
        let name = name(path);
        Error(format!("cannot read {name}: more than {most} bytes; {help}"))
    }

    /// Writing to something with this name failed.
    pub fn output(name: &str, error: &io::Error) -> Error {
        let help = match error.kind() {
            io::ErrorKind::AlreadyExists => "name a new file, or remove this one first",
            io::ErrorKind::NotFound => "make its folder first, or name another",
            io::ErrorKind::PermissionDenied => "name a place where you may write",
            _ => "check that the place can be written to and has room",
        };
        Error(format!("cannot write {name}: {error}; {help}"))
    }

    fn input(path: &Path, error: &io::Error) -> Error {
        let help = match error.kind() {
            io::ErrorKind::NotFound => "check the path, or write `-` for standard input",
            io::ErrorKind::PermissionDenied => "ask for the right to read it",
            io::ErrorKind::IsADirectory => "name a file",
            _ => "check that it is a file that can be read",
        };
        let name = name(path);
        Error(format!("cannot read {name}: {error}; {help}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// How a message names this path.
pub fn name(path: &Path) -> String {
    if is_standard(path) {
        return String::from("standard input");
    }
    format!("`{}`", one_line(&path.to_string_lossy()))
}

/// Whether this path stands for standard input or output.
pub fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The bytes of a file, or of standard input. Of something longer than `most` only so much is read
/// that the caller sees it is longer: a wrong path must not fill the memory.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let limit = most.saturating_add(1);
    let read = if is_standard(path) {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map(|_| bytes).map_err(|error| Error::input(path, &error))
}

/// Writes a new file, whole or not at all. A file that exists stays: it may be the very evidence
/// that was read.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |error| Error::output(&name(path), &error);
    let mut file = File::create_new(path).map_err(failed)?;
    file.write_all(bytes).map_err(|error| {
        // If the part cannot be removed either, the message still says that the file is no good.
        let _ = fs::remove_file(path);
        failed(error)
    })
}
