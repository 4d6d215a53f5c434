//! `cargo xtask build`: fills `dist/` with everything that ships. It orders the steps; each is done
//! by the file of its name.

use std::path::Path;
use std::thread::ScopedJoinHandle;

use anyhow::{Context, Result, anyhow, bail};

use serde_json::Value;

use crate::bundle::{self, Bundle, Script, Styles, Texts, only, place};
use crate::delta::delta;
use crate::encode::{CHOSEN, literal};
use crate::maps::Mapped;
use crate::page::Module;
use crate::run::say;
use crate::scripted::scripted;
use crate::separate::{Ingredients, separate};
use crate::stamp::{hash, integrity, is_stamped, stamp};
use crate::{audit, npm, npx, page, policy, report, server, tools};

/// A classic script without a charset is read in the charset of the page around it; the mark says
/// that it is UTF-8, so that the module survives a page in another one.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// What the build takes from the repository besides the crate.
const SOURCES: [&str; 36] = [
    "pkg.json",
    "www/audit/index.html",
    "www/audit/index.js",
    "www/audit/room.css",
    "www/audit/store.html",
    "www/audit/store.js",
    "www/css/banner.css",
    "www/css/button.css",
    "www/css/face.css",
    "www/js/auto.d.ts",
    "www/js/consentinel.d.ts",
    "www/js/delivery.js",
    "www/js/face.js",
    "www/js/gpp.js",
    "www/js/languages.d.ts",
    "www/js/moving.js",
    "www/js/nowasm.js",
    "www/js/npm.js",
    "www/js/part.js",
    "www/js/report.js",
    "www/js/server.d.ts",
    "www/js/server.js",
    "www/js/signals.js",
    "www/js/tag.js",
    "www/js/texts.d.ts",
    "www/js/wasm.d.ts",
    "www/js/whole.js",
    "www/npm/compose.js",
    "www/npm/moving.js",
    "www/npm/npx.js",
    "www/npm/part.js",
    "www/npm/services.d.ts",
    "www/policy.schema.json",
    "www/policy/index.html",
    "www/policy/index.js",
    "www/texts/en.json",
];

/// The language that is inside, so that there always is one.
const ENGLISH: &str = "en";

/// The tag that does without WebAssembly.
const WITHOUT: &str = "consentinel.nowasm.js";

/// The ingredients of the scripts, for those who measure them.
pub struct Parts {
    /// The module that a page waits for.
    pub gate: Vec<u8>,
    /// The module that comes later.
    pub deciding: Vec<u8>,
    /// That module as it travels: what is other in it than in the first, which is there by then.
    pub carried: Vec<u8>,
    /// The style sheets.
    pub styles: Styles,
    /// The first part of the tag without what is filled in.
    pub tag: Bundle,
    /// The second one.
    pub part: Bundle,
    /// All texts.
    pub texts: Texts,
}

/// A language of the tag: whose texts are inside, and the files' names.
struct Language<'a> {
    name: &'a str,
    tag: String,
    part: String,
}

impl Parts {
    /// The text of the second part with the texts of one language.
    pub fn part(&self, language: &str) -> Result<String> {
        let module = literal(&self.carried, CHOSEN);
        let texts = bundle::script_literal(&Value::from(only(&self.texts, language)));
        Ok(finished(&self.part.filled(&[(place::DECIDING, &module), (place::TEXTS, &texts)])?))
    }

    /// The text of the first part beside a second one that stands in `file`, and beside the tag that does without
    /// WebAssembly; what the small button says is inside for these languages.
    fn tag(
        &self,
        inside: &str,
        labels: &Texts,
        (file, part): (&str, &str),
        without: &str,
    ) -> Result<String> {
        let module = literal(&self.gate, CHOSEN);
        // An address of this build alone: an older file in a cache would not be let run.
        let address =
            |file: &str, text| Value::from(format!("{file}?{:.12}", hash(text))).to_string();
        Ok(finished(&self.tag.filled(&[
            (place::GATE, &module),
            (place::LABELS, &bundle::script_literal(&Value::from(labels.clone()))),
            (place::INSIDE, &Value::from(inside).to_string()),
            (place::PART, &address(file, part)),
            (place::INTEGRITY, &Value::from(integrity(part)).to_string()),
            (place::INSTEAD, &address(WITHOUT, without)),
            (place::INSTEAD_INTEGRITY, &Value::from(integrity(without)).to_string()),
        ])?))
    }
}

