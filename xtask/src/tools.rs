//! What the actions need on a machine that has only Rust, Node and git: looks for it, installs what
//! is missing, says what it did. Everything lands in the toolchain, in `node_modules` or in
//! `target/tools`, so that nothing of the machine changes. The browser is a matter of `browser`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::browser;
use crate::run::{answer, cargo, run, say, target};

const WASM: &str = "wasm32-unknown-unknown";

/// The tools of wasm-bindgen, in exactly the version of the crate: they speak a private format.
pub struct Bindgen {
    /// Makes the JavaScript glue.
    pub tool: PathBuf,
    /// Runs tests in a browser.
    pub runner: PathBuf,
}

/// `cargo xtask tools`: everything, for a machine that is being prepared.
pub fn tools() -> Result<()> {
    wasm_target()?;
    components()?;
    node_modules()?;
    let bindgen = bindgen()?;
    say("tools", format_args!("{}", bindgen.tool.display()));
    let browser = browser::browser()?;
    say("tools", format_args!("{}", browser.chromium.display()));
    say("tools", format_args!("{}", browser.driver.display()));
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

fn modified(file: &Path) -> Option<std::time::SystemTime> {
    file.metadata().ok()?.modified().ok()
}

/// Finds the tools of wasm-bindgen or builds them.
pub fn bindgen() -> Result<Bindgen> {
    let version = locked_version("wasm-bindgen")?;
    if let (Some(tool), Some(runner)) = (find("wasm-bindgen"), find("wasm-bindgen-test-runner"))
        && has_version(&tool, &version)
        && has_version(&runner, &version)
    {
        return Ok(Bindgen { tool, runner });
    }
    let root = target().join("tools").join(format!("wasm-bindgen-{version}"));
    let program =
        |name: &str| root.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    // Absolute, because cargo starts test runners from other folders.
    let program = |name: &str| std::path::absolute(program(name)).context("the path of a tool");
    let bindgen =
        Bindgen { tool: program("wasm-bindgen")?, runner: program("wasm-bindgen-test-runner")? };
    if !has_version(&bindgen.tool, &version) || !has_version(&bindgen.runner, &version) {
        install_bindgen(&version, &root)?;
    }
    Ok(bindgen)
}

fn install_bindgen(version: &str, root: &Path) -> Result<()> {
    say("tools", format_args!("installing wasm-bindgen {version} (about a minute)"));
    let install = |locked: &[&str]| {
        let mut command = cargo(&["install", "wasm-bindgen-cli", "--version", version]);
        command.args(["--bin", "wasm-bindgen", "--bin", "wasm-bindgen-test-runner"]);
        // Unoptimised, the tools need a fraction of a second for our module and a fifth of the time
        // to build; without TLS, because the runner only calls a driver on this machine.
        command.args(["--debug", "--no-default-features", "--force", "--root"]).arg(root);
        command.env("CARGO_PROFILE_DEV_DEBUG", "0");
        command.args(locked);
        run(&mut command)
    };
    if install(&["--locked"]).is_ok() {
        return Ok(());
    }
    // A registry mirror that lags behind may lack a version that the tool's own lock file names.
    say("tools", "its locked dependencies cannot be had here: trying the ones that can");
    install(&[]).with_context(|| format!("wasm-bindgen-cli {version} could not be installed"))
}

fn has_version(program: &Path, version: &str) -> bool {
    answer(Command::new(program).arg("--version"))
        .is_ok_and(|said| said.split_whitespace().nth(1) == Some(version))
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string("Cargo.lock").context("reading Cargo.lock")?;
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    lines
        .nth(1)
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock names no version of {package}: run `cargo build`"))
}

/// The first program of that name in the search path.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}
