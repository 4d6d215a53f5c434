//! The rules of the law on all example sites, with the tag that is built; what they are stands in `tests/law`.

use anyhow::{Context, Result};

use crate::browser::Browsers;
use crate::document::Document;
use crate::node::node;

/// Runs them, and checks or writes docs/law.md; gives back the lines that the run printed.
pub fn law(browsers: &Browsers, document: Document) -> Result<Vec<String>> {
    node(["tests/law/run.mjs", document.option()], browsers)
        .context("a rule of the law is broken, or docs/law.md says something else: see above")
}
