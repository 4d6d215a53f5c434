//! What must agree: the words of the officer's page in its languages, the checks that are named there, and the tables of
//! the specifications.

// A test that meets what it does not expect should stop there and then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use consentinel::problem::Code;
use consentinel_audit::told::checks;

const ENGLISH: &str = include_str!("../../www/audit/texts/en.json");
const FRENCH: &str = include_str!("../../www/audit/texts/fr.json");
const EXPORT: &str = include_str!("../../docs/export.md");
const RECORD: &str = include_str!("../../docs/record.md");

fn texts(file: &str) -> BTreeMap<String, String> {
    serde_json::from_str(file).unwrap()
}

/// The places of a text, such as `{name}`, that are filled in.
fn filled(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect()
}

/// Help with a problem stands in French alone: in English it is the program's own.
#[test]
fn both_languages_have_the_same_words() {
    let (english, french) = (texts(ENGLISH), texts(FRENCH));
    let help = Code::ALL.iter().map(|code| format!("help_{}", code.text()));
    let keys: BTreeSet<String> = english.keys().cloned().chain(help).collect();
    assert_eq!(french.keys().cloned().collect::<BTreeSet<_>>(), keys);
    for (key, text) in &english {
        assert_eq!(filled(text), filled(&french[key]), "{key}");
    }
}

#[test]
fn every_check_says_what_it_asks() {
    let words = texts(ENGLISH);
    for kind in ["export", "ledger", "proof"] {
        for code in checks(kind) {
            assert!(!words[&format!("check_{}", code.text())].is_empty());
        }
    }
}

/// The codes of the tables under a heading of a document.
fn codes(document: &str, heading: &str) -> BTreeSet<String> {
    let (_, rest) = document.split_once(heading).unwrap();
    let part = rest.split("\n## ").next().unwrap();
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.text()).collect();
    let rows = part.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let codes =
        rows.flat_map(|cell| cell.split(", ")).map(|code| code.trim_matches('`').to_owned());
    codes.filter(|code| known.contains(code.as_str())).collect()
}

#[test]
fn the_checks_are_those_of_the_specifications() {
    for (kind, document) in [("export", EXPORT), ("ledger", RECORD)] {
        let named: BTreeSet<String> =
            checks(kind).iter().map(|code| code.text().to_owned()).collect();
        let specified = codes(document, "\n## Verification");
        assert!(specified.len() > 10, "{specified:?}");
        let missing: Vec<&String> = specified.difference(&named).collect();
        assert!(missing.is_empty(), "{kind}: {missing:?}");
    }
}
