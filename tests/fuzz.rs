//! Bytes that once broke a reader, each in a file of `tests/vectors/fuzz/TARGET/`, where `cargo xtask fuzz`
//! puts what it finds; and what the search begins with. What must hold of them stands in `fuzz/targets.rs`.

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

#[path = "fuzz/targets.rs"]
mod targets;

use std::{collections::BTreeSet, fs, path::Path};

use targets::TARGETS;

/// Targets that stand beside what they try: `collector/tests/fuzz`.
const ELSEWHERE: [&str; 1] = ["http"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn what_once_broke_a_reader_breaks_it_no_more() {
    for (name, target) in TARGETS {
        let folder = root().join("tests/vectors/fuzz").join(name);
        for entry in
            fs::read_dir(&folder).unwrap_or_else(|_| panic!("{} is not there", folder.display()))
        {
            let path = entry.unwrap().path();
            println!("{}", path.display());
            target(&fs::read(path).unwrap());
        }
    }
}

/// The package of the targets is no member of the workspace, so nothing else notices one that is forgotten.
#[test]
fn every_target_is_one_of_the_search() {
    let programs: BTreeSet<String> = fs::read_dir(root().join("fuzz/fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let names = TARGETS.iter().map(|(name, _)| *name).chain(ELSEWHERE);
    let names: BTreeSet<String> = names.map(|name| format!("{name}.rs")).collect();
    assert_eq!(programs, names);
}
