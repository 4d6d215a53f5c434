//! Reads and judges an auditor's file that comes in pieces, as a page gets it: so a tab stays usable however
//! long the file is. The program does the same from a stream, with every processor (`cli/src/judged.rs`).
//!
//! Of a record only its place in the file is kept: whoever asks about a browser reads those lines again.

use std::collections::{BTreeMap, BTreeSet};

use consentinel::{
    export::{LONGEST_LINE, Line, Verifier},
    hash::sha256,
    json::Json,
    ledger::Ledger,
    note::PublicKey,
    problem::{Code, Severity},
    record::Record,
};
use serde_json::{Value, json};

use crate::{
    counts::Counts,
    judged::{Kind, judge_ledger, kind, look_at, proof_of},
    library::Library,
    problems::Problems,
    proving::{Leaf, Leaves},
    seen::{Seen, Watch},
    time::iso,
    titles::Titles,
    told::{self, Named},
};

/// How much of a file is looked at to tell what kind of file it is.
const START: usize = 4096;
/// The longest file that is read as a whole, a ledger or a proof: twice what a browser's local storage holds.
pub const MOST: usize = 10_000_000;
/// So long without a line feed nothing is a line of an export.
const ENDLESS: usize = 2 * LONGEST_LINE;

/// Where a record stands in its file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    subject: [u8; 22],
    /// When it was decided, by the browser's clock.
    pub at_ms: i64,
    /// The first byte of its line.
    pub start: u64,
    /// The length of its line, without the line feed.
    pub length: u32,
    /// Which leaf of which tree it is.
    pub leaf: Leaf,
}

/// What was read, once all of it is there.
pub struct Read {
    /// The answer, as `consentinel verify --json` gives it.
    pub answer: Value,
    /// Whether it holds.
    pub holds: bool,
    /// What kind of file it is: `export`, `ledger`, `proof`.
    pub kind: &'static str,
    /// What is proved where it holds, by the name of the statement (`www/audit/texts`).
    pub proved: &'static str,
    /// Whether keys were given, and whether there were documents to compare with.
    pub asked: (bool, bool),
    /// The records, by their browsers and in the order of the file.
    pub places: Vec<Place>,
    /// What was counted.
    pub counts: Counts,
    /// Notices of the file and of the library, by their hashes.
    pub notices: BTreeMap<String, Json>,
    /// What categories and services are called, by the documents of the file and of the library.
    pub titles: Titles,
    /// Names of all categories and services that are granted or denied somewhere.
    pub names: BTreeSet<String>,
    /// What is to be remembered of it.
    pub seen: Option<Seen>,
    /// What is different from what was remembered, as [`crate::seen`] names it.
    pub changes: Vec<Value>,
    /// Each month of an export.
    pub months: Vec<Month>,
    /// Its trees.
    pub leaves: Leaves,
}

/// A month of an export.
#[derive(Clone, Debug, Default)]
pub struct Month {
    /// `YYYY-MM`.
    pub month: String,
    /// What its checkpoint says, without signatures.
    pub checkpoint: String,
    /// How many records are in it, and until when the latest choice among them was to last.
    pub records: u64,
    /// See `records`.
    pub latest_end_ms: i64,
}

/// A file that is being read.
pub struct Reading {
    name: String,
    keys: Vec<PublicKey>,
    library: Library,
    watch: Watch,
    /// Bytes that are no whole line yet; of a file that is read as a whole, all of it.
    rest: Vec<u8>,
    /// How many bytes were taken before those.
    taken: u64,
    verifier: Option<Verifier>,
    is_whole: bool,
    /// Nothing more is asked of the file.
    is_over: bool,
    /// It was longer than this page reads.
    is_long: bool,
    is_ended: bool,
    problems: Problems,
    named: Named,
    counts: Counts,
    places: Vec<Place>,
    notices: BTreeMap<String, Json>,
    titles: Titles,
    months: Vec<Month>,
    leaves: Leaves,
    /// Where each record is and what its tree is made of, for those who ask about records afterwards.
    keeps_places: bool,
}