/// What the small button says, by language.
pub fn labels(texts: &Texts) -> Texts {
    texts.iter().map(|(name, texts)| (name.clone(), texts["reopen"].clone())).collect()
}

/// Builds everything.
pub fn build() -> Result<Parts> {
    let missing: Vec<_> = SOURCES.iter().filter(|file| !Path::new(file).exists()).collect();
    if !missing.is_empty() {
        bail!("these sources are missing: {missing:?}");
    }
    tools::wasm_target()?;
    tools::node_modules()?;
    // Bundling and shrinking use one processor at a time, so these are compiled beside it.
    std::thread::scope(|scope| {
        let [server, npx, audit, policy] =
            [server::module, npx::module, audit::module, policy::module]
                .map(|module| scope.spawn(module));
        let styles = Styles::read()?;
        let gate = page::module(Module::Gate)?;
        let deciding = page::module(Module::Deciding)?;
        let parts = Parts {
            carried: delta(&gate, &deciding)?,
            gate,
            deciding,
            tag: Bundle::of(Script::Tag, &styles)?,
            part: Bundle::of(Script::Part, &styles)?,
            texts: bundle::texts()?,
            styles,
        };
        let [npm, npm_part] =
            [Bundle::of(Script::Npm, &parts.styles)?, Bundle::of(Script::NpmPart, &parts.styles)?];
        let face = Bundle::of(Script::Face, &parts.styles)?;
        say("texts", format_args!("{:?}", parts.texts.keys().collect::<Vec<_>>()));

        if Path::new("dist").exists() {
            std::fs::remove_dir_all("dist").context("emptying dist")?;
        }
        std::fs::create_dir_all("dist/npm").context("making the folder dist/npm")?;
        let english = bundle::script_literal(&Value::from(only(&parts.texts, ENGLISH)));
        let labelled = bundle::script_literal(&Value::from(labels(&parts.texts)));
        let inside = Value::from(ENGLISH).to_string();
        let modules = [scripted(Module::Deciding)?, scripted(Module::Gate)?];
        let without = |script| {
            let fillings = [
                // In the place of its bytes the number of each (www/npm/machine.js).
                (place::GATE, &*literal(&[1], CHOSEN)),
                (place::DECIDING, &literal(&[0], CHOSEN)),
                (place::TEXTS, &english),
                (place::LABELS, &labelled),
                (place::INSIDE, &inside),
            ];
            Bundle::of(script, &parts.styles)?.scripted(&fillings, &modules)
        };
        let tag_without =
            script(&finished(&without(Script::TagScripted)?.text), &format!("dist/{WITHOUT}"))?;
        let all = Language {
            name: ENGLISH,
            tag: "consentinel.js".into(),
            part: "consentinel.part.js".into(),
        };
        let each = parts.texts.keys().map(|name| Language {
            name,
            tag: format!("consentinel.{name}.js"),
            part: format!("consentinel.part.{name}.js"),
        });
        for (at, Language { name, tag, part }) in [all].into_iter().chain(each).enumerate() {
            // The tag without a language in its name fetches the others.
            let spoken = if at == 0 { parts.texts.clone() } else { only(&parts.texts, name) };
            let second = parts.part(name)?;
            write(&format!("dist/{part}"), &second)?;
            let module = bundle::as_module(second.trim_start_matches(BYTE_ORDER_MARK))?;
            write(&format!("dist/{}", part.replace(".js", ".mjs")), &module)?;
            let text = parts.tag(name, &labels(&spoken), (&part, &second), &tag_without)?;
            script(&text, &format!("dist/{tag}"))?;
        }
        for (language, texts) in &parts.texts {
            let module = format!("export default {};\n", bundle::script_literal(texts));
            for folder in ["dist/texts", "dist/npm/texts"] {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("making the folder {folder}"))?;
                write(&format!("{folder}/{language}.js"), &module)?;
            }
        }
        write("dist/npm/languages.js", &languages(&parts.texts))?;
        let deciding = literal(&parts.carried, CHOSEN);
        let part = npm_part.mapped(&[(place::DECIDING, &deciding), (place::TEXTS, &english)])?;
        let second = bundle::as_module(&part.text)?;
        // The first part takes the second of its own build, and no other.
        let name = Value::from(integrity(&second)).to_string();
        let second = format!("export const build={name};{second}");
        write("dist/npm/part.js", &part.shipped(&second, "part.js")?)?;
        let first = npm.mapped(&[
            (place::GATE, &literal(&parts.gate, CHOSEN)),
            // Whoever has decided finds the small button without the texts of their language.
            (place::LABELS, &labelled),
            (place::INSIDE, &inside),
            (place::INTEGRITY, &name),
        ])?;
        both(&first, "index")?;
        let separate = separate(&Ingredients {
            first: &npm,
            second: &npm_part,
            gate: &parts.gate,
            deciding: &parts.deciding,
            texts: &english,
            labels: &labelled,
            inside: &inside,
        })?;
        script(&separate, "dist/npm/wasm.js")?;
        both(&without(Script::NpmScripted)?, "js")?;
        let face = face.mapped(&[])?;
        write("dist/consentinel.face.js", &face.text)?;
        write("dist/npm/face.js", &face.shipped(&face.text, "face.js")?)?;
        say("face", format_args!("dist/consentinel.face.js, {} bytes", face.text.len()));
        for name in ["delivery", "signals", "gpp"] {
            write(&format!("dist/consentinel.{name}.js"), &bundle::beside(name)?)?;
        }
        write("dist/consentinel.report.js", &report::build()?)?;
        let moving = literal(&page::module(Module::Moving)?, CHOSEN);
        let of = |kind| Bundle::of(kind, &parts.styles)?.mapped(&[(place::MOVING, &moving)]);
        script(&finished(&of(Script::Moving)?.text), "dist/consentinel.moving.js")?;
        both(&of(Script::NpmMoving)?, "moving")?;
        std::fs::copy("www/policy.schema.json", "dist/policy.schema.json")
            .context("copying the policy schema")?;
        say("schema", "dist/policy.schema.json");
        server::build(&made(server)?, &parts.styles, &parts.texts)?;
        // What lacks then is what `npx consentinel bundle` puts in.
        let template = Bundle::of(Script::Whole, &parts.styles)?.template(
            &[(place::GATE, &literal(&parts.gate, CHOSEN)), (place::DECIDING, &deciding)],
            &[place::TEXTS, place::LABELS, place::INSIDE, place::POLICY],
        )?;
        npx::build(&made(npx)?, &finished(&template))?;
        npm::complete()?;
        audit::build(&made(audit)?)?;
        policy::build(&made(policy)?)?;
        Ok(parts)
    })
}

