//! `cargo xtask bench`: builds, then lets a script of `xtask/bench` measure what visitors pay, as ratios: `gate`, what the
//! gate costs a page that is granted everything, beside the same page without the tag; `start`, what a page pays until
//! its consent manager is there, beside two others. `cargo xtask bench audit` is `audit`'s work, and
//! `cargo xtask bench collector` that of `collector`, over the same `records`.

mod audit;
mod collector;
mod records;

pub use audit::audit;
pub use collector::{Asked, collector};

use std::num::NonZeroU32;
use std::process::Command;

use anyhow::Result;

use crate::run::run;
use crate::{browser, build, tools};

/// Measures the gate.
pub fn gate() -> Result<()> {
    measure(&["xtask/bench/gate.mjs"])
}

/// Measures the start, this many times where that is told.
pub fn start(rounds: Option<NonZeroU32>) -> Result<()> {
    match rounds {
        Some(rounds) => measure(&["xtask/bench/start.mjs", "--rounds", &rounds.to_string()]),
        None => measure(&["xtask/bench/start.mjs"]),
    }
}

fn measure(words: &[&str]) -> Result<()> {
    tools::node_modules()?;
    let browser = browser::browser()?;
    build::build()?;
    run(Command::new("node").args(words).env("CONSENTINEL_CHROMIUM", browser))
}
