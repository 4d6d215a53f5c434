//! What the runners of tests/vectors share: how a file is read, and how a case changes a document.

use consentinel::{
    policy::{self, Policy},
    problem::Problem,
    source,
};
use serde_json::{Map, Value};

/// A file of tests/vectors.
pub fn vectors(file: &str) -> Value {
    let path = format!("{}/tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap()
}

/// The policy of the Jimo site.
pub fn jimo() -> Value {
    serde_json::from_str(include_str!("../../www/policies/jimo.json")).unwrap()
}

/// The members of a list; none of anything else.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A list of texts.
pub fn texts(value: &Value) -> Vec<String> {
    list(value).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// A document with the changes of a case: `set` maps JSON pointers to values, `remove` lists pointers.
pub fn changed(document: &Value, case: &Value) -> Value {
    let mut document = document.clone();
    for pointer in texts(&case["remove"]) {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key).unwrap();
    }
    for (pointer, value) in case["set"].as_object().unwrap_or(&Map::new()) {
        if pointer.is_empty() {
            document = value.clone();
        } else if let Some(place) = document.pointer_mut(pointer) {
            *place = value.clone();
        } else {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            parent.insert(key.to_owned(), value.clone());
        }
    }
    document
}

/// A policy that can be read.
#[track_caller]
pub fn read_policy(document: &Value) -> Policy {
    policy::read(&source::read(document)).0.expect("a policy that can be read")
}

pub fn short(problem: &Problem) -> String {
    let mut text = format!("{} {}", problem.code.text(), problem.path);
    if !problem.found.is_empty() {
        text.push_str(&format!(" `{}`", problem.found));
    }
    text
}
