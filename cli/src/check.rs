//! `consentinel check`: every problem of a policy at once, before a page ever meets it. What counts
//! as a problem is the core's affair, so page and program always agree, but for words for texts that
//! there are not, which a page with one language inside cannot tell.

use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::{
    policy::Policy,
    problem::{Code, Problem},
};
use consentinel_audit::{
    advice::Advised,
    library::{checked, errors, is_sound, look_closer, read_of},
};

use crate::error::{Error, name};
use crate::pasted;
use crate::policies::read_policy_text;
use crate::report::{Report, Verdict, json_line};

/// The long help of the command.
pub const HELP: &str = "\
Print every problem of a policy, each with its place, what was found there and what to do

Examples:
  consentinel check policy.json
  consentinel check policy.json --html index.html";

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
}

/// Checks the policy.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    if arguments.json {
        as_json(&arguments.policy, &arguments.html)
    } else {
        in_words(&arguments.policy, &arguments.html)
    }
}

/// As [`read_policy_text`], and what only a program that has all texts inside can see: words for texts that
/// there are not, which would be without effect. Then what is wrong with these pages.
fn check(path: &Path, pages: &[PathBuf]) -> Result<(String, Option<Policy>, Vec<Problem>), Error> {
    let (text, policy, mut problems) = read_policy_text(path)?;
    if let Some(policy) = &policy {
        look_closer(policy, &mut problems);
        if policy.has_own_control() && pages.is_empty() {
            problems.push(Problem::new(Code::ReopenMissing, "reopen", "none"));
        }
        for page in pages {
            problems.extend(pasted::problems_in(page, policy)?);
        }
    }
    Ok((text, policy, problems))
}

/// The report for people.
fn in_words(path: &Path, pages: &[PathBuf]) -> Result<Report, Error> {
    let (text, policy, problems) = check(path, pages)?;
    let read = match &policy {
        Some(policy) => format!(
            "{}, {}, {} read",
            counted(read_of(policy, "categories"), "category", "categories"),
            counted(read_of(policy, "services"), "service", "services"),
            counted(read_of(policy, "items"), "item", "items"),
        ),
        None => String::from("no policy read"),
    };
    let errors = errors(&problems);
    let out = format!(
        "{}{}: {read}; {}, {}\n",
        Advised::new(&problems, &text, &path.to_string_lossy()).lines(),
        name(path),
        counted(errors, "error", "errors"),
        counted(problems.len() - errors, "warning", "warnings"),
    );
    Ok(report(out.into_bytes(), &policy, &problems))
}

/// The report for programs.
fn as_json(path: &Path, pages: &[PathBuf]) -> Result<Report, Error> {
    let (text, policy, problems) = check(path, pages)?;
    let object = checked(&path.to_string_lossy(), &text, &policy, &problems);
    Ok(report(json_line(&object), &policy, &problems))
}

fn report(out: Vec<u8>, policy: &Option<Policy>, problems: &[Problem]) -> Report {
    Report { out, words: String::new(), verdict: Verdict::of(is_sound(policy, problems)) }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    let word = if count == 1 { one } else { many };
    format!("{count} {word}")
}
