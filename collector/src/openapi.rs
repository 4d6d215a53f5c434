//! The protocol as an OpenAPI description, made of the same table of refusals and of the same words as the answers. What
//! is sent and what becomes of it is docs/collector.md; a test compares every answer that it gets with this.

use serde_json::{Map, Value, json};

use crate::refusal::Refusal;

/// What a path can be answered besides what worked.
const TO_A_RECORD: &[Refusal] = &[
    Refusal::NOT_RECORD,
    Refusal::FOREIGN,
    Refusal::SLOW,
    Refusal::NO_NOTICE,
    Refusal::TOO_LARGE,
    Refusal::NOT_TEXT,
    Refusal::RATE,
    Refusal::BUSY,
    Refusal::STORE,
    Refusal::NO_POLICY,
];
const TO_A_NOTICE: &[Refusal] = &[
    Refusal::NOT_NOTICE,
    Refusal::FOREIGN,
    Refusal::SLOW,
    Refusal::TOO_LARGE,
    Refusal::NOT_TEXT,
    Refusal::FOREIGN_NOTICE,
    Refusal::RATE,
    Refusal::BUSY,
    Refusal::STORE,
    Refusal::MOST_NOTICES,
];
const TO_HEALTH: &[Refusal] = &[Refusal::BUSY, Refusal::STORE];

/// The description, as JSON.
///
/// ```
/// let description = consentinel_collector::openapi::description();
/// assert!(description["paths"]["/v1/records"]["post"]["responses"]["201"].is_object());
/// ```
pub fn description() -> Value {
    // Of what is wrong with a record itself, the core has the codes.
    let contradicts = (
        "422",
        "a code of docs/errors.md: the record does not hold, or cannot be beside those that are there",
    );
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Consentinel collector",
            "version": "1",
            "description": "Receives records of consent and keeps them.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": {
            "/v1/records": {
                "post": kept("keepRecord", "Keep a record", "The line of one record, with or without its line feed.", TO_A_RECORD, Some(contradicts)),
            },
            "/v1/notices": {
                "post": kept("keepNotice", "Keep a notice", "The canonical form of one notice.", TO_A_NOTICE, None),
            },
            "/healthz": {
                "get": {
                    "operationId": "health",
                    "summary": "Whether something could be kept now",
                    "responses": responses(&[("200", "well")], TO_HEALTH, None),
                },
            },
        },
        "components": {
            "schemas": {
                "Answer": object("answer", None),
                "Refusal": object("error", Some("help")),
            },
        },
    })
}

fn kept(
    id: &str,
    summary: &str,
    body: &str,
    refusals: &[Refusal],
    more: Option<(&str, &str)>,
) -> Value {
    json!({
        "operationId": id,
        "summary": summary,
        "parameters": [{
            "name": "Origin", "in": "header", "required": true, "schema": { "type": "string" },
            "description": "As browsers send it: it says of which site the sender is.",
        }],
        "requestBody": {
            "required": true,
            "description": body,
            "content": { "text/plain": { "schema": { "type": "string" } } },
        },
        "responses": responses(&[("201", "kept"), ("200", "known")], refusals, more),
    })
}

/// The answers of a path, by status; of one status, all codes and what to do about each.
fn responses(done: &[(&str, &str)], refusals: &[Refusal], more: Option<(&str, &str)>) -> Value {
    let mut all: Map<String, Value> = Map::new();
    for (status, word) in done {
        let word = format!("`{word}`");
        all.insert(String::from(*status), response(&word, "Answer", false));
    }
    let mut statuses: Vec<u16> = refusals.iter().map(|refusal| refusal.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    for status in statuses {
        let of = refusals.iter().filter(|refusal| refusal.status == status);
        let told: Vec<String> =
            of.clone().map(|refusal| format!("`{}`: {}", refusal.code, refusal.help)).collect();
        let waits = of.clone().any(|refusal| refusal.retry_s.is_some());
        all.insert(status.to_string(), response(&told.join("; "), "Refusal", waits));
    }
    if let Some((status, told)) = more {
        all.insert(String::from(status), response(told, "Refusal", false));
    }
    Value::Object(all)
}

fn response(told: &str, schema: &str, waits: bool) -> Value {
    let mut response = json!({
        "description": told,
        "content": {
            "application/json": { "schema": { "$ref": format!("#/components/schemas/{schema}") } },
        },
    });
    if waits && let Some(fields) = response.as_object_mut() {
        let header = json!({ "schema": { "type": "integer" }, "description": "seconds to wait" });
        fields.insert(String::from("headers"), json!({ "Retry-After": header }));
    }
    response
}

fn object(word: &str, help: Option<&str>) -> Value {
    let fields: Vec<&str> = std::iter::once(word).chain(help).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|field| (String::from(*field), json!({ "type": "string" }))).collect();
    json!({ "type": "object", "properties": properties, "required": fields })
}
