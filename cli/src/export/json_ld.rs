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
use serde_json::{Value, json};

use super::Texts;

/// The profile of DPV for 27560 that the records follow.
const PROFILE: &str = "https://w3id.org/dpv/schema/dpv-27560#record";

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
        each: Box::new(move |record, _, hash| {
            Ok(node(record, hash, &controllers).to_string().into_bytes())
        }),
        between: b",\n",
        after: b"\n]}\n",
    }
}

fn node(record: &Record, hash: &str, controllers: &BTreeMap<String, Json>) -> Value {
    // What was granted before a withdrawal another record tells; what is denied after one counts
    // as withdrawn.
    let denied = match record.action {
        Action::Withdraw => "dpv:ConsentWithdrawn",
        _ => "dpv:ConsentRefused",
    };
    let granted = record.granted.iter().map(|name| (name, "dpv:ConsentGiven"));
    let choices = granted.chain(record.denied.iter().map(|name| (name, denied)));
    let processes = choices.map(|(name, status)| {
        json!({
            "@type": "dpv:Process",
            "dpv:hasPurpose": { "@type": "dpv:Purpose", "dct:identifier": name },
            "dpv:hasConsentStatus": status,
        })
    });
    let name = controllers.get(&record.policy_hash).map(|name| name.text_at("name"));
    let controller = name.map(|name| json!({ "@type": "dpv:DataController", "dct:title": name }));
    json!({
        "@id": named(hash),
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": PROFILE,
        "dct:identifier": record.id,
        "dpv:hasDataSubject": { "@type": "dpv:DataSubject", "dct:identifier": record.subject },
        "dpv:isIndicatedAtTime": iso(record.at_ms),
        "dpv:hasIndicationMethod": format!("{} via {}", record.action.word(), record.via.word()),
        "dpv:hasDuration": { "@type": "dpv:UntilTimeDuration", "rdf:value": iso(record.expires_at_ms) },
        "dpv:hasNotice": {
            "@id": named(&record.notice_hash),
            "@type": "dpv:ConsentNotice",
            "dct:language": record.language,
        },
        "dct:references": {
            "@id": named(&record.policy_hash),
            "dct:identifier": record.policy_id,
            "dct:hasVersion": record.policy_revision,
        },
        "dpv:hasProcess": processes.collect::<Vec<_>>(),
        // Nobody, where the policy is not known.
        "dpv:hasDataController": controller,
    })
}

/// The name of something by its hash (RFC 6920, section 3).
fn named(hash: &str) -> String {
    format!("ni:///sha-256;{}", URL_SAFE_NO_PAD.encode(from_hex(hash).unwrap_or_default()))
}
