//! Writes the table of the entries that programs carry inside: every file of `www/services`, so that one that is added
//! there needs no line here. What is in the files is not looked at.

// A build script opens files, and should stop where it cannot.
#![allow(clippy::disallowed_methods)]

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let folder = PathBuf::from(root).join("../www/services");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut ids = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        ids.extend(name.to_str().and_then(|name| name.strip_suffix(".json")).map(String::from));
    }
    ids.sort();
    let mut table = String::from("[\n");
    for id in ids {
        let file = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../www/services/{id}.json\")");
        table.push_str(&format!("    ({id:?}, include_str!({file})),\n"));
    }
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("services.rs"), table + "]\n")?;
    Ok(())
}
