//! `consentinel check`: the policy we ship is sound, and a broken one shows all its problems; so do pages
//! (tests/vectors/pasted.json).

use consentinel::{policy, source};
use serde_json::{Value, json};

use crate::{Folder, repository, run, run_with_input};

/// A mistake of each kind that has a place of its own.
const BROKEN: &str = r#"{
  "version": 1,
  "id": "Broken Site",
  "revision": "1",
  "controller": { "name": "Example SAS", "privacyPolicy": "javascript:alert(1)" },
  "categories": [
    { "id": "necessary", "necessary": true, "title": { "en": "A" }, "description": { "en": "B" } },
    { "id": "analytics", "title": { "en": "A" }, "description": { "en": "B" } },
    { "id": "analytics", "title": { "en": "A" }, "description": { "en": "B" } }
  ],
  "items": [
    { "name": "_a", "kind": "cookie", "category": "stats", "purpose": { "en": "P" }, "duration": "session", "party": "first" },
    { "name": "*", "kind": "cookie", "category": "necessary", "purpose": { "en": "P" }, "duration": "session", "party": "first" },
    { "name": "_b", "kind": "cookie", "category": "analytics", "purpose": { "en": "P" }, "duration": "13 moons", "party": "first" },
    { "name": "_*", "kind": "cookie", "category": "analytics", "purpose": { "en": "P" }, "duration": "session", "party": "first" }
  ],
  "refusalLifetimeDays": 7,
  "colour": "red"
}"#;

// One problem a line: this is a table.
#[rustfmt::skip]
const PROBLEMS: &[(&str, &str, &str, &str)] = &[
    ("error", "field-unknown", "", "colour"),
    ("error", "field-value", "id", "Broken Site"),
    ("error", "field-value", "controller.privacyPolicy", "javascript:alert(1)"),
    ("error", "id-duplicate", "categories[2].id", "analytics"),
    ("error", "category-unknown", "items[0].category", "stats"),
    ("error", "glob-opens-all", "items[1].name", "*"),
    ("error", "field-value", "items[2].duration", "13 moons"),
    ("warning", "glob-broad", "items[3].name", "_*"),
    ("error", "refusal-short", "refusalLifetimeDays", "7"),
];

/// The smallest policy, with these further fields.
fn small(further: &str) -> String {
    format!(
        r#"{{ "version": 1, "id": "small", "revision": "1", "controller": {{ "name": "N" }},
             "categories": [{{ "id": "a", "title": {{ "en": "T" }}, "description": {{ "en": "D" }} }},
                            {{ "id": "n", "necessary": true, "title": {{ "en": "T" }}, "description": {{ "en": "D" }} }}]{further} }}"#
    )
}

/// Severity, code, path and found of each problem.
fn problems_of(json: &Value) -> Vec<[String; 4]> {
    let text = |problem: &Value, key: &str| String::from(problem[key].as_str().unwrap());
    let problems = json["problems"].as_array().unwrap().iter();
    problems
        .map(|problem| {
            assert!(!text(problem, "help").is_empty());
            ["severity", "code", "path", "found"].map(|key| text(problem, key))
        })
        .collect()
}

#[test]
fn the_policy_we_ship_is_sound() {
    let file = repository("www/policies/jimo.json");
    let words = run(&["check", &file]);
    assert_eq!((words.code, words.words.as_str()), (0, ""), "{words:?}");
    assert!(words.out.contains(": 3 categories, "), "{words:?}");
    assert!(words.out.ends_with(" read; 0 errors, 0 warnings\n"), "{words:?}");
    let json = run(&["check", "--json", &file]);
    assert_eq!(json.code, 0, "{json:?}");
    let json = json.json();
    assert_eq!(json["sound"], json!(true));
    assert_eq!(json["policy"]["id"], json!("jimo-site"));
    assert_eq!(json["policy"]["categories"], json!(3));
    assert_eq!(json["policy"]["hash"].as_str().unwrap().len(), 64);
}

