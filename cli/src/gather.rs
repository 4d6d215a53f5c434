//! `consentinel gather`: takes the ledgers of many browsers into one export. Each is verified before,
//! and what does not hold stays out and is told of; every record comes in once. The records go through
//! a file of their own first, so that an export of any length needs little memory.

mod piece;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use consentinel::{
    export::{Known, Line, Looked, Verifier, is_month, is_origin, look},
    hash::{Hash, sha256},
    json::Json,
    merkle::{Tree, leaf},
    problem::{Code, Problem, Severity},
    record::Record,
    source,
};
use consentinel_audit::judged::{Kind, kind};
use consentinel_audit::problems::Problems;
use consentinel_collector::store::is_store;
use rayon::prelude::*;
use tempfile::tempfile;

use crate::error::{Error, is_standard, name};
use crate::files::{self, AT_A_TIME, Input};
use crate::judged::MAX_LEDGER_BYTES;
use crate::policies::Documents;
use crate::report::{Report, Verdict};
use crate::sign::private_key;
use crate::stream;
use crate::time::this_month;
use piece::{Judged, Piece, lines_of};

/// The long help of the command.
pub const HELP: &str = "\
Gather ledgers of many browsers into one export

Takes ledgers, files of record lines as a page hands them on one by one, and other exports: files,
folders, or standard input. Each is verified; what does not hold stays out and is told of, and the
rest goes in. A record that is in the export already stays as it is, and one that was erased stays
erased. An export that exists is gone on with: its records stay, and new ones go into the month in
which they come, which is this month.

Give the policies of the site, of every revision that visitors saw: those that records name go into
the export, with the notices in the languages that were shown.

Examples:
  consentinel gather received/ --into shop.export --origin shop.example/consent --policy policies/
  consentinel gather - --into shop.export --key shop.key";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// Ledgers, record lines or exports: files or folders; `-` reads standard input
    #[arg(required = true, value_name = "LEDGER")]
    ledgers: Vec<PathBuf>,
    /// The export; made where it is not there
    #[arg(long, value_name = "EXPORT")]
    into: PathBuf,
    /// Whose records these are: an address of the site without its scheme, such as
    /// `shop.example/consent`; needed for a new export
    #[arg(long, value_parser = origin)]
    origin: Option<String>,
    /// The file of a private key, as `consentinel keygen` makes it: signs the checkpoint
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The month of receipt, where it is not this one
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    month: Option<String>,
    #[command(flatten)]
    documents: Documents,
}

fn origin(text: &str) -> Result<String, String> {
    let help =
        "give at most 200 characters of ASCII without spaces and `+`, such as `shop.example`";
    is_origin(text).then(|| String::from(text)).ok_or_else(|| String::from(help))
}

fn month(text: &str) -> Result<String, String> {
    let help = "give a month such as `2026-11`";
    is_month(text).then(|| String::from(text)).ok_or_else(|| String::from(help))
}

/// What comes in.
struct Gathering {
    verifier: Verifier,
    problems: Problems,
    /// The new records, a line each, in the order in which they come.
    spool: BufWriter<std::fs::File>,
    /// Hashes of records that were erased.
    erased: BTreeSet<Hash>,
    /// The last checkpoint of the export as it was, with its signatures.
    checkpoint: String,
    /// Documents that stand in the export, and others that came in.
    documents: Documented,
    offered: Documented,
    /// Documents that new records name.
    named: BTreeSet<String>,
    /// What was read and is not judged yet.
    waiting: Vec<Piece>,
    waiting_bytes: usize,
    sources: u64,
    refused: u64,
    erased_again: u64,
}

/// Policies and notices by their hashes.
#[derive(Default)]
struct Documented {
    policies: BTreeMap<String, Json>,
    notices: BTreeMap<String, Json>,
}

impl Documented {
    /// Takes a line in, where it is a document.
    fn take(&mut self, line: &Line) {
        let (documents, document) = match line {
            Line::Policy(policy) => (&mut self.policies, policy),
            Line::Notice(notice) => (&mut self.notices, notice),
            _ => return,
        };
        documents.insert(sha256(document.canonical().as_bytes()), document.clone());
    }
}

/// The export as it is.
struct Before {
    /// How many lines stand before the first month; none where there is no export yet.
    head: u32,
    /// The last line.
    last: u32,
    /// Whether its last month goes on.
    is_reopened: bool,
    /// The tree of the last month, where that goes on.
    tree: Tree,
}

