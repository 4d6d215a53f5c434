//! The laws of the browser's gate: for any policy, state and address, the Content-Security-Policy and the wrappers
//! that stand beside it let in exactly what the verdict lets in. The policy's text is read by a matcher of its own,
//! written after CSP Level 3 §6.7.2, so that no mistake is made twice.
//!
//! Left out: that browsers follow it (tests/matrix, tests/browser/browser-gate.test.mjs), and what no policy can say
//! of redirects (docs/csp.md).

// A test that meets what it does not expect should stop there and then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::cell::Cell;

use consentinel::{
    csp::{self, Page},
    gate::{Attempt, Verdict, verdict},
    notice::Interface,
    policy::{self, Policy},
    record::{Marks, Via},
    session::{Context, Event, step},
    source,
    state::State,
    time::UnixMillis,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::json;

const SEED: [u8; 32] = *b"consentinel: csp, a fixed seed..";
const ORIGIN: &str = "https://shop.example";

fn runner() -> TestRunner {
    let cases = option_env!("CONSENTINEL_CASES").and_then(|text| text.parse().ok()).unwrap_or(400);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED))
}

/// Patterns that meet each other often: few hosts, few ports, few paths.
fn any_pattern() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        Just("a.example"),
        Just("b.a.example"),
        Just("*.a.example"),
        Just("*.example"),
        Just("shop.example"),
        Just("c_d.a.example"),
        Just("127.0.0.1"),
    ];
    let port = prop_oneof![Just(""), Just(":443"), Just(":8443")];
    let path =
        prop_oneof![Just(""), Just("/"), Just("/x"), Just("/x/"), Just("/x/y"), Just("/x[1]")];
    (host, port, path).prop_map(|(host, port, path)| format!("{host}{port}{path}"))
}

fn any_url() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        Just("a.example"),
        Just("b.a.example"),
        Just("e.b.a.example"),
        Just("shop.example"),
        Just("other.example"),
        Just("stranger.test"),
        Just("c_d.a.example"),
        Just("127.0.0.1"),
    ];
    let port = prop_oneof![Just(""), Just(":8443"), Just(":9000")];
    let path = prop_oneof![
        Just("/"),
        Just("/x"),
        Just("/x?q=1"),
        Just("/x/"),
        Just("/x/y"),
        Just("/xy"),
        Just("/z"),
        Just("/%78"),
        Just("/x[1]"),
    ];
    (prop_oneof![Just("https"), Just("wss")], host, port, path)
        .prop_map(|(scheme, host, port, path)| format!("{scheme}://{host}{port}{path}"))
}

/// Four services in three categories, one of them necessary, each with a few patterns.
fn any_policy() -> impl Strategy<Value = Policy> {
    vec(vec(any_pattern(), 0..3), 4).prop_map(|hosts| {
        let category = |id: &str, necessary: bool| {
            json!({ "id": id, "necessary": necessary, "title": { "en": id }, "description": { "en": id } })
        };
        let service = |at: usize, category: &str| {
            json!({ "id": format!("s{at}"), "category": category, "name": "s", "provider": "s", "hosts": hosts[at] })
        };
        let document = json!({
            "version": 1, "id": "csp", "revision": "1", "controller": { "name": "Site" },
            "categories": [category("need", true), category("fun", false), category("stats", false)],
            "services": [service(0, "need"), service(1, "fun"), service(2, "stats"), service(3, "stats")],
        });
        policy::read(&source::read(&document)).0.expect("a policy")
    })
}

fn any_event() -> impl Strategy<Value = Event> {
    let name = prop_oneof![Just("fun"), Just("stats"), Just("s1"), Just("s2"), Just("s3")];
    prop_oneof![
        Just(Event::AcceptAll(Via::Banner)),
        Just(Event::RejectAll(Via::Banner)),
        name.clone().prop_map(|name| Event::Grant(Via::Api, name.to_owned())),
        name.prop_map(|name| Event::Withdraw(Via::Api, vec![name.to_owned()])),
    ]
}

fn run(policy: &Policy, state: &State, page: Page, event: Event) -> State {
    let interface = Interface::default();
    let marks = || Marks::of(policy, &interface, &"0".repeat(64));
    let now = UnixMillis(1_800_000_000_000);
    let context = Context { policy, marks: &marks, now, entropy: [[1; 16], [2; 16]], page };
    step(&context, state, event).state
}

