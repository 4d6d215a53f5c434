//! Makes `dist/npm/server.js`, the entry of servers: its own module, carried as base64, the JavaScript that
//! wasm-bindgen generates for it, all texts and the style of the first layer. What it does stands in
//! server/src/lib.rs and www/js/server.js.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;
use wasm_bindgen_cli_support::Bindgen;

use crate::bundle::{Bundle, Script, Styles, Texts, place, script_literal, server_glue};
use crate::encode::{Encoding, literal};
use crate::page::FEATURES;
use crate::run::{answer, cargo, node_tool, run, say, silent, target};

/// A folder of its own: cargo makes a module of the core here too, under the name of the one of pages.
fn folder() -> PathBuf {
    target().join("server")
}

/// Compiles the module, and generates the JavaScript around it.
pub fn module() -> Result<Vec<u8>> {
    say("compile", "the module of servers");
    run(cargo(&[
        "rustc",
        "--package=consentinel-server",
        "--lib",
        "--profile=page",
        "--target=wasm32-unknown-unknown",
        "--locked",
    ])
    .arg("--target-dir")
    .arg(folder())
    .env("CARGO_ENCODED_RUSTFLAGS", nameless()?))?;
    // As for a browser, but started by bytes that it is given: nothing is fetched, and nothing of Node is used.
    let compiled = folder().join("wasm32-unknown-unknown/page/consentinel_server.wasm");
    let glue = server_glue();
    let beside = glue.parent().context("the folder of what wasm-bindgen generates")?;
    Bindgen::new()
        .input_path(&compiled)
        .web(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .out_name("server")
        .generate(beside)
        .context("generating the JavaScript of the module of servers")?;
    let stripped = folder().join("server.wasm");
    silent(
        node_tool("wasm-opt")
            .args(["-Oz", "--strip-debug", "--strip-producers"])
            .args(FEATURES)
            .arg(beside.join("server_bg.wasm"))
            .arg("--output")
            .arg(&stripped),
    )?;
    std::fs::read(&stripped).context("reading the module of servers")
}

/// Writes the entry with the module inside. The folder `dist/npm` must stand already.
pub fn build(module: &[u8], styles: &Styles, texts: &Texts) -> Result<()> {
    let bundle = Bundle::of(Script::Server, styles)?;
    // Each language stays a text until a visitor is spoken to in it.
    let printed = texts.iter().map(|(name, texts)| (name.clone(), Value::from(texts.to_string())));
    let printed: Texts = printed.collect();
    let code = bundle.mapped(&[
        (place::SERVER, &literal(module, Encoding::Base64)),
        (place::TEXTS, &script_literal(&Value::from(printed))),
    ])?;
    let text = code.shipped(&code.text, "server.js")?;
    std::fs::write("dist/npm/server.js", &text).context("writing dist/npm/server.js")?;
    say("script", format_args!("dist/npm/server.js, {} bytes", text.len()));
    Ok(())
}

/// What makes the compiler write no folder of this machine into the module: messages of panics name the files
/// of crates, which lie below somebody's home. Flags apart by what cargo takes between them.
pub fn nameless() -> Result<String> {
    let told = answer(&mut cargo(&["metadata", "--format-version=1", "--locked"]))?;
    let told: Value = serde_json::from_str(&told).context("reading what cargo tells of crates")?;
    let mut flags = BTreeSet::new();
    for package in told["packages"].as_array().context("cargo tells of no crates")? {
        // Those of the workspace have no source, and are named from its folder on already.
        if let (Some(_), Some(manifest)) =
            (package["source"].as_str(), package["manifest_path"].as_str())
        {
            let all = Path::new(manifest).parent().and_then(Path::parent);
            let all = all.context("a crate that lies nowhere")?;
            flags.insert(format!("--remap-path-prefix={}=crates", all.display()));
        }
    }
    Ok(Vec::from_iter(flags).join("\u{1f}"))
}
