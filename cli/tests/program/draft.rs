//! What pages reported becomes a draft that `check` lets pass, or what a policy lacks; mistakes are named one by one.

use serde_json::Value;

use crate::{Folder, run};

const REPORTS: &str = r#"[{ "page": "https://shop.example/", "attempts": [
    { "kind": "script", "name": "https://static.hotjar.com/c/hotjar-1.js", "service": "", "script": "https://shop.example/", "atMs": 1, "verdict": "refuse" },
    { "kind": "cookie", "name": "basket", "service": "", "script": "https://shop.example/shop.js", "atMs": 2, "verdict": "refuse" }
], "asking": [
    { "url": "https://stats.unheard.example/p.gif", "service": "", "written": "<img>", "marked": ["<img data-consent=\"", "\">"] },
    { "url": "https://www.facebook.com/tr/", "service": "", "written": "<noscript>", "marked": null }
] }]"#;

#[test]
fn reports_become_a_draft_that_passes() {
    let folder = Folder::new();
    let reports = folder.file("reports.json", REPORTS);
    let output = folder.name("policy.json");
    let drafted = run(&["draft", &reports, "--output", &output]);
    assert_eq!(drafted.code, 0, "{drafted:?}");
    assert!(drafted.words.contains("`basket`") && drafted.words.contains("shop.js"), "{drafted:?}");
    for line in [
        "to mark: `<img>` on https://shop.example/: write it as `<img data-consent=\"unheard-example\">`\n",
        "to mark: `<noscript>` on https://shop.example/: take it out",
    ] {
        assert!(drafted.words.contains(line), "{drafted:?}");
    }
    assert_eq!(run(&["check", &output]).code, 0);
    let policy: Value = serde_json::from_slice(&std::fs::read(&output).unwrap()).unwrap();
    let ids = ["use", "id"].iter().enumerate();
    let ids: Vec<_> = ids.map(|(at, key)| policy["services"][at][key].as_str().unwrap()).collect();
    assert_eq!(ids, ["hotjar", "unheard-example"], "what the markup asks is there too");
    assert_eq!(policy["items"][0]["category"], "undecided");
    assert_eq!(
        run(&["draft", &reports, "--output", &output]).code,
        3,
        "a file that is there stays"
    );

    let beside = run(&["draft", &reports, "--policy", &output]);
    assert_eq!(beside.code, 0, "{beside:?}");
    assert!(beside.words.contains("declares all that was reported"), "{beside:?}");
    let rest: Value = serde_json::from_str(&beside.out).unwrap();
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(0));
}

#[test]
fn what_is_no_report_is_named() {
    let folder = Folder::new();
    let wrong =
        folder.file("wrong.json", "[{ \"page\": \"/a\", \"attempts\": [] }, { \"page\": 3 }]");
    let drafted = run(&["draft", &wrong]);
    assert_eq!((drafted.code, drafted.out.as_str()), (1, ""), "{drafted:?}");
    assert_eq!(drafted.words.lines().count(), 2, "{drafted:?}");
    assert!(drafted.words.contains("[0].page: found `/a`; give the address"), "{drafted:?}");
    assert_eq!(run(&["draft", &folder.name("none.json")]).code, 3);
}
