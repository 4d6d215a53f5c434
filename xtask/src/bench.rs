//! `cargo xtask bench gate`: builds, then lets `bench.mjs` measure what the gate costs a page that is
//! granted everything, beside the same page without the tag. `cargo xtask bench audit` is `audit`.

mod audit;

pub use audit::audit;

use std::process::Command;

use anyhow::Result;

use crate::run::run;
use crate::{browser, build, tools};

/// Measures the gate.
pub fn gate() -> Result<()> {
    tools::node_modules()?;
    let browser = browser::browser()?;
    build::build()?;
    run(Command::new("node").arg("xtask/bench.mjs").env("CONSENTINEL_CHROMIUM", browser))
}
