//! Makes the WebAssembly module of the page and its JavaScript glue, in `target/assembly/`:
//! compile, bind, shrink. What carries them to a page is `bundle`'s matter.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::run::{cargo, node_tool, run, say, silent, target};
use crate::shorten::{shorten, simplify};
use crate::tools;
use crate::wasm;

/// What rustc 1.95 lets a `wasm32-unknown-unknown` module use without being asked; binaryen has to
/// be told. Every browser since 2022 (Safari 15) has them all.
pub const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The stack: 32 KB instead of 1 MB, of which our deepest calls use a few. It stands before the data,
/// so the addresses of all data get shorter; and past its end a call traps instead of writing into
/// something else.
const STACK: &str = "-Clink-arg=-zstack-size=32768";

/// Two passes of LLVM that trade size for speed, even where it is told to optimise for size.
const NO_PRE: &str = "-Cllvm-args=--enable-pre=0";
const NO_LSR: &str = "-Cllvm-args=--disable-lsr";

/// What makes the module small on the wire. Measured after brotli, not in raw bytes: `-Oz` makes
/// fewer bytes that compress worse (one module: 32.2 KB only stripped, 31.8 by `-Oz`, 31.1 by these;
/// another: 42.0, 42.9, 40.6). The compiler has optimised already; what helps is to drop what nobody
/// calls and arguments that are always the same, to number locals by their use (the same numbers mean
/// the same bytes), to merge equal functions, and to put functions of similar names, so of similar
/// code, side by side.
const PASSES: [&str; 15] = [
    "--optimize-level=2",
    "--shrink-level=2",
    "--dae-optimizing",
    "--dce",
    "--rse",
    "--simplify-locals-nostructure",
    "--coalesce-locals",
    "--reorder-locals",
    "--remove-unused-brs",
    "--vacuum",
    "--remove-unused-module-elements",
    "--reorder-functions-by-name",
    "--duplicate-function-elimination",
    "--dealign",
    "--optimize-instructions",
];

/// The folder of everything between the sources and `dist/`. Not `target/page`: that one is
/// cargo's, by the name of the profile.
pub fn folder() -> PathBuf {
    target().join("assembly")
}

/// The glue, an ES module.
pub fn glue() -> PathBuf {
    folder().join("consentinel.js")
}

/// The folder of our own scripts that the glue imports; wasm-bindgen names it by a hash.
pub fn snippets() -> Result<PathBuf> {
    let mut copies =
        std::fs::read_dir(folder().join("snippets")).context("reading the snippets")?;
    let copy = copies.next().context("the glue imports no script of ours")??;
    Ok(copy.path().join("www/js"))
}

/// The module as wasm-bindgen leaves it, with names.
fn bound() -> PathBuf {
    folder().join("consentinel_bg.wasm")
}

/// The module that ships.
fn shrunk() -> PathBuf {
    folder().join("consentinel.wasm")
}

/// Compiles, binds and shrinks; answers the bytes of the module.
pub fn module() -> Result<Vec<u8>> {
    tools::wasm_target()?;
    tools::node_modules()?;
    let bindgen = tools::bindgen()?;

    say("compile", "the page module, profile `page`");
    run(&mut cargo(&[
        "rustc",
        "--package=consentinel",
        "--lib",
        "--profile=page",
        "--target=wasm32-unknown-unknown",
        "--locked",
        "--features=module",
        "--crate-type=cdylib",
        "--",
        STACK,
        NO_PRE,
        NO_LSR,
    ]))?;
    let compiled = target().join("wasm32-unknown-unknown/page/consentinel.wasm");

    say("bind", format_args!("the glue, into {}", folder().display()));
    // Snippets of an older build must not be found by the bundler.
    if folder().exists() {
        std::fs::remove_dir_all(folder()).context("emptying the folder of the page module")?;
    }
    silent(
        Command::new(bindgen.tool)
            .args(["--target=web", "--no-typescript", "--out-name=consentinel"])
            // Without it the glue names a file beside itself, by `import.meta`, which a classic
            // script does not have; the module comes as a string and only `initSync` is used.
            .arg("--omit-default-module-path")
            .arg("--out-dir")
            .arg(folder())
            .arg(&compiled),
    )?;
    let silenced = wasm::trapping(&bytes(&bound())?, is_panic)?;
    let glue = std::fs::read_to_string(self::glue()).context("reading the glue")?;
    let (simpler, glue) = simplify(&silenced, &glue)?;
    std::fs::write(bound(), simpler).context("writing the module without its messages")?;
    optimize(
        &bound(),
        &shrunk(),
        &["--strip-debug", "--strip-producers", "--strip-target-features"],
    )?;
    let (module, glue) = shorten(&bytes(&shrunk())?, &glue)?;
    std::fs::write(shrunk(), &module).context("writing the module")?;
    std::fs::write(self::glue(), glue).context("writing the glue")?;
    say(
        "shrink",
        format_args!("the module, from {} to {} bytes", bytes(&bound())?.len(), module.len()),
    );
    Ok(module)
}

/// Whether a function only makes or words a panic. Our handler traps without a word
/// (src/web/module.rs), but the compiler keeps the wording alive, as it is called through tables. It
/// traps at once instead, which also lets the optimiser drop what was computed for it. Nothing else
/// in the page module formats (`core::fmt`): it builds its texts by hand.
fn is_panic(name: &str) -> bool {
    // Names carry the hash of their crate: `core[c593…]::panicking::panic_fmt`.
    let is_library = name.contains("core[") || name.contains("alloc[");
    let makes = ["::fmt::", "::panicking::", "_fail", "::handle_error", "::assert_failed"];
    is_library && makes.iter().any(|part| name.contains(part))
}

/// The module once more, with the names of its functions, for those who measure it.
pub fn named_module() -> Result<Vec<u8>> {
    let named = folder().join("named.wasm");
    optimize(&bound(), &named, &["--debuginfo"])?;
    bytes(&named)
}

fn optimize(from: &Path, to: &Path, names: &[&str]) -> Result<()> {
    silent(
        node_tool("wasm-opt")
            .args(FEATURES)
            .args(PASSES)
            .args(names)
            .arg("--output")
            .args([to, from]),
    )
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("reading {}", file.display()))
}
