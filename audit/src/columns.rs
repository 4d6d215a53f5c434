//! The columns of tables: what each is called, and what stands in it for a record. All tables have the
//! same ones.

use std::borrow::Cow;

use consentinel::record::{Record, Sent, Text, Tool};

use crate::time::{for_spreadsheets, iso};

/// A column: its name, and what stands in it for a record and its hash.
type Column = (&'static str, for<'a> fn(&'a Record, &'a str) -> Cow<'a, str>);

/// Names and contents stand together, so that they cannot drift apart.
pub const COLUMNS: [Column; 30] = [
    ("sequence", |record, _| Cow::from(record.sequence.to_string())),
    ("at", |record, _| Cow::from(iso(record.at_ms))),
    ("at_utc", |record, _| Cow::from(for_spreadsheets(record.at_ms))),
    ("action", |record, _| Cow::from(record.action.word())),
    ("via", |record, _| Cow::from(record.via.word())),
    ("granted", |record, _| list(&record.granted)),
    ("denied", |record, _| list(&record.denied)),
    ("left", |record, _| list(&record.left)),
    ("policy_id", |record, _| Cow::from(record.policy_id.as_str())),
    ("policy_revision", |record, _| Cow::from(record.policy_revision.as_str())),
    ("policy_hash", |record, _| Cow::from(record.policy_hash.as_str())),
    ("notice_hash", |record, _| Cow::from(record.notice_hash.as_str())),
    ("language", |record, _| Cow::from(record.language.as_str())),
    ("layout", |record, _| Cow::from(record.layout.to_string())),
    ("build", |record, _| Cow::from(record.build.as_str())),
    ("signals", |record, _| list(&record.signals)),
    ("expires_at", |record, _| Cow::from(iso(record.expires_at_ms))),
    ("expires_at_utc", |record, _| Cow::from(for_spreadsheets(record.expires_at_ms))),
    ("id", |record, _| Cow::from(record.id.as_str())),
    ("subject", |record, _| Cow::from(record.subject.as_str())),
    ("previous", |record, _| Cow::from(record.previous.as_str())),
    ("hash", |_, hash| Cow::from(hash)),
    ("version", |record, _| Cow::from(record.version.to_string())),
    ("notice_by", |record, _| Cow::from(record.notice_by.as_str())),
    ("sent", |record, _| Cow::from(list(&sent(record)).into_owned())),
    ("tool", |record, _| of_tool(record, |tool| Cow::from(tool.name.as_str()))),
    ("tool_at", |record, _| {
        of_tool(record, |tool| tool.at_ms.map_or(Cow::from(""), |at_ms| Cow::from(iso(at_ms))))
    }),
    ("tool_key", |record, _| of_tool(record, |tool| Cow::from(tool.key.as_str()))),
    ("tool_said", |record, _| of_tool(record, |tool| Cow::from(tool.said.as_str()))),
    ("tool_mapping", |record, _| of_tool(record, |tool| Cow::from(tool.mapping.as_str()))),
];

/// Something of what another tool had stored; nothing where none had.
fn of_tool(record: &Record, of: fn(&Tool) -> Cow<'_, str>) -> Cow<'_, str> {
    record.tool.as_deref().map_or(Cow::from(""), of)
}

/// The signals that were sent, each as `service mechanism value`.
pub fn sent(record: &Record) -> Vec<Text> {
    let one = |sent: &Sent| format!("{} {} {}", sent.service, sent.mechanism, sent.value).into();
    record.sent.iter().map(one).collect()
}

/// What a record says of a category or service.
pub fn choice(record: &Record, name: &str) -> &'static str {
    let has = |names: &[Text]| names.binary_search_by(|other| other.as_str().cmp(name)).is_ok();
    if has(&record.granted) {
        "granted"
    } else if has(&record.denied) {
        "denied"
    } else {
        ""
    }
}

/// Names in one cell. A storage key may hold a space, so what would split a name is encoded.
fn list(names: &[Text]) -> Cow<'_, str> {
    match names {
        [] => Cow::from(""),
        [name] => unbroken(name),
        names => {
            let names: Vec<_> = names.iter().map(|name| unbroken(name)).collect();
            Cow::from(names.join(" "))
        }
    }
}

fn unbroken(name: &str) -> Cow<'_, str> {
    let breaks =
        |character: char| character == '%' || character.is_whitespace() || character.is_control();
    if !name.contains(breaks) {
        return Cow::from(name);
    }
    let mut out = String::new();
    for character in name.chars() {
        if !breaks(character) {
            out.push(character);
            continue;
        }
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Cow::from(out)
}
