//! `consentinel prune`: drops whole months of receipt from the beginning of an export or a store, when nothing
//! obliges to keep them any more, with the documents that no later record names.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use consentinel::{
    export::{Known, Line, is_month},
    hash::sha256,
};
use consentinel_audit::{commands::counted, time::iso};
use consentinel_collector::store::{self, Pruned, is_store};

use crate::error::{Error, name};
use crate::report::{Report, Verdict};
use crate::rewrite::{Place, rewrite, sound};
use crate::time::{now_ms, this_month};

/// The long help of the command.
pub const HELP: &str = "\
Drop months of an export or a store that need not be kept any more

All months of receipt before the given one go, or with `--keep 24m` all but this month and the 24 before it, with their records, and with the policies and notices
that no later record names. What stays still verifies: each month says what the one before it was.
The last month always stays. `--dry-run` only says what would go.

A record is proof of a consent as long as that consent is relied on, and afterwards for as long as
claims can be made (GDPR Art. 5(1)(e), 17(3); docs/export.md). The output says until when the latest
choice among those that go was to last: while it is in force, keep its month.

Examples:
  consentinel prune shop.export --before 2024-11 --dry-run
  consentinel prune consentinel.db --keep 24m";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The export, or the store of a collector
    export: PathBuf,
    /// The first month that stays
    #[arg(long, value_name = "YYYY-MM", value_parser = month, required_unless_present = "keep")]
    before: Option<String>,
    /// How many months stay besides this one, such as `24m`
    #[arg(long, value_name = "MONTHS", value_parser = keep, conflicts_with = "before")]
    keep: Option<i64>,
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

fn keep(text: &str) -> Result<i64, String> {
    let number = text.strip_suffix('m').and_then(|number| number.parse().ok());
    let help = "give a number of months such as `24m`";
    number.filter(|number| (1..=1200).contains(number)).ok_or_else(|| String::from(help))
}

/// The month that is so many before this one.
fn months_before(month: &str, count: i64) -> Option<String> {
    let (year, month) = month.split_once('-')?;
    let number = year.parse::<i64>().ok()? * 12 + month.parse::<i64>().ok()? - 1 - count;
    Some(format!("{:04}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1))
}

/// Prunes.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let kept = arguments.keep.and_then(|count| months_before(&this_month(), count));
    let first = arguments.before.clone().or(kept).unwrap_or_default();
    if is_store(&arguments.export) { store(arguments, &first) } else { export(arguments, &first) }
}

/// Prunes the store of a collector.
fn store(arguments: &Arguments, first: &str) -> Result<Report, Error> {
    let path = &arguments.export;
    if arguments.output.is_some() {
        let help = "leave `--output` out: a store is pruned in its place";
        return Err(Error::usage(path, "it is the store of a collector", help));
    }
    let pruned = match arguments.dry_run {
        true => store::would_prune(path, first),
        false => store::prune(path, first, now_ms()),
    };
    let Pruned { months, records, ends_ms } = pruned.map_err(|error| Error::store(path, &error))?;
    let months: Vec<&str> = months.iter().map(String::as_str).collect();
    Ok(told(arguments, first, &months, records, ends_ms))
}

/// Prunes an export.
fn export(arguments: &Arguments, first: &str) -> Result<Report, Error> {
    let mut current = String::new();
    let mut named = BTreeSet::new();
    let (mut going, mut ends) = (0, None);
    let found = sound(&arguments.export, Known::default(), &mut |line, _, _| {
        match line {
            Line::Month { month, .. } => current.clone_from(month),
            Line::Record(record) if *current < *first => {
                going += 1;
                ends = ends.max(Some(record.expires_at_ms));
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
    Ok(told(arguments, first, &gone, going, ends))
}

fn told(
    arguments: &Arguments,
    first: &str,
    months: &[&str],
    records: i64,
    ends_ms: Option<i64>,
) -> Report {
    let would = if arguments.dry_run { "would go" } else { "gone" };
    let path = name(&arguments.export);
    let out = if months.is_empty() {
        format!(
            "{would}: 0 months of {path}\n  no month that can go lies before {first}; the last month always stays\n"
        )
    } else {
        let end = ends_ms.map_or_else(|| String::from("none"), iso);
        format!(
            "{would}: {} ({}), {} of {path}\n  the latest choice among them was to last until {end}\n",
            counted(months.len(), "month", "months"),
            months.join(", "),
            counted(records, "record", "records"),
        )
    };
    Report { out: out.into_bytes(), words: String::new(), verdict: Verdict::Sound }
}