/// Gathers.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let library = arguments.documents.read()?;
    let key = arguments.key.as_deref().map(private_key).transpose()?;
    let month = arguments.month.clone().unwrap_or_else(this_month);
    let spool = tempfile().map_err(|error| Error::output("a temporary file", &error))?;
    let mut gathering = Gathering {
        verifier: Verifier::new(Vec::new(), library.known()),
        problems: Problems::default(),
        spool: BufWriter::with_capacity(AT_A_TIME, spool),
        erased: BTreeSet::new(),
        checkpoint: String::new(),
        documents: Documented::default(),
        offered: Documented {
            policies: library.policies.clone(),
            notices: library.notices.clone(),
        },
        named: BTreeSet::new(),
        waiting: Vec::new(),
        waiting_bytes: 0,
        sources: 0,
        refused: 0,
        erased_again: 0,
    };
    let is_new =
        !is_standard(&arguments.into) && !is_store(&arguments.into) && !arguments.into.exists();
    if is_new {
        gathering.begin(arguments)?;
    } else {
        gathering.go_on_with(&arguments.into)?;
        if !gathering.problems.is_sound() {
            let words = format!(
                "{}{} does not hold: nothing was gathered\n",
                gathering.problems.lines(),
                name(&arguments.into)
            );
            return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
        }
    }
    let before = gathering.open(arguments, &month)?;
    let records_before = gathering.verifier.so_far().records;
    for path in &arguments.ledgers {
        for file in files::below(path)? {
            gathering.source(&file)?;
        }
    }
    gathering.take_all()?;
    let taken = gathering.verifier.so_far().records - records_before;
    if is_new && taken == 0 && gathering.refused > 0 {
        let lines = gathering.problems.lines();
        let words = format!("{}{lines}nothing holds: nothing was gathered\n", library.words);
        return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
    }
    let written = gathering.close(&before, arguments, key.as_ref(), taken)?;
    let words = library.words + &written.problems.lines() + &written.words;
    Ok(Report { out: written.out, words, verdict: Verdict::of(written.refused == 0) })
}

impl Gathering {
    /// A new export.
    fn begin(&mut self, arguments: &Arguments) -> Result<(), Error> {
        let Some(origin) = arguments.origin.clone() else {
            let help = "give `--origin`, such as `shop.example/consent`";
            return Err(Error::unfit(&arguments.into, "it is not there yet", help));
        };
        self.say(&Line::Header { origin });
        Ok(())
    }

    /// An export that is there.
    fn go_on_with(&mut self, path: &Path) -> Result<(), Error> {
        let input = Input::open(path)?;
        if is_standard(path) || is_store(path) || !matches!(kind(&input.start), Kind::Export) {
            return Err(Error::unfit(path, "it is no export", "name a new file, or an export"));
        }
        let is_ended = stream::lines(path, input, &mut |_, looked| {
            match &looked.line {
                Ok(Line::Erased(hash)) => drop(self.erased.insert(*hash)),
                Ok(Line::Checkpoint(text)) => self.checkpoint.clone_from(text),
                Ok(line) => self.documents.take(line),
                Err(_) => {}
            }
            let problems = &mut self.problems;
            Ok(self.verifier.take(&looked, &mut |code, line, found| {
                if is_of_gathering(code) {
                    problems.add(code, line, found);
                }
            }))
        })?;
        let line = self.verifier.line();
        if !is_ended {
            self.problems.add(Code::LedgerLine, line, "");
        } else if self.problems.is_sound() && !self.verifier.is_at_an_end() {
            // Without its checkpoint nobody knows whether a month is whole.
            self.problems.add(Code::ExportLine, line, "no checkpoint at the end");
        }
        Ok(())
    }

