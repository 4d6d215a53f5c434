//! The cases of tests/vectors/signals.json: what is told of documents about signals beside a policy. That the page tells the
//! same of what both read, `tests/browser/signals-checked.test.mjs` sees by the same file. The schemas of both documents let in
//! what has no error.

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]

use consentinel_audit::commands::Looked;
use consentinel_catalogue::{
    publish::look,
    signals::{Given, look_at_gpp, look_at_signals},
};
use serde_json::{Value, json};

fn file(name: &str) -> Value {
    let path = format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().map(|text| text.as_str().unwrap()).collect()
}

/// The policy with the changes of a case.
fn policy(file: &Value, case: &Value) -> Value {
    let mut policy = file["policy"].clone();
    for (pointer, value) in case["set"].as_object().into_iter().flatten() {
        match policy.pointer_mut(pointer) {
            Some(place) => *place = value.clone(),
            None => {
                let list = pointer.rsplit_once('/').unwrap().0;
                policy.pointer_mut(list).unwrap().as_array_mut().unwrap().push(value.clone());
            }
        }
    }
    policy
}

fn looked(policy: Value, case: &Value) -> Looked {
    let mut looked = look(policy.to_string().into_bytes());
    assert!(looked.is_sound(), "{}", looked.in_words("policy.json"));
    looked.problems.clear();
    let given = |text: String| Given { file: "beside.json".to_owned(), bytes: text.into_bytes() };
    if let Some(gpp) = case.get("gpp") {
        look_at_gpp(&mut looked, given(gpp.to_string()));
    } else {
        let text = case["text"].as_str().map(str::to_owned);
        look_at_signals(&mut looked, given(text.unwrap_or_else(|| case["signals"].to_string())));
    }
    looked
}

#[test]
fn every_case_is_told() {
    let file = file("tests/vectors/signals.json");
    for case in file["cases"].as_array().unwrap() {
        let name = &case["name"];
        let looked = looked(policy(&file, case), case);
        let answer = looked.as_json("policy.json");
        let told = answer["problems"].as_array().unwrap();
        let text = |problem: &Value, key: &str| problem[key].as_str().unwrap().to_owned();
        let found: Vec<String> = told
            .iter()
            .map(|one| {
                format!("{} {} {}", text(one, "code"), text(one, "path"), text(one, "found"))
            })
            .collect();
        assert_eq!(found, texts(&case["want"]), "{name}");
        if let Some(nearest) = case.get("nearest") {
            let words: Vec<&Value> = told.iter().map(|one| &one["nearest"]).collect();
            assert_eq!(json!(words), *nearest, "{name}");
        }
        assert_eq!(looked.notes, texts(&case["notes"]), "{name}");
        let errors = told.iter().filter(|one| one["severity"] == "error").count();
        assert_eq!(answer["errors"], errors, "{name}");
        assert_eq!(answer["sound"], errors == 0, "{name}");
        assert_eq!(looked.is_sound(), errors == 0, "{name}");
    }
}

#[test]
fn a_line_says_where_and_what_may_be_meant() {
    let file = file("tests/vectors/signals.json");
    let case = json!({ "text": "{\n  \"google-consent-mode\": {\n    \"adstorage\": \"c3\",\n    \"analytics_storage\": \"analytics\"\n  }\n}" });
    let words = looked(policy(&file, &case), &case).in_words("policy.json");
    let lines: Vec<&str> = words.lines().collect();
    assert!(
        lines[0].starts_with(
            "error: signal-unknown at signals/google-consent-mode/adstorage: found `adstorage`; "
        ),
        "{words}"
    );
    assert!(
        lines[1].starts_with("  beside.json:3: write `ad_storage`; allowed: `ad_storage`, "),
        "{words}"
    );
    assert!(lines[2].ends_with(" read; 1 error, 0 warnings"), "{words}");
}

#[test]
fn a_name_keeps_its_line_whatever_stands_in_it() {
    let file = file("tests/vectors/signals.json");
    let text = "{\n  \"google-consent-mode\": {\n    \"analytics_storage\": \"analytics\",\n    \"ad/storage\": \"c3\",\n    \"ad\": \"c3\",\n    \"b\\u0007\": \"c3\"\n  },\n  \"a/b/c\": {},\n  \"a/b\": {}\n}";
    for mark in ["", "\u{feff}"] {
        let case = json!({ "text": format!("{mark}{text}") });
        let answer = looked(policy(&file, &case), &case).as_json("policy.json");
        let told = answer["problems"].as_array().unwrap().iter();
        let lines: Vec<(&str, u64)> = told
            .map(|one| (one["found"].as_str().unwrap(), one["line"].as_u64().unwrap()))
            .collect();
        let want = [("ad", 5), ("ad/storage", 4), ("b\u{fffd}", 6), ("a/b", 9), ("a/b/c", 8)];
        let mut lines = lines;
        lines.sort_unstable();
        let mut want = want.to_vec();
        want.sort_unstable();
        assert_eq!(lines, want);
    }
}

#[test]
fn the_schemas_let_in_what_has_no_error() {
    let cases = file("tests/vectors/signals.json");
    let policy_of = |case: &Value| policy(&cases, case);
    for (document, path) in [("signals", "www/signals.schema.json"), ("gpp", "www/gpp.schema.json")]
    {
        let mut schemas = boon::Schemas::new();
        let mut compiler = boon::Compiler::new();
        compiler.add_resource("file:///schema.json", file(path)).unwrap();
        let schema = compiler.compile("file:///schema.json", &mut schemas).unwrap();
        let mut seen = [0, 0];
        for case in cases["cases"].as_array().unwrap() {
            let Some(given) = case.get(document) else { continue };
            let looked = looked(policy_of(case), case);
            let has_shape = looked.beside.iter().flat_map(|one| &one.told).all(|told| {
                // Which ids there are, and what they are about, only the policy knows.
                let is_word = told.problem.found != "anlytics" && told.problem.found != "c33";
                let code = told.problem.code.text();
                !is_word || !["signal-unknown", "signal-type", "signal-option"].contains(&code)
            });
            seen[usize::from(has_shape)] += 1;
            let valid = schemas.validate(given, schema);
            assert_eq!(
                valid.is_ok(),
                has_shape,
                "{}: {:?}",
                case["name"],
                valid.err().map(|e| e.to_string())
            );
        }
        assert!(seen.iter().all(|count| *count > 0), "{document}: {seen:?}");
    }
}
