//! Turns one entry of `www/js/` into one finished script. The bundler sees placeholders for modules, texts and
//! hashes; they are put in afterwards, byte for byte: no printer can escape a module anew, and one bundle serves all
//! languages. What goes into `dist/` is chosen by `build`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use consentinel_npx::tag::fill;
use serde_json::{Map, Value};

use crate::encode::CHOSEN;
use crate::maps::{self, DIRECTIVE, Mapped};
use crate::page;
use crate::run::{answer, node_tool, silent, target};
use crate::stamp::ZEROS;

/// The oldest browsers that start the page at all: constructable stylesheets came with Firefox 101
/// and Safari 16.4, assignable `adoptedStyleSheets` with Chrome 99; ES2022 is what all of them know.
pub const TARGET: &str = "--target=es2022,chrome99,firefox101,safari16.4";

/// The places in a bundle: names that nothing declares, so no minifier knows anything about them (of a text it
/// would work out the length). Those that `npx consentinel bundle` fills are its own.
pub mod place {
    pub use consentinel_npx::tag::place::{INSIDE, LABELS, POLICY, TEXTS};

    /// The module that the page waits for.
    pub const GATE: &str = "consentinelGate";
    /// The module that comes later.
    pub const DECIDING: &str = "consentinelDeciding";
    /// The module that takes over what another tool had stored.
    pub const MOVING: &str = "consentinelMoving";
    /// The module of servers.
    pub const SERVER: &str = "consentinelServer";
    /// The name of the file of the second part.
    pub const PART: &str = "consentinelPart";
    /// The hash of that file, as `integrity` has it.
    pub const INTEGRITY: &str = "consentinelIntegrity";
    /// The name of the file of the tag that does without WebAssembly.
    pub const INSTEAD: &str = "consentinelInstead";
    /// Its hash, as `integrity` has it.
    pub const INSTEAD_INTEGRITY: &str = "consentinelWithoutIntegrity";
    /// The modules of the page as JavaScript, a list.
    pub const SCRIPTED: &str = "consentinelScripted";
    /// All of them.
    pub const ALL: [&str; 13] = [
        GATE,
        DECIDING,
        MOVING,
        SERVER,
        TEXTS,
        LABELS,
        INSIDE,
        PART,
        INTEGRITY,
        INSTEAD,
        INSTEAD_INTEGRITY,
        POLICY,
        SCRIPTED,
    ];
}

/// Where the first part of the tag waits for the second one (www/js/fetched.js).
const HOOK: &str = "window[\"consentinel:part\"]";

/// What the second part is handed.
const SHARED: &str = "consentinelShared";
/// What it hands over.
const TAKE: &str = "consentinelTake";

/// The texts of the page: language → key → text, or for a text with a number an object of its plural
/// forms; in the order of the languages' names.
pub type Texts = Map<String, Value>;

/// A kind of script, with its entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// A classic script: the part that a page waits for.
    Tag,
    /// A classic script that the tag fetches: the part that comes later.
    Part,
    /// A classic script with both parts, which does without WebAssembly.
    TagScripted,
    /// An ES module: the first part for applications, which imports the second.
    Npm,
    /// The second, for it alone.
    NpmPart,
    /// An ES module with both parts, which does without WebAssembly.
    NpmScripted,
    /// A classic script with both parts, the face and a policy.
    Whole,
    /// An ES module without one, which both others load.
    Face,
    /// An ES module around the module of servers.
    Server,
    /// A classic script that stands before the tag, around the module of moving.
    Moving,
    /// An ES module around that one.
    NpmMoving,
}

