//! Writes an export anew, line by line, in its own place: whole or not at all, and only where it
//! holds before. What becomes of each line is the command's affair.

use std::path::{Path, PathBuf};

use consentinel::export::{Known, Line, Summary};
use consentinel_collector::store::is_store;

use crate::error::{Error, is_standard};
use crate::files::{Input, Output, Replacement};
use crate::judged::{Content, judge};
use crate::report::{Report, Verdict};
use crate::stream;

/// Where the new export goes: to a new file, or in the place of the old one.
pub enum Place<'a> {
    /// A file that there is not yet.
    New(&'a Path),
    /// The place of the export itself.
    Same,
}

impl<'a> Place<'a> {
    /// By an option that names a new file.
    pub fn of(output: Option<&'a PathBuf>) -> Place<'a> {
        output.map_or(Place::Same, |path| Place::New(path))
    }
}

/// Takes a line of the old export, and hands it on: as it is, another one, or none.
pub type Edit<'a> = &'a mut dyn FnMut(
    &Line,
    &mut dyn FnMut(Option<&Line>) -> Result<(), Error>,
) -> Result<(), Error>;

/// Judges an export; what stands in it, or the report where it does not hold.
pub fn sound(
    path: &Path,
    known: Known,
    take: crate::judged::Take,
) -> Result<Result<Summary, Report>, Error> {
    if is_standard(path) {
        let help = "name a file: it is read twice, and written anew";
        return Err(Error::unfit(path, "it cannot be read again", help));
    }
    let judged = judge(path, Input::open(path)?, &[], known, take)?;
    match judged.content {
        Some(Content::Export(summary)) => Ok(Ok(*summary)),
        Some(Content::Ledger(..)) => {
            let help = "gather it into an export first";
            Err(Error::unfit(path, "it is the ledger of one browser", help))
        }
        None => {
            let words = judged.problems.lines();
            Ok(Err(Report { out: Vec::new(), words, verdict: Verdict::Failed }))
        }
    }
}

/// Writes each line as `edit` says.
pub fn rewrite(path: &Path, place: &Place, edit: Edit) -> Result<(), Error> {
    if matches!(place, Place::Same) && is_store(path) {
        let help = "give `--output`; a collector signs what it keeps by itself";
        return Err(Error::unfit(path, "it is the store of a collector", help));
    }
    let mut target = match place {
        Place::New(new) => Target::New(Output::new(Some(new))?),
        Place::Same => Target::Same(Replacement::of(path)?),
    };
    stream::lines(path, Input::open(path)?, &mut |bytes, looked| {
        let line = looked.line.map_err(|_| {
            Error::unfit(path, "it changed while it was read", "leave it alone meanwhile")
        })?;
        edit(&line, &mut |other| match other {
            None => target.line(bytes),
            Some(other) => target.line(other.text().as_bytes()),
        })?;
        Ok(true)
    })?;
    target.finish()
}

enum Target {
    New(Output),
    Same(Replacement),
}

impl Target {
    fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        match self {
            Target::New(output) => output.write(line).and_then(|()| output.write(b"\n")),
            Target::Same(file) => file.line(line),
        }
    }

    fn finish(self) -> Result<(), Error> {
        match self {
            Target::New(output) => output.finish(),
            Target::Same(file) => file.finish(),
        }
    }
}
