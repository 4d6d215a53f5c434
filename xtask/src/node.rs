//! Runs the scripts of tests/ in Node, with what they need: the Chromium of this machine and the native program.

use std::ffi::OsStr;
use std::process::Command;

use anyhow::{Context, Result};

use crate::browser::Browsers;
use crate::run::{cargo, run, target, tee};

/// How Node's runner of tests is begun. Two files at a time: a page and what it waits for leave half of two cores
/// idle. A file that hangs is ended after a quarter of an hour (ms) and named, long before CI would end it all.
pub const TESTS: [&str; 4] =
    ["--test", "--test-concurrency=2", "--test-timeout=900000", "--test-reporter=spec"];

/// Runs Node with these words; gives back the lines that it printed.
pub fn node<Word: AsRef<OsStr>>(
    words: impl IntoIterator<Item = Word>,
    browsers: &Browsers,
) -> Result<Vec<String>> {
    run(&mut cargo(&["build", "--package=consentinel-cli", "--locked"]))?;
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
