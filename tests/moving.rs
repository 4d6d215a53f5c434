//! Taking over what another consent tool had stored: what is carried of it, what never is, and that a verifier finds
//! nothing in the ledger that follows. How each tool stores is asked of the tools themselves (tests/browser/moving.test.mjs).

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

#[path = "support/cases.rs"]
mod cases;

use cases::{changed, jimo, list, read_policy, short, texts, vectors};
use consentinel::{
    id,
    ledger::verify_records,
    moving::{Moment, carry},
    policy::Policy,
    source,
    state::{self, Choice},
    time::UnixMillis,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn moment(now: i64) -> Moment<'static> {
    // The hash of a program is any.
    const BUILD: &str = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";
    let entropy = [[1; 16], [2; 16]];
    Moment { now: UnixMillis(now), entropy, language: "en", build: BUILD, signals: &[] }
}

/// The ids of the optional categories with this choice.
fn with(policy: &Policy, state: &str, now: i64, wanted: Choice) -> Vec<String> {
    let mut problems = vec![];
    let state = state::read(state, policy, UnixMillis(now), &mut problems);
    assert_eq!(problems, []);
    let named = ["analytics", "marketing"].into_iter().filter(|id| {
        let (category, service) = policy.named(id);
        state.choice(policy, category, service) == wanted
    });
    named.map(String::from).collect()
}

#[test]
fn what_is_carried() {
    let file = vectors("moving.json");
    let now = file["nowMs"].as_i64().unwrap();
    for case in list(&file["cases"]) {
        let name = &case["name"];
        let policy = read_policy(&changed(&file["policy"], case));
        let mut found = vec![];
        let [mapping, stored] = ["mapping", "found"].map(|key| source::read(&case[key]));
        let carried = carry(&policy, &mapping, &stored, &moment(now), &mut |problem| {
            found.push(short(&problem))
        });
        assert_eq!(found, texts(&case["problems"]), "{name}");
        let Some(carried) = carried else {
            assert_eq!(case["want"], Value::Null, "{name}");
            continue;
        };
        let (verified, problems) = verify_records(&carried.ledger, &source::parse);
        assert_eq!(problems, [], "{name}");
        let record = &verified.unwrap().records[0];
        let tool = record.tool.as_ref().unwrap();
        assert_eq!(
            json!({
                "granted": record.granted.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
                "denied": record.denied.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
                "said": tool.said.as_str(),
                "expiresAtMs": record.expires_at_ms,
            }),
            case["want"],
            "{name}"
        );
        assert_eq!(record.id, id::from_bits([1; 16]));
        assert_eq!(record.notice_by, "klaro");
        let notice = &source::parse(carried.ledger.lines().nth(1).unwrap()).unwrap();
        let notice = notice.field("notice").unwrap();
        let language = case.get("language").map_or("", |tag| tag.as_str().unwrap());
        assert_eq!(notice.text_at("language"), language, "{name}");
        for (choice, ids) in [(Choice::Grant, &record.granted), (Choice::Deny, &record.denied)] {
            // What ends within this second is not stored as a choice that counts.
            if record.expires_at_ms - now >= 1000 {
                assert_eq!(with(&policy, &carried.state, now, choice), *ids, "{name}");
            }
        }
    }
}

/// With the policy of a whole site and nothing mapped: a refusal of everything is one of every optional category, and a
/// grant of everything is no answer.
#[test]
fn a_site_that_maps_nothing_carries_refusals_alone() {
    let document = jimo();
    let policy = read_policy(&document);
    let optional: Vec<&str> = list(&document["categories"])
        .iter()
        .filter(|category| category["necessary"] != json!(true))
        .map(|category| category["id"].as_str().unwrap())
        .collect();
    assert!(optional.len() > 1, "{optional:?}");
    let now = vectors("moving.json")["nowMs"].as_i64().unwrap();
    let mapping = source::read(&json!({ "from": "klaro" }));
    for granted in [vec![], vec!["a"]] {
        let stored = source::read(&json!({
            "name": "klaro", "kind": "cookie", "key": "klaro", "atMs": now - 1,
            "granted": granted, "denied": [], "undecided": [], "isClosed": granted.is_empty(),
        }));
        let carried = carry(&policy, &mapping, &stored, &moment(now), &mut |_| ());
        assert_eq!(carried.is_some(), granted.is_empty());
        let Some(carried) = carried else { continue };
        let (verified, problems) = verify_records(&carried.ledger, &source::parse);
        assert_eq!(problems, []);
        let record = &verified.unwrap().records[0];
        let mut denied: Vec<_> = record.denied.iter().map(|id| id.as_str()).collect();
        denied.sort_by_key(|id| optional.iter().position(|other| other == id));
        assert_eq!((denied, record.granted.len()), (optional.clone(), 0));
    }
}

/// Whatever is found and whatever is said of it: nothing is granted that was not granted there by every name, or was
/// refused by one, or has no time; and a refusal of everything is one here.
#[test]
fn nothing_is_granted_that_was_not() {
    let file = vectors("moving.json");
    let now = file["nowMs"].as_i64().unwrap();
    let policy = read_policy(&file["policy"]);
    let names = || prop::collection::vec("[a-c]", 0..3);
    let parts = (names(), names(), names(), names(), any::<bool>(), any::<Option<bool>>());
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let carried_grants = std::cell::Cell::new(0);
    runner
        .run(&parts, |(granted, denied, undecided, wanted, is_closed, time)| {
            let mut stored = json!({
                "name": "klaro", "kind": "cookie", "key": "klaro",
                "granted": granted, "denied": denied, "undecided": undecided, "isClosed": is_closed,
            });
            if let Some(is_recent) = time {
                stored["atMs"] = json!(if is_recent { now - 1 } else { 1 });
            }
            let mut mapping = json!({ "from": "klaro", "until": "2026-03-31" });
            if !wanted.is_empty() {
                mapping["grants"] = json!({ "analytics": wanted });
            }
            let [mapping, stored] = [mapping, stored].map(|value| source::read(&value));
            let carried = carry(&policy, &mapping, &stored, &moment(now), &mut |_| ());
            let grants =
                carried.as_ref().map_or(vec![], |it| with(&policy, &it.state, now, Choice::Grant));
            let is_granted =
                wanted.iter().all(|name| granted.contains(name) && !denied.contains(name));
            let may_grant = time == Some(true) && !wanted.is_empty() && is_granted;
            prop_assert_eq!(grants.contains(&String::from("analytics")), may_grant);
            prop_assert!(!grants.contains(&String::from("marketing")));
            carried_grants.set(carried_grants.get() + usize::from(may_grant));
            if granted.is_empty() && undecided.is_empty() && (is_closed || !denied.is_empty()) {
                let denials = with(&policy, &carried.unwrap().state, now, Choice::Deny);
                prop_assert_eq!(denials.len(), 2);
            }
            Ok(())
        })
        .unwrap();
    assert!(carried_grants.get() > 0, "nothing was ever granted");
}
