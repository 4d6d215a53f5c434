//! docs/real-pages.md, the table of situations in real pages: it comes of the run in which `cargo xtask test` tries them
//! (tests/browser/real-*.test.mjs), by a second reporter beside the usual one. What it says stands in
//! tests/documents/real-pages.mjs.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::browser::Browsers;
use crate::document::Document;
use crate::node::node;
use crate::run::target;

/// Where the lines of a run are kept.
fn lines() -> PathBuf {
    target().join("real-pages.ndjson")
}

/// The words that make Node's test runner keep them, beside what it prints.
pub fn reporters() -> Vec<String> {
    vec![
        "--test-reporter=spec".into(),
        "--test-reporter-destination=stdout".into(),
        "--test-reporter=./tests/documents/real-reporter.mjs".into(),
        format!("--test-reporter-destination={}", lines().display()),
    ]
}

/// Compares docs/real-pages.md with what the last run of the tests saw, or writes it.
pub fn document(browsers: &Browsers, document: Document) -> Result<()> {
    let lines = lines().display().to_string();
    node(["tests/documents/real-pages.mjs", &lines, document.option()], browsers)
        .map(drop)
        .context("docs/real-pages.md says something else than the tests: see above")
}

/// Runs these tests alone, and writes the document.
pub fn bless(browsers: &Browsers, files: Vec<PathBuf>) -> Result<()> {
    let mut words = vec!["--test".to_owned(), "--test-concurrency=1".to_owned()];
    words.extend(reporters());
    let is_real = |file: &PathBuf| {
        file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("real-"))
            && file.starts_with("tests/browser")
    };
    words.extend(files.into_iter().filter(is_real).map(|file| file.display().to_string()));
    node(words, browsers)?;
    document(browsers, Document::Write)
}
