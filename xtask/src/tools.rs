//! What the actions need on a machine that has only Rust, Node and git: looks for it, installs what
//! is missing, says what it did. Everything lands in the toolchain or in
//! `node_modules`, so that nothing of the machine changes. The browser is a matter of `browser`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{answer, cargo, find, run, say};
use crate::{apt, browser, postgres};

const WASM: &str = "wasm32-unknown-unknown";

/// `cargo xtask tools`: everything, for a machine that is being prepared.
pub fn tools() -> Result<()> {
    wasm_target()?;
    components()?;
    node_modules()?;
    postgres::postgres()?;
    openssl()?;
    let browser::Browsers { whole, shell } = browser::browsers()?;
    say("tools", format_args!("{} and {}", whole.display(), shell.display()));
    Ok(())
}

/// The standard library for WebAssembly.
pub fn wasm_target() -> Result<()> {
    // Asks the compiler, not rustup, which a distribution's Rust does not have.
    let folder = answer(Command::new("rustc").args(["--print=target-libdir", "--target", WASM]))?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    say("tools", format_args!("adding the Rust target {WASM}"));
    run(Command::new("rustup").args(["target", "add", WASM])).with_context(|| {
        format!("the Rust target {WASM} is missing: install it as your Rust was installed")
    })
}

/// The formatter and the linter, which a minimal toolchain lacks.
pub fn components() -> Result<()> {
    for (component, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if answer(&mut cargo(&[probe, "--version"])).is_ok() {
            continue;
        }
        say("tools", format_args!("adding the Rust component {component}"));
        run(Command::new("rustup").args(["component", "add", component])).with_context(|| {
            format!("the Rust component {component} is missing: install it as your Rust was")
        })?;
    }
    Ok(())
}

/// Node itself and the packages of package-lock.json.
pub fn node_modules() -> Result<()> {
    let version = answer(Command::new("node").arg("--version"))
        .context("Node 20 or newer is needed: install it and try again")?;
    let major = version.trim_start_matches('v').split('.').next();
    let major: Option<u32> = major.and_then(|major| major.parse().ok());
    if major.is_none_or(|major| major < 20) {
        bail!("Node 20 or newer is needed, and `node` is {}: update it", version.trim());
    }
    // npm writes this file last, so its age is the age of the whole folder.
    let installed = modified(Path::new("node_modules/.package-lock.json"));
    let wanted = modified(Path::new("package-lock.json"));
    if wanted.is_some() && installed >= wanted {
        return Ok(());
    }
    say("tools", "npm ci (the packages of package-lock.json)");
    run(Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" }).arg("ci"))
        .context("the packages of package-lock.json could not be installed")
}

/// OpenSSL, whose time-stamp authority the tests of `consentinel anchor` ask.
pub fn openssl() -> Result<()> {
    if find("openssl").is_some() {
        return Ok(());
    }
    apt::install("OpenSSL", &["openssl"], "install the program `openssl`")
}

fn modified(file: &Path) -> Option<std::time::SystemTime> {
    file.metadata().ok()?.modified().ok()
}
