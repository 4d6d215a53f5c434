//! Judges an export line by line: form and order, every record, the tree of each month against its
//! checkpoint, signatures, and the records against the documents that they name; at the end, the
//! chains of all browsers. docs/export.md, "Verification", lists what is reported when.
//!
//! What can be asked of a line alone is [`look`], so that a program can ask it of many at a time;
//! the rest needs their order.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use super::{Fault, Line, browsers::Browsers, month_of};
use crate::{
    checkpoint::Checkpoint,
    hash::{Hash, digest, hex},
    json::Json,
    ledger::Parse,
    merkle::{Tree, leaf},
    note::{Note, PublicKey, Signed},
    problem::Code,
    record::{Asked, Names, Record, conform, examine},
    text,
    time::{DAY_MS, days_from_civil},
};

/// 2025-01-01: before it there was no Consentinel.
const FIRST_MS: i64 = 1_735_689_600_000;

/// A line, and all that can be said of it alone.
pub struct Looked {
    /// What it is, or why it is nothing.
    pub line: Result<Line, Fault>,
    /// The hash of its bytes; where it is a policy or a notice, of the bytes of that.
    pub hash: Hash,
    /// What is wrong with a record by itself.
    pub problems: Vec<Fault>,
}

/// Looks at a line, without its line feed.
pub fn look(content: &str, parse: Parse) -> Looked {
    let line = Line::read(content, parse);
    let mut problems = Vec::new();
    if let Ok(Line::Record(record)) = &line {
        examine(record, &mut |code, found| problems.push((code, String::from(found))));
    }
    let bytes = match &line {
        // What stands around the document is as long for both.
        Ok(Line::Policy(_) | Line::Notice(_)) => text::part(content, AROUND, content.len() - 1),
        _ => content,
    };
    Looked { line, hash: digest(bytes.as_bytes()), problems }
}

/// How much stands in a line before a policy or a notice.
const AROUND: usize = r#"{"policy":"#.len();

/// The policies and notices that are known, by their hashes.
#[derive(Default)]
pub struct Known {
    /// What each policy asks about; nothing where it cannot be read as a policy.
    policies: BTreeMap<String, Option<Asked>>,
    /// Language and layout of each notice, where it has them.
    notices: BTreeMap<String, Option<(String, i64)>>,
}

impl Known {
    /// Whether there are any.
    pub fn is_any(&self) -> bool {
        !self.policies.is_empty() || !self.notices.is_empty()
    }

    /// Takes a policy in, by the hash of its canonical form.
    pub fn take_policy(&mut self, hash: &str, policy: &Json) {
        self.policies.insert(String::from(hash), Asked::by_document(policy));
    }

    /// Takes a notice in, likewise.
    pub fn take_notice(&mut self, hash: &str, notice: &Json) {
        let layout = notice.field("layout").and_then(Json::as_integer);
        let language = notice.field("language").and_then(Json::as_text).map(String::from);
        self.notices.insert(String::from(hash), language.zip(layout));
    }

    /// Tells of everything in a record that is not so by the documents that it names.
    pub fn judge(&self, record: &Record, report: &mut dyn FnMut(Code, &str)) {
        match self.policies.get(record.policy_hash.as_str()) {
            Some(Some(asked)) => conform(record, asked, report),
            Some(None) => report(Code::PolicyContradicts, &record.policy_hash),
            None => report(Code::PolicyUnknown, &record.policy_hash),
        }
        if !record.notice_by.is_empty() {
            // Another's notice is nobody's document here.
            return;
        }
        match self.notices.get(record.notice_hash.as_str()) {
            Some(Some((language, layout))) => {
                if *language != *record.language {
                    report(Code::NoticeContradicts, "notice.language");
                }
                if *layout != record.layout {
                    report(Code::NoticeContradicts, "notice.layout");
                }
            }
            Some(None) => report(Code::NoticeContradicts, &record.notice_hash),
            None => report(Code::NoticeUnknown, &record.notice_hash),
        }
    }
}

/// Tells of a problem: its code, the line, what was found there.
pub type Report<'a> = &'a mut dyn FnMut(Code, u32, &str);

