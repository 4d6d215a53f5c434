//! Writes the table of the product's own texts that the program carries inside: every file of
//! `www/texts`, so that a language that is added there needs no line here. What is in the files is not
//! looked at.

// A build script opens files, and should stop where it cannot.
#![allow(clippy::disallowed_methods)]

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let folder = PathBuf::from(root).join("../www/texts");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut languages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        languages
            .extend(name.to_str().and_then(|name| name.strip_suffix(".json")).map(String::from));
    }
    languages.sort();
    let mut table = String::from("[\n");
    for language in languages {
        let file =
            format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../www/texts/{language}.json\")");
        table.push_str(&format!("    ({language:?}, include_str!({file})),\n"));
    }
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("texts.rs"), table + "]\n")?;
    Ok(())
}
