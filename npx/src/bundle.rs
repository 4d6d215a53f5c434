//! A tag with a policy and some languages inside, made of the template that `cargo xtask build` leaves open for them: one
//! file that a page loads and that fetches nothing more.
//!
//! The policy stands in it as its canonical text, which the tag takes as it is; its rules are read there, at each start, as
//! the tag reads no other form of them.

use consentinel::{hash::sha256, json::Json};
use consentinel_audit::{
    commands::{Looked, Said},
    texts::texts,
};
use serde_json::Value;

use crate::tag::{fill, integrity, place, stamp};

/// The languages of some texts.
pub fn languages(texts: &Json) -> Vec<String> {
    match texts {
        Json::Object(entries) => entries.iter().map(|(language, _)| language.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The tag on standard output, what is to be said of the policy on standard error, and the hash of the tag as the
/// attribute `integrity` has it. A policy with errors makes none. The first of the languages is the one that visitors
/// are spoken to in who want none of them.
pub fn bundle(
    path: &str,
    looked: Looked,
    languages: &[String],
    template: &str,
) -> (Said, Option<String>) {
    let is_quiet = looked.problems.is_empty() && looked.notes.is_empty();
    let words = if is_quiet { String::new() } else { looked.in_words(path) };
    let failed = |words| (Said { words, ..Said::default() }, None);
    let Some(policy) = looked.policy.as_ref().filter(|_| looked.is_sound()) else {
        return failed(words);
    };
    let all = texts();
    let chosen = |part: fn(&Json) -> Json| {
        languages.iter().fold(Json::object(), |object, language| match all.field(language) {
            Some(texts) => object.with(language, part(texts)),
            None => object,
        })
    };
    let label = |texts: &Json| texts.field("reopen").cloned().unwrap_or_default();
    let inside = languages.first().map(String::as_str).unwrap_or_default();
    let filled = fill(
        template,
        &[
            (place::TEXTS, &source(&chosen(Json::clone).canonical())),
            (place::LABELS, &source(&chosen(label).canonical())),
            (place::INSIDE, &text(inside)),
            (place::POLICY, &text(&policy.document.canonical())),
        ],
    );
    match filled.and_then(|text| stamp(&text, |text| sha256(text.as_bytes()))) {
        Ok((tag, _)) => {
            let hash = integrity(&tag);
            (Said { out: tag, words, is_sound: true }, Some(hash))
        }
        Err(error) => failed(format!("{words}error: {error}\n")),
    }
}

/// A text as source code.
fn text(text: &str) -> String {
    source(&Value::from(text).to_string())
}

/// JSON as source code that may also stand inside of an element of HTML.
fn source(json: &str) -> String {
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::ZEROS;

    const POLICY: &str = r#"{"version":1,"id":"a","revision":"1","controller":{"name":"</script>"},
        "categories":[{"id":"need","necessary":true,"title":{"en":"N"},"description":{"en":"D."}}],"items":[]}"#;

    fn template() -> String {
        format!("{} {} {} {} {ZEROS}", place::TEXTS, place::LABELS, place::INSIDE, place::POLICY)
    }

    fn bundled(policy: &str, languages: &[&str]) -> (Said, Option<String>) {
        let languages: Vec<String> = languages.iter().map(|name| String::from(*name)).collect();
        bundle("policy.json", Looked::at(policy.into()), &languages, &template())
    }

    #[test]
    fn policy_and_languages_stand_inside_and_the_hash_is_that_of_the_whole() {
        let (said, integrity) = bundled(POLICY, &["fr", "en"]);
        assert!(said.is_sound, "{}", said.words);
        assert!(!said.out.contains("</script"), "{}", said.out);
        assert!(
            said.out.contains("\"fr\" \"{\\\"categories\\\":"),
            "the first language, the policy"
        );
        let hash = said.out.split_whitespace().next_back().unwrap();
        assert_eq!(sha256(said.out.replace(hash, ZEROS).as_bytes()), hash);
        assert_eq!(integrity.unwrap(), crate::tag::integrity(&said.out));
    }

    #[test]
    fn a_policy_with_an_error_makes_no_tag() {
        let (said, integrity) = bundled(&POLICY.replace("\"revision\":\"1\",", ""), &["en"]);
        assert!(!said.is_sound && said.out.is_empty() && integrity.is_none());
        assert!(said.words.contains("revision"), "{}", said.words);
    }
}