/// What stands in an export.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The origin of its header.
    pub origin: String,
    /// Its months, in order.
    pub months: Vec<Month>,
    /// How many records there are, and how many were erased.
    pub records: u64,
    /// How many were erased.
    pub erased: u64,
    /// How many browsers there are.
    pub browsers: u64,
    /// How many lines there are before the first month.
    pub head: u32,
    /// The times of the earliest and of the latest decision, by the clocks of the browsers.
    pub times: Option<(i64, i64)>,
    /// The names of all categories and services that are granted or denied somewhere.
    pub names: BTreeSet<String>,
    /// Lines that repeat an earlier record byte for byte.
    pub repeated: Vec<u32>,
}

/// A month of receipt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Month {
    /// `YYYY-MM`.
    pub month: String,
    /// The tree over its leaves.
    pub tree: Tree,
    /// What its checkpoint says, without signatures; empty where there is none yet.
    pub checkpoint: String,
    /// The names under which it is signed.
    pub signers: Vec<String>,
}

/// Which lines may come next.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Place {
    Header,
    Policies,
    Notices,
    /// Between months.
    Months,
    /// In a month.
    Records,
}

/// Judges an export.
pub struct Verifier {
    keys: Vec<PublicKey>,
    known: Known,
    place: Place,
    line: u32,
    summary: Summary,
    /// Hashes of the documents of the file, with their lines, until a record names them.
    unused: BTreeMap<String, u32>,
    /// The last document of its kind.
    last_document: String,
    /// What was told of already.
    unknown: BTreeSet<String>,
    /// After this, no clock of a browser can have been when the record came.
    latest_ms: i64,
    names: Names,
    browsers: Browsers,
}

impl Verifier {
    /// A verifier that knows these keys and documents. Where there is any key, each checkpoint must be
    /// signed by one of them.
    pub fn new(keys: Vec<PublicKey>, known: Known) -> Verifier {
        Verifier {
            keys,
            known,
            place: Place::Header,
            line: 0,
            summary: Summary::default(),
            unused: BTreeMap::new(),
            last_document: String::new(),
            unknown: BTreeSet::new(),
            latest_ms: 0,
            names: Names::default(),
            browsers: Browsers::default(),
        }
    }

    /// The number of the last line.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// What was found so far: all but what is only known at the end.
    pub fn so_far(&self) -> &Summary {
        &self.summary
    }

    /// Tells of everything in a record that is not so by what is known: its documents, and what
    /// earlier records said of them. Nothing is taken in.
    pub fn judge(&self, record: &Record, report: &mut dyn FnMut(Code, &str)) {
        self.names.check(record, report);
        self.known.judge(record, report);
    }

    /// Takes the next line in. False where nothing else is to be asked of this file.
    pub fn take(&mut self, looked: &Looked, report: Report) -> bool {
        self.line = self.line.saturating_add(1);
        let line = self.line;
        if self.place == Place::Header {
            return self.header(looked, report);
        }
        for (code, found) in &looked.problems {
            report(*code, line, found);
        }
        match &looked.line {
            Err((code, found)) => {
                report(*code, line, found);
                // Whatever it was, it is not what the checkpoint was made over.
                self.push(leaf(&looked.hash));
            }
            Ok(Line::Header { .. }) => report(Code::ExportLine, line, "a second header"),
            Ok(Line::Policy(policy)) => {
                let hash = hex(&looked.hash);
                self.known.take_policy(&hash, policy);
                self.document(Place::Policies, hash, report);
            }
            Ok(Line::Notice(notice)) => {
                let hash = hex(&looked.hash);
                self.known.take_notice(&hash, notice);
                self.document(Place::Notices, hash, report);
            }
            Ok(Line::Month { month, after }) => self.open(month, after, report),
            Ok(Line::Record(record)) => {
                self.in_month("a record", report);
                self.push(leaf(&looked.hash));
                self.record(record, looked.hash, report);
            }
            Ok(Line::Erased(hash)) => {
                self.in_month("a record", report);
                self.push(leaf(hash));
                self.summary.erased += 1;
                self.browsers.take_erased(*hash);
            }
            Ok(Line::Checkpoint(text)) => self.close(text, report),
        }
        true
    }

