//! Why there is no verdict, in one line that names the path and says what to do; and how a path or a
//! foreign text stands in such a line. What is wrong inside of a document is a problem of the core.

use std::fmt;
use std::io;
use std::path::Path;

/// Something could not be read or written.
#[derive(Debug)]
pub struct Error(String);

impl Error {
    /// The input was longer than this program takes.
    pub fn too_long(path: &Path, most: u64, help: &str) -> Error {
        let name = name(path);
        Error(format!("cannot read {name}: more than {most} bytes; {help}"))
    }

    /// The input is of a kind that this command does not take.
    pub fn unfit(path: &Path, found: &str, help: &str) -> Error {
        Error(format!("cannot use {}: {}; {help}", name(path), one_line(found)))
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

    /// Reading it failed.
    pub fn input(path: &Path, error: &io::Error) -> Error {
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

/// A foreign text made safe to stand in one line of a terminal.
pub fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_control() { '\u{fffd}' } else { character })
        .collect()
}
