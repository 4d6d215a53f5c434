//! `consentinel lookup`: what held for one browser at a time, by which decision, and what its banner
//! had said. The answer itself is the core's (`question`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use consentinel::{
    export::Line,
    hash::sha256,
    id::is_id,
    json::Json,
    question::{Held, held},
    record::{Record, Text},
    time::UnixMillis,
};
use consentinel_audit::{
    commands::counted,
    shown,
    time::{argument, iso},
    told,
};
use consentinel_collector::store::{FLAGS, Receipt};
use serde_json::{Value, json};

use crate::error::{Error, name, one_line};
use crate::files::{self, Input};
use crate::judged::judge;
use crate::policies::Documents;
use crate::report::{Report, Verdict, json_line};

/// The long help of the command.
pub const HELP: &str = "\
Say what held for one browser, and what its banner had said

Prints the decisions of a browser, and with `--at` what was granted and denied at that time, by which
decision, and which text, policy and build it names. The file, an export or a ledger, is verified
before; of the store of a collector, the records of this browser alone, with the times at which they came, and
`consentinel verify` judges the whole. `--text` prints what the banner had said, both layers, in its language; `--html` writes it
as a page. The notice is taken from the export, or rebuilt from a policy given.

Examples:
  consentinel lookup shop.export qP0fZ0yCzVnXc3l9dXn2Qg --at 2026-11-01T12:00:00Z
  consentinel lookup shop.export qP0fZ0yCzVnXc3l9dXn2Qg --at 2026-11-01 --html banner.html";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// An export, or a ledger; `-` reads standard input
    file: PathBuf,
    /// The pseudonym of the browser, as its settings show it and its records name it (`subject`)
    #[arg(value_parser = subject, allow_hyphen_values = true)]
    subject: String,
    /// The time asked about; without it, the whole history
    #[arg(long, value_name = "TIME", value_parser = argument)]
    at: Option<i64>,
    /// Print one JSON object instead of words
    #[arg(long)]
    json: bool,
    /// Print what the banner had said before the decision that held
    #[arg(long)]
    text: bool,
    /// Write that to a new file, as a page of HTML
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    documents: Documents,
}

/// A pseudonym, as an argument.
pub fn subject(text: &str) -> Result<String, String> {
    let help = "give the 22 letters of the pseudonym";
    is_id(text).then(|| String::from(text)).ok_or_else(|| String::from(help))
}

/// What is said where nobody has records under a pseudonym, or all of them were erased. That says nothing about what
/// was granted.
pub const NO_RECORD: &str = "there is no record under this pseudonym\n";

/// Looks up.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let library = arguments.documents.read()?;
    let mut records: Vec<Record> = Vec::new();
    let mut notices = library.notices.clone();
    let path = &arguments.file;
    let (input, receipts) = Input::about(path, &arguments.subject)?;
    let mut came: BTreeMap<Text, &Receipt> = BTreeMap::new();
    let judged = judge(path, input, &[], library.known(), &mut |line, _, hash| {
        match line {
            Line::Record(record) if record.subject == arguments.subject => {
                let receipt = receipts.iter().find(|receipt| receipt.hash == *hash);
                came.extend(receipt.map(|receipt| (record.id.clone(), receipt)));
                records.push(Record::clone(record));
            }
            Line::Notice(notice) => {
                notices.insert(sha256(notice.canonical().as_bytes()), notice.clone());
            }
            _ => {}
        }
        Ok(())
    })?;
    let problems = judged.problems.lines();
    if judged.content.is_none() {
        let words = library.words + &problems;
        return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
    }
    if records.is_empty() && !arguments.json {
        let words = library.words + NO_RECORD;
        return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
    }
    let held = held(&records, arguments.at.map(UnixMillis));
    let notice = held.decision.and_then(|decision| notices.get(decision.notice_hash.as_str()));
    let mut out = if arguments.json {
        let (subject, at) = (&arguments.subject, arguments.at);
        let mut object = told::history(subject, at, &records, &held, notice.is_some());
        if let (Some(fields), false) = (object.as_object_mut(), came.is_empty()) {
            let came = came.iter().map(|(id, receipt)| {
                let told = json!({ "receivedAtMs": receipt.at_ms, "flags": flags(receipt) });
                (id.to_string(), told)
            });
            fields.insert(String::from("received"), Value::Object(came.collect()));
        }
        json_line(&object)
    } else {
        words(arguments, &records, &held, &notices, &came).into_bytes()
    };
    if arguments.text
        && let Some(notice) = notice
    {
        out.extend(shown::text(notice).into_bytes());
    }
    if let (Some(file), Some(notice), Some(decision)) = (&arguments.html, notice, held.decision) {
        files::create(file, shown::page(notice, &decision.notice_hash).as_bytes())?;
    }
    let is_missing = (arguments.text || arguments.html.is_some()) && notice.is_none();
    let mut words = library.words;
    if records.is_empty() {
        words.push_str(NO_RECORD);
    } else if is_missing {
        words.push_str(
            "the notice is not here: give its policy with `--policy`, or itself with `--notice`\n",
        );
    }
    let verdict = Verdict::of(!records.is_empty() && !is_missing);
    Ok(Report { out, words, verdict })
}

