//! Keeps the files of the catalogue whole: each follows its schema, refers to texts and sources that there are, and makes,
//! alone in a small policy, a policy without an error.

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

use std::{collections::BTreeSet, fs, path::PathBuf};

use consentinel_audit::commands::Looked;
use consentinel_catalogue::{
    entry::{Entry, entry_of, ids, purposes, text_of},
    expand::{LANGUAGES, expand},
};
use serde_json::{Value, json};

fn file(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A small policy in five languages, with the four categories that entries suggest and these services.
fn policy(services: Value) -> String {
    let texts = purposes();
    let categories: Vec<Value> = texts["categories"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(id, category)| {
            let mut category = category.clone();
            category["id"] = json!(id);
            category
        })
        .collect();
    json!({
        "version": 1, "id": "shop", "revision": "1", "controller": { "name": "Shop" },
        "categories": categories, "services": services,
    })
    .to_string()
}

#[test]
fn there_are_enough_of_them() {
    assert!(ids().count() >= 120, "{}", ids().count());
}

#[test]
fn each_file_follows_the_schema() {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    let schema: Value = serde_json::from_str(&file("www/services.schema.json")).unwrap();
    compiler.add_resource("file:///services.schema.json", schema).unwrap();
    let schema = compiler.compile("file:///services.schema.json", &mut schemas).unwrap();
    for id in ids() {
        let entry: Value = serde_json::from_str(text_of(id).unwrap()).unwrap();
        schemas.validate(&entry, schema).unwrap_or_else(|error| panic!("{id}.json: {error:#}"));
    }
    assert!(schemas.validate(&json!({ "id": "a" }), schema).is_err(), "the schema refuses nothing");
}

#[test]
fn each_entry_is_called_after_its_file_and_refers_to_what_there_is() {
    let texts = purposes();
    for id in ids() {
        let entry = entry_of(id).unwrap_or_else(|| panic!("{id}.json is not read"));
        assert_eq!(entry.id, id);
        let mut used = BTreeSet::from([entry.provider.source.as_str()]);
        used.extend(entry.hosts.iter().map(|host| host.source.as_str()));
        used.extend(entry.items.iter().map(|item| item.source.as_str()));
        used.extend(entry.keeps_nothing.iter().map(|said| said.source.as_str()));
        used.extend(entry.needs.iter().map(|need| need.source.as_str()));
        used.extend(entry.signals.iter().map(|signal| signal.source.as_str()));
        let named: BTreeSet<&str> = entry.sources.keys().map(String::as_str).collect();
        assert_eq!(used, named, "{id}.json: the sources that facts name, and those that there are");
        assert!(texts["categories"].get(&entry.category).is_some(), "{id}: {}", entry.category);
        assert!(texts["services"].get(&entry.summary).is_some(), "{id}: {}", entry.summary);
        let mut names = BTreeSet::new();
        for item in &entry.items {
            assert!(texts["items"].get(&item.purpose).is_some(), "{id}: {}", item.purpose);
            assert!(names.insert((&item.kind, &item.name)), "{id}: {} twice", item.name);
        }
        let hosts: BTreeSet<&str> = entry.hosts.iter().map(|host| host.host.as_str()).collect();
        assert_eq!(hosts.len(), entry.hosts.len(), "{id}: a host twice");
        let has_frames =
            entry.hosts.iter().any(|host| host.used_for.iter().any(|of| of == "frame"));
        let needs_frames = entry.needs.iter().any(|need| need.what == "frames");
        assert!(!has_frames || needs_frames, "{id}: what comes in frames needs them");
    }
}

#[test]
fn texts_are_there_in_five_languages_and_each_is_used() {
    let texts = purposes();
    let entries: Vec<_> = ids().filter_map(entry_of).collect();
    for list in ["services", "items"] {
        for (id, text) in texts[list].as_object().unwrap() {
            let tags: Vec<&str> = text.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(tags, LANGUAGES, "{list}.{id}");
            let is_used = entries.iter().any(|entry| match list {
                "services" => entry.summary == *id,
                _ => entry.items.iter().any(|item| item.purpose == *id),
            });
            assert!(is_used, "{list}.{id} is used by no entry");
        }
    }
    for (id, text) in texts["delivery"].as_object().unwrap() {
        let tags: Vec<&str> = text.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(tags, LANGUAGES, "delivery.{id}");
    }
    for (id, category) in texts["categories"].as_object().unwrap() {
        for field in ["title", "description"] {
            let tags: Vec<&str> =
                category[field].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(tags, LANGUAGES, "categories.{id}.{field}");
        }
    }
}

#[test]
fn each_alone_makes_a_policy_without_an_error() {
    for id in ids() {
        let written = policy(json!([{ "use": id }]));
        let expanded = expand(written.as_bytes());
        let told = usize::from(!entry_of(id).unwrap().knows_storage());
        assert_eq!(
            (expanded.used.len(), expanded.problems.len(), expanded.notes.len()),
            (1, 0, told),
            "{id}"
        );
        let looked = Looked::at(expanded.published);
        assert!(looked.problems.is_empty(), "{id}:\n{}", looked.in_words(id));
        let entry = entry_of(id).unwrap();
        let document = looked.policy.unwrap().document;
        assert_eq!(document.list_at("items").len(), entry.items.len(), "{id}");
        assert_eq!(document.list_at("services").len(), 1, "{id}");
    }
}

#[test]
fn all_together_make_one_too() {
    let all: Vec<Value> = ids().take(200).map(|id| json!({ "use": id })).collect();
    let expanded = expand(policy(json!(all)).as_bytes());
    let looked = Looked::at(expanded.published);
    let errors: Vec<String> = looked
        .problems
        .iter()
        .filter(|problem| problem.is_error() && problem.code.text() != "policy-too-large")
        .map(consentinel::problem::Problem::message)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn an_entry_that_is_used_again_is_left_to_the_error_on_its_id() {
    let expanded = expand(policy(json!([{ "use": "hotjar" }, { "use": "hotjar" }])).as_bytes());
    assert_eq!((expanded.notes.len(), expanded.used.len()), (0, 1), "{:?}", expanded.notes);
    let problems = Looked::at(expanded.published).problems;
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code.text()).collect();
    assert_eq!(codes, ["id-duplicate"]);
}

#[test]
fn documents_say_of_how_many_the_items_are_known() {
    let count = |is: fn(&Entry) -> bool| ids().filter_map(entry_of).filter(is).count();
    let with_items = count(|entry| !entry.items.is_empty());
    let (known, nothing) = (count(Entry::knows_storage), count(|one| one.keeps_nothing.is_some()));
    let all = ids().count();
    for (document, words) in [
        (
            "README.md",
            format!(
                "which knows the hosts of {all} services and what {known} of them keep in browsers"
            ),
        ),
        (
            "docs/catalogue.md",
            format!(
                "Of {all} entries {with_items} have items, and {nothing} say that the service keeps nothing."
            ),
        ),
    ] {
        assert!(file(document).contains(&words), "{document}: {words}");
    }
}

#[test]
fn the_document_lists_every_entry_and_no_other() {
    let document = file("docs/catalogue.md");
    let (_, list) = document.split_once("## The entries").unwrap();
    let listed: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    let named: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(named, ids().collect(), "docs/catalogue.md and www/services");
    assert_eq!(listed.len(), named.len(), "an id twice");
}
