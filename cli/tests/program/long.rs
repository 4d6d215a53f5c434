//! Whatever the program is given, its work grows as its input does: one case for each list that a policy or
//! a ledger has, long enough that comparing each element with every other would take minutes.
//!
//! What is limited is the time of the processor, which other programs do not use up, and at twenty times
//! what the work takes unoptimized: no case is a measurement.
#![cfg(unix)]

use std::process::{Command, Stdio};

use consentinel::ledger::Ledger;
use serde_json::{Map, Value, json};

use crate::{
    Folder,
    sample::{ledger, record},
};

const SECONDS: u32 = 20;

/// Runs the program over a file; nothing where it needed more time than that. Else its exit code.
fn run_limited(arguments: &[&str]) -> Option<i32> {
    let program = env!("CARGO_BIN_EXE_consentinel");
    let limited = format!("ulimit -t {SECONDS}; exec \"$0\" \"$@\"");
    let status = Command::new("sh")
        .args(["-c", &limited, program])
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.unwrap().code()
}

/// So many tags of languages that nobody speaks.
fn languages(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("en-x{number}"))
}

fn texts(count: usize) -> Value {
    Value::Object(languages(count).map(|language| (language, json!("x"))).collect())
}

/// A policy of a category and a service, with these further fields.
fn policy(further: Value) -> Value {
    let text = json!({ "en": "x" });
    let mut policy = json!({
        "version": 1, "id": "long", "revision": "1", "controller": { "name": "N" },
        "categories": [{ "id": "a", "title": text, "description": text }],
        "services": [{ "id": "s", "category": "a", "name": "S", "provider": "S" }],
    });
    for (key, value) in further.as_object().unwrap() {
        policy[key] = value.clone();
    }
    policy
}

fn item(name: String) -> Value {
    json!({ "name": name, "kind": "cookie", "category": "a", "service": "s", "purpose": { "en": "x" },
        "duration": "session", "party": "first" })
}

/// Entries of an object, or fields that there are not.
fn fields(count: usize) -> Map<String, Value> {
    (0..count).map(|number| (format!("f{number}"), json!("x"))).collect()
}

#[test]
fn no_list_of_a_policy_takes_longer_than_its_length() {
    let text = json!({ "en": "x" });
    let numbers = |count: usize| 0..count;
    let mut unknown = policy(json!({}));
    unknown.as_object_mut().unwrap().extend(fields(50_000));
    let mut wide_item = item(String::from("a"));
    wide_item.as_object_mut().unwrap().extend(fields(50_000));
    let hosts: Vec<String> = numbers(40_000).map(|number| format!("h{number}.example")).collect();
    let cases = [
        (
            "languages of a title",
            policy(json!({ "categories": [
            { "id": "a", "title": texts(50_000), "description": text }] })),
        ),
        ("languages of a purpose", {
            let mut item = item(String::from("a"));
            item["purpose"] = texts(50_000);
            policy(json!({ "items": [item] }))
        }),
        (
            "languages of own words",
            policy(json!({ "texts": Value::Object(
            languages(40_000).map(|language| (language, json!({ "k": "x" }))).collect()) })),
        ),
        ("own words", policy(json!({ "texts": { "en": fields(50_000) } }))),
        ("unknown fields", unknown),
        ("unknown fields of an item", policy(json!({ "items": [wide_item] }))),
        ("fields of something that is no policy", Value::Object(fields(60_000))),
        (
            "items",
            policy(json!({ "items":
            numbers(5_000).map(|number| item(format!("i{number}"))).collect::<Vec<_>>() })),
        ),
        (
            "items of one name",
            policy(json!({ "items":
            numbers(5_000).map(|_| item(String::from("i"))).collect::<Vec<_>>() })),
        ),
        ("items that are none", policy(json!({ "items": vec![json!({}); 100_000] }))),
        (
            "categories",
            policy(json!({ "categories": numbers(10_000).map(|number|
            json!({ "id": format!("c{number}"), "title": text, "description": text }))
            .collect::<Vec<_>>() })),
        ),
        (
            "services of one id",
            policy(json!({ "services": numbers(10_000).map(|_|
            json!({ "id": "s", "category": "a", "name": "S", "provider": "S" }))
            .collect::<Vec<_>>() })),
        ),
        (
            "hosts of a service",
            policy(json!({ "services": [
            { "id": "s", "category": "a", "name": "S", "provider": "S", "hosts": hosts }] })),
        ),
        (
            "items beside many hosts",
            policy(json!({
            "services": numbers(400).map(|_| json!({ "hosts": vec!["a.b"; 250] })).collect::<Vec<_>>(),
            "items": numbers(1_000).map(|number| item(format!("i{number}"))).collect::<Vec<_>>() })),
        ),
    ];
    let folder = Folder::new();
    for (name, policy) in cases {
        let text = policy.to_string();
        assert!(text.len() <= 1_000_000, "{name}: {} bytes are not read", text.len());
        let file = folder.file("policy.json", text);
        let code = run_limited(&["check", "--json", &file]);
        assert!(matches!(code, Some(0 | 1)), "{name}: {code:?}");
        if name.contains("words") || name.starts_with("languages") {
            let code = run_limited(&["notice", "--language=en", &file]);
            assert!(matches!(code, Some(0 | 1)), "{name}, shown: {code:?}");
        }
    }
}

