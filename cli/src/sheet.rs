//! `consentinel report`: one sheet of HTML about one browser, for whoever asks a controller for proof. What stands in
//! it is `consentinel_audit::sheet`, which the officer's page has as well.

use std::path::PathBuf;

use clap::Args;
use consentinel::{export::Line, hash::sha256, note::PublicKey, record::Record};
use consentinel_audit::{
    proving::Leaves,
    reading::Month,
    sheet::{About, page},
    time::{argument, iso},
    told::statement_of,
};

use consentinel_collector::store::shown;

use crate::error::Error;
use crate::files::{Input, Output};
use crate::judged::{Content, judge};
use crate::lookup::{NO_RECORD, subject};
use crate::policies::Documents;
use crate::report::{Report, Verdict};
use crate::time::now_ms;
use crate::verify::public_key;

/// The long help of the command.
pub const HELP: &str = "\
Write a sheet about one browser: its history, the text it was shown, proofs, and what they do not prove

One page of HTML without script and without anything from elsewhere, which opens anywhere and is good
on paper. The file, an export or a ledger, is verified before. From an export each record comes with
its proof, which `consentinel verify` checks alone.

Examples:
  consentinel report shop.export qP0fZ0yCzVnXc3l9dXn2Qg --output sheet.html
  consentinel report shop.export qP0fZ0yCzVnXc3l9dXn2Qg --at 2026-11-01 --key KEY > sheet.html";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// An export, or a ledger
    file: PathBuf,
    /// The pseudonym of the browser, as its settings show it and its records name it (`subject`)
    #[arg(value_parser = subject, allow_hyphen_values = true)]
    subject: String,
    /// The time asked about; without it, after the last decision
    #[arg(long, value_name = "TIME", value_parser = argument)]
    at: Option<i64>,
    /// A public key that must have signed each checkpoint. For several, again
    #[arg(long, value_name = "KEY", value_parser = public_key)]
    key: Vec<PublicKey>,
    /// A new file to write to; without it, or as `-`: standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    documents: Documents,
}

/// Writes the sheet.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let library = arguments.documents.read()?;
    let known = library.known();
    let mut titles = library.titles();
    let mut notices = library.notices;
    let mut records: Vec<Record> = Vec::new();
    let mut leaves = Leaves::default();
    let mut found = Vec::new();
    let path = &arguments.file;
    let input = Input::open(path)?;
    let judged = judge(path, input, &arguments.key, known, &mut |line, bytes, hash| {
        let place = leaves.take(line, hash);
        match line {
            Line::Record(record) if record.subject == arguments.subject => {
                found.push((record.id.to_string(), place, bytes.to_vec()));
                records.push(Record::clone(record));
            }
            Line::Policy(policy) => titles.take_policy(policy),
            Line::Notice(notice) => {
                titles.take_notice(notice);
                notices.insert(sha256(notice.canonical().as_bytes()), notice.clone());
            }
            _ => {}
        }
        Ok(())
    })?;
    let words = library.words + &judged.problems.lines();
    let Some(content) = judged.content else {
        return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
    };
    if records.is_empty() {
        let words = words + NO_RECORD;
        return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
    }
    let (proved, months) = match &content {
        Content::Ledger(..) => ("ledger", Vec::new()),
        Content::Export(summary) => {
            let months = summary.months.iter().map(|month| Month {
                month: month.month.clone(),
                checkpoint: month.checkpoint.clone(),
                ..Month::default()
            });
            (statement_of(summary, !arguments.key.is_empty()), months.collect())
        }
    };
    let proofs = found
        .iter()
        .filter_map(|(id, place, line)| Some((id.clone(), leaves.proof(*place, line)?)));
    let sheet = page(&About {
        file: &shown(path),
        subject: &arguments.subject,
        at: arguments.at,
        records: &records,
        notices: &notices,
        titles: &titles.of("en"),
        proved,
        months: &months,
        proofs: &proofs.collect::<Vec<_>>(),
        made: &iso(now_ms()),
    });
    let mut output = Output::new(arguments.output.as_deref())?;
    output.write(sheet.as_bytes())?;
    output.finish()?;
    Ok(Report { out: Vec::new(), words, verdict: Verdict::Sound })
}
