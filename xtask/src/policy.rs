//! Makes `dist/policy/`, where owners make a policy: one file of HTML that opens from a disk, as the officer's page is
//! (audit.rs), around a module of its own. It names the hashes of the tags, so these must be there. What it does stands in
//! catalogue/src/room.rs and www/policy/.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::audit::{Page, compiled, folder};
use crate::run::say;
use crate::stamp::integrity;

/// Compiles the module and writes the page.
pub fn policy() -> Result<()> {
    build(&module()?)
}

/// Where wasm-bindgen writes.
fn beside() -> PathBuf {
    folder().join("policy")
}

/// Compiles the module, and generates the JavaScript around it.
pub fn module() -> Result<Vec<u8>> {
    say("compile", "the module of the page for policies");
    compiled("consentinel-catalogue", &["--features=room"], &beside(), "catalogue")
}

/// Writes the page with the module inside.
pub fn build(module: &[u8]) -> Result<()> {
    let tags = folder().join("tags.js");
    std::fs::write(&tags, format!("export const tags = {};\n", json!(hashes()?)))
        .context("writing the hashes of the tags")?;
    let aliases = vec![("#catalogue", beside().join("catalogue.js")), ("#tags", tags)];
    let styles = &["www/policy/page.css"];
    Page { folder: "policy", name: "index", is_served: false, aliases, styles }.write(module)
}

/// The tag, and the tag of each language, with their hashes as the attribute `integrity` has them.
fn hashes() -> Result<BTreeMap<String, String>> {
    let mut names = vec![String::from("consentinel.js")];
    for entry in std::fs::read_dir("www/texts").context("reading www/texts")? {
        let name = entry.context("reading www/texts")?.file_name();
        let language = name.to_str().and_then(|name| name.strip_suffix(".json"));
        names.extend(language.map(|language| format!("consentinel.{language}.js")));
    }
    let mut hashes = BTreeMap::new();
    for name in names {
        let file = format!("dist/{name}");
        let Ok(text) = std::fs::read_to_string(&file) else {
            bail!(
                "{file} is not there, and the page names its hash: `cargo xtask build` makes both"
            );
        };
        hashes.insert(name, integrity(&text));
    }
    Ok(hashes)
}
