//! Ledgers as a browser would hand them out, made with the core's own `append` and `to_text`.

use std::fs;

use consentinel::{hash::sha256, id, json::Json, ledger::Ledger, source};
use serde_json::{Value, json};

use crate::{repository, run};

/// 2026-01-31T09:05:00.120Z.
pub const START_MS: i64 = 1_769_850_300_120;

/// One decision, `number` minutes after the start, without its place in a ledger.
pub fn record(number: u8) -> Value {
    json!({
        "version": 1,
        "id": id::from_bits([number + 1; 16]),
        "subject": id::from_bits([9; 16]),
        "atMs": START_MS + i64::from(number) * 60_000,
        "expiresAtMs": START_MS + 182 * 86_400_000,
        "action": "save",
        "via": "settings",
        "granted": ["functionality"],
        "denied": ["advertising", "analytics"],
        "left": [],
        "policy": { "id": "jimo-site", "revision": "2023-11-28", "hash": sha256(b"policy") },
        "notice": { "hash": sha256(b"notice"), "language": "fr", "layout": 1 },
        "build": sha256(b"build"),
        "signals": [],
    })
}

/// A ledger of these records.
pub fn ledger(records: impl IntoIterator<Item = Value>) -> Ledger {
    let mut ledger = Ledger::default();
    for record in records {
        ledger.append(source::parse(&record.to_string()).unwrap());
    }
    ledger
}

/// Three decisions of one visitor.
pub fn three() -> Ledger {
    ledger((0..3).map(record))
}

/// The policy that the browsers of these tests were asked by.
pub fn policy() -> (String, Json) {
    let file = repository("www/policies/jimo.json");
    let document = source::parse(&fs::read_to_string(&file).unwrap()).unwrap();
    (file, document)
}

/// The notice of that policy in a language, and its hash.
fn notice(language: &str) -> (Json, String) {
    let (file, _) = policy();
    let shown = run(&["notice", &file, "--language", language]);
    assert_eq!(shown.code, 0, "{shown:?}");
    (source::parse(&shown.out).unwrap(), sha256(shown.out.as_bytes()))
}

/// One decision of browser number `browser`, under that policy.
pub fn decision(browser: u8, number: u8, language: &str) -> Value {
    let (_, document) = policy();
    let mut record = record(number);
    record["id"] =
        json!(id::from_bits([browser.wrapping_mul(16).wrapping_add(number).wrapping_add(1); 16]));
    record["subject"] = json!(id::from_bits([browser; 16]));
    record["denied"] = json!(["analytics"]);
    record["policy"] = json!({
        "id": document.text_at("id"), "revision": document.text_at("revision"),
        "hash": sha256(document.canonical().as_bytes()),
    });
    let (notice, hash) = notice(language);
    let layout = notice.field("layout").unwrap().as_integer().unwrap();
    record["notice"] = json!({ "language": language, "layout": layout, "hash": hash });
    record
}

/// The ledger of such a browser.
pub fn browser(number: u8, decisions: u8, language: &str) -> Ledger {
    ledger((0..decisions).map(|decided| decision(number, decided, language)))
}
