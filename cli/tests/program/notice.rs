//! `consentinel notice`: in every language there is, the bytes printed are those that were hashed.

use consentinel::{hash::sha256, notice::LAYOUT};
use serde_json::{Value, json};

use crate::{Folder, repository, run, run_with_input};

#[test]
fn every_language_of_the_product_is_known() {
    let policy = repository("www/policies/jimo.json");
    let mut languages = 0;
    for entry in std::fs::read_dir(repository("www/texts")).unwrap() {
        let file = entry.unwrap().path();
        let language = file.file_stem().unwrap().to_str().unwrap();
        languages += 1;
        let text = run(&["notice", &policy, "--language", language]);
        assert_eq!(text.code, 0, "{text:?}");
        let notice: Value = serde_json::from_str(&text.out).unwrap();
        assert_eq!(notice["language"], json!(language));
        let texts = std::fs::read_to_string(&file).unwrap();
        let texts: Value = serde_json::from_str(&texts).unwrap();
        assert_eq!(notice["texts"], texts, "{language}");

        // No line feed, nothing before or after: what was printed is what was hashed.
        assert!(text.out.starts_with('{') && text.out.ends_with('}'));
        // Behind the hash stand the texts of the policy that are in another language.
        let hash_line = sha256(text.out.as_bytes()) + "\n";
        let missing = text.words.strip_prefix(&hash_line).unwrap();
        let hash = run(&["notice", &policy, "--language", language, "--hash"]);
        assert_eq!((hash.code, hash.out, hash.words.as_str()), (0, hash_line, missing));
    }
    assert!(languages >= 2);
}

#[test]
fn the_notice_holds_what_the_policy_says_in_that_language() {
    let policy = repository("www/policies/jimo.json");
    let french = run(&["notice", &policy, "--language", "fr-CA"]);
    assert_eq!(french.words.lines().count(), 1, "a region is no other language: {french:?}");
    let french: Value = serde_json::from_str(&french.out).unwrap();
    assert_eq!(french["layout"], json!(LAYOUT));
    assert_eq!(french["categories"][2]["title"], json!("Mesure d’audience"));
}

#[test]
fn a_language_without_texts_falls_back_and_says_so() {
    let policy = repository("www/policies/jimo.json");
    let english = run(&["notice", &policy, "--language", "en"]);
    let other = run(&["notice", &policy, "--language", "tlh"]);
    assert_eq!((other.code, other.out), (0, english.out));
    let note = "no texts in `tlh`: its visitors are shown `en`\n";
    assert_eq!(other.words, english.words + note);
}

#[test]
fn the_own_words_of_a_policy_are_what_is_told() {
    let policy = std::fs::read_to_string(repository("www/policies/jimo.json")).unwrap();
    let mut policy: Value = serde_json::from_str(&policy).unwrap();
    policy["texts"] =
        json!({ "fr": { "save": "Garder", "unheard": "Rien" }, "en": { "save": "Keep" } });
    policy["items"][2]["purpose"] = json!({ "en": "Counts." });
    let policy = policy.to_string();
    let notice = run_with_input(&["notice", "-", "--language", "fr"], policy.as_bytes());
    let told: Value = serde_json::from_str(&notice.out).unwrap();
    assert_eq!(told["texts"]["save"], json!("Garder"));
    assert_eq!(told["texts"].get("unheard"), None);
    // The texts that these visitors read in another language are named.
    let warning = "\nwarning: language-missing at items[2].purpose: found `fr`; ";
    assert!(notice.words.contains(warning), "{notice:?}");
}

#[test]
fn a_policy_nobody_can_read_has_no_notice() {
    let nothing = run_with_input(&["notice", "-", "--language", "en"], b"{}");
    assert_eq!((nothing.code, nothing.out.as_str()), (1, ""));
    assert!(nothing.words.starts_with("error: field-missing at version; "), "{nothing:?}");
}

#[test]
fn bad_parts_are_left_out_and_named() {
    let policy = std::fs::read_to_string(repository("www/policies/jimo.json")).unwrap();
    let mut policy: Value = serde_json::from_str(&policy).unwrap();
    let sound = run_with_input(&["notice", "-", "--language", "en"], policy.to_string().as_bytes());
    let item = json!({ "name": "_secret" });
    policy["items"].as_array_mut().unwrap().push(item);
    let shown = run_with_input(&["notice", "-", "--language", "en"], policy.to_string().as_bytes());
    assert_eq!((shown.code, &shown.out), (0, &sound.out));
    assert!(shown.words.starts_with(&sound.words), "{shown:?}");
    assert!(shown.words.contains("\nerror: field-missing at items["), "{shown:?}");
}

/// The notices in the export of version 0.1.0 are those that its policy gives today.
#[test]
fn notices_of_the_first_release_are_rebuilt_from_their_policy() {
    let export = std::fs::read_to_string(repository("tests/vectors/export/0.1.0.ndjson")).unwrap();
    let inside = |line: &str, what: &str| {
        let line = line.strip_prefix(&format!("{{\"{what}\":"))?;
        Some(line.strip_suffix('}').unwrap().to_owned())
    };
    let policy = export.lines().find_map(|line| inside(line, "policy")).unwrap();
    let folder = Folder::new();
    let file = folder.file("policy.json", policy);
    let notices: Vec<String> = export.lines().filter_map(|line| inside(line, "notice")).collect();
    assert_eq!(notices.len(), 2);
    for notice in &notices {
        let document: Value = serde_json::from_str(notice).unwrap();
        let language = document["language"].as_str().unwrap();
        let today = run(&["notice", &file, "--language", language]);
        assert_ne!(today.out, *notice);
        let then = run(&["notice", &file, "--language", language, "--layout", "2"]);
        assert_eq!(then.out, *notice);
    }
    assert_eq!(run(&["notice", &file, "--language", "fr", "--layout", "1"]).code, 2);
    // Whoever gathers its records needs the policy alone.
    let records: Vec<&str> =
        export.lines().filter(|line| line.starts_with("{\"action\"")).collect();
    let received = folder.file("received.ndjson", records.join("\n") + "\n");
    let (into, origin) = (folder.name("new.export"), "shop.example");
    let words = ["gather", &received, "--into", &into, "--origin", origin, "--policy", &file];
    let gathered = run(&[&words[..], &["--month", "2026-10"]].concat());
    assert!(!gathered.words.contains("notice-unknown"), "{gathered:?}");
    let gathered = std::fs::read_to_string(into).unwrap();
    assert!(notices.iter().all(|notice| gathered.contains(notice)));
}

/// Spans and countries are in the language of the notice, and its marks are explained.
#[test]
fn a_listed_notice_is_in_its_language() {
    let folder = Folder::new();
    let export = repository("tests/vectors/export/0.1.0.ndjson");
    let lines = std::fs::read_to_string(&export).unwrap();
    let french: Value = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .rfind(|line| line["notice"]["language"] == "fr" && line["subject"].is_string())
        .unwrap();
    let (subject, page) = (french["subject"].as_str().unwrap(), folder.name("banner.html"));
    let at = french["atMs"].as_i64().unwrap() + 1;
    let at = consentinel_audit::time::iso(at);
    let said = run(&["lookup", &export, subject, "--at", &at, "--text", "--html", &page]);
    let page = std::fs::read_to_string(page).unwrap();
    for text in [&said.out, &page] {
        // With a space that does not break, as Intl writes it.
        assert!(text.contains("182\u{a0}jours") && text.contains("2\u{a0}mois"), "{text}");
        assert!(!text.contains("182 days"), "{text}");
        assert!(text.contains("[+]: what follows opens at a press"), "{text}");
    }
}
