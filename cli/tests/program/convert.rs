//! `consentinel convert`: configurations as each tool's own documentation writes them become drafts that can be read.

use serde_json::{Value, json};

use crate::{Folder, run, run_with_input};

/// A draft as its owner may fill it in.
fn filled(draft: &Value) -> Value {
    let mut policy = draft.clone();
    for item in policy["items"].as_array_mut().unwrap() {
        item["duration"] = json!("session");
        item["party"] = json!("first");
    }
    serde_json::from_str(&policy.to_string().replace("TO BE WRITTEN", "Written")).unwrap()
}

/// The draft, the document of moving and the words on a configuration. The draft has no error but for what is to be
/// written.
#[track_caller]
fn converted(tool: &str, config: &Value) -> (Value, Value, String) {
    let folder = Folder::new();
    let file = folder.file("config.json", config.to_string());
    let draft = run(&["convert", tool, &file]);
    assert_eq!(draft.code, 0, "{draft:?}");
    let policy: Value = serde_json::from_str(&draft.out).unwrap();
    let checked = run_with_input(&["check", "-"], draft.out.as_bytes());
    assert_eq!(checked.code, 1, "{checked:?}\n{}", draft.out);
    for line in checked.out.lines().filter(|line| line.starts_with("error: ")) {
        assert!(line.contains(": found `TO BE WRITTEN`; "), "{line}");
    }
    let checked = run_with_input(&["check", "-"], filled(&policy).to_string().as_bytes());
    assert_eq!(checked.code, 0, "{checked:?}\n{}", draft.out);
    let moving = run(&["convert", tool, &file, "--moving"]);
    (policy, serde_json::from_str(&moving.out).unwrap(), draft.words)
}

/// The kinds of things in a draft, in short: categories, services, items.
fn short(policy: &Value) -> Value {
    let list = |key: &str, fields: &[&str]| -> Vec<Value> {
        let entries = policy[key].as_array().unwrap();
        entries
            .iter()
            .map(|entry| fields.iter().map(|field| entry[*field].clone()).collect())
            .collect()
    };
    json!({
        "categories": list("categories", &["id", "necessary", "title"]),
        "services": list("services", &["id", "category", "name"]),
        "items": list("items", &["name", "category", "service"]),
    })
}

#[test]
fn vanilla_cookieconsent() {
    let config = json!({
        "categories": {
            "necessary": { "enabled": true, "readOnly": true },
            "analytics": {
                "autoClear": { "cookies": [{ "name": "_gid" }, { "name": "/^_ga.*/" }] },
                "services": { "ga": { "label": "Google Analytics", "cookies": [{ "name": "^(_ga|_gid)" }] } },
            },
        },
        "language": { "default": "fr", "translations": { "fr": {
            "consentModal": { "title": "Cookies" },
            "preferencesModal": { "sections": [
                { "title": "Mesure", "description": "Nous comptons.", "linkedCategory": "analytics" },
            ] },
        } } },
    });
    let (policy, moving, words) = converted("vanilla-cookieconsent", &config);
    assert_eq!(
        short(&policy),
        json!({
            "categories": [
                ["analytics", null, { "fr": "Mesure" }],
                ["necessary", true, { "fr": "necessary" }],
            ],
            "services": [["ga", "analytics", "Google Analytics"]],
            "items": [["_gid", "analytics", null], ["_ga*", "analytics", null]],
        })
    );
    assert_eq!(
        moving,
        json!({
            "from": "vanilla-cookieconsent", "necessary": ["necessary"],
            "grants": { "analytics": ["analytics"] },
        })
    );
    assert!(words.contains("`^(_ga|_gid)` says more than a name"), "{words}");
    assert!(words.contains("services[0].provider"), "{words}");
}

#[test]
fn klaro() {
    let config = json!({
        "lang": "de",
        "translations": { "de": { "purposes": {
            "analytics": { "title": "Statistik", "description": "Wir zählen." }, "ads": "Werbung",
        } } },
        "services": [
            { "name": "matomo", "title": "Matomo", "purposes": ["analytics"],
              "cookies": [["^_pk_.*$", "/", "example.org"], "piwik_ignore"] },
            { "name": "analytics", "purposes": ["analytics"] },
            { "name": "meta", "purposes": ["ads"], "cookies": [{ "pattern": "_fbp" }, { "pattern": "^x.y$" }] },
            { "name": "session", "purposes": ["shop"], "required": true, "cookies": ["SID"] },
        ],
    });
    let (policy, moving, words) = converted("klaro", &config);
    assert_eq!(
        short(&policy),
        json!({
            "categories": [
                ["analytics", null, { "de": "Statistik" }],
                ["ads", null, { "de": "Werbung" }],
                ["necessary", true, { "de": "necessary" }],
            ],
            "services": [
                ["matomo", "analytics", "Matomo"],
                ["analytics-2", "analytics", "analytics"],
                ["meta", "ads", "meta"],
                ["session", "necessary", "session"],
            ],
            "items": [
                ["_pk_*", "analytics", "matomo"],
                ["piwik_ignore", "analytics", "matomo"],
                ["_fbp", "ads", "meta"],
                ["SID", "necessary", "session"],
            ],
        })
    );
    assert_eq!(
        moving,
        json!({
            "from": "klaro", "necessary": ["session"],
            "grants": { "analytics": ["matomo", "analytics"], "ads": ["meta"] },
        })
    );
    assert!(words.contains("`^x.y$` says more than a name"), "{words}");
}

