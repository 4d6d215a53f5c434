//! What the last decision did not grant, no stored state can grant: the laws of a cookie beside what is
//! kept of that decision, for every pair of them. Single cases stand in tests/vectors/kept.json.
//!
//! The generator is seeded (`SEED`), so a run can be repeated; raise `CONSENTINEL_CASES` for more cases.

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

use consentinel::{
    csp,
    json::Json,
    policy::{self, NOBODY, Policy},
    problem::Code,
    record::Marks,
    session::{Context, Effect, Event, Step, step},
    source,
    state::{self, Choice, NO_SERVICE, Standing, State, Stored},
    time::UnixMillis,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

const SEED: [u8; 32] = *b"consentinel: kept, a fixed seed.";
const NOW: i64 = 1_795_342_320_000;
const DAY: i64 = 86_400_000;

fn runner() -> TestRunner {
    let cases = option_env!("CONSENTINEL_CASES").and_then(|text| text.parse().ok()).unwrap_or(500);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED))
}

/// Jimo's policy with two services more in one of its categories.
fn jimo() -> Policy {
    let mut document: serde_json::Value =
        serde_json::from_str(include_str!("../www/policies/jimo.json")).unwrap();
    for id in ["counter", "meter"] {
        document["services"].as_array_mut().unwrap().push(serde_json::json!({
            "id": id, "category": "analytics", "name": id, "provider": id,
        }));
    }
    policy::read(&source::read(&document)).0.unwrap()
}

/// Any state of that policy that a visitor may bring about, at [`NOW`].
fn any_state(policy: Policy) -> impl Strategy<Value = State> {
    let optional = policy.categories.iter().filter(|category| !category.is_necessary).count();
    let choice = prop_oneof![Just(Choice::Undecided), Just(Choice::Grant), Just(Choice::Deny)];
    let others = vec(any::<bool>(), policy.services.len());
    vec((choice, 1..180i64, others), optional).prop_map(move |given| {
        let mut given = given.into_iter();
        let mut state = State::undecided(&policy);
        state.decided_at = UnixMillis(NOW);
        state.subject = "6utEPFpSDYSPFfhQ-nmHQg".to_owned();
        state.language = "en".to_owned();
        for category in 0..policy.categories.len() {
            if !policy.is_optional(category) {
                continue;
            }
            let (choice, days, others) = given.next().unwrap();
            let mut standing = Standing {
                choice,
                expires_at: UnixMillis(NOW + days * DAY).min(UnixMillis(i64::MAX)),
                others: NO_SERVICE,
                is_heard: false,
            };
            for (service, is_in) in others.into_iter().enumerate() {
                standing.others.put(service, is_in && policy.category_of(service) == category);
            }
            if choice != Choice::Undecided || standing.others != NO_SERVICE {
                // Kept to the second.
                standing.expires_at.0 -= standing.expires_at.0 % 1000;
                state.standings[category] = standing;
            }
        }
        state
    })
}

/// What can be chosen for: the positions of each category and service.
fn all(policy: &Policy) -> Vec<(usize, usize)> {
    let categories = (0..policy.categories.len()).map(|at| (at, NOBODY));
    let services = policy.services.iter().enumerate().map(|(at, (_, category))| (*category, at));
    categories.chain(services).collect()
}

fn limited(policy: &Policy, one: &State, other: &State) -> State {
    let mut state = one.clone();
    let is_other = state::limit(policy, &mut state, other, false);
    assert_eq!(is_other, one.standings != other.standings);
    state
}

fn restore(policy: &Policy, stored: String, kept: String) -> Step {
    let stored = format!("{stored} \n\n{kept}");
    follow(policy, Event::Restore { stored, is_proved: false })
}

fn follow(policy: &Policy, event: Event) -> Step {
    let marks = Marks::default;
    let context = Context {
        policy,
        marks: &marks,
        now: UnixMillis(NOW),
        entropy: [[1; 16], [2; 16]],
        page: csp::Page::default(),
    };
    step(&context, &State::undecided(policy), event)
}

/// A record's lists of a state: what it grants and denies, as `change` in src/session.rs has it.
fn record(policy: &Policy, state: &State) -> Json {
    let mut lists = [Vec::new(), Vec::new()];
    for (category, service) in all(policy) {
        let choice = state.choice(policy, category, service);
        let is_told = service == NOBODY || choice != state.choice(policy, category, NOBODY);
        let id = if service == NOBODY {
            policy.category_id(category)
        } else {
            policy.service_id(service)
        };
        match choice {
            Choice::Grant if is_told => lists[0].push(id.to_owned()),
            Choice::Deny if is_told => lists[1].push(id.to_owned()),
            _ => {}
        }
    }
    let [granted, denied] = lists;
    Json::object().with("granted", Json::texts(&granted)).with("denied", Json::texts(&denied))
}

