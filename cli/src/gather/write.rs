//! Writes the export that was gathered: what stood in it, and the new records behind it, without those of which
//! it is known only at the end that they cannot stay.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Seek as _};

use consentinel::{
    checkpoint::signed,
    export::Line,
    hash::digest,
    merkle::leaf,
    note::PrivateKey,
    problem::{Code, Severity},
    source,
};
use consentinel_audit::problems::Problems;

use super::{Arguments, Before, Documented, Gathering, is_of_gathering};
use crate::error::{Error, name};
use crate::files::{Input, Replacement};
use crate::stream;

impl Gathering {
    /// Writes the export.
    pub(super) fn close(
        mut self,
        before: &Before,
        arguments: &Arguments,
        key: Option<&PrivateKey>,
        taken: u64,
    ) -> Result<(Written, Vec<u8>), Error> {
        let mut checkpoint = self.verifier.checkpoint();
        self.say(&Line::Checkpoint(checkpoint.text()));
        // Only at the end is it known which records are there twice, or cannot follow any other.
        let mut late = Vec::new();
        let summary = self.verifier.finish(&mut |code, line, found| {
            let is_byte_for_byte = code == Code::RecordRepeated && found.is_empty();
            if is_of_gathering(code) && !is_byte_for_byte && late.len() < MOST_LATE {
                late.push((code, line, String::from(found)));
            }
        });
        let mut left_out = summary.repeated;
        let repeated = left_out.len() as u64;
        left_out.extend(late.iter().filter(is_error).map(|(_, line, _)| *line));
        left_out.sort_unstable();
        left_out.dedup();
        let failed = |error| Error::output("a temporary file", &error);
        let mut spool = self.spool.into_inner().map_err(|error| failed(error.into_error()))?;
        let first = before.last + if before.is_reopened { 0 } else { 2 };
        if left_out.len() as u64 > repeated {
            self.named = named(&mut spool, first, &left_out).map_err(failed)?;
        }
        for (known, offered) in [
            (&mut self.documents.policies, self.offered.policies),
            (&mut self.documents.notices, self.offered.notices),
        ] {
            let named = offered.into_iter().filter(|(hash, _)| self.named.contains(hash));
            // One that is there already is the same, by its hash.
            known.extend(named);
        }
        let Documented { policies, notices } = self.documents;
        let head = 1 + policies.len() as u32 + notices.len() as u32;
        for late in &late {
            let (code, line, found) = late;
            let skipped = left_out.partition_point(|out| out < line) as u32;
            let place = line + head - before.head.max(1) - skipped;
            let is_out = is_error(&late);
            self.refused += u64::from(is_out);
            let into = &arguments.into;
            self.problems.add_at(*code, place, found, &|| match is_out {
                true => String::from("a record that came in"),
                false => format!("{} line {place}", name(into)),
            });
        }

        let mut file = Replacement::of(&arguments.into)?;
        file.line(Line::Header { origin: summary.origin.clone() }.text().as_bytes())?;
        for policy in policies.into_values() {
            file.line(Line::Policy(policy).text().as_bytes())?;
        }
        for notice in notices.into_values() {
            file.line(Line::Notice(notice).text().as_bytes())?;
        }
        if before.head > 1 || before.last > 1 {
            let mut number = 0;
            let input = Input::open(&arguments.into)?;
            stream::copied(&arguments.into, input, &mut |line| {
                number += 1;
                let is_open = before.is_reopened && number == before.last;
                let line = line.strip_suffix(b"\n").unwrap_or(line);
                if number > before.head && !is_open { file.line(line) } else { Ok(()) }
            })?;
        }
        if let Some(month) = summary.months.last().filter(|_| !before.is_reopened) {
            let before = summary.months.iter().rev().nth(1);
            let after = before.map(|before| before.checkpoint.clone()).unwrap_or_default();
            let line = Line::Month { month: month.month.clone(), after };
            file.line(line.text().as_bytes())?;
        }
        let mut tree = before.tree.clone();
        spool.rewind().map_err(failed)?;
        let mut out = left_out.iter().peekable();
        for (line, number) in BufReader::new(spool).split(b'\n').zip(first..) {
            let line = line.map_err(failed)?;
            while out.next_if(|out| **out < number).is_some() {}
            if out.peek() != Some(&&number) {
                // Where nothing is left out the tree is that of the verifier.
                if !left_out.is_empty() {
                    tree.push(leaf(&digest(&line)));
                }
                file.line(&line)?;
            }
        }
        if !left_out.is_empty() {
            (checkpoint.size, checkpoint.root) = (tree.size(), tree.root());
        }
        let text = checkpoint.text();
        let text = key.map_or(text.clone(), |key| signed(&text, key));
        file.line(Line::Checkpoint(text).text().as_bytes())?;
        file.finish()?;

        let added = taken - left_out.len() as u64;
        let out = format!(
            "gathered: {}\n  {added} new records of {} sources; {repeated} were there already, {} were \
             erased before\n  {} sources or records refused\n  {} records of {} browsers\n  {}",
            name(&arguments.into),
            self.sources,
            self.erased_again,
            self.refused,
            summary.records - left_out.len() as u64,
            summary.browsers,
            checkpoint.text().trim_end().replace('\n', " ") + "\n",
        );
        let written = Written { problems: self.problems, refused: self.refused };
        Ok((written, out.into_bytes()))
    }
}

/// The documents that the records name which stay.
fn named(
    spool: &mut std::fs::File,
    first: u32,
    left_out: &[u32],
) -> std::io::Result<BTreeSet<String>> {
    spool.rewind()?;
    let mut named = BTreeSet::new();
    for (line, number) in BufReader::new(spool).split(b'\n').zip(first..) {
        let line = line?;
        let document = std::str::from_utf8(&line).ok().and_then(source::parse);
        if let Some(document) = document.filter(|_| left_out.binary_search(&number).is_err()) {
            for key in ["policy", "notice"] {
                let hash = document.field(key).map(|named| named.text_at("hash"));
                named.extend(hash.map(String::from));
            }
        }
    }
    Ok(named)
}

/// What is left to tell.
pub(super) struct Written {
    pub(super) problems: Problems,
    pub(super) refused: u64,
}

/// How many late problems are kept.
const MOST_LATE: usize = 100_000;

fn is_error(late: &&(Code, u32, String)) -> bool {
    late.0.severity() == Severity::Error
}
