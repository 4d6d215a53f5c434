//! `consentinel compare`: says whether an export goes on from an earlier one, or from a checkpoint
//! that somebody kept: nothing that was there then has been changed, moved or taken away since.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::{
    checkpoint::{Checkpoint, consistency_text},
    export::{Known, Line},
    hash::Hash,
    merkle::consistency,
    problem::Code,
};
use consentinel_audit::judged::{Kind, kind};
use consentinel_audit::problems::Problems;

use crate::error::{Error, name};
use crate::files::{self, Input};
use crate::growth::Growth;
use crate::report::{Report, Verdict};
use crate::rewrite::sound;

/// The long help of the command.
pub const HELP: &str = "\
Say whether an export goes on from an earlier one

OLDER is an earlier export of the same site, or a checkpoint of one, as a file. Every month of it
that NEWER still has must be the beginning of the same month there. Records that were erased since
are no difference; months that were dropped are named.

With `--proof`, standard output gets the consistency proof of the last month of OLDER instead, by
which whoever has only the two checkpoints sees the same (docs/export.md).

Example:
  consentinel compare published.checkpoint shop.export";

/// The longest file of a checkpoint that is read.
const MAX_CHECKPOINT_BYTES: u64 = 10_000;

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The earlier export, or a checkpoint
    older: PathBuf,
    /// The later export
    newer: PathBuf,
    /// Print the consistency proof
    #[arg(long)]
    proof: bool,
}

/// A month as it was.
struct Then {
    size: u64,
    root: Hash,
}

/// Compares.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let (origin, then) = match older(&arguments.older)? {
        Ok(older) => older,
        Err(report) => return Ok(report),
    };
    let mut growth = Growth::default();
    for (month, then) in &then {
        growth.ask(month, then.size);
    }
    let last = then.keys().next_back().cloned().unwrap_or_default();
    let mut month = String::new();
    // Those that a proof needs.
    let mut leaves: Vec<Hash> = Vec::new();
    let mut checkpoint = String::new();
    let found = sound(&arguments.newer, Known::default(), &mut |line, _, hash| {
        match line {
            Line::Month { month: name, .. } => month.clone_from(name),
            Line::Checkpoint(text) if month == last => checkpoint.clone_from(text),
            _ => {}
        }
        let leaf = growth.take(line, hash);
        leaves.extend(
            leaf.filter(|(month, _)| arguments.proof && *month == last).map(|(_, leaf)| leaf),
        );
        Ok(())
    })?;
    let summary = match found {
        Ok(summary) => summary,
        Err(report) => return Ok(report),
    };
    let mut problems = Problems::default();
    if summary.origin != origin {
        problems.add_at(Code::TreeDiffers, 0, &summary.origin, &|| String::from("origin"));
    }
    let mut out = String::new();
    let first = summary.months.first().map(|month| month.month.clone()).unwrap_or_default();
    for (name, then) in &then {
        let state = if *name < first {
            "dropped since"
        } else {
            if growth.root(name, then.size) != Some(then.root) {
                problems.add_at(Code::TreeDiffers, 0, name, &|| String::from("month"));
            }
            "goes on"
        };
        let size = growth.size(name);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {name}: {} leaves then, {size} now: {state}", then.size);
    }
    if !problems.is_sound() {
        let words = problems.lines();
        return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
    }
    if arguments.proof {
        let size = then.get(&last).map_or(0, |then| then.size);
        let path = usize::try_from(size).ok().and_then(|size| consistency(&leaves, size));
        out = consistency_text(size, &path.unwrap_or_default(), &checkpoint);
    } else {
        out = format!("{} goes on from {}\n{out}", name(&arguments.newer), name(&arguments.older));
    }
    Ok(Report { out: out.into_bytes(), words: String::new(), verdict: Verdict::Sound })
}

/// The origin of an earlier export, and its months as they were.
type Older = (String, BTreeMap<String, Then>);

fn older(path: &Path) -> Result<Result<Older, Report>, Error> {
    let input = Input::open(path)?;
    if let Kind::Export = kind(&input.start) {
        return Ok(sound(path, Known::default(), &mut |_, _, _| Ok(()))?.map(|summary| {
            let months = summary.months.iter().map(|month| {
                let then = Then { size: month.tree.size(), root: month.tree.root() };
                (month.month.clone(), then)
            });
            (summary.origin, months.collect())
        }));
    }
    let bytes = files::read(path, MAX_CHECKPOINT_BYTES)?;
    let text = String::from_utf8(bytes).ok();
    let checkpoint = text.as_deref().and_then(Checkpoint::read_note).map(|(said, _)| said);
    let parts = checkpoint.as_ref().and_then(|said| said.origin.rsplit_once('/'));
    match (&checkpoint, parts) {
        (Some(Checkpoint { size, root, .. }), Some((origin, month))) => {
            let then = Then { size: *size, root: *root };
            Ok(Ok((String::from(origin), BTreeMap::from([(String::from(month), then)]))))
        }
        _ => {
            let help = "give an export, or a checkpoint of one";
            Err(Error::unfit(path, "it is neither an export nor a checkpoint", help))
        }
    }
}
