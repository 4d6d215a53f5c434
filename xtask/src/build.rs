//! `cargo xtask build`: fills `dist/` with everything that ships. It orders the steps; each is done
//! by the file of its name.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::bundle::{self, Bundle, Script, Texts, only};
use crate::encode::{CHOSEN, literal};
use crate::run::say;
use crate::stamp::{is_stamped, stamp};
use crate::{npm, page, server};

/// A classic script without a charset is read in the charset of the page around it; the mark says
/// that it is UTF-8, so that the module survives a page in another one.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// What the build takes from the repository besides the crate.
const SOURCES: [&str; 9] = [
    "pkg.json",
    "www/css/banner.css",
    "www/js/consentinel.d.ts",
    "www/js/npm.js",
    "www/js/server.d.ts",
    "www/js/server.js",
    "www/js/tag.js",
    "www/policy.schema.json",
    "www/texts/en.json",
];

/// The ingredients of the scripts, for those who measure them.
pub struct Parts {
    /// The page module.
    pub module: Vec<u8>,
    /// The style sheet, minified.
    pub style: String,
    /// All texts.
    pub texts: Texts,
}

/// Builds everything.
pub fn build() -> Result<Parts> {
    let missing: Vec<_> = SOURCES.iter().filter(|file| !Path::new(file).exists()).collect();
    if !missing.is_empty() {
        bail!("these sources are missing: {missing:?}");
    }
    let parts = Parts { module: page::module()?, style: bundle::style()?, texts: bundle::texts()? };
    say("style", format_args!("{} bytes minified", parts.style.len()));
    let languages: Vec<&String> = parts.texts.keys().collect();
    say("texts", format_args!("{languages:?}"));

    if Path::new("dist").exists() {
        std::fs::remove_dir_all("dist").context("emptying dist")?;
    }
    std::fs::create_dir_all("dist/npm").context("making the folder dist/npm")?;
    script(&parts, Script::Tag, &parts.texts, "dist/consentinel.js")?;
    for language in languages {
        let file = format!("dist/consentinel.{language}.js");
        script(&parts, Script::Tag, &only(&parts.texts, language), &file)?;
    }
    script(&parts, Script::Npm, &parts.texts, "dist/npm/index.js")?;
    std::fs::copy("www/policy.schema.json", "dist/policy.schema.json")
        .context("copying the policy schema")?;
    say("schema", "dist/policy.schema.json");
    server::build()?;
    npm::complete()?;
    Ok(parts)
}

/// Assembles one script and writes it.
fn script(parts: &Parts, script: Script, texts: &Texts, file: &str) -> Result<()> {
    let bundle = Bundle::of(script, &parts.style, texts)?;
    let text = finished(script, &bundle.with_module(&literal(&parts.module, CHOSEN))?);
    let (text, hash) = stamp(&text).with_context(|| format!("assembling {file}"))?;
    if !is_stamped(&text, &hash) {
        bail!("{file} does not check against its own hash: this is a defect of xtask");
    }
    std::fs::write(file, &text).with_context(|| format!("writing {file}"))?;
    say("script", format_args!("{file}, {} bytes, build {}", text.len(), &hash[..12]));
    Ok(())
}

/// What stands before a script of this kind.
pub fn finished(script: Script, text: &str) -> String {
    match script {
        Script::Tag => format!("{BYTE_ORDER_MARK}{text}"),
        Script::Npm => text.to_owned(),
    }
}
