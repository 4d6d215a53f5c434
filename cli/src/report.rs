//! What a command hands back: the answer for standard output, words for standard error, a verdict.
//! Printing never panics. What a command finds out is its own affair; how a problem looks is
//! `consentinel_audit::problems`.

use std::borrow::Cow;
use std::io::{self, Write};

use consentinel_audit::commands::Said;
use console::Style;
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

impl From<Said> for Report {
    fn from(said: Said) -> Report {
        let verdict = Verdict::of(said.is_sound);
        Report { out: said.out.into_bytes(), words: said.words, verdict }
    }
}

impl Report {
    /// The same, after these lines.
    pub fn after(mut self, words: String) -> Report {
        self.words.insert_str(0, &words);
        self
    }

    /// Prints the answer, then the words.
    pub fn print(&self) -> Result<(), Error> {
        let mut stdout = io::stdout().lock();
        let out = painted(&self.out, console::colors_enabled(), Style::new());
        let written = stdout.write_all(&out).and_then(|()| stdout.flush());
        match written {
            // A reader that has seen enough (`| head`) takes nothing from the verdict.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            Err(error) => return Err(Error::output("standard output", &error)),
            Ok(()) => {}
        }
        // With standard error gone there is nobody left to tell; the exit code still says it.
        let is_coloured = console::colors_enabled_stderr();
        let words = painted(self.words.as_bytes(), is_coloured, Style::new().for_stderr());
        let _ = io::stderr().write_all(&words);
        Ok(())
    }
}

/// A text with colours for what its lines begin with; as it is where colours are not wanted, which is everywhere
/// but on a terminal.
fn painted(text: &[u8], is_coloured: bool, style: Style) -> Cow<'_, [u8]> {
    let Some(text) = std::str::from_utf8(text).ok().filter(|_| is_coloured) else {
        return Cow::Borrowed(text);
    };
    let colours = [
        ("error:", style.clone().red().bold()),
        ("warning:", style.clone().yellow()),
        ("does NOT hold:", style.clone().red().bold()),
        ("holds:", style.green()),
    ];
    let lines = text.split_inclusive('\n').map(|line| {
        let found = colours.iter().find_map(|(word, colour)| {
            Some(colour.apply_to(word).to_string() + line.strip_prefix(word)?)
        });
        found.unwrap_or_else(|| String::from(line))
    });
    Cow::Owned(lines.collect::<String>().into_bytes())
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
