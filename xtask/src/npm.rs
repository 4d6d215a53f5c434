//! Completes `dist/npm/` around its script: manifest, adapters, types, schema, the tag with its files, documents,
//! licences; the program of the package stands there already. It checks that the manifest, written by hand, tells the truth about the folder. Publishing is not its job.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run::say;
use crate::{bundle, entries, maps};

/// The workspace's version, which this package inherits.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is copied as it stands.
const COPIED: [(&str, &str); 13] = [
    ("pkg.json", "package.json"),
    ("www/js/consentinel.d.ts", "index.d.ts"),
    ("www/js/auto.d.ts", "auto.d.ts"),
    ("www/js/js.d.ts", "js.d.ts"),
    ("www/js/languages.d.ts", "languages.d.ts"),
    ("www/js/server.d.ts", "server.d.ts"),
    ("www/js/wasm.d.ts", "wasm.d.ts"),
    ("www/npm/moving.d.ts", "moving.d.ts"),
    ("www/js/texts.d.ts", "texts.d.ts"),
    ("www/npm/react-client.js", "react-client.js"),
    ("www/policy.schema.json", "policy.schema.json"),
    ("www/signals.schema.json", "signals.schema.json"),
    ("www/gpp.schema.json", "gpp.schema.json"),
];

/// What applications import beside `createConsent`; each has its types beside it in `www/npm`.
const ADAPTERS: [&str; 7] = ["react", "vue", "svelte", "testing", "delivery", "signals", "gpp"];

/// `consentinel/auto`, the entry that takes the build which can run. The bytes are those of the shortest module that there is.
const AUTO: &str = r#"export const{createConsent}=await(()=>{"use strict";try{new WebAssembly.Module(new Uint8Array([0,97,115,109,1,0,0,0]));return import("./index.js")}catch{return import("./js.js")}})();
"#;

/// The tag and what it fetches, for those who load it from the package by a network of their choice.
const TAG: [&str; 9] = [
    "consentinel.js",
    "consentinel.part.js",
    "consentinel.face.js",
    "consentinel.delivery.js",
    "consentinel.signals.js",
    "consentinel.gpp.js",
    "consentinel.moving.js",
    "consentinel.nowasm.js",
    "consentinel.report.js",
];

/// Copies the files and checks the manifest. `dist/npm/index.js` and the tag must stand already.
pub fn complete() -> Result<()> {
    for (from, to) in COPIED {
        copy(from, to)?;
    }
    for name in ADAPTERS {
        let code = bundle::adapter(&format!("www/npm/{name}.js"))?;
        let to = format!("dist/npm/{name}.js");
        let text = code.shipped(&code.text, &format!("{name}.js"))?;
        std::fs::write(&to, text).with_context(|| format!("writing {to}"))?;
        copy(&format!("www/npm/{name}.d.ts"), &format!("{name}.d.ts"))?;
    }
    std::fs::write("dist/npm/auto.js", AUTO).context("writing dist/npm/auto.js")?;
    entries::build()?;
    for_require()?;
    for file in TAG {
        copy(&format!("dist/{file}"), &format!("tag/{file}"))?;
    }
    copy_all("dist/texts", "tag/texts/", ".js")?;
    copy_all("docs", "docs/", ".md")?;
    for folder in ["docs/frameworks", "docs/platforms"] {
        copy_all(folder, &format!("{folder}/"), ".md")?;
    }
    copy_all(".", "", ".md")?;
    // README shows it.
    let picture = "docs/pictures/bottom-light-desktop.png";
    copy(picture, picture)?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(name, name)?;
    }
    check()?;
    say("npm", format_args!("dist/npm, version {VERSION}"));
    Ok(())
}