/// The entry of the npm package that imports each language where it is wanted: written out, as bundlers look for literals.
fn languages(texts: &Texts) -> String {
    let imports: Vec<_> = texts
        .keys()
        .map(|language| format!("\"{language}\":()=>import(\"./texts/{language}.js\")"))
        .collect();
    format!("export default(()=>{{\"use strict\";return {{{}}}}})();\n", imports.join(","))
}

/// The module that a thread has made.
fn made(thread: ScopedJoinHandle<Result<Vec<u8>>>) -> Result<Vec<u8>> {
    thread
        .join()
        .map_err(|_| anyhow!("a module could not be made: a defect of xtask, see above"))?
}

fn write(file: &str, text: &str) -> Result<()> {
    std::fs::write(file, text).with_context(|| format!("writing {file}"))
}

/// Writes a script of the package, as an ES module and as one of CommonJS, each with its hash and its map.
fn both(code: &Mapped, name: &str) -> Result<()> {
    let common = bundle::commonjs(&code.text)?;
    for (text, name) in [(&code.text, format!("{name}.js")), (&common, format!("{name}.cjs"))] {
        script(&code.shipped(text, &name)?, &format!("dist/npm/{name}"))?;
    }
    Ok(())
}

/// Stamps one script and writes it; answers what was written.
fn script(text: &str, file: &str) -> Result<String> {
    let (text, hash) = stamp(text).with_context(|| format!("assembling {file}"))?;
    if !is_stamped(&text, &hash) {
        bail!("{file} does not check against its own hash: this is a defect of xtask");
    }
    write(file, &text)?;
    say("script", format_args!("{file}, {} bytes, build {}", text.len(), &hash[..12]));
    Ok(text)
}

/// A finished tag.
pub fn finished(text: &str) -> String {
    format!("{BYTE_ORDER_MARK}{text}")
}