impl Reading {
    /// Begins a file of this name. What is remembered of its site is asked of `watch`.
    pub fn new(name: &str, keys: &[PublicKey], library: &Library, watch: Watch) -> Reading {
        Reading {
            name: String::from(name),
            keys: keys.to_vec(),
            library: library.clone(),
            watch,
            rest: Vec::new(),
            taken: 0,
            verifier: None,
            is_whole: false,
            is_over: false,
            is_long: false,
            is_ended: true,
            problems: Problems::default(),
            named: Named::default(),
            counts: Counts::default(),
            places: Vec::new(),
            notices: library.notices.clone(),
            titles: library.titles(),
            months: Vec::new(),
            leaves: Leaves::default(),
            keeps_places: true,
        }
    }

    /// The same without places and leaves of records, for whoever asks about none of them: it needs less memory for each.
    pub fn without_places(self) -> Reading {
        Reading { keeps_places: false, ..self }
    }

    /// How many lines were taken so far, of an export.
    pub fn lines_so_far(&self) -> u64 {
        self.verifier.as_ref().map_or(0, |verifier| u64::from(verifier.line()))
    }

    /// Takes the next bytes. False where nothing more is to be asked of the file.
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        if self.is_over {
            return false;
        }
        self.rest.extend_from_slice(bytes);
        if self.verifier.is_none() && !self.is_whole && self.rest.len() >= START {
            self.begin();
        }
        if self.is_whole && self.rest.len() > MOST {
            self.is_long = true;
            self.is_over = true;
            self.rest.clear();
        }
        self.lines();
        !self.is_over
    }

    /// What kind of file it is, once enough is there to tell.
    fn begin(&mut self) {
        let start = self.rest.get(..START).unwrap_or(&self.rest);
        match kind(start) {
            Kind::Export => {
                self.verifier = Some(Verifier::new(self.keys.clone(), self.library.known()));
            }
            Kind::Proof | Kind::Ledger => self.is_whole = true,
        }
    }

    /// Takes every whole line of an export.
    fn lines(&mut self) {
        let Some(mut verifier) = self.verifier.take() else { return };
        let block = std::mem::take(&mut self.rest);
        let mut from = 0;
        while !self.is_over
            && let Some(rest) = block.get(from..)
            && let Some(length) = rest.iter().position(|byte| *byte == b'\n')
        {
            let line = rest.get(..length).unwrap_or_default();
            self.line(&mut verifier, line);
            from += length + 1;
            self.taken += length as u64 + 1;
        }
        self.rest = block.get(from..).unwrap_or_default().to_vec();
        if !self.is_over && self.rest.len() > ENDLESS {
            self.rest.truncate(LONGEST_LINE + 1);
            self.last(&mut verifier);
        }
        self.verifier = Some(verifier);
    }

    /// A line without an end.
    fn last(&mut self, verifier: &mut Verifier) {
        let line = std::mem::take(&mut self.rest);
        self.line(verifier, &line);
        // Where the verifier wanted no more, the end is nobody's affair.
        if !self.is_over {
            self.is_ended = false;
            self.is_over = true;
        }
    }

    fn line(&mut self, verifier: &mut Verifier, line: &[u8]) {
        let looked = look_at(line);
        let problems = &mut self.problems;
        let goes_on =
            verifier.take(&looked, &mut |code, line, found| problems.add(code, line, found));
        let mut leaf = Leaf::default();
        if let Ok(line) = &looked.line
            && self.keeps_places
        {
            leaf = self.leaves.take(line, &looked.hash);
        }
        match &looked.line {
            Ok(Line::Record(record)) => {
                self.named.take(record);
                self.counts.take(record);
                if self.keeps_places {
                    self.places.push(place(record, self.taken, line.len(), leaf));
                }
                if let Some(month) = self.months.last_mut() {
                    month.records += 1;
                    month.latest_end_ms = month.latest_end_ms.max(record.expires_at_ms);
                }
            }
            Ok(Line::Month { month, .. }) => {
                self.months.push(Month { month: month.clone(), ..Month::default() });
            }
            Ok(Line::Policy(policy)) => self.titles.take_policy(policy),
            Ok(Line::Notice(notice)) => {
                self.titles.take_notice(notice);
                self.notices.insert(sha256(notice.canonical().as_bytes()), notice.clone());
            }
            _ => {}
        }
        self.watch.look(verifier.so_far());
        self.is_over = !goes_on;
    }

    /// Ends the file. Nothing where it was longer than what is read as a whole.
    pub fn finish(mut self) -> Option<Read> {
        if self.is_long {
            return None;
        }
        if self.verifier.is_none() && !self.is_whole {
            self.begin();
            self.lines();
        }
        match self.verifier.take() {
            Some(verifier) => Some(self.export(verifier)),
            None => Some(match kind(&self.rest) {
                Kind::Proof => self.proof(),
                Kind::Ledger | Kind::Export => self.ledger(),
            }),
        }
    }

    fn export(mut self, mut verifier: Verifier) -> Read {
        if !self.is_over && !self.rest.is_empty() {
            self.last(&mut verifier);
        }
        if !self.is_ended {
            self.problems.add(Code::LedgerLine, verifier.line(), "");
        }
        let problems = &mut self.problems;
        let summary = verifier.finish(&mut |code, line, found| problems.add(code, line, found));
        let holds = self.problems.is_sound();
        let content = if holds { told::export(&summary) } else { told::ledger(None, &[]) };
        let proved = told::statement_of(&summary, !self.keys.is_empty());
        let changes = self.watch.changes(&summary);
        let seen = holds.then(|| Seen::of_export(&summary));
        for (month, judged) in self.months.iter_mut().zip(&summary.months) {
            month.checkpoint.clone_from(&judged.checkpoint);
        }
        let months = std::mem::take(&mut self.months);
        let names = summary.names;
        Read { names, seen, changes, months, ..self.read("export", proved, holds, content) }
    }

    fn ledger(mut self) -> Read {
        let bytes = std::mem::take(&mut self.rest);
        let verified = judge_ledger(&bytes, &self.library.known(), &mut self.problems);
        let mut names = BTreeSet::new();
        // The header has a line of its own.
        let header = bytes.iter().position(|byte| *byte == b'\n').unwrap_or_default();
        self.taken = header as u64 + 1;
        let (mut content, mut seen, mut changes) = (told::ledger(None, &[]), None, Vec::new());
        if let Some((ledger, records)) = &verified {
            for (record, line) in records.iter().zip(&ledger.lines) {
                self.named.take(record);
                self.counts.take(record);
                self.places.push(place(record, self.taken, line.len(), Leaf::default()));
                self.taken += line.len() as u64 + 1;
                names.extend(
                    record.granted.iter().chain(&record.denied).map(|name| name.to_string()),
                );
            }
        }
        let holds = verified.is_some() && self.problems.is_sound();
        if let Some((ledger, records)) = verified.filter(|_| holds) {
            content = told::ledger(Some(&ledger), &records);
            changes = self.watch.ledger(&ledger);
            seen = of_ledger(&ledger);
        }
        Read { names, seen, changes, ..self.read("ledger", "ledger", holds, content) }
    }

    fn proof(self) -> Read {
        let shown = proof_of(&self.rest, &self.keys);
        Read {
            answer: told::proof(&self.name, &shown),
            holds: shown.problems.is_sound(),
            kind: "proof",
            proved: "proof",
            asked: (!self.keys.is_empty(), false),
            places: Vec::new(),
            counts: Counts::default(),
            notices: self.notices,
            titles: self.titles,
            names: BTreeSet::new(),
            seen: None,
            changes: Vec::new(),
            months: Vec::new(),
            leaves: self.leaves,
        }
    }

    /// What both kinds of files with records have.
    fn read(
        mut self,
        kind: &'static str,
        proved: &'static str,
        holds: bool,
        content: Value,
    ) -> Read {
        // Stable: the records of one browser stay in the order of the file.
        self.places.sort_by_key(|place| place.subject);
        let asked = (!self.keys.is_empty(), kind == "export" || self.library.known().is_any());
        Read {
            answer: told::file(&self.name, holds, content, &self.named, &self.problems),
            holds,
            kind,
            proved,
            asked,
            places: self.places,
            counts: self.counts,
            notices: self.notices,
            titles: self.titles,
            names: BTreeSet::new(),
            seen: None,
            changes: Vec::new(),
            months: Vec::new(),
            leaves: self.leaves,
        }
    }
}

