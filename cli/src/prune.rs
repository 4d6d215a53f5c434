//! `consentinel prune`: drops whole months of receipt from the beginning of an export, when nothing
//! obliges to keep them any more, with the documents that no later record names.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use consentinel::{
    export::{Known, Line, is_month},
    hash::sha256,
};

use crate::error::{Error, name};
use crate::report::{Report, Verdict};
use crate::rewrite::{Place, rewrite, sound};

/// The long help of the command.
pub const HELP: &str = "\
Drop months of an export that need not be kept any more

All months of receipt before the given one go, with their records, and with the policies and notices
that no later record names. What stays still verifies: each month says what the one before it was.
The last month always stays. `--dry-run` only says what would go.

A record is proof of a consent as long as that consent is relied on, and afterwards for as long as
claims can be made (GDPR Art. 5(1)(e), 17(3); docs/export.md). The output says until when the latest
choice among those that go was to last: while it is in force, keep its month.

Example:
  consentinel prune shop.export --before 2024-11 --dry-run";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The export
    export: PathBuf,
    /// The first month that stays
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    before: String,
    /// Say what would go, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// A new file to write to, instead of in the export's own place
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn month(text: &str) -> Result<String, String> {
    let help = "give a month such as `2026-11`";
    is_month(text).then(|| String::from(text)).ok_or_else(|| String::from(help))
}

/// Prunes.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let first = arguments.before.as_str();
    let mut current = String::new();
    let mut named = BTreeSet::new();
    let (mut going, mut ends) = (0u64, 0);
    let found = sound(&arguments.export, Known::default(), &mut |line, _, _| {
        match line {
            Line::Month { month, .. } => current.clone_from(month),
            Line::Record(record) if *current < *first => {
                going += 1;
                ends = ends.max(record.expires_at_ms);
            }
            Line::Record(record) => {
                for hash in [&record.policy_hash, &record.notice_hash] {
                    if !named.contains(hash.as_str()) {
                        named.insert(hash.to_string());
                    }
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    let summary = match found {
        Ok(summary) => summary,
        Err(report) => return Ok(report),
    };
    if summary.months.last().is_none_or(|last| *last.month < *first) {
        let help = "name a month that is in it";
        return Err(Error::unfit(&arguments.export, "no month of it would stay", help));
    }
    let gone: Vec<&str> =
        summary.months.iter().map(|month| &*month.month).filter(|month| *month < first).collect();
    if !arguments.dry_run && !gone.is_empty() {
        let place = Place::of(arguments.output.as_ref());
        let mut stays = true;
        rewrite(&arguments.export, &place, &mut |line, keep| {
            match line {
                Line::Month { month, .. } => stays = **month >= *first,
                Line::Policy(document) | Line::Notice(document) => {
                    let is_named = named.contains(&sha256(document.canonical().as_bytes()));
                    return if is_named { keep(None) } else { Ok(()) };
                }
                _ => {}
            }
            if stays { keep(None) } else { Ok(()) }
        })?;
    }
    let would = if arguments.dry_run { "would go" } else { "gone" };
    let end = if going > 0 { consentinel_audit::time::iso(ends) } else { String::from("none") };
    let out = format!(
        "{would}: {} months ({}), {going} records of {}\n  the latest choice among them was to last until {end}\n",
        gone.len(),
        gone.join(", "),
        name(&arguments.export),
    );
    Ok(Report { out: out.into_bytes(), words: String::new(), verdict: Verdict::Sound })
}
