//! `cargo xtask size`: what a visitor pays in bytes, by file and by ingredient, and the budget that
//! stops a change which costs too much. It builds first, so that it never measures something old.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::build::{Parts, build, finished, labels};
use crate::bundle::place::{
    DECIDING, GATE, INSIDE, INSTEAD, INSTEAD_INTEGRITY, INTEGRITY, LABELS, PART, TEXTS,
};
use crate::bundle::{Bundle, Script, Styles, only, script_literal};
use crate::encode::{CHOSEN, Encoding, literal};
use crate::page::Module;
use crate::{page, wasm};

/// What each part may weigh after brotli, and what the design asks for (docs/sizes.md says what it took). A ceiling that
/// is over what is asked for is only ever lowered.
const CEILINGS: [Ceiling; 4] = [
    // Raised once: workers out of a text compute, and what a signal of the browser opts out of is refused here.
    Ceiling { file: "dist/consentinel.js", most: 46_700, wanted: 18_000 },
    // Raised once: what a signal of the browser opts out of is decided, recorded and told here.
    Ceiling { file: "dist/consentinel.part.js", most: 32_300, wanted: 33_000 },
    Ceiling { file: "dist/consentinel.face.js", most: 6_000, wanted: 6_000 },
    // Not more than 2,000 bytes over the tag's first part, wherever that is.
    Ceiling { file: "dist/npm/index.js", most: 48_000, wanted: 20_000 },
];

struct Ceiling {
    file: &'static str,
    most: usize,
    wanted: usize,
}

/// Brotli's usual window (2^22 bytes): what servers use, and larger than any file of ours.
const WINDOW: i32 = 22;

/// `cargo xtask size`.
pub fn size() -> Result<()> {
    let parts = build()?;
    files()?;
    shares(&parts)?;
    functions()?;
    budget()
}

/// `cargo xtask size --encodings`.
pub fn encodings() -> Result<()> {
    let parts = build()?;
    let texts = script_literal(&Value::from(only(&parts.texts, "en")));
    let whole = |encoding| -> Result<(usize, usize)> {
        let module = literal(&parts.carried, encoding);
        let text = finished(&parts.part.filled(&[(DECIDING, &module), (TEXTS, &texts)])?);
        Ok((text.len(), brotli(text.as_bytes())?))
    };
    println!("\nways to carry the module, whole second part in English (decoders not counted)");
    println!("{:<32}{:>10}{:>10}", "", "raw", "brotli");
    let print = |name: &str, encoding| -> Result<()> {
        let (raw, small) = whole(encoding)?;
        let chosen = if encoding == CHOSEN { "  <- chosen" } else { "" };
        println!("{name:<32}{raw:>10}{small:>10}{chosen}");
        Ok(())
    };
    print("characters, illegal ones moved", Encoding::Raw)?;
    print("characters, controls moved", Encoding::Printable)?;
    for by in [24, 32, 40, 48, 64, 96] {
        print(&format!("the same, shifted by {by}"), Encoding::Shifted(by))?;
    }
    print("hexadecimal", Encoding::Hex)?;
    print("base64", Encoding::Base64)?;
    println!(
        "the module alone, as a file: {} raw, {} brotli",
        parts.deciding.len(),
        brotli(&parts.deciding)?
    );
    Ok(())
}

fn files() -> Result<()> {
    println!("\n{:<32}{:>10}{:>10}{:>12}", "file", "raw", "gzip -9", "brotli -11");
    for file in listed(Path::new("dist"))? {
        let bytes = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        let (raw, gzip, brotli) = (bytes.len(), gzip(&bytes)?, brotli(&bytes)?);
        println!("{:<32}{raw:>10}{gzip:>10}{brotli:>12}", file.display().to_string());
    }
    println!("(brotli with a window of {WINDOW} bits)");
    Ok(())
}

