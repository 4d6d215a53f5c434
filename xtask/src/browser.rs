//! Finds the Chromium that the tests use; on a Debian-like machine where we may, it installs it. The
//! build and the demo need none.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::apt;
use crate::run::find;

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