#[test]
fn a_broken_policy_shows_every_problem() {
    let json = run_with_input(&["check", "-", "--json"], BROKEN.as_bytes());
    assert_eq!(json.code, 1);
    let json = json.json();
    let found = problems_of(&json);
    for (severity, code, path, value) in PROBLEMS {
        let want = [severity, code, path, value].map(|text| String::from(*text));
        assert!(found.contains(&want), "{want:?} in {found:?}");
    }
    // As many as the core knows, and told in its order.
    let (policy, problems) = policy::read(&source::parse(BROKEN).unwrap());
    assert!(policy.is_none());
    let want: Vec<&str> = problems.iter().map(|problem| problem.code.text()).collect();
    let codes: Vec<&str> = found.iter().map(|problem| problem[1].as_str()).collect();
    assert_eq!(codes, want);
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    assert_eq!(json["errors"], json!(errors));
    assert_eq!(json["warnings"], json!(problems.len() - errors));
    assert_eq!(json["sound"], json!(false));
    assert_eq!(json["policy"], Value::Null);

    let words = run_with_input(&["check", "-"], BROKEN.as_bytes());
    assert_eq!(words.code, 1);
    for (severity, code, path, found) in PROBLEMS {
        let place = if path.is_empty() { String::new() } else { format!(" at {path}") };
        let start = format!("{severity}: {code}{place}: found `{found}`; ");
        let line = words.out.lines().find(|line| line.starts_with(&start));
        let line = line.unwrap_or_else(|| panic!("no line `{start}` in {}", words.out));
        assert!(line.len() > start.len(), "help follows: {line}");
    }
    let summary = format!("standard input: no policy read; {errors} errors, ");
    assert!(words.out.contains(&summary), "{words:?}");
}