fn of_ledger(ledger: &Ledger) -> Option<Seen> {
    let head = ledger.head();
    (!head.is_empty()).then(|| Seen::of_ledger(&ledger.subject, &head))
}

fn place(record: &Record, start: u64, length: usize, leaf: Leaf) -> Place {
    Place {
        subject: record.subject.as_bytes().first_chunk().copied().unwrap_or([0; 22]),
        at_ms: record.at_ms,
        start,
        length: length.try_into().unwrap_or_default(),
        leaf,
    }
}

impl Read {
    /// Where the records of this browser are, in the order of the file.
    pub fn places_of(&self, subject: &str) -> &[Place] {
        let is_before = |place: &Place| &place.subject[..] < subject.as_bytes();
        let from = self.places.partition_point(is_before);
        let rest = self.places.get(from..).unwrap_or_default();
        let count = rest.partition_point(|place| &place.subject[..] == subject.as_bytes());
        rest.get(..count).unwrap_or_default()
    }

    /// The first browsers whose pseudonyms begin so, at most `most`.
    pub fn subjects(&self, start: &str, most: usize) -> Vec<String> {
        let from = self.places.partition_point(|place| &place.subject[..] < start.as_bytes());
        let mut found: Vec<String> = Vec::new();
        for place in self.places.get(from..).unwrap_or_default() {
            let subject = std::str::from_utf8(&place.subject).unwrap_or_default();
            if found.len() == most || !subject.starts_with(start) {
                break;
            }
            if found.last().is_none_or(|last| last != subject) {
                found.push(String::from(subject));
            }
        }
        found
    }

