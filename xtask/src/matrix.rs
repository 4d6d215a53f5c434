//! `cargo xtask matrix`: every attempt to store or send, in every phase, in three engines, and the
//! document that tells of it. What is attempted and how it is judged stands in `tests/matrix`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::run::run;
use crate::{browser, build, engines, tools};

/// Builds, sees to the engines, runs.
pub fn matrix() -> Result<()> {
    tools::node_modules()?;
    let chromium = browser::browser()?;
    engines::engines()?;
    build::build()?;
    with(&chromium)
}

/// Runs the matrix with the tag that is built, and writes docs/leak-matrix.md.
pub fn with(chromium: &Path) -> Result<()> {
    let mut node = Command::new("node");
    node.args(["tests/matrix/run.mjs", "--write"]).env("CONSENTINEL_CHROMIUM", chromium);
    run(&mut node).context("something leaks, or is blocked: see the lines with FAULT")
}
