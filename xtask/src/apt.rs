//! Installs packages with apt-get on a Debian-like machine where we may; elsewhere it says what a person has to do.
//! Which packages those are is said by the files that need them.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{answer, find, run, say};

/// Installs these packages, which bring `what`; `help` tells a person how to do it.
pub fn install(what: &str, packages: &[&str], help: &str) -> Result<()> {
    if find("apt-get").is_none() || !is_root() {
        bail!("missing: {what}: {help}");
    }
    say("tools", format_args!("installing {} with apt-get", packages.join(" ")));
    let apt = |arguments: &[&str]| {
        run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    apt(&["update"])
        .and_then(|()| apt(&install))
        .with_context(|| format!("could not be installed: {what}: {help}"))
}

fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
