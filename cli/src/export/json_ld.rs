//! Records as linked data: the fields of ISO/IEC TS 27560:2023 in the words of the Data Privacy
//! Vocabulary 2.3 (docs/record.md, "What the fields answer to"). There is no context of theirs to link
//! to, so it stands inside; no term is used that 2.3 does not have.
//!
//! Left out: what 27560 asks of the processing and not of the record (storage places, rights,
//! recipients); the policy has it, which each record names by its hash.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use consentinel::{
    hash::from_hex,
    json::Json,
    record::{Action, Record},
};
use consentinel_audit::time::iso;
use serde::Serialize;
use serde_json::json;

use super::Texts;

/// The profile of DPV for 27560 that the records follow.
const PROFILE: &str = "https://w3id.org/dpv/schema/dpv-27560#record";

/// What stands between two records.
const BETWEEN: &[u8] = b",\n";

/// One document with a graph of all records, which names the controller of each policy that is known, by
/// the hash of the policy.
pub fn texts(controllers: BTreeMap<String, Json>) -> Texts {
    let context = json!({
        "dpv": "https://w3id.org/dpv#",
        "dct": "http://purl.org/dc/terms/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "dpv:isIndicatedAtTime": { "@type": "xsd:dateTime" },
        "rdf:value": { "@type": "xsd:dateTime" },
        "dpv:hasConsentStatus": { "@type": "@id" },
        "dct:conformsTo": { "@type": "@id" },
    });
    Texts {
        before: format!("{{\"@context\":{context},\"@graph\":[\n").into_bytes(),
        several: Box::new(move |rows| {
            let mut out = Vec::with_capacity(rows.len() * 1500);
            for (row, _) in rows {
                if !out.is_empty() {
                    out.extend_from_slice(BETWEEN);
                }
                serde_json::to_writer(&mut out, &node(&row.record, &row.hash, &controllers))?;
            }
            Ok(out)
        }),
        between: BETWEEN,
        after: b"\n]}\n",
    }
}

/// A record as a node of the graph.
#[derive(Serialize)]
struct Node<'a> {
    #[serde(rename = "@id")]
    id: String,
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "dct:conformsTo")]
    profile: &'static str,
    #[serde(rename = "dct:identifier")]
    identifier: &'a str,
    #[serde(rename = "dct:references")]
    policy: Policy<'a>,
    /// Nobody, where the policy is not known.
    #[serde(rename = "dpv:hasDataController")]
    controller: Option<Controller<'a>>,
    #[serde(rename = "dpv:hasDataSubject")]
    subject: Identified<'a>,
    #[serde(rename = "dpv:hasDuration")]
    duration: Duration,
    #[serde(rename = "dpv:hasIndicationMethod")]
    method: String,
    #[serde(rename = "dpv:hasNotice")]
    notice: Notice<'a>,
    #[serde(rename = "dpv:hasProcess")]
    processes: Vec<Process<'a>>,
    #[serde(rename = "dpv:isIndicatedAtTime")]
    at: String,
    /// What another tool had stored, where the record tells that.
    #[serde(rename = "dct:source", skip_serializing_if = "Option::is_none")]
    source: Option<Source<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    #[serde(rename = "dct:identifier")]
    key: &'a str,
    #[serde(rename = "dct:title")]
    name: &'a str,
    #[serde(rename = "dct:created", skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

#[derive(Serialize)]
struct Policy<'a> {
    #[serde(rename = "@id")]
    id: String,
    #[serde(rename = "dct:hasVersion")]
    version: &'a str,
    #[serde(rename = "dct:identifier")]
    identifier: &'a str,
}

#[derive(Serialize)]
struct Controller<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "dct:title")]
    title: &'a str,
}

/// Somebody or something of a kind, by a word that names it.
#[derive(Serialize)]
struct Identified<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "dct:identifier")]
    identifier: &'a str,
}

#[derive(Serialize)]
struct Duration {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "rdf:value")]
    until: String,
}

#[derive(Serialize)]
struct Notice<'a> {
    /// Nothing where the notice was not ours, and nobody kept it.
    #[serde(rename = "@id", skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "dct:language", skip_serializing_if = "str::is_empty")]
    language: &'a str,
    /// Whose it was, where it was not ours.
    #[serde(rename = "dct:creator", skip_serializing_if = "str::is_empty")]
    by: &'a str,
}

/// A purpose, and what became of it.
#[derive(Serialize)]
struct Process<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "dpv:hasConsentStatus")]
    status: &'static str,
    #[serde(rename = "dpv:hasPurpose")]
    purpose: Identified<'a>,
}

fn node<'a>(record: &'a Record, hash: &str, controllers: &'a BTreeMap<String, Json>) -> Node<'a> {
    // What was granted before a withdrawal another record tells; what is denied after one counts
    // as withdrawn.
    let denied = match record.action.known() {
        Some(Action::Withdraw) => "dpv:ConsentWithdrawn",
        _ => "dpv:ConsentRefused",
    };
    let granted = record.granted.iter().map(|name| (name, "dpv:ConsentGiven"));
    let choices = granted.chain(record.denied.iter().map(|name| (name, denied)));
    let processes = choices.map(|(name, status)| Process {
        kind: "dpv:Process",
        status,
        purpose: Identified { kind: "dpv:Purpose", identifier: name },
    });
    let controller = controllers.get(record.policy_hash.as_str());
    Node {
        id: named(hash),
        kind: "dpv:ConsentRecord",
        profile: PROFILE,
        identifier: &record.id,
        policy: Policy {
            id: named(&record.policy_hash),
            version: &record.policy_revision,
            identifier: &record.policy_id,
        },
        controller: controller
            .map(|name| Controller { kind: "dpv:DataController", title: name.text_at("name") }),
        subject: Identified { kind: "dpv:DataSubject", identifier: &record.subject },
        duration: Duration { kind: "dpv:UntilTimeDuration", until: iso(record.expires_at_ms) },
        method: format!("{} via {}", record.action.word(), record.via.word()),
        notice: Notice {
            id: (!record.notice_hash.is_empty()).then(|| named(&record.notice_hash)),
            kind: "dpv:ConsentNotice",
            language: &record.language,
            by: &record.notice_by,
        },
        processes: processes.collect(),
        at: iso(record.at_ms),
        source: record.tool.as_deref().map(|tool| Source {
            key: &tool.key,
            name: &tool.name,
            at: tool.at_ms.map(iso),
        }),
    }
}

/// The name of something by its hash (RFC 6920, section 3).
fn named(hash: &str) -> String {
    format!("ni:///sha-256;{}", URL_SAFE_NO_PAD.encode(from_hex(hash).unwrap_or_default()))
}
