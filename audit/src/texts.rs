//! The product's own texts in every language, which the program carries inside.

use consentinel::{json::Json, source};

/// Language and document; cli/build.rs writes the table.
const TEXTS: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// Language → key → text.
pub fn texts() -> Json {
    let documents = TEXTS.iter().filter_map(|(language, text)| {
        // The files are part of the program; that each parses is seen by the test of the table.
        Some((String::from(*language), source::parse(text)?))
    });
    Json::Object(documents.collect())
}
