//! The kits of vendors with the catalogue's entry alone; what they are stands in `tests/sdks`.

use anyhow::{Context, Result};

use crate::browser::Browsers;
use crate::document::Document;
use crate::node::node;

/// Runs them, and checks or writes docs/sdks.md; gives back the lines that the run printed.
pub fn sdks(browsers: &Browsers, document: Document) -> Result<Vec<String>> {
    node(["tests/sdks/run.mjs", document.option()], browsers)
        .context("a kit does otherwise, or docs/sdks.md says something else: see above")
}
