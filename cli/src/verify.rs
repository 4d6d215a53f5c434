//! `consentinel verify`: says of ledgers, exports and proofs whether every byte is as it was written,
//! and what that proves. All the checking is the core's; here it is asked and its answer told, to
//! people or to programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::{
    checkpoint::{Checkpoint, Proof},
    export::{Known, Line, Summary, signature},
    hash::hex,
    ledger::Ledger,
    note::PublicKey,
    problem::Code,
    record::{Record, examine},
    source,
};
use serde_json::{Value, json};

use crate::error::{Error, name, one_line};
use crate::files::Input;
use crate::judged::{Content, Judged, Kind, judge, kind};
use crate::policies::Documents;
use crate::problems::Problems;
use crate::report::{Report, Verdict, json_line};
use crate::time::iso;

/// The long help of the command.
pub const HELP: &str = "\
Verify ledgers, exports and proofs: every line, hash, chain, tree and signature

A ledger is one browser's, as the page's `consentinel.export()` hands it out; an export is of many,
as `consentinel gather` makes it; a proof shows one record of an export, as `consentinel prove`
makes it. Which of them a file is, its first line says. Every problem has a code, which
docs/errors.md lists.

Examples:
  consentinel verify consentinel-ledger.ndjson
  consentinel verify shop.export --key shop.example/consent+1a2b3c4d+AbC…
  consentinel verify shop.export --policy policies/";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// Ledgers, exports, proofs; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one JSON object for each file instead of words
    #[arg(long)]
    json: bool,
    /// A public key that must have signed each checkpoint, as `consentinel keygen` prints it; one of
    /// several, when it is given again
    #[arg(long, value_name = "KEY", value_parser = public_key)]
    key: Vec<PublicKey>,
    #[command(flatten)]
    documents: Documents,
}

/// A public key, as an argument.
pub fn public_key(text: &str) -> Result<PublicKey, String> {
    let help = "give the public key as `consentinel keygen` printed it: `name+id+key`";
    PublicKey::read(text).ok_or_else(|| String::from(help))
}

/// Verifies each file.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let library = arguments.documents.read()?;
    let is_about = arguments.documents.are_given();
    let mut report =
        Report { out: Vec::new(), words: library.words.clone(), verdict: Verdict::Sound };
    for path in &arguments.files {
        let input = Input::open(path)?;
        let (out, is_sound) = if let Kind::Proof = kind(&input.start) {
            proof(path, input, arguments)?
        } else {
            file(path, input, arguments, library.known(), is_about)?
        };
        report.out.extend(out);
        if !is_sound {
            report.verdict = Verdict::Failed;
        }
    }
    Ok(report)
}

