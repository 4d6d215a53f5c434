//! A policy that names its collector by `audit`: what is written out of it, what is said, and what is wrong with one.

// A test that meets what it does not expect should stop there and then.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use consentinel_catalogue::{
    delivery::FIELD,
    expand::expand,
    publish::{Form, look, publish},
};
use serde_json::{Value, json};

const KEY: &str = "consent-delivery";

fn policy(audit: Value) -> Value {
    json!({
        "version": 1, "id": "shop", "revision": "1",
        "controller": { "name": "Shop SAS", "privacyPolicy": "https://shop.example/privacy" },
        "categories": [
            { "id": "measure", "title": { "fr": "Mesure" }, "description": { "fr": "Compter." } },
            { "id": "needed", "necessary": true, "title": { "fr": "Requis" }, "description": { "fr": "Servir." } },
        ],
        "audit": audit,
    })
}

fn expanded(policy: &Value) -> (Value, Vec<(String, String)>) {
    let expanded = expand(policy.to_string().as_bytes());
    let problems = expanded.problems.iter();
    let problems = problems.map(|problem| (problem.code.text().to_owned(), problem.path.clone()));
    (serde_json::from_slice(&expanded.published).unwrap(), problems.collect())
}

#[test]
fn an_endpoint_becomes_a_necessary_service_with_its_item() {
    let written = policy(json!({ "endpoint": "https://consent.shop.example:8443/in" }));
    let (published, problems) = expanded(&written);
    assert_eq!(problems, []);
    assert_eq!(published.get("audit"), None);
    let service = &published["services"][0];
    for (field, value) in [
        ("id", json!("consent-records")),
        ("category", json!("needed")),
        ("name", json!("consent.shop.example")),
        ("provider", json!("Shop SAS")),
        ("hosts", json!(["consent.shop.example"])),
    ] {
        assert_eq!(service[field], value, "{field}");
    }
    let item = &published["items"][0];
    assert_eq!((&item["name"], &item["category"]), (&json!(KEY), &json!("needed")));
    assert_eq!(item["purpose"].as_object().unwrap().keys().collect::<Vec<_>>(), ["fr"]);

    let looked = look(written.to_string().into_bytes());
    assert!(looked.is_sound(), "{}", looked.in_words("policy.json"));
    assert!(looked.notes.concat().contains("is not seen here"), "{:?}", looked.notes);
    let html = publish("policy.json", &looked, Form::Html).out;
    let line = "<script src=\"/consentinel.delivery.js\" data-endpoint=\"https://consent.shop.example:8443/in\" defer></script>\n";
    assert!(html.ends_with(line), "{html}");
    let json = publish("policy.json", &looked, Form::Json).out;
    assert!(!json.contains("data-endpoint") && !json.contains("audit"), "{json}");
}

#[test]
fn whoever_else_runs_it_is_named_and_what_is_declared_stands() {
    let mut written = policy(json!({ "endpoint": "https://in.example", "provider": "Keeper" }));
    written["services"] = json!([{ "use": "hotjar", "category": "measure" }]);
    written["items"] = json!([{ "name": KEY, "kind": "local-storage", "category": "needed" }]);
    let (published, problems) = expanded(&written);
    assert_eq!(problems, []);
    assert_eq!(published["services"][0]["id"], "hotjar");
    assert_eq!(published["services"][1]["provider"], "Keeper");
    let items = published["items"].as_array().unwrap();
    assert_eq!(items.iter().filter(|item| item["name"] == KEY).count(), 1);
}

#[test]
fn what_is_wrong_with_it_is_told_and_left_out() {
    for (audit, code, path) in [
        (json!(true), "field-type", "audit"),
        (json!({}), "field-missing", "audit.endpoint"),
        (json!({ "endpoint": 3 }), "field-type", "audit.endpoint"),
        (json!({ "endpoint": "consent.example" }), "field-value", "audit.endpoint"),
        (json!({ "endpoint": "http://consent.example" }), "field-value", "audit.endpoint"),
        (json!({ "endpoint": "https://a.example/\"><script>" }), "field-value", "audit.endpoint"),
        (json!({ "endpoint": "https://me@a.example" }), "field-value", "audit.endpoint"),
        (json!({ "endpoint": "https://a.example:x" }), "field-value", "audit.endpoint"),
        (json!({ "endpoint": "https://*.example" }), "field-value", "audit.endpoint"),
        (json!({ "endpoint": "https://a.example/in/v1" }), "field-value", "audit.endpoint"),
        (json!({ "endpoint": "https://a.example/v1/records/" }), "field-value", "audit.endpoint"),
        (json!({ "endpoint": "https://a.example", "key": 1 }), "field-unknown", "audit.key"),
        (
            json!({ "endpoint": "https://a.example", "provider": "" }),
            "field-type",
            "audit.provider",
        ),
    ] {
        let (published, problems) = expanded(&policy(audit.clone()));
        assert_eq!(problems, [(code.to_owned(), path.to_owned())], "{audit}");
        assert_eq!(published.get("audit"), None, "{audit}");
        assert!(!look(policy(audit).to_string().into_bytes()).is_sound());
    }
    let mut nobody = policy(json!({ "endpoint": "https://a.example" }));
    nobody["categories"].as_array_mut().unwrap().pop();
    let (published, problems) = expanded(&nobody);
    assert_eq!(problems, [("category-unknown".to_owned(), FIELD.to_owned())]);
    assert_eq!(published.get("services"), None);
}
