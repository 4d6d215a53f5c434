//! The modules of the page as JavaScript, for where WebAssembly is refused: by `wasm2js` of binaryen, out of the modules that
//! ship. What that writes looks up functions of the browser whenever memory grows; here it takes them once, as all that decides
//! does (www/js/pristine.js), so that no script of the page is handed the memory.

use anyhow::{Context, Result, bail};

use crate::page::{self, FEATURES, Module};
use crate::run::{node_tool, silent};

/// Takes away what JavaScript has nothing for.
const LOWERING: [&str; 3] = [
    "--signext-lowering",
    "--llvm-nontrapping-fptoint-lowering",
    "--llvm-memory-copy-fill-lowering",
];

/// What the code is put behind: everything of the browser that it uses, taken when the script is read.
const TAKEN: &str = "const { ArrayBuffer, Error, Float32Array, Float64Array, Int8Array, Int16Array, Int32Array } = globalThis;
const { Uint8Array, Uint16Array, Uint32Array } = globalThis;
const { abs, ceil, clz32, floor, fround, imul, max, min, sqrt, trunc } = globalThis.Math;
const Math = { __proto__: null, abs, ceil, clz32, floor, fround, imul, max, min, sqrt, trunc };
const { call } = Function.prototype;
const codeAt = call.bind(String.prototype.charCodeAt);
const set = call.bind(Int8Array.prototype.set);
";

/// What is written otherwise, and how often it stands there.
const CHANGES: [(&str, &str, usize); 6] = [
    // Nobody calls it from outside.
    (" memory.grow = __wasm_memory_grow;", "", 1),
    ("b64.charCodeAt(", "codeAt(b64, ", 4),
    ("newHEAP8.set(HEAP8)", "set(newHEAP8, HEAP8)", 1),
    // What cannot be had is told, as WebAssembly does; otherwise all that comes next would lie where nothing is.
    ("return oldPages;", "return pagesToAdd && pages === oldPages ? -1 : oldPages;", 1),
    ("return buffer.byteLength >> 16;", "return pages;", 1),
    ("   buffer = newBuffer;", "   buffer = newBuffer; pages = newPages;", 1),
];

/// The module as an expression: a function from what it imports to what it exports.
pub fn scripted(module: Module) -> Result<String> {
    let file = |end: &str| page::folder().join(module.name()).with_extension(end);
    let lowered = file("lowered.wasm");
    silent(
        node_tool("wasm-opt")
            .arg(file("wasm"))
            .args(FEATURES)
            .args(LOWERING)
            .arg("--output")
            .arg(&lowered),
    )?;
    let written = file("wasm2js.js");
    silent(
        node_tool("wasm2js").arg(&lowered).args(FEATURES).args(["-O3", "--output"]).arg(&written),
    )?;
    let text = std::fs::read_to_string(&written).context("reading what wasm2js wrote")?;
    let code =
        taking(&text).with_context(|| format!("the module `{}` as JavaScript", module.name()))?;
    std::fs::write(&written, code).context("writing a module as JavaScript")?;
    let minified = file("scripted.js");
    silent(
        node_tool("terser")
            .arg(&written)
            .args(["--ecma=2020", "--compress=passes=2,expression", "--mangle", "--output"])
            .arg(&minified),
    )?;
    let text = std::fs::read_to_string(&minified).context("reading a module as JavaScript")?;
    Ok(text.trim_end().trim_end_matches(';').to_owned())
}

/// What wasm2js wrote, as one expression that takes what it needs.
fn taking(text: &str) -> Result<String> {
    let (code, _) = text.split_once("var memasmFunc").context("there is no end that starts it")?;
    let code: Vec<&str> = code.lines().filter(|line| !line.starts_with("import ")).collect();
    let mut code = code.join("\n");
    for (from, to, count) in CHANGES {
        if code.matches(from).count() != count {
            bail!("`{from}` does not stand there {count} times: wasm2js writes something else now");
        }
        code = code.replace(from, to);
    }
    for looked_up in [".set(", ".byteLength", ".charCodeAt(", ".slice(", ".subarray(", ".fill("] {
        if code.contains(looked_up) {
            bail!("`{looked_up}` would be looked up while it runs");
        }
    }
    Ok(format!(
        "(() => {{\n\"use strict\";\n{TAKEN}let pages = 2;\n{code}\nreturn asmFunc;\n}})();\n"
    ))
}