/// How many records name each policy and each notice.
#[derive(Default)]
struct Named(BTreeMap<(&'static str, String, String), u64>);

impl Named {
    fn take(&mut self, record: &Record) {
        let policy = format!("{} {}", record.policy_id, record.policy_revision);
        let notice = format!("{} layout {}", record.language, record.layout);
        for (kind, hash, words) in
            [("policy", &record.policy_hash, policy), ("notice", &record.notice_hash, notice)]
        {
            *self.0.entry((kind, hash.clone(), words)).or_default() += 1;
        }
    }

    fn lines(&self) -> String {
        let mut lines = String::new();
        for ((kind, hash, words), count) in &self.0 {
            let words = one_line(words);
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "  {kind:<12}{hash} {words}: {count}");
        }
        lines
    }

    fn list(&self) -> Value {
        let objects = self.0.iter().map(|((kind, hash, words), count)| {
            json!({ "kind": kind, "hash": hash, "says": words, "records": count })
        });
        Value::Array(objects.collect())
    }
}

fn file(
    path: &Path,
    input: Input,
    arguments: &Arguments,
    known: Known,
    is_about: bool,
) -> Result<(Vec<u8>, bool), Error> {
    let mut named = Named::default();
    let judged = judge(path, input, &arguments.key, known, &mut |line, _, _| {
        if let Line::Record(record) = line {
            named.take(record);
        }
        Ok(())
    })?;
    let is_sound = judged.content.is_some();
    if arguments.json {
        return Ok((as_json(path, &judged, &named), is_sound));
    }
    let name = name(path);
    let mut out = match &judged.content {
        None => format!("does NOT hold: {name}\n"),
        Some(Content::Ledger(ledger, records)) => {
            format!("holds: {name}\n{}", ledger_lines(ledger, records))
        }
        Some(Content::Export(summary)) => {
            format!("holds: {name}\n{}", export_lines(summary, !arguments.key.is_empty()))
        }
    };
    if is_about {
        out.push_str(&named.lines());
    }
    out.push_str(&judged.problems.lines());
    Ok((out.into_bytes(), is_sound))
}

/// The report for programs. What only a file that holds has is `null` without it.
fn as_json(path: &Path, judged: &Judged, named: &Named) -> Vec<u8> {
    let (problems, counts) = judged.problems.list();
    let content = match &judged.content {
        Some(Content::Export(summary)) => export_object(summary),
        Some(Content::Ledger(ledger, records)) => ledger_object(Some(ledger), records),
        None => ledger_object(None, &[]),
    };
    let common = json!({
        "file": path.to_string_lossy(),
        "holds": judged.content.is_some(),
        "names": named.list(),
        "problems": with_lines(problems),
        "counts": counts,
    });
    let objects = [content, common].into_iter().filter_map(|object| match object {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    json_line(&Value::Object(objects.flatten().collect()))
}

fn ledger_object(ledger: Option<&Ledger>, records: &[Record]) -> Value {
    let (first, last) = (records.first(), records.last());
    json!({
        "records": ledger.map(|_| records.len()),
        "summarised": ledger.map(|ledger| ledger.summarised),
        "first": first.map(|record| iso(record.at_ms)),
        "firstAtMs": first.map(|record| record.at_ms),
        "last": last.map(|record| iso(record.at_ms)),
        "lastAtMs": last.map(|record| record.at_ms),
        "subject": last.map(|record| &record.subject),
        "head": ledger.map(Ledger::head),
    })
}

fn export_object(summary: &Summary) -> Value {
    let months = summary.months.iter().map(|month| {
        json!({
            "month": month.month,
            "size": month.tree.size(),
            "root": hex(&month.tree.root()),
            "signers": month.signers,
        })
    });
    json!({
        "origin": summary.origin,
        "records": summary.records,
        "erased": summary.erased,
        "browsers": summary.browsers,
        "first": summary.times.map(|(first, _)| iso(first)),
        "firstAtMs": summary.times.map(|(first, _)| first),
        "last": summary.times.map(|(_, last)| iso(last)),
        "lastAtMs": summary.times.map(|(_, last)| last),
        "months": months.collect::<Vec<_>>(),
    })
}

fn table(rows: &[(&str, Option<String>)]) -> String {
    let mut lines = String::new();
    for (label, text) in rows {
        let text = one_line(text.as_deref().unwrap_or("none"));
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "  {label:<12}{text}");
    }
    lines
}

fn ledger_lines(ledger: &Ledger, records: &[Record]) -> String {
    let at = |record: Option<&Record>| record.map(|record| iso(record.at_ms));
    let rows = [
        ("records", Some(records.len().to_string())),
        ("summarised", Some(ledger.summarised.to_string())),
        ("first", at(records.first())),
        ("last", at(records.last())),
        ("subject", records.last().map(|record| record.subject.clone())),
        ("head", Some(ledger.head()).filter(|head| !head.is_empty())),
    ];
    let proved = "\
proved: these records follow one another as one browser would have written them; each names by hash
  one text, one policy and one build
not proved: that a browser wrote them, and that a human clicked; an export with a published
  checkpoint shows since when they are unaltered
";
    table(&rows) + proved
}

fn export_lines(summary: &Summary, is_key_given: bool) -> String {
    let last = summary.months.last();
    let signers = last.map(|last| last.signers.join(" ")).filter(|names| !names.is_empty());
    let months = summary.months.first().zip(last);
    let rows = [
        ("origin", Some(summary.origin.clone())),
        ("records", Some(summary.records.to_string())),
        ("erased", Some(summary.erased.to_string())),
        ("browsers", Some(summary.browsers.to_string())),
        ("months", months.map(|(first, last)| format!("{} to {}", first.month, last.month))),
        ("first", summary.times.map(|(first, _)| iso(first))),
        ("last", summary.times.map(|(_, last)| iso(last))),
        ("checkpoint", last.map(|last| last.checkpoint.trim_end().replace('\n', " "))),
        ("signed", signers.clone().or_else(|| Some(String::from("by nobody")))),
    ];
    let since = match (signers, is_key_given) {
        (Some(_), true) => "unaltered since the checkpoint, which the key given has signed",
        (Some(_), false) => "unaltered since the checkpoint; who signed it was not checked",
        (None, _) => "unaltered since the checkpoint, which nobody signed: compare it with a copy",
    };
    let proved = format!(
        "\
proved: {since}; each record names by hash one text, one policy and one build
not proved: that a human clicked, that the clocks were right, and that the operator made up or left
  out nothing before the first checkpoint that somebody else has
"
    );
    table(&rows) + &proved
}

/// Verifies the proof of one record.
fn proof(path: &Path, input: Input, arguments: &Arguments) -> Result<(Vec<u8>, bool), Error> {
    let bytes = input.into_bytes(path, consentinel::export::LONGEST_LINE as u64 * 2)?;
    let mut problems = Problems::default();
    let text = String::from_utf8(bytes).ok();
    let proof = text.as_deref().and_then(Proof::read);
    let mut record = None;
    let mut checkpoint = None;
    if let Some(proof) = &proof {
        let line = std::str::from_utf8(&proof.record).ok();
        match line.map(|line| Line::read(line, &source::parse)) {
            Some(Ok(Line::Record(read))) => record = Some(read),
            Some(Err((code, found))) => problems.add(code, 2, &found),
            _ => {}
        }
        if let Some((said, note)) = Checkpoint::read_note(&proof.checkpoint) {
            if let Some((code, found)) = signature(note.as_ref(), &arguments.key) {
                problems.add(code, 1, &found);
            }
            checkpoint = Some(said);
        }
    }
    if let Some(record) = &record {
        examine(record, &mut |code, found| problems.add(code, 2, found));
    }
    if record.is_none() || !proof.as_ref().is_some_and(Proof::holds) {
        problems.add(Code::ProofWrong, 1, "");
    }
    let is_sound = problems.is_sound();
    let at = record.as_ref().map(|record| iso(record.at_ms));
    let subject = record.as_ref().map(|record| record.subject.clone());
    let said = checkpoint.map(|checkpoint| checkpoint.text().trim_end().replace('\n', " "));
    if arguments.json {
        let (problems, counts) = problems.list();
        let object = json!({
            "file": path.to_string_lossy(),
            "holds": is_sound,
            "subject": subject.filter(|_| is_sound),
            "at": at.filter(|_| is_sound),
            "checkpoint": said.filter(|_| is_sound),
            "problems": with_lines(problems),
            "counts": counts,
        });
        return Ok((json_line(&object), is_sound));
    }
    let name = name(path);
    let out = if is_sound {
        let rows = [("subject", subject), ("at", at), ("checkpoint", said)];
        let proved = "proved: this record is one of those under the checkpoint, byte for byte\n";
        format!("holds: {name}\n{}{proved}{}", table(&rows), problems.lines())
    } else {
        format!("does NOT hold: {name}\n{}", problems.lines())
    };
    Ok((out.into_bytes(), is_sound))
}

/// Adds the number of the line to each problem, so that a program need not take words apart.
fn with_lines(mut problems: Value) -> Value {
    for problem in problems.as_array_mut().into_iter().flatten() {
        let path = problem.get("path").and_then(Value::as_str);
        let number = path.and_then(|path| path.strip_prefix("line "));
        let line: Option<u64> = number.and_then(|number| number.parse().ok());
        if let Some(object) = problem.as_object_mut() {
            object.insert(String::from("line"), json!(line));
        }
    }
    problems
}