/// A page that starts with what was decided by these events on another, and goes on with those.
fn page_after(policy: &Policy, page: Page, before: &[Event], after: &[Event]) -> State {
    let mut decided = State::undecided(policy);
    for event in before {
        decided = run(policy, &decided, page, event.clone());
    }
    let stored = consentinel::state::write(&decided, policy);
    let is_decided =
        decided.to_json(policy, "").field("decided").is_some_and(|it| it.canonical() == "true");
    let stored = if is_decided { stored + " \n\n" } else { String::new() };
    let mut state = run(policy, &State::undecided(policy), page, Event::Start(stored));
    for event in after {
        state = run(policy, &state, page, event.clone());
    }
    state
}

// ---- a matcher of its own -----------------------------------------------------------------------

/// Scheme, host, port and path of an address, with the port of its scheme where it has none.
fn parts(url: &str) -> (&str, &str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (site, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let usual = if matches!(scheme, "http" | "ws") { "80" } else { "443" };
    let (host, port) = site.split_once(':').unwrap_or((site, usual));
    (scheme, host, port, path.split(['?', '#']).next().unwrap())
}

fn decoded(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        out.push(u8::from_str_radix(&rest[at + 1..at + 3], 16).unwrap().into());
        rest = &rest[at + 3..];
    }
    out + rest
}

