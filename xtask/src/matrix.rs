//! `cargo xtask matrix`: every attempt to store or send, in every phase, in three engines, and whether
//! docs/leak-matrix.md says so. What is attempted and how it is judged stands in `tests/matrix`.

use anyhow::{Context, Result};

use crate::browser::Browsers;
use crate::document::Document;
use crate::node::node;
use crate::{browser, build, engines, tools};

/// Builds, sees to the engines, runs.
pub fn matrix() -> Result<()> {
    tools::node_modules()?;
    let browsers = browser::browsers()?;
    engines::engines()?;
    build::build()?;
    with(&browsers, Document::Check)
}

/// Runs the matrix with the tag that is built, and checks or writes docs/leak-matrix.md.
pub fn with(browsers: &Browsers, document: Document) -> Result<()> {
    node(["tests/matrix/run.mjs", document.option()], browsers).map(drop).context(
        "something leaks or is blocked (the lines with FAULT), or docs/leak-matrix.md says \
         something else",
    )
}
