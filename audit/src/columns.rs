//! The columns of tables: what each is called, and what stands in it for a record. All tables have the
//! same ones.

use consentinel::record::Record;

use crate::time::{for_spreadsheets, iso};

/// A column: its name, and what stands in it for a record and its hash.
type Column = (&'static str, fn(&Record, &str) -> String);

/// Names and contents stand together, so that they cannot drift apart.
pub const COLUMNS: [Column; 22] = [
    ("sequence", |record, _| record.sequence.to_string()),
    ("at", |record, _| iso(record.at_ms)),
    ("at_utc", |record, _| for_spreadsheets(record.at_ms)),
    ("action", |record, _| String::from(record.action.word())),
    ("via", |record, _| String::from(record.via.word())),
    ("granted", |record, _| list(&record.granted)),
    ("denied", |record, _| list(&record.denied)),
    ("left", |record, _| list(&record.left)),
    ("policy_id", |record, _| record.policy_id.clone()),
    ("policy_revision", |record, _| record.policy_revision.clone()),
    ("policy_hash", |record, _| record.policy_hash.clone()),
    ("notice_hash", |record, _| record.notice_hash.clone()),
    ("language", |record, _| record.language.clone()),
    ("layout", |record, _| record.layout.to_string()),
    ("build", |record, _| record.build.clone()),
    ("signals", |record, _| list(&record.signals)),
    ("expires_at", |record, _| iso(record.expires_at_ms)),
    ("expires_at_utc", |record, _| for_spreadsheets(record.expires_at_ms)),
    ("id", |record, _| record.id.clone()),
    ("subject", |record, _| record.subject.clone()),
    ("previous", |record, _| record.previous.clone()),
    ("hash", |_, hash| String::from(hash)),
];

/// What a record says of a category or service.
pub fn choice(record: &Record, name: &String) -> &'static str {
    if record.granted.binary_search(name).is_ok() {
        "granted"
    } else if record.denied.binary_search(name).is_ok() {
        "denied"
    } else {
        ""
    }
}

/// Names in one cell. A storage key may hold a space, so what would split a name is encoded.
fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| unbroken(name)).collect();
    names.join(" ")
}

fn unbroken(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        if character != '%' && !character.is_whitespace() && !character.is_control() {
            out.push(character);
            continue;
        }
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