/// Whether one source expression lets a URL in, for a page of `ORIGIN` (§6.7.2.8).
fn matches_source(source: &str, url: &str) -> bool {
    let (scheme, host, port, path) = parts(url);
    if source == "'self'" {
        let own = parts(ORIGIN);
        return host == own.1 && port == own.2;
    }
    if source.starts_with('\'') || source.ends_with(':') {
        return false;
    }
    let (wanted, rest) = source.split_once("://").unwrap_or(("https", source));
    let is_scheme = wanted == scheme || (wanted == "ws" && scheme == "wss");
    let (site, wanted_path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (wanted_host, wanted_port) = site.split_once(':').unwrap_or((site, "443"));
    let is_host = match wanted_host.strip_prefix('*') {
        Some(end) => host.ends_with(end),
        None => host == wanted_host,
    };
    let (path, wanted_path) = (decoded(path), decoded(wanted_path));
    let is_path = wanted_path.is_empty()
        || (wanted_path.ends_with('/') && path.starts_with(&wanted_path))
        || path == wanted_path;
    is_scheme && is_host && (wanted_port == "*" || wanted_port == port) && is_path
}

fn lets_in(text: &str, directive: &str, url: &str) -> bool {
    let list = text.split("; ").find_map(|line| line.strip_prefix(directive)).expect(directive);
    list.split_whitespace().any(|source| matches_source(source, url))
}

// ---- the laws -----------------------------------------------------------------------------------

#[test]
fn a_page_without_wrappers_is_let_in_exactly_by_the_verdict() {
    let given = (any_policy(), vec(any_event(), 0..4), vec(any_event(), 0..3), vec(any_url(), 12));
    let count = [const { Cell::new(0) }; 3];
    runner()
        .run(&given, |(policy, before, after, urls)| {
            let page = Page { origin: ORIGIN, ..Page::default() };
            let state = page_after(&policy, page, &before, &after);
            let text = csp::for_page(&policy, &state, &page).expect("these can be written");
            let mut has_gap = false;
            csp::gaps(&policy, &state, &page, |_, _| has_gap = true);
            for url in &urls {
                let attempt = Attempt::Request { url, origin: ORIGIN };
                let verdict = verdict(&policy, &state, attempt);
                let is_in = lets_in(&text, "default-src", url);
                if state.barrier.holds || has_gap {
                    // Wrappers stand beside it: it must only never be stricter than they are.
                    prop_assert!(is_in || verdict == Verdict::Refuse, "{url} {text}");
                    count[0].set(count[0].get() + 1);
                } else {
                    prop_assert_eq!(is_in, verdict == Verdict::Allow, "{} {}", url, &text);
                    let side = &count[1 + usize::from(is_in)];
                    side.set(side.get() + 1);
                }
            }
            Ok(())
        })
        .unwrap();
    assert!(count.iter().all(|count| count.get() > 100), "every side is met often: {count:?}");
}

#[test]
fn a_header_says_what_holds_whatever_a_page_keeps_open_for_a_later_grant() {
    let given = (any_policy(), vec(any_event(), 0..4), vec(any_event(), 0..3));
    let count = Cell::new(0);
    runner()
        .run(&given, |(policy, before, after)| {
            let page = Page { origin: ORIGIN, ..Page::default() };
            let mut state = page_after(&policy, page, &before, &after);
            let in_page = csp::header(&policy, &state, &page);
            count.set(count.get() + u32::from(state.barrier.holds));
            state.barrier.holds = false;
            prop_assert_eq!(in_page, csp::header(&policy, &state, &page));
            Ok(())
        })
        .unwrap();
    assert!(count.get() > 50, "pages that hold frames are met often: {count:?}");
}

#[test]
fn a_page_is_only_ever_tightened() {
    let given = (any_policy(), vec(any_event(), 0..3), vec(any_event(), 1..5), vec(any_url(), 12));
    runner()
        .run(&given, |(policy, before, after, urls)| {
            let page = Page { origin: ORIGIN, ..Page::default() };
            for length in 0..after.len() {
                let earlier = page_after(&policy, page, &before, &after[..length]);
                let later = page_after(&policy, page, &before, &after[..=length]);
                let text = |state| csp::for_page(&policy, state, &page).unwrap();
                for (url, directive) in
                    urls.iter().flat_map(|url| [(url, "default-src"), (url, "frame-src")])
                {
                    let is_in = lets_in(&text(&later), directive, url);
                    prop_assert!(!is_in || lets_in(&text(&earlier), directive, url), "{url}");
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_waits_is_granted_and_closed_and_nothing_else_is_kept_from_a_visitor_who_granted_it() {
    let given = (any_policy(), vec(any_event(), 0..3), vec(any_event(), 0..4));
    runner()
        .run(&given, |(policy, before, after)| {
            let page = Page { origin: ORIGIN, ..Page::default() };
            let state = page_after(&policy, page, &before, &after);
            let waiting = state.waiting(&policy);
            for name in ["fun", "stats", "s1", "s2", "s3"] {
                let shown = state.to_json(&policy, "");
                let list = if name.starts_with('s') && name.len() == 2 {
                    "services"
                } else {
                    "categories"
                };
                let is_granted = shown.field(list).unwrap().text_at(name) == "granted";
                let is_open = verdict(&policy, &state, Attempt::Use { name }) == Verdict::Allow;
                let is_waiting = waiting.iter().any(|id| id == name);
                prop_assert_eq!(is_granted, is_open || is_waiting, "{}", name);
                prop_assert!(!(is_open && is_waiting), "{name}");
            }
            // In the next page nothing waits any more.
            let next = page_after(
                &policy,
                page,
                &before.iter().chain(&after).cloned().collect::<Vec<_>>(),
                &[],
            );
            prop_assert!(next.waiting(&policy).is_empty());
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_element_for_the_html_is_the_header_of_everything_granted_and_wider_than_no_page_of_the_tag()
{
    let given = (any_policy(), vec(any_event(), 0..3), vec(any_event(), 0..3), vec(any_url(), 12));
    runner()
        .run(&given, |(policy, before, after, urls)| {
            let page = Page { origin: ORIGIN, ..Page::default() };
            let text = csp::for_html(&policy, &page).expect("these can be written");
            let all = run(
                &policy,
                &State::undecided(&policy),
                Page::default(),
                Event::AcceptAll(Via::Banner),
            );
            let header = csp::header(&policy, &all, &page);
            prop_assert_eq!(Some(&text), header.as_ref());
            let mut has_gap = false;
            csp::gaps(&policy, &all, &page, |_, _| has_gap = true);
            let state = page_after(&policy, page, &before, &after);
            let today = csp::for_page(&policy, &state, &page).unwrap();
            for url in &urls {
                let is_in = lets_in(&text, "default-src", url);
                let verdict = verdict(&policy, &all, Attempt::Request { url, origin: ORIGIN });
                prop_assert!(is_in || verdict != Verdict::Allow, "blocked: {url} {text}");
                prop_assert!(!is_in || has_gap || verdict == Verdict::Allow, "wider: {url} {text}");
                // Beside the tag's own it takes nothing away, whatever was decided.
                for directive in ["default-src", "frame-src"] {
                    prop_assert!(
                        lets_in(&text, directive, url) || !lets_in(&today, directive, url),
                        "{url}"
                    );
                }
            }
            Ok(())
        })
        .unwrap();
}
