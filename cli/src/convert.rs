//! `consentinel convert`: a draft of a policy from the configuration of another consent tool.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use consentinel::policy::MAX_BYTES;
use consentinel_audit::convert::{self, WRITE, draft};
use consentinel_catalogue::entry::{entry_of, ids};
use serde_json::Value;

use crate::error::{Error, name, one_line};
use crate::files;
use crate::report::{Report, Verdict};

/// The long help of the command.
pub const HELP: &str = "\
Make a draft of a policy from the configuration of another consent tool

Standard output gets the draft: categories, services, texts and names of cookies as that configuration
has them. Standard error says what is missing in it, which only the owner of the site knows;
`TO BE WRITTEN` stands in its place, which `check` and `bundle` refuse. With `--moving` standard
output gets the document by which decisions of that tool are taken over instead (docs/moving.md);
without an `until` in it, which you write, only refusals are. Klaro and Orejime store no time of a
decision, so of theirs only refusals are taken over.

The configuration must be JSON, in which regular expressions are texts: on the console of a page
that has it, write `JSON.stringify(config, (_, v) => v instanceof RegExp ? String(v) : v)`.
tarteaucitron and Osano's Cookie Consent name no purposes in theirs, and c15t has its in code.

Examples:
  consentinel convert klaro config.json > policy.json
  consentinel convert klaro config.json --moving > moving.json";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The tool
    #[arg(value_enum)]
    tool: Tool,
    /// Its configuration as JSON; `-` reads standard input
    file: PathBuf,
    /// Print the document of moving instead of the policy
    #[arg(long)]
    moving: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Tool {
    VanillaCookieconsent,
    Klaro,
    Orejime,
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

/// Prints the draft.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let bytes = files::read(&arguments.file, MAX_BYTES as u64)?;
    let file = name(&arguments.file);
    let failed = |words: String| Report { out: Vec::new(), words, verdict: Verdict::Failed };
    let config: Value = match serde_json::from_slice(&bytes) {
        Ok(config) => config,
        Err(error) => {
            let what = one_line(&error.to_string());
            return Ok(failed(format!(
                "{file}: this is not JSON ({what}); write {WRITE} on the console of a page that has it\n"
            )));
        }
    };
    let tool = match arguments.tool {
        Tool::VanillaCookieconsent => convert::Tool::VanillaCookieconsent,
        Tool::Klaro => convert::Tool::Klaro,
        Tool::Orejime => convert::Tool::Orejime,
    };
    let made = match draft(tool, &config) {
        Ok(made) => made,
        Err(what) => return Ok(failed(format!("{file}: {what}\n"))),
    };
    let (document, words) = if arguments.moving {
        (made.moving, tool.about_moving() + "\n")
    } else {
        let lines = made
            .missing
            .iter()
            .chain(&in_catalogue(&made.policy))
            .map(|line| one_line(line) + "\n")
            .collect();
        (made.policy, lines)
    };
    let out = format!("{document:#}\n").into_bytes();
    Ok(Report { out, words, verdict: Verdict::Sound })
}
