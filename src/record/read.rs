//! Reads a record back: what a verifier asks of every line. Native only: the page writes records, and
//! of those it finds it asks only whether the chain still holds.

use alloc::{string::String, vec::Vec};

use super::{Action, VERSION, Via};
use crate::{
    hash, id,
    json::{Json, MAX_INTEGER, push_integer, write_text},
    text,
};

/// The last millisecond that a clock of JavaScript shows (ECMA-262 §21.4.1.1).
const LAST_MS: i64 = 8_640_000_000_000_000;
/// The longest id of a policy, of a service or of a signal.
const MAX_ID: usize = 64;

/// The lasting entry of one decision, read from its line.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Random, 128 bits: nobody can guess a record from its hash.
    pub id: String,
    /// The browser's pseudonym.
    pub subject: String,
    /// When, in milliseconds since 1970 UTC, by the browser's clock.
    pub at_ms: i64,
    /// When the first of these choices stops counting.
    pub expires_at_ms: i64,
    /// What was done.
    pub action: Action,
    /// Through what.
    pub via: Via,
    /// Ids of all categories granted after it, and of the services granted besides, sorted.
    pub granted: Vec<String>,
    /// Ids of all categories denied after it, and of the services denied besides, sorted.
    pub denied: Vec<String>,
    /// Names of items that were to be erased and could not be, sorted.
    pub left: Vec<String>,
    /// The id of the policy in force.
    pub policy_id: String,
    /// Its revision.
    pub policy_revision: String,
    /// The hash of its canonical form.
    pub policy_hash: String,
    /// The hash of the notice shown.
    pub notice_hash: String,
    /// The language it was shown in.
    pub language: String,
    /// The version of its arrangement ([`crate::notice::LAYOUT`]).
    pub layout: i64,
    /// The hash of the program that asked (docs/record.md, "The build").
    pub build: String,
    /// Names of the signals the browser sent, sorted.
    pub signals: Vec<String>,
    /// Its place in the browser's history, from zero.
    pub sequence: i64,
    /// The hash of the record before it; empty for the first.
    pub previous: String,
}

impl Record {
    /// The canonical line, without its line feed. Its SHA-256 is the record's hash.
    ///
    /// Its keys stand in their order already, so no document is made to sort them: a verifier writes every
    /// record anew to compare the bytes. That it is the canonical form of what it says is a law of
    /// tests/laws.rs.
    pub fn canonical(&self) -> String {
        let mut out = String::with_capacity(1024);
        put_text("{\"action\":", self.action.word(), &mut out);
        put_integer(",\"atMs\":", self.at_ms, &mut out);
        put_text(",\"build\":", &self.build, &mut out);
        put_names(",\"denied\":", &self.denied, &mut out);
        put_integer(",\"expiresAtMs\":", self.expires_at_ms, &mut out);
        put_names(",\"granted\":", &self.granted, &mut out);
        put_text(",\"id\":", &self.id, &mut out);
        put_names(",\"left\":", &self.left, &mut out);
        put_text(",\"notice\":{\"hash\":", &self.notice_hash, &mut out);
        put_text(",\"language\":", &self.language, &mut out);
        put_integer(",\"layout\":", self.layout, &mut out);
        put_text("},\"policy\":{\"hash\":", &self.policy_hash, &mut out);
        put_text(",\"id\":", &self.policy_id, &mut out);
        put_text(",\"revision\":", &self.policy_revision, &mut out);
        put_text("},\"previous\":", &self.previous, &mut out);
        put_integer(",\"sequence\":", self.sequence, &mut out);
        put_names(",\"signals\":", &self.signals, &mut out);
        put_text(",\"subject\":", &self.subject, &mut out);
        put_integer(",\"version\":", VERSION, &mut out);
        put_text(",\"via\":", self.via.word(), &mut out);
        out.push('}');
        out
    }