#[test]
fn the_stricter_of_two_grants_what_both_grant_and_denies_what_either_denies() {
    let policy = jimo();
    runner()
        .run(&(any_state(policy.clone()), any_state(policy.clone())), |(one, other)| {
            let strict = limited(&policy, &one, &other);
            for (category, service) in all(&policy) {
                let of = |state: &State| state.choice(&policy, category, service);
                let is_granted = of(&one) == Choice::Grant && of(&other) == Choice::Grant;
                prop_assert_eq!(of(&strict) == Choice::Grant, is_granted);
                let is_denied = of(&one) == Choice::Deny || of(&other) == Choice::Deny;
                if service == NOBODY {
                    prop_assert_eq!(of(&strict) == Choice::Deny, is_denied);
                }
            }
            // Whose turn it is does not matter, and once is enough.
            let turned = limited(&policy, &other, &one);
            prop_assert_eq!(&turned.standings, &strict.standings);
            prop_assert_eq!(&limited(&policy, &strict, &one).standings, &strict.standings);
            prop_assert_eq!(&limited(&policy, &one, &one), &one);
            // It is a state like every other, and none lasts longer than the two.
            let text = state::write(&strict, &policy);
            let read = state::read(&text, &policy, UnixMillis(NOW), &mut Vec::new());
            prop_assert_eq!(&read, &strict);
            prop_assert!(strict.last_expiry() <= one.last_expiry().max(other.last_expiry()));
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_cookie_grants_what_the_text_beside_the_ledger_does_not_and_a_difference_is_told() {
    let policy = jimo();
    runner()
        .run(&(any_state(policy.clone()), any_state(policy.clone())), |(cookie, kept)| {
            let text = state::write(&kept, &policy);
            let Step { state, problems, .. } =
                restore(&policy, state::write(&cookie, &policy), text);
            prop_assert_eq!(&state.standings, &limited(&policy, &cookie, &kept).standings);
            let told = problems.iter().filter(|problem| problem.code == Code::StateDiffers).count();
            prop_assert_eq!(told == 1, cookie.standings != kept.standings);
            prop_assert_eq!(told, problems.len());
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_cookie_grants_what_the_last_record_does_not() {
    let policy = jimo();
    runner()
        .run(&(any_state(policy.clone()), any_state(policy.clone())), |(cookie, last)| {
            let of = |state: &State, (category, service)| state.choice(&policy, category, service);
            let text = state::write(&cookie, &policy);
            let found = format!("{text} \n\n");
            let found = Stored::of(&found);
            let kept = state::recorded(&found, &record(&policy, &last), &policy, UnixMillis(NOW));
            let Step { state, .. } = restore(&policy, text.clone(), kept);
            for at in all(&policy) {
                let is_granted = of(&cookie, at) == Choice::Grant && of(&last, at) == Choice::Grant;
                prop_assert_eq!(of(&state, at) == Choice::Grant, is_granted);
            }
            // Its own record takes nothing from a state.
            let own = state::recorded(&found, &record(&policy, &cookie), &policy, UnixMillis(NOW));
            let Step { state, problems, .. } = restore(&policy, text, own);
            prop_assert_eq!(&state.standings, &cookie.standings);
            prop_assert_eq!(problems, vec![]);
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_is_kept_grants_nothing_without_a_cookie_and_with_a_ledger_no_more_than_its_last_record() {
    let policy = jimo();
    runner()
        .run(&(any_state(policy.clone()), any_state(policy.clone())), |(kept, last)| {
            let of = |state: &State, (category, service)| state.choice(&policy, category, service);
            let text = state::write(&kept, &policy);
            let alone = restore(&policy, String::new(), text.clone()).state;
            let text = state::proved(&text, &record(&policy, &last), &policy, UnixMillis(NOW));
            let stored = format!("\n\n{text}");
            let proved = follow(&policy, Event::Restore { stored, is_proved: true }).state;
            for at in all(&policy) {
                prop_assert_ne!(of(&alone, at), Choice::Grant);
                let is_granted = of(&kept, at) == Choice::Grant && of(&last, at) == Choice::Grant;
                prop_assert_eq!(of(&proved, at) == Choice::Grant, is_granted);
                if at.1 == NOBODY {
                    // What was refused is refused at once.
                    let is_denied = of(&kept, at) == Choice::Deny;
                    prop_assert_eq!(of(&alone, at) == Choice::Deny, is_denied);
                }
            }
            Ok(())
        })
        .unwrap();
}

/// What an answer keeps of what was told, and which change of the policy, in which language of the page, it outlives.
#[test]
fn an_answer_counts_while_the_same_is_meant() {
    let text = |language: &str, words: &str| json!({ language: words });
    let with = |language: &str, words: &str, revision: Value| {
        let mut category = json!({ "id": "analytics", "title": text(language, "Counting"), "description": text(language, words) });
        if revision != Value::Null {
            category["revision"] = revision;
        }
        json!({
            "version": 1, "id": "site", "revision": "1", "controller": { "name": "Somebody" },
            "categories": [category],
            "items": [{
                "name": "_a", "kind": "cookie", "category": "analytics", "purpose": text(language, "Counts."),
                "duration": "session", "party": "first",
            }],
        })
    };
    let (none, one, two) = (Value::Null, json!("1"), json!("2"));
    let en = |words, revision: &Value| with("en", words, revision.clone());
    let fr = |words, revision: &Value| with("fr", words, revision.clone());
    let mut other = fr("autre", &none);
    other["items"][0]["duration"] = json!("1 year");
    for (name, before, today, spoken, counts) in [
        ("nothing changed", en("old", &none), en("old", &none), "en", true),
        ("other words", en("old", &none), en("new", &none), "en", false),
        (
            "other words, and a revision where there was none",
            en("old", &none),
            en("new", &one),
            "en",
            false,
        ),
        ("a revision where there was none", en("old", &none), en("old", &two), "en", true),
        ("the same revision", en("old", &one), en("old", &one), "en", true),
        ("the same revision, other words", en("old", &one), en("new", &one), "en", true),
        ("another revision", en("old", &one), en("old", &two), "en", false),
        ("another revision, other words", en("old", &one), en("new", &two), "en", false),
        ("a revision taken away", en("old", &one), en("old", &none), "en", false),
        ("a page of another language", en("old", &none), fr("autre", &none), "fr", true),
        (
            "a page of another language, and the same revision",
            en("old", &one),
            fr("autre", &one),
            "fr",
            true,
        ),
        (
            "a page of another language, and another revision",
            en("old", &one),
            fr("autre", &two),
            "fr",
            false,
        ),
        ("a page of another language, and another item", en("old", &none), other, "fr", false),
    ] {
        let read = |document: &Value| policy::read(&source::read(document)).0.unwrap();
        let (before, mut today) = (read(&before), read(&today));
        today.spoken = spoken.to_owned();
        let content = before.category_hash(0, "en");
        let text = format!("1~mwrogn88~6utEPFpSDYSPFfhQ-nmHQg~en~analytics.g.toy9o0.{content}");
        let of = |text: &str, policy: &Policy| {
            state::read(text, policy, UnixMillis(NOW), &mut Vec::new()).standings[0].choice
        };
        assert_eq!(of(&text, &today) == Choice::Grant, counts, "{name}");
        // The module that a page waits for knows nothing but marks, and grants nothing without this page's.
        today.mark = policy::mark_of(name);
        today.is_brief = true;
        assert_ne!(of(&text, &today), Choice::Grant, "{name}");
        // The module that comes later sets one where the answer counts.
        today.is_brief = false;
        let marked = kept(&today, &text);
        assert_eq!(marked != text, counts, "{name}");
        assert_eq!(kept(&today, &marked), marked, "{name}");
        today.is_brief = true;
        assert_eq!(of(&marked, &today) == Choice::Grant, counts, "{name}");
        // In another language of the page it has another mark, where the meaning alone told and nobody a revision.
        let is_by_meaning = name == "a page of another language";
        today.spoken = "de".to_owned();
        assert_eq!(of(&marked, &today) == Choice::Grant, counts && !is_by_meaning, "{name}");
        // So has another policy.
        today.spoken = spoken.to_owned();
        today.mark = policy::mark_of("another");
        assert_ne!(of(&marked, &today), Choice::Grant, "{name}");
    }
}

/// What cookie and local storage hold after a page has looked at this text in both.
fn kept(policy: &Policy, text: &str) -> String {
    let written =
        restore(policy, text.to_owned(), text.to_owned()).effects.into_iter().find_map(|effect| {
            match effect {
                Effect::Persist { text, .. } => Some(text),
                _ => None,
            }
        });
    written.unwrap_or_else(|| text.to_owned())
}

/// A site whose pages print one policy each, in turns: an answer keeps the marks of the last four.
#[test]
fn an_answer_keeps_the_marks_of_few_policies() {
    let mut policy = jimo();
    let mut state = State::undecided(&policy);
    (state.decided_at, state.subject) = (UnixMillis(NOW), "6utEPFpSDYSPFfhQ-nmHQg".to_owned());
    state.language = "en".to_owned();
    let mut text = String::new();
    for (category, standing) in state.standings.iter_mut().enumerate() {
        if policy.is_optional(category) {
            standing.choice = Choice::Grant;
            standing.expires_at = UnixMillis(NOW + DAY);
        }
    }
    for page in 0..6 {
        policy.mark = policy::mark_of(&page.to_string());
        text = if page == 0 { state::write(&state, &policy) } else { kept(&policy, &text) };
        assert!(text.starts_with("2~"), "{text}");
    }
    policy.is_brief = true;
    for page in 0..6 {
        policy.mark = policy::mark_of(&page.to_string());
        let read = state::read(&text, &policy, UnixMillis(NOW), &mut Vec::new());
        assert_eq!(!read.asks(&policy), page > 1, "{page}");
    }
}