#[test]
fn orejime() {
    let config = json!({
        "privacyPolicyUrl": "/privacy",
        "purposes": [
            { "id": "mandatory", "title": "Needed", "description": "To work.", "isMandatory": true },
            { "id": "group", "title": "All", "purposes": [
                { "id": "Stats & Co", "title": "Stats", "cookies": ["_ga", ["_gid", "/", "x"]] },
            ] },
        ],
    });
    let (policy, moving, _) = converted("orejime", &config);
    assert_eq!(
        short(&policy),
        json!({
            "categories": [
                ["mandatory", true, { "en": "Needed" }],
                ["stats-co", null, { "en": "Stats" }],
            ],
            "services": [],
            "items": [["_ga", "stats-co", null], ["_gid", "stats-co", null]],
        })
    );
    assert_eq!(moving["grants"], json!({ "stats-co": ["Stats & Co"] }));
}

/// Regular expressions as the line of docs/moving.md writes them, and as `JSON.stringify` alone does.
#[test]
fn regular_expressions() {
    for (cookie, want) in [
        (json!("/^_ga/"), Ok("_ga*")),
        (json!(["/^_pk_.*$/", "/", "example.org"]), Ok("_pk_*")),
        (json!({ "pattern": "/^_fbp$/g" }), Ok("_fbp")),
        (json!("/_ga/"), Err("`/_ga/` says more than a name")),
        (json!("/^_ga/i"), Err("`/^_ga/i` says more than a name")),
        (
            json!({}),
            Err("a regular expression of `matomo` was lost; write JSON.stringify(config, "),
        ),
        (json!([{}, "/", "x"]), Err("a regular expression of `matomo` was lost")),
        (json!({ "pattern": {} }), Err("a regular expression of `matomo` was lost")),
        (json!({ "name": {} }), Err("a regular expression of `matomo` was lost")),
    ] {
        let config =
            json!({ "services": [{ "name": "matomo", "purposes": ["a"], "cookies": [cookie] }] });
        let (policy, _, words) = converted("klaro", &config);
        match want {
            Ok(name) => assert_eq!(policy["items"][0]["name"], name, "{config}"),
            Err(line) => {
                assert_eq!(policy["items"], json!([]), "{config}");
                assert!(words.contains(line), "{line} in {words}");
            }
        }
    }
}

/// Each thing that is left to the owner is one error, however the policy is read otherwise.
#[test]
fn what_is_to_be_written_is_refused() {
    let config =
        json!({ "services": [{ "name": "matomo", "purposes": ["a"], "cookies": ["_pk"] }] });
    let (policy, ..) = converted("klaro", &config);
    let text = policy.to_string();
    let checked = run_with_input(&["check", "-", "--json"], text.as_bytes()).json();
    let errors = checked["problems"].as_array().unwrap().iter();
    let errors: Vec<String> = errors
        .filter(|problem| problem["severity"] == "error")
        .map(|problem| format!("{} {}", problem["code"], problem["path"]).replace('"', ""))
        .collect();
    assert_eq!(
        errors,
        [
            "field-value items[0].duration",
            "field-value items[0].party",
            "text-unwritten categories[0].description.en",
            "text-unwritten controller.name",
            "text-unwritten items[0].purpose.en",
            "text-unwritten services[0].provider",
        ]
    );
    let bundled = run_with_input(&["bundle", "-"], text.as_bytes());
    assert_eq!((bundled.code, bundled.out.as_str()), (1, ""), "{bundled:?}");
    let mut policy = filled(&policy);
    policy["controller"]["contact"] = json!("(TO BE WRITTEN)");
    let run = run_with_input(&["check", "-"], policy.to_string().as_bytes());
    assert!(run.out.contains("error: text-unwritten at controller.contact"), "{run:?}");
    assert!(run.out.contains("; 1 error, "), "{run:?}");
}

/// What a line of `words` says.
#[track_caller]
fn told(words: &str, line: &str) {
    assert!(words.lines().any(|one| one.starts_with(line)), "`{line}` in {words}");
}

