//! `cargo xtask example NAME`: builds, puts the package where the sample applications find it, as an installation would, and
//! starts Vite in one of them.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::build::build;
use crate::run::{node_tool, run, say};

/// Builds, and serves the application until it is interrupted.
pub fn example(name: &str) -> Result<()> {
    let folder = Path::new("examples").join(name);
    if !folder.join("package.json").is_file() {
        bail!("there is no sample application `{name}`: choose a folder of examples/");
    }
    build()?;
    let installed = Path::new("examples/node_modules/consentinel");
    if installed.exists() {
        std::fs::remove_dir_all(installed)
            .with_context(|| format!("emptying {}", installed.display()))?;
    }
    copy(Path::new("dist/npm"), installed)?;
    say("example", folder.display());
    run(node_tool("vite").arg(folder))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("making the folder {}", to.display()))?;
    for entry in std::fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry.with_context(|| format!("reading {}", from.display()))?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)
                .with_context(|| format!("copying to {}", target.display()))?;
        }
    }
    Ok(())
}