    /// Opens the month of receipt.
    fn open(&mut self, arguments: &Arguments, month: &str) -> Result<Before, Error> {
        let (into, summary) = (&arguments.into, self.verifier.so_far());
        if let Some(origin) = arguments.origin.as_ref().filter(|origin| **origin != summary.origin)
        {
            let found = format!("its origin is `{}`, not `{origin}`", summary.origin);
            return Err(Error::unfit(into, &found, "leave `--origin` out, or name another export"));
        }
        let (head, last) = (summary.head, self.verifier.line());
        let before = summary.months.last();
        let (latest, after) = before.map_or(("", ""), |last| (&*last.month, &*last.checkpoint));
        if latest > month {
            let found = format!("its last month is {latest}, after {month}");
            return Err(Error::unfit(
                into,
                &found,
                "records go into the last month, or a later one",
            ));
        }
        let is_reopened = latest == month;
        if is_reopened {
            let tree = before.map(|last| last.tree.clone()).unwrap_or_default();
            self.verifier.reopen();
            return Ok(Before { head, last, is_reopened, tree });
        }
        let (month, after) = (String::from(month), String::from(after));
        let line = Line::Month { month, after: after.clone() };
        self.say(&line);
        let mut tree = Tree::default();
        if !after.is_empty() {
            tree.push(leaf(after.as_bytes()));
        }
        Ok(Before { head, last, is_reopened, tree })
    }

    /// Has the verifier take a line of ours, in which nothing is wrong.
    fn say(&mut self, line: &Line) {
        self.verifier.take(&look(&line.text(), &source::parse), &mut |_, _, _| {});
    }

    /// Whatever somebody handed in.
    fn source(&mut self, path: &Path) -> Result<(), Error> {
        let input = Input::open(path)?;
        match kind(&input.start) {
            Kind::Export => self.take_all().and_then(|()| self.export(path)),
            _ => self.lines(path, input),
        }
    }

    /// Another export: all of its records, where it holds.
    fn export(&mut self, path: &Path) -> Result<(), Error> {
        self.sources += 1;
        let mut verifier = Verifier::new(Vec::new(), Known::default());
        let (mut is_sound, place) = (true, name(path));
        let problems = &mut self.problems;
        let mut report = |code: Code, line: u32, found: &str| {
            if is_of_gathering(code) && code.severity() == Severity::Error {
                is_sound = false;
                problems.add_at(code, line, found, &|| format!("{place} line {line}"));
            }
        };
        let is_ended = stream::lines(path, Input::open(path)?, &mut |_, looked| {
            Ok(verifier.take(&looked, &mut report))
        })?;
        if !is_ended {
            report(Code::LedgerLine, verifier.line(), "");
        }
        verifier.finish(&mut report);
        if !is_sound {
            self.refused += 1;
            return Ok(());
        }
        let mut number = 0;
        stream::lines(path, Input::open(path)?, &mut |bytes, looked| {
            number += 1;
            match &looked.line {
                Ok(Line::Record(_)) => self.record(path, number, bytes, looked)?,
                Ok(Line::Erased(hash)) => drop(self.erased.insert(*hash)),
                Ok(line) => {
                    self.verifier.learn(&looked);
                    self.offered.take(line);
                }
                Err(_) => {}
            }
            Ok(true)
        })?;
        Ok(())
    }

    /// Ledgers one after the other, and record lines that stand alone.
    fn lines(&mut self, path: &Path, input: Input) -> Result<(), Error> {
        let file: Arc<Path> = Arc::from(path);
        let mut open: Option<(Piece, u64)> = None;
        let mut number = 0;
        stream::copied(path, input, &mut |bytes| {
            number += 1;
            let left = match open.take() {
                Some((mut piece, left)) => {
                    piece.bytes.extend(bytes);
                    open = Some((piece, left - 1));
                    left - 1
                }
                None => {
                    let left = lines_of(bytes);
                    let (path, bytes) = (Arc::clone(&file), bytes.to_vec());
                    let piece = Piece { path, first: number, is_ledger: left.is_some(), bytes };
                    open = Some((piece, left.unwrap_or_default()));
                    left.unwrap_or_default()
                }
            };
            // What claims to go on for ever ends where no ledger is so long.
            let is_whole = |piece: &Piece| left == 0 || piece.bytes.len() as u64 > MAX_LEDGER_BYTES;
            match open.take_if(|(piece, _)| is_whole(piece)) {
                Some((piece, _)) => self.piece(piece),
                None => Ok(()),
            }
        })?;
        if let Some((piece, _)) = open {
            self.piece(piece)?;
        }
        if number == 0 {
            self.sources += 1;
            self.refuse(path, 1, &[(Code::LedgerLine, String::new())]);
        }
        Ok(())
    }

    /// Puts a piece with those that wait until there are enough of them for every processor.
    fn piece(&mut self, piece: Piece) -> Result<(), Error> {
        self.waiting_bytes += piece.bytes.len();
        self.waiting.push(piece);
        if self.waiting_bytes > WAITING_BYTES { self.take_all() } else { Ok(()) }
    }

