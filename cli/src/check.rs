//! `consentinel check`: every problem of a policy at once, before a page ever meets it. What counts
//! as a problem is the core's affair, so page and program always agree, but for words for texts that
//! there are not, which a page with one language inside cannot tell.

use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::{policy::Policy, problem::Problem};
use consentinel_audit::{
    library::{checked, errors, is_sound, look_closer, read_of},
    problems::problem_lines,
};

use crate::error::{Error, name};
use crate::pasted;
use crate::policies::read_policy;
use crate::report::{Report, Verdict, json_line};

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The policy; `-` reads standard input
    policy: PathBuf,
    /// Print one JSON object instead of words
    #[arg(long)]
    json: bool,
    /// The HTML of a page, as it is served: the tag must be its first script, and a pasted element
    /// (`csp --meta`) must stand before it and let in every host of the policy. For several pages, again
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

/// As [`read_policy`], and what only a program that has all texts inside can see: words for texts that
/// there are not, which would be without effect. Then what is wrong with these pages.
fn check(path: &Path, pages: &[PathBuf]) -> Result<(Option<Policy>, Vec<Problem>), Error> {
    let (policy, mut problems) = read_policy(path)?;
    if let Some(policy) = &policy {
        look_closer(policy, &mut problems);
        for page in pages {
            problems.extend(pasted::problems_in(page, policy)?);
        }
    }
    Ok((policy, problems))
}

/// The report for people.
fn in_words(path: &Path, pages: &[PathBuf]) -> Result<Report, Error> {
    let (policy, problems) = check(path, pages)?;
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
        problem_lines(&problems),
        name(path),
        counted(errors, "error", "errors"),
        counted(problems.len() - errors, "warning", "warnings"),
    );
    Ok(report(out.into_bytes(), &policy, &problems))
}

/// The report for programs.
fn as_json(path: &Path, pages: &[PathBuf]) -> Result<Report, Error> {
    let (policy, problems) = check(path, pages)?;
    let object = checked(&path.to_string_lossy(), &policy, &problems);
    Ok(report(json_line(&object), &policy, &problems))
}

fn report(out: Vec<u8>, policy: &Option<Policy>, problems: &[Problem]) -> Report {
    Report { out, words: String::new(), verdict: Verdict::of(is_sound(policy, problems)) }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    let word = if count == 1 { one } else { many };
    format!("{count} {word}")
}
