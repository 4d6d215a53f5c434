//! `consentinel check`: every problem of a policy at once, before a page ever meets it. What counts
//! as a problem is the core's affair, so page and program always agree, but for words for texts that
//! there are not, which a page with one language inside cannot tell.

use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::policy::MAX_BYTES;
use consentinel_audit::commands::Looked;
use consentinel_catalogue::{
    publish,
    signals::{Given, look_at_gpp, look_at_signals},
};

use crate::error::Error;
use crate::files;
use crate::pasted;
use crate::report::{Report, Verdict, json_line};

/// The long help of the command.
pub const HELP: &str = "\
Print every problem of a policy, each with its place, what was found there and what to do

Examples:
  consentinel check policy.json
  consentinel check policy.json --html index.html
  consentinel check policy.json --signals signals.json";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The policy; `-` reads standard input
    policy: PathBuf,
    /// Print one JSON object instead of words
    #[arg(long)]
    json: bool,
    /// The HTML of a page, as it is served: the tag must be its first script, a pasted element
    /// (`csp --meta`) must stand before it and let in every host of the policy, and without the small
    /// button there must be a control that opens the settings. For several pages, again
    #[arg(long, value_name = "FILE")]
    html: Vec<PathBuf>,
    /// What the page has in `consentinel-signals`: whether it says what it should, by this policy and by
    /// what the catalogue knows of its services
    #[arg(long, value_name = "FILE")]
    signals: Option<PathBuf>,
    /// The same of `consentinel-gpp`
    #[arg(long, value_name = "FILE")]
    gpp: Option<PathBuf>,
}

/// Checks the policy.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let mut looked = look(&arguments.policy, &arguments.html)?;
    if let Some(signals) = &arguments.signals {
        look_at_signals(&mut looked, given(signals)?);
    }
    if let Some(gpp) = &arguments.gpp {
        look_at_gpp(&mut looked, given(gpp)?);
    }
    let path = arguments.policy.to_string_lossy();
    let out = if arguments.json {
        json_line(&looked.as_json(&path))
    } else {
        looked.in_words(&path).into_bytes()
    };
    Ok(Report { out, words: String::new(), verdict: Verdict::of(looked.is_sound()) })
}

/// As [`publish::look`], then what is wrong with these pages.
fn look(path: &Path, pages: &[PathBuf]) -> Result<Looked, Error> {
    let mut looked = publish::look(files::read(path, MAX_BYTES as u64)?);
    if pages.is_empty() {
        return Ok(looked.without_pages());
    }
    if let Some(policy) = &looked.policy {
        for page in pages {
            looked.problems.extend(pasted::problems_in(page, policy)?);
        }
    }
    Ok(looked)
}

fn given(path: &Path) -> Result<Given, Error> {
    let bytes = files::read(path, MAX_BYTES as u64)?;
    Ok(Given { file: path.to_string_lossy().into_owned(), bytes })
}
