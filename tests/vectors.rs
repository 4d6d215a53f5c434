//! The cases of tests/vectors about documents, ledgers and the gate, each file run through one checker. A case is data:
//! whoever finds a fault adds a line there and touches nothing here. Those about answers and notices are answers.rs's.

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
#[path = "support/keep.rs"]
mod keep;

use cases::{changed, jimo, list, read_policy, short, texts, vectors};
use consentinel::{
    address::{self, Address, covers},
    cookie::{self, Write},
    csp,
    gate::{self, Attempt, Verdict, verdict},
    hash, id,
    json::Json,
    ledger::{Ledger, verify},
    pattern,
    policy::{self, ItemKind, NOBODY, Policy},
    problem::Problem,
    source,
    state::{Choice, Standing, State},
    time::UnixMillis,
};
use serde_json::Value;

#[test]
fn jcs() {
    let mut outside = Vec::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/jcs");
    let mut files: Vec<_> = std::fs::read_dir(format!("{folder}/input"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    files.sort();
    for name in files.iter().map(|name| name.to_str().unwrap()) {
        let input = std::fs::read_to_string(format!("{folder}/input/{name}")).unwrap();
        let value = source::parse(&input).unwrap();
        if let Some(reason) = value.outside_restriction() {
            outside.push((name.to_owned(), reason));
            continue;
        }
        let output = std::fs::read_to_string(format!("{folder}/output/{name}")).unwrap();
        assert_eq!(value.canonical(), output.trim_end(), "{name}");
    }
    assert_eq!(files.len(), 6);
    let outside: Vec<_> = outside.iter().map(|(name, reason)| (name.as_str(), *reason)).collect();
    assert_eq!(
        outside,
        [
            ("arrays.json", "null"),
            ("french.json", "a key that is not ASCII"),
            ("values.json", "null"),
            ("weird.json", "a key that is not ASCII"),
        ]
    );
}

#[test]
fn policies() {
    let file = vectors("policy.json");
    for case in list(&file["cases"]) {
        let name = &case["name"];
        let (policy, problems) = policy::read(&source::read(&changed(&file["base"], case)));
        let found: Vec<String> = problems.iter().map(short).collect();
        assert_eq!(found, texts(&case["want"]), "{name}");
        assert_eq!(policy.is_some(), case["usable"] != false, "{name}");
    }
}

/// Ledgers whose every hash is right: what their records say is not, or it is.
#[test]
fn ledgers() {
    let file = vectors("ledger.json");
    for (at, case) in list(&file["cases"]).iter().enumerate() {
        let name = &case["name"];
        let mut ledger = Ledger::default();
        for (number, changes) in (0..).zip(list(&case["records"])) {
            let at_ms = file["startMs"].as_i64().unwrap() + i64::from(number) * 60_000;
            let mut record = file["base"].clone();
            record["id"] = Value::from(id::from_bits([number + 1; 16]));
            record["atMs"] = Value::from(at_ms);
            record["expiresAtMs"] = Value::from(at_ms + 182 * 86_400_000);
            let changes = serde_json::json!({ "set": changes });
            ledger.append(source::read(&changed(&record, &changes)));
        }
        keep::keep(&format!("ledger.{at}"), &[ledger.to_text()]);
        let (verified, problems) = verify(&ledger.to_text(), &source::parse);
        let found: Vec<String> = problems.iter().map(short).collect();
        assert_eq!(found, texts(&case["want"]), "{name}");
        assert_eq!(verified.is_none(), problems.iter().any(Problem::is_error), "{name}");
    }
}

/// A hundred records stay; where there are more or, with older ones summarised, fewer, it shows.
#[test]
fn ledgers_of_another_length() {
    let file = vectors("ledger.json");
    let record = |number: u32| {
        let mut record = file["base"].clone();
        record["id"] = Value::from(id::from_bits(u128::from(number).to_be_bytes()));
        record["atMs"] = Value::from(number);
        record["expiresAtMs"] = Value::from(number + 1);
        record["granted"] = Value::from(vec!["ads"]);
        source::read(&record)
    };
    for (first, last, want) in [
        (0_usize, 100, ""),
        (0, 101, "ledger-long line 1 `count`"),
        (1, 101, ""),
        (1, 100, "ledger-cut line 1 `summarised`"),
        (99, 100, "ledger-cut line 1 `summarised`"),
    ] {
        let mut whole = Ledger::default();
        let mut lines = Vec::new();
        for number in 0..last {
            whole.append(record(number));
            lines.push(whole.lines.last().unwrap().clone());
        }
        let before = first.checked_sub(1).map(|before: usize| &lines[before]);
        let summary = before.map_or(String::new(), |line| hash::sha256(line.as_bytes()));
        let cut = Ledger {
            summarised: first as i64,
            summary,
            lines: lines[first..].to_vec(),
            subject: whole.subject,
        };
        let (_, problems) = verify(&cut.to_text(), &source::parse);
        let found: Vec<String> = problems.iter().map(short).collect();
        assert_eq!(found.join(", "), want, "{first} to {last}");
    }
}

#[test]
fn policy_limits() {
    let base = &vectors("policy.json")["base"];
    for (path, most) in [("categories", 16), ("services", 200), ("items", 1000)] {
        let mut document = base.clone();
        let first = document[path][1 % list(&document[path]).len()].clone();
        let entries = (0..most + 1).map(|number| {
            let mut entry = first.clone();
            let key = if path == "items" { "name" } else { "id" };
            entry[key] = Value::from(format!("name-{number}"));
            entry
        });
        document[path] = entries.collect();
        let (_, problems) = policy::read(&source::read(&document));
        let found: Vec<String> = problems.iter().map(short).collect();
        let want = format!("policy-too-large {path} `{}`", most + 1);
        assert!(found.contains(&want), "{path}: {found:?}");
    }
}

#[test]
fn hosts_beyond_a_limit_stay_refused_under_a_wider_necessary_one() {
    let mut document = vectors("gate.json")["policy"].clone();
    let hosts = (0..101).map(|number| Value::from(format!("host-{number}.assets.example")));
    document["services"][2]["hosts"] = hosts.collect();
    let service = document["services"][1].clone();
    for number in 3..=200 {
        let mut service = service.clone();
        service["id"] = Value::from(format!("service-{number}"));
        service["hosts"] = serde_json::json!([format!("last-{number}.assets.example")]);
        document["services"].as_array_mut().unwrap().push(service);
    }
    let policy = read_policy(&document);
    let state = state_with(&policy, &serde_json::json!({ "functionality": "grant" }));
    for (host, want) in [
        ("host-99", Verdict::Allow),
        ("host-100", Verdict::Refuse),
        ("host-101", Verdict::Allow),
        ("last-199", Verdict::Allow),
        ("last-200", Verdict::Refuse),
    ] {
        let url = format!("https://{host}.assets.example/");
        let attempt = Attempt::Request { url: &url, origin: "https://site.example" };
        assert_eq!(verdict(&policy, &state, attempt), want, "{host}");
    }
}

#[test]
fn shipped_policies_have_no_problem() {
    assert_eq!(policy::read(&source::read(&jimo())).1, []);
}

#[test]
fn patterns() {
    for case in list(&vectors("pattern.json")) {
        let pattern = case["pattern"].as_str().unwrap();
        for (key, want) in [("matches", true), ("not", false)] {
            for name in texts(&case[key]) {
                assert_eq!(pattern::matches(pattern, &name), want, "{pattern} and {name}");
            }
        }
    }
}

#[test]
fn addresses() {
    let file = vectors("address.json");
    for case in list(&file["patterns"]) {
        let pattern = case["pattern"].as_str().unwrap();
        assert!(address::is_pattern(pattern), "{pattern}");
        for (key, want) in [("covers", true), ("not", false)] {
            for url in texts(&case[key]) {
                let is_covered = Address::of(&url).is_some_and(|to| covers(pattern, &to).is_some());
                assert_eq!(is_covered, want, "{pattern} and {url}");
            }
        }
    }
    for (key, want) in [("right", true), ("wrong", false)] {
        for pattern in texts(&file[key]) {
            assert_eq!(address::is_pattern(&pattern), want, "{pattern}");
        }
    }
    for url in texts(&file["leadsToNobody"]) {
        assert_eq!(Address::of(&url), None, "{url}");
    }
    for url in texts(&file["leadsToSomebodyUnknown"]) {
        let to = Address::of(&url).expect(&url);
        assert_eq!(covers("*.example", &to).or(covers("a.b.example", &to)), None, "{url}");
        assert!(!to.is_of("https://tracker.example"), "{url}");
    }
    for case in list(&file["own"]) {
        let origin = case["origin"].as_str().unwrap();
        for (key, want) in [("yes", true), ("no", false)] {
            for url in texts(&case[key]) {
                let is_own = Address::of(&url).is_some_and(|to| to.is_of(origin));
                assert_eq!(is_own, want, "{origin} and {url}");
            }
        }
    }
}

#[test]
fn cookies() {
    let file = vectors("cookie.json");
    let now = UnixMillis(file["nowMs"].as_i64().unwrap());
    for case in list(&file["writes"]) {
        let text = case["text"].as_str().unwrap();
        let found = Write::parse(text, now);
        assert_eq!(
            (found.name, found.removes),
            (case["name"].as_str().unwrap(), case["removes"] == true),
            "{text}"
        );
    }
    for case in list(&file["domains"]) {
        let word = |key: &str| case[key].as_str().unwrap_or_default().to_string();
        let text = format!("a=b; Path=/; Domain={}", word("domain"));
        let found =
            cookie::is_taken(Write::parse(&text, now).domain, &word("host"), &word("share"));
        assert_eq!(found, case["isTaken"] == true, "{case}");
    }
    for case in list(&file["dates"]) {
        let text = case["text"].as_str().unwrap();
        assert_eq!(cookie::parse_date(text).map(|at| at.0), case["atMs"].as_i64(), "{text}");
    }
    for case in list(&file["jars"]) {
        let jar = case["jar"].as_str().unwrap();
        let names: Vec<String> = cookie::names(jar).map(String::from).collect();
        assert_eq!(names, texts(&case["names"]), "{jar}");
    }
}

#[test]
fn verdicts() {
    let file = vectors("gate.json");
    for case in list(&file["cases"]) {
        let mut document = changed(&file["policy"], case);
        if let Some(word) = case["undeclared"].as_str() {
            document["undeclared"] = Value::from(word);
        }
        let policy = read_policy(&document);
        let state = state_with(&policy, &case["choices"]);
        let attempt = if case["remove"] == true {
            Attempt::Remove
        } else if let Some(name) = case["use"].as_str() {
            Attempt::Use { name }
        } else if let Some(url) = case["request"].as_str() {
            Attempt::Request {
                url,
                origin: case["origin"].as_str().unwrap_or("https://site.example"),
            }
        } else {
            let is_kind = |kind: &ItemKind| case.get(kind.word()).is_some();
            let kind = ItemKind::ALL.into_iter().find(is_kind).unwrap();
            Attempt::Store { kind, name: case[kind.word()].as_str().unwrap() }
        };
        let name = &case["name"];
        assert_eq!(verdict(&policy, &state, attempt).word(), case["want"], "{name}");
        if let Some(service) = case["service"].as_str() {
            assert_eq!(gate::claimant(&policy, &state, attempt), service, "{name}");
        }
        if let Some(is_enforced) = case["enforced"].as_bool() {
            assert_eq!(gate::is_enforced(&policy, attempt), is_enforced, "{name}");
        }
        if let Some(is_erasable) = case["erasable"].as_bool() {
            let Attempt::Store { kind, name } = attempt else { panic!("{name} stores nothing") };
            assert_eq!(gate::is_erasable(&policy, &state, kind, name), is_erasable, "{name}");
        }
    }
    assert!(Verdict::Allow < Verdict::Hold && Verdict::Hold < Verdict::Refuse);
}

#[test]
fn content_security_policies() {
    let file = vectors("csp.json");
    for case in list(&file["cases"]) {
        let name = &case["name"];
        let policy = read_policy(&changed(&file["policy"], case));
        let state = state_with(&policy, &case["choices"]);
        let origin = case["origin"].as_str().unwrap_or_default();
        let files = case["files"].as_str().unwrap_or_default();
        let page = csp::Page { origin, files, once: case["once"].as_str().unwrap_or_default() };
        let header = csp::header(&policy, &state, &page);
        let want = case["want"].as_array().map(|_| {
            // What every kind of loading has, then what is let in as code from nowhere, then frames.
            let us = if origin.starts_with("http") { origin } else { "'self'" };
            let own: String = case.get("own").map(|own| texts(own).join(" ")).unwrap_or_default();
            let own = if own.is_empty() { own } else { format!(" {own}") };
            let hosts: Vec<_> = texts(&case["want"]);
            let joined = |list: &[String]| list.iter().map(|host| format!(" {host}")).collect();
            let listed: String = joined(&hosts);
            let mut all = hosts.clone();
            let scheme = if origin.starts_with("http:") { "ws" } else { "wss" };
            all.retain(|host| host != "blob:" && host != "data:");
            all.extend(all.clone().iter().map(|host| format!("{scheme}://{host}")));
            all.sort();
            let all: String = joined(&all);
            let frames: String =
                case.get("frames").map_or_else(|| listed.clone(), |frames| joined(&texts(frames)));
            format!(
                "default-src 'self'{own} 'unsafe-inline' 'unsafe-eval' blob: data: filesystem: \
                 mediastream: wss://localhost:1{all}; style-src 'unsafe-inline' {us}{own}{listed}; \
                 worker-src blob: {us}{own}{listed}; object-src {us}{own}{listed}; \
                 frame-src {us}{own}{frames}"
            )
        });
        assert_eq!(header, want, "{name}");
        if case.get("gaps").is_some() {
            let mut gaps = Vec::new();
            csp::gaps(&policy, &state, &page, |host, by| gaps.push(format!("{host} in {by}")));
            assert_eq!(gaps, texts(&case["gaps"]), "{name}");
        }
    }
}

fn state_with(policy: &Policy, choices: &Value) -> State {
    let mut state = State::undecided(policy);
    for (id, word) in choices.as_object().unwrap() {
        let choice = if word == "grant" { Choice::Grant } else { Choice::Deny };
        let (category, service) = policy.named(id);
        if service == NOBODY {
            let expires_at = UnixMillis(i64::MAX);
            state.standings[category] = Standing { choice, expires_at, ..Standing::default() };
        } else {
            // Named behind its category.
            state.standings[category].others.put(service, true);
            assert_eq!(state.choice(policy, category, service), choice, "{id}");
        }
    }
    state
}

#[test]
fn kinds_have_words() {
    for kind in ItemKind::ALL {
        assert_eq!(ItemKind::of_word(kind.word()), Some(kind));
    }
    assert_eq!(ItemKind::of_word("script"), None);
    assert_eq!(ItemKind::of_word(""), None);
    assert_eq!(ItemKind::LISTED, ItemKind::ALL[..3]);
}

#[test]
fn integers_written_as_fractions_are_integers() {
    assert_eq!(source::parse("56.0"), Some(Json::Integer(56)));
    assert_eq!(source::parse("1e3"), Some(Json::Integer(1000)));
}
