//! What no compiler checks: that the pieces of the repository which must agree do agree.

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

use std::collections::{BTreeMap, BTreeSet};
use std::{fs, path::Path};

use consentinel::problem::Code;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn json(file: &str) -> Value {
    serde_json::from_str(&text(file)).unwrap()
}

/// Every file below `folder` with this ending, as a path relative to the root.
fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(files(&name, ending));
        } else if name.ends_with(ending) {
            found.push(name);
        }
    }
    found.sort();
    found
}

#[test]
fn versions_agree() {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(json("pkg.json")["version"], version);
    assert!(
        text("CHANGELOG.md").contains(&format!("## {version}")),
        "CHANGELOG.md has no section for {version}"
    );
}

/// It is a workspace of its own, so no other build needs its lock, and the search refuses one that is old.
#[test]
fn the_lock_of_the_search_has_what_members_depend_on() {
    let lock = text("fuzz/Cargo.lock");
    let mut count = 0;
    for package in lock.split("[[package]]").filter(|package| !package.contains("\nsource = ")) {
        let Some((_, rest)) = package.split_once("name = \"consentinel") else { continue };
        let (name, _) = rest.split_once('"').unwrap();
        let folder = name.trim_start_matches('-');
        if folder == "fuzz" {
            continue;
        }
        count += 1;
        let manifest = text(Path::new(folder).join("Cargo.toml").to_str().unwrap());
        let mut counts = false;
        for line in manifest.lines() {
            if line.starts_with('[') {
                counts = line == "[dependencies]" || line.ends_with("'.dependencies]");
            }
            if !counts || line.starts_with(['#', '[']) || line.contains("optional = true") {
                continue;
            }
            let Some((name, _)) = line.split_once([' ', '.']) else { continue };
            assert!(
                package.contains(&format!("\n \"{name}\""))
                    || package.contains(&format!("\n \"{name} ")),
                "fuzz/Cargo.lock lacks `{name}` of {folder}: run `cargo metadata --manifest-path fuzz/Cargo.toml`"
            );
        }
    }
    assert!(count >= 3);
}

#[test]
fn every_file_says_what_it_is_for() {
    for folder in
        ["src", "audit", "catalogue", "cli", "collector", "scan", "server", "xtask/src", "tests"]
    {
        for file in files(folder, ".rs") {
            assert!(text(&file).starts_with("//! "), "{file} does not open with //!");
        }
    }
    for folder in [
        "www/audit",
        "www/policy",
        "www/js",
        "www/demo",
        "examples",
        "tests/access",
        "tests/browser",
        "tests/law",
        "tests/sdks",
        "tests/npm",
    ] {
        for file in files(folder, "js") {
            let text = text(&file);
            assert!(
                text.starts_with("//") || text.starts_with("/*"),
                "{file} does not say what it is for"
            );
        }
    }
}

#[test]
fn files_of_a_program_import_each_other_one_way() {
    let mut found = Vec::new();
    for folder in [
        "audit/src",
        "catalogue/src",
        "cli/src",
        "collector/src",
        "npx/src",
        "scan/src",
        "xtask/src",
    ] {
        let mut imports = BTreeMap::new();
        for file in files(folder, ".rs") {
            let name = Path::new(&file).file_stem().unwrap().to_str().unwrap().to_owned();
            imports.insert(name, imported(&text(&file)));
        }
        let beyond: BTreeMap<&str, BTreeSet<&str>> =
            imports.keys().map(|name| (name.as_str(), reached(&imports, name))).collect();
        // Those that reach each other belong to one circle.
        let circles: BTreeSet<Vec<&str>> = beyond
            .iter()
            .filter(|(name, all)| all.contains(*name))
            .map(|(name, all)| {
                all.iter().copied().filter(|other| beyond[other].contains(name)).collect()
            })
            .collect();
        found.extend(circles.iter().map(|names| format!("{folder}: {}", names.join(", "))));
    }
    assert!(found.is_empty(), "imports go round in a circle: {found:#?}");
}

/// The files beside it that a file of a program names after `crate::`, alone or in a list.
fn imported(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        let list = rest.strip_prefix('{').unwrap_or(rest);
        let (mut depth, mut is_first) = (0, true);
        for word in list.split_inclusive(|letter: char| !letter.is_alphanumeric() && letter != '_')
        {
            let name =
                word.trim_end_matches(|letter: char| !letter.is_alphanumeric() && letter != '_');
            if depth == 0 && is_first && !name.is_empty() {
                names.insert(name.to_owned());
                is_first = false;
            }
            match word.chars().last() {
                Some('{') => depth += 1,
                Some('}') => depth -= 1,
                Some(',') if depth == 0 => is_first = true,
                _ => {}
            }
            if depth < 0 || (list.len() == rest.len() && !is_first) {
                break;
            }
        }
    }
    names
}

