//! `consentinel csp`: the Content-Security-Policy for what a visitor decided, as one line for a server
//! or its configuration. What the header lets in is the core's affair, and what is said of it that of
//! `consentinel_audit::commands`; here are the options and the clock.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use consentinel::{csp::Page, policy::MAX_BYTES, time::UnixMillis};
use consentinel_audit::commands::{Decision, csp_for};
use consentinel_catalogue::publish::published;

use crate::error::Error;
use crate::files;
use crate::place;
use crate::report::Report;

/// The long help of the command.
pub const HELP: &str = "\
Print the Content-Security-Policy for what a visitor decided, or the element for the HTML

Standard output gets one line, name and value of the header. It lets in the own site and the
hosts of services whose category is necessary or granted; docs/csp.md tells how it is sent.
Without `--grant` and `--cookie` it is the header of a visitor who has granted nothing. Standard
error names parts of the policy that have errors and are left out, as in the page, and hosts that
a wider pattern lets in although they are not granted: a header cannot say `except`.

With `--meta` it is the element for \"everything granted\", the same for every visitor, to be pasted
into the head of each page before the tag: then not even the parser's look-ahead asks a host that
the policy does not declare. Print it anew whenever the policy's hosts change;
`consentinel check --html` finds what it lacks.

Examples:
  consentinel csp policy.json --grant analytics
  consentinel csp policy.json --meta --origin https://www.example.com";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The policy; `-` reads standard input
    policy: PathBuf,
    /// What is granted: ids of categories or services, with commas between them
    #[arg(long, value_delimiter = ',', conflicts_with = "cookie")]
    grant: Vec<String>,
    /// The value of the visitor's cookie `consentinel`
    #[arg(long)]
    cookie: Option<String>,
    /// Print the element of "everything granted", to stand before the tag in the HTML of every page
    #[arg(long, conflicts_with_all = ["grant", "cookie"])]
    meta: bool,
    /// The origin of the page, so that its own sockets are let in, and on `http:` those of others
    #[arg(long, value_name = "URL", value_parser = place::origin)]
    origin: Option<String>,
    /// The folder that the tag's own files come from, where that is not the page's origin; always let in
    #[arg(long, value_name = "URL", value_parser = place::files)]
    files: Option<String>,
}

/// Prints the header, or the element.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let decision = match &arguments.cookie {
        Some(cookie) => Decision::Cookie(cookie.clone(), now()),
        None if arguments.meta => Decision::Everything,
        None => Decision::Grants(arguments.grant.clone()),
    };
    let origin = arguments.origin.as_deref().unwrap_or_default();
    let files = arguments.files.as_deref().unwrap_or_default();
    let bytes = files::read(&arguments.policy, MAX_BYTES as u64)?;
    let (bytes, words) = published(&bytes);
    Ok(Report::from(csp_for(&bytes, &decision, &Page { origin, files, once: "" })).after(words))
}

/// The time of this computer; before 1970 no choice was ever made, so none counts.
fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
