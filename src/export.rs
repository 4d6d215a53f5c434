//! The export: records of any number of browsers, the documents that they name, and a checkpoint for
//! each month in which they came (docs/export.md). Here is what its lines are, read and written one by
//! one, so that a file of any length is a stream; `verify` judges them together.
//!
//! ```
//! use consentinel::{export::Line, source};
//! let header = Line::Header { origin: "shop.example/consent".into() };
//! assert_eq!(
//!     header.text(),
//!     r#"{"format":"consentinel-export","origin":"shop.example/consent","version":1}"#
//! );
//! assert_eq!(Line::read(&header.text(), &source::parse), Ok(header));
//! ```

mod browsers;
mod verify;

pub use browsers::{is_begun, is_next};
pub use verify::{
    Known, Looked, Month, Summary, Verifier, is_plausible, look, origin_of, signature,
};

use alloc::{boxed::Box, string::String};

use crate::{
    hash::{Hash, from_hex, hex},
    json::Json,
    ledger::Parse,
    problem::Code,
    record::Record,
    source::unseen,
    text,
};

pub(crate) const FORMAT: &str = "consentinel-export";
/// The version of the format that is written here.
pub const VERSION: i64 = 1;
/// The longest line, in bytes: a policy of the longest kind, and what stands around it.
pub const LONGEST_LINE: usize = 1_100_000;
/// The longest origin, in bytes.
const LONGEST_ORIGIN: usize = 200;

/// A line of an export.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// What this file is, and of which site.
    Header {
        /// The origin of its trees, but for the month.
        origin: String,
    },
    /// A policy, as it was read.
    Policy(Json),
    /// A notice.
    Notice(Json),
    /// A month of receipt begins.
    Month {
        /// `YYYY-MM`.
        month: String,
        /// What the checkpoint of the month before says; empty in the first one.
        after: String,
    },
    /// A record.
    Record(Box<Record>),
    /// What is left of a record: its hash.
    Erased(Hash),
    /// The month ends with this checkpoint, signed or not.
    Checkpoint(String),
}

/// Why a line is none: the code, and what was found.
pub type Fault = (Code, String);

impl Line {
    /// Reads a line, without its line feed.
    pub fn read(text: &str, parse: Parse) -> Result<Line, Fault> {
        if text.len() > LONGEST_LINE {
            return Err((Code::ExportLine, String::from("a line that is too long")));
        }
        if let Some(record) = Record::of_line(text) {
            return Ok(Line::Record(Box::new(record)));
        }
        if let Some(found) = unseen(text) {
            return Err((Code::RecordNotCanonical, String::from(found)));
        }
        let document = parse(text).ok_or_else(|| (Code::ExportLine, String::from(text)))?;
        let is_version = document.field("version") == Some(&Json::Integer(VERSION));
        if document.text_at("format") == FORMAT && !is_version {
            return Err((Code::ExportVersion, String::from(text)));
        }
        // What a record is, its own reader says.
        if document.field("action").is_some() {
            let record = Record::read(&document);
            let record = record.map_err(|field| (Code::RecordField, String::from(field)))?;
            return if record.canonical() == text {
                Ok(Line::Record(Box::new(record)))
            } else {
                Err((Code::RecordNotCanonical, String::new()))
            };
        }
        let line = Line::of(&document).ok_or_else(|| (Code::ExportLine, String::from(text)))?;
        if document.outside_restriction().is_some() || line.text() != text {
            return Err((Code::RecordNotCanonical, String::new()));
        }
        Ok(line)
    }

    /// The line that this document is, but for its bytes.
    fn of(document: &Json) -> Option<Line> {
        let Json::Object(fields) = document else {
            return None;
        };
        let text = |key| document.field(key).and_then(Json::as_text);
        let object = |key| document.field(key).filter(|value| matches!(value, Json::Object(_)));
        match fields.len() {
            1 => {
                if let Some(policy) = object("policy") {
                    return Some(Line::Policy(policy.clone()));
                }
                if let Some(notice) = object("notice") {
                    return Some(Line::Notice(notice.clone()));
                }
                if let Some(hash) = text("erased") {
                    return from_hex(hash).map(Line::Erased);
                }
                text("checkpoint").map(|text| Line::Checkpoint(String::from(text)))
            }
            2 => {
                let (month, after) = (text("month")?, text("after")?);
                let month = is_month(month).then(|| String::from(month))?;
                Some(Line::Month { month, after: String::from(after) })
            }
            3 => {
                let is_ours = text("format") == Some(FORMAT) && document.field("version").is_some();
                let origin = text("origin").filter(|origin| is_ours && is_origin(origin))?;
                Some(Line::Header { origin: String::from(origin) })
            }
            _ => None,
        }
    }

    /// The line as it is written, without its line feed.
    pub fn text(&self) -> String {
        let object = Json::object();
        let object = match self {
            Line::Header { origin } => object
                .with_text("format", FORMAT)
                .with_text("origin", origin)
                .with("version", Json::Integer(VERSION)),
            Line::Policy(policy) => object.with("policy", policy.clone()),
            Line::Notice(notice) => object.with("notice", notice.clone()),
            Line::Month { month, after } => {
                object.with_text("month", month).with_text("after", after)
            }
            Line::Record(record) => return record.canonical(),
            Line::Erased(hash) => object.with_text("erased", &hex(hash)),
            Line::Checkpoint(text) => object.with_text("checkpoint", text),
        };
        object.canonical()
    }
}

/// Whether a text can be the origin of an export.
pub fn is_origin(text: &str) -> bool {
    let is_right = |byte: u8| byte.is_ascii_graphic() && byte != b'+';
    !text.is_empty() && text.len() <= LONGEST_ORIGIN && text::all(text, is_right)
}

/// Whether a text is a month: `YYYY-MM`.
///
/// ```
/// use consentinel::export::is_month;
/// assert!(is_month("2026-11") && !is_month("2026-13") && !is_month("26-11"));
/// ```
pub fn is_month(text: &str) -> bool {
    month_of(text).is_some()
}

/// Year and month, from 1, of such a text.
pub(crate) fn month_of(text: &str) -> Option<(i64, i64)> {
    let (year, month) = text.split_once('-')?;
    let is_form = year.len() == 4 && month.len() == 2 && text::all_digits(year);
    let number: i64 = month.parse().ok().filter(|_| text::all_digits(month))?;
    let is_right = is_form && (1..=12).contains(&number);
    is_right.then_some((year.parse().ok()?, number))
}
