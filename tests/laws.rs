//! The laws that hold for every input, as property tests: what a session may grant, that what is
//! written is read back the same, and that no change of a ledger stays unseen.
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

#[path = "laws/ledger.rs"]
mod ledger;

use consentinel::{
    address::{self, Address},
    cookie, csp,
    gate::{self, Attempt, Verdict, verdict},
    json::Json,
    notice::Interface,
    policy::{self, ItemKind, NOBODY, Policy},
    record::{Marks, Record, Sent, Text, Tool, Via, Word},
    session::{Context, Effect, Event, Step, step},
    signal::Signals,
    source,
    state::{self, Choice, NO_SERVICE, Standing, State},
    time::UnixMillis,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

const SEED: [u8; 32] = *b"consentinel: laws, a fixed seed.";

fn runner() -> TestRunner {
    let cases = option_env!("CONSENTINEL_CASES").and_then(|text| text.parse().ok()).unwrap_or(200);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED))
}

/// Jimo's policy with two services more, so that a category has several.
fn jimo() -> Policy {
    policy::read(&source::read(&document())).0.unwrap()
}

fn document() -> serde_json::Value {
    let mut document: serde_json::Value =
        serde_json::from_str(include_str!("../www/policies/jimo.json")).unwrap();
    for id in ["counter", "meter"] {
        document["services"].as_array_mut().unwrap().push(serde_json::json!({
            "id": id, "category": "analytics", "name": id, "provider": id,
            "hosts": [format!("{id}.example")],
        }));
    }
    document
}

fn run(policy: &Policy, state: &State, event: Event, now: i64, bits: u8) -> Step {
    let texts = source::parse(include_str!("../www/texts/fr.json")).unwrap();
    let interface = Interface::choose(&Json::object().with("fr", texts), "fr", policy);
    let marks = || Marks::of(policy, &interface, &"0".repeat(64));
    let context = Context {
        policy,
        marks: &marks,
        now: UnixMillis(now),
        entropy: [[bits; 16], [!bits; 16]],
        page: csp::Page::default(),
    };
    step(&context, state, event)
}

fn any_via() -> impl Strategy<Value = Via> {
    prop_oneof![Just(Via::Banner), Just(Via::Settings), Just(Via::Api), Just(Via::Placeholder)]
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("functionality".to_owned()),
        Just("analytics".to_owned()),
        Just("strictly-necessary".to_owned()),
        Just("jimo".to_owned()),
        Just("counter".to_owned()),
        Just("meter".to_owned()),
        ".{0,12}",
    ]
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::Integer),
        ".{0,8}".prop_map(Json::Text),
        Just(Json::Foreign("null")),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Json::List),
            vec((any_name(), inner), 0..5).prop_map(Json::Object),
        ]
    })
}

/// Events that grant nothing, whatever they carry.
fn closing_event() -> impl Strategy<Value = Event> {
    let no_true = vec((any_name(), any_json()), 0..4).prop_map(|entries| {
        let entries = entries.into_iter().filter(|(_, value)| *value != Json::Bool(true));
        Json::Object(entries.collect())
    });
    prop_oneof![
        Just(Event::Tick),
        Just(Event::Late),
        any_via().prop_map(Event::RejectAll),
        any_name().prop_map(Event::Once),
        (any_via(), no_true).prop_map(|(via, selection)| Event::Save(via, selection)),
        (any_via(), vec(any_name(), 0..3)).prop_map(|(via, names)| Event::Withdraw(via, names)),
        Just(Event::OptOut),
        signals().prop_map(Event::Signal),
        (vec(stored_text(), 0..3), vec(stored_text(), 0..3), any_kept(), any::<bool>()).prop_map(
            |(own, older, kept, is_proved)| {
                let stored = format!("{} \n{} \n{kept}", own.join(" "), older.join(" "));
                Event::Restore { stored, is_proved }
            }
        ),
    ]
}

/// What a browser may signal.
fn signals() -> impl Strategy<Value = Signals> {
    any::<(bool, bool)>().prop_map(|(gpc, dnt)| Signals { gpc, dnt })
}

