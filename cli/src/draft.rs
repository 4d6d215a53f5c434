//! `consentinel draft`: a policy of what pages reported. What a report is, and what is made of it, is the catalogue's.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use consentinel::policy::MAX_BYTES;
use consentinel_audit::time::day;
use consentinel_catalogue::compared::compare;
use consentinel_catalogue::expand::LANGUAGES;
use consentinel_catalogue::found::What;
use consentinel_catalogue::proposal::propose;
use consentinel_catalogue::publish::look;
use consentinel_catalogue::reported::{Gathered, gather};

use crate::error::{Error, name, one_line};
use crate::files::{self, Output};
use crate::report::{Report, Verdict};
use crate::time::now_ms;

/// The long help of the command.
pub const HELP: &str = "\
Draft a policy of what pages reported, or what a policy lacks beside it

A page with `\"mode\": \"report\"` in its policy stops nothing and says what it would have stopped. On its console,
  copy(JSON.stringify({ page: location.href, attempts: consentinel.attempts() }))
makes a report; a file has one, or a list of them. The panel of `consentinel.report.js` hands out such a file as well,
with the elements of the page's markup that have to be marked: each is told with its mark. What the catalogue does not know stands in the category
`undecided`. With `--policy` the draft has only what that policy does not declare.

Examples:
  consentinel draft reports.json --output policy.json
  consentinel draft reports.json --policy policy.json";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// Files of reports; `-` reads standard input
    #[arg(required = true)]
    reports: Vec<PathBuf>,
    /// Leave out what this policy declares
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Languages of the draft, with commas between them: de, en, es, fr, it
    #[arg(long, value_name = "LANGUAGES", default_value = "en", value_delimiter = ',', value_parser = LANGUAGES)]
    lang: Vec<String>,
    /// Where to write it instead of standard output; a file that is there stays
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// So long a file of reports may be.
const MOST: u64 = 50_000_000;

/// Drafts.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let mut gathered = Gathered::default();
    let mut words = String::new();
    for path in &arguments.reports {
        let text = String::from_utf8_lossy(&files::read(path, MOST)?).into_owned();
        if let Err(problems) = gather(&text, &mut gathered) {
            let line = |problem| format!("error: {}: {}\n", name(path), one_line(problem));
            words.extend(problems.iter().map(String::as_str).map(line));
        }
    }
    if !words.is_empty() {
        return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
    }
    let Gathered { mut found, hosts, asking } = gathered;
    if let Some(path) = &arguments.policy {
        let looked = look(files::read(path, MAX_BYTES as u64)?);
        let Some(policy) = looked.policy.as_ref().filter(|_| looked.is_sound()) else {
            return Err(Error::unfit(path, "it has errors", "`consentinel check` prints them"));
        };
        let undeclared = compare(policy, &found, &hosts).undeclared;
        let undeclared: BTreeSet<What> =
            undeclared.into_iter().map(|thing| thing.what.clone()).collect();
        found.retain(|thing| undeclared.contains(&thing.what));
        if found.is_empty() {
            words.push_str("the policy declares all that was reported\n");
        }
    }
    let proposal = propose(&found, &hosts, &arguments.lang, &day(now_ms()));
    words.extend(proposal.open.iter().map(|open| format!("to decide: {}\n", one_line(open))));
    let to_mark = asking.iter().map(|one| one_line(&one.in_words(&proposal.services)));
    words.extend(to_mark.map(|line| format!("to mark: {line}\n")));
    let mut output = Output::new(arguments.output.as_deref())?;
    output.write(proposal.policy.as_bytes())?;
    output.finish()?;
    Ok(Report { out: Vec::new(), words, verdict: Verdict::Sound })
}
