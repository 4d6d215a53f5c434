//! The tests of real pages, tests/browser/real-*.test.mjs, and docs/real-pages.md, the table of what they saw: it comes of
//! the same run. What it says stands in tests/documents/real-pages.mjs.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::browser::Browsers;
use crate::document::Document;
use crate::node::{TESTS, node};
use crate::run::target;

/// Whether this is one of these tests.
pub fn is_real(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("real-"))
        && file.starts_with("tests/browser")
}

/// Runs them, and checks or writes the document; gives back the lines that the run printed.
pub fn pages(browsers: &Browsers, files: &[PathBuf], document: Document) -> Result<Vec<String>> {
    let lines = target().join("real-pages.ndjson").display().to_string();
    let mut words = vec![TESTS.to_owned(), "--lines".to_owned(), lines.clone()];
    words.extend(files.iter().map(|file| file.display().to_string()));
    let printed = node(words, browsers)?;
    node(["tests/documents/real-pages.mjs", &lines, document.option()], browsers)
        .context("docs/real-pages.md says something else than the tests: see above")?;
    Ok(printed)
}