    /// Learns of a policy or a notice that stands elsewhere.
    pub fn learn(&mut self, looked: &Looked) {
        let hash = hex(&looked.hash);
        match &looked.line {
            Ok(Line::Policy(policy)) => self.known.take_policy(&hash, policy),
            Ok(Line::Notice(notice)) => self.known.take_notice(&hash, notice),
            _ => {}
        }
    }

    /// Whether the file could end here: the last line was a checkpoint.
    pub fn is_at_an_end(&self) -> bool {
        self.place == Place::Months
    }

    /// Ends the file: what hangs together, and what nobody named.
    pub fn finish(mut self, report: Report) -> Summary {
        match self.place {
            Place::Header if self.line == 0 => report(Code::ExportHeader, 1, ""),
            // What the first line is has been told.
            Place::Header | Place::Months => {}
            _ => report(Code::ExportLine, self.line, "no checkpoint at the end"),
        }
        for (hash, line) in &self.unused {
            report(Code::DocumentUnused, *line, hash);
        }
        let (browsers, repeated) = self.browsers.finish(report);
        self.summary.browsers = browsers;
        self.summary.repeated = repeated;
        self.summary
    }

    /// Opens the last month again, for records that still come in it: its checkpoint goes.
    pub fn reopen(&mut self) {
        if let Some(month) = self.summary.months.last_mut() {
            month.checkpoint.clear();
            month.signers.clear();
            self.place = Place::Records;
            self.line = self.line.saturating_sub(1);
        }
    }

    /// The checkpoint of the month that is open, without a signature.
    pub fn checkpoint(&self) -> Checkpoint {
        let last = self.summary.months.last();
        let (month, tree) =
            last.map_or_else(Default::default, |last| (&*last.month, last.tree.clone()));
        Checkpoint {
            origin: origin_of(&self.summary.origin, month),
            size: tree.size(),
            root: tree.root(),
        }
    }

    fn header(&mut self, looked: &Looked, report: Report) -> bool {
        match &looked.line {
            Ok(Line::Header { origin }) => {
                self.summary.origin.clone_from(origin);
                self.summary.head = 1;
                self.place = Place::Policies;
                true
            }
            Err((code @ (Code::RecordNotCanonical | Code::ExportVersion), found)) => {
                report(*code, 1, found);
                false
            }
            Err((_, found)) => {
                report(Code::ExportHeader, 1, found);
                false
            }
            Ok(_) => {
                report(Code::ExportHeader, 1, "another line");
                false
            }
        }
    }

    fn document(&mut self, place: Place, hash: String, report: Report) {
        let is_late = self.place > place;
        if is_late || self.place == place && self.last_document >= hash {
            report(Code::ExportLine, self.line, if is_late { "a document" } else { &hash });
        } else {
            self.place = place;
            self.summary.head = self.line;
        }
        self.unused.insert(hash.clone(), self.line);
        self.last_document = hash;
    }

    fn in_month(&mut self, what: &str, report: Report) {
        if self.place != Place::Records {
            report(Code::ExportLine, self.line, what);
        }
    }

    fn push(&mut self, leaf: Hash) {
        if let Some(month) = self.summary.months.last_mut() {
            month.tree.push(leaf);
        }
    }

    fn open(&mut self, month: &str, after: &str, report: Report) {
        let before = self.summary.months.last();
        let is_next = before.is_none_or(|before| before.month.as_str() < month);
        if self.place == Place::Records || !is_next {
            report(Code::ExportLine, self.line, month);
        }
        let goes_on = match before {
            Some(before) => before.checkpoint == after,
            None => after.is_empty() || is_earlier(&self.summary.origin, after, month),
        };
        if !goes_on {
            report(Code::MonthBroken, self.line, month);
        }
        let mut tree = Tree::default();
        if !after.is_empty() {
            tree.push(leaf(after.as_bytes()));
        }
        self.latest_ms = end_of(month).saturating_add(DAY_MS);
        self.place = Place::Records;
        let month = Month { month: String::from(month), tree, ..Month::default() };
        self.summary.months.push(month);
    }

