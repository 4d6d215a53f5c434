//! Reads a record back: what a verifier asks of every line. Native only: the page writes records, and
//! of those it finds it asks only whether the chain still holds.

use alloc::{boxed::Box, string::String, vec::Vec};

use arrayvec::ArrayString;
use compact_str::CompactString;
use memchr::memchr;

use super::{Action, LATER_VERSION, Sent, Tool, VERSION, Via, Word, later};
use crate::{
    hash, id,
    json::{Json, MAX_INTEGER, push_integer, write_text},
};

/// The last millisecond that a clock of JavaScript shows (ECMA-262 §21.4.1.1).
pub(super) const LAST_MS: i64 = 8_640_000_000_000_000;
/// The longest id of a policy, of a service or of a signal.
const MAX_ID: usize = 64;

/// A text of a record. One of at most 24 bytes, as nearly all are, stands in the record itself: to allocate and
/// free a dozen texts for each of a million records took a third of the time of a verifier.
pub type Text = CompactString;
/// A hash as a record writes it, which stands in the record itself for the same reason: 64 lower-case
/// hexadecimal digits, or nothing.
pub type Digits = ArrayString<64>;

/// The lasting entry of one decision, read from its line.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The version of its format: 1, or 2 where that says more.
    pub version: i64,
    /// Random, 128 bits: nobody can guess a record from its hash.
    pub id: Text,
    /// The browser's pseudonym.
    pub subject: Text,
    /// When, in milliseconds since 1970 UTC, by the browser's clock.
    pub at_ms: i64,
    /// When the first of these choices stops counting.
    pub expires_at_ms: i64,
    /// What was done.
    pub action: Word<Action>,
    /// Through what.
    pub via: Word<Via>,
    /// Ids of all categories granted after it, and of the services granted besides, sorted.
    pub granted: Vec<Text>,
    /// Ids of all categories denied after it, and of the services denied besides, sorted.
    pub denied: Vec<Text>,
    /// Names of items that were to be erased and could not be, sorted.
    pub left: Vec<Text>,
    /// The id of the policy in force.
    pub policy_id: Text,
    /// Its revision.
    pub policy_revision: Text,
    /// The hash of its canonical form.
    pub policy_hash: Digits,
    /// The hash of the notice shown; empty where it was not ours, and nobody kept it.
    pub notice_hash: Digits,
    /// The language it was shown in; empty where it was not ours, and that is not known.
    pub language: Text,
    /// The version of its arrangement ([`crate::notice::LAYOUT`]); 0 where it was not ours.
    pub layout: i64,
    /// Whose notice it was; empty where it was ours.
    pub notice_by: Text,
    /// The hash of the program that asked (docs/record.md, "The build").
    pub build: Digits,
    /// Names of the signals the browser sent, sorted.
    pub signals: Vec<Text>,
    /// What was sent to services by it, by service and mechanism.
    pub sent: Vec<Sent>,
    /// What another tool had stored, where that is what it tells.
    pub tool: Option<Box<Tool>>,
    /// Its place in the browser's history, from zero.
    pub sequence: i64,
    /// The hash of the record before it; empty for the first.
    pub previous: Digits,
}

impl Record {
    /// Whether what it did to all it did to everything: a signal keeps some out of an `accept-all`, in a record of version 2.
    pub fn is_of_all(&self) -> bool {
        self.version == VERSION || self.signals.is_empty()
    }

