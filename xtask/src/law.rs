//! The rules of the law on all example sites, with the tag that is built; what they are stands in `tests/law`.

use std::path::Path;

use anyhow::{Context, Result};

use crate::document::Document;
use crate::node::node;

/// Runs them, and checks or writes docs/law.md; gives back the lines that the run printed.
pub fn law(chromium: &Path, document: Document) -> Result<Vec<String>> {
    node(["tests/law/run.mjs", document.option()], chromium)
        .context("a rule of the law is broken, or docs/law.md says something else: see above")
}
