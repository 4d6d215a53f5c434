//! Verifies a ledger as an auditor asks: its form, every field, every hash and the chain, and says of
//! each line what is wrong with it. Native only: the page asks [`Ledger::read`] whether it is whole.

use alloc::{string::String, vec::Vec};

use super::{FORMAT, Ledger, MAX_RECORDS, Parse, VERSION, history::History};
use crate::{
    hash::{self, Hash, digest, hex},
    json::{Json, MAX_INTEGER, push_integer},
    problem::{Code, Problem},
    record::{Record, examine},
    source::unseen,
};

/// Verifies a text. A ledger comes back only when there is no error; warnings may stand beside it.
/// Every line is looked at, so all problems show.
///
/// ```
/// use consentinel::{ledger::{Ledger, verify}, source};
/// let text = Ledger::default().to_text();
/// let (ledger, problems) = verify(&text, &source::parse);
/// assert_eq!((ledger, problems), (Some(Ledger::default()), vec![]));
/// ```
pub fn verify(text: &str, parse: Parse) -> (Option<Ledger>, Vec<Problem>) {
    let (verified, problems) = verify_records(text, parse);
    (verified.map(|verified| verified.ledger), problems)
}

/// A ledger that holds.
pub struct Verified {
    /// The ledger.
    pub ledger: Ledger,
    /// Its records, read out of their lines.
    pub records: Vec<Record>,
    /// The hashes of those lines.
    pub hashes: Vec<Hash>,
}

/// As [`verify`], and with the ledger comes what was read out of it.
pub fn verify_records(text: &str, parse: Parse) -> (Option<Verified>, Vec<Problem>) {
    let mut check = Check { parse, problems: Vec::new() };
    let verified = check.ledger(text);
    let is_sound = !check.problems.iter().any(Problem::is_error);
    (verified.filter(|_| is_sound), check.problems)
}

struct Check<'a> {
    parse: Parse<'a>,
    problems: Vec<Problem>,
}

impl Check<'_> {
    /// Problems name the line of the file, counted from one, as editors do.
    fn report(&mut self, code: Code, line: usize, found: &str) {
        let mut path = String::from("line ");
        push_integer(line as i64, &mut path);
        self.problems.push(Problem::new(code, &path, found));
    }

    fn ledger(&mut self, text: &str) -> Option<Verified> {
        let Some(body) = text.strip_suffix('\n') else {
            let lines = text.split('\n').count();
            self.report(Code::LedgerLine, lines, "");
            return None;
        };
        let mut lines = body.split('\n').enumerate().map(|(position, line)| (position + 1, line));
        let (_, first) = lines.next()?;
        let header = self.header(first)?;
        let mut ledger =
            Ledger { summarised: header.summarised, summary: header.summary, ..Ledger::default() };
        let (mut records, mut hashes) = (Vec::new(), Vec::new());
        let mut history = History::new(ledger.summarised == 0);
        // Hashes are taken from the bytes of the file, not from what was read out of them.
        let mut previous = ledger.summary.clone();
        for (number, line) in lines {
            match self.record(number, line) {
                Some(record) => {
                    self.link(number, &mut ledger, &record, &previous);
                    let report = &mut |code, found: &str| self.report(code, number, found);
                    examine(&record, report);
                    history.follow(&record, report);
                    records.push(record);
                }
                None => history.lose_track(),
            }
            ledger.lines.push(String::from(line));
            let hash = digest(line.as_bytes());
            previous = hex(&hash);
            hashes.push(hash);
        }
        let count = ledger.lines.len();
        if header.count != count as i64 {
            self.report(Code::CountWrong, 1, "count");
        }
        if header.head != previous {
            self.report(Code::HeadWrong, 1, &header.head);
        }
        // A browser gives up its oldest record for a new one, and for nothing else.
        if ledger.summarised > 0 && (1..MAX_RECORDS).contains(&count) {
            self.report(Code::LedgerCut, 1, "summarised");
        }
        if count > MAX_RECORDS {
            self.report(Code::LedgerLong, 1, "count");
        }
        Some(Verified { ledger, records, hashes })
    }

    fn header(&mut self, line: &str) -> Option<Header> {
        let Some(document) = (self.parse)(line) else {
            self.report(Code::LedgerHeader, 1, unseen(line).unwrap_or(line));
            return None;
        };
        let text = |key| document.field(key).and_then(Json::as_text).map(String::from);
        let number = |key| {
            let number = document.field(key).and_then(Json::as_integer);
            number.filter(|number| (0..=MAX_INTEGER).contains(number))
        };
        if text("format").as_deref() != Some(FORMAT) {
            self.report(Code::LedgerHeader, 1, line);
            return None;
        }
        if number("version") != Some(VERSION) {
            self.report(Code::LedgerVersion, 1, line);
            return None;
        }
        let header = || {
            Some(Header {
                count: number("count")?,
                head: text("head")?,
                summarised: number("summarised")?,
                summary: text("summary")?,
            })
        };
        let Some(header) = header().filter(|_| document_fields(&document) == 6) else {
            self.report(Code::LedgerHeader, 1, line);
            return None;
        };
        if document.canonical() != line {
            self.report(Code::RecordNotCanonical, 1, unseen(line).unwrap_or_default());
        }
        // A summary is the hash of the record before the first one kept; it stands for nothing without.
        let is_summary =
            hash::is_hash(&header.summary) && header.summarised > 0 && header.count > 0;
        let is_none = header.summary.is_empty() && header.summarised == 0;
        if !is_summary && !is_none {
            self.report(Code::SequenceBroken, 1, "summarised");
        }
        Some(header)
    }

    fn record(&mut self, number: usize, line: &str) -> Option<Record> {
        if let Some(record) = Record::of_line(line) {
            return Some(record);
        }
        let Some(document) = (self.parse)(line) else {
            self.report(Code::RecordField, number, line);
            return None;
        };
        let record = match Record::read(&document) {
            Ok(record) => record,
            Err(field) => {
                self.report(Code::RecordField, number, field);
                return None;
            }
        };
        // Another order, other escapes, a doubled key: all end here.
        if record.canonical() != line {
            self.report(Code::RecordNotCanonical, number, unseen(line).unwrap_or_default());
            return None;
        }
        Some(record)
    }

    /// Whether a record stands where it belongs.
    fn link(&mut self, number: usize, ledger: &mut Ledger, record: &Record, previous: &str) {
        if *record.previous != *previous {
            self.report(Code::ChainBroken, number, &record.previous);
        }
        if record.sequence != ledger.summarised + number as i64 - 2 {
            self.report(Code::SequenceBroken, number, "sequence");
        }
        if ledger.subject.is_empty() {
            ledger.subject = String::from(record.subject.as_str());
        } else if ledger.subject != record.subject {
            self.report(Code::SubjectChanged, number, &record.subject);
        }
    }
}

struct Header {
    count: i64,
    head: String,
    summarised: i64,
    summary: String,
}

fn document_fields(document: &Json) -> usize {
    match document {
        Json::Object(entries) => entries.len(),
        _ => 0,
    }
}