/// All that a file imports, and what that imports.
fn reached<'a>(imports: &'a BTreeMap<String, BTreeSet<String>>, name: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    while let Some(next) = open.pop() {
        for (other, _) in imports.iter().filter(|(other, _)| imports[&next].contains(*other)) {
            if *other != next && found.insert(other.as_str()) {
                open.push(other.clone());
            }
        }
    }
    found
}

#[test]
fn the_pure_side_names_no_browser_and_no_shell() {
    for file in files("src", ".rs").iter().filter(|file| !file.starts_with("src/web")) {
        let text = text(file);
        for word in ["wasm_bindgen", "js_sys", "web_sys", "crate::web", "consentinel_cli"] {
            assert!(!text.contains(word), "{file} names {word}");
        }
        let is_of_record = file.starts_with("src/ledger") || file == "src/record/read.rs";
        assert!(!is_of_record || !text.contains("policy::"), "{file}: a verifier needs no policy");
    }
}

/// The forms of a text: itself, or those by plural category.
fn forms(text: &Value) -> Vec<&str> {
    match text {
        Value::Object(forms) => forms.values().map(|form| form.as_str().unwrap()).collect(),
        text => vec![text.as_str().unwrap()],
    }
}

#[test]
fn all_languages_have_the_same_keys() {
    let english = json("www/texts/en.json");
    let keys = |texts: &Value| -> BTreeSet<String> {
        texts.as_object().unwrap().keys().cloned().collect()
    };
    for file in files("www/texts", ".json") {
        let texts = json(&file);
        assert_eq!(keys(&texts), keys(&english), "{file}");
        for (key, text) in texts.as_object().unwrap() {
            assert_eq!(text.is_object(), english[key].is_object(), "{file}: {key}");
            assert!(!text.is_object() || text.get("other").is_some(), "{file}: {key}");
            for form in forms(text) {
                assert!(!form.trim().is_empty(), "{file}: {key} is empty");
            }
        }
    }
}

/// The places of a text, such as `{controller}`, that are filled in.
fn filled(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect()
}

#[test]
fn texts_that_are_filled_in_have_their_place() {
    let english = json("www/texts/en.json");
    for file in files("www/texts", ".json") {
        for (key, text) in json(&file).as_object().unwrap() {
            let places = filled(forms(&english[key]).last().unwrap());
            for form in forms(text) {
                // A form for one or two may say the number in a word.
                let may_lack = text.is_object() && filled(form).is_empty();
                assert!(may_lack || filled(form) == places, "{file}: {key}");
            }
            if let Some(other) = text.get("other") {
                assert_eq!(filled(other.as_str().unwrap()), places, "{file}: {key}");
            }
        }
    }
    for (key, place) in [("intro", "controller"), ("items", "count"), ("left", "names")] {
        assert!(filled(forms(&english[key]).last().unwrap()).contains(place), "{key}");
    }
}

#[test]
fn every_code_is_documented() {
    let documented: BTreeSet<String> = text("docs/errors.md")
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()))
        .collect();
    // Where a line is broken means nothing.
    let unbroken = |file: &String| text(file).split_whitespace().collect::<String>();
    let ours = ["www/js", "www/npm"].iter().flat_map(|folder| files(folder, ".js"));
    let scripts: String = ours.map(|file| unbroken(&file)).collect();
    for code in &documented {
        let is_ours = Code::ALL.iter().any(|other| other.text() == code);
        // A message of the tag, or what scripts hand to `warn` (www/js/speak.js), or a script beside the tag to `tell`.
        let told = [
            format!("consentinel:{code}"),
            format!("warn([\"{code}\""),
            format!("tell(\"{code}\""),
        ];
        assert!(
            is_ours || told.iter().any(|told| scripts.contains(told)),
            "docs/errors.md lists {code}, which nothing reports"
        );
    }
    for code in Code::ALL {
        assert!(documented.contains(code.text()), "docs/errors.md lacks {}", code.text());
        let help = code.help();
        assert!(
            !help.ends_with('.') && help.starts_with(char::is_lowercase),
            "{}: {help}",
            code.text()
        );
    }
}