    /// Whether a check was made at all: some need a key, or documents, and some are for whoever has none.
    fn is_asked(&self, code: Code) -> bool {
        let (has_keys, has_documents) = self.asked;
        match code {
            Code::SignatureWrong | Code::SignatureMissing => has_keys,
            Code::SignatureUnchecked | Code::CheckpointUnsigned => !has_keys,
            Code::PolicyUnknown
            | Code::NoticeUnknown
            | Code::PolicyContradicts
            | Code::NoticeContradicts
            | Code::ChoiceUnknown => has_documents,
            _ => true,
        }
    }

    /// All that the page shows at once.
    pub fn object(&self) -> Value {
        let months = self.months.iter().map(|month| {
            json!({
                "month": month.month,
                "checkpoint": month.checkpoint,
                "records": month.records,
                "latestEnd": (month.records > 0).then(|| iso(month.latest_end_ms)),
            })
        });
        let counts = self.answer.get("counts");
        let checks = told::checks(self.kind).iter().map(|code| {
            let severity = if code.severity() == Severity::Error { "error" } else { "warning" };
            json!({
                "code": code.text(),
                "severity": severity,
                "asked": self.is_asked(*code),
                "count": counts.and_then(|counts| counts.get(code.text())).cloned().unwrap_or(json!(0)),
            })
        });
        let (proved, not_proved) = told::proved(self.proved);
        json!({
            "answer": self.answer,
            "kind": self.kind,
            "holds": self.holds,
            "checks": checks.collect::<Vec<_>>(),
            "statement": self.proved,
            "proved": proved,
            "notProved": not_proved,
            "changes": self.changes,
            "months": months.collect::<Vec<_>>(),
        })
    }
}
