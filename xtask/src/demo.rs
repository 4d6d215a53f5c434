//! `cargo xtask demo`: builds, then becomes the server of `serve.mjs`. It opens no browser.

use std::process::Command;

use anyhow::Result;

use crate::build::build;

/// Where the demo is served unless told otherwise.
pub const DEFAULT_PORT: u16 = 8137;

/// Builds and serves until it is interrupted.
pub fn demo(port: u16) -> Result<()> {
    build()?;
    become_program(Command::new("node").args(["xtask/serve.mjs", "--port", &port.to_string()]))
}

/// Replaces this process, so that a signal to it reaches the server and nothing is left behind.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
        .map_err(|error| anyhow::Error::new(error).context("`node` cannot be started"))
}

/// Elsewhere an interrupt reaches both processes anyway.
#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<()> {
    crate::run::run(command)
}
