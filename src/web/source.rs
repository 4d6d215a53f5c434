//! The page's backend of [`crate::source::Source`]: values of the page come printed, and what people wrote is
//! parsed by the browser, which prints what it read.

use alloc::string::String;

use crate::{
    json::Json,
    printed,
    source::{self, Source},
};

use super::host;

/// A value of the page, printed.
struct Printed<'a>(&'a str);

impl Source for Printed<'_> {
    fn to_json(&self) -> Json {
        printed::read(self.0)
    }
}

/// Reads a value that the browser printed.
pub fn read(text: &str) -> Json {
    source::read(&Printed(text))
}

/// Parses JSON text with the browser's parser.
pub fn parse(text: &str) -> Option<Json> {
    let text: String = host::parse(text);
    (!text.is_empty()).then(|| read(&text))
}