/// What Klaro says beside categories and cookies is carried, or told.
#[test]
fn the_words_of_klaro_are_carried() {
    let long = "x".repeat(91);
    let config = json!({
        "lang": "en",
        "privacyPolicy": { "default": "https://example.org/privacy" },
        "translations": {
            "zz": { "privacyPolicyUrl": "/privacy" },
            "de": {
                "purposes": { "analytics": "Statistik" },
                "youtube": { "description": "Filme" },
            },
            "en": { "purposes": { "analytics": "Analytics", "video": { "title": "Videos", "description": "<p>We <b>show</b> films.</p>" } } },
        },
        "services": [
            { "name": "youtube", "purposes": ["video", "marketing"], "description": "Films" },
            { "name": "matomo", "purposes": ["analytics"], "description": long,
              "translations": { "de": { "description": "<a href='/x'>Zählt</a>" } } },
            { "name": "googleAnalytics", "purposes": ["analytics"] },
        ],
    });
    let (policy, _, words) = converted("klaro", &config);
    assert_eq!(policy["controller"]["privacyPolicy"], "https://example.org/privacy");
    assert_eq!(policy["categories"][0]["title"], json!({ "en": "Videos" }));
    assert_eq!(policy["categories"][0]["description"], json!({ "en": "We show films." }));
    assert_eq!(policy["categories"][1]["title"], json!({ "de": "Statistik", "en": "Analytics" }));
    assert_eq!(policy["services"][0]["summary"], json!({ "de": "Filme", "en": "Films" }));
    assert_eq!(policy["services"][1]["summary"], json!({ "de": "Zählt" }));
    assert_eq!(policy["services"][2].get("summary"), None);
    for line in [
        "categories[0].title: say it in `de` too",
        "categories[0].description.en: markup was taken out",
        "services[0]: `youtube` is for `marketing` too",
        "services[1].summary.de: markup was taken out",
        "services[1].summary.en: say this in 90 characters at most: xxx",
        "services[0]: the catalogue has `youtube`: write { \"use\": \"youtube\", \"category\": \"video\" } ",
        "services[2]: the catalogue has `googleanalytics`: write { \"use\": \"google-analytics\", ",
    ] {
        told(&words, line);
    }
    let relative =
        json!({ "services": [], "translations": { "zz": { "privacyPolicyUrl": "/privacy" } } });
    let run = run_with_input(&["convert", "klaro", "-"], relative.to_string().as_bytes());
    told(&run.words, "controller.privacyPolicy: write the whole address of `/privacy`");
}

/// The same of vanilla-cookieconsent, and the tables and the order that visitors see.
#[test]
fn the_words_of_vanilla_cookieconsent_are_carried() {
    let table = |purpose: &str| {
        json!({ "headers": { "name": "Cookie" }, "body": [
            { "name": "_ga", "desc": purpose }, { "name": "_gid, _gat", "desc": "?" },
        ] })
    };
    let config = json!({
        "categories": {
            "ads": {}, "necessary": { "readOnly": true },
            "zeal": { "services": { "ga": { "label": "<b>GA</b>", "cookies": [{ "name": "_ga" }] } } },
        },
        "language": { "default": "en", "translations": {
            "en": { "preferencesModal": { "sections": [
                { "title": "About" },
                { "title": "Needed", "linkedCategory": "necessary", "description": "For the <a href='/'>shop</a>." },
                { "title": "Counting", "linkedCategory": "zeal", "cookieTable": table("Counts") },
                { "title": "Ads", "linkedCategory": "ads" },
            ] } },
            "fr": { "preferencesModal": { "sections": [
                { "title": "Mesure", "linkedCategory": "zeal", "cookieTable": table("Compte") },
            ] } },
        } },
    });
    let (policy, _, words) = converted("vanilla-cookieconsent", &config);
    assert_eq!(
        short(&policy),
        json!({
            "categories": [
                ["necessary", true, { "en": "Needed" }],
                ["zeal", null, { "en": "Counting", "fr": "Mesure" }],
                ["ads", null, { "en": "Ads" }],
            ],
            "services": [["ga", "zeal", "GA"]],
            "items": [["_ga", "zeal", "ga"]],
        })
    );
    assert_eq!(policy["categories"][0]["description"], json!({ "en": "For the shop." }));
    assert_eq!(policy["items"][0]["purpose"], json!({ "en": "Counts", "fr": "Compte" }));
    for line in [
        "categories[0].title: say it in `fr` too",
        "categories[0].description.en: markup was taken out, and links with it",
        "items: row 1 of the cookieTable of `zeal` has no name of a cookie under `name`: ",
    ] {
        told(&words, line);
    }
}

