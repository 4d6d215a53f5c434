//! Finds the Chromium and the driver that the tests use; on a Debian-like machine where we may, it
//! installs them. The build and the demo need neither.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{answer, run, say};
use crate::tools::find;

const HELP: &str = "install the packages chromium and chromium-driver (Debian's names), or set \
                    CONSENTINEL_CHROMIUM and CHROMEDRIVER to the two programs";

/// The two programs that a browser test needs; their versions must be of one release.
pub struct Browser {
    /// The browser.
    pub chromium: PathBuf,
    /// Its WebDriver server, for wasm-bindgen-test.
    pub driver: PathBuf,
}

/// Finds both, or installs both.
pub fn browser() -> Result<Browser> {
    if let Some(browser) = installed()? {
        return Ok(browser);
    }
    if find("apt-get").is_none() || !is_root() {
        bail!("Chromium or its driver is missing: {HELP}");
    }
    say("tools", "installing chromium and chromium-driver with apt-get");
    let apt = |arguments: &[&str]| {
        run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update"])
        .and_then(|()| {
            apt(&["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"])
        })
        .with_context(|| format!("Chromium could not be installed: {HELP}"))?;
    installed()?.with_context(|| format!("Chromium is still missing after apt-get: {HELP}"))
}

fn installed() -> Result<Option<Browser>> {
    let chromium =
        program("CONSENTINEL_CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])?;
    let driver = program("CHROMEDRIVER", &["chromedriver"])?;
    Ok(chromium.zip(driver).map(|(chromium, driver)| Browser { chromium, driver }))
}

/// What the variable says, else the first of the names that the search path has.
fn program(variable: &str, names: &[&str]) -> Result<Option<PathBuf>> {
    let Some(told) = std::env::var_os(variable) else {
        return Ok(names.iter().find_map(|name| find(name)));
    };
    if !Path::new(&told).is_file() {
        bail!("{variable} names no program: correct it or unset it");
    }
    Ok(Some(told.into()))
}

fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