/// A problem is told with its line, the name of what it is in, what is allowed, and the nearest of it.
#[test]
fn advice_stands_below_each_problem() {
    let item = |more: &str| {
        format!(
            r#"{{ "category": "a", "purpose": {{ "en": "P" }}, "duration": "session", {more} }}"#
        )
    };
    let policy = small(&format!(
        ",\n\"items\": [\n{},\n{},\n{}],\n\"servces\": []\n, \"services\": [{}]",
        item(r#""name": "_a", "kind": "localStorage", "party": "first""#),
        item(r#""name": "_b", "kind": "localStorage", "party": "frist""#),
        item(r#""name": "_c", "kind": "biscuit", "party": "first", "service": "chatt""#),
        r#"{ "id": "chat", "category": "b", "name": "Chat", "provider": "Chat", "hosts": ["https://chat.example:8443/x"] }"#,
    ));
    let folder = Folder::new();
    let file = folder.file("policy.json", policy);
    let words = run(&["check", &file]);
    assert_eq!(words.code, 1, "{words:?}");
    let advice = |start: &str| {
        let mut lines = words.out.lines().skip_while(|line| !line.starts_with(start)).skip(1);
        let all: Vec<&str> = lines.by_ref().take_while(|line| line.starts_with("  ")).collect();
        all.join("\n").replace(&file, "policy.json")
    };
    let kinds = "allowed: `cookie`, `local-storage`, `session-storage`, `indexed-db`, `cache-storage`, `service-worker`";
    assert_eq!(advice("error: field-unknown"), "  policy.json:8: write `services`");
    assert_eq!(
        advice("error: field-value at items[0].kind"),
        format!(
            "  policy.json:5, `_a`: write `local-storage`; {kinds}\n  the same at items[1].kind `_b` (line 6)"
        )
    );
    assert_eq!(
        advice("error: field-value at items[2].kind"),
        format!("  policy.json:7, `_c`: {kinds}")
    );
    assert!(!words.out.contains("error: field-value at items[1].kind"), "{}", words.out);
    assert_eq!(
        advice("error: field-value at services[0].hosts[0]"),
        "  policy.json:9, `chat`: write `chat.example:8443`; for example `www.example.org`, `*.example.org`, \
         `maps.example.org/embed`"
    );
    assert_eq!(advice("error: category-unknown"), "  policy.json:9, `chat`: allowed: `a`, `n`");
    let json = run(&["check", "--json", &file]).json();
    let kind =
        json["problems"].as_array().unwrap().iter().find(|each| each["path"] == "items[1].kind");
    assert_eq!(kind.unwrap()["nearest"], "local-storage");
    assert_eq!([&kind.unwrap()["line"], &kind.unwrap()["name"]], [&json!(6), &json!("_b")]);
}

/// What is allowed and hardly meant is asked about.
#[test]
fn doubts_are_warnings() {
    let policy = small(
        r#", "mode": "report", "services": [{ "id": "chat", "category": "a", "name": "Chat", "provider": "Chat" }]"#,
    );
    let policy = policy.replace(r#""necessary": true, "#, "");
    let words = run_with_input(&["check", "-"], policy.as_bytes());
    assert_eq!(words.code, 0, "{words:?}");
    for code in [
        "mode-report at mode",
        "necessary-missing at categories",
        "service-hostless at services[0]",
    ] {
        assert!(words.out.contains(&format!("warning: {code}")), "{words:?}");
    }
}

/// What data is for: a misspelt word with the right one, and what is asked where the answer is missing or cannot be meant.
#[test]
fn what_data_is_for_is_asked_and_looked_at() {
    let policy =
        small("").replace(r#""necessary": true"#, r#""necessary": true, "for": ["sharing"]"#);
    let words = run_with_input(&["check", "-"], policy.as_bytes());
    assert_eq!(words.code, 0, "{words:?}");
    assert!(
        words.out.contains("warning: for-necessary at categories[1].for: found `sharing`"),
        "{words:?}"
    );
    let advertising = small("").replace(r#""id": "a","#, r#""id": "ads", "#);
    let found = |policy: &str| {
        let json = run_with_input(&["check", "--json", "-"], policy.as_bytes()).json();
        json["problems"].as_array().unwrap().clone()
    };
    let missing = found(&advertising);
    assert_eq!(
        missing.iter().map(|each| [&each["code"], &each["path"]]).collect::<Vec<_>>(),
        [[&json!("for-missing"), &json!("categories[0]")]]
    );
    for (uses, nearest) in [(r#"["sale"]"#, None), ("[]", None), (r#"["sael"]"#, Some("sale"))] {
        let said =
            advertising.replace(r#""id": "ads", "#, &format!(r#""id": "ads", "for": {uses}, "#));
        let problems = found(&said);
        let told: Vec<_> = problems
            .iter()
            .map(|each| (each["code"].as_str().unwrap(), each["nearest"].as_str(), &each["line"]))
            .collect();
        let want: Vec<_> = nearest
            .iter()
            .map(|nearest| ("field-value", Some(*nearest), &missing[0]["line"]))
            .collect();
        assert_eq!(told, want, "{uses}");
    }
}

#[test]
fn a_policy_with_a_bad_part_says_what_was_read() {
    let policy = small(r#", "items": [{ "name": "_a" }]"#);
    let words = run_with_input(&["check", "-"], policy.as_bytes());
    assert_eq!(words.code, 1, "{words:?}");
    assert!(words.out.contains(": 2 categories, 0 services, 0 items read; "), "{words:?}");
}

#[test]
fn warnings_alone_are_sound() {
    let policy = small(
        r#", "items": [{ "name": "_*", "kind": "cookie", "category": "a", "purpose": { "en": "P" },
              "duration": "session", "party": "first" }]"#,
    );
    let words = run_with_input(&["check", "-"], policy.as_bytes());
    assert_eq!(words.code, 0, "{words:?}");
    assert!(words.out.starts_with("warning: glob-broad at items[0].name: "), "{words:?}");
    assert!(words.out.ends_with(": 2 categories, 0 services, 1 item read; 0 errors, 1 warning\n"));
}

#[test]
fn words_for_texts_that_there_are_not_are_problems() {
    let policy = small(
        r#", "placement": "corner", "texts": { "en": { "acceptAll": "Yes to all", "acceptall": "Yes" },
              "tlh": { "acceptAll": "HIja" } }"#,
    );
    let json = run_with_input(&["check", "-", "--json"], policy.as_bytes());
    assert_eq!(json.code, 1, "{json:?}");
    let want = [
        ["error", "field-unknown", "texts.en", "acceptall"],
        ["warning", "language-missing", "texts.tlh", ""],
    ];
    assert_eq!(problems_of(&json.json()), want.map(|problem| problem.map(String::from)));
}

#[test]
fn text_that_is_no_document_is_a_problem_like_the_others() {
    let huge = small(&" ".repeat(1_000_000));
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty", b"", "policy-not-json"),
        ("cut", b"{ \"version\": 1,", "policy-not-json"),
        ("trailing comma", b"{ \"version\": 1, }", "policy-not-json"),
        ("two byte order marks", b"\xef\xbb\xbf\xef\xbb\xbf{}", "policy-not-json"),
        (
            "a byte order mark, which is no mistake",
            b"\xef\xbb\xbf{ \"version\": 2 }",
            "policy-version",
        ),
        ("not UTF-8", b"{ \"id\": \"\xe9\" }", "policy-not-json"),
        ("half a surrogate pair", br#"{ "id": "\ud800" }"#, "policy-not-json"),
        ("a list", b"[1]", "field-type"),
        ("another version", b"{ \"version\": 2 }", "policy-version"),
        ("too large", huge.as_bytes(), "policy-too-large"),
    ];
    for (name, bytes, code) in cases {
        let json = run_with_input(&["check", "-", "--json"], bytes);
        assert_eq!(json.code, 1, "{name}: {json:?}");
        let problems = problems_of(&json.json());
        assert_eq!(problems.len(), 1, "{name}: {problems:?}");
        assert_eq!(problems[0][1], *code, "{name}");
    }
}

#[test]
fn text_that_is_not_json_is_shown_where_it_goes_wrong() {
    for (text, place, found) in [
        ("{\n  \"id\": \"a\"\n  \"revision\": 1\n}", "line 3 column 3", "\"revision\": 1"),
        ("{\n  \"id\": é\n}", "line 2 column 9", "é"),
        ("{\n", "line 2 column 0", "the end"),
        ("", "line 1 column 0", "the end"),
    ] {
        let json = run_with_input(&["check", "-", "--json"], text.as_bytes());
        let problems = problems_of(&json.json());
        assert_eq!((problems[0][2].as_str(), problems[0][3].as_str()), (place, found));
    }
}

#[test]
fn a_text_of_the_policy_cannot_steer_the_terminal() {
    let policy = BROKEN.replace("Broken Site", "\\u001b[31m\\u202e\u{9b}");
    for input in [policy.as_bytes(), b"{ \x1b[31m }"] {
        let words = run_with_input(&["check", "-"], input);
        assert_eq!(words.code, 1, "{words:?}");
        assert!(!words.out.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{words:?}");
    }
}

/// The vectors of pages: in the HTML of each, `ELEMENT` is what `csp --meta` prints with these `options`, of the
/// policy as it was when it was `printed` (as it is where that is not said).
#[test]
fn pages_show_what_is_wrong_with_the_tag_and_a_pasted_element() {
    let text = std::fs::read_to_string(repository("tests/vectors/pasted.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let with = |changes: &Value| {
        let mut policy = file["policy"].clone();
        for (pointer, value) in changes.as_object().into_iter().flatten() {
            match policy.pointer_mut(pointer) {
                Some(place) => *place = value.clone(),
                None => policy[pointer.trim_start_matches('/')] = value.clone(),
            }
        }
        policy.to_string()
    };
    for case in file["cases"].as_array().unwrap() {
        let name = &case["name"];
        let folder = Folder::new();
        let texts = |list: &Value| -> Vec<String> {
            let list = list.as_array().into_iter().flatten();
            list.map(|text| String::from(text.as_str().unwrap())).collect()
        };
        let printed = folder.file("printed.json", with(&case["printed"]));
        let options = texts(&case["options"]);
        let mut arguments = vec!["csp", printed.as_str(), "--meta"];
        arguments.extend(options.iter().map(String::as_str));
        let element = run(&arguments);
        assert_eq!((element.code, element.words.as_str()), (0, ""), "{name}");
        let html = texts(&case["html"]).join("\n").replace("ELEMENT", element.out.trim());
        let page = folder.file("page.html", html);
        let policy = folder.file("policy.json", with(&case["set"]));
        let json = run(&["check", &policy, "--json", "--html", &page]);
        let want = texts(&case["want"]);
        assert_eq!(json.code, i32::from(!want.is_empty()), "{name}: {json:?}");
        // What is doubtful in the policy itself is another test's.
        let problems =
            problems_of(&json.json()).into_iter().filter(|[severity, ..]| severity == "error");
        let found = problems.map(|[_, code, path, found]| {
            let line = path.strip_prefix(&page).and_then(|rest| rest.strip_prefix(':')).unwrap();
            format!("{code} {line} {found}")
        });
        assert_eq!(found.collect::<Vec<_>>(), want, "{name}");
    }
}

#[test]
fn several_pages_are_looked_at_and_one_that_is_not_there_is_no_verdict() {
    let folder = Folder::new();
    let [one, other] = ["one.html", "other.html"].map(|name| {
        folder.file(name, "<script src=a.js></script><script src=consentinel.js></script>")
    });
    let words =
        run_with_input(&["check", "-", "--html", &one, "--html", &other], small("").as_bytes());
    assert_eq!(words.code, 1, "{words:?}");
    for page in [&one, &other] {
        assert!(words.out.contains(&format!("error: tag-late at {page}:1: found")), "{words:?}");
    }
    let gone =
        run_with_input(&["check", "-", "--html", &folder.name("gone.html")], small("").as_bytes());
    assert_eq!((gone.code, gone.out.as_str()), (3, ""), "{gone:?}");
    assert!(gone.words.contains("gone.html"), "{gone:?}");
}

#[test]
fn without_the_small_button_every_page_needs_a_control_that_opens_the_settings() {
    let folder = Folder::new();
    let tag = "<script src=consentinel.js></script>";
    let page = |name: &str, body: &str| folder.file(name, format!("{tag}<p>{body}"));
    let bare = page("bare.html", "<button data-consent-action=reject-all>No</button>");
    let apart = page("apart.html", "<template><a data-consent-action=open>Cookies</a></template>");
    let own = page("own.html", "<footer><a href=# data-consent-action=open>Cookies</a></footer>");
    let back = page("back.html", "<button data-consent-action=withdraw>Take back</button>");
    let policy = folder.file("policy.json", small(r#", "reopen": "none""#));
    for (pages, want) in [
        (vec![], vec![String::from("reopen")]),
        (vec![&own, &back], vec![]),
        (vec![&bare, &own, &apart], vec![bare.clone(), apart.clone()]),
    ] {
        let mut arguments = vec!["check", policy.as_str(), "--json"];
        pages.iter().for_each(|page| arguments.extend(["--html", page.as_str()]));
        let json = run(&arguments);
        assert_eq!(json.code, 0, "a warning: {json:?}");
        let problems = problems_of(&json.json()).into_iter();
        let found = problems.map(|[severity, code, path, _]| {
            assert_eq!((severity.as_str(), code.as_str()), ("warning", "reopen-missing"));
            path
        });
        assert_eq!(found.collect::<Vec<_>>(), want);
    }
}

#[test]
fn every_command_that_reads_a_policy_knows_public_suffixes() {
    let policy = small(r#", "share": "co.uk""#);
    let checked = run_with_input(&["check", "-"], policy.as_bytes());
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(checked.out.contains("share-suffix at share: found `co.uk`"), "{checked:?}");
    for command in [&["csp", "-"][..], &["notice", "-", "--language", "en"]] {
        let said = run_with_input(command, policy.as_bytes());
        assert!(said.words.contains("share-suffix at share"), "{command:?}: {said:?}");
    }
    let own = small(r#", "share": "example.co.uk""#);
    assert_eq!(run_with_input(&["check", "-"], own.as_bytes()).code, 0);
}

/// What vendors are told beside a policy is judged with it; the cases are those of catalogue/tests/signals.rs.
#[test]
fn what_vendors_are_told_is_looked_at_beside_the_policy() {
    let folder = Folder::new();
    let policy = folder.file("policy.json", small(""));
    let signals =
        folder.file("signals.json", r#"{ "uet-consent-mode": "b", "clarity-consent-v2": {} }"#);
    let gpp = folder.file("gpp.json", r#"{ "sale": "a" }"#);
    let json = run(&["check", &policy, "--json", "--signals", &signals, "--gpp", &gpp]);
    assert_eq!(json.code, 1, "{json:?}");
    let found = problems_of(&json.json());
    assert!(
        found.iter().any(|[_, code, path, found]| {
            [code, path, found] == ["signal-unknown", "signals/uet-consent-mode/ad_storage", "b"]
        }),
        "{found:?}"
    );
    let sound = run(&["check", &policy, "--gpp", &gpp]);
    assert_eq!((sound.code, sound.words.as_str()), (0, ""), "{sound:?}");
    assert_eq!(run(&["check", &policy, "--signals", "/nowhere.json"]).code, 3);
}
