//! `consentinel accesses`: who asked what of a collector's store on the officer's page, and when. Whether the log of that
//! hangs together is said by `consentinel_collector::access`; `verify` asks the same beside all else.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use consentinel_audit::time::iso;
use consentinel_collector::{
    access::Accesses,
    store::{self, is_store},
};
use serde_json::{Value, json};

use crate::error::{Error, one_line};
use crate::report::{Report, Verdict, json_line};

/// The long help of the command.
pub const HELP: &str = "\
Say who asked what of a store on the officer's page

Every question that was asked of a store through `consentinel serve` is on record in it, before it was
answered: who, by the name of the token's holder, when, and what; a browser by the SHA-256 of its
pseudonym. Each entry names the one before it. Keep the last hash: a later list must still have it.
What commands of this program read is not in the list, because they need the file itself.

Examples:
  consentinel accesses consentinel.db
  consentinel accesses consentinel.db --json";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The store of a collector
    store: PathBuf,
    /// Print one JSON object instead of words
    #[arg(long)]
    json: bool,
}

/// Prints them.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let path = &arguments.store;
    let Some(accesses) = of(path)? else {
        let help = "give the file of a collector's store";
        return Err(Error::unfit(path, "it is no store", help));
    };
    let verdict = Verdict::of(accesses.broken.is_none());
    let list = accesses.list.iter();
    let out = if arguments.json {
        let list =
            list.map(|one| json!({ "at": iso(one.at_ms), "who": one.who, "asked": one.asked }));
        let mut object = object(&accesses);
        if let Some(fields) = object.as_object_mut() {
            fields.insert(String::from("list"), list.collect());
        }
        json_line(&object)
    } else {
        let mut out = String::new();
        for one in list {
            let who = if one.who.is_empty() { "nobody in particular" } else { &one.who };
            let asked = words(&one.asked);
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{} {} asked for {asked}", iso(one.at_ms), one_line(who));
        }
        let _ = writeln!(out, "{}", line(&accesses));
        out.into_bytes()
    };
    Ok(Report { out, words: String::new(), verdict })
}

/// The accesses of a store; nothing of any other file.
pub fn of(path: &Path) -> Result<Option<Accesses>, Error> {
    if !is_store(path) {
        return Ok(None);
    }
    store::accesses(path).map(Some).map_err(|error| Error::store(path, &error))
}

/// What is said of all of them at once.
pub fn line(accesses: &Accesses) -> String {
    let count = accesses.list.len();
    match accesses.broken {
        Some(at) => format!("{count}, of which number {at} does not follow the one before it"),
        None if count == 0 => String::from("none"),
        None => format!("{count}, the last {}", accesses.head),
    }
}

/// The same for programs.
pub fn object(accesses: &Accesses) -> Value {
    json!({ "count": accesses.list.len(), "head": accesses.head, "broken": accesses.broken })
}

/// What was asked, as words apart by spaces: what, and then each field by its name.
fn words(asked: &Value) -> String {
    let fields = asked.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), String::from);
    let (what, more): (Vec<_>, Vec<_>) = fields.partition(|(key, _)| *key == "what");
    let what = what.into_iter().map(|(_, what)| text(what));
    let more = more.into_iter().map(|(key, value)| format!("{key} {}", text(value)));
    one_line(&what.chain(more).collect::<Vec<_>>().join(" "))
}