/// Klaro 0.7 reads a configuration of before.
#[test]
fn klaro_before_0_7() {
    let services = json!([{ "name": "matomo", "purposes": ["analytics"], "cookies": ["_pk_id"] }]);
    let older = converted("klaro", &json!({ "apps": services }));
    assert_eq!(older, converted("klaro", &json!({ "services": services })));
    assert_eq!(older.0["items"][0]["name"], "_pk_id");
}

/// A decision under another name than the usual one is not found without it.
#[test]
fn the_name_under_which_the_tool_stores_is_carried() {
    let vanilla =
        json!({ "categories": {}, "cookie": { "name": "cc_shop", "domain": "x.example" } });
    let klaro = json!({ "services": [] });
    let named = |fields: Value| {
        let mut config = klaro.clone();
        config.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        config
    };
    for (tool, config, want) in [
        ("vanilla-cookieconsent", vanilla, json!("cc_shop")),
        ("vanilla-cookieconsent", json!({ "categories": {} }), Value::Null),
        ("klaro", named(json!({ "storageName": "answers" })), json!("answers")),
        ("klaro", named(json!({ "cookieName": "old" })), json!("old")),
        (
            "klaro",
            named(json!({ "storageName": "answers", "cookieName": "old" })),
            json!("answers"),
        ),
        ("klaro", klaro.clone(), Value::Null),
        ("orejime", json!({ "purposes": [], "cookie": { "name": "eu" } }), json!("eu")),
    ] {
        let run =
            run_with_input(&["convert", tool, "-", "--moving"], config.to_string().as_bytes());
        let moving: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(moving["key"], want, "{tool}: {config}");
        assert_eq!(moving["until"], Value::Null);
        // Whoever stores no time gives no grants, so nothing is to be written.
        let line = if tool == "vanilla-cookieconsent" {
            String::from("until: write the last day on which grants are taken over\n")
        } else {
            format!(
                "grants: {tool} stores no time of a decision, so only refusals are taken over, "
            )
        };
        assert!(run.words.starts_with(&line), "{run:?}");
    }
}

#[test]
fn what_cannot_be_read_gets_one_clear_line() {
    for (tool, text, want) in [
        ("klaro", "var config = {}", "this is not JSON"),
        ("klaro", "{}", "found no `services`; give the configuration of klaro"),
        ("klaro", "[1]", "found no `services`"),
        ("vanilla-cookieconsent", "{}", "found no `categories`"),
        (
            "vanilla-cookieconsent",
            r#"{ "current_lang": "en", "languages": { "en": { "settings_modal": { "blocks": [] } } } }"#,
            "this is of vanilla-cookieconsent 2, and only 3 is read: ",
        ),
        ("orejime", r#"{ "apps": [] }"#, "this is of Orejime 2, and only 3 is read: "),
        ("orejime", "{}", "found no `purposes`"),
    ] {
        let run = run_with_input(&["convert", tool, "-"], text.as_bytes());
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{run:?}");
        assert!(run.words.contains(want), "{run:?}");
        assert_eq!(run.words.matches('\n').count(), 1, "{run:?}");
    }
    assert_eq!(run(&["convert", "cookiebot", "x.json"]).code, 2);
}

/// The configurations in JSON of `tests/vectors`; those in JavaScript are `npx consentinel`'s (tests/npm/convert.test.mjs).
#[test]
fn cases() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/convert.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let cases = vectors["cases"].as_array().unwrap().iter().filter(|case| case["script"].is_null());
    let mut count = 0;
    for case in cases {
        count += 1;
        let (tool, config) = (case["tool"].as_str().unwrap(), &case["config"]);
        if let Some(error) = case["error"].as_str() {
            let run = run_with_input(&["convert", tool, "-"], config.to_string().as_bytes());
            assert_eq!((run.code, run.out.as_str()), (1, ""), "{case}\n{run:?}");
            assert!(run.words.starts_with(&format!("standard input: {error}")), "{case}\n{run:?}");
            assert_eq!(run.words.matches('\n').count(), 1, "{case}\n{run:?}");
            continue;
        }
        let (policy, moving, words) = converted(tool, config);
        let hosts: Vec<&Value> = policy["services"]
            .as_array()
            .unwrap()
            .iter()
            .map(|service| &service["hosts"])
            .collect();
        let mut got = short(&policy);
        for (service, hosts) in got["services"].as_array_mut().unwrap().iter_mut().zip(hosts) {
            service.as_array_mut().unwrap().push(hosts.clone());
        }
        assert_eq!(got, case["policy"], "{case}");
        assert_eq!(moving, case["moving"], "{case}");
        for line in case["words"].as_array().unwrap() {
            told(&words, line.as_str().unwrap());
        }
    }
    assert!(count > 5, "{count}");
}