    /// The canonical line, without its line feed. Its SHA-256 is the record's hash.
    ///
    /// Its keys stand in their order already, so no document is made to sort them: a verifier writes every
    /// record anew to compare the bytes. That it is the canonical form of what it says is a law of
    /// tests/laws.rs.
    pub fn canonical(&self) -> String {
        if self.version == LATER_VERSION {
            return later::document(self).canonical();
        }
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
    /// is a record of neither version.
    pub fn read(document: &Json) -> Result<Record, &'static str> {
        let fields = Fields(document);
        // Counted first: printing an object takes long when it has very many fields.
        let most = 16 + usize::from(document.field("tool").is_some());
        if fields.count() != most {
            return Err("another number of fields");
        }
        let version = fields.integer("version")?;
        let is_later = version == LATER_VERSION;
        if !is_later && (version != VERSION || most > 16) {
            return Err("version");
        }
        let policy = Fields(document.field("policy").ok_or("policy")?);
        let notice = Fields(document.field("notice").ok_or("notice")?);
        if policy.count() != 3 || notice.count() != 3 {
            return Err("policy or notice");
        }
        let is_ours = !is_later || notice.has("layout");
        let (signals, sent) = if is_later {
            later::signals(document)?
        } else {
            (fields.names("signals")?, Vec::new())
        };
        // With so many fields, and every one of these, none is there twice and none besides.
        Record {
            version,
            id: fields.text("id")?,
            subject: fields.text("subject")?,
            at_ms: fields.integer("atMs")?,
            expires_at_ms: fields.integer("expiresAtMs")?,
            action: Word::read(&fields.text("action")?, version).ok_or("action")?,
            via: Word::read(&fields.text("via")?, version).ok_or("via")?,
            granted: fields.names("granted")?,
            denied: fields.names("denied")?,
            left: fields.names("left")?,
            policy_id: policy.text("id").map_err(|_| "policy.id")?,
            policy_revision: policy.text("revision").map_err(|_| "policy.revision")?,
            policy_hash: policy.digits("hash")?,
            notice_hash: notice.digits("hash")?,
            language: notice.text("language")?,
            layout: if is_ours { notice.integer("layout")? } else { 0 },
            notice_by: if is_ours { Text::default() } else { notice.text("by")? },
            build: fields.digits("build")?,
            signals,
            sent,
            tool: document.field("tool").map(later::tool).transpose()?,
            sequence: fields.integer("sequence")?,
            previous: fields.digits("previous")?,
        }
        .checked()
    }

    /// Reads a canonical line of version 1, without its line feed, in one walk: what [`Record::canonical`] writes, in
    /// its order. Nothing where it is another text, has an escape in it or is of version 2, which are rare; then the
    /// document says what it is. Of millions of lines this takes a fraction of the time.
    pub fn of_line(line: &str) -> Option<Record> {
        let mut walk = Walk(line);
        let action = Word::read(walk.text("{\"action\":")?, VERSION)?;
        let at_ms = walk.integer(",\"atMs\":")?;
        let build = walk.digits(",\"build\":")?;
        let denied = walk.names(",\"denied\":")?;
        let expires_at_ms = walk.integer(",\"expiresAtMs\":")?;
        let granted = walk.names(",\"granted\":")?;
        let id = walk.owned(",\"id\":")?;
        let left = walk.names(",\"left\":")?;
        let notice_hash = walk.digits(",\"notice\":{\"hash\":")?;
        let language = walk.owned(",\"language\":")?;
        let layout = walk.integer(",\"layout\":")?;
        let policy_hash = walk.digits("},\"policy\":{\"hash\":")?;
        let policy_id = walk.owned(",\"id\":")?;
        let policy_revision = walk.owned(",\"revision\":")?;
        let previous = walk.digits("},\"previous\":")?;
        let sequence = walk.integer(",\"sequence\":")?;
        let signals = walk.names(",\"signals\":")?;
        let subject = walk.owned(",\"subject\":")?;
        let version = walk.integer(",\"version\":")?;
        let via = Word::read(walk.text(",\"via\":")?, VERSION)?;
        let is_whole = version == VERSION && walk.0 == "}";
        let record = Record {
            version,
            id,
            subject,
            at_ms,
            expires_at_ms,
            action,
            via,
            granted,
            denied,
            left,
            policy_id,
            policy_revision,
            policy_hash,
            notice_hash,
            language,
            layout,
            notice_by: Text::default(),
            build,
            signals,
            sent: Vec::new(),
            tool: None,
            sequence,
            previous,
        };
        if is_whole { record.checked().ok() } else { None }
    }

    /// The record, where every field says what such a field can say; else the name of one that does not.
    fn checked(self) -> Result<Record, &'static str> {
        let is_ids = |names: &[Text]| names.iter().all(|name| is_id(name));
        let is_sorted = |names: &[Text]| names.is_sorted_by(|left, right| left < right);
        let is_blank = |text: &str| text.bytes().all(|byte| byte == b' ');
        let is_notice = hash::is_hash(&self.notice_hash)
            || self.notice_hash.is_empty() && !self.notice_by.is_empty();
        for (is_right, key) in [
            (id::is_id(&self.id), "id"),
            (id::is_id(&self.subject), "subject"),
            (self.at_ms <= LAST_MS, "atMs"),
            (is_sorted(&self.granted) && is_ids(&self.granted), "granted"),
            (is_sorted(&self.denied) && is_ids(&self.denied), "denied"),
            (is_sorted(&self.left), "left"),
            (is_id(&self.policy_id), "policy.id"),
            (!is_blank(&self.policy_revision), "policy.revision"),
            (hash::is_hash(&self.policy_hash) && is_notice, "hash"),
            (self.notice_by.is_empty() || is_id(&self.notice_by), "notice.by"),
            (hash::is_hash(&self.build), "build"),
            (is_sorted(&self.signals) && is_ids(&self.signals), "signals"),
            (self.previous.is_empty() || hash::is_hash(&self.previous), "previous"),
        ] {
            if !is_right {
                return Err(key);
            }
        }
        Ok(self)
    }
}

