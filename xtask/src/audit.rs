//! Makes `dist/audit/`, the officer's page: a file of HTML that opens from a disk, and one that a collector serves, each with
//! its module, its script and its style inside, because a page of `file:` may fetch nothing. What it does stands in
//! audit/src/room.rs and www/audit/. And the tests of that module, which run in a page. The page for policies is made
//! likewise (policy.rs).

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
const MODULE: &str = "consentinelModule";

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
    compiled("consentinel-audit", &[], &beside(), "audit")
}

/// Compiles a module that nobody waits for, of a crate with these features: that of a page which opens from a disk, or of
/// the program of the package. Generates the JavaScript around it, as `name` in a folder.
pub fn compiled(package: &str, features: &[&str], beside: &Path, name: &str) -> Result<Vec<u8>> {
    run(cargo(&["rustc", "--lib", "--profile=room", "--locked", "--package", package])
        .args(features)
        .args(["--crate-type=cdylib", "--target", WASM, "--target-dir"])
        .arg(folder())
        .env("CARGO_ENCODED_RUSTFLAGS", nameless()?))?;
    let file = folder().join(WASM).join("room").join(package.replace('-', "_") + ".wasm");
    glue(&file, beside, name)?;
    let stripped = folder().join(format!("{name}.wasm"));
    silent(
        node_tool("wasm-opt")
            .args(["-O1", "--strip-debug", "--strip-producers"])
            .args(FEATURES)
            .arg(beside.join(format!("{name}_bg.wasm")))
            .arg("--output")
            .arg(&stripped),
    )?;
    std::fs::read(&stripped).with_context(|| format!("reading {}", stripped.display()))
}

/// Writes the pages with the module inside.
pub fn build(module: &[u8]) -> Result<()> {
    for (name, is_served) in [("index", false), ("store", true)] {
        let aliases = vec![("#audit", beside().join("audit.js"))];
        Page { folder: "audit", name, is_served, aliases, styles: &[] }.write(module)?;
    }
    Ok(())
}

/// A page that is made with a module inside.
pub struct Page {
    /// The folder of its sources in `www`, and of what is made of them in `dist`.
    pub folder: &'static str,
    /// Its name in both.
    pub name: &'static str,
    /// Whether whoever serves it may be asked by it.
    pub is_served: bool,
    /// By which names its script finds files, besides the module and what draws a banner.
    pub aliases: Vec<(&'static str, PathBuf)>,
    /// Files of style, besides that of the officer's page.
    pub styles: &'static [&'static str],
}

impl Page {
    /// Writes it.
    pub fn write(&self, module: &[u8]) -> Result<()> {
        let Page { folder, name, is_served, aliases, styles } = self;
        let (sources, folder) = (format!("www/{folder}/{name}"), format!("dist/{folder}"));
        std::fs::create_dir_all(&folder).with_context(|| format!("making the folder {folder}"))?;
        let mut look = style("www/audit/room.css")?;
        for file in *styles {
            look.push_str(&style(file)?);
        }
        let script = script(&sources, aliases)?.replace(MODULE, &literal(module, Encoding::Base64));
        let file = format!("{folder}/{name}.html");
        let text = whole(&format!("{sources}.html"), *is_served, &script, &look)?;
        std::fs::write(&file, &text).with_context(|| format!("writing {file}"))?;
        say("page", format_args!("{file}, {} bytes", text.len()));
        Ok(())
    }
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
fn glue(module: &Path, beside: &Path, name: &str) -> Result<()> {
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
fn script(sources: &str, aliases: &[(&str, PathBuf)]) -> Result<String> {
    let assets = folder().join("assets.js");
    std::fs::write(&assets, format!("export const module = {MODULE};\n"))
        .context("writing the assets of a page")?;
    let styles = folder().join("styles.js");
    let mut text = String::new();
    for name in ["button", "banner", "face"] {
        text.push_str(&style(&format!("www/css/{name}.css"))?);
    }
    std::fs::write(&styles, format!("export const style = {};\n", Value::from(text)))
        .context("writing the style of the banner")?;
    let shared =
        [("#module", assets), ("#style", styles), ("#tree", PathBuf::from("www/js/tree.js"))];
    let aliases = aliases.iter().chain(&shared);
    let script = answer(
        node_tool("esbuild")
            .arg(format!("{sources}.js"))
            .args(["--bundle", "--minify", "--charset=utf8", "--format=iife", TARGET])
            .args(["--legal-comments=none", "--log-level=warning"])
            .args(aliases.map(|(name, file)| {
                format!("--alias:{name}={}", Path::new(".").join(file).display())
            })),
    )?;
    Ok(script.trim_end().to_owned())
}

/// The page with all that it needs inside, and a Content-Security-Policy that lets in nothing else: no script but this one,
/// and no network but for one that is served.
fn whole(file: &str, is_served: bool, script: &str, style: &str) -> Result<String> {
    let mut text = std::fs::read_to_string(file).with_context(|| format!("reading {file}"))?;
    for (inside, end) in [(script, "</script"), (style, "</style")] {
        if inside.contains(end) {
            bail!("{file}: `{end}` stands in what goes inside");
        }
    }
    let hash = |text: &str| base64(&hmac_sha256::Hash::hash(text.as_bytes()));
    let asks = if is_served { "connect-src 'self'; " } else { "" };
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
