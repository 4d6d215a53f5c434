//! What was found on a site beside its policy: what the policy does not declare, what it declares and nobody saw, and what
//! truly happened before a visitor agreed, or after they refused. The gate's own verdict says which is which.
//!
//! Left out: how that is told (the programs).

use std::collections::BTreeSet;

use consentinel::{
    address::{Address, covers},
    gate::{Attempt, Verdict, claimant, verdict},
    pattern,
    policy::{Covers, ItemKind, Policy},
    state::State,
};

use crate::asking::Asking;
use crate::found::{Found, Thing, What, When, host_of};

/// A policy beside what was found.
pub struct Compared<'a> {
    /// What it does not declare.
    pub undeclared: Vec<&'a Thing>,
    /// What happened without the consent that it waits for: before the answer, or after a refusal.
    pub leaks: Vec<&'a Thing>,
    /// What it declares that nobody saw, in words.
    pub unseen: Vec<String>,
}

/// Compares them, for pages under these hosts.
pub fn compare<'a>(policy: &Policy, found: &'a Found, sites: &BTreeSet<String>) -> Compared<'a> {
    // What passes undeclared is undeclared all the same.
    let policy = Policy { allow_undeclared: false, ..policy.clone() };
    let state = State::undecided(&policy);
    let (mut undeclared, mut leaks) = (Vec::new(), Vec::new());
    for thing in found.things() {
        let judged = match &thing.what {
            What::Item { kind, name, .. } => {
                let Some(kind) = ItemKind::of_word(kind) else { continue };
                verdict(&policy, &state, Attempt::Store { kind, name })
            }
            What::Request { url } if sites.contains(host_of(url)) => Verdict::Allow,
            What::Request { url } => verdict(&policy, &state, Attempt::Request { url, origin: "" }),
        };
        if judged == Verdict::Refuse {
            undeclared.push(thing);
        }
        if judged != Verdict::Allow && thing.when.iter().any(|when| *when != When::Accepted) {
            leaks.push(thing);
        }
    }
    let unseen = policy
        .rules
        .iter()
        .filter(|rule| !found.things().any(|thing| is_of(rule.covers, &rule.name, thing)));
    let unseen = unseen.filter_map(|rule| match rule.covers {
        Covers::Item(kind) => {
            Some(format!("the {} `{}`", kind.word().replace('-', " "), rule.name))
        }
        // Of code that comes from no server nothing is seen on the wire.
        Covers::Host if rule.name.ends_with(':') => None,
        Covers::Host => {
            Some(format!("the host `{}` of `{}`", rule.name, policy.service_id(rule.service)))
        }
        Covers::EveryItem => None,
    });
    let unseen = unseen.collect();
    Compared { undeclared, leaks, unseen }
}

/// Those of the elements that wait by this policy, or may not ask at all, each with the service that claims it; what is
/// always allowed needs no mark.
pub fn to_mark(policy: &Policy, asking: Vec<Asking>) -> Vec<Asking> {
    let state = State::undecided(policy);
    let judged = asking.into_iter().filter_map(|one| {
        let attempt = Attempt::Request { url: &one.url, origin: "" };
        if verdict(policy, &state, attempt) == Verdict::Allow {
            return None;
        }
        let claimed = claimant(policy, &state, attempt);
        let service = if claimed.is_empty() { one.service } else { Some(claimed.to_owned()) };
        Some(Asking { service, ..one })
    });
    judged.collect()
}

fn is_of(covered: Covers, name: &str, thing: &Thing) -> bool {
    match (&thing.what, covered) {
        (What::Item { kind, name: found, .. }, Covers::Item(covered)) => {
            covered.word() == *kind && pattern::matches(name, found)
        }
        (What::Request { url }, Covers::Host) => {
            Address::of(url).is_some_and(|to| covers(name, &to).is_some())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::found::Sight;
    use consentinel_audit::commands::Looked;

    const POLICY: &str = r#"{
        "version": 1, "id": "shop", "revision": "1", "controller": { "name": "Shop" },
        "categories": [
            { "id": "necessary", "necessary": true, "title": { "en": "N" }, "description": { "en": "N." } },
            { "id": "measure", "title": { "en": "M" }, "description": { "en": "M." } }
        ],
        "services": [
            { "id": "count", "category": "measure", "name": "Count", "provider": "Count", "hosts": ["count.example"] },
            { "id": "shield", "category": "necessary", "name": "Shield", "provider": "Shield", "hosts": ["shield.example"] }
        ],
        "items": [
            { "name": "sid", "kind": "cookie", "category": "necessary", "purpose": { "en": "P." }, "duration": "session", "party": "first" },
            { "name": "_c*", "kind": "cookie", "category": "measure", "service": "count", "purpose": { "en": "P." }, "duration": "session", "party": "third" },
            { "name": "old", "kind": "local-storage", "category": "measure", "purpose": { "en": "P." }, "duration": "persistent", "party": "first" }
        ]
    }"#;

    #[test]
    fn what_is_undeclared_leaks_or_was_never_seen() {
        let policy = Looked::at(POLICY.as_bytes().to_vec()).policy.unwrap();
        let sites = BTreeSet::from([String::from("shop.example")]);
        let mut found = Found::default();
        let mut add = |what: Option<What>, when: When, is_stopped: bool| {
            let sight = Sight { is_stopped, ..Sight::default() };
            found.add(what.unwrap(), false, when, &sight);
        };
        let cookie = |name: &str| What::item(ItemKind::Cookie, name, "shop.example");
        add(cookie("sid"), When::Before, false);
        add(cookie("_c1"), When::Accepted, false);
        add(cookie("_c1"), When::Before, true);
        add(cookie("new"), When::Accepted, false);
        add(cookie("tried"), When::Before, true);
        add(What::request("https://shop.example/a.js"), When::Before, false);
        add(What::request("https://count.example/p"), When::Refused, false);
        add(What::request("https://other.example/p"), When::Before, false);
        let compared = compare(&policy, &found, &sites);
        let words =
            |things: &[&Thing]| things.iter().map(|thing| thing.in_words()).collect::<Vec<_>>();
        assert_eq!(
            words(&compared.undeclared),
            ["the cookie `new`", "the cookie `tried`", "a request to `https://other.example/p`"]
        );
        assert_eq!(
            words(&compared.leaks),
            ["a request to `https://count.example/p`", "a request to `https://other.example/p`"]
        );
        assert_eq!(
            compared.unseen,
            ["the host `shield.example` of `shield`", "the local storage `old`"]
        );
    }

    #[test]
    fn what_needs_no_consent_needs_no_mark() {
        let policy = Looked::at(POLICY.as_bytes().to_vec()).policy.unwrap();
        let asking = ["count", "shield", "other"].map(|name| Asking {
            url: format!("https://{name}.example/a.js"),
            service: Some(String::from("entry")),
            ..Asking::default()
        });
        let left = to_mark(&policy, Vec::from(asking));
        let services: Vec<_> = left.iter().map(|one| one.service.as_deref()).collect();
        assert_eq!(services, [Some("count"), Some("entry")]);
    }
}
