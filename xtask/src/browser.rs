//! Finds the two forms of Chromium that the tests use; on a Debian-like machine where we may, it installs them. The
//! build and the demo need none.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::apt;
use crate::run::{find, say};

const HELP: &str =
    "install the package chromium (Debian's name), or set CONSENTINEL_CHROMIUM to the program";

/// Finds it, or installs it.
pub fn browser() -> Result<PathBuf> {
    if let Some(browser) = installed()? {
        return Ok(browser);
    }
    apt::install("Chromium", &["chromium"], HELP)?;
    installed()?.with_context(|| format!("Chromium is still missing after apt-get: {HELP}"))
}

/// What the tests visit pages with.
pub struct Browsers {
    /// The browser that visitors have.
    pub whole: PathBuf,
    /// The same engine without a window to draw, which costs half the processor time for a visit (13 s against 27 s for
    /// the tests of the record). The whole browser where there is none.
    pub shell: PathBuf,
}

/// Finds both, or installs them.
pub fn browsers() -> Result<Browsers> {
    const SHELL: &str = "chromium-headless-shell";
    let whole = browser()?;
    let is_told = std::env::var_os("CONSENTINEL_CHROMIUM").is_some();
    if !is_told
        && find(SHELL).is_none()
        && let Err(error) = apt::install("Chromium's headless shell", &[SHELL], HELP)
    {
        say("tools", format_args!("{error:#}; the whole Chromium does, but takes longer"));
    }
    let shell = if is_told { None } else { find(SHELL) };
    Ok(Browsers { shell: shell.unwrap_or_else(|| whole.clone()), whole })
}

/// What the variable says, else the first of the usual names that the search path has.
fn installed() -> Result<Option<PathBuf>> {
    let Some(told) = std::env::var_os("CONSENTINEL_CHROMIUM") else {
        let names = ["chromium", "chromium-browser", "google-chrome"];
        return Ok(names.iter().find_map(|name| find(name)));
    };
    if !Path::new(&told).is_file() {
        bail!("CONSENTINEL_CHROMIUM names no program: correct it or unset it");
    }
    Ok(Some(told.into()))
}
