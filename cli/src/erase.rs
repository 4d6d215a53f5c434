//! `consentinel erase`: takes the records of one browser out of an export or a store, where its visitor asked for
//! that. The hashes stay, so that tree and chains still verify.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use consentinel::{
    export::{Known, Line},
    hash::{digest, sha256},
};
use consentinel_audit::commands::counted;
use consentinel_collector::store::{self, is_store};

use crate::error::{Error, name};
use crate::lookup::{NO_RECORD, subject};
use crate::report::{Report, Verdict};
use crate::rewrite::{Place, rewrite, sound};
use crate::time::now_ms;

/// The long help of the command.
pub const HELP: &str = "\
Erase the records of one browser from an export or a store; their hashes stay

The export is verified before. Each record of this pseudonym becomes its hash, which says nothing
about it, and a policy or notice that no other record names goes; checkpoints and signatures stay as they are, and still verify. `consentinel gather` does
not take an erased record in again. Copies of the export that others have are not touched, nor is
what the browser keeps.

The store of a collector, which may go on meanwhile, is erased from in its place, with the reason, which
its journal keeps without the pseudonym.

Examples:
  consentinel erase shop.export qP0fZ0yCzVnXc3l9dXn2Qg
  consentinel erase consentinel.db qP0fZ0yCzVnXc3l9dXn2Qg --reason 'asked by letter, case 4711'
  consentinel erase postgres://consentinel@db.example/consent qP0fZ0yCzVnXc3l9dXn2Qg --reason 'case 4711'";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The export, or the store of a collector
    export: PathBuf,
    /// The pseudonym of the browser, as its settings show it and its records name it (`subject`)
    #[arg(value_parser = subject, allow_hyphen_values = true)]
    subject: String,
    /// A new file to write to, instead of in the export's own place
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Why, for the journal of a store; name no person
    #[arg(long, value_name = "TEXT", conflicts_with = "output")]
    reason: Option<String>,
}

/// Erases.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let path = &arguments.export;
    match (&arguments.reason, is_store(path)) {
        (Some(reason), true) => {
            let count = store::erase(path, &arguments.subject, reason, now_ms());
            return Ok(erased(arguments, count.map_err(|error| Error::store(path, &error))?));
        }
        (None, true) => {
            let help = "say why with `--reason`, which its journal keeps";
            return Err(Error::usage(path, "it is the store of a collector", help));
        }
        (Some(_), false) => {
            let help = "leave `--reason` out: an export has no journal";
            return Err(Error::usage(path, "it is no store", help));
        }
        (None, false) => {}
    }
    let mut count = 0;
    let mut named = BTreeSet::new();
    let is_theirs =
        |line: &Line| matches!(line, Line::Record(record) if record.subject == arguments.subject);
    let found = sound(&arguments.export, Known::default(), &mut |line, _, _| {
        if is_theirs(line) {
            count += 1;
        } else if let Line::Record(record) = line {
            for hash in [&record.policy_hash, &record.notice_hash] {
                if !named.contains(hash.as_str()) {
                    named.insert(hash.to_string());
                }
            }
        }
        Ok(())
    })?;
    if let Err(report) = found {
        return Ok(report);
    }
    if count > 0 {
        let place = Place::of(arguments.output.as_ref());
        rewrite(&arguments.export, &place, &mut |line, keep| match line {
            // The text of a record is its canonical form, so its hash is that of its bytes.
            _ if is_theirs(line) => keep(Some(&Line::Erased(digest(line.text().as_bytes())))),
            Line::Policy(document) | Line::Notice(document)
                if !named.contains(&sha256(document.canonical().as_bytes())) =>
            {
                Ok(())
            }
            _ => keep(None),
        })?;
    }
    Ok(erased(arguments, count))
}

fn erased(arguments: &Arguments, count: i64) -> Report {
    if count == 0 {
        let words = String::from(NO_RECORD);
        return Report { out: Vec::new(), words, verdict: Verdict::Failed };
    }
    let (subject, name) = (&arguments.subject, name(&arguments.export));
    let records = counted(count, "record", "records");
    let out = format!("erased: {records} of {subject} in {name}\n");
    Report { out: out.into_bytes(), words: String::new(), verdict: Verdict::Sound }
}
