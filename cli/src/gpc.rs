//! `consentinel gpc`: the document by which a site says that it acts on Global Privacy Control, for servers of files. The
//! same as `gpcSupport` of `consentinel/server`; what stands in it the core says.

use clap::Args;
use consentinel::signal::support;

use crate::error::Error;
use crate::report::{Report, Verdict};

/// The long help of the command.
pub const HELP: &str = "\
Print what a site serves at /.well-known/gpc.json, as application/json

It is the site's own word that it acts on Global Privacy Control since that day. The tag refuses what
the policy says is for sale or sharing and puts that on record, and consentinel.gpp.js tells
advertising code that its visitor has opted out; whether that is all that your site does with data, docs/signals.md helps to see.

Examples:
  consentinel gpc --since 2026-11-27 > public/.well-known/gpc.json";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The day since which the site acts on the signal, such as 2026-11-27
    #[arg(long = "since", value_name = "DAY", value_parser = document)]
    document: String,
}

/// Prints the document.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let out = format!("{}\n", arguments.document).into_bytes();
    Ok(Report { out, words: String::new(), verdict: Verdict::Sound })
}

/// The document for a day.
fn document(since: &str) -> Result<String, String> {
    support(since).ok_or_else(|| String::from("give a day such as 2026-11-27"))
}