    /// Judges all that waits on every processor, then takes it in. One after the other: what one thread frees while
    /// another allocates costs more than the second processor gives.
    fn take_all(&mut self) -> Result<(), Error> {
        self.waiting_bytes = 0;
        let waiting = std::mem::take(&mut self.waiting).into_par_iter();
        let judged = waiting.map(|piece| {
            let judged = piece.judged();
            (piece, judged)
        });
        let judged: Vec<_> = judged.collect();
        self.take(judged)
    }

    /// Takes in what was judged.
    fn take(&mut self, all: Vec<(Piece, Judged)>) -> Result<(), Error> {
        for (piece, judged) in all {
            self.sources += 1;
            let (path, first) = (&*piece.path, piece.first);
            match judged {
                Judged::Ledger(lines, problems) => self.ledger(path, first, lines, &problems)?,
                Judged::Line(looked) => match &looked.line {
                    Ok(Line::Record(_)) => self.record(path, first, piece.line(), looked)?,
                    // What is no line of anything is most likely a ledger that was damaged.
                    Ok(_) | Err((Code::ExportLine, _)) => {
                        let text = String::from_utf8_lossy(piece.line()).into_owned();
                        self.refuse(path, first, &[(Code::LedgerHeader, text)]);
                    }
                    Err(fault) => self.refuse(path, first, std::slice::from_ref(fault)),
                },
            }
        }
        Ok(())
    }

    /// The ledger of one browser, that begins in line `first`.
    fn ledger(
        &mut self,
        path: &Path,
        first: u32,
        lines: Option<Vec<(String, Looked)>>,
        problems: &[Problem],
    ) -> Result<(), Error> {
        for Problem { code, path: place, found } in problems {
            let line: u32 =
                place.strip_prefix("line ").and_then(|line| line.parse().ok()).unwrap_or(1);
            let line = first + line - 1;
            self.problems.add_at(*code, line, found, &|| format!("{} line {line}", name(path)));
        }
        if lines.is_none() {
            self.refused += 1;
        }
        for ((line, looked), number) in lines.into_iter().flatten().zip(first + 1..) {
            self.record(path, number, line.as_bytes(), looked)?;
        }
        Ok(())
    }

    /// A record that is one.
    fn record(
        &mut self,
        path: &Path,
        line: u32,
        bytes: &[u8],
        mut looked: Looked,
    ) -> Result<(), Error> {
        if self.erased.contains(&looked.hash) {
            self.erased_again += 1;
            return Ok(());
        }
        let Ok(Line::Record(record)) = &looked.line else { return Ok(()) };
        let mut faults = std::mem::take(&mut looked.problems);
        self.verifier.judge(record, &mut |code, found| faults.push((code, String::from(found))));
        faults.retain(|(code, _)| !is_unknown(*code));
        if faults.iter().any(|(code, _)| code.severity() == Severity::Error) {
            self.refuse(path, line, &faults);
            return Ok(());
        }
        for (code, found) in &faults {
            self.problems.add_at(*code, line, found, &|| format!("{} line {line}", name(path)));
        }
        self.name(record);
        let problems = &mut self.problems;
        self.verifier.take(&looked, &mut |code, _, found| {
            problems.add_at(code, line, found, &|| format!("{} line {line}", name(path)));
        });
        let written = self.spool.write_all(bytes).and_then(|()| self.spool.write_all(b"\n"));
        written.map_err(|error| Error::output("a temporary file", &error))
    }

    fn name(&mut self, record: &Record) {
        for hash in [&record.policy_hash, &record.notice_hash] {
            if !self.named.contains(hash.as_str()) {
                self.named.insert(hash.to_string());
            }
        }
    }

    fn refuse(&mut self, path: &Path, line: u32, faults: &[(Code, String)]) {
        self.refused += 1;
        for (code, found) in faults {
            self.problems.add_at(*code, line, found, &|| format!("{} line {line}", name(path)));
        }
    }
}

/// Whether a problem is one to tell of while gathering: who signed is not.
fn is_of_gathering(code: Code) -> bool {
    !matches!(code, Code::CheckpointUnsigned | Code::SignatureUnchecked)
}

fn is_unknown(code: Code) -> bool {
    matches!(code, Code::PolicyUnknown | Code::NoticeUnknown)
}

/// How much waits until it is judged.
const WAITING_BYTES: usize = 2_000_000;
