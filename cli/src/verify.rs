//! `consentinel verify`: says of ledgers, exports and proofs whether every byte is as it was written,
//! and what that proves. All the checking is the core's; here it is asked and its answer told, to
//! people or to programs.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::{
    export::{Known, Line, Summary},
    ledger::Ledger,
    note::PublicKey,
    record::Record,
};
use consentinel_audit::{
    judged::{Kind, kind, proof_of},
    time::iso,
    told::{self, Named},
};
use serde_json::json;

use consentinel_collector::store::shown;

use crate::accesses;
use crate::anchor::{
    kept::{self, Anchors},
    trusted,
};
use crate::error::{Error, name, one_line};
use crate::files::Input;
use crate::judged::{Content, judge};
use crate::pack;
use crate::policies::Documents;
use crate::report::{Report, Verdict, json_line};

/// The long help of the command.
pub const HELP: &str = "\
Verify ledgers, exports, proofs and packs: every line, hash, chain, tree and signature

A ledger is one browser's, as the page's `consentinel.export()` hands it out; an export is of many,
as `consentinel gather` makes it; a proof shows one record of an export, as `consentinel prove`
makes it; a pack is the archive of `consentinel pack`. Which of them a file is, its beginning says. Every problem has a code, which
docs/errors.md lists.

Examples:
  consentinel verify consentinel-ledger.ndjson
  consentinel verify shop.export --key shop.example/consent+1a2b3c4d+AbC…
  consentinel verify shop.export --policy policies/";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// Ledgers, exports, proofs, packs; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one JSON object for each file instead of words
    #[arg(long)]
    json: bool,
    /// A public key that must have signed each checkpoint, as `consentinel keygen` prints it; one of
    /// several, when it is given again
    #[arg(long, value_name = "KEY", value_parser = public_key)]
    key: Vec<PublicKey>,
    /// Trusted certificates, in PEM, to which the anchors of each file must lead, of which there must be
    /// one at least (`consentinel anchor`)
    #[arg(long, value_name = "FILE")]
    anchor_root: Option<PathBuf>,
    /// Where the anchors are, if not in the file beside each: those of all that are verified
    #[arg(long, value_name = "FILE")]
    anchors: Option<PathBuf>,
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
        let (out, is_sound) = if pack::is_pack(&input.start) {
            archive(path, input, arguments)?
        } else if let Kind::Proof = kind(&input.start) {
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

fn named_lines(named: &Named) -> String {
    let mut lines = String::new();
    for ((kind, hash, words), count) in named.all() {
        let words = one_line(&words);
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "  {kind:<12}{hash} {words}: {count}");
    }
    lines
}

