//! `consentinel bundle`: the policy that is published, of one that names entries of the catalogue. What comes out is
//! `consentinel_catalogue::publish`; a tag with the policy inside is made by `npx consentinel bundle`, which has the tag.

use std::path::PathBuf;

use clap::Args;
use consentinel::policy::MAX_BYTES;
use consentinel_catalogue::publish::{Form, look, publish};

use crate::error::Error;
use crate::files::{self, Replacement};
use crate::report::{Report, Verdict};

/// The long help of the command.
pub const HELP: &str = "\
Write the policy out that is published, with all that it takes from the catalogue

A service of a policy may name an entry of the catalogue, as in { \"use\": \"hotjar\", \"category\": \"analytics\" }.
Pages read no `use`: give them what this command writes. Standard error gets the hash by which
records name that policy. A policy with an error is not written, and a file of that name gives way to the new one.
One tag with the policy and its languages inside is made by `npx consentinel bundle`.

Examples:
  consentinel bundle policy.json --output public/policy.json
  consentinel bundle policy.json --html";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The policy; `-` reads standard input
    policy: PathBuf,
    /// Write the element that a page carries before the tag, instead of JSON
    #[arg(long)]
    html: bool,
    /// Where to write it instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the policy out.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let path = arguments.policy.to_string_lossy();
    let looked = look(files::read(&arguments.policy, MAX_BYTES as u64)?);
    let form = if arguments.html { Form::Html } else { Form::Json };
    let mut report = Report::from(publish(&path, &looked, form));
    if let (Some(output), Verdict::Sound) = (&arguments.output, report.verdict) {
        if files::is_same(&arguments.policy, output) {
            return Err(Error::unfit(output, "it is the policy itself", "name another file"));
        }
        let mut file = Replacement::of(output)?;
        file.bytes(&report.out)?;
        file.finish()?;
        report.out.clear();
    }
    Ok(report)
}
