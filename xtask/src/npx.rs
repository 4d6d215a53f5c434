//! Makes `dist/npm/npx/`, the program of the package: its module beside it as a file, which Node alone reads, and the
//! template of the tag that it bundles. What it does stands in npx/src and www/npm/npx.js.

use anyhow::{Context, Result};

use crate::audit::{folder, glue};
use crate::bundle::program;
use crate::page::FEATURES;
use crate::run::{cargo, node_tool, run, say, silent};
use crate::server::nameless;

const WASM: &str = "wasm32-unknown-unknown";

/// Compiles the module and writes program and template. The folder `dist/npm` must stand already.
pub fn build(template: &str) -> Result<()> {
    say("compile", "the module of `npx consentinel`");
    // In the folder and by the profile of the officer's module, with which it has nearly all crates in common.
    run(cargo(&["rustc", "--package=consentinel-npx", "--lib", "--profile=room", "--locked"])
        .args(["--crate-type=cdylib", "--target", WASM, "--target-dir"])
        .arg(folder())
        .env("CARGO_ENCODED_RUSTFLAGS", nameless()?))?;
    let beside = folder().join("npx");
    glue(&folder().join(WASM).join("room/consentinel_npx.wasm"), &beside, "npx")?;
    std::fs::create_dir_all("dist/npm/npx").context("making the folder dist/npm/npx")?;
    silent(
        node_tool("wasm-opt")
            .args(["-Oz", "--strip-debug", "--strip-producers"])
            .args(FEATURES)
            .arg(beside.join("npx_bg.wasm"))
            .args(["--output", "dist/npm/npx/main.wasm"]),
    )?;
    for (file, text) in [("tag.js", template), ("main.js", &program(&beside.join("npx.js"))?)] {
        let file = format!("dist/npm/npx/{file}");
        std::fs::write(&file, text).with_context(|| format!("writing {file}"))?;
        say("program", format_args!("{file}, {} bytes", text.len()));
    }
    Ok(())
}
