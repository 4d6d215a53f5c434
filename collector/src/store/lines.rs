//! Reads a store as an export (docs/export.md), line by line: whatever verifies, counts and shows exports does the same
//! with a store. All that is read of a store in one run of a program is of one moment (`read`).
//!
//! It waits for what a store answers, so whoever serves others reads on a thread that may wait.

use std::{
    collections::BTreeSet,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use consentinel::{
    checkpoint::Checkpoint,
    export::{Line, origin_of},
    hash::{Hash, digest},
    merkle::{Tree, leaf},
};

use super::{
    Log, Receipt, StoreError,
    any::{Moment, moment, now},
    place::parts,
    read::{Month, Named, START, Theirs, interrupted, named},
};

/// So many rows are fetched at a time.
const TOGETHER: i64 = 1000;

/// What comes next.
enum Next {
    Documents,
    Months,
    /// Records of this month behind this place.
    Records(usize, i64),
    End,
}

/// The lines of the export that a log is.
pub struct Lines {
    moment: Moment,
    log: Log,
    origin: String,
    months: Vec<Month>,
    next: Next,
    /// The lines that are not handed on yet, and how much of them is.
    text: Vec<u8>,
    read: usize,
}

impl Lines {
    /// Begins to read a store.
    pub fn open(path: &Path) -> Result<Lines, StoreError> {
        let (place, origin) = parts(path);
        Lines::at(moment(&place)?, origin.as_deref())
    }

    /// The same of this moment, whatever this program has read before: for one that runs on.
    pub fn now(path: &Path) -> Result<Lines, StoreError> {
        let (place, origin) = parts(path);
        Lines::at(now(&place)?, origin.as_deref())
    }

    fn at(moment: Moment, origin: Option<&str>) -> Result<Lines, StoreError> {
        let mut asked = moment.lock().map_err(|_| interrupted())?;
        let (log, origin) = named(asked.logs()?, origin)?;
        let months = asked.months(log)?;
        drop(asked);
        let header = Line::Header { origin: origin.clone() }.text();
        let (text, next) = (Vec::new(), Next::Documents);
        let mut lines = Lines { moment, log, origin, months, next, text, read: 0 };
        lines.push(&header);
        Ok(lines)
    }

    /// Of all months of receipt only these, from the first to the last of them, as `2026-11`. It is an export as well, with
    /// the checkpoints that the months have; nothing where the log has none of them, as an export has a month at least.
    pub fn within(mut self, first: &str, last: &str) -> Option<Lines> {
        self.months.retain(|(month, _, _)| (first..=last).contains(&&**month));
        (!self.months.is_empty()).then_some(self)
    }

    /// How many records there are in these months, erased ones counted, by their checkpoints.
    pub fn size(&self) -> u64 {
        let of = |(_, after, checkpoint): &Month| {
            let leaves = Checkpoint::read_note(checkpoint).map_or(0, |(read, _)| read.size);
            // What the month before said is a leaf, and no record.
            leaves.saturating_sub(u64::from(!after.is_empty()))
        };
        self.months.iter().map(of).sum()
    }

    /// The pseudonym of the browser whose record has this hash; nothing where there is none, or it was erased.
    pub fn subject_of(&self, hash: &Hash) -> Result<Option<String>, StoreError> {
        self.moment.lock().map_err(|_| interrupted())?.subject_of(self.log, hash)
    }

    /// Begins to read one browser alone, found by an index: its records, in their months, with the documents that they
    /// name. It is an export as well, under checkpoints that nobody signed; with it comes when each record came.
    pub fn of_browser(path: &Path, subject: &str) -> Result<(Lines, Vec<Receipt>), StoreError> {
        Lines::open(path)?.about(subject)
    }

    /// The same of lines of which nothing was read yet.
    pub fn about(self, subject: &str) -> Result<(Lines, Vec<Receipt>), StoreError> {
        let mut lines = self;
        let moment = Arc::clone(&lines.moment);
        let mut asked = moment.lock().map_err(|_| interrupted())?;
        let found = asked.of_browser(lines.log, subject)?;
        if found.iter().any(|theirs| digest(theirs.line.as_bytes()) != theirs.receipt.hash) {
            return Err(StoreError(String::from(
                "a record in it is not the one that was kept: verify the whole store",
            )));
        }
        let only: BTreeSet<i64> =
            found.iter().flat_map(|theirs| theirs.documents).flatten().collect();
        for (kind, text) in asked.documents(lines.log, Named::Numbers(&only))? {
            lines.push_document(kind, &text);
        }
        lines.push_months(&found);
        lines.next = Next::End;
        Ok((lines, found.into_iter().map(|theirs| theirs.receipt).collect()))
    }

    /// Months of these records, each with an unsigned checkpoint over them; this one, where there is no record.
    fn push_months(&mut self, records: &[Theirs]) {
        let mut after = String::new();
        let last = || self.months.last().map(|(month, _, _)| (month.clone(), None));
        let mut rest: Vec<(String, Option<&str>)> =
            records.iter().map(|theirs| (theirs.month.clone(), Some(&*theirs.line))).collect();
        rest.extend(last().filter(|_| records.is_empty()));
        for of_month in rest.chunk_by(|one, other| one.0 == other.0) {
            let Some((month, _)) = of_month.first() else { continue };
            let mut tree = Tree::default();
            if !after.is_empty() {
                tree.push(leaf(after.as_bytes()));
            }
            self.push(&Line::Month { month: month.clone(), after }.text());
            for line in of_month.iter().filter_map(|(_, line)| *line) {
                tree.push(leaf(&digest(line.as_bytes())));
                self.push(line);
            }
            let origin = origin_of(&self.origin, month);
            after = Checkpoint { origin, size: tree.size(), root: tree.root() }.text();
            self.push(&Line::Checkpoint(after.clone()).text());
        }
    }

    fn push_document(&mut self, kind: i64, text: &str) {
        let kind = if kind == 0 { "policy" } else { "notice" };
        self.push(&format!("{{\"{kind}\":{text}}}"));
    }

    fn push(&mut self, line: &str) {
        self.text.extend_from_slice(line.as_bytes());
        self.text.push(b'\n');
    }

    /// Fetches the next lines; false where there are none.
    fn fetch(&mut self) -> Result<bool, StoreError> {
        match self.next {
            Next::Documents => {
                let moment = Arc::clone(&self.moment);
                let month = |at: Option<&Month>| at.map(|at| at.0.clone()).unwrap_or_default();
                let (first, last) = (month(self.months.first()), month(self.months.last()));
                let named = Named::Months(&first, &last);
                let named = moment.lock().map_err(|_| interrupted())?.documents(self.log, named)?;
                for (kind, text) in named {
                    self.push_document(kind, &text);
                }
                self.next = Next::Months;
            }
            Next::Months => self.open_month(0, START),
            Next::Records(at, place) => self.records(at, place)?,
            Next::End => return Ok(false),
        }
        Ok(true)
    }

    /// Begins a month, whose records are behind this place.
    fn open_month(&mut self, at: usize, place: i64) {
        self.next = match self.months.get(at).cloned() {
            Some((month, after, _)) => {
                self.push(&Line::Month { month, after }.text());
                Next::Records(at, place)
            }
            None => Next::End,
        };
    }

    fn records(&mut self, at: usize, place: i64) -> Result<(), StoreError> {
        let Some((month, _, checkpoint)) = self.months.get(at).cloned() else {
            self.next = Next::End;
            return Ok(());
        };
        let moment = Arc::clone(&self.moment);
        let mut asked = moment.lock().map_err(|_| interrupted())?;
        let page = asked.records(self.log, &month, place, TOGETHER)?;
        drop(asked);
        for (hash, line) in page.records {
            match line {
                Some(line) => self.push(&line),
                None => self.push(&Line::Erased(hash).text()),
            }
        }
        self.next = Next::Records(at, page.next);
        if page.is_last {
            self.push(&Line::Checkpoint(checkpoint).text());
            self.open_month(at + 1, page.next);
        }
        Ok(())
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.text.len() {
            self.text.clear();
            self.read = 0;
            if !self.fetch().map_err(io::Error::other)? {
                return Ok(0);
            }
        }
        let rest = self.text.get(self.read..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(from), Some(into)) = (rest.get(..count), buffer.get_mut(..count)) {
            into.copy_from_slice(from);
        }
        self.read += count;
        Ok(count)
    }
}
