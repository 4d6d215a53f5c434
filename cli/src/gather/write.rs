//! Writes the export that was gathered: what stood in it, and the new records behind it, without those of which
//! it is known only at the end that they cannot stay.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _};
use std::path::Path;

use consentinel::{
    checkpoint::Checkpoint,
    export::{Line, Summary, Verifier},
    hash::digest,
    merkle::{Tree, leaf},
    note::PrivateKey,
    problem::{Code, Severity},
    source,
};
use consentinel_audit::{commands::counted, problems::Problems};

use super::{Arguments, Before, Documented, Gathering, is_of_gathering};
use crate::error::{Error, name};
use crate::files::{AT_A_TIME, Input, Replacement};
use crate::sign::signed_once;
use crate::stream;

/// What is left to tell.
pub(super) struct Written {
    pub(super) out: Vec<u8>,
    pub(super) problems: Problems,
    pub(super) words: String,
    pub(super) refused: u64,
}

/// A problem that is known only at the end: its code, the line of the record among those that came in, what was
/// found.
type Late = (Code, u32, String);

/// How many late problems are kept.
const MOST_LATE: usize = 100_000;

/// The new records, which are `lines` of the export that would be if all of them stayed.
struct New {
    spool: File,
    first: u32,
    /// Those that do not stay, in order: they are there twice, or cannot follow any other.
    left_out: Vec<u32>,
}

impl Gathering {
    /// Writes the export.
    pub(super) fn close(
        mut self,
        before: &Before,
        arguments: &Arguments,
        key: Option<&PrivateKey>,
        taken: u64,
    ) -> Result<Written, Error> {
        let mut checkpoint = self.verifier.checkpoint();
        self.say(&Line::Checkpoint(checkpoint.text()));
        let (summary, late) = end(self.verifier);
        let mut left_out = summary.repeated.clone();
        left_out.extend(late.iter().filter(is_error).map(|(_, line, _)| *line));
        left_out.sort_unstable();
        left_out.dedup();
        let spool = self.spool.into_inner().map_err(|error| failed(error.into_error()))?;
        let first = before.last + if before.is_reopened { 0 } else { 2 };
        let mut new = New { spool, first, left_out };
        let (out_count, repeated) = (new.left_out.len() as u64, summary.repeated.len() as u64);
        if out_count > repeated {
            self.named = new.named()?;
        }
        self.documents.add(self.offered, &self.named);
        self.refused += late.iter().filter(is_error).count() as u64;
        tell(
            &late,
            &new,
            self.documents.lines() - before.head.max(1),
            arguments,
            &mut self.problems,
        );

        let mut file = Replacement::of(&arguments.into)?;
        file.line(Line::Header { origin: summary.origin.clone() }.text().as_bytes())?;
        self.documents.write(&mut file)?;
        if before.head > 1 || before.last > 1 {
            write_before(&arguments.into, before, &mut file)?;
        }
        if !before.is_reopened {
            write_opening(&summary, &mut file)?;
        }
        let tree = new.write(before.tree.clone(), &mut file)?;
        if !new.left_out.is_empty() {
            (checkpoint.size, checkpoint.root) = (tree.size(), tree.root());
        }
        let (note, words) = note(&checkpoint, &self.checkpoint, key, before.is_reopened);
        file.line(Line::Checkpoint(note).text().as_bytes())?;
        file.finish()?;

        let out = format!(
            "gathered: {}\n  {} of {}; {}, {}\n  {} refused\n  \
             {} of {}\n  {}\n",
            name(&arguments.into),
            counted(taken - out_count, "new record", "new records"),
            counted(self.sources, "source", "sources"),
            counted(repeated, "was there already", "were there already"),
            counted(self.erased_again, "was erased before", "were erased before"),
            counted(self.refused, "source or record", "sources or records"),
            counted(summary.records - out_count, "record", "records"),
            counted(summary.browsers, "browser", "browsers"),
            checkpoint.text().trim_end().replace('\n', " "),
        );
        let (problems, refused) = (self.problems, self.refused);
        Ok(Written { out: out.into_bytes(), problems, words, refused })
    }
}

/// Ends the verification: only then is it known which records are there twice, or cannot follow any other.
fn end(verifier: Verifier) -> (Summary, Vec<Late>) {
    let mut late = Vec::new();
    let summary = verifier.finish(&mut |code, line, found| {
        let is_byte_for_byte = code == Code::RecordRepeated && found.is_empty();
        if is_of_gathering(code) && !is_byte_for_byte && late.len() < MOST_LATE {
            late.push((code, line, String::from(found)));
        }
    });
    (summary, late)
}