fn file(
    path: &Path,
    input: Input,
    arguments: &Arguments,
    known: Known,
    is_about: bool,
) -> Result<(Vec<u8>, bool), Error> {
    let mut named = Named::default();
    let roots = arguments.anchor_root.as_deref().map(trusted).transpose()?;
    let mut anchors = Anchors::open(path, arguments.anchors.as_deref())?;
    let judged = judge(path, input, &arguments.key, known, &mut |line, _, hash| {
        if let Line::Record(record) = line {
            named.take(record);
        }
        if let Some(growth) = &mut anchors.growth {
            growth.take(line, hash);
        }
        Ok(())
    })?;
    let anchored = match &judged.content {
        Some(Content::Export(summary)) => anchors.judge(summary, roots.as_deref()),
        _ => kept::Judged::default(),
    };
    let is_checked = roots.is_some();
    // Of a store, that log as well.
    let accesses = accesses::of(path)?;
    let is_chained = accesses.as_ref().is_none_or(|accesses| accesses.broken.is_none());
    let is_beside = is_chained && anchored.problems.is_empty();
    let is_sound = judged.content.is_some() && is_beside;
    if arguments.json {
        let content = match &judged.content {
            Some(Content::Export(summary)) => told::export(summary),
            Some(Content::Ledger(ledger, records)) => told::ledger(Some(ledger), records),
            None => told::ledger(None, &[]),
        };
        let mut object = told::file(&shown(path), is_sound, content, &named, &judged.problems);
        if let (Some(fields), Some(accesses)) = (object.as_object_mut(), &accesses) {
            fields.insert(String::from("accesses"), accesses::object(accesses));
        }
        if let (Some(fields), false) = (object.as_object_mut(), anchored.is_empty()) {
            let kept::Judged { lines, problems } = &anchored;
            let told = json!({ "hold": lines, "problems": problems, "rootsGiven": is_checked });
            fields.insert(String::from("anchors"), told);
        }
        return Ok((json_line(&object), is_sound));
    }
    let name = name(path);
    let content = judged.content.as_ref().filter(|_| is_beside);
    let mut out = match content {
        None => format!("does NOT hold: {name}\n"),
        Some(Content::Ledger(ledger, records)) => {
            format!("holds: {name}\n{}", ledger_lines(ledger, records))
        }
        Some(Content::Export(summary)) => {
            format!("holds: {name}\n{}", export_lines(summary, !arguments.key.is_empty()))
        }
    };
    let told = accesses.iter().map(|accesses| ("accesses", Some(accesses::line(accesses))));
    out.push_str(&table(&told.collect::<Vec<_>>()));
    // Anybody can call themselves an authority.
    let unchecked = if is_checked { "" } else { ", as it says: not checked" };
    let told = anchored.lines.iter().map(|line| ("anchored", Some(format!("{line}{unchecked}"))));
    out.push_str(&table(&told.collect::<Vec<_>>()));
    if anchored.lines.is_empty() && !anchored.problems.is_empty() {
        out.push_str(&table(&[("anchored", None)]));
    }
    out.extend(anchored.problems.iter().map(|problem| format!("error: {}\n", one_line(problem))));
    if is_about {
        out.push_str(&named_lines(&named));
    }
    out.push_str(&judged.problems.lines());
    Ok((out.into_bytes(), is_sound))
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

/// What is proved by a file that holds, and what is not.
fn statement(what: &str) -> String {
    let (proved, not) = told::proved(what);
    format!("proved: {proved}\nnot proved: {not}\n")
}

fn ledger_lines(ledger: &Ledger, records: &[Record]) -> String {
    let at = |record: Option<&Record>| record.map(|record| iso(record.at_ms));
    let rows = [
        ("records", Some(records.len().to_string())),
        ("summarised", Some(ledger.summarised.to_string())),
        ("first", at(records.first())),
        ("last", at(records.last())),
        ("subject", records.last().map(|record| record.subject.to_string())),
        ("head", Some(ledger.head()).filter(|head| !head.is_empty())),
    ];
    table(&rows) + &statement("ledger")
}

fn export_lines(summary: &Summary, is_key_given: bool) -> String {
    let last = summary.months.last();
    let signers = last.map(|last| last.signers.join(" ")).filter(|names| !names.is_empty());
    // Anybody can write a name there.
    let claimed =
        |names| if is_key_given { names } else { format!("{names}, as it says: not checked") };
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
        ("signed", signers.map(claimed).or_else(|| Some(String::from("by nobody")))),
    ];
    let statement = statement(told::statement_of(summary, is_key_given));
    table(&rows) + &statement
}

/// Verifies a proof pack.
fn archive(path: &Path, input: Input, arguments: &Arguments) -> Result<(Vec<u8>, bool), Error> {
    let (manifest, problems) = pack::verify(path, input, &arguments.key)?;
    let is_sound = problems.is_sound();
    let manifest = manifest.filter(|_| is_sound);
    if arguments.json {
        let content = pack::object(manifest.as_ref());
        let named = Named::default();
        let object = told::file(&shown(path), is_sound, content, &named, &problems);
        return Ok((json_line(&object), is_sound));
    }
    let holds = if is_sound { "holds" } else { "does NOT hold" };
    let is_key_given = !arguments.key.is_empty();
    let lines = |manifest| pack::lines(manifest, is_key_given);
    let content = manifest.as_ref().map(lines).unwrap_or_default();
    let out = format!("{holds}: {}\n{content}{}", name(path), problems.lines());
    Ok((out.into_bytes(), is_sound))
}

/// Verifies the proof of one record.
fn proof(path: &Path, input: Input, arguments: &Arguments) -> Result<(Vec<u8>, bool), Error> {
    let bytes = input.into_bytes(path, consentinel::export::LONGEST_LINE as u64 * 2)?;
    let shown = proof_of(&bytes, &arguments.key);
    let is_sound = shown.problems.is_sound();
    if arguments.json {
        let object = told::proof(&path.to_string_lossy(), &shown);
        return Ok((json_line(&object), is_sound));
    }
    let name = name(path);
    let out = if is_sound {
        let record = shown.record.as_ref();
        let at = record.map(|record| iso(record.at_ms));
        let subject = record.map(|record| record.subject.to_string());
        let rows = [("subject", subject), ("at", at), ("checkpoint", shown.checkpoint)];
        let statement = statement("proof");
        format!("holds: {name}\n{}{statement}{}", table(&rows), shown.problems.lines())
    } else {
        format!("does NOT hold: {name}\n{}", shown.problems.lines())
    };
    Ok((out.into_bytes(), is_sound))
}
