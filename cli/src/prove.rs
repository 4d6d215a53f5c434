//! `consentinel prove`: shows one record of an export without the others, as a text that
//! `consentinel verify` and other tools for transparency logs read.

use std::path::PathBuf;

use clap::Args;
use consentinel::{
    checkpoint::Proof,
    export::{Known, Line},
    hash::Hash,
    merkle::{inclusion, leaf},
};

use crate::error::{Error, name};
use crate::report::{Report, Verdict};
use crate::rewrite::sound;

/// The long help of the command.
pub const HELP: &str = "\
Show one record of an export without the others

Prints the record, its place, and the hashes by which anybody computes the checkpoint from it:
a C2SP tlog-proof, as docs/export.md describes it. The export is verified before.

Example:
  consentinel prove shop.export Zc0mYVZrT2u3cXd0Yk1kAQ > record.tlog-proof
  consentinel verify record.tlog-proof --key shop.example/consent+1a2b3c4d+AbC…";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The export
    export: PathBuf,
    /// The `id` of the record, or its hash
    #[arg(allow_hyphen_values = true)]
    record: String,
}

/// Proves.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let mut leaves: Vec<Hash> = Vec::new();
    let mut found: Option<(Vec<u8>, usize)> = None;
    let mut proof = None;
    let judged = sound(&arguments.export, Known::default(), &mut |line, bytes, hash| {
        match line {
            // A month whose record was found is not over yet: only its own leaves count.
            Line::Month { after, .. } if proof.is_none() => {
                leaves.clear();
                if !after.is_empty() {
                    leaves.push(leaf(after.as_bytes()));
                }
            }
            Line::Record(record) => {
                let is_it = record.id == arguments.record
                    || consentinel::hash::hex(hash) == arguments.record;
                if is_it {
                    found = Some((bytes.to_vec(), leaves.len()));
                }
                leaves.push(leaf(hash));
            }
            Line::Erased(hash) => leaves.push(leaf(hash)),
            Line::Checkpoint(checkpoint) => {
                if let Some((record, index)) = found.take() {
                    let path = inclusion(&leaves, index).unwrap_or_default();
                    let checkpoint = checkpoint.clone();
                    proof = Some(Proof { record, index: index as u64, path, checkpoint });
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    if let Err(report) = judged {
        return Ok(report);
    }
    Ok(match proof {
        Some(proof) => {
            let out = proof.text().into_bytes();
            Report { out, words: String::new(), verdict: Verdict::Sound }
        }
        None => {
            let words = format!("no such record in {}\n", name(&arguments.export));
            Report { out: Vec::new(), words, verdict: Verdict::Failed }
        }
    })
}
