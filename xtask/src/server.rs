//! Makes `dist/npm/server.js`, the entry of servers: its own module, without browser and glue, carried
//! as base64, with all texts and the style of the first layer. What it does stands in src/server.rs.

use anyhow::{Context, Result, bail};

use crate::bundle::{Bundle, Script, Texts};
use crate::encode::{Encoding, literal};
use crate::page::FEATURES;
use crate::run::{cargo, node_tool, run, say, silent, target};
use crate::wasm;

/// Compiles the module and writes the entry. The folder `dist/npm` must stand already.
pub fn build(style: &str, texts: &Texts) -> Result<()> {
    say("compile", "the module of servers");
    // A folder of its own: the module of pages has the same name.
    let folder = target().join("server");
    run(cargo(&[
        "rustc",
        "--package=consentinel",
        "--lib",
        "--profile=page",
        "--target=wasm32-unknown-unknown",
        "--locked",
        "--features=server",
        "--crate-type=cdylib",
    ])
    .arg("--target-dir")
    .arg(&folder))?;
    let compiled = folder.join("wasm32-unknown-unknown/page/consentinel.wasm");
    let stripped = folder.join("server.wasm");
    silent(
        node_tool("wasm-opt")
            .args(["-Oz", "--strip-debug", "--strip-producers"])
            .args(FEATURES)
            .arg(&compiled)
            .arg("--output")
            .arg(&stripped),
    )?;
    let module = std::fs::read(&stripped).context("reading the module of servers")?;
    if wasm::imported(&module)? > 0 {
        bail!("the module of servers asks for functions, and a server has nothing to give");
    }
    let bundle = Bundle::of(Script::Server, style)?;
    let text = bundle.filled(&literal(&module, Encoding::Base64), texts, &[])?;
    std::fs::write("dist/npm/server.js", &text).context("writing dist/npm/server.js")?;
    say("script", format_args!("dist/npm/server.js, {} bytes", text.len()));
    Ok(())
}
