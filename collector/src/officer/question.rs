//! What an officer asks, read from the body of a request: one object, whose fields are known, of a log that is there.

use consentinel::{
    export::is_month,
    hash::{Hash, from_hex, sha256},
    id::is_id,
    note::PublicKey,
};
use serde_json::{Map, Value, json};

/// A question.
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
    /// What a log says as a whole, or these months of it.
    Judged(Judge, Part),
}

/// How a log is to be judged.
pub struct Judge {
    /// The origin of the log.
    pub log: String,
    /// Keys, one of which must have signed each checkpoint.
    pub keys: Vec<PublicKey>,
    /// Of whoever reads the answer: in it categories have their titles.
    pub language: String,
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
        let months = || {
            let month = |key| text(key).filter(|month| is_month(month)).map(String::from);
            let (from, to) = (month("from")?, month("to")?);
            (from <= to).then_some(Part::Months(from, to))
        };
        let judged = |part: Part| {
            let keys = fields.get("keys").and_then(Value::as_array)?;
            let keys = keys.iter().map(|key| PublicKey::read(key.as_str()?));
            let (keys, language) = (keys.collect::<Option<_>>()?, text("language")?);
            let judge = Judge { log: String::from(log()?), keys, language: String::from(language) };
            Some(Question::Judged(judge, part))
        };
        let export = |part: Part| Some(Question::Export { log: String::from(log()?), part });
        let (keys, question) = match text("what")? {
            "sites" => (1, Some(Question::Sites)),
            "accesses" => (1, Some(Question::Accesses)),
            "whole" => (2, export(Part::Whole)),
            "months" => (4, export(months()?)),
            "judged" if fields.contains_key("from") => (6, judged(months()?)),
            "judged" => (4, judged(Part::Whole)),
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
            Question::Judged(Judge { log, .. }, part) | Question::Export { log, part } => {
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
                let what = if matches!(self, Question::Judged(..)) { "judged" } else { what };
                fields.insert(String::from("what"), json!(what));
                fields.extend(more.into_iter().map(|(key, value)| (String::from(key), value)));
                Value::Object(fields)
            }
        }
    }
}
