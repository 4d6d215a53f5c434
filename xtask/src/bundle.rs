//! Turns one entry of `www/js/` into one finished script. The bundler sees placeholders for the
//! module, the texts, the languages and the build hash; they are put in afterwards, byte for byte: no printer can
//! escape the module anew, and one bundle serves all languages. What goes into `dist/` is chosen by
//! `build`.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::encode::CHOSEN;
use crate::run::{answer, node_tool, silent};
use crate::stamp::ZEROS;
use crate::{page, server};

/// The oldest browsers that start the page at all: constructable stylesheets came with Firefox 101
/// and Safari 16.4, assignable `adoptedStyleSheets` with Chrome 99; ES2022 is what all of them know.
const TARGET: &str = "--target=es2022,chrome99,firefox101,safari16.4";

/// The place of the module in a bundle: a name that nothing declares, so no minifier knows anything
/// about it (of a text it would work out the length).
const MODULE: &str = "consentinelModule";

/// The place of the texts.
const TEXTS: &str = "consentinelTexts";

/// The place of the names of the languages that are not inside.
const LANGUAGES: &str = "consentinelLanguages";

/// The texts of the page: language → key → text, or for a text with a number an object of its plural
/// forms; in the order of the languages' names.
pub type Texts = Map<String, Value>;

/// A kind of script, with its entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// A classic script.
    Tag,
    /// An ES module around the page module.
    Npm,
    /// An ES module without one, which both others load.
    Face,
    /// An ES module around the module of servers.
    Server,
}

impl Script {
    /// The entry, relative to the workspace.
    pub fn entry(self) -> &'static str {
        match self {
            Self::Tag => "www/js/tag.js",
            Self::Npm => "www/js/npm.js",
            Self::Face => "www/js/face.js",
            Self::Server => "www/js/server.js",
        }
    }

    fn format(self) -> &'static str {
        match self {
            Self::Tag => "--format=iife",
            Self::Npm | Self::Face | Self::Server => "--format=esm",
        }
    }
}

/// A bundle that lacks only the module, the texts, the languages and the build hash, as far as it uses them.
#[derive(Clone)]
pub struct Bundle(String);

impl Bundle {
    /// Bundles `script` with this style.
    pub fn of(script: Script, style: &str) -> Result<Self> {
        let assets = page::folder().join("assets.js");
        let mut source = format!("export const style = {};\n", Value::from(style));
        if script != Script::Face {
            source.push_str(&format!(
                "export const module = {MODULE};\nexport const texts = {TEXTS};\n"
            ));
        }
        if matches!(script, Script::Tag | Script::Npm) {
            source.push_str(&format!(
                "export const languages = {LANGUAGES};\nexport const build = \"{ZEROS}\";\n\
                 export const shift = {};\nexport const version = \"{}\";\n",
                CHOSEN.shift(),
                env!("CARGO_PKG_VERSION"),
            ));
        }
        std::fs::write(&assets, source).context("writing the assets of a bundle")?;
        let bundled = page::folder().join("bundle.js");
        let minified = page::folder().join("minified.js");
        // Joined, because the bundler takes a path without a dot for a package.
        let alias = |name: &str, file: &Path| {
            format!("--alias:{name}={}", Path::new(".").join(file).display())
        };
        silent(
            node_tool("esbuild")
                .args([script.entry(), "--bundle", "--minify", "--charset=utf8", TARGET])
                .args(["--legal-comments=none", "--log-level=warning"])
                // The face is imported when it is needed, and a file of its own.
                .args(["--external:*/face.js", script.format()])
                .arg(alias("#assets", &assets))
                // Only the script of servers imports it.
                .arg(alias("#server", &server::glue()))
                .arg(format!("--outfile={}", bundled.display())),
        )?;
        // Minified once already; this one finds more, above all better names: 0.7 KB after brotli.
        let whole = std::fs::read_to_string(&bundled).context("reading a bundle")?;
        let whole = strict(&whole).with_context(|| format!("wrapping {}", script.entry()))?;
        std::fs::write(&bundled, whole).context("writing a bundle")?;
        silent(
            node_tool("terser")
                .arg(&bundled)
                .args(["--ecma=2020", "--compress=passes=3,toplevel,hoist_funs", "--mangle"])
                .arg("--output")
                .arg(&minified),
        )?;
        let text = std::fs::read_to_string(&minified).context("reading a bundle")?;
        if text.contains("import.meta") {
            bail!(
                "{}: the bundle uses `import.meta`, which a classic script has not",
                script.entry()
            );
        }
        Ok(Self(text))
    }

    /// The text with the module's literal (quotes included), these texts, and the names of the languages
    /// that can be fetched, in their places.
    pub fn filled(&self, module: &str, texts: &Texts, others: &[&str]) -> Result<String> {
        let texts = script_literal(&Value::from(texts.clone()));
        let names = Value::from(others.join(" ")).to_string();
        let mut text = self.0.clone();
        for (name, place, filling) in
            [("module", MODULE, module), ("texts", TEXTS, &texts), ("languages", LANGUAGES, &names)]
        {
            let places = text.matches(place).count();
            // Servers fetch none.
            let is_optional = others.is_empty() && name == "languages";
            if places != 1 && !(places == 0 && is_optional) {
                bail!(
                    "the {name} have {places} places in the bundle instead of one: \
                     import `{name}` from \"#assets\" and use it once"
                );
            }
            text = text.replacen(place, filling, 1);
        }
        Ok(text)
    }

