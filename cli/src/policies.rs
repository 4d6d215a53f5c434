//! Reads policies and notices from files and folders, and finds them by their hashes. Text that never
//! becomes a document (too long, not UTF-8, not JSON) is reported here with the core's codes; all else
//! that is wrong with a policy the core says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use consentinel::{
    export::Known,
    hash::sha256,
    json::Json,
    notice::{Interface, notice},
    policy::{self, MAX_BYTES, Policy},
    problem::{Code, Problem},
    share, source,
};
use serde_json::Value;

use crate::error::Error;
use crate::files;
use crate::report::problem_lines;
use crate::texts::texts;

/// Where documents are that stand in no export.
#[derive(Args)]
pub struct Documents {
    /// A policy, or a folder of policies, that records may name; its notices are rebuilt in every
    /// language. For several, again
    #[arg(long, value_name = "FILE")]
    policy: Vec<PathBuf>,
    /// A notice, or a folder of notices, as `consentinel notice` prints them. For several, again
    #[arg(long, value_name = "FILE")]
    notice: Vec<PathBuf>,
}

/// Policies and notices by their hashes.
#[derive(Default)]
pub struct Library {
    /// Policies.
    pub policies: BTreeMap<String, Json>,
    /// Notices, those of the policies in every language of this release among them.
    pub notices: BTreeMap<String, Json>,
    /// What is wrong with them, for standard error.
    pub words: String,
}

impl Documents {
    /// Whether any were named.
    pub fn are_given(&self) -> bool {
        !self.policy.is_empty() || !self.notice.is_empty()
    }

    /// Reads them all.
    pub fn read(&self) -> Result<Library, Error> {
        let mut library = Library::default();
        let interfaces = texts();
        for path in below(&self.policy)? {
            let (policy, problems) = read_policy(&path)?;
            library.words.push_str(&problem_lines(&problems));
            if let Some(policy) = policy {
                library.notices.extend(notices(&policy, &interfaces));
                library.policies.insert(policy.hash(), policy.document);
            }
        }
        for path in below(&self.notice)? {
            let bytes = files::read(&path, MAX_BYTES as u64)?;
            let text = String::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_BYTES);
            let document = text.and_then(|text| source::parse(text.trim_end()));
            let document = document.filter(|document| document.field("layout").is_some());
            let document = document.ok_or_else(|| {
                let help = "give a notice as `consentinel notice` prints it";
                Error::unfit(&path, "it is no notice", help)
            })?;
            library.notices.insert(sha256(document.canonical().as_bytes()), document);
        }
        Ok(library)
    }
}

impl Library {
    /// What a verifier asks of them.
    pub fn known(&self) -> Known {
        let mut known = Known::default();
        self.policies.iter().for_each(|(hash, policy)| known.take_policy(hash, policy));
        self.notices.iter().for_each(|(hash, notice)| known.take_notice(hash, notice));
        known
    }
}

/// What this release shows visitors of a policy, in every language.
fn notices(policy: &Policy, interfaces: &Json) -> Vec<(String, Json)> {
    let Json::Object(languages) = interfaces else {
        return Vec::new();
    };
    let shown = languages.iter().map(|(language, _)| {
        let document = notice(policy, &Interface::choose(interfaces, language, policy));
        (sha256(document.canonical().as_bytes()), document)
    });
    shown.collect()
}

fn below(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(files::below(path)?);
    }
    Ok(files)
}

/// Reads a policy and all its problems.
pub fn read_policy(path: &Path) -> Result<(Option<Policy>, Vec<Problem>), Error> {
    read_policy_text(path).map(|(_, policy, problems)| (policy, problems))
}

/// The same, with the text in front; it is empty where there is none.
pub fn read_policy_text(path: &Path) -> Result<(String, Option<Policy>, Vec<Problem>), Error> {
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
    let (policy, mut problems) = policy::read(&document);
    if let Some(policy) = &policy {
        share::check(policy, "", &mut problems);
    }
    Ok((text.to_owned(), policy, problems))
}

fn refused(code: Code, place: &str, found: &str) -> (String, Option<Policy>, Vec<Problem>) {
    (String::new(), None, vec![Problem::new(code, place, found)])
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
