//! `cargo xtask pictures`: builds, then lets `pictures.mjs` and `room-pictures.mjs` take those of `docs/pictures/`.

use std::process::Command;

use anyhow::Result;

use crate::run::run;
use crate::{browser, build, tools};

/// Takes the pictures.
pub fn pictures() -> Result<()> {
    tools::node_modules()?;
    let browser = browser::browser()?;
    build::build()?;
    for script in ["xtask/pictures.mjs", "xtask/room-pictures.mjs"] {
        run(Command::new("node").arg(script).env("CONSENTINEL_CHROMIUM", &browser))?;
    }
    Ok(())
}