    /// The text of a bundle that uses nothing of all this.
    pub fn whole(&self) -> Result<&str> {
        if [MODULE, TEXTS, LANGUAGES, ZEROS].iter().any(|place| self.0.contains(place)) {
            bail!("the face holds what belongs to the tag: let the tag hand it over");
        }
        Ok(&self.0)
    }
}

/// A bundle with all its code in one function that is strict by a directive of its own: that holds in a
/// classic script, and also after somebody's bundler has made one of an ES module, where being strict is
/// never written down. Sloppy functions are handed to any script of the page by the call sites of an error,
/// by `caller` and by `arguments`.
fn strict(text: &str) -> Result<String> {
    const DIRECTIVE: &str = "\"use strict\";";
    let text = text.trim_end();
    if let Some(body) = text.strip_prefix("(()=>{") {
        return Ok(format!("(()=>{{{DIRECTIVE}{body}"));
    }
    let (body, exported) = text
        .strip_suffix("};")
        .and_then(|text| text.rsplit_once("export{"))
        .context("the bundle is no function, and does not end with what it exports")?;
    let mut names = Vec::new();
    let mut parts = Vec::new();
    for export in exported.split(',') {
        let (inner, name) = export.split_once(" as ").unwrap_or((export, export));
        if name == "default" {
            if exported != export {
                bail!("a default export stands beside others");
            }
            return Ok(format!("export default (()=>{{{DIRECTIVE}{body};return {inner}}})();\n"));
        }
        names.push(name);
        parts.push(format!("{name}:{inner}"));
    }
    let (names, parts) = (names.join(","), parts.join(","));
    Ok(format!("export const {{{names}}}=(()=>{{{DIRECTIVE}{body};return {{{parts}}}}})();\n"))
}

/// A value as JavaScript source: as JSON, but for names that need no quotes.
pub fn script_literal(value: &Value) -> String {
    let Value::Object(fields) = value else { return value.to_string() };
    let is_plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphabetic());
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| {
            let value = script_literal(value);
            if is_plain(name) {
                format!("{name}:{value}")
            } else {
                format!("{}:{value}", Value::from(name.as_str()))
            }
        })
        .collect();
    format!("{{{}}}", fields.join(","))
}

/// A minified style sheet.
pub fn style(file: &str) -> Result<String> {
    let style = answer(node_tool("esbuild").args([
        file,
        "--minify",
        "--charset=utf8",
        TARGET,
        "--legal-comments=none",
        "--log-level=warning",
    ]))?;
    Ok(style.trim_end().to_owned())
}

/// All texts of `www/texts/`. One language without a key that another one has is an error: the
/// banner would show a hole.
pub fn texts() -> Result<Texts> {
    let mut texts = Texts::new();
    for entry in std::fs::read_dir("www/texts").context("reading the folder www/texts")? {
        let file = entry.context("reading the folder www/texts")?.path();
        let Some(language) = file.file_name().and_then(|name| name.to_str()?.strip_suffix(".json"))
        else {
            bail!("{}: only <language>.json belongs here", file.display());
        };
        let json = std::fs::read_to_string(&file)
            .with_context(|| format!("reading {}", file.display()))?;
        let value: Map<String, Value> = serde_json::from_str(&json)
            .with_context(|| format!("{}: expected an object of texts", file.display()))?;
        texts.insert(language.to_owned(), value.into());
    }
    let keys = |language: &Value| -> Vec<String> {
        let mut keys: Vec<_> =
            language.as_object().into_iter().flat_map(Map::keys).cloned().collect();
        keys.sort();
        keys
    };
    let english = keys(texts.get("en").context("www/texts/en.json is missing")?);
    for (language, value) in &texts {
        if keys(value) != english {
            bail!("www/texts/{language}.json has not the same keys as www/texts/en.json");
        }
    }
    Ok(texts)
}

/// The texts of one language only.
pub fn only(texts: &Texts, language: &str) -> Texts {
    texts
        .iter()
        .filter(|(name, _)| *name == language)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::strict;

    #[test]
    fn all_code_of_a_bundle_stands_in_one_strict_function() {
        for (bundle, want) in [
            ("(()=>{a()})();\n", "(()=>{\"use strict\";a()})();"),
            (
                "function a(){}export{a as one,two};\n",
                "export const {one,two}=(()=>{\"use strict\";function a(){};return {one:a,two:two}})();\n",
            ),
            (
                "var a=1;export{a as default};",
                "export default (()=>{\"use strict\";var a=1;;return a})();\n",
            ),
        ] {
            assert_eq!(strict(bundle).unwrap(), want);
        }
        for bundle in ["a()", "export{a as default,b};"] {
            assert!(strict(bundle).is_err(), "{bundle}");
        }
    }
}
