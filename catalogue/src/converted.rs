//! What `convert` says: a draft of a policy, or the document of moving, from the configuration of another consent tool,
//! with a line for each service that the catalogue knows. The same for the native program and for `npx consentinel`.
//!
//! Left out: what a configuration says (`consentinel_audit::convert`), and reading JavaScript (www/npm/literals.js).

use std::collections::BTreeMap;

use consentinel_audit::{
    commands::Said,
    convert::{Draft, Tool, WRITE, draft},
    failed::{name, one_line},
    library::unmarked,
};
use serde::Deserialize;
use serde_json::Value;

use crate::entry::{entry_of, ids};

/// An object that stands in a file of JavaScript, and may be the configuration.
#[derive(Deserialize)]
pub struct Candidate {
    /// The line on which it begins, from 1.
    pub line: u32,
    /// The offset of its first character, and of the one behind its last.
    pub place: (u32, u32),
    /// What of it is data.
    pub config: Value,
    /// What of it is code, each in a line.
    pub left: Vec<String>,
}

/// Makes a draft of a configuration in JSON, which was named `path`.
pub fn converted(tool: Tool, path: &str, bytes: &[u8], is_moving: bool) -> Said {
    match serde_json::from_slice(unmarked(bytes)) {
        Ok(config) => made(tool, path, draft(tool, &config), &[], is_moving),
        Err(error) => failed(
            path,
            &format!(
                "this is not JSON ({}); write {WRITE} on the console of a page that has it, or have `npx consentinel convert` read the JavaScript in which it stands",
                one_line(&error.to_string())
            ),
        ),
    }
}

/// Makes a draft of the one object among these that is a configuration of that tool.
pub fn chosen(tool: Tool, path: &str, candidates: &[Candidate], is_moving: bool) -> Said {
    let mut drafts: Vec<(&Candidate, Draft)> = Vec::new();
    let mut refused = None;
    for candidate in candidates {
        match draft(tool, &candidate.config) {
            Ok(draft) => drafts.push((candidate, draft)),
            Err(what) => refused = refused.or(Some(what)),
        }
    }
    // What stands inside of one that is a configuration is a part of it.
    let is_inside = |(start, end): (u32, u32)| {
        drafts.iter().any(|(other, _)| other.place.0 < start && end < other.place.1)
    };
    let inside: Vec<bool> = drafts.iter().map(|(one, _)| is_inside(one.place)).collect();
    let mut inside = inside.into_iter();
    drafts.retain(|_| !inside.next().unwrap_or_default());
    // The same by two names is one.
    drafts
        .dedup_by(|(_, one), (_, other)| one.policy == other.policy && one.moving == other.moving);
    if drafts.len() > 1 {
        let lines: Vec<String> = drafts.iter().map(|(one, _)| one.line.to_string()).collect();
        return failed(
            path,
            &format!(
                "{} objects may be the configuration of {}, on lines {}; give a file with one of them",
                drafts.len(),
                tool.word(),
                lines.join(", ")
            ),
        );
    }
    match drafts.pop() {
        Some((candidate, draft)) => made(tool, path, Ok(draft), &candidate.left, is_moving),
        None => {
            let none = format!(
                "found no object in this JavaScript; give the configuration of {}",
                tool.word()
            );
            failed(path, &refused.unwrap_or(none))
        }
    }
}

fn failed(path: &str, what: &str) -> Said {
    Said { words: format!("{}: {what}\n", name(path)), ..Said::default() }
}

fn made(
    tool: Tool,
    path: &str,
    draft: Result<Draft, String>,
    left: &[String],
    is_moving: bool,
) -> Said {
    let draft = match draft {
        Ok(draft) => draft,
        Err(what) => return failed(path, &what),
    };
    let (document, lines) = if is_moving {
        (draft.moving, vec![tool.about_moving()])
    } else {
        let known = in_catalogue(&draft.policy);
        (draft.policy, draft.missing.into_iter().chain(known).collect())
    };
    let words = left.iter().chain(&lines).map(|line| one_line(line) + "\n").collect();
    Said { out: format!("{document:#}\n"), words, is_sound: true }
}

/// A line for each service, and each category that may be one, that the catalogue knows by its id or its name.
fn in_catalogue(policy: &Value) -> Vec<String> {
    let letters = |name: &str| -> String {
        name.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase()
    };
    let known: BTreeMap<String, &str> = ids()
        .filter_map(|id| entry_of(id).map(|entry| [(letters(id), id), (letters(&entry.name), id)]))
        .flatten()
        .collect();
    let mut lines = Vec::new();
    for list in ["services", "categories"] {
        for (at, one) in policy[list].as_array().into_iter().flatten().enumerate() {
            let names = [&one["id"], &one["name"]].map(|name| name.as_str().unwrap_or_default());
            let Some(entry) = names.iter().find_map(|name| known.get(&letters(name))) else {
                continue;
            };
            let category = one.get("category").unwrap_or(&one["id"]);
            lines.push(format!(
                "{list}[{at}]: the catalogue has `{}`: write {{ \"use\": \"{entry}\", \"category\": {category} }} in the list of services for its provider, hosts and items",
                names[0]
            ));
        }
    }
    lines
}