    /// Reads a document back; the name of the first field that is missing, foreign or wrong when it
    /// is not a record of version 1.
    pub fn read(document: &Json) -> Result<Record, &'static str> {
        let fields = Fields(document);
        // Counted first: printing an object takes long when it has very many fields.
        if fields.count() != 16 {
            return Err("another number of fields");
        }
        if document.field("version") != Some(&Json::Integer(VERSION)) {
            return Err("version");
        }
        let policy = Fields(document.field("policy").ok_or("policy")?);
        let notice = Fields(document.field("notice").ok_or("notice")?);
        if policy.count() != 3 || notice.count() != 3 {
            return Err("policy or notice");
        }
        // With so many fields, and every one of these, none is there twice and none besides.
        Ok(Record {
            id: fields.text("id", &id::is_id)?,
            subject: fields.text("subject", &id::is_id)?,
            at_ms: Some(fields.integer("atMs")?).filter(|at| *at <= LAST_MS).ok_or("atMs")?,
            expires_at_ms: fields.integer("expiresAtMs")?,
            action: fields.word("action", &Action::ALL, &|action: &Action| action.word())?,
            via: fields.word("via", &Via::ALL, &|via: &Via| via.word())?,
            granted: fields.ids("granted")?,
            denied: fields.ids("denied")?,
            left: fields.names("left")?,
            policy_id: policy.text("id", &is_id).map_err(|_| "policy.id")?,
            policy_revision: policy
                .text("revision", &|text| !text::all(text, |byte| byte == b' '))
                .map_err(|_| "policy.revision")?,
            policy_hash: policy.text("hash", &hash::is_hash)?,
            notice_hash: notice.text("hash", &hash::is_hash)?,
            language: notice.text("language", &|_| true)?,
            layout: notice.integer("layout")?,
            build: fields.text("build", &hash::is_hash)?,
            signals: fields.ids("signals")?,
            sequence: fields.integer("sequence")?,
            previous: fields.text("previous", &|text| text.is_empty() || hash::is_hash(text))?,
        })
    }
}

fn put_text(key: &str, text: &str, out: &mut String) {
    out.push_str(key);
    write_text(text, out);
}

fn put_integer(key: &str, number: i64, out: &mut String) {
    out.push_str(key);
    push_integer(number, out);
}

fn put_names(key: &str, names: &[String], out: &mut String) {
    out.push_str(key);
    let mut before = '[';
    for name in names {
        out.push(before);
        write_text(name, out);
        before = ',';
    }
    out.push_str(if names.is_empty() { "[]" } else { "]" });
}

/// Typed access to the fields of one object; errors name the field.
struct Fields<'a>(&'a Json);

impl Fields<'_> {
    fn count(&self) -> usize {
        match self.0 {
            Json::Object(entries) => entries.len(),
            _ => 0,
        }
    }

    fn text(
        &self,
        key: &'static str,
        is_valid: &dyn Fn(&str) -> bool,
    ) -> Result<String, &'static str> {
        let text = self.0.field(key).and_then(Json::as_text).filter(|text| is_valid(text));
        text.map(String::from).ok_or(key)
    }

    fn integer(&self, key: &'static str) -> Result<i64, &'static str> {
        let number = self.0.field(key).and_then(Json::as_integer);
        number.filter(|number| (0..=MAX_INTEGER).contains(number)).ok_or(key)
    }

    fn word<T: Copy>(
        &self,
        key: &'static str,
        all: &[T],
        word: &dyn Fn(&T) -> &'static str,
    ) -> Result<T, &'static str> {
        let text = self.text(key, &|_| true)?;
        all.iter().find(|one| word(one) == text).copied().ok_or(key)
    }

    /// Names that are ids.
    fn ids(&self, key: &'static str) -> Result<Vec<String>, &'static str> {
        self.names(key).ok().filter(|names| names.iter().all(|name| is_id(name))).ok_or(key)
    }

    /// A sorted list of different names.
    fn names(&self, key: &'static str) -> Result<Vec<String>, &'static str> {
        let Some(Json::List(values)) = self.0.field(key) else {
            return Err(key);
        };
        let names: Option<Vec<String>> =
            values.iter().map(|value| value.as_text().map(String::from)).collect();
        names.filter(|names| names.is_sorted_by(|left, right| left < right)).ok_or(key)
    }
}

/// The shape of the id of a policy, a category or a service, and of the name of a signal.
fn is_id(text: &str) -> bool {
    let is_right = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    !text.is_empty() && text.len() <= MAX_ID && text::all(text, is_right)
}
