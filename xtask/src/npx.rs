//! Makes `dist/npm/npx/`, the program of the package: its module beside it as a file, which Node alone reads, and the
//! template of the tag that it bundles. What it does stands in npx/src and www/npm/npx.js.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::audit::{compiled, folder};
use crate::bundle::program;
use crate::run::say;

/// Where wasm-bindgen writes.
fn beside() -> PathBuf {
    folder().join("npx")
}

/// Compiles the module, and generates the JavaScript around it.
pub fn module() -> Result<Vec<u8>> {
    say("compile", "the module of `npx consentinel`");
    // In the folder and by the profile of the officer's module, with which it has nearly all crates in common. Shrunk as that
    // one is: `-Oz` takes three times as long for a module with 2 % fewer bytes that compress 2 % worse.
    compiled("consentinel-npx", &[], &beside(), "npx")
}

/// Writes program, module and template. The folder `dist/npm` must stand already.
pub fn build(module: &[u8], template: &str) -> Result<()> {
    std::fs::create_dir_all("dist/npm/npx").context("making the folder dist/npm/npx")?;
    std::fs::write("dist/npm/npx/main.wasm", module).context("writing dist/npm/npx/main.wasm")?;
    for (file, text) in [("tag.js", template), ("main.js", &program(&beside().join("npx.js"))?)] {
        let file = format!("dist/npm/npx/{file}");
        std::fs::write(&file, text).with_context(|| format!("writing {file}"))?;
        say("program", format_args!("{file}, {} bytes", text.len()));
    }
    Ok(())
}