/// Texts a cookie might hold that nobody's decision wrote: noise, and our form with wrong hashes.
fn stored_text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,60}",
        "[12]~[0-9a-z]{1,9}~[A-Za-z0-9_-]{22}~[a-z]{2}(~(functionality|analytics)\\.[gduGDU]\\.[0-9a-z]{1,8}\\.[0-9a-f]{12}(\\.(jimo|counter|meter)){0,2}){0,3}",
    ]
}

/// What may be kept beside a cookie, whoever wrote it.
fn any_kept() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), stored_text()]
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => closing_event(),
        1 => any_via().prop_map(Event::AcceptAll),
        1 => (any_via(), any_name()).prop_map(|(via, name)| Event::Grant(via, name)),
        1 => (any_via(), any_json()).prop_map(|(via, selection)| Event::Save(via, selection)),
        2 => (any_via(), selection()).prop_map(|(via, selection)| Event::Save(via, selection)),
    ]
}

/// Names and booleans, as the settings give them.
fn selection() -> impl Strategy<Value = Json> {
    vec((any_name(), any::<bool>().prop_map(Json::Bool)), 0..6).prop_map(Json::Object)
}

/// The ids of all optional categories and services that are granted.
fn grants(policy: &Policy, state: &State) -> Vec<String> {
    let categories = (0..policy.categories.len()).map(|at| (at, NOBODY));
    let services = policy.services.iter().enumerate().map(|(at, (_, category))| (*category, at));
    let mut ids = Vec::new();
    for (category, service) in categories.chain(services) {
        let choice = state.choice(policy, category, service);
        if policy.is_optional(category) && choice == Choice::Grant {
            let id = if service == NOBODY {
                policy.category_id(category)
            } else {
                policy.service_id(service)
            };
            ids.push(id.to_owned());
        }
    }
    ids
}

