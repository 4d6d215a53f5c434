//! `consentinel csp`: one line for a visitor's decision. Which sources a state lets in is tested over
//! data in the core (tests/vectors/csp.json).

use std::time::{SystemTime, UNIX_EPOCH};

use consentinel::{
    id, policy, source,
    state::{self, Choice, Standing, State},
    time::UnixMillis,
};
use serde_json::{Value, json};

use crate::{Folder, Run, repository, run};

fn document(change: impl FnOnce(&mut Value)) -> String {
    let text = std::fs::read_to_string(repository("tests/vectors/csp.json")).unwrap();
    let mut policy = serde_json::from_str::<Value>(&text).unwrap()["policy"].take();
    change(&mut policy);
    policy.to_string()
}

fn csp(change: impl FnOnce(&mut Value), arguments: &[&str]) -> Run {
    let folder = Folder::new();
    let file = folder.file("policy.json", document(change));
    run(&[&["csp", &file], arguments].concat())
}

#[test]
fn without_a_decision_only_what_is_necessary_is_let_in() {
    let run = csp(|_| {}, &[]);
    assert_eq!((run.code, run.words.as_str()), (0, ""));
    assert!(run.out.starts_with("Content-Security-Policy: default-src 'self' "), "{}", run.out);
    assert!(run.out.ends_with("; frame-src 'self' cdn.example:*\n"), "{}", run.out);
}

#[test]
fn what_is_granted_is_let_in_by_the_name_of_a_category_or_a_service() {
    let by_category = csp(|_| {}, &["--grant", "analytics"]);
    assert_eq!(by_category.code, 0);
    assert!(by_category.out.contains(" counter.example:*"), "{}", by_category.out);
    assert!(!by_category.out.contains("maps.example"), "{}", by_category.out);
    assert_eq!(csp(|_| {}, &["--grant", "counter"]).out, by_category.out);
    let both = csp(|_| {}, &["--grant", "analytics,maps"]);
    assert!(both.out.contains(" maps.example:*/embed maps.example:*/embed/"), "{}", both.out);
}