/// Tells of the late problems, where the lines will be: so many documents more stand before them.
fn tell(late: &[Late], new: &New, documents: u32, arguments: &Arguments, problems: &mut Problems) {
    for problem in late {
        let (code, line, found) = problem;
        let skipped = new.left_out.partition_point(|out| out < line) as u32;
        let place = line + documents - skipped;
        problems.add_at(*code, place, found, &|| match is_error(&problem) {
            true => String::from("a record that came in"),
            false => format!("{} line {place}", name(&arguments.into)),
        });
    }
}

impl Documented {
    /// Adds those that are named; one that is there already is the same, by its hash.
    fn add(&mut self, offered: Documented, named: &BTreeSet<String>) {
        for (known, offered) in
            [(&mut self.policies, offered.policies), (&mut self.notices, offered.notices)]
        {
            known.extend(offered.into_iter().filter(|(hash, _)| named.contains(hash)));
        }
    }

    /// How many lines the header and they are.
    fn lines(&self) -> u32 {
        1 + self.policies.len() as u32 + self.notices.len() as u32
    }

    fn write(self, file: &mut Replacement) -> Result<(), Error> {
        for policy in self.policies.into_values() {
            file.line(Line::Policy(policy).text().as_bytes())?;
        }
        for notice in self.notices.into_values() {
            file.line(Line::Notice(notice).text().as_bytes())?;
        }
        Ok(())
    }
}

/// Writes the months that stood in the export, without the last checkpoint where its month goes on.
fn write_before(into: &Path, before: &Before, file: &mut Replacement) -> Result<(), Error> {
    let mut number = 0;
    stream::copied(into, Input::open(into)?, &mut |line| {
        number += 1;
        let is_open = before.is_reopened && number == before.last;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        if number > before.head && !is_open { file.line(line) } else { Ok(()) }
    })
}

/// Opens the month of receipt.
fn write_opening(summary: &Summary, file: &mut Replacement) -> Result<(), Error> {
    let mut months = summary.months.iter().rev();
    let Some(month) = months.next() else { return Ok(()) };
    let after = months.next().map(|before| before.checkpoint.clone()).unwrap_or_default();
    file.line(Line::Month { month: month.month.clone(), after }.text().as_bytes())
}

impl New {
    /// Hands on each new record that stays.
    fn each(&mut self, mut take: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
        self.spool.rewind().map_err(failed)?;
        let mut out = self.left_out.iter().peekable();
        let mut lines = BufReader::with_capacity(AT_A_TIME, &self.spool);
        let mut line = Vec::new();
        for number in self.first.. {
            line.clear();
            if lines.read_until(b'\n', &mut line).map_err(failed)? == 0 {
                break;
            }
            while out.next_if(|out| **out < number).is_some() {}
            if out.peek() != Some(&&number) {
                take(line.strip_suffix(b"\n").unwrap_or(&line))?;
            }
        }
        Ok(())
    }

    /// The documents that they name.
    fn named(&mut self) -> Result<BTreeSet<String>, Error> {
        let mut named = BTreeSet::new();
        self.each(|line| {
            let document = std::str::from_utf8(line).ok().and_then(source::parse);
            for key in ["policy", "notice"] {
                let mark = document.as_ref().and_then(|document| document.field(key));
                named.extend(mark.map(|mark| String::from(mark.text_at("hash"))));
            }
            Ok(())
        })?;
        Ok(named)
    }

    /// Writes them, and hands back the tree of the month with them, where that is another one than with all.
    fn write(&mut self, mut tree: Tree, file: &mut Replacement) -> Result<Tree, Error> {
        if self.left_out.is_empty() {
            // As they are: the system copies a file more quickly than we read its lines.
            self.spool.rewind().map_err(failed)?;
            file.all_of(&mut self.spool)?;
            return Ok(tree);
        }
        self.each(|line| {
            tree.push(leaf(&digest(line)));
            file.line(line)
        })?;
        Ok(tree)
    }
}

/// The checkpoint as it is written, and what is to be said of its signatures: they stay where it says what it
/// said before.
fn note(
    checkpoint: &Checkpoint,
    before: &str,
    key: Option<&PrivateKey>,
    is_reopened: bool,
) -> (String, String) {
    let text = checkpoint.text();
    let (said, signatures) = before.split_once("\n\n").unwrap_or_default();
    let is_same = is_reopened && text.strip_suffix('\n') == Some(said);
    let note = if is_same { before } else { &text };
    if let Some(key) = key {
        return (signed_once(note, key), String::new());
    }
    let is_lost = is_reopened && !is_same && !signatures.is_empty();
    let lost = "the checkpoint of this month was signed and says something else now: sign it again \
                (`consentinel sign`, or `--key`)\n";
    (String::from(note), String::from(if is_lost { lost } else { "" }))
}

fn failed(error: std::io::Error) -> Error {
    Error::output("a temporary file", &error)
}

fn is_error(late: &&Late) -> bool {
    late.0.severity() == Severity::Error
}
