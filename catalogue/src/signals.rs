//! What `consentinel check` says of the documents beside a policy by which vendors are told what a visitor chose
//! (docs/signals.md): all that the page would say of them, from the same tables of words, and what is sound and hardly
//! meant, by the policy and the catalogue.
//!
//! Left out: what is told, and when, which is the page's affair (www/npm/signals.js, www/npm/gpp.js).

mod doubts;
mod early;
mod reader;
mod words;

use consentinel::{policy::MAX_BYTES, problem::Code};
use consentinel_audit::{advice::Document, commands::Looked, library::unmarked, twice::twice};
use serde_json::Value;

use reader::Reader;
pub(crate) use words::{About, about_category};

/// A document beside the policy, as it came.
pub struct Given {
    /// How its file was named.
    pub file: String,
    /// Its bytes, and no more than [`MAX_BYTES`] and one.
    pub bytes: Vec<u8>,
}

/// Looks at what the script of signals is told (`consentinel-signals`).
pub fn look_at_signals(looked: &mut Looked, given: Given) {
    let (document, notes) = {
        let mut reader = Reader::new("signals", looked.policy.as_ref());
        let text = text_of(&mut reader, Code::SignalsUnreadable, given.bytes);
        let mut notes = Vec::new();
        if let Some(mapping) = parsed(&mut reader, Code::SignalsUnreadable, &text) {
            let told = reader.mechanisms(&mapping);
            if let Some(policy) = &looked.policy {
                doubts::of_words(&mut reader, policy, &told);
                doubts::of_services(&mut reader, policy, &told);
                notes = early::look(&mut reader, policy, &told);
            }
        }
        (Document { file: given.file, text, told: reader.told }, notes)
    };
    looked.notes.extend(notes);
    looked.beside.push(document);
}

/// Looks at what the script of IAB GPP is told (`consentinel-gpp`).
pub fn look_at_gpp(looked: &mut Looked, given: Given) {
    let document = {
        let mut reader = Reader::new("gpp", looked.policy.as_ref());
        let text = text_of(&mut reader, Code::GppUnreadable, given.bytes);
        if let Some(options) = parsed(&mut reader, Code::GppUnreadable, &text) {
            let told = reader.purposes(&options);
            if let Some(policy) = &looked.policy {
                doubts::of_purposes(&mut reader, policy, &told);
            }
        }
        Document { file: given.file, text, told: reader.told }
    };
    looked.beside.push(document);
}

/// The text; empty, and told of, where it is none or too long.
fn text_of(reader: &mut Reader, code: Code, bytes: Vec<u8>) -> String {
    if bytes.len() > MAX_BYTES {
        reader.tell(code, "/", &format!("more than {MAX_BYTES} bytes"), Vec::new());
        return String::new();
    }
    String::from_utf8(unmarked(&bytes).to_vec()).unwrap_or_else(|_| {
        reader.tell(code, "/", "bytes that are not UTF-8", Vec::new());
        String::new()
    })
}

fn parsed(reader: &mut Reader, code: Code, text: &str) -> Option<Value> {
    if !reader.told.is_empty() {
        return None;
    }
    match serde_json::from_str(text) {
        Ok(value) => {
            for path in twice(text) {
                let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
                reader.tell(Code::SignalTwice, &format!("/{path}"), &name, Vec::new());
            }
            Some(value)
        }
        Err(error) => {
            let found = format!("line {}, column {}", error.line(), error.column());
            reader.tell(code, "/", &found, Vec::new());
            None
        }
    }
}