    fn record(&mut self, record: &Record, hash: Hash, report: Report) {
        let line = self.line;
        self.summary.records += 1;
        let at = record.at_ms;
        let (first, last) = self.summary.times.unwrap_or((at, at));
        self.summary.times = Some((first.min(at), last.max(at)));
        for name in record.granted.iter().chain(&record.denied) {
            if !self.summary.names.contains(name.as_str()) {
                self.summary.names.insert(String::from(name.as_str()));
            }
        }
        if !is_plausible(at, self.latest_ms) {
            report(Code::TimeImplausible, line, "atMs");
        }
        self.names.follow(record, &mut |code, found| report(code, line, found));
        if !self.unused.is_empty() {
            self.unused.remove(record.policy_hash.as_str());
            self.unused.remove(record.notice_hash.as_str());
        }
        let unknown = &mut self.unknown;
        self.known.judge(record, &mut |code, found| {
            let is_unknown = matches!(code, Code::PolicyUnknown | Code::NoticeUnknown);
            if !is_unknown || unknown.insert(String::from(found)) {
                report(code, line, found);
            }
        });
        self.browsers.take(record, hash, line);
    }

    fn close(&mut self, text: &str, report: Report) {
        let line = self.line;
        self.in_month("a checkpoint", report);
        self.place = Place::Months;
        let Some(month) = self.summary.months.last_mut() else { return };
        let Some((checkpoint, note)) = Checkpoint::read_note(text) else {
            report(Code::CheckpointForm, line, text);
            return;
        };
        month.checkpoint = checkpoint.text();
        if checkpoint.origin != origin_of(&self.summary.origin, &month.month) {
            report(Code::CheckpointForm, line, &checkpoint.origin);
        }
        if checkpoint.size != month.tree.size() {
            let mut found = String::new();
            crate::json::push_unsigned(checkpoint.size, 10, &mut found);
            report(Code::SizeWrong, line, &found);
        }
        if checkpoint.root != month.tree.root() {
            report(Code::RootWrong, line, &hex(&checkpoint.root));
        }
        if let Some(note) = &note {
            month.signers.extend(note.names().into_iter().map(String::from));
        }
        if let Some((code, found)) = signature(note.as_ref(), &self.keys) {
            report(code, line, &found);
        }
    }
}

/// What is wrong with the signatures of a checkpoint, in the eyes of whoever has these keys.
pub fn signature(note: Option<&Note>, keys: &[PublicKey]) -> Option<Fault> {
    let said: Vec<Signed> =
        keys.iter().map(|key| note.map_or(Signed::No, |note| note.is_signed_by(key))).collect();
    let names = |separated: &str| note.map(Note::names).unwrap_or_default().join(separated);
    if said.contains(&Signed::Wrong) {
        Some((Code::SignatureWrong, names(" ")))
    } else if said.contains(&Signed::Yes) {
        None
    } else if !keys.is_empty() {
        Some((Code::SignatureMissing, names(" ")))
    } else if note.is_some() {
        Some((Code::SignatureUnchecked, names(" ")))
    } else {
        Some((Code::CheckpointUnsigned, String::new()))
    }
}

/// Whether a browser's clock can have shown this time in a record that came before `latest_ms`.
pub fn is_plausible(at_ms: i64, latest_ms: i64) -> bool {
    (FIRST_MS..=latest_ms).contains(&at_ms)
}

/// The origin of the tree of a month.
pub fn origin_of(origin: &str, month: &str) -> String {
    [origin, "/", month].concat()
}

/// Whether a text is what a checkpoint of an earlier month of this export says.
fn is_earlier(origin: &str, text: &str, month: &str) -> bool {
    let checkpoint = Checkpoint::read(text);
    checkpoint.is_some_and(|checkpoint| match checkpoint.origin.rsplit_once('/') {
        Some((before, earlier)) => before == origin && super::is_month(earlier) && earlier < month,
        None => false,
    })
}

/// When a month ends.
fn end_of(month: &str) -> i64 {
    let Some((year, month)) = month_of(month) else {
        return i64::MAX;
    };
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_from_civil(year, month, 1).saturating_mul(DAY_MS)
}
