//! Replays the bytes of `tests/vectors/fuzz/http`: what once broke a listener, and what the search begins with.

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod http;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

#[test]
fn what_once_broke_a_listener_breaks_it_no_more() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/fuzz/http");
    let files: BTreeSet<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    let mut statuses = BTreeMap::new();
    for file in files {
        println!("{}", file.display());
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        statuses.insert(name, http::http(&fs::read(file).unwrap()).join(" "));
    }
    // What the search begins with gets as far as it is meant to.
    for (name, status) in [
        ("health", "200"),
        ("metrics", "200"),
        ("notice", "200"),
        ("two-requests", "200 400"),
        ("older-http", "400"),
        ("preflight", "405"),
        ("ask-sites", "200"),
        ("ask-accesses", "200"),
        ("ask-whole", "200"),
        ("ask-months", "200"),
        ("ask-browser", "200"),
        ("ask-record", "200"),
        ("ask-without-token", "401"),
        ("page", "200"),
        ("rebound", "421"),
    ] {
        assert_eq!(statuses[name], status, "{name}");
    }
}
