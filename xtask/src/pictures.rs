//! `cargo xtask pictures`: builds, then lets `pictures.mjs` take the pictures of `docs/pictures/`.

use std::process::Command;

use anyhow::Result;

use crate::run::run;
use crate::{browser, build, tools};

/// Takes the pictures.
pub fn pictures() -> Result<()> {
    tools::node_modules()?;
    let browser = browser::browser()?;
    build::build()?;
    run(Command::new("node").arg("xtask/pictures.mjs").env("CONSENTINEL_CHROMIUM", browser))
}