/// A ledger of so many records, more than a browser keeps.
fn long_ledger(count: u32) -> String {
    let mut whole = Ledger::default();
    let mut lines = Vec::new();
    for number in 0..count {
        let mut record = record(0);
        record["id"] = json!(consentinel::id::from_bits(u128::from(number).to_be_bytes()));
        let head = lines.last().map(|line: &String| consentinel::hash::sha256(line.as_bytes()));
        record["sequence"] = json!(number);
        record["previous"] = json!(head.unwrap_or_default());
        lines.push(consentinel::source::parse(&record.to_string()).unwrap().canonical());
    }
    whole.lines = lines;
    whole.to_text()
}

#[test]
fn no_list_of_a_ledger_takes_longer_than_its_length() {
    let names: Vec<String> = (0..40_000).map(|number| format!("n{number:06}")).collect();
    let one = |changes: Value| {
        let mut record = record(0);
        for (key, value) in changes.as_object().unwrap() {
            record[key] = value.clone();
        }
        ledger([record]).to_text()
    };
    let mut wide = fields(100_000);
    wide.extend(record(0).as_object().unwrap().clone());
    let sound = one(json!({}));
    let header = format!("{}\n", Value::Object(fields(100_000)));
    let cases = [
        ("records", long_ledger(4_000)),
        ("lines that are none", sound.clone() + &"x\n".repeat(40_000)),
        ("empty lines", sound.clone() + &"\n".repeat(40_000)),
        ("one record again and again", {
            let (header, line) = sound.split_once('\n').unwrap();
            format!("{header}\n{}", line.repeat(3_000))
        }),
        ("some records", long_ledger(1_000)),
        ("names granted and denied", one(json!({ "granted": names, "denied": names }))),
        ("names left", one(json!({ "left": names }))),
        ("signals", one(json!({ "signals": names }))),
        ("fields of a record", ledger([Value::Object(wide)]).to_text()),
        ("fields of a header", header),
        ("a long name", one(json!({ "left": ["e\u{301}".repeat(200_000)] }))),
    ];
    let folder = Folder::new();
    for (name, text) in cases {
        let file = folder.file("ledger.ndjson", text);
        let code = run_limited(&["verify", "--json", &file]);
        assert!(matches!(code, Some(0 | 1)), "{name}: {code:?}");
        if matches!(name, "names left" | "some records") {
            let code = run_limited(&["export", "--format=csv", &file]);
            assert!(matches!(code, Some(0 | 1)), "{name}, exported: {code:?}");
        }
    }
}