fn names(names: &[Text]) -> String {
    if names.is_empty() { String::from("nothing") } else { names.join(" ") }
}

/// What was odd about a record when it came.
fn flags(receipt: &Receipt) -> Vec<&'static str> {
    let flags = FLAGS.iter().filter(|(flag, _)| receipt.flags & flag != 0);
    flags.map(|(_, word)| *word).collect()
}

fn words(
    arguments: &Arguments,
    records: &[Record],
    held: &Held,
    notices: &BTreeMap<String, Json>,
    came: &BTreeMap<Text, &Receipt>,
) -> String {
    let mut out = String::new();
    let (subject, file) = (&arguments.subject, name(&arguments.file));
    // Writing to a String cannot fail, here and below.
    let decisions = counted(records.len(), "decision", "decisions");
    let _ = writeln!(out, "{subject}: {decisions} in {file}");
    for record in records {
        let _ = writeln!(
            out,
            "  {} {} via {}: granted {}, denied {}",
            iso(record.at_ms),
            record.action.word(),
            record.via.word(),
            names(&record.granted),
            names(&record.denied),
        );
        if let Some(receipt) = came.get(&record.id) {
            let odd = flags(receipt).iter().map(|flag| format!(", {flag}")).collect::<String>();
            let _ = writeln!(out, "    came {}{odd}", iso(receipt.at_ms));
        }
    }
    if let Some(at) = arguments.at {
        let _ = writeln!(out, "at {}", iso(at));
    } else {
        out.push_str("after the last of them\n");
    }
    let Some(decision) = held.decision else {
        out.push_str("  nothing was decided: nothing optional was granted\n");
        return out;
    };
    let is_here =
        if notices.contains_key(decision.notice_hash.as_str()) { "is here" } else { "is not here" };
    let text = match decision.notice_by.as_str() {
        "" => format!("{} in {}, which {is_here}", decision.notice_hash, decision.language),
        by => format!("that of {by}, which is not here"),
    };
    for (label, text) in [
        (
            "granted",
            names(&decision.granted)
                + if held.is_past_end && !decision.granted.is_empty() {
                    " (past its end)"
                } else {
                    ""
                },
        ),
        ("denied", names(&decision.denied)),
        ("decided", format!("{}, {}", iso(decision.at_ms), decision.action.word())),
        (
            "until",
            match held.is_past_end {
                false => iso(decision.expires_at_ms),
                true => format!(
                    "{}: at least one of these choices was over",
                    iso(decision.expires_at_ms)
                ),
            },
        ),
        ("text", text),
        (
            "policy",
            format!("{} {} {}", decision.policy_hash, decision.policy_id, decision.policy_revision),
        ),
        ("build", decision.build.to_string()),
        ("record", decision.id.to_string()),
    ]
    .into_iter()
    .chain(told::of_tool(decision).map(|tool| ("tool", tool)))
    {
        let _ = writeln!(out, "  {label:<10}{}", one_line(&text));
    }
    for once in &held.once {
        let _ = writeln!(out, "  once      {} at {}", names(&once.granted), iso(once.at_ms));
    }
    out
}
