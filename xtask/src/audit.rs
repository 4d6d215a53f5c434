//! Makes `dist/audit/`, the officer's page: files of HTML that open from a disk, and one that a collector serves, each with its module, its script
//! and its style inside, because a page of `file:` may fetch nothing. What it does stands in audit/src/room.rs and
//! www/audit/. And the tests of that module, which run in a page.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use wasm_bindgen_cli_support::Bindgen;

use crate::bundle::{TARGET, style};
use crate::encode::{Encoding, base64, literal};
use crate::page::FEATURES;
use crate::run::{answer, cargo, node_tool, run, say, silent, target};
use crate::server::nameless;
use crate::tools;

const WASM: &str = "wasm32-unknown-unknown";
/// The place of the module in a bundle.
const MODULE: &str = "consentinelAudit";
/// The pages, by the names of their files.
const PAGES: [&str; 3] = ["index", "policy", "store"];
/// The one that a collector serves, and that may ask it.
const SERVED: &str = "store";

/// A folder of its own, as for the module of servers; `npx consentinel` is built there too.
pub fn folder() -> PathBuf {
    target().join("audit")
}

/// Compiles the module and writes the pages.
pub fn audit() -> Result<()> {
    build(&module()?)
}

/// Where wasm-bindgen writes.
fn beside() -> PathBuf {
    folder().join("glue")
}

/// Compiles the module, and generates the JavaScript around it.
pub fn module() -> Result<Vec<u8>> {
    say("compile", "the module of the officer's page");
    run(cargo(&["rustc", "--package=consentinel-audit", "--lib", "--profile=room", "--locked"])
        .args(["--crate-type=cdylib", "--target", WASM, "--target-dir"])
        .arg(folder())
        .env("CARGO_ENCODED_RUSTFLAGS", nameless()?))?;
    glue(&folder().join(WASM).join("room/consentinel_audit.wasm"), &beside(), "audit")?;
    let stripped = folder().join("audit.wasm");
    silent(
        node_tool("wasm-opt")
            .args(["-O1", "--strip-debug", "--strip-producers"])
            .args(FEATURES)
            .arg(beside().join("audit_bg.wasm"))
            .arg("--output")
            .arg(&stripped),
    )?;
    std::fs::read(&stripped).context("reading the module of the officer's page")
}

/// Writes the pages with the module inside.
pub fn build(module: &[u8]) -> Result<()> {
    let module = literal(module, Encoding::Base64);
    std::fs::create_dir_all("dist/audit").context("making the folder dist/audit")?;
    let style = style("www/audit/room.css")?;
    for page in PAGES {
        let script = script(page, &beside().join("audit.js"))?.replace(MODULE, &module);
        let file = format!("dist/audit/{page}.html");
        let text = whole(page, &script, &style)?;
        std::fs::write(&file, &text).with_context(|| format!("writing {file}"))?;
        say("page", format_args!("{file}, {} bytes", text.len()));
    }
    Ok(())
}

/// Compiles the tests of the module and writes, in `target/audit/tests/`, what the page has that runs them
/// (tests/audit/module.test.mjs). wasm-bindgen's own runner would want a driver of the browser besides.
pub fn tests() -> Result<()> {
    tools::wasm_target()?;
    say("compile", "the tests of the officer's module");
    let told = answer(
        // By the profile of the module, whose dependencies are there then.
        cargo(&["test", "--package=consentinel-audit", "--test=room", "--no-run", "--locked"])
            .args(["--profile=room", "--message-format=json", "--target", WASM, "--target-dir"])
            .arg(folder())
            .env("CARGO_ENCODED_RUSTFLAGS", nameless()?),
    )?;
    for line in told.lines() {
        let line: Value = serde_json::from_str(line).context("reading what cargo made")?;
        if let Some(file) = line["executable"].as_str() {
            return glue(Path::new(file), &folder().join("tests"), "room");
        }
    }
    bail!("the officer's module has no tests")
}

/// The JavaScript of a module, started by bytes that it is given: nothing is fetched.
pub fn glue(module: &Path, beside: &Path, name: &str) -> Result<()> {
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .out_name(name)
        .generate(beside)
        .with_context(|| format!("generating the JavaScript of `{name}`"))
}

/// The script of a page, with a place for the module.
fn script(page: &str, glue: &Path) -> Result<String> {
    let assets = folder().join("assets.js");
    std::fs::write(&assets, format!("export const module = {MODULE};\n"))
        .context("writing the assets of the officer's page")?;
    let styles = folder().join("styles.js");
    let mut text = String::new();
    for name in ["button", "banner", "face"] {
        text.push_str(&style(&format!("www/css/{name}.css"))?);
    }
    std::fs::write(&styles, format!("export const style = {};\n", Value::from(text)))
        .context("writing the style of the banner")?;
    let alias =
        |name: &str, file: &Path| format!("--alias:{name}={}", Path::new(".").join(file).display());
    let script = answer(
        node_tool("esbuild")
            .arg(format!("www/audit/{page}.js"))
            .args(["--bundle", "--minify", "--charset=utf8", "--format=iife", TARGET])
            .args(["--legal-comments=none", "--log-level=warning"])
            .arg(alias("#audit", glue))
            .arg(alias("#module", &assets))
            .arg(alias("#style", &styles))
            .arg(alias("#tree", Path::new("www/js/tree.js"))),
    )?;
    Ok(script.trim_end().to_owned())
}

/// The page with all that it needs inside, and a Content-Security-Policy that lets in nothing else: no script but this one,
/// and no network but for the one that is served.
fn whole(page: &str, script: &str, style: &str) -> Result<String> {
    let file = format!("www/audit/{page}.html");
    let mut text = std::fs::read_to_string(&file).with_context(|| format!("reading {file}"))?;
    for (inside, end) in [(script, "</script"), (style, "</style")] {
        if inside.contains(end) {
            bail!("{file}: `{end}` stands in what goes inside");
        }
    }
    let hash = |text: &str| base64(&hmac_sha256::Hash::hash(text.as_bytes()));
    let asks = if page == SERVED { "connect-src 'self'; " } else { "" };
    let policy = format!(
        "default-src 'none'; {asks}script-src 'sha256-{}' 'wasm-unsafe-eval'; style-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        hash(script),
        hash(style),
    );
    for (place, inside) in [("{{policy}}", &*policy), ("{{style}}", style), ("{{script}}", script)]
    {
        if text.matches(place).count() != 1 {
            bail!("{file}: `{place}` must stand there once");
        }
        text = text.replacen(place, inside, 1);
    }
    Ok(text)
}
