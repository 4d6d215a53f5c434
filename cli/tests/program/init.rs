//! `consentinel init`: its files make a page, it asks what no option says, and what is there stays.

use std::fs;

use crate::{Folder, repository, run, run_with_input};

const OPTIONS: [&str; 7] = [
    "init",
    "--controller",
    "Example SAS",
    "--use",
    "google-analytics, hotjar,hotjar",
    "--lang",
    "en,fr",
];

#[test]
fn its_files_are_a_policy_and_what_a_page_needs() {
    let folder = Folder::new();
    let (output, files) = (folder.name("consent"), folder.name(""));
    folder.file("consentinel.js", "tag");
    let rest = ["--origin", "https://www.example.org", "--files", &files, "--output", &output];
    let made = run(&[&OPTIONS[..], &rest].concat());
    assert_eq!((made.code, made.words.as_str()), (0, ""), "{made:?}");
    let policy = folder.name("consent/policy.json");
    let checked = run(&["check", &policy]);
    assert!(checked.out.contains("2 categories, 2 services, "), "{checked:?}");
    assert!(checked.out.contains("0 errors, 0 warnings"), "{checked:?}");
    let written = fs::read_to_string(&policy).unwrap();
    assert!(written.contains("{ \"use\": \"hotjar\", \"category\": \"analytics\" }"), "{written}");
    let snippet = fs::read_to_string(folder.path("consent/snippet.html")).unwrap();
    let lines: Vec<&str> = snippet.lines().collect();
    let element = run(&["csp", &policy, "--meta", "--origin", "https://www.example.org"]).out;
    assert_eq!(lines[0], element.trim_end());
    assert_eq!(lines[1], run(&["bundle", &policy, "--html"]).out.trim_end());
    // SHA-256 of `tag`.
    let tag = "<script src=\"/consentinel.js\" integrity=\"sha256-KhBzpuZ/Dl8JpZV8ZZUDxpDv5ycr6DE9+HJVappoTYw=\" crossorigin=\"anonymous\"></script>";
    assert_eq!(lines[2..], [tag]);
    let page = format!("<!doctype html><html><head>{snippet}</head><body></body></html>");
    let page = folder.file("page.html", page);
    let judged = run(&["check", &policy, "--html", &page]);
    assert!(judged.code == 0 && judged.out.contains("0 errors"), "{judged:?}");
    assert!(
        fs::read_to_string(folder.path("consent/next-steps.md"))
            .unwrap()
            .contains("consentinel bundle")
    );
}

#[test]
fn it_names_what_visitors_are_not_asked_about() {
    let folder = Folder::new();
    let output = folder.name("");
    let named = "google-recaptcha,stripe,hcaptcha";
    let made = run(&["init", "--controller", "A", "--use", named, "--output", &output]);
    assert_eq!(made.code, 0, "{made:?}");
    let line = "isitors are not asked about `stripe`, `hcaptcha`, which stand among what is strictly necessary: decide";
    assert!(made.out.contains(&format!("note: v{line}")), "{made:?}");
    let next = fs::read_to_string(folder.path("next-steps.md")).unwrap();
    assert!(next.contains(&format!("1. V{line}")) && next.contains("\n2. Read"), "{next}");
    let without = run(&[&OPTIONS[..], &["--force", "--output", &output]].concat());
    assert!(!without.out.contains("not asked"), "{without:?}");
    let next = fs::read_to_string(folder.path("next-steps.md")).unwrap();
    assert!(next.contains("1. Read"), "{next}");
}

#[test]
fn what_is_there_stays_unless_it_is_told() {
    let folder = Folder::new();
    let output = folder.name("");
    folder.file("policy.json", "mine");
    let made = run(&[&OPTIONS[..], &["--output", &output]].concat());
    assert_eq!((made.code, made.out.as_str()), (3, ""), "{made:?}");
    assert!(made.words.contains("policy.json is there already"), "{made:?}");
    assert_eq!(fs::read_to_string(folder.path("policy.json")).unwrap(), "mine");
    assert!(!folder.path("snippet.html").exists());
    let made = run(&[&OPTIONS[..], &["--force", "--output", &output]].concat());
    assert_eq!(made.code, 0, "{made:?}");
    assert!(fs::read_to_string(folder.path("policy.json")).unwrap().contains("Example SAS"));
}

#[test]
fn it_asks_until_the_answers_are_right() {
    let folder = Folder::new();
    let output = folder.name("");
    let answers = b"\nShop\nhotjra\nhotjar, crisp\nxx\nde\n";
    let made = run_with_input(&["init", "--output", &output], answers);
    assert_eq!(made.code, 0, "{made:?}");
    for part in [
        "a policy needs a name",
        "the catalogue has no `hotjra`; write `hotjar`",
        "no texts in `xx`",
    ] {
        assert!(made.words.contains(part), "{part}: {made:?}");
    }
    let policy = fs::read_to_string(folder.path("policy.json")).unwrap();
    assert!(policy.contains("\"name\":\"Shop\"") && policy.contains("\"de\":"), "{policy}");
    assert!(policy.contains("\"use\": \"crisp\"") && !policy.contains("\"en\":"), "{policy}");
}

#[test]
fn nothing_is_written_without_answers_or_for_wrong_ones() {
    let folder = Folder::new();
    let output = folder.name("new");
    let unanswered = run(&["init", "--output", &output]);
    assert_eq!(unanswered.code, 1, "{unanswered:?}");
    assert!(unanswered.words.contains("give `--controller`"), "{unanswered:?}");
    let wrong = run(&[
        "init",
        "--controller",
        "A",
        "--use",
        "hotjra,nothing-like-it",
        "--lang",
        "xx",
        "--output",
        &output,
    ]);
    assert_eq!((wrong.code, wrong.out.as_str()), (1, ""), "{wrong:?}");
    assert_eq!(wrong.words.lines().count(), 3, "{wrong:?}");
    let bad = run(&[
        "init",
        "--controller",
        "A",
        "--privacy-policy",
        "privacy.html",
        "--output",
        &output,
    ]);
    assert_eq!(bad.code, 1, "{bad:?}");
    assert!(bad.words.contains("controller.privacyPolicy"), "{bad:?}");
    assert!(!folder.path("new").exists());
}

#[test]
fn a_name_that_services_go_by_leads_to_their_ids() {
    let folder = Folder::new();
    let output = folder.name("new");
    let named = "recaptcha, Google Analytics, facebook, hotjar crisp, google";
    let made = run(&["init", "--controller", "A", "--use", named, "--output", &output]);
    assert_eq!(made.code, 1, "{made:?}");
    let lines = [
        "the catalogue has no `recaptcha`; write `google-recaptcha`",
        "the catalogue has no `Google Analytics`; write `google-analytics`",
        "the catalogue has no `facebook`; write `meta-pixel` or `facebook-plugins`",
        "the catalogue has no `google`; `consentinel init --list` prints them",
    ];
    assert_eq!(made.words.lines().collect::<Vec<_>>(), lines, "{made:?}");
}

#[test]
fn the_catalogue_is_listed() {
    let list = run(&["init", "--list"]);
    assert_eq!((list.code, list.words.as_str()), (0, ""), "{list:?}");
    let files = fs::read_dir(repository("www/services")).unwrap().count();
    assert_eq!(list.out.lines().count(), files);
}