#[test]
fn no_sequence_of_events_grants_what_no_decision_granted() {
    let policy = jimo();
    let events = vec((closing_event(), any::<i64>()), 0..12);
    runner()
        .run(&events, |events| {
            let mut state = State::undecided(&policy);
            for (event, now) in events {
                state = run(&policy, &state, event, now, 1).state;
                prop_assert_eq!(grants(&policy, &state), Vec::<String>::new());
                for name in ["functionality", "analytics", "jimo", "counter", "meter"] {
                    prop_assert_ne!(
                        verdict(&policy, &state, Attempt::Use { name }),
                        Verdict::Allow
                    );
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_step_grants_only_what_its_event_grants_and_answers_everything() {
    let policy = jimo();
    let events = vec((any_event(), any::<i64>()), 1..10);
    runner()
        .run(&events, |events| {
            let mut state = State::undecided(&policy);
            for (event, now) in events {
                let before = grants(&policy, &state);
                let is_restore = matches!(event, Event::Restore { .. });
                let named: Vec<String> = match &event {
                    Event::Save(_, Json::Object(entries)) => {
                        let named = entries.iter().filter(|(_, value)| *value == Json::Bool(true));
                        named.map(|(name, _)| name.clone()).collect()
                    }
                    Event::Grant(_, name) => [name.clone()].to_vec(),
                    _ => Vec::new(),
                };
                let is_all = matches!(event, Event::AcceptAll(_));
                state = run(&policy, &state, event, now, 1).state;
                for id in grants(&policy, &state) {
                    let (category, _) = policy.named(&id);
                    // A service may be granted with its category.
                    let is_named =
                        named.contains(&id) || named.contains(&policy.categories[category].id);
                    let was = before.contains(&id) && !is_restore;
                    prop_assert!(was || is_all || is_named, "{id}");
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn accepting_and_then_rejecting_is_rejecting() {
    let policy = jimo();
    let inputs =
        (vec((any_event(), 0..4_000_000_000_000i64), 0..6), 0..4_000_000_000_000i64, any_via());
    runner()
        .run(&inputs, |(events, now, via)| {
            let start =
                events.into_iter().fold(State::undecided(&policy), |state, (event, now)| {
                    run(&policy, &state, event, now, 1).state
                });
            let accepted = run(&policy, &start, Event::AcceptAll(via), now, 2).state;
            let then_rejected = run(&policy, &accepted, Event::RejectAll(via), now, 2).state;
            prop_assert_eq!(
                then_rejected,
                run(&policy, &start, Event::RejectAll(via), now, 2).state
            );
            Ok(())
        })
        .unwrap();
}

/// Jimo's policy where `analytics` is for sale, but for `counter`, and `jimo` is for sharing.
fn for_sale() -> Policy {
    let mut document = document();
    document["categories"][2]["for"] = serde_json::json!(["sale"]);
    for (at, kinds) in [(0, serde_json::json!(["sharing"])), (1, serde_json::json!([]))] {
        document["services"][at]["for"] = kinds;
    }
    policy::read(&source::read(&document)).0.unwrap()
}

/// Whether an event grants by its name what is for sale or sharing in [`for_sale`].
fn names_a_sale(event: &Event) -> bool {
    let is_one = |name: &str| matches!(name, "analytics" | "meter" | "jimo");
    match event {
        Event::Grant(_, name) => is_one(name),
        Event::Save(_, Json::Object(entries)) => {
            entries.iter().any(|(name, value)| is_one(name) && *value == Json::Bool(true))
        }
        _ => false,
    }
}

#[test]
fn with_a_signal_nothing_is_sold_or_shared_without_a_grant_that_names_it_while_it_is_heard() {
    let policy = for_sale();
    // A restore: of what the browser itself stored last, before or after the signal was there.
    let events = vec(
        (prop_oneof![4 => any_event().prop_map(Some), 2 => Just(None)], 0..40_000_000i64),
        1..16,
    );
    runner()
        .run(&(events, signals(), 0..1_900_000_000i64), |(events, first, start)| {
            // Whole seconds, as ends are kept.
            let mut now = start * 1000;
            let mut state =
                run(&policy, &State::undecided(&policy), Event::Signal(first), now, 1).state;
            let mut kept = String::new();
            for (event, later) in events {
                now += later * 1000;
                let event = event.unwrap_or_else(|| Event::Restore {
                    stored: format!("{kept} \n\n{kept}"),
                    is_proved: true,
                });
                if state.signals.is_any() && names_a_sale(&event) {
                    continue;
                }
                let Step { state: next, effects, .. } = run(&policy, &state, event, now, 1);
                state = next;
                for effect in effects {
                    if let Effect::Persist { text, .. } = effect {
                        kept = text;
                    }
                }
                for name in ["analytics", "meter", "jimo"] {
                    let verdict = verdict(&policy, &state, Attempt::Use { name });
                    prop_assert!(!state.signals.is_any() || verdict == Verdict::Refuse, "{name}");
                }
                // Once it is kept, it outlasts the signal. What is over goes first, as in a page.
                let current = run(&policy, &state, Event::Tick, now, 1).state;
                let settled = run(&policy, &current, Event::OptOut, now, 1).state;
                prop_assert!(!settled.is_unheard(&policy, NOBODY));
                let text = state::write(&settled, &policy);
                let silent = Event::Signal(Signals::default());
                let quiet = run(&policy, &State::undecided(&policy), silent, now, 1).state;
                let stored =
                    Event::Restore { stored: format!("{text} \n\n{text}"), is_proved: true };
                let after = run(&policy, &quiet, stored, now, 1).state;
                for name in ["analytics", "meter", "jimo"] {
                    let was = verdict(&policy, &settled, Attempt::Use { name });
                    let is = verdict(&policy, &after, Attempt::Use { name });
                    prop_assert!(
                        !state.signals.is_any() || was == is,
                        "{name}: {was:?}, then {is:?}"
                    );
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn necessary_items_pass_in_every_state() {
    let policy = jimo();
    let events = vec((any_event(), any::<i64>()), 0..10);
    runner()
        .run(&events, |events| {
            let mut state = State::undecided(&policy);
            for (event, now) in events {
                state = run(&policy, &state, event, now, 1).state;
                for name in ["_JIMO_TOKEN", "_JIMO_EXTENSION_TOKEN"] {
                    let attempt = Attempt::Store { kind: ItemKind::Cookie, name };
                    prop_assert_eq!(verdict(&policy, &state, attempt), Verdict::Allow);
                }
            }
            Ok(())
        })
        .unwrap();
}

/// A policy of hosts alone: each of the patterns in the category at its place, of three: necessary,
/// functionality, analytics.
fn policy_of_hosts(patterns: &[[&str; 2]]) -> Policy {
    let mut document: serde_json::Value =
        serde_json::from_str(include_str!("../www/policies/jimo.json")).unwrap();
    document["items"] = serde_json::json!([]);
    let services = patterns.iter().enumerate().map(|(at, [pattern, category])| {
        serde_json::json!({
            "id": format!("service-{at}"), "category": category, "name": "x", "provider": "x",
            "hosts": [pattern],
        })
    });
    document["services"] = services.collect();
    let (policy, problems) = policy::read(&source::read(&document));
    assert_eq!(problems, []);
    policy.unwrap()
}

/// A URL of a host, as a browser would print it.
fn url_of(host: &'static str) -> impl Strategy<Value = String> {
    let user = prop_oneof![Just(""), Just("a@"), Just("a:b@"), Just("cdn.example:x@")];
    let tail = prop_oneof!["", "/[ -~]{0,40}", "/cdn\\.example/.{0,20}"];
    (prop_oneof!["https", "http", "wss", "ws"], user, prop_oneof!["", ":[1-9][0-9]{0,4}"], tail)
        .prop_map(move |(scheme, user, port, tail)| format!("{scheme}://{user}{host}{port}{tail}"))
}

#[test]
fn no_url_of_a_host_passes_before_its_category_is_granted_and_necessary_ones_always_do() {
    let policy = policy_of_hosts(&[
        ["tracker.example", "analytics"],
        ["*.tracker.example", "functionality"],
        ["cdn.example", "strictly-necessary"],
        ["*.example", "strictly-necessary"],
    ]);
    let urls = (
        prop_oneof![
            url_of("tracker.example"),
            url_of("tracker.example."),
            url_of("a.tracker.example"),
            url_of("a.b.tracker.example."),
        ],
        prop_oneof![url_of("cdn.example"), url_of("cdn.example."), url_of("a.b.example")],
    );
    // Its own site is a tracker's here: what is declared decides before.
    let origin = "https://tracker.example";
    runner()
        .run(&(urls, vec((closing_event(), any::<i64>()), 0..4)), |((optional, needed), events)| {
            let mut state = State::undecided(&policy);
            for (event, now) in events {
                state = run(&policy, &state, event, now, 1).state;
            }
            let attempt = Attempt::Request { url: &optional, origin };
            prop_assert_ne!(verdict(&policy, &state, attempt), Verdict::Allow, "{}", optional);
            prop_assert_ne!(gate::claimant(&policy, &state, attempt), "");
            let attempt = Attempt::Request { url: &needed, origin };
            prop_assert_eq!(verdict(&policy, &state, attempt), Verdict::Allow, "{}", needed);
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_more_specific_host_decides_in_whatever_order() {
    // From the widest to the most specific.
    const PATTERNS: [&str; 10] = [
        "*.example",
        "*.maps.example",
        "*.eu.maps.example",
        "a.eu.maps.example",
        "a.eu.maps.example/",
        "a.eu.maps.example/embed",
        "a.eu.maps.example/embed/",
        "a.eu.maps.example:443",
        "a.eu.maps.example:443/embed",
        "a.eu.maps.example:443/embed/x",
    ];
    let attempt = Attempt::Request { url: "https://a.eu.maps.example/embed/x?y", origin: "null" };
    for (low, wide) in PATTERNS.iter().enumerate() {
        for narrow in PATTERNS.iter().skip(low + 1) {
            for (wide_in, narrow_in, want) in [
                ("analytics", "strictly-necessary", Verdict::Allow),
                ("strictly-necessary", "analytics", Verdict::Hold),
            ] {
                let hosts = [[*wide, wide_in], [*narrow, narrow_in]];
                let policy = policy_of_hosts(&hosts);
                let state = State::undecided(&policy);
                assert_eq!(verdict(&policy, &state, attempt), want, "{hosts:?}");
                assert_eq!(gate::claimant(&policy, &state, attempt), "service-1", "{hosts:?}");
                let policy = policy_of_hosts(&[hosts[1], hosts[0]]);
                assert_eq!(verdict(&policy, &state, attempt), want, "{hosts:?}, turned around");
                assert_eq!(gate::claimant(&policy, &state, attempt), "service-0", "{hosts:?}");
            }
        }
    }
}

#[test]
fn no_text_makes_the_reader_of_addresses_fail_and_the_closed_policy_allows_no_other_site() {
    let closed = Policy::closed();
    let state = State::undecided(&closed);
    let any_text = prop_oneof![
        ".{0,80}",
        "(https?|wss?)://.{0,60}",
        "(https?|wss?)://[a-z0-9.:@%/?#\\[\\]-]{0,60}",
        "[a-z]{1,8}:.{0,20}",
    ];
    runner()
        .run(&(any_text.clone(), any_text.clone(), any_text), |(url, origin, pattern)| {
            let attempt = Attempt::Request { url: &url, origin: &origin };
            let verdict = verdict(&closed, &state, attempt);
            let is_to_nobody = Address::of(&url).is_none();
            let is_own = Address::of(&url).is_some_and(|to| to.is_of(&origin));
            prop_assert_eq!(verdict == Verdict::Allow, is_to_nobody || is_own);
            for network in ["http:", "https:", "ws:", "wss:"] {
                prop_assert!(!is_to_nobody || !url.starts_with(network), "{}", url);
            }
            if let Some(to) = Address::of(&url) {
                address::covers(&pattern, &to);
            }
            address::is_pattern(&pattern);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_state_is_read_back_as_it_was_written() {
    let policy = jimo();
    let decision = prop_oneof![
        (any_via(), selection()).prop_map(|(via, selection)| Event::Save(via, selection)),
        (any_via(), any_name()).prop_map(|(via, name)| Event::Grant(via, name)),
        (any_via(), vec(any_name(), 0..3)).prop_map(|(via, names)| Event::Withdraw(via, names)),
    ];
    let with_exceptions = std::cell::Cell::new(0);
    let inputs = (vec(decision, 1..4), 0..4_000_000_000_000i64, any::<u8>());
    runner()
        .run(&inputs, |(events, now, bits)| {
            let mut state = State::undecided(&policy);
            for event in events {
                state = run(&policy, &state, event, now, bits).state;
            }
            if state.subject.is_empty() {
                // Nobody has decided anything.
                return Ok(());
            }
            let differs = state.standings.iter().any(|standing| standing.others != NO_SERVICE);
            with_exceptions.set(with_exceptions.get() + usize::from(differs));
            // Expiry is kept to the second.
            for standing in &mut state.standings {
                standing.expires_at.0 -= standing.expires_at.0 % 1000;
            }
            let text = state::write(&state, &policy);
            let mut problems = Vec::new();
            let read = state::read(&text, &policy, UnixMillis(now), &mut problems);
            prop_assert_eq!(&problems, &[]);
            prop_assert_eq!(state::write(&read, &policy), text);
            prop_assert_eq!(read, state);
            Ok(())
        })
        .unwrap();
    assert!(with_exceptions.get() > 20, "{} differ", with_exceptions.get());
}

#[test]
fn a_service_differs_from_its_category_or_follows_it() {
    let policy = jimo();
    let events = vec((any_event(), 0..4_000_000_000_000i64), 1..8);
    runner()
        .run(&events, |events| {
            let mut state = State::undecided(&policy);
            for (event, now) in events {
                state = run(&policy, &state, event, now, 1).state;
                for (service, (_, category)) in policy.services.iter().enumerate() {
                    let standing = state.standings[*category];
                    let choice = state.choice(&policy, *category, service);
                    prop_assert_eq!(
                        standing.others.has(service),
                        choice != standing.choice,
                        "{:?}",
                        standing
                    );
                    prop_assert!(choice == Choice::Undecided || standing.expires_at.0 != 0);
                }
                for (category, standing) in state.standings.iter().enumerate() {
                    let own = |service| policy.category_of(service) == category;
                    let strangers = (0..300).any(|at| standing.others.has(at) && !own(at));
                    prop_assert!(!strangers);
                    let is_asked = policy.is_optional(category);
                    prop_assert!(is_asked || *standing == Standing::default());
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_child_is_granted_nothing_whatever_is_stored_and_whatever_happens() {
    let policy = jimo();
    let events = || vec((any_event(), 0..4_000_000_000_000i64), 0..8);
    runner()
        .run(&(events(), events()), |(before, events)| {
            let mut state = State::undecided(&policy);
            for (event, now) in before {
                state = run(&policy, &state, event, now, 1).state;
            }
            state.is_child = true;
            for (event, now) in events {
                prop_assert_eq!(grants(&policy, &state), Vec::<String>::new());
                prop_assert!(!state.asks(&policy));
                state = run(&policy, &state, event, now, 1).state;
            }
            Ok(())
        })
        .unwrap();
}

/// Where every value of a document stands, as JSON pointers.
fn places(value: &serde_json::Value, at: &str, found: &mut Vec<String>) {
    let mut visit = |key: &str, value| {
        let place = format!("{at}/{key}");
        found.push(place.clone());
        places(value, &place, found);
    };
    match value {
        serde_json::Value::Object(entries) => {
            entries.iter().for_each(|(key, value)| visit(key, value));
        }
        serde_json::Value::Array(values) => {
            values.iter().enumerate().for_each(|(at, value)| visit(&at.to_string(), value));
        }
        _ => {}
    }
}

#[test]
fn a_policy_is_read_back_as_it_was_written() {
    let jimo: serde_json::Value =
        serde_json::from_str(include_str!("../www/policies/jimo.json")).unwrap();
    let mut all = Vec::new();
    places(&jimo, "", &mut all);
    let (read, repaired) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let changes = vec((any::<prop::sample::Index>(), any_json()), 0..6);
    runner()
        .run(&changes, |changes| {
            let mut document = jimo.clone();
            for (at, value) in changes {
                // A place may be gone with a change around it.
                if let Some(place) = document.pointer_mut(&all[at.index(all.len())]) {
                    *place = serde_json::from_str(&value.canonical()).unwrap();
                }
            }
            let (Some(policy), problems) = policy::read(&source::read(&document)) else {
                return Ok(());
            };
            read.set(read.get() + 1);
            repaired.set(repaired.get() + usize::from(problems.iter().any(|it| it.is_error())));
            let text = policy.document.canonical();
            let (again, problems) = policy::read(&source::parse(&text).unwrap());
            prop_assert!(problems.iter().all(|problem| !problem.is_error()), "{problems:?}");
            let again = again.unwrap();
            prop_assert_eq!(again.document.canonical(), text);
            prop_assert_eq!(again.categories, policy.categories);
            prop_assert_eq!(again.services, policy.services);
            Ok(())
        })
        .unwrap();
    // A law about documents that are never read would hold of anything.
    assert!(
        read.get() > 50 && repaired.get() > 20,
        "{} read, {} repaired",
        read.get(),
        repaired.get()
    );
}

#[test]
fn canonical_json_is_a_fixed_point() {
    runner()
        .run(&any_json(), |value| {
            if value.outside_restriction().is_none() {
                let text = value.canonical();
                let again = source::parse(&text).unwrap();
                prop_assert_eq!(again.canonical(), text);
            }
            Ok(())
        })
        .unwrap();
}

/// Programs read lines without a document of another kind on the way, and everybody else through one.
#[test]
fn a_text_reads_the_same_on_both_ways() {
    let hostile = [
        "null",
        "1.5",
        "-0",
        "1e3",
        "9007199254740993",
        "18446744073709551615",
        "1e400",
        "[",
        "{}x",
        r#"{"a":1,"b":2,"a":3}"#,
        r#"{"b":[],"a":{"c":{},"b":null}}"#,
        r#""\ud800""#,
        r#""\u0041""#,
        "",
        "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]",
        r#"{"a":1,"a":{"b":1,"b":2}}"#,
    ];
    let other = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    for text in hostile {
        let other = other(text).map(|value| source::read(&value));
        assert_eq!(source::parse(text), other, "{text}");
    }
    runner()
        .run(&any_json(), |value| {
            let text = value.canonical();
            prop_assert_eq!(source::parse(&text), other(&text).map(|value| source::read(&value)));
            Ok(())
        })
        .unwrap();
}

/// A record is written without a document, and its bytes are the canonical ones of what they say.
#[test]
fn a_record_is_written_in_canonical_form_and_read_back() {
    let export = include_str!("vectors/export/0.1.0.ndjson");
    let mut records = export.lines().filter(|line| line.starts_with("{\"action\""));
    let record = Record::read(&source::parse(records.next_back().unwrap()).unwrap()).unwrap();
    runner()
        .run(&(vec(any_name(), 0..4), any::<String>()), |(mut names, text)| {
            names.sort();
            names.dedup();
            let mut record = record.clone();
            record.left = names.iter().map(Text::from).collect();
            record.granted = record.left.clone();
            record.policy_revision = Text::from(&text);
            record.language = Text::from(&text);
            let line = record.canonical();
            let document = source::parse(&line).unwrap();
            prop_assert_eq!(&document.canonical(), &line);
            // A record may have these bytes and be none for its words; then no field of it is another one.
            match Record::read(&document) {
                Ok(read) => {
                    // The quick way leaves escapes to the other one.
                    let is_read = Record::of_line(&line).is_some_and(|quick| quick == read);
                    prop_assert!(is_read || line.contains('\\'), "{}", line);
                    prop_assert_eq!(read, record);
                }
                Err(_) => prop_assert_eq!(Record::of_line(&line), None),
            }
            Ok(())
        })
        .unwrap();
}

/// Whatever words and values a record of version 2 has, it is read back as it was written, or is none; and no record of
/// version 1 is one of version 2.
#[test]
fn a_record_of_version_2_is_written_in_canonical_form_and_read_back() {
    let export = include_str!("vectors/export/0.1.0.ndjson");
    let mut records = export.lines().filter(|line| line.starts_with("{\"action\""));
    let first = Record::read(&source::parse(records.next_back().unwrap()).unwrap()).unwrap();
    let is_read = std::cell::Cell::new(0);
    let parts = (any_name(), any_name(), any::<String>(), any::<Option<u32>>());
    runner()
        .run(&parts, |(word, by, value, at_ms)| {
            let mut record = first.clone();
            record.version = 2;
            record.action = Word::Other(Text::from(&word));
            record.via = Word::Known(Via::Tool);
            record.notice_by = Text::from(&by);
            record.layout = if by.is_empty() { record.layout } else { 0 };
            let text = Text::from(&value);
            let (service, mechanism) = (Text::from(&by), Text::from(&word));
            record.sent = vec![Sent { service, mechanism, value: text.clone() }];
            let mapping = record.policy_hash;
            let (name, kind, said) = (Text::from(&word), Text::from(&by), Text::from(&word));
            let at_ms = at_ms.map(i64::from);
            record.tool = Some(Box::new(Tool { name, at_ms, kind, key: text, said, mapping }));
            let line = record.canonical();
            let document = source::parse(&line).unwrap();
            prop_assert_eq!(&document.canonical(), &line);
            prop_assert_eq!(Record::of_line(&line), None);
            let Ok(read) = Record::read(&document) else { return Ok(()) };
            is_read.set(is_read.get() + 1);
            // A word that is known is read as such.
            prop_assert_eq!(read.canonical(), line);
            prop_assert_eq!((read.sent, read.tool), (record.sent, record.tool));
            Ok(())
        })
        .unwrap();
    assert!(is_read.get() > 0, "no such record was read");
}

#[test]
fn no_text_makes_the_cookie_reader_fail() {
    runner()
        .run(&(".{0,80}", any::<i64>()), |(text, now)| {
            let write = cookie::Write::parse(&text, UnixMillis(now));
            prop_assert!(text.contains(write.name));
            cookie::parse_date(&text);
            prop_assert!(cookie::names(&text).count() <= text.len() + 1);
            Ok(())
        })
        .unwrap();
}
