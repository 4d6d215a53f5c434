//! Makes the two WebAssembly modules of the page, in `target/assembly/`: compile, silence, shrink. What
//! carries them to a page is `bundle`'s matter.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::run::{cargo, node_tool, run, say, silent, target};
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

/// The memory comes from JavaScript and is not exported: where a function of the page runs while the module
/// waits for it, Chromium's call sites hand the page the instance (`getThis`), and with it all exports.
const IMPORT: &str = "-Clink-arg=--import-memory";

/// The memory at the start, 2 pages of 64 KB, which www/js/border.js makes; the linker says if that is too
/// little.
const LEAST: &str = "-Clink-arg=--initial-memory=131072";

/// The most memory that the module may ever take, 128 MB (in www/js/border.js too): it never gives any
/// back, so a page that hands it a huge text would keep that much for good. A policy and a ledger need a few.
const MOST: &str = "-Clink-arg=--max-memory=134217728";

/// Two passes of LLVM that trade size for speed, even where it is told to optimise for size.
const NO_PRE: &str = "-Cllvm-args=--enable-pre=0";
const NO_LSR: &str = "-Cllvm-args=--disable-lsr";

/// What makes the module small on the wire. Measured after brotli, not in raw bytes: `-Oz` makes
/// fewer bytes that compress worse (one module: 32.2 KB only stripped, 31.8 by `-Oz`, 31.1 by these;
/// another: 42.0, 42.9, 40.6). The compiler has optimised already; what helps is to drop what nobody
/// calls and arguments that are always the same, to number locals by their use (the same numbers mean
/// the same bytes), to merge equal functions, and to put functions that are alike side by side, for which they get names
/// that say where they belong (wasm.rs; 61 bytes by the compiler's own names).
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

/// What JavaScript uses of the module (src/web/host.rs); the compiler exports some of its own besides.
const EXPORTS: [&str; 2] = ["m", "h"];

/// A module of the page (src/web/mod.rs).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// The first, which the page waits for.
    Gate,
    /// The second, which decides.
    Deciding,
    /// The one that takes over what another tool had stored, before both.
    Moving,
}

impl Module {
    /// The features of the crate that make it.
    fn features(self) -> &'static str {
        match self {
            Self::Gate => "--features=module,gate",
            Self::Deciding => "--features=module",
            Self::Moving => "--features=module,gate,moving",
        }
    }

    /// What people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Deciding => "deciding",
            Self::Moving => "moving",
        }
    }

    /// The module before it is shrunk, with names.
    fn silenced(self) -> PathBuf {
        folder().join(self.name()).with_extension("silenced.wasm")
    }

    /// The module before it is shrunk, with names that say where its functions belong.
    fn alike(self) -> PathBuf {
        folder().join(self.name()).with_extension("alike.wasm")
    }

    /// The module after what makes it small, with the names of its functions.
    fn named(self) -> PathBuf {
        folder().join(self.name()).with_extension("named.wasm")
    }

    /// The module that ships.
    fn shrunk(self) -> PathBuf {
        folder().join(self.name()).with_extension("wasm")
    }
}

/// Compiles, silences and shrinks; answers the bytes of the module.
pub fn module(module: Module) -> Result<Vec<u8>> {
    tools::wasm_target()?;
    tools::node_modules()?;

    say("compile", format_args!("the module `{}`, profile `page`", module.name()));
    run(&mut cargo(&[
        "rustc",
        "--package=consentinel",
        "--lib",
        "--profile=page",
        "--target=wasm32-unknown-unknown",
        "--locked",
        module.features(),
        "--crate-type=cdylib",
        "--",
        STACK,
        IMPORT,
        LEAST,
        MOST,
        NO_PRE,
        NO_LSR,
    ]))?;
    let compiled = bytes(&target().join("wasm32-unknown-unknown/page/consentinel.wasm"))?;
    std::fs::create_dir_all(folder()).context("making the folder of the page module")?;
    let silenced = wasm::trapping(&compiled, is_panic)?;
    let silenced = wasm::with_exports(&silenced, |name| EXPORTS.contains(&name))?;
    std::fs::write(module.silenced(), &silenced).context("writing the module without messages")?;
    let mut order = wasm::by_likeness(&named(module)?)?;
    // INVARIANT: the gate is made first, in the same build.
    if module == Module::Deciding {
        order = wasm::as_beside(&order, &wasm::by_likeness(&bytes(&Module::Gate.named())?)?);
    }
    let alike = wasm::named_by_order(&silenced, &order)?;
    std::fs::write(module.alike(), &alike).context("writing the module with names by likeness")?;
    optimize(
        &module.alike(),
        &module.shrunk(),
        &[&PASSES[..], &["--strip-debug", "--strip-producers", "--strip-target-features"]].concat(),
    )?;
    let shrunk = bytes(&module.shrunk())?;
    say("shrink", format_args!("from {} to {} bytes", silenced.len(), shrunk.len()));
    Ok(shrunk)
}

/// Whether a function only makes or words a panic. Our handler traps without a word
/// (src/web/module.rs), but the compiler keeps the wording alive, as it is called through tables. It
/// traps at once instead, which also lets the optimiser drop what was computed for it. Nothing else
/// in the page module formats (`core::fmt`): it builds its texts by hand.
fn is_panic(name: &str) -> bool {
    // Names as the linker has them; those of the library are mangled in the newer way.
    let makes = ["3fmt", "9panicking", "_fail", "12handle_error", "13assert_failed"];
    name.starts_with("_R") && makes.iter().any(|part| name.contains(part))
}

/// The module after what makes it small, with the names of its functions.
pub fn named(module: Module) -> Result<Vec<u8>> {
    optimize(&module.silenced(), &module.named(), &[&PASSES[..], &["--debuginfo"]].concat())?;
    bytes(&module.named())
}

fn optimize(from: &Path, to: &Path, passes: &[&str]) -> Result<()> {
    silent(node_tool("wasm-opt").args(FEATURES).args(passes).arg("--output").args([to, from]))
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("reading {}", file.display()))
}
