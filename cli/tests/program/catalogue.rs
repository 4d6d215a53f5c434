//! A policy that names entries of the catalogue: what `check` says of it, and that `bundle` writes out the one policy that
//! all other commands speak of.

use consentinel::{policy, source};
use serde_json::{Value, json};

use crate::{Folder, run};

/// A policy with these services.
fn policy_with(services: &Value) -> String {
    let texts = |text: &str| json!({ "en": text, "fr": text });
    let category = |id: &str, necessary: bool| json!({ "id": id, "necessary": necessary, "title": texts(id), "description": texts("D.") });
    json!({
        "version": 1, "id": "shop", "revision": "1", "controller": { "name": "Shop" },
        "categories": [category("necessary", true), category("analytics", false)],
        "services": services,
        "items": [{ "name": "basket", "kind": "cookie", "category": "necessary", "purpose": texts("P."), "duration": "session", "party": "first" }],
    })
    .to_string()
}

#[test]
fn what_is_written_out_is_what_records_name() {
    let folder = Folder::new();
    let file = folder
        .file("policy.json", policy_with(&json!([{ "use": "hotjar", "category": "analytics" }])));
    let output = folder.name("published.json");
    let bundled = run(&["bundle", &file, "--output", &output]);
    assert_eq!((bundled.code, bundled.out.as_str()), (0, ""), "{bundled:?}");
    let text = std::fs::read_to_string(&output).unwrap();
    let (policy, problems) = policy::read(&source::parse(&text).unwrap());
    assert!(problems.is_empty(), "{problems:?}");
    let hash = policy.unwrap().hash();
    assert!(bundled.words.contains(&hash), "{bundled:?}");
    for checked in [run(&["check", "--json", &file]), run(&["check", "--json", &output])] {
        assert_eq!(checked.json()["policy"]["hash"], json!(hash));
    }
    assert!(!text.contains("\"use\""));
    assert!(text.contains("_hjSessionUser_*") && text.contains("*.hotjar.com"), "{text}");
    let notices = [&file, &output].map(|file| run(&["notice", file, "--language", "fr"]).out);
    assert_eq!(notices[0], notices[1]);
    assert!(notices[0].contains("Distingue un navigateur"), "{}", notices[0]);
    let headers = [&file, &output].map(|file| run(&["csp", file, "--grant", "analytics"]).out);
    assert_eq!(headers[0], headers[1]);
    assert!(headers[0].contains("*.hotjar.io"), "{}", headers[0]);
}

#[test]
fn what_the_catalogue_does_not_know_is_told_by_all_who_judge_the_policy() {
    let folder = Folder::new();
    let of = |service: Value| folder.file("policy.json", policy_with(&json!([service])));
    let told = "`unpkg`: the catalogue knows nothing of what it keeps in browsers";
    let file = of(json!({ "use": "unpkg", "category": "analytics" }));
    let checked = run(&["check", &file]);
    assert!(checked.code == 0 && checked.out.contains(told), "{checked:?}");
    let bundled = run(&["bundle", &file]);
    assert!(bundled.code == 0 && bundled.words.contains(told), "{bundled:?}");
    let output = folder.name("new");
    let made = run(&["init", "--controller", "A", "--use", "unpkg", "--output", &output]);
    assert!(made.code == 0 && made.out.contains(told), "{made:?}");
    let file = of(json!({ "use": "unpkg", "category": "analytics", "items": [] }));
    let checked = run(&["check", &file]);
    assert!(checked.code == 0 && !checked.out.contains("knows nothing"), "{checked:?}");
}

#[test]
fn the_element_holds_no_end_of_itself() {
    let folder = Folder::new();
    let services = json!([{ "use": "hotjar", "category": "analytics", "name": "</script>" }]);
    let file = folder.file("policy.json", policy_with(&services));
    let element = run(&["bundle", &file, "--html"]);
    assert_eq!(element.code, 0, "{element:?}");
    let inside =
        element.out.strip_prefix("<script type=\"application/json\" id=\"consentinel-policy\">");
    let inside = inside.unwrap().strip_suffix("</script>\n").unwrap();
    assert!(!inside.contains('<'));
    assert!(source::parse(inside).is_some());
}

#[test]
fn check_tells_a_wrong_use_with_the_nearest_id_and_its_line() {
    let folder = Folder::new();
    let services = json!([{ "use": "hotjra", "category": "analytics" }, { "use": "crisp", "category": "analitics" }]);
    let text = policy_with(&services)
        .replace("{\"category\":\"analytics\",\"use\"", "\n{\"category\":\"analytics\",\"use\"");
    let file = folder.file("policy.json", text);
    let words = run(&["check", &file]);
    assert_eq!(words.code, 1, "{words:?}");
    for part in [
        "error: use-unknown at services[0].use: found `hotjra`",
        "policy.json:2: write `hotjar`",
        "error: category-unknown at services[1].category: found `analitics`",
        "write `analytics`",
    ] {
        assert!(words.out.contains(part), "{part}: {words:?}");
    }
    let several = folder.file(
        "several.json",
        policy_with(&json!([{ "use": "facebook", "category": "analytics" }])),
    );
    let words = run(&["check", &several]).out;
    assert!(words.contains("for example `meta-pixel`, `facebook-plugins`"), "{words}");
    let problems = run(&["check", "--json", &file]).json()["problems"].clone();
    assert_eq!(problems[0]["nearest"], json!("hotjar"));
    let bundled = run(&["bundle", &file, "--output", &folder.name("out.json")]);
    assert_eq!((bundled.code, bundled.out.as_str()), (1, ""), "{bundled:?}");
    assert!(!folder.path("out.json").exists());
}

#[test]
fn check_points_at_what_was_written() {
    let folder = Folder::new();
    let item = json!({ "name": "h", "kind": "cooky", "purpose": { "en": "P." }, "duration": "session", "party": "third" });
    let services = json!([{ "use": "hotjar", "category": "analytics", "items": [item] }]);
    let file = folder.file("policy.json", policy_with(&services));
    let words = run(&["check", &file]);
    assert!(
        words.out.contains("field-value at services[0].items[0].kind: found `cooky`"),
        "{words:?}"
    );
    assert!(words.out.contains("write `cookie`"), "{words:?}");
}

#[test]
fn check_says_that_pages_read_no_use() {
    let folder = Folder::new();
    let file = folder
        .file("policy.json", policy_with(&json!([{ "use": "hotjar", "category": "analytics" }])));
    let words = run(&["check", &file]);
    assert_eq!(words.code, 0, "{words:?}");
    assert!(
        words.out.contains("a page reads no `use`: publish what `consentinel bundle` writes"),
        "{words:?}"
    );
    assert_eq!(run(&["check", "--json", &file]).json()["notes"].as_array().unwrap().len(), 1);
}

#[test]
fn a_policy_is_not_written_over_itself() {
    let folder = Folder::new();
    let text = policy_with(&json!([{ "use": "hotjar", "category": "analytics" }]));
    let file = folder.file("policy.json", &text);
    let bundled = run(&["bundle", &file, "--output", &file]);
    assert_eq!(bundled.code, 3, "{bundled:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}
