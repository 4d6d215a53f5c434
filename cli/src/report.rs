//! What a command hands back: the answer for standard output, words for standard error, a verdict.
//! Printing never panics. What a command finds out is its own affair; how a problem looks is
//! `consentinel_audit::problems`.

use std::io::{self, Write};

use serde_json::Value;

use crate::error::Error;

/// Whether what was looked at holds.
#[derive(Clone, Copy)]
pub enum Verdict {
    /// It holds; there may be warnings.
    Sound,
    /// It does not.
    Failed,
}

impl Verdict {
    /// Sound if `sound`.
    pub fn of(sound: bool) -> Verdict {
        if sound { Verdict::Sound } else { Verdict::Failed }
    }
}

/// The end of a command.
pub struct Report {
    /// For standard output, as it is.
    pub out: Vec<u8>,
    /// For standard error, whole lines.
    pub words: String,
    /// What the exit code says.
    pub verdict: Verdict,
}

impl Report {
    /// Prints the answer, then the words.
    pub fn print(&self) -> Result<(), Error> {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(&self.out).and_then(|()| stdout.flush());
        match written {
            // A reader that has seen enough (`| head`) takes nothing from the verdict.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            Err(error) => return Err(Error::output("standard output", &error)),
            Ok(()) => {}
        }
        // With standard error gone there is nobody left to tell; the exit code still says it.
        let _ = io::stderr().write_all(self.words.as_bytes());
        Ok(())
    }
}

/// One line on standard error, with the name of the program.
pub fn complain(line: &str) {
    // As in `print`: nobody is left to tell.
    let _ = writeln!(io::stderr(), "consentinel: {line}");
}

/// One JSON object as an answer.
pub fn json_line(object: &Value) -> Vec<u8> {
    format!("{object}\n").into_bytes()
}
