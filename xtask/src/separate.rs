//! The entry of the npm package whose modules are files of their own, `consentinel/wasm`: for those who do not want
//! WebAssembly inside of scripts. The code is that of the other entry, byte for byte; what stands in front of it fetches the
//! module, as the text that www/js/border.js reads, so that nothing of the tag knows of it.
//!
//! Whoever imports it waits for the module, by an `await` of the file itself: `createConsent` is synchronous as ever then.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::bundle::{Bundle, as_module, place};
use crate::encode::CHOSEN;
use crate::stamp::integrity;

/// Where each module lies in the package.
const FIRST: &str = "first.wasm";
const SECOND: &str = "second.wasm";

/// Fetches a module of this build, and no other: the hash says so. In Node, where nothing fetches files, it is read. What
/// cannot be had is an empty text, of which no module comes, so that all stays closed as where WebAssembly is refused.
const READER: &str = r#"(async(url,integrity)=>{"use strict";try{const bytes=url.protocol==="file:"?globalThis.process.getBuiltinModule("node:fs").readFileSync(url):new Uint8Array(await(await fetch(url,{integrity})).arrayBuffer());let text="";for(const byte of bytes)text+=String.fromCharCode(byte+SHIFT);return text}catch{return""}})"#;

/// The finished bundles, and what is put into them beside the modules.
pub struct Ingredients<'a> {
    /// The first part for applications.
    pub first: &'a Bundle,
    /// The second.
    pub second: &'a Bundle,
    /// The module that a page waits for.
    pub gate: &'a [u8],
    /// The module that comes later.
    pub deciding: &'a [u8],
    /// The texts of the second part, source code.
    pub texts: &'a str,
    /// What the small button says, by language.
    pub labels: &'a str,
    /// The language that is inside.
    pub inside: &'a str,
}

/// Writes both modules and the second part, and answers the first.
pub fn separate(of: &Ingredients<'_>) -> Result<String> {
    for (file, module) in [(FIRST, of.gate), (SECOND, of.deciding)] {
        std::fs::write(format!("dist/npm/{file}"), module)
            .with_context(|| format!("writing dist/npm/{file}"))?;
    }
    let second = [(place::DECIDING, "consentinelModule"), (place::TEXTS, of.texts)];
    let part = of.second.mapped(&second)?;
    let second = front(SECOND, of.deciding) + &as_module(&part.text)?;
    // As the other entry takes the second part of its own build.
    let name = Value::from(integrity(&second)).to_string();
    let second = part.shipped(&format!("export const build={name};{second}"), "wasm-part.js")?;
    std::fs::write("dist/npm/wasm-part.js", second).context("writing dist/npm/wasm-part.js")?;
    let first = of.first.mapped(&[
        (place::GATE, "consentinelModule"),
        (place::LABELS, of.labels),
        (place::INSIDE, of.inside),
        (place::INTEGRITY, &name),
        (r#"import("./part.js")"#, r#"import("./wasm-part.js")"#),
    ])?;
    first.shipped(&(front(FIRST, of.gate) + &first.text), "wasm.js")
}

/// What fetches the module of this file, written so that a bundler finds it.
fn front(file: &str, module: &[u8]) -> String {
    let reader = READER.replace("SHIFT", &CHOSEN.shift().to_string());
    let integrity = integrity(module);
    format!(
        r#"const consentinelModule=await {reader}(new URL("./{file}",import.meta.url),"{integrity}");"#
    )
}
