//! `consentinel check`: every problem of a policy at once, before a page ever meets it. What counts
//! as a problem is the core's affair, so page and program always agree, but for words for texts that
//! there are not, which a page with one language inside cannot tell.

use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::{
    json::Json,
    notice::unsummarised,
    policy::{Policy, doubts},
    problem::{Code, Problem},
};
use serde_json::json;

use crate::advice::Advised;
use crate::error::{Error, name};
use crate::pasted;
use crate::policies::read_policy_text;
use crate::report::{Report, Verdict, json_line};
use crate::texts::texts;

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

/// As [`read_policy`], and what only a program that has all texts inside can see: words for texts that
/// there are not, which would be without effect. Then what is wrong with these pages.
fn check(path: &Path, pages: &[PathBuf]) -> Result<(String, Option<Policy>, Vec<Problem>), Error> {
    let (text, policy, mut problems) = read_policy_text(path)?;
    let texts = texts();
    if let Some(policy) = &policy {
        unsummarised(policy, &mut problems);
        doubts(policy, &mut problems);
        if policy.has_own_control() && pages.is_empty() {
            problems.push(Problem::new(Code::ReopenMissing, "reopen", "none"));
        }
        for page in pages {
            problems.extend(pasted::problems_in(page, policy)?);
        }
    }
    let wording = policy.as_ref().and_then(|policy| policy.document.field("texts"));
    for (language, own) in wording.map_or(&[][..], entries) {
        let place = format!("texts.{language}");
        match texts.field(language) {
            Some(known) => {
                for (key, _) in entries(own).iter().filter(|(key, _)| known.field(key).is_none()) {
                    problems.push(Problem::new(Code::FieldUnknown, &place, key));
                }
            }
            None => problems.push(Problem::new(Code::LanguageMissing, &place, "")),
        }
    }
    Ok((text, policy, problems))
}

fn entries(object: &Json) -> &[(String, Json)] {
    match object {
        Json::Object(entries) => entries,
        _ => &[],
    }
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

/// The report for programs; `policy` is `null` where none could be read.
fn as_json(path: &Path, pages: &[PathBuf]) -> Result<Report, Error> {
    let (text, policy, problems) = check(path, pages)?;
    let errors = errors(&problems);
    let read = policy.as_ref().map(|policy| {
        json!({
            "id": policy.document.text_at("id"),
            "revision": policy.document.text_at("revision"),
            // What a record of a decision under this policy carries.
            "hash": policy.hash(),
            "categories": read_of(policy, "categories"),
            "services": read_of(policy, "services"),
            "items": read_of(policy, "items"),
        })
    });
    let object = json!({
        "file": path.to_string_lossy(),
        "sound": is_sound(&policy, &problems),
        "policy": read,
        "errors": errors,
        "warnings": problems.len() - errors,
        "problems": Advised::new(&problems, &text, "").list(),
    });
    Ok(report(json_line(&object), &policy, &problems))
}

fn report(out: Vec<u8>, policy: &Option<Policy>, problems: &[Problem]) -> Report {
    Report { out, words: String::new(), verdict: Verdict::of(is_sound(policy, problems)) }
}

fn is_sound(policy: &Option<Policy>, problems: &[Problem]) -> bool {
    policy.is_some() && errors(problems) == 0
}

fn errors(problems: &[Problem]) -> usize {
    problems.iter().filter(|problem| problem.is_error()).count()
}

/// How many entries of a list of the document are sound enough to be kept.
fn read_of(policy: &Policy, list: &str) -> usize {
    policy.document.list_at(list).len()
}

fn counted(count: usize, one: &str, many: &str) -> String {
    let word = if count == 1 { one } else { many };
    format!("{count} {word}")
}
