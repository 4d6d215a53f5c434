//! The tests in Node, all files in one run, and the documents that three suites write of themselves: docs/real-pages.md,
//! docs/law.md, docs/sdks.md. One run, because two lanes keep two cores busy only while both have a file: the law and the
//! kits, which are one file each, left a core idle when they were runs of their own.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::browser::Browsers;
use crate::document::Document;
use crate::node::{TESTS, node};
use crate::run::target;

/// A suite of which a document comes.
struct Suite {
    /// How the paths of its files begin.
    files: &'static str,
    /// What makes the document of the lines of a run.
    script: &'static str,
    document: &'static str,
}

const SUITES: [Suite; 3] = [
    Suite {
        files: "tests/browser/real-",
        script: "tests/documents/real-pages.mjs",
        document: "docs/real-pages.md",
    },
    Suite { files: "tests/law/", script: "tests/law/run.mjs", document: "docs/law.md" },
    Suite { files: "tests/sdks/", script: "tests/sdks/run.mjs", document: "docs/sdks.md" },
];

/// Whether a document tells of the tests in this file.
pub fn is_told(file: &Path) -> bool {
    SUITES.iter().any(|suite| file.to_string_lossy().starts_with(suite.files))
}

/// Runs these files, among them all of which a document tells, and checks or writes the documents; gives back the lines
/// that the run printed.
pub fn suites(browsers: &Browsers, files: &[PathBuf], document: Document) -> Result<Vec<String>> {
    let lines = target().join("tests.ndjson").display().to_string();
    let mut words = vec![TESTS.to_owned(), "--lines".to_owned(), lines.clone()];
    words.extend(files.iter().map(|file| file.display().to_string()));
    let printed = node(words, browsers)?;
    for suite in SUITES {
        // Each script reads its lines by the same option, and says what differs.
        node([suite.script, "--lines", &lines, document.option()], browsers).with_context(
            || format!("{} says something else than the tests: see above", suite.document),
        )?;
    }
    Ok(printed)
}
