//! What a record of version 2 has and one of version 1 has not: signals that were sent, a decision that another tool
//! asked for, a notice that is not ours. Reading and writing; docs/record.md, "Version 2", is the specification.
//!
//! Left out: what both have (`read.rs`), and whether it makes sense (`examine.rs`).

use alloc::{boxed::Box, vec::Vec};

use super::{
    Digits, LATER_VERSION, Record, Text,
    read::{Fields, LAST_MS, is_id},
};
use crate::{hash, json::Json};

/// The longest name under which another tool stores, and the longest value that is sent, in bytes.
const MAX_KEY: usize = 512;
const MAX_VALUE: usize = 4096;

/// A signal that was sent to a service.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Sent {
    /// The id of the service.
    pub service: Text,
    /// By which mechanism; an open list of words.
    pub mechanism: Text,
    /// What was said, in the words of that mechanism.
    pub value: Text,
}

/// A decision that another tool asked for, as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Which tool; an open list of words.
    pub name: Text,
    /// When it was decided, by what that tool wrote, in milliseconds since 1970 UTC; nothing where it wrote no time.
    pub at_ms: Option<i64>,
    /// In what it was found, such as `cookie`; an open list of words.
    pub kind: Text,
    /// Under which name.
    pub key: Text,
    /// What had been decided there: `all`, `none`, `some`; an open list of words.
    pub said: Text,
    /// The hash of the document by which its words became ours (docs/moving.md).
    pub mapping: Digits,
}

/// The names heard, and what was sent.
pub(super) fn signals(document: &Json) -> Result<(Vec<Text>, Vec<Sent>), &'static str> {
    let signals = Fields(document.field("signals").ok_or("signals")?);
    if signals.count() != 2 {
        return Err("signals");
    }
    let heard = signals.names("heard").map_err(|_| "signals.heard")?;
    let Some(Json::List(entries)) = signals.0.field("sent") else {
        return Err("signals.sent");
    };
    let sent = entries.iter().map(one_sent).collect::<Option<Vec<_>>>().ok_or("signals.sent")?;
    let place = |sent: &Sent| (sent.service.clone(), sent.mechanism.clone());
    let is_sorted = sent.is_sorted_by(|left, right| place(left) < place(right));
    if is_sorted { Ok((heard, sent)) } else { Err("signals.sent") }
}

fn one_sent(entry: &Json) -> Option<Sent> {
    let fields = Fields(entry);
    let sent = Sent {
        service: fields.text("service").ok()?,
        mechanism: fields.text("mechanism").ok()?,
        value: fields.text("value").ok()?,
    };
    let is_right = fields.count() == 3
        && is_id(&sent.service)
        && is_id(&sent.mechanism)
        && (1..=MAX_VALUE).contains(&sent.value.len());
    is_right.then_some(sent)
}

/// What another tool had stored.
pub(super) fn tool(entry: &Json) -> Result<Box<Tool>, &'static str> {
    let fields = Fields(entry);
    let is_timed = fields.has("atMs");
    let tool = Tool {
        name: fields.text("name").map_err(|_| "tool.name")?,
        at_ms: is_timed.then(|| fields.integer("atMs")).transpose().map_err(|_| "tool.atMs")?,
        kind: fields.text("kind").map_err(|_| "tool.kind")?,
        key: fields.text("key").map_err(|_| "tool.key")?,
        said: fields.text("said").map_err(|_| "tool.said")?,
        mapping: fields.digits("mapping").map_err(|_| "tool.mapping")?,
    };
    for (is_right, key) in [
        (fields.count() == 5 + usize::from(is_timed), "tool"),
        (is_id(&tool.name), "tool.name"),
        (tool.at_ms.is_none_or(|at_ms| at_ms <= LAST_MS), "tool.atMs"),
        (is_id(&tool.kind), "tool.kind"),
        ((1..=MAX_KEY).contains(&tool.key.len()), "tool.key"),
        (is_id(&tool.said), "tool.said"),
        (hash::is_hash(&tool.mapping), "tool.mapping"),
    ] {
        if !is_right {
            return Err(key);
        }
    }
    Ok(Box::new(tool))
}

/// The record as a document.
pub(super) fn document(record: &Record) -> Json {
    let mut out = Json::object();
    out.put_integer("version", LATER_VERSION);
    for (key, text) in [
        ("id", &*record.id),
        ("subject", &*record.subject),
        ("action", record.action.word()),
        ("via", record.via.word()),
        ("build", &*record.build),
        ("previous", &*record.previous),
    ] {
        out.put_text(key, text);
    }
    for (key, number) in [
        ("atMs", record.at_ms),
        ("expiresAtMs", record.expires_at_ms),
        ("sequence", record.sequence),
    ] {
        out.put_integer(key, number);
    }
    for (key, list) in
        [("granted", &record.granted), ("denied", &record.denied), ("left", &record.left)]
    {
        out.put(key, names(list));
    }
    let mut policy = Json::object();
    policy.put_text("id", &record.policy_id);
    policy.put_text("revision", &record.policy_revision);
    policy.put_text("hash", &record.policy_hash);
    out.put("policy", policy);
    let mut notice = Json::object();
    notice.put_text("hash", &record.notice_hash);
    notice.put_text("language", &record.language);
    if record.notice_by.is_empty() {
        notice.put_integer("layout", record.layout);
    } else {
        notice.put_text("by", &record.notice_by);
    }
    out.put("notice", notice);
    let mut signals = Json::object();
    signals.put("heard", names(&record.signals));
    let sent = record.sent.iter().map(|sent| {
        let mut entry = Json::object();
        entry.put_text("service", &sent.service);
        entry.put_text("mechanism", &sent.mechanism);
        entry.put_text("value", &sent.value);
        entry
    });
    signals.put("sent", Json::List(sent.collect()));
    out.put("signals", signals);
    if let Some(tool) = &record.tool {
        let mut entry = Json::object();
        entry.put_text("name", &tool.name);
        if let Some(at_ms) = tool.at_ms {
            entry.put_integer("atMs", at_ms);
        }
        entry.put_text("kind", &tool.kind);
        entry.put_text("key", &tool.key);
        entry.put_text("said", &tool.said);
        entry.put_text("mapping", &tool.mapping);
        out.put("tool", entry);
    }
    out
}

fn names(list: &[Text]) -> Json {
    Json::List(list.iter().map(|name| Json::Text(name.as_str().into())).collect())
}