/// What each ingredient weighs: alone, and as the difference that leaving it out makes.
fn shares(parts: &Parts) -> Result<()> {
    let bare = Styles { button: String::new(), banner: String::new(), face: String::new() };
    let bare = (Bundle::of(Script::Tag, &bare)?, Bundle::of(Script::Part, &bare)?);
    let labels = script_literal(&Value::from(labels(&parts.texts)));
    let texts = script_literal(&Value::from(only(&parts.texts, "en")));
    let gate = literal(&parts.gate, CHOSEN);
    let deciding = literal(&parts.carried, CHOSEN);
    let tag = |bundle: &Bundle, module: &str, labels: &str| {
        let fixed = [
            (INSIDE, "\"en\""),
            (PART, "\"\""),
            (INTEGRITY, "\"\""),
            (INSTEAD, "\"\""),
            (INSTEAD_INTEGRITY, "\"\""),
        ];
        bundle.filled(&[&[(GATE, module), (LABELS, labels)], &fixed[..]].concat())
    };
    let part = |bundle: &Bundle, module: &str, texts: &str| {
        bundle.filled(&[(DECIDING, module), (TEXTS, texts)])
    };
    let (first, second) = ((&parts.tag, &parts.styles.button), (&parts.part, &parts.styles.banner));
    share("the tag", &tag, (&bare.0, first.0), &gate, ("labels", &labels), first.1)?;
    share("the second part", &part, (&bare.1, second.0), &deciding, ("texts", &texts), second.1)
}

fn share(
    name: &str,
    whole: &dyn Fn(&Bundle, &str, &str) -> Result<String>,
    (bare, bundle): (&Bundle, &Bundle),
    module: &str,
    (words, texts): (&str, &str),
    style: &str,
) -> Result<()> {
    let size = |text: Result<String>| -> Result<usize> { brotli(finished(&text?).as_bytes()) };
    let all = size(whole(bundle, module, texts))?;
    let scripts = whole(bare, "''", "{}")?;
    println!("\n{:<32}{:>10}{:>10}{:>10}", format!("shares of {name}"), "raw", "alone", "marginal");
    for (name, text, without) in [
        ("module, as carried", module, Some(size(whole(bundle, "''", texts))?)),
        // A part without its scripts would be none, so there is nothing to subtract.
        ("our scripts", &scripts, None),
        ("style", style, Some(size(whole(bare, module, texts))?)),
        (words, texts, Some(size(whole(bundle, module, "{}"))?)),
    ] {
        let marginal = without.map_or("-".to_owned(), |it| all.saturating_sub(it).to_string());
        println!("{name:<32}{:>10}{:>10}{marginal:>10}", text.len(), brotli(text.as_bytes())?);
    }
    Ok(())
}

/// Where the module's bytes are: code before compression.
fn functions() -> Result<()> {
    for module in [Module::Gate, Module::Deciding] {
        let functions = wasm::functions(&page::named(module)?)?;
        let total: usize = functions.iter().map(|(size, _)| size).sum();
        let (name, count) = (module.name(), functions.len());
        println!("\nlargest of {count} functions of `{name}`, {total} bytes of code");
        for (size, name) in functions.iter().take(12) {
            println!("{size:>8}  {name}");
        }
    }
    Ok(())
}

/// Fails when a part weighs more than its ceiling.
pub fn budget() -> Result<()> {
    let mut over = Vec::new();
    println!();
    for Ceiling { file, most, wanted } in CEILINGS {
        let bytes = std::fs::read(file).with_context(|| format!("reading {file}"))?;
        let size = brotli(&bytes)?;
        println!("{file} is {size} of {most} bytes after brotli; the design asks for {wanted}");
        if size > most {
            over.push(format!("{file} is {} bytes over its ceiling of {most}", size - most));
        }
    }
    if !over.is_empty() {
        bail!("{}: `cargo xtask size` shows the shares", over.join("; "));
    }
    Ok(())
}

/// All files of a folder and of those in it, by name.
fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("reading the folder {}", folder.display()))?;
    for entry in entries {
        let path = entry.context("reading a folder")?.path();
        if path.is_dir() {
            files.extend(listed(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn brotli(bytes: &[u8]) -> Result<usize> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: WINDOW,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut small, &parameters).context("compressing")?;
    Ok(small.len())
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).context("compressing")?;
    Ok(encoder.finish().context("compressing")?.len())
}
