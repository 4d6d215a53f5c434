//! Runs the scripts of tests/ in Node, with what they need: the Chromium of this machine and the native program.

use std::ffi::OsStr;
use std::process::Command;

use anyhow::{Context, Result};

use crate::browser::Browsers;
use crate::run::{cargo, run, target, tee};

/// What runs test files: two at a time, and once more what failed.
pub const TESTS: &str = "tests/run.mjs";

/// Runs Node with these words; gives back the lines that it printed.
pub fn node<Word: AsRef<OsStr>>(
    words: impl IntoIterator<Item = Word>,
    browsers: &Browsers,
) -> Result<Vec<String>> {
    // As the native tests are compiled: by itself the program would have other features of what it stands on, and a
    // whole suite would compile all of that once more.
    run(&mut cargo(&["test", "--workspace", "--no-run", "--quiet", "--locked"]))?;
    let program =
        target().join("debug").join(format!("consentinel{}", std::env::consts::EXE_SUFFIX));
    let program = std::path::absolute(program).context("the path of the native program")?;
    let mut node = Command::new("node");
    node.args(words)
        .env("CONSENTINEL_CHROMIUM", &browsers.whole)
        .env("CONSENTINEL_SHELL", &browsers.shell)
        .env("CONSENTINEL_CLI", program);
    tee(&mut node)
}
