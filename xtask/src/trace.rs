//! `cargo xtask trace`: builds, then lets `trace.mjs` load the demo's pages on a slowed processor and look at
//! what the tag moves, paints and takes.

use std::process::Command;

use anyhow::Result;

use crate::run::run;
use crate::{browser, build, tools};

/// Traces the demo's pages.
pub fn trace() -> Result<()> {
    tools::node_modules()?;
    let browser = browser::browser()?;
    build::build()?;
    run(Command::new("node").arg("xtask/trace.mjs").env("CONSENTINEL_CHROMIUM", browser))
}
