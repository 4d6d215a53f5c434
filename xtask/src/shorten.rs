//! Gives the module's imports short names, in the module and in the glue alike. wasm-bindgen's own
//! names carry hashes, which no compression shortens: they were about 1 KB of the tag after brotli.
//! It also drops the half of the glue that a page with the module inside never runs.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::wasm::{imports, with_exports, with_imports};

/// The last line of wasm-bindgen's glue for the web.
const EXPORTS: &str = "export { initSync, __wbg_init as default };";

/// Answers the module and the glue with short names between them.
pub fn shorten(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let mut imports = imports(wasm)?;
    let mut glue = glue.to_owned();
    let mut modules = BTreeMap::new();
    let mut direct: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut names = (0..).map(short);
    for import in &mut imports {
        // Names without this beginning are exports of our own snippets, which keep them.
        if import.name.starts_with("__wb") {
            let short = names.next().unwrap_or_default();
            glue = replaced(&glue, &format!(" {}:", import.name), &format!(" {short}:"))?;
            import.name = short;
        } else {
            direct.entry(import.module.clone()).or_default().push(import.name.clone());
        }
        let next = modules.len();
        let module = modules.entry(import.module.clone()).or_insert_with(|| short(next));
        import.module.clone_from(module);
    }
    for (snippet, names) in direct {
        glue = only(&glue, &snippet, &names)?;
    }
    for (long, short) in modules {
        // A snippet that two blocks of Rust import stands there twice, as the same value twice.
        let places = glue.matches(&format!("\"{long}\": ")).count();
        if places == 0 {
            bail!(
                "wasm-bindgen's glue provides no \"{long}\": it has changed, so must xtask/src/shorten.rs"
            );
        }
        glue = glue.replace(&format!("\"{long}\": "), &format!("\"{short}\": "));
    }
    // Without its default export, the asynchronous start is dead code for the bundler.
    glue = replaced(&glue, EXPORTS, "export { initSync };")?;
    Ok((with_imports(wasm, &imports)?, glue))
}

/// The glue without what our pages never need, and the module without what that glue never asks for.
pub fn simplify(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let mut glue = glue.replace(", wasm.__wbindgen_realloc", "");
    for (from, to, instead) in SIMPLER {
        glue = between(&glue, from, to, instead)?;
    }
    let is_used = |name: &str| glue.contains(&format!("wasm.{name}"));
    let wasm = with_exports(wasm, is_used)?;
    Ok((wasm, glue))
}

/// Parts of the glue that do for speed, old browsers and huge memories what a page with a few short
/// texts has no need of: where each begins, where it ends, and what stands between instead.
const SIMPLER: [(&str, &str, &str); 7] = [
    // No value of the page is handed over as such, only texts and numbers.
    ("__wbindgen_init_externref_table: function() {", "\n        },", ""),
    // Encodes in one go instead of first trying byte by byte and growing.
    (
        "function passStringToWasm0(arg, malloc, realloc) {",
        "\n}\n",
        "const buf = cachedTextEncoder.encode(arg);
         const ptr = malloc(buf.length, 1) >>> 0;
         getUint8ArrayMemory0().set(buf, ptr);
         WASM_VECTOR_LEN = buf.length;
         return ptr;",
    ),
    // Safari's decoder fails after two gigabytes; no page hands over as much.
    ("function decodeText(bytes) {", "\n}\n", "return cachedTextDecoder.decode(bytes);"),
    // Every browser that runs the module has `encodeInto`, and it is not used.
    ("if (!('encodeInto' in cachedTextEncoder)) {", "\n}\n", ""),
    // A view is made when it is needed: the memory may have grown since the last.
    ("function getDataViewMemory0() {", "\n}\n", "return new DataView(wasm.memory.buffer);"),
    ("function getUint8ArrayMemory0() {", "\n}\n", "return new Uint8Array(wasm.memory.buffer);"),
    // Its older ways of being called.
    ("function initSync(module) {", "const imports", "if (wasm) return wasm;"),
];

/// Puts `instead` between two places of the glue, of which the first must be there exactly once.
fn between(glue: &str, from: &str, to: &str, instead: &str) -> Result<String> {
    // Said once more to itself, so that it is known to be there once.
    let glue = replaced(glue, from, from)?;
    let (before, rest) = glue.split_once(from).unwrap_or_default();
    let Some((_, after)) = rest.split_once(to) else {
        bail!("wasm-bindgen's glue has changed after `{from}`, so must xtask/src/shorten.rs");
    };
    Ok(format!("{before}{from}\n{instead}\n{to}{after}"))
}

