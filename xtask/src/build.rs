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
const SOURCES: [&str; 12] = [
    "pkg.json",
    "www/css/banner.css",
    "www/css/face.css",
    "www/js/consentinel.d.ts",
    "www/js/face.js",
    "www/js/npm.js",
    "www/js/server.d.ts",
    "www/js/server.js",
    "www/js/tag.js",
    "www/js/texts.d.ts",
    "www/policy.schema.json",
    "www/texts/en.json",
];

/// The language that is inside, so that there always is one.
const ENGLISH: &str = "en";

/// The ingredients of the scripts, for those who measure them.
pub struct Parts {
    /// The page module.
    pub module: Vec<u8>,
    /// The style sheet of the tag, minified.
    pub style: String,
    /// The tag without module and texts.
    pub tag: Bundle,
    /// All texts.
    pub texts: Texts,
}

/// Builds everything.
pub fn build() -> Result<Parts> {
    let missing: Vec<_> = SOURCES.iter().filter(|file| !Path::new(file).exists()).collect();
    if !missing.is_empty() {
        bail!("these sources are missing: {missing:?}");
    }
    let module = page::module()?;
    let style = bundle::style("www/css/banner.css")?;
    say("style", format_args!("{} bytes minified", style.len()));
    let tag = Bundle::of(Script::Tag, &style)?;
    let npm = Bundle::of(Script::Npm, &style)?;
    let face = Bundle::of(Script::Face, &bundle::style("www/css/face.css")?)?;
    let parts = Parts { module, style, tag, texts: bundle::texts()? };
    say("texts", format_args!("{:?}", parts.texts.keys().collect::<Vec<_>>()));

    if Path::new("dist").exists() {
        std::fs::remove_dir_all("dist").context("emptying dist")?;
    }
    std::fs::create_dir_all("dist/npm").context("making the folder dist/npm")?;
    let module = literal(&parts.module, CHOSEN);
    let english = only(&parts.texts, ENGLISH);
    let others: Vec<&str> =
        parts.texts.keys().map(String::as_str).filter(|name| *name != ENGLISH).collect();
    let tag = |texts: &Texts, others: &[&str], file: &str| {
        script(&finished(&parts.tag.filled(&module, texts, others)?), file)
    };
    tag(&english, &others, "dist/consentinel.js")?;
    for (language, texts) in &parts.texts {
        tag(&only(&parts.texts, language), &[], &format!("dist/consentinel.{language}.js"))?;
        let module = format!("export default {};\n", bundle::script_literal(texts));
        for folder in ["dist/texts", "dist/npm/texts"] {
            let file = format!("{folder}/{language}.js");
            std::fs::create_dir_all(folder)
                .with_context(|| format!("making the folder {folder}"))?;
            std::fs::write(&file, &module).with_context(|| format!("writing {file}"))?;
        }
    }
    script(&npm.filled(&module, &english, &[])?, "dist/npm/index.js")?;
    for file in ["dist/consentinel.face.js", "dist/npm/face.js"] {
        std::fs::write(file, face.whole()?).with_context(|| format!("writing {file}"))?;
        say("face", format_args!("{file}, {} bytes", face.whole()?.len()));
    }
    std::fs::copy("www/policy.schema.json", "dist/policy.schema.json")
        .context("copying the policy schema")?;
    say("schema", "dist/policy.schema.json");
    server::build(&parts.style, &parts.texts)?;
    npm::complete()?;
    Ok(parts)
}

/// Stamps one script and writes it.
fn script(text: &str, file: &str) -> Result<()> {
    let (text, hash) = stamp(text).with_context(|| format!("assembling {file}"))?;
    if !is_stamped(&text, &hash) {
        bail!("{file} does not check against its own hash: this is a defect of xtask");
    }
    std::fs::write(file, &text).with_context(|| format!("writing {file}"))?;
    say("script", format_args!("{file}, {} bytes, build {}", text.len(), &hash[..12]));
    Ok(())
}

/// A finished tag.
pub fn finished(text: &str) -> String {
    format!("{BYTE_ORDER_MARK}{text}")
}