impl Script {
    /// The entry, relative to the workspace.
    pub fn entry(self) -> &'static str {
        match self {
            Self::Tag => "www/js/tag.js",
            Self::Part => "www/js/part.js",
            Self::TagScripted => "www/js/nowasm.js",
            Self::Npm | Self::NpmScripted => "www/js/npm.js",
            Self::NpmPart => "www/npm/part.js",
            Self::Whole => "www/js/whole.js",
            Self::Face => "www/js/face.js",
            Self::Server => "www/js/server.js",
            Self::Moving => "www/js/moving.js",
            Self::NpmMoving => "www/npm/moving.js",
        }
    }

    fn format(self) -> &'static str {
        match self {
            // The second part is wrapped anew, as the first one of its door wants it.
            Self::Tag
            | Self::Part
            | Self::TagScripted
            | Self::NpmPart
            | Self::Whole
            | Self::Moving => "--format=iife",
            Self::Npm | Self::NpmScripted | Self::Face | Self::Server | Self::NpmMoving => {
                "--format=esm"
            }
        }
    }
}

/// The style sheets, minified.
pub struct Styles {
    /// Of the small button, and what everything shares with it.
    pub button: String,
    /// Of the first layer.
    pub banner: String,
    /// Of what the face shows.
    pub face: String,
}

impl Styles {
    /// Reads and minifies them.
    pub fn read() -> Result<Self> {
        let style = |name: &str| style(&format!("www/css/{name}.css"));
        Ok(Self { button: style("button")?, banner: style("banner")?, face: style("face")? })
    }
}

/// A bundle that lacks only what stands in its places, and the build hash.
#[derive(Clone)]
pub struct Bundle(Mapped);