/// Lets the glue import only these names of a snippet. It imports everything, which the bundler must
/// then keep, with its name; most of it is called through the glue's own functions.
fn only(glue: &str, snippet: &str, names: &[String]) -> Result<String> {
    let mut glue = glue.to_owned();
    // A snippet that two blocks of Rust import is imported twice.
    loop {
        let end = format!(" from \"{snippet}\"\n");
        let Some(at) = glue.find(&end) else { break };
        let Some(start) = glue[..at].rfind("import * as ") else { break };
        let name = glue[start + "import * as ".len()..at].to_owned();
        let parts: Vec<String> =
            names.iter().map(|part| format!("{part} as {name}_{part}")).collect();
        let line = format!("import {{ {} }} from '{snippet}'\n", parts.join(", "));
        glue.replace_range(start..at + end.len(), &line);
        let parts: Vec<String> =
            names.iter().map(|part| format!("{part}: {name}_{part}")).collect();
        let place = format!("\"{snippet}\": {name},");
        glue = replaced(&glue, &place, &format!("\"{snippet}\": {{ {} }},", parts.join(", ")))?;
    }
    Ok(glue)
}

/// Replaces what must stand there exactly once: the glue is another program's, which may change.
fn replaced(glue: &str, from: &str, to: &str) -> Result<String> {
    let places = glue.matches(from).count();
    if places != 1 {
        bail!(
            "wasm-bindgen's glue has `{from}` {places} times instead of once: \
             it has changed, so must xtask/src/shorten.rs"
        );
    }
    Ok(glue.replacen(from, to, 1))
}

/// a, b, … z, aa, ba, …: a name for every number.
fn short(mut number: usize) -> String {
    let mut name = String::new();
    loop {
        name.push(char::from(b'a' + (number % 26) as u8));
        if number < 26 {
            return name;
        }
        number = number / 26 - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_short_and_never_repeat() {
        let names: HashSet<String> = (0..2000).map(short).collect();
        assert_eq!(names.len(), 2000);
        assert_eq!((short(0), short(25), short(26)), ("a".into(), "z".into(), "aa".into()));
        assert!(names.iter().all(|name| name.len() <= 3));
    }

    /// A module that imports `glue.__wbg_now` and `page.focus`.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\
        \x02\x1f\x02\x04glue\x09__wbg_now\0\0\x04page\x05focus\0\0";

    #[test]
    fn module_and_glue_agree_on_the_new_names() {
        let glue = format!(
            "x = {{ __wbg_now: f }};\ny = {{ \"glue\": import0, \"page\": import1 }};\n{EXPORTS}"
        );
        let (module, glue) = shorten(MODULE, &glue).unwrap();
        let imports = imports(&module).unwrap();
        assert_eq!((imports[0].module.as_str(), imports[0].name.as_str()), ("a", "a"));
        assert_eq!((imports[1].module.as_str(), imports[1].name.as_str()), ("b", "focus"));
        let want = "x = { a: f };\ny = { \"a\": import0, \"b\": import1 };\nexport { initSync };";
        assert_eq!(glue, want);
    }

    #[test]
    fn the_simpler_glue_has_all_its_parts_and_no_slow_one() {
        let glue = SIMPLER.map(|(from, to, _)| format!("{from} slow {to}\n")).concat();
        let (_, simpler) = simplify(MODULE, &glue).unwrap();
        assert!(!simpler.contains("slow"), "{simpler}");
        assert!(SIMPLER.iter().all(|(_, _, instead)| simpler.contains(instead)));
        assert!(simplify(MODULE, "export default 1;").is_err());
    }

    #[test]
    fn of_a_snippet_only_what_is_called_directly_is_imported() {
        let glue = "import * as import3 from \"./page.js\"\ny = { \"./page.js\": import3, };";
        let only = only(glue, "./page.js", &["focus".to_owned()]).unwrap();
        let want = "import { focus as import3_focus } from './page.js'\ny = { \"./page.js\": { focus: import3_focus }, };";
        assert_eq!(only, want);
    }

    #[test]
    fn a_glue_that_changed_its_form_is_refused() {
        assert!(shorten(MODULE, "export default 1;").is_err());
    }
}