#[test]
fn a_name_of_nobody_is_told_and_nothing_printed() {
    let run = csp(|_| {}, &["--grant", "analytics,other"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.words.contains("name-unknown at --grant: found `other`"), "{}", run.words);
}

#[test]
fn a_cookie_that_makes_no_sense_or_is_over_grants_nothing() {
    let nothing = csp(|_| {}, &[]).out;
    let expired = "1~1~AAAAAAAAAAAAAAAAAAAAAA~en~analytics.g.zzz.000000000000";
    for (cookie, words) in
        [("", "state-damaged"), ("x", "state-damaged"), ("3~", "state-newer"), (expired, "")]
    {
        let run = csp(|_| {}, &["--cookie", cookie]);
        assert_eq!((run.code, run.out.as_str()), (0, nothing.as_str()), "{cookie}");
        assert!(run.words.contains(words), "{cookie}: {}", run.words);
    }
}

#[test]
fn the_cookie_that_the_page_wrote_counts_until_its_choices_expire_or_their_category_changes() {
    let policy = policy::read(&source::parse(&document(|_| {})).unwrap()).0.unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    let cookie = |lasts_ms| {
        let mut state = State::undecided(&policy);
        state.decided_at = UnixMillis(now - 60_000);
        state.subject = id::from_bits([9; 16]);
        state.language = String::from("en");
        state.standings[2] = Standing {
            choice: Choice::Grant,
            expires_at: UnixMillis(now + lasts_ms),
            ..Standing::default()
        };
        state::write(&state, &policy)
    };
    let lasting = cookie(3_600_000);
    let granted = csp(|_| {}, &["--cookie", &lasting]);
    assert_eq!((granted.code, granted.words.as_str()), (0, ""));
    assert_eq!(granted.out, csp(|_| {}, &["--grant", "analytics"]).out);
    let nothing = csp(|_| {}, &[]).out;
    assert_eq!(csp(|_| {}, &["--cookie", &cookie(-1000)]).out, nothing);
    let rename = |policy: &mut Value| policy["categories"][2]["title"]["en"] = json!("Other");
    assert_eq!(csp(rename, &["--cookie", &lasting]).out, nothing);
}

#[test]
fn a_decision_is_named_in_one_way() {
    assert_eq!(csp(|_| {}, &["--grant", "analytics", "--cookie", "x"]).code, 2);
}

#[test]
fn a_policy_that_only_reports_has_a_header_that_only_reports() {
    let run = csp(|policy| policy["mode"] = json!("report"), &[]);
    assert!(run.out.starts_with("Content-Security-Policy-Report-Only: "), "{}", run.out);
}

#[test]
fn where_everybody_is_let_in_there_is_no_header() {
    let run = csp(|policy| policy["undeclared"] = json!("allow"), &[]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.words.contains("undeclared"), "{}", run.words);
}

#[test]
fn what_a_wider_pattern_lets_in_is_told() {
    let run = csp(|policy| policy["services"][0]["hosts"] = json!(["*.example"]), &[]);
    assert_eq!(run.code, 0);
    assert!(
        run.words.contains("`counter.example` is not granted, and let in by `*.example`\n"),
        "{}",
        run.words
    );
}

#[test]
fn a_policy_that_cannot_be_read_has_none() {
    let run = csp(|policy| policy["version"] = json!(2), &[]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.words.contains("policy-version"), "{}", run.words);
}

#[test]
fn the_element_is_that_of_everything_granted_for_where_the_page_is() {
    let granted = csp(|_| {}, &["--grant", "functionality,analytics"]).out;
    let value = granted.trim().strip_prefix("Content-Security-Policy: ").unwrap();
    let element =
        |value| format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{value}\">\n");
    assert_eq!(csp(|_| {}, &["--meta"]).out, element(value));

    let place = [
        "--origin",
        "HTTP://localhost:3000/page",
        "--files",
        "https://Files.example:443/c/consentinel.js",
    ];
    let at = csp(|_| {}, &[&["--meta"][..], &place].concat());
    assert_eq!((at.code, at.words.as_str()), (0, ""));
    let own = "default-src 'self' ws://localhost:3000 https://files.example/c/ ";
    assert!(at.out.contains(own) && at.out.contains(" ws://cdn.example:*"), "{}", at.out);
    assert!(!at.out.contains("wss://cdn"), "{}", at.out);
    // The header has the same options.
    let header = csp(|_| {}, &place).out;
    assert!(header.contains(own) && !header.contains("counter.example"), "{header}");
}

#[test]
fn a_value_that_is_no_place_is_told_with_its_option() {
    for (option, value) in [
        ("--origin", "shop.example"),
        ("--origin", "ftp://shop.example"),
        ("--origin", ""),
        ("--files", "/consentinel/"),
        ("--files", "data:,x"),
        ("--files", "https://files.example/a;b/"),
    ] {
        let run = csp(|_| {}, &["--meta", option, value]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{option} {value}");
        assert!(run.words.contains(&format!("'{value}' for '{option} <URL>'")), "{}", run.words);
        assert_eq!(run.words.lines().count(), 1);
    }
}

#[test]
fn there_is_no_element_where_a_policy_reports_or_lets_everybody_in_or_for_one_visitor() {
    for (field, value, words) in
        [("mode", "report", "only report"), ("undeclared", "allow", "undeclared")]
    {
        let run = csp(|policy| policy[field] = json!(value), &["--meta"]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{field}");
        assert!(run.words.contains(words), "{}", run.words);
    }
    assert_eq!(csp(|_| {}, &["--meta", "--grant", "analytics"]).code, 2);
    assert_eq!(csp(|_| {}, &["--meta", "--cookie", "x"]).code, 2);
}

#[test]
fn what_the_element_lets_in_beside_the_policy_is_told() {
    let run =
        csp(|policy| policy["services"][0]["hosts"] = json!(["my_cdn.site.example"]), &["--meta"]);
    assert_eq!(run.code, 0);
    assert!(run.words.contains("let in by `my_cdn.site.example`\n"), "{}", run.words);
}