impl Bundle {
    /// Bundles `script` with these styles.
    pub fn of(script: Script, styles: &Styles) -> Result<Self> {
        use place::{
            DECIDING, GATE, INSIDE, INSTEAD, INSTEAD_INTEGRITY, INTEGRITY, LABELS, MOVING, PART,
            POLICY, SERVER, TEXTS,
        };
        let file = |name: &str, text: &str| -> Result<PathBuf> {
            let file = page::folder().join(name);
            std::fs::write(&file, text).context("writing the assets of a bundle")?;
            Ok(file)
        };
        let text = |text: &str| Value::from(text).to_string();
        let (shift, version) = (CHOSEN.shift(), env!("CARGO_PKG_VERSION"));
        let first = file(
            "first.js",
            &format!(
                "export const module = {GATE}, shift = {shift}, look = {}, labels = {LABELS}, inside = {INSIDE};\n\
                 export const build = \"{ZEROS}\", version = \"{version}\";\n",
                text(&styles.button)
            ),
        )?;
        let second = file(
            "second.js",
            &format!(
                "export const module = {DECIDING}, style = {}, texts = {TEXTS};\n",
                text(&styles.banner)
            ),
        )?;
        let assets = file(
            "assets.js",
            &if matches!(script, Script::Face | Script::Whole) {
                format!("export const style = {};\n", text(&styles.face))
            } else {
                let style = [styles.button.as_str(), &styles.banner].concat();
                format!(
                    "export const module = {SERVER}, texts = {TEXTS}, style = {};\n",
                    text(&style)
                )
            },
        )?;
        let part = if script == Script::Npm {
            format!("export const integrity = {INTEGRITY};\n")
        } else {
            format!(
                "export const part = {PART}, integrity = {INTEGRITY};\n\
                 export const instead = {INSTEAD}, insteadIntegrity = {INSTEAD_INTEGRITY};\n"
            )
        };
        let part = file("beside.js", &part)?;
        let policy = file("policy.js", &format!("export const policy = {POLICY};\n"))?;
        let moving =
            format!("export const module = {MOVING}, shift = {shift}, build = \"{ZEROS}\";\n");
        let moving = file("moving.js", &moving)?;
        let names = shared_names()?;
        let handing = format!(
            "import {{ {} }} from {};\nexport const handed = {{ __proto__: null, {} }};\n",
            names.join(", "),
            text(&std::path::absolute("www/js/shared.js")?.display().to_string()),
            numbered(&names),
        );
        let handed = file("handed.js", &handing)?;
        let taking =
            format!("export const {{ {} }} = {SHARED}, take = {TAKE};\n", numbered(&names));
        let taken = file("taken.js", &taking)?;
        let here = |file: &str| PathBuf::from("www/js").join(file);
        let is_part = matches!(script, Script::Part | Script::NpmPart);
        let is_moving = matches!(script, Script::Moving | Script::NpmMoving);
        let jar = if is_moving { "moving/jar.js" } else { "gate.js" };
        // What the npm package does to a page it can take back, so it keeps a list.
        let is_npm = matches!(script, Script::Npm | Script::NpmScripted);
        let lasting = if is_npm { "../npm/lasting.js" } else { "pristine.js" };
        let later = if script == Script::Npm { "later.js" } else { "inside.js" };
        // Where WebAssembly is refused, what stands for it.
        let machine: &[&str] = if matches!(script, Script::NpmScripted | Script::TagScripted) {
            &[
                "--define:globalThis.WebAssembly=consentinelWebAssembly",
                "--inject:./www/npm/machine.js",
            ]
        } else {
            &[]
        };
        let bundled = page::folder().join("bundle.js");
        let minified = page::folder().join("minified.js");
        // Joined, because the bundler takes a path without a dot for a package.
        let alias = |name: &str, file: PathBuf| {
            format!("--alias:{name}={}", Path::new(".").join(file).display())
        };
        silent(
            node_tool("esbuild")
                .args([script.entry(), "--bundle", "--minify", "--charset=utf8", TARGET])
                .args(["--legal-comments=none", "--log-level=warning"])
                .arg(script.format())
                // The face is imported when it is needed, and a file of its own.
                .args((script != Script::Whole).then_some("--external:*/face.js"))
                // As is the second part of an application.
                .args((script == Script::Npm).then_some("--external:*/part.js"))
                .arg(alias("#policy", policy))
                .arg(alias("#first", first))
                .arg(alias("#second", second))
                .arg(alias("#part", part))
                .arg(alias("#moving", moving))
                .arg(alias("#assets", assets))
                .arg(alias("#handed", handed))
                // The second part of the tag has of the first what that hands over, and no copies.
                .arg(alias("#shared", if is_part { taken.clone() } else { here("shared.js") }))
                .arg(alias("#tree", if is_part { taken } else { here("tree.js") }))
                .arg(alias("#lasting", here(lasting)))
                .arg(alias("#jar", here(jar)))
                .arg(alias("#later", PathBuf::from("www/npm").join(later)))
                .args(machine)
                // Only the script of servers imports it.
                .arg(alias("#server", server_glue()))
                .args(["--sourcemap=external", &format!("--outfile={}", bundled.display())]),
        )?;
        // Minified once already; this one finds more, above all better names: 0.7 KB after brotli. None of our functions is a
        // constructor but classes, so those that are called where they stand may be arrows: 50 bytes.
        let whole = Mapped::bundled(&bundled)?;
        let (text, from) = if is_part { handed_over(&whole.text) } else { strict(&whole.text) }
            .with_context(|| format!("wrapping {}", script.entry()))?;
        whole.wrapped(text, from)?.lay(&bundled)?;
        silent(
            node_tool("terser")
                .arg(&bundled)
                .args([
                    "--ecma=2020",
                    "--compress=passes=3,toplevel,hoist_funs,unsafe_arrows",
                    "--mangle",
                ])
                .args(["--source-map", &format!("content='{}.map'", bundled.display())])
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
        Mapped::read(text, &minified.with_extension("js.map")).map(Self)
    }

    /// The text with each of these fillings, source code, in its place; nothing else may lack then.
    pub fn filled(&self, fillings: &[(&str, &str)]) -> Result<String> {
        self.template(fillings, &[])
    }

    /// The same, with its map.
    pub fn mapped(&self, fillings: &[(&str, &str)]) -> Result<Mapped> {
        self.template(fillings, &[])?;
        self.moved(fillings)
    }

    /// The same, with the modules as code: what they take of the browser they take when the script is read, so they stand in
    /// front of everything.
    pub fn scripted(&self, fillings: &[(&str, &str)], modules: &[String]) -> Result<Mapped> {
        self.template(fillings, &[place::SCRIPTED])?;
        let front = format!("{DIRECTIVE}const {}=[{}];", place::SCRIPTED, modules.join(","));
        self.moved(&[fillings, &[(DIRECTIVE, &front)]].concat())
    }

    fn moved(&self, fillings: &[(&str, &str)]) -> Result<Mapped> {
        let (text, pieces) = maps::filled(&self.0.text, fillings)?;
        Ok(self.0.moved(text, &pieces))
    }

    /// The same, with these places open, for those who fill them later.
    pub fn template(&self, fillings: &[(&str, &str)], open: &[&str]) -> Result<String> {
        let text = fill(&self.0.text, fillings).map_err(|error| anyhow!(error))?;
        for place in place::ALL {
            match text.matches(place).count() {
                0 if !open.contains(&place) => {}
                1 if open.contains(&place) => {}
                _ => bail!(
                    "`{place}` is used in a bundle that does not have it, or not in one that has"
                ),
            }
        }
        Ok(text)
    }
}

/// The program of `npx consentinel`, for Node, around the module whose JavaScript is `glue`.
pub fn program(glue: &Path) -> Result<String> {
    let text = answer(
        node_tool("esbuild")
            .args(["www/npm/npx.js", "--bundle", "--minify", "--charset=utf8", "--format=esm"])
            .args(["--platform=node", "--target=node20", "--legal-comments=inline"])
            .args(["--main-fields=module,main", "--log-level=warning"])
            .arg(format!("--alias:#npx={}", Path::new(".").join(glue).display())),
    )?;
    Ok(text)
}

/// An adapter of `www/npm`, with what it shares with others inside; the framework it imports from the project it is in, and
/// the library of `gpp` is inside as well, so that the package depends on nothing.
pub fn adapter(file: &str) -> Result<Mapped> {
    let bundled = page::folder().join("adapter.js");
    silent(
        node_tool("esbuild")
            .args([file, "--bundle", "--minify", "--charset=utf8", TARGET, "--format=esm"])
            .args([
                "--external:react",
                "--external:vue",
                "--external:svelte/*",
                "--legal-comments=inline",
                "--log-level=warning",
                "--sourcemap=external",
            ])
            .arg(format!("--outfile={}", bundled.display())),
    )?;
    let bundled = Mapped::bundled(&bundled)?;
    let (text, from) = strict(&bundled.text).with_context(|| format!("wrapping {file}"))?;
    bundled.wrapped(text, from)
}

/// A script of `www/js` that pages with the tag load beside it, with nothing of the tag inside.
pub fn beside(name: &str) -> Result<String> {
    let file = format!("www/js/{name}.js");
    let bundled = page::folder().join(format!("{name}.js"));
    silent(
        node_tool("esbuild")
            .args([&file, "--bundle", "--minify", "--charset=utf8", TARGET])
            .args(["--format=iife", "--legal-comments=inline", "--log-level=warning"])
            .arg(format!("--outfile={}", bundled.display())),
    )?;
    let text = std::fs::read_to_string(&bundled).with_context(|| format!("reading {file}"))?;
    let (text, _) = strict(&text).with_context(|| format!("wrapping {file}"))?;
    Ok(text)
}

/// What wasm-bindgen generates around the module of servers (server.rs); `#server` in www/js/server.js.
pub fn server_glue() -> PathBuf {
    target().join("server/glue/server.js")
}

/// The names in www/js/shared.js, in their order.
fn shared_names() -> Result<Vec<String>> {
    let text = std::fs::read_to_string("www/js/shared.js").context("reading www/js/shared.js")?;
    let lists = text.split("export {").skip(1);
    let names = lists.filter_map(|list| list.split('}').next()).flat_map(|list| list.split(','));
    Ok(names.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// Properties by number: their names would have to be the same on both sides, and nothing shortens them.
fn numbered(names: &[String]) -> String {
    let numbered: Vec<String> =
        names.iter().enumerate().map(|(at, name)| format!("{at}: {name}")).collect();
    numbered.join(", ")
}

/// The second part as a module: of the tag for pages that let nobody make an element for a script, and of an application.
pub fn as_module(part: &str) -> Result<String> {
    let run = part.trim_end().strip_prefix(HOOK).context("this is no second part")?;
    Ok(format!("export default {run}\n"))
}

/// How a bundle that is no module begins.
const FUNCTION: &str = "(()=>{";

/// The second part: a function, strict as [`strict`] says, that the first one calls; and where its code began.
fn handed_over(text: &str) -> Result<(String, usize)> {
    let body = text
        .trim_end()
        .strip_prefix(FUNCTION)
        .and_then(|text| text.strip_suffix("})();"))
        .context("the bundle is no function")?;
    Ok((format!("{HOOK}(({SHARED},{TAKE})=>{{{DIRECTIVE}{body}}});"), FUNCTION.len()))
}

/// A bundle with all its code in one function that is strict by a directive of its own: that holds in a
/// classic script, and also after somebody's bundler has made one of an ES module, where being strict is
/// never written down. Sloppy functions are handed to any script of the page by the call sites of an error,
/// by `caller` and by `arguments`.
///
/// What it imports stays in front, where alone it can be. Beside it, where its code began.
pub fn strict(text: &str) -> Result<(String, usize)> {
    let text = text.trim_end();
    if text.starts_with("import{") {
        let (import, rest) = text.split_once(';').context("an import without an end")?;
        let (rest, from) = strict(rest)?;
        return Ok((format!("{import};{rest}"), import.len() + 1 + from));
    }
    if let Some(body) = text.strip_prefix(FUNCTION) {
        return Ok((format!("{FUNCTION}{DIRECTIVE}{body}"), FUNCTION.len()));
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
            let text = format!("export default (()=>{{{DIRECTIVE}{body};return {inner}}})();\n");
            return Ok((text, 0));
        }
        names.push(name);
        parts.push(format!("{name}:{inner}"));
    }
    let (names, parts) = (names.join(","), parts.join(","));
    let text =
        format!("export const {{{names}}}=(()=>{{{DIRECTIVE}{body};return {{{parts}}}}})();\n");
    Ok((text, 0))
}

/// An ES module of ours as one of CommonJS, for what can `require` nothing else: Jest as it is set up by default, and Node
/// before 20.19. The code is the same, byte for byte; what stands around it says the other thing.
pub fn commonjs(module: &str) -> Result<String> {
    if let Some((names, rest)) =
        module.strip_prefix("import{").and_then(|rest| rest.split_once('}'))
    {
        let (from, rest) = rest
            .strip_prefix("from")
            .and_then(|rest| rest.split_once(';'))
            .context("an import without an end")?;
        let names = names.replace(" as ", ":");
        return Ok(format!("const{{{names}}}=require({from});{}", commonjs(rest)?));
    }
    if let Some(value) = module.strip_prefix("export default") {
        return Ok(format!("exports.__esModule=true;exports.default={}", value.trim_start()));
    }
    let value = module
        .strip_prefix("export const")
        .and_then(|rest| rest.trim_start().strip_prefix('{'))
        .and_then(|rest| rest.split_once("}="))
        .context("the module is not one function around all its code")?
        .1;
    Ok(format!("module.exports={value}"))
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
    use super::{commonjs, strict};

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
            assert_eq!(strict(bundle).unwrap().0, want);
        }
        for bundle in ["a()", "export{a as default,b};"] {
            assert!(strict(bundle).is_err(), "{bundle}");
        }
    }

    #[test]
    fn a_module_of_commonjs_has_the_same_code() {
        for (module, want) in [
            ("export const{a,b}=(()=>{})();\n", "module.exports=(()=>{})();\n"),
            ("export const {a}=(()=>{})();", "module.exports=(()=>{})();"),
            (
                "import{a as b,c}from\"react\";export const {d}=(()=>{})();",
                "const{a:b,c}=require(\"react\");module.exports=(()=>{})();",
            ),
            ("export default {a:1};", "exports.__esModule=true;exports.default={a:1};"),
        ] {
            assert_eq!(commonjs(module).unwrap(), want);
        }
        assert!(commonjs("a()").is_err());
    }
}
