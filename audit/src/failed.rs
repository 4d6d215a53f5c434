//! How a file that could not be read or written is told, in one line that names the path and says what to do; and how a
//! path or a foreign text stands in such a line. Left out: opening files.

use std::io::ErrorKind;

/// Reading the file called `path` failed for this reason; `error` is the system's word for it.
pub fn unread(path: &str, kind: ErrorKind, error: &str) -> String {
    let help = match kind {
        ErrorKind::NotFound => "check the path, or write `-` for standard input",
        ErrorKind::PermissionDenied => "ask for the right to read it",
        ErrorKind::IsADirectory => "name a file",
        _ => "check that it is a file that can be read",
    };
    format!("cannot read {}: {error}; {help}", name(path))
}

/// Writing to something with this name failed.
pub fn unwritten(name: &str, kind: ErrorKind, error: &str) -> String {
    let help = match kind {
        ErrorKind::AlreadyExists => "name a new file, or remove this one first",
        ErrorKind::NotFound => "make its folder first, or name another",
        ErrorKind::PermissionDenied => "name a place where you may write",
        _ => "check that the place can be written to and has room",
    };
    format!("cannot write {name}: {error}; {help}")
}

/// How a message names this path.
pub fn name(path: &str) -> String {
    if path == "-" {
        return String::from("standard input");
    }
    format!("`{}`", one_line(path))
}

/// A foreign text made safe to stand in one line of a terminal.
pub fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_control() { '\u{fffd}' } else { character })
        .collect()
}
