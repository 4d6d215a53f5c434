//! Finds and runs other programs and the steps made of them: one line per step, and a failure that names the
//! command. It knows no tool in particular.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The first program of that name in the search path.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

/// The cargo that runs us, so that the toolchain stays the same.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

/// A program that `npm ci` installed.
pub fn node_tool(name: &str) -> Command {
    let suffix = if cfg!(windows) { ".cmd" } else { "" };
    Command::new(Path::new("node_modules/.bin").join(format!("{name}{suffix}")))
}

/// Where cargo builds. Ours lies inside it, so that `cargo clean` removes everything.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from)
}

/// One line per step: what is done, in two columns.
pub fn say(step: &str, what: impl std::fmt::Display) {
    println!("{step:>10}  {what}");
}

/// Runs a program that talks to the developer directly.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a program for its answer; when it fails, the error holds what it said.
pub fn answer(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| cannot_start(command))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({})\n{}{}", shown(command), output.status, text, complaint);
    }
    Ok(text)
}

/// Runs a program that must have nothing to say: a warning of a build tool is a failure, because
/// nobody reads the second one.
pub fn silent(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| cannot_start(command))?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    if !output.status.success() {
        bail!("`{}` failed ({})\n{said}", shown(command), output.status);
    }
    if !said.trim().is_empty() {
        bail!("`{}` has warnings, which count as failures\n{said}", shown(command));
    }
    Ok(())
}

/// Runs a program whose lines pass through to the developer and also come back, to be counted.
pub fn tee(command: &mut Command) -> Result<Vec<String>> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| cannot_start(command))?;
    let mut lines = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let mut shown = std::io::stdout();
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.context("reading the lines of a test run")?;
            let line = String::from_utf8_lossy(&line).into_owned();
            writeln!(shown, "{line}").context("passing the lines of a test run on")?;
            lines.push(line);
        }
    }
    let status = child.wait().context("waiting for a test run")?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(lines)
}

/// The command as one would type it, without the machine's own folders.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = if program.is_absolute() {
        program.file_name().unwrap_or(program.as_os_str())
    } else {
        program.as_os_str()
    };
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

fn cannot_start(command: &Command) -> String {
    format!("`{}` cannot be started: is it installed?", shown(command))
}
