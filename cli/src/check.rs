//! `consentinel check`: every problem of a policy at once, before a page ever meets it. What counts
//! as a problem is the core's affair, so page and program always agree, but for words for texts that
//! there are not, which a page with one language inside cannot tell; text that never becomes a
//! document (too long, not UTF-8, not JSON) is reported here with the core's codes.

use std::path::{Path, PathBuf};

use consentinel::{
    json::Json,
    policy::{self, MAX_BYTES, Policy},
    problem::{Code, Problem},
    source,
};
use serde_json::{Value, json};

use crate::files::{self, Error};
use crate::notice;
use crate::pasted;
use crate::report::{Report, Verdict, json_line, problem_lines, problem_list};

/// Reads a policy and all its problems.
pub fn read_policy(path: &Path) -> Result<(Option<Policy>, Vec<Problem>), Error> {
    let bytes = files::read(path, MAX_BYTES as u64)?;
    if bytes.len() > MAX_BYTES {
        let found = format!("more than {MAX_BYTES} bytes");
        return Ok(refused(Code::PolicyTooLarge, "", &found));
    }
    let Ok(text) = std::str::from_utf8(&bytes) else {
        let found = "bytes that are not UTF-8";
        return Ok(refused(Code::PolicyNotJson, "", found));
    };
    let Some(document) = source::parse(text) else {
        let (place, found) = first_mistake(text);
        return Ok(refused(Code::PolicyNotJson, &place, found));
    };
    Ok(policy::read(&document))
}

fn refused(code: Code, place: &str, found: &str) -> (Option<Policy>, Vec<Problem>) {
    (None, vec![Problem::new(code, place, found)])
}

/// Where text stops being JSON, and what stands there.
fn first_mistake(text: &str) -> (String, &str) {
    let Err(error) = serde_json::from_str::<Value>(text) else {
        return (String::new(), text);
    };
    let (line, column) = (error.line(), error.column());
    let content = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let rest = content.get(column.saturating_sub(1)..).unwrap_or(content);
    let found = if rest.is_empty() { "the end" } else { rest };
    (format!("line {line} column {column}"), found)
}

/// As [`read_policy`], and what only a program that has all texts inside can see: words for texts that
/// there are not, which would be without effect. Then what is wrong with these pages.
fn check(path: &Path, pages: &[PathBuf]) -> Result<(Option<Policy>, Vec<Problem>), Error> {
    let (policy, mut problems) = read_policy(path)?;
    let texts = notice::texts();
    if let Some(policy) = &policy {
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
    Ok((policy, problems))
}

fn entries(object: &Json) -> &[(String, Json)] {
    match object {
        Json::Object(entries) => entries,
        _ => &[],
    }
}

/// The report for people.
pub fn in_words(path: &Path, pages: &[PathBuf]) -> Result<Report, Error> {
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
        files::name(path),
        counted(errors, "error", "errors"),
        counted(problems.len() - errors, "warning", "warnings"),
    );
    Ok(report(out.into_bytes(), &policy, &problems))
}

/// The report for programs; `policy` is `null` where none could be read.
pub fn as_json(path: &Path, pages: &[PathBuf]) -> Result<Report, Error> {
    let (policy, problems) = check(path, pages)?;
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
        "problems": problem_list(&problems),
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