/// What is left of a canonical line.
struct Walk<'a>(&'a str);

impl<'a> Walk<'a> {
    /// Steps over what must stand here. Inlined, so that what is known is compared by a few instructions.
    #[inline(always)]
    fn skip(&mut self, known: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(known)?;
        Some(())
    }

    /// A text without an escape, behind its key.
    #[inline(always)]
    fn text(&mut self, key: &str) -> Option<&'a str> {
        self.skip(key)?;
        self.skip("\"")?;
        self.rest_of_text()
    }

    /// A text without an escape, of which the first quotation mark was stepped over.
    fn rest_of_text(&mut self) -> Option<&'a str> {
        let end = memchr(b'"', self.0.as_bytes())?;
        let (text, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.strip_prefix('"')?;
        let is_plain =
            text.bytes().fold(true, |so_far, byte| so_far & (byte != b'\\' && byte >= b' '));
        is_plain.then_some(text)
    }

    #[inline(always)]
    fn owned(&mut self, key: &str) -> Option<Text> {
        self.text(key).map(Text::from)
    }

    /// A hash, or nothing in its place.
    #[inline(always)]
    fn digits(&mut self, key: &str) -> Option<Digits> {
        Digits::from(self.text(key)?).ok()
    }

    /// A number from zero on as it is written.
    #[inline(always)]
    fn integer(&mut self, key: &str) -> Option<i64> {
        self.skip(key)?;
        let end = self.0.bytes().position(|byte| !byte.is_ascii_digit())?;
        let (digits, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        let number = digits.parse().ok().filter(|number| *number <= MAX_INTEGER)?;
        (digits == "0" || !digits.starts_with('0')).then_some(number)
    }

    #[inline(always)]
    fn names(&mut self, key: &str) -> Option<Vec<Text>> {
        self.skip(key)?;
        let mut names = Vec::new();
        if self.skip("[]").is_none() {
            names.push(self.owned("[")?);
            while self.skip("]").is_none() {
                names.push(self.owned(",")?);
            }
        }
        Some(names)
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

fn put_names(key: &str, names: &[Text], out: &mut String) {
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
pub(super) struct Fields<'a>(pub &'a Json);

impl Fields<'_> {
    pub fn has(&self, key: &str) -> bool {
        self.0.field(key).is_some()
    }

    pub fn count(&self) -> usize {
        match self.0 {
            Json::Object(entries) => entries.len(),
            _ => 0,
        }
    }

    pub fn text(&self, key: &'static str) -> Result<Text, &'static str> {
        self.0.field(key).and_then(Json::as_text).map(Text::from).ok_or(key)
    }

    pub fn digits(&self, key: &'static str) -> Result<Digits, &'static str> {
        let text = self.0.field(key).and_then(Json::as_text).ok_or(key)?;
        Digits::from(text).map_err(|_| key)
    }

    pub fn integer(&self, key: &'static str) -> Result<i64, &'static str> {
        let number = self.0.field(key).and_then(Json::as_integer);
        number.filter(|number| (0..=MAX_INTEGER).contains(number)).ok_or(key)
    }

    pub fn names(&self, key: &'static str) -> Result<Vec<Text>, &'static str> {
        let Some(Json::List(values)) = self.0.field(key) else {
            return Err(key);
        };
        let names = values.iter().map(|value| value.as_text().map(Text::from));
        names.collect::<Option<_>>().ok_or(key)
    }
}

/// The shape of the id of a policy, a category or a service, and of the name of a signal.
pub(super) fn is_id(text: &str) -> bool {
    let is_right = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    !text.is_empty() && text.len() <= MAX_ID && text.bytes().all(is_right)
}