/// Makes what `require` finds: of each entry the same code as a module of CommonJS, but for those that have a hash of
/// their own in them (`build`), and for the services, which are data (`entries`); and its types under the name by which compilers know that it is one.
fn for_require() -> Result<()> {
    for entry in std::fs::read_dir("dist/npm").context("reading dist/npm")? {
        let path = entry.context("reading dist/npm")?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if matches!(&*name, "auto.d.ts" | "wasm.d.ts") {
            // What waits for a file cannot be had by `require`.
        } else if let Some(entry) = name.strip_suffix(".d.ts") {
            // One that named those of the other kind would declare what is global twice.
            let types = std::fs::read_to_string(&path)
                .with_context(|| format!("reading {}", path.display()))?;
            let to = format!("dist/npm/{entry}.d.cts");
            std::fs::write(&to, types.replace(".js\";", ".cjs\";"))
                .with_context(|| format!("writing {to}"))?;
        } else if name.ends_with(".js")
            && ![
                "auto.js",
                "index.js",
                "js.js",
                "face.js",
                "moving.js",
                "part.js",
                "react-client.js",
                "services.js",
                "wasm.js",
                "wasm-part.js",
            ]
            .contains(&name.as_str())
        {
            common(&path)?;
        }
    }
    for entry in std::fs::read_dir("dist/npm/texts").context("reading dist/npm/texts")? {
        common(&entry.context("reading dist/npm/texts")?.path())?;
    }
    Ok(())
}

fn common(module: &Path) -> Result<()> {
    let text =
        std::fs::read_to_string(module).with_context(|| format!("reading {}", module.display()))?;
    let to = module.with_extension("cjs");
    let common =
        |text: &str| bundle::commonjs(text).with_context(|| format!("making {}", to.display()));
    let text = match maps::named(&text)? {
        Some(code) => {
            let name = to.file_name().unwrap_or_default().to_string_lossy();
            code.shipped(&common(&code.text)?, &name)?
        }
        None => common(&text)?,
    };
    std::fs::write(&to, text).with_context(|| format!("writing {}", to.display()))
}

/// Copies the files of a folder whose names end so.
fn copy_all(from: &str, to: &str, end: &str) -> Result<()> {
    for entry in std::fs::read_dir(from).with_context(|| format!("reading {from}"))? {
        let entry = entry.with_context(|| format!("reading {from}"))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && name.ends_with(end) {
            copy(&format!("{from}/{name}"), &format!("{to}{name}"))?;
        }
    }
    Ok(())
}

fn copy(from: &str, to: &str) -> Result<()> {
    let to = Path::new("dist/npm").join(to);
    to.parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::copy(from, &to))
        .map(drop)
        .with_context(|| format!("copying {from} to {}", to.display()))
}

fn check() -> Result<()> {
    let text = std::fs::read_to_string("pkg.json").context("reading pkg.json")?;
    let manifest: Value = serde_json::from_str(&text).context("pkg.json is not JSON")?;
    let problems = problems(&manifest, |name| Path::new("dist/npm").join(name).exists());
    if !problems.is_empty() {
        bail!("pkg.json does not describe the package:\n  {}", problems.join("\n  "));
    }
    Ok(())
}

/// Everything in the manifest that the folder contradicts.
fn problems(manifest: &Value, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut problems = Vec::new();
    let version = &manifest["version"];
    if version != VERSION {
        problems.push(format!("version is {version}, and Cargo.toml says \"{VERSION}\""));
    }
    for field in ["bin", "exports", "types", "files"] {
        let mut files = Vec::new();
        strings(&manifest[field], &mut files);
        if files.is_empty() {
            problems.push(format!("{field} is missing"));
        }
        for file in files {
            // A pattern stands for the files of a folder.
            let file = file.split("/*").next().unwrap_or(file);
            if !exists(file.trim_start_matches("./")) {
                problems.push(format!("{field} names {file}, which the build does not make"));
            }
        }
    }
    problems
}

/// All texts in a value, however deep: `exports` nests by condition.
fn strings<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| strings(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_untruth_of_a_manifest_is_told() {
        let manifest = json!({
            "version": "9.9.9",
            "bin": { "consentinel": "./gone-too.js" },
            "exports": { ".": { "types": "./index.d.ts", "default": "./gone.js" } },
            "files": ["index.d.ts"],
        });
        let told = problems(&manifest, |name| name == "index.d.ts");
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[0].starts_with("version is \"9.9.9\""));
        assert_eq!(told[1], "bin names ./gone-too.js, which the build does not make");
        assert_eq!(told[2], "exports names ./gone.js, which the build does not make");
        assert_eq!(told[3], "types is missing");
    }

    #[test]
    fn a_true_manifest_has_no_problems() {
        let manifest = json!({
            "version": VERSION, "bin": "./main.js", "exports": "./index.js", "types": "./index.d.ts",
            "files": ["index.js"],
        });
        assert!(problems(&manifest, |_| true).is_empty());
    }
}
