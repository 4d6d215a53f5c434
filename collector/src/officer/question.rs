//! What an officer asks, read from the body of a request: one object, whose fields are known, of a log that is there.

use consentinel::{
    export::is_month,
    hash::{Hash, from_hex, sha256},
    id::is_id,
};
use serde_json::{Map, Value, json};

/// A question.
#[derive(Debug, PartialEq)]
pub enum Question {
    /// Which logs there are.
    Sites,
    /// Who asked what before.
    Accesses,
    /// A log, or a part of it, as an export.
    Export {
        /// The origin of the log.
        log: String,
        /// What of it.
        part: Part,
    },
}

/// A part of a log.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The months of receipt from one to another.
    Months(String, String),
    /// The browser with this pseudonym.
    Browser(String),
    /// The browser that has the record of this hash.
    Record(Hash),
}

impl Question {
    /// Reads a question about one of these logs; nothing where it is none.
    pub fn read(body: &[u8], logs: &[String]) -> Option<Question> {
        let Value::Object(fields) = serde_json::from_slice(body).ok()? else { return None };
        let text = |key: &str| fields.get(key).and_then(Value::as_str);
        let log = || text("log").filter(|log| logs.iter().any(|known| known == log));
        let export = |part: Part| Some(Question::Export { log: String::from(log()?), part });
        let (keys, question) = match text("what")? {
            "sites" => (1, Some(Question::Sites)),
            "accesses" => (1, Some(Question::Accesses)),
            "whole" => (2, export(Part::Whole)),
            "months" => {
                let month = |key| text(key).filter(|month| is_month(month)).map(String::from);
                let (from, to) = (month("from")?, month("to")?);
                (4, export(Part::Months(from, to)).filter(|_| text("from") <= text("to")))
            }
            "browser" => {
                let subject = text("subject").filter(|subject| is_id(subject))?;
                (3, export(Part::Browser(String::from(subject))))
            }
            "record" => (3, export(Part::Record(from_hex(text("hash")?)?))),
            _ => return None,
        };
        // Each kind names all its fields, so that so many are no others.
        question.filter(|_| fields.len() == keys)
    }

    /// What of it stands on record: all but a pseudonym, of which its hash does.
    pub fn on_record(&self) -> Value {
        match self {
            Question::Sites => json!({ "what": "sites" }),
            Question::Accesses => json!({ "what": "accesses" }),
            Question::Export { log, part } => {
                let mut fields = Map::new();
                fields.insert(String::from("log"), json!(log));
                let (what, more) = match part {
                    Part::Whole => ("whole", vec![]),
                    Part::Months(from, to) => {
                        ("months", vec![("from", json!(from)), ("to", json!(to))])
                    }
                    Part::Browser(subject) => {
                        ("browser", vec![("subjectHash", json!(sha256(subject.as_bytes())))])
                    }
                    Part::Record(hash) => {
                        ("record", vec![("hash", json!(consentinel::hash::hex(hash)))])
                    }
                };
                fields.insert(String::from("what"), json!(what));
                fields.extend(more.into_iter().map(|(key, value)| (String::from(key), value)));
                Value::Object(fields)
            }
        }
    }
}
