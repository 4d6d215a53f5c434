//! The ledger: one browser's records, each carrying the hash of the one before it, as a text that is
//! stored, exported and verified in the same form (docs/record.md, "The ledger").
//!
//! Line one is a header, every further line a canonical record, each ended by one line feed. The
//! header names the number of records, the hash of the last one, and what was summarised away, so
//! that a cut at either end shows as well as a change in the middle. Parsing JSON text is handed in:
//! the page has the browser's parser, the native side serde_json.

#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
mod history;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
mod verify;

#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub use verify::{Verified, verify, verify_records};

use alloc::{string::String, vec::Vec};

use crate::{hash, id, json::Json, text};

/// Records kept in a browser. Older ones are summarised by the hash of the last of them, which
/// stands for all before it.
pub const MAX_RECORDS: usize = 100;

pub(crate) const FORMAT: &str = "consentinel-ledger";
pub(crate) const VERSION: i64 = 1;

/// A parser of JSON text; nothing when the text is not JSON.
pub type Parse<'a> = &'a dyn Fn(&str) -> Option<Json>;

/// A ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// How many older records were summarised away.
    pub summarised: i64,
    /// The hash of the last record summarised away; empty when there is none.
    pub summary: String,
    /// The canonical lines of the records kept, oldest first.
    pub lines: Vec<String>,
    /// The pseudonym of the browser; empty while there is no record.
    pub subject: String,
}

impl Ledger {
    /// The hash of the newest record; empty when there is none.
    pub fn head(&self) -> String {
        match self.lines.last() {
            Some(line) => hash::sha256(line.as_bytes()),
            None => self.summary.clone(),
        }
    }

    /// Takes a record in: gives it its place and the hash of the one before it.
    pub fn append(&mut self, record: Json) {
        self.subject = String::from(record.text_at("subject"));
        let place = self.summarised.saturating_add(self.lines.len() as i64);
        let mut record = record;
        record.put_integer("sequence", place);
        record.put("previous", Json::Text(self.head()));
        self.lines.push(record.canonical());
        if self.lines.len() > MAX_RECORDS {
            self.summary = hash::sha256(self.lines.remove(0).as_bytes());
            self.summarised = self.summarised.saturating_add(1);
        }
    }

    /// The ledger as text.
    pub fn to_text(&self) -> String {
        let mut header = Json::object();
        header.put_text("format", FORMAT);
        header.put_integer("version", VERSION);
        header.put_integer("count", self.lines.len() as i64);
        header.put("head", Json::Text(self.head()));
        header.put_integer("summarised", self.summarised);
        header.put_text("summary", &self.summary);
        let mut out = header.canonical();
        out.push('\n');
        for line in &self.lines {
            out.push_str(line);
            out.push('\n');
        }
        out
    }

    /// Reads a ledger that this page or an earlier one wrote. Nothing when anything in it is not as it
    /// was written: every line is hashed, and must stand in the next one, the last in the header.
    ///
    /// Which fields a record has is left out: the chain shows every change of a line, and what was
    /// written as a record is one. [`verify`] asks all that an auditor asks.
    pub fn read(text: &str, parse: Parse) -> Option<Ledger> {
        let (header, mut rest) = text::split(text, b'\n');
        let header = parse(header)?;
        let mut ledger = Ledger {
            summarised: header.field("summarised")?.as_integer()?,
            summary: String::from(header.text_at("summary")),
            ..Ledger::default()
        };
        while let Some(lines) = rest {
            let (line, others) = text::split(lines, b'\n');
            rest = others;
            if line.is_empty() && others.is_none() {
                // What stands after the last line feed; that it is there, the comparison below asks.
                break;
            }
            // In a canonical line these bytes can be nothing but this field.
            let mut link = String::from("\"previous\":\"");
            link.push_str(&ledger.head());
            link.push('"');
            let record = parse(line)?;
            let subject = String::from(record.text_at("subject"));
            let is_same = ledger.subject.is_empty() || ledger.subject == subject;
            let place = ledger.summarised.saturating_add(ledger.lines.len() as i64);
            let is_next = record.field("sequence").and_then(Json::as_integer) == Some(place);
            // The pseudonym goes on in the state cookie, where anything else could say more.
            if !is_same || !is_next || !id::is_id(&subject) || !holds(line, &link) {
                return None;
            }
            ledger.subject = subject;
            ledger.lines.push(String::from(line));
        }
        // The header says nothing that does not follow from the lines.
        let is_whole =
            ledger.to_text() == text && (ledger.summary.is_empty() || !ledger.lines.is_empty());
        is_whole.then_some(ledger)
    }
}

/// Whether a text holds another. `str::contains` searches faster and weighs three kilobytes.
fn holds(text: &str, part: &str) -> bool {
    for from in 0..text.len() {
        if text::part(text, from, from + part.len()) == part {
            return true;
        }
    }
    false
}
