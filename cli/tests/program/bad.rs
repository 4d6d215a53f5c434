//! What is no export, or none any more, in the eyes of every command that reads one: one clear line, the right
//! exit code, and nothing is written. Cases are data; what single changes do to an export is in the core's
//! tests/audit.rs, and what they do to a ledger in `verify`.

use std::fs;

use consentinel::id;

use crate::{Folder, repository, run};

/// The kept export of a release.
fn kept() -> Vec<u8> {
    fs::read(repository("tests/vectors/export/0.1.0.ndjson")).unwrap()
}

fn lines(count: usize) -> Vec<u8> {
    kept().split_inclusive(|byte| *byte == b'\n').take(count).collect::<Vec<_>>().concat()
}

fn replaced(from: &str, to: &str) -> Vec<u8> {
    String::from_utf8(kept()).unwrap().replacen(from, to, 1).into_bytes()
}

/// A name, the bytes, and what a line must say of them.
type Case = (&'static str, fn() -> Vec<u8>, &'static [&'static str]);

const CASES: &[Case] = &[
    ("nothing", Vec::new, &["ledger-line at line 1"]),
    ("a line feed", || b"\n".to_vec(), &["ledger-header at line 1"]),
    (
        "bytes that are no text",
        || (0..=255).collect(),
        &["record-not-canonical at line 2", "not UTF-8"],
    ),
    ("zero bytes", || vec![0; 100_000], &["ledger-line at line 1"]),
    (
        "a web page",
        || b"<!doctype html>\n".to_vec(),
        &["ledger-header at line 1", "<!doctype html>"],
    ),
    (
        "letters of two bytes",
        || String::from_utf8(kept()).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect(),
        &["record-not-canonical at line ", "not UTF-8"],
    ),
    (
        "a byte order mark",
        || [b"\xef\xbb\xbf", &*kept()].concat(),
        &["record-not-canonical at line 1", "a byte order mark"],
    ),
    (
        "lines as Windows ends them",
        || String::from_utf8(kept()).unwrap().replace('\n', "\r\n").into_bytes(),
        &["record-not-canonical at line 1", "a carriage return"],
    ),
    (
        "a later version",
        || replaced("\"version\":1}", "\"version\":2}"),
        &["export-version at line 1"],
    ),
    ("a header alone", || lines(1), &["export-line at line 1", "no checkpoint at the end"]),
    (
        "a month without its checkpoint",
        || lines(8),
        &["export-line at line 8", "no checkpoint at the end"],
    ),
    (
        "an unknown field",
        || replaced("{\"action\"", "{\"aaa\":1,\"action\""),
        &["record-field at line 6"],
    ),
    (
        "an unknown line",
        || [&*lines(5), b"{\"a\":1}\n", &kept()[lines(5).len()..]].concat(),
        &["export-line at line 6"],
    ),
    (
        "a line that is too long",
        || [&*lines(1), b"{\"policy\":\"", &*vec![b'x'; 1_200_000], b"\"}\n"].concat(),
        &["export-line at line 2", "too long"],
    ),
    ("the first half", || kept()[..kept().len() / 2].to_vec(), &["ledger-line at line "]),
];

/// Every command that reads an export, where `FILE` stands for it.
const COMMANDS: &[&str] = &[
    "verify FILE",
    "stats FILE",
    "stats FILE --svg OUT",
    "export FILE --format csv --output OUT",
    "export FILE --format parquet --output OUT",
    "lookup FILE SUBJECT",
    "prove FILE SUBJECT",
    "sign FILE --key KEY",
    "prune FILE --before 2026-11",
    "erase FILE SUBJECT",
    "compare FILE FILE",
    "gather SOUND --into FILE --month 2026-12",
    "gather FILE --into OUT --origin a.example",
];

#[test]
fn what_is_no_export_gets_one_clear_line_from_every_command_and_nothing_is_written() {
    let folder = Folder::new();
    let sound = folder.file("sound.export", kept());
    let key = folder.name("key");
    assert_eq!(run(&["keygen", "shop.example/consent", "--output", &key]).code, 0);
    for (name, bytes, parts) in CASES {
        let bytes = bytes();
        for command in COMMANDS {
            let file = folder.file("bad.export", &bytes);
            let out = folder.name("out");
            let subject = id::from_bits([1; 16]);
            let words: Vec<&str> = command
                .split(' ')
                .map(|word| match word {
                    "FILE" => &file,
                    "OUT" => &out,
                    "SUBJECT" => &subject,
                    "KEY" => &key,
                    "SOUND" => &sound,
                    word => word,
                })
                .collect();
            let run = run(&words);
            let place = format!("{name}: {command}: {run:?}");
            assert!(matches!(run.code, 1 | 3), "{place}");
            let told = run.out.clone() + &run.words;
            // A command that needs an export says so where it is clearly none; the others name what is wrong.
            let needs = "it is no export";
            let needs_either = "it is neither an export nor a checkpoint";
            let is_named = |line: &str| {
                let line = line.replace(&format!("`{file}` "), "");
                parts.iter().all(|part| line.contains(part))
                    || run.code == 3 && (line.contains(needs) || line.contains(needs_either))
            };
            let is_gathered = command.starts_with("gather FILE") && told.contains("ledger-header");
            assert!(told.lines().any(is_named) || is_gathered, "{place}");
            assert_eq!(fs::read(&file).unwrap(), bytes, "{place}");
            assert!(!folder.path("out").exists(), "{place}");
        }
    }
}

#[test]
fn a_warning_is_no_obstacle() {
    // The clock of a browser a year ahead, and records of two policies: told, and taken.
    let folder = Folder::new();
    let export = folder.name("shop.export");
    let mut late = crate::sample::decision(1, 0, "fr");
    late["atMs"] = serde_json::json!(crate::sample::START_MS + 366 * 86_400_000);
    late["expiresAtMs"] = serde_json::json!(crate::sample::START_MS + 500 * 86_400_000);
    let mut other = crate::sample::record(1);
    other["subject"] = serde_json::json!(id::from_bits([77; 16]));
    let one = folder.file("one.ndjson", crate::sample::ledger([late]).to_text());
    let other = folder.file("other.ndjson", crate::sample::ledger([other]).to_text());
    let policy = repository("www/policies/jimo.json");
    let arguments = ["gather", &one, &other, "--into", &export, "--origin", "shop.example"];
    let gathered = run(&[&arguments[..], &["--month", "2026-02", "--policy", &policy]].concat());
    assert_eq!(gathered.code, 0, "{gathered:?}");
    for part in
        ["time-implausible at ", "one.ndjson` line 2", "policy-unknown at ", "other.ndjson` line 2"]
    {
        assert!(gathered.words.contains(part), "{part}: {gathered:?}");
    }
    assert_eq!(run(&["verify", &export]).code, 0);
}