#[test]
fn both_sides_count_the_same() {
    let rust = text("src/web/host.rs");
    let script = text("www/js/numbers.js");
    let numbers: Vec<(String, String)> = script
        .lines()
        .filter_map(|line| line.strip_prefix("export const "))
        .filter_map(|line| line.trim_end_matches(';').split_once(" = "))
        .map(|(name, number)| (name.to_owned(), number.to_owned()))
        .collect();
    assert!(numbers.len() >= 10, "{numbers:?}");
    for line in rust.lines().map(str::trim) {
        let Some((name, number)) =
            line.strip_prefix("pub const ").and_then(|line| line.split_once(": u32 = "))
        else {
            continue;
        };
        let pair = (name.to_owned(), number.trim_end_matches(';').to_owned());
        assert!(numbers.contains(&pair), "www/js/numbers.js does not say {name} = {number}");
    }
}

#[test]
fn both_sides_name_the_same_functions() {
    let rust: BTreeSet<String> = text("src/web/host.rs")
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" "))
        .filter_map(|(letter, rest)| Some(format!("{letter}: {}", rest.split_once('(')?.0)))
        .collect();
    // `letter: name,` or `letter,` on a line of its own; border.js itself has the one of whose call it is.
    let camel = |name: &str| -> String {
        name.split('_')
            .enumerate()
            .map(|(at, word)| match word.chars().next() {
                Some(first) if at > 0 => first.to_uppercase().to_string() + &word[1..],
                _ => word.to_owned(),
            })
            .collect()
    };
    let rust: BTreeSet<String> = rust
        .iter()
        .filter_map(|line| line.split_once(": "))
        .filter(|(_, name)| *name != "is_ours")
        .map(|(letter, name)| format!("{letter}: {}", camel(name)))
        .collect();
    let is_function = |line: &&str| line.chars().nth(1) == Some(':');
    let script: BTreeSet<String> = ["first", "second"]
        .iter()
        .flat_map(|part| {
            let text = text(&format!("www/js/{part}.js"));
            let lines = text.lines().filter_map(|line| line.trim().strip_suffix(','));
            lines.filter(is_function).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert!(rust.len() >= 15, "{rust:?}");
    assert_eq!(rust, script, "src/web/host.rs, www/js/first.js and www/js/second.js disagree");
}

#[test]
fn every_vector_is_run() {
    let runners = [
        "tests/vectors.rs",
        "tests/answers.rs",
        "tests/audit.rs",
        "tests/moving.rs",
        "cli/tests/program/check.rs",
        "cli/tests/program/convert.rs",
        "catalogue/tests/signals.rs",
    ];
    let runner: String = runners.map(text).concat();
    for file in files("tests/vectors", ".json") {
        let name = file.strip_prefix("tests/vectors/").unwrap();
        assert!(
            name.starts_with("jcs/")
                || name.starts_with("export/changes/")
                || runner.contains(&format!("{name}\"")),
            "nothing runs {file}"
        );
    }
}

/// What pages on frameworks show is the code that their tests run, letter by letter.
#[test]
fn documents_show_the_code_that_runs() {
    for document in files("docs/frameworks", ".md") {
        let shown = text(&document);
        let mut count = 0;
        for (at, _) in shown.match_indices("\n```") {
            let (before, block) = (&shown[..at], &shown[at + 4..]);
            // The end of one is the beginning of none.
            if block.starts_with('\n') {
                continue;
            }
            let path =
                before.trim_end().strip_suffix(" -->").and_then(|text| text.rsplit_once("<!-- "));
            let Some((_, path)) = path else {
                panic!("{document}: a block names no file: {block:.60}")
            };
            let code = block.split_once('\n').unwrap().1.split("\n```").next().unwrap();
            assert_eq!(code.trim_end(), text(path).trim_end(), "{document} shows another {path}");
            count += 1;
        }
        assert!(count > 1, "{document} shows no code");
    }
}

#[test]
fn nothing_names_a_machine() {
    let homes = ["root", "home", "work", "Users"].map(|folder| format!("/{folder}/"));
    let registry = ["registry", "npmjs"].join(".");
    for folder in
        ["src", "catalogue", "cli", "collector", "server", "xtask", "www", "tests", "docs", ".ci"]
    {
        for file in files(folder, "") {
            let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
            assert!(!text.contains(&registry), "{file} names a registry");
            let leak = homes.iter().find(|home| text.contains(home.as_str()));
            assert!(leak.is_none() || file == "tests/tidy.rs", "{file} names {leak:?}");
        }
    }
}
