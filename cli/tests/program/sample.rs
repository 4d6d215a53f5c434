//! Ledgers as a browser would hand them out, made with the core's own `append` and `to_text`.

use consentinel::{hash::sha256, id, ledger::Ledger, source};
use serde_json::{Value, json};

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
