//! `consentinel notice`: what a visitor of a language was shown, rebuilt from the policy and the
//! product's own texts, so that an auditor can lay it beside the hash in a record. It shows what
//! this version of the program would show, or version 0.1.0 (`--layout 2`). How the banner looks is not part of it.

use std::path::PathBuf;

use clap::Args;
use consentinel::{notice::LAYOUT, policy::MAX_BYTES};
use consentinel_audit::commands::notice_in;
use consentinel_audit::older::layout_of;
use consentinel_catalogue::publish::published;

use crate::error::Error;
use crate::files;
use crate::report::Report;

/// The long help of the command.
pub const HELP: &str = "\
Print what a visitor of a language is shown, byte for byte as it was hashed

Standard output gets the canonical form of the notice without a line feed at its end, so that
its SHA-256, by any tool, is the `notice.hash` in the records of the visitors who saw it;
standard error gets that hash. A language without texts falls back as in the page, and
standard error says so, and which texts of the policy do. Parts of the policy that have errors are left out, as in the page;
standard error names them. A record says which arrangement its visitor saw (`notice.layout`): version 0.1.0 had 2.

Examples:
  consentinel notice policy.json --language fr
  consentinel notice policy.json --language fr --hash
  consentinel notice policy.json --language fr --layout 2";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The policy; `-` reads standard input
    policy: PathBuf,
    /// The visitor's language, such as `en` or `fr-CA`
    #[arg(long)]
    language: String,
    /// Print the hash of the notice instead of the notice
    #[arg(long)]
    hash: bool,
    /// The arrangement: that of this version, or 2, that of version 0.1.0
    #[arg(long, value_name = "NUMBER", default_value_t = LAYOUT, value_parser = layout_of)]
    layout: i64,
}

/// Prints the notice, or its hash.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let bytes = files::read(&arguments.policy, MAX_BYTES as u64)?;
    let Arguments { language, hash, layout, .. } = arguments;
    let (bytes, words) = published(&bytes);
    Ok(Report::from(notice_in(&bytes, language, *hash, *layout)).after(words))
}
