//! Has systemd itself look at the unit of the collector (`collector/deploy/consentinel.service`), where its tool is on the
//! machine. The program that it starts need not be installed: another one that there is stands in its place.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{find, run, say, target};

const UNIT: &str = "collector/deploy/consentinel.service";
/// What the unit starts.
const PROGRAM: &str = "/usr/local/bin/consentinel";

/// Verifies the unit.
pub fn verify() -> Result<()> {
    let Some(tool) = find("systemd-analyze") else {
        say("skipped", format_args!("{UNIT}: there is no systemd-analyze"));
        return Ok(());
    };
    let text = std::fs::read_to_string(UNIT).with_context(|| format!("reading {UNIT}"))?;
    if !text.contains(PROGRAM) {
        bail!("{UNIT} does not start {PROGRAM}");
    }
    let folder = target().join("unit");
    std::fs::create_dir_all(&folder).context("making a folder for the unit")?;
    let copy = folder.join("consentinel.service");
    let program = std::env::current_exe().context("finding this program")?;
    std::fs::write(&copy, text.replace(PROGRAM, &program.to_string_lossy()))
        .with_context(|| format!("writing {}", copy.display()))?;
    // The manual page that it names is there once the program is installed.
    run(Command::new(tool).args(["verify", "--man=no"]).arg(std::path::absolute(&copy)?))
}
