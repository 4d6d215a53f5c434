//! `cargo xtask bless`: builds, runs the suites that write a document of themselves, and puts those documents into
//! docs/. `cargo xtask test` only compares them; the difference is for a person to look at, like code.

use anyhow::Result;

use crate::document::Document;
use crate::{browser, build, engines, matrix, suites, test, tools};

/// Writes docs/real-pages.md, docs/law.md, docs/sdks.md and docs/leak-matrix.md, each from a run without a fault.
pub fn bless() -> Result<()> {
    tools::node_modules()?;
    let browsers = browser::browsers()?;
    engines::engines()?;
    build::build()?;
    let mut files = test::node_tests()?;
    files.retain(|file| suites::is_told(file));
    suites::suites(&browsers, &files, Document::Write)?;
    matrix::with(&browsers, Document::Write)
}
