//! Finds the two engines that only the leak matrix needs, Firefox ESR and WebKitGTK; on a Debian-like
//! machine where we may, it installs them. Chromium is a matter of `browser`.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::apt;
use crate::run::find;

/// One engine: the package that has it, and how to tell that it is there.
struct Engine {
    name: &'static str,
    packages: &'static [&'static str],
    is_there: fn() -> bool,
}

const ENGINES: [Engine; 2] = [
    Engine { name: "Firefox ESR", packages: &["firefox-esr"], is_there: has_firefox },
    Engine {
        name: "WebKitGTK",
        packages: &["webkit2gtk-driver", "xvfb", "xauth"],
        is_there: has_webkit,
    },
];

/// Sees to it that all engines are there.
pub fn engines() -> Result<()> {
    let missing: Vec<&Engine> = ENGINES.iter().filter(|engine| !(engine.is_there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> =
        missing.iter().flat_map(|engine| engine.packages.iter().copied()).collect();
    let help = format!(
        "install the packages {} (Debian's names); another Firefox can be named by \
         CONSENTINEL_FIREFOX",
        packages.join(" ")
    );
    let names: Vec<&str> = missing.iter().map(|engine| engine.name).collect();
    apt::install(&names.join(", "), &packages, &help)?;
    if let Some(engine) = missing.iter().find(|engine| !(engine.is_there)()) {
        bail!("{} is still missing after apt-get: {help}", engine.name);
    }
    Ok(())
}

fn has_firefox() -> bool {
    std::env::var_os("CONSENTINEL_FIREFOX").map_or_else(
        || find("firefox-esr").is_some(),
        |told| Path::new(&told).is_file() || find(&told.to_string_lossy()).is_some(),
    )
}

fn has_webkit() -> bool {
    let programs: Option<Vec<PathBuf>> =
        ["WebKitWebDriver", "xvfb-run", "Xvfb", "xauth"].into_iter().map(find).collect();
    programs.is_some()
}
