//! The cases of tests/vectors, each file run through one checker. A case is data: whoever finds a
//! fault adds a line there and touches nothing here.

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

#[path = "support/keep.rs"]
mod keep;

use consentinel::{
    address::{self, Address, covers},
    cookie::{self, Write},
    csp,
    gate::{self, Attempt, Verdict, verdict},
    hash, id,
    json::Json,
    ledger::{Ledger, verify},
    notice::{Interface, first_sentence, notice, unsummarised, untranslated},
    pattern,
    policy::{self, ItemKind, NOBODY, Policy},
    problem::Problem,
    record::{Marks, Record, Via},
    session::{Context, Effect, Event, Step, step},
    signal::Signals,
    source,
    state::{self, Choice, Standing, State, Stored},
    time::UnixMillis,
};
use serde_json::{Map, Value, json};

fn vectors(file: &str) -> Value {
    let path = format!("{}/tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap()
}

fn jimo() -> Value {
    serde_json::from_str(include_str!("../www/policies/jimo.json")).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn texts(value: &Value) -> Vec<String> {
    list(value).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// A document with the changes of a case: `set` maps JSON pointers to values, `remove` lists pointers.
fn changed(document: &Value, case: &Value) -> Value {
    let mut document = document.clone();
    for pointer in texts(&case["remove"]) {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key).unwrap();
    }
    for (pointer, value) in case["set"].as_object().unwrap_or(&Map::new()) {
        if pointer.is_empty() {
            document = value.clone();
        } else if let Some(place) = document.pointer_mut(pointer) {
            *place = value.clone();
        } else {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            parent.insert(key.to_owned(), value.clone());
        }
    }
    document
}

#[track_caller]
fn read_policy(document: &Value) -> Policy {
    policy::read(&source::read(document)).0.expect("a policy that can be read")
}

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

fn short(problem: &Problem) -> String {
    let mut text = format!("{} {}", problem.code.text(), problem.path);
    if !problem.found.is_empty() {
        text.push_str(&format!(" `{}`", problem.found));
    }
    text
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
        let want = Write { name: case["name"].as_str().unwrap(), removes: case["removes"] == true };
        assert_eq!(Write::parse(text, now), want, "{text}");
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
                 mediastream: wss://localhost:1{all}; style-src {us}{own} 'unsafe-inline'{listed}; \
                 worker-src {us}{own}{listed}; object-src {us}{own}{listed}; \
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
fn notices() {
    let file = vectors("notice.json");
    for case in list(&file["cases"]) {
        let name = &case["name"];
        let given = serde_json::json!({ "set": case["policy"] });
        let policy = read_policy(&changed(&jimo(), &given));
        let documents = changed(&file["texts"], &serde_json::json!({ "remove": case["remove"] }));
        let wanted = case["wanted"].as_str().unwrap();
        let interface = Interface::choose(&source::read(&documents), wanted, &policy);
        assert_eq!(interface.language, case["want"], "{name}");
        assert_eq!(interface.is_fallback, case["fallback"] == true, "{name}");
        if let Some(text) = case["save"].as_str() {
            assert_eq!(interface.text("save"), text, "{name}");
        }
        for key in texts(&case["missing"]) {
            // A gap shows; a text by plural categories is no text.
            assert_eq!(interface.text(&key), key, "{name}");
        }
        if case.get("untranslated").is_some() {
            let mut problems = Vec::new();
            untranslated(&policy, &interface.language, &mut problems);
            let found: Vec<String> = problems.iter().map(short).collect();
            assert_eq!(found, texts(&case["untranslated"]), "{name}");
        }
        // Texts by plural category are told as they are.
        let told = source::read(&documents[&interface.language]["items"]);
        let notice = notice(&policy, &interface);
        assert_eq!(notice.field("texts").unwrap().field("items"), Some(&told), "{name}");
        let reloads = notice.field("reloads").map(Json::canonical);
        assert_eq!(reloads.as_deref() == Some("true"), case["reloads"] == true, "{name}");
        assert_eq!(reloads.is_some(), case["reloads"] == true, "{name}");
        // What is our own stands at the end of the first necessary category, and nowhere else.
        let mut own = Vec::new();
        for category in notice.list_at("categories") {
            for item in
                category.list_at("items").iter().filter(|item| item.text_at("category").is_empty())
            {
                let words =
                    ["name", "kind", "purpose", "duration", "party"].map(|key| item.text_at(key));
                own.push(format!("{}: {}", category.text_at("id"), words.join(", ")));
            }
        }
        assert_eq!(own, texts(&file["own"]), "{name}");
    }
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

/// A stored text, with the content hash of each category in the place of its name.
fn filled(policy: &Policy, text: &Value) -> String {
    let mut text = text.as_str().unwrap().to_owned();
    for (at, category) in policy.categories.iter().enumerate() {
        let place = format!("{{{}}}", category.id);
        text = text.replace(&place, &policy.category_hash(at, "en"));
    }
    text
}

#[test]
fn stored_states() {
    let file = vectors("state.json");
    let policy = read_policy(&jimo());
    let now = UnixMillis(file["nowMs"].as_i64().unwrap());
    for case in list(&file["cases"]) {
        let filled = |text: &Value| filled(&policy, text);
        let text = filled(&case["text"]);
        let stored = Event::Restore { stored: format!("{text} \n\n"), is_proved: false };
        let Step { state, problems, .. } = run(&policy, &State::undecided(&policy), stored, now);
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code.text()).collect();
        let want: Vec<&str> = case["problem"].as_str().into_iter().collect();
        assert_eq!(codes, want, "{}", case["name"]);
        assert!(state.asks(&policy), "{}", case["name"]);
        if case.get("want").is_some() {
            check_state(&case["name"].to_string(), &policy, &state, &case["want"]);
            let rewritten = case.get("rewritten").map_or(text, filled);
            assert_eq!(state::write(&state, &policy), rewritten, "{}", case["name"]);
        } else {
            assert_eq!(state.first_expiry(), None, "{}", case["name"]);
        }
    }
}

/// What version 0.1.0 left of an answer, through every field that came after it: nobody is asked again; and through what
/// visitors are told otherwise, of which they are.
#[test]
fn answers_of_0_1_0_outlive_every_new_field() {
    let file = vectors("upgrade.json");
    let now = UnixMillis(file["nowMs"].as_i64().unwrap());
    let policy_with = |changes: &Value| {
        let mut document = file["policy"].clone();
        for (pointer, value) in changes.as_object().unwrap() {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[key] = value.clone();
        }
        read_policy(&document)
    };
    for (cases, is_asked) in [("settings", false), ("asksAgain", true)] {
        for case in list(&file[cases]) {
            let policy = policy_with(&case["set"]);
            for (choice, answer) in file["answers"].as_object().unwrap() {
                let cookie = answer["cookie"].as_str().unwrap();
                let record = source::read(&answer["record"]);
                let recorded =
                    |cookies: &str| state::recorded(&Stored::of(cookies), &record, &policy, now);
                let older = format!("\n{cookie} \n");
                for (had, stored) in [
                    ("the cookie", older.clone()),
                    ("the ledger", format!("\n\n{}", recorded(""))),
                    ("cookie and ledger", format!("{older}{}", recorded(&older))),
                    ("cookie and text", format!("{older}{cookie}")),
                    ("the text", format!("\n\n{cookie}")),
                ] {
                    let place = format!("{}, {choice}: {had}", case["name"]);
                    let event = Event::Restore { stored, is_proved: true };
                    let Step { state, problems, .. } =
                        run(&policy, &State::undecided(&policy), event, now);
                    assert_eq!(state.asks(&policy), is_asked, "{place}");
                    let word = if is_asked { "undecided" } else { choice };
                    check_state(
                        &place,
                        &policy,
                        &state,
                        &json!({ "analytics": word, "counter": word }),
                    );
                    assert_eq!(problems.len(), 0, "{place}: {problems:?}");
                }
            }
        }
    }
}

/// A cookie beside what is kept of the last decision.
#[test]
fn kept_states() {
    let file = vectors("kept.json");
    let policy = read_policy(&jimo());
    let now = UnixMillis(file["nowMs"].as_i64().unwrap());
    for case in list(&file["cases"]) {
        let name = case["name"].as_str().unwrap();
        // A text as it is, or choices of a decision at a time of its own.
        let text = |what: &str| match &case[what] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            choices => {
                let at = case[format!("{what}At")].as_str().unwrap_or("mwrogn88");
                let choices: Vec<String> =
                    list(choices).iter().map(|choice| filled(&policy, choice)).collect();
                [vec![format!("1~{at}~6utEPFpSDYSPFfhQ-nmHQg~en")], choices].concat().join("~")
            }
        };
        let sent = case["sent"].as_str().unwrap_or_default();
        let cookies = format!("{}{sent} {}\n{}\n", text("cookie"), text("again"), text("older"));
        let kept = match &case["kept"] {
            record @ Value::Object(_) => {
                state::recorded(&Stored::of(&cookies), &source::read(record), &policy, now)
            }
            _ => text("kept"),
        };
        let is_proved = case["proved"] == true;
        let event = Event::Restore { stored: cookies + &kept, is_proved };
        let Step { state, problems, effects } =
            run(&policy, &State::undecided(&policy), event, now);
        let written = effects.iter().find_map(|effect| match effect {
            Effect::Persist { text, .. } => Some(text.clone()),
            _ => None,
        });
        if let Some(from) = case["writes"].as_str() {
            assert_eq!(written, Some(text(from)), "{name}");
        } else if case["problems"].is_null() {
            assert_eq!(written, None, "{name}");
        }
        check_state(name, &policy, &state, &case["want"]);
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code.text()).collect();
        assert_eq!(codes, texts(&case["problems"]), "{name}");
        if let Some(left) = case["untilMs"].as_i64() {
            assert_eq!(state.first_expiry(), Some(UnixMillis(left)), "{name}");
        }
    }
}

#[test]
fn stored_state_is_small_and_fits_a_cookie() {
    let mut document = jimo();
    let category = document["categories"][1].clone();
    let categories = (0..16).map(|number| {
        let mut category = category.clone();
        category["id"] = Value::from(format!("{:a<24}", format!("category-{number}")));
        category
    });
    document["categories"] = categories.collect();
    document["services"] = Value::from(Vec::<Value>::new());
    document["items"] = Value::from(Vec::<Value>::new());
    let policy = read_policy(&document);
    let now = UnixMillis(1_795_342_320_000);
    let Step { state, .. } =
        run(&policy, &State::undecided(&policy), Event::AcceptAll(Via::Api), now);
    let text = state::write(&state, &policy);
    assert!(text.len() + "consentinel=".len() <= 1024, "{} bytes", text.len());
    // RFC 6265 §4.1.1, cookie-octet.
    let is_octet =
        |byte: u8| matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e);
    assert!(text.bytes().all(is_octet), "{text}");
}

/// One step in the language `en` with fixed random bits.
fn run(policy: &Policy, state: &State, event: Event, now: UnixMillis) -> Step {
    let texts = source::parse(r#"{"en": {}}"#).unwrap();
    let interface = Interface::choose(&texts, "en", policy);
    let marks = || Marks::of(policy, &interface, &"0".repeat(64));
    let context = Context {
        policy,
        marks: &marks,
        now,
        entropy: [[1; 16], [2; 16]],
        page: csp::Page::default(),
    };
    step(&context, state, event)
}

#[test]
fn sessions() {
    let start = UnixMillis(1_795_342_320_000);
    for case in list(&vectors("session.json")) {
        let base = changed(&jimo(), case);
        let mut policy = read_policy(&base);
        let mut state = State::undecided(&policy);
        state.is_child = case["child"] == true;
        let mut stored = String::new();
        for (number, given) in list(&case["steps"]).iter().enumerate() {
            let place = format!("{}, step {number}", case["name"]);
            let now = UnixMillis(start.0 + given["afterMs"].as_i64().unwrap_or(0));
            let mut document = changed(&base, given);
            if let [left, right] = list(&given["swapItems"]) {
                let items = document["items"].as_array_mut().unwrap();
                items.swap(left.as_u64().unwrap() as usize, right.as_u64().unwrap() as usize);
            }
            policy = read_policy(&document);
            policy.spoken = "en".to_owned();
            let event = match given["event"].as_str().unwrap() {
                "restore" => Event::Restore { stored: String::new(), is_proved: false },
                "restore-own" => {
                    let stored = format!("{stored} \n\n{stored}");
                    Event::Restore { stored, is_proved: false }
                }
                "tick" => Event::Tick,
                "accept-all" => Event::AcceptAll(Via::Banner),
                "reject-all" => Event::RejectAll(Via::Banner),
                "save" => Event::Save(Via::Settings, source::read(&given["selection"])),
                "withdraw" => Event::Withdraw(Via::Settings, texts(&given["names"])),
                "once" => Event::Once(given["name"].as_str().unwrap().to_owned()),
                "grant" => {
                    Event::Grant(Via::Placeholder, given["name"].as_str().unwrap().to_owned())
                }
                "child" | "adult" => {
                    // The next page of the same browser, for other visitors.
                    state = State::undecided(&policy);
                    state.is_child = given["event"] == "child";
                    Event::Restore { stored: format!("{stored} \n\n"), is_proved: false }
                }
                "gpc" => Event::Signal(Signals { gpc: true }),
                other => panic!("{place}: no event `{other}`"),
            };
            let outcome = run(&policy, &state, event, now);
            state = outcome.state;
            check_state(&place, &policy, &state, &given["want"]);
            let codes: Vec<&str> =
                outcome.problems.iter().map(|problem| problem.code.text()).collect();
            assert_eq!(codes, texts(&given["problems"]), "{place}");
            if given.get("effects").is_some() {
                let words: Vec<&str> = outcome.effects.iter().map(effect_word).collect();
                assert_eq!(words, texts(&given["effects"]), "{place}");
            }
            for effect in &outcome.effects {
                match effect {
                    Effect::Persist { text, max_age_seconds } => {
                        stored = text.clone();
                        let lasts = given["lastsSeconds"].as_i64();
                        assert!(lasts.is_none_or(|want| *max_age_seconds == want), "{place}");
                        let want = given["stored"].as_str();
                        assert!(want.is_none_or(|want| stored == want), "{place}: {stored}");
                    }
                    Effect::Append(record) => {
                        for (field, value) in given["record"].as_object().unwrap_or(&Map::new()) {
                            let found = record.field(field);
                            assert_eq!(found, Some(&source::read(value)), "{place}: {field}");
                        }
                        // Its words and lists are the ones of the format.
                        let record = record.clone().with("left", Json::texts(&[]));
                        let record = record.with("sequence", Json::Integer(0));
                        Record::read(&record.with_text("previous", "")).expect(&place);
                    }
                    _ => {}
                }
            }
        }
    }
}

fn check_state(place: &str, policy: &Policy, state: &State, want: &Value) {
    let shown = state.to_json(policy, "en");
    for (id, word) in want.as_object().unwrap() {
        let is_service = policy.named(id).1 != NOBODY;
        let words = shown.field(if is_service { "services" } else { "categories" }).unwrap();
        assert_eq!(words.text_at(id), word.as_str().unwrap(), "{place}: {id}");
        let is_allowed = verdict(policy, state, Attempt::Use { name: id }) == Verdict::Allow;
        assert_eq!(is_allowed, word == "granted" || word == "necessary", "{place}: {id}");
    }
}

fn effect_word(effect: &Effect) -> &'static str {
    match effect {
        Effect::Persist { .. } => "persist",
        Effect::Erase => "erase",
        Effect::Append(_) => "append",
        Effect::Release => "release",
        Effect::Show => "show",
        Effect::Close => "close",
        Effect::Announce(_) => "announce",
    }
}

#[test]
fn integers_written_as_fractions_are_integers() {
    assert_eq!(source::parse("56.0"), Some(Json::Integer(56)));
    assert_eq!(source::parse("1e3"), Some(Json::Integer(1000)));
}

/// A sentence is never cut short where that can be seen.
#[test]
fn first_sentences() {
    for (text, want) in [
        ("Counts visits. Kept for 2 months.", "Counts visits."),
        ("Counts visits", "Counts visits"),
        ("Counts visits.", "Counts visits."),
        ("Counts, e.g. Clicks, i.e. 5 a day. More.", "Counts, e.g. Clicks, i.e. 5 a day. More."),
        (
            "Kept for approx. 5 days by shop.example. It goes.",
            "Kept for approx. 5 days by shop.example.",
        ),
        ("Zählt Besuche (z. B. Klicks). Höchstens 13 Monate.", "Zählt Besuche (z. B. Klicks)."),
        ("Asks “why?” Then counts.", "Asks “why?”"),
        ("Kept long! not for ever. Really.", "Kept long! not for ever."),
        ("Считает посещения, напр. клики. Хранится год.", "Считает посещения, напр. клики."),
        ("訪問を数えます。2か月保存します。", "訪問を数えます。"),
        ("يحصي الزيارات. يُحفظ شهرين.", "يحصي الزيارات."),
        ("", ""),
    ] {
        assert_eq!(first_sentence(text), want, "{text}");
    }
}

/// What says a thing in a line, or where it stands, is no part of what is consented to.
#[test]
fn summaries_ask_nobody_again() {
    let file = vectors("policy.json");
    let hashes = |set: Value| {
        let changes = serde_json::json!({ "set": set });
        let policy = read_policy(&changed(&file["base"], &changes));
        (0..policy.categories.len()).map(|at| policy.category_hash(at, "en")).collect::<Vec<_>>()
    };
    let before = hashes(serde_json::json!({}));
    let link =
        serde_json::json!([{ "title": { "en": "Imprint" }, "url": "https://site.example/" }]);
    let shorter = serde_json::json!({
        "/categories/0/summary": { "en": "Needed." }, "/categories/1/summary": { "en": "Counts." },
        "/services/0/summary": { "en": "Counts." }, "/layout": "full", "/links": link,
    });
    assert_eq!(hashes(shorter), before);
    assert_ne!(hashes(serde_json::json!({ "/categories/1/description/en": "Tells." })), before);
}

/// A notice says which first layer was shown, and with which words.
#[test]
fn notices_tell_the_first_layer() {
    let told = |set: Value| {
        let policy = read_policy(&changed(&jimo(), &serde_json::json!({ "set": set })));
        let documents = vectors("notice.json")["texts"].clone();
        let interface = Interface::choose(&source::read(&documents), "fr", &policy);
        notice(&policy, &interface)
    };
    let plain = told(serde_json::json!({}));
    assert_eq!(plain.field("full"), None);
    assert_eq!(plain.field("links"), None);
    let summaries = |notice: &Json| -> Vec<String> {
        notice.list_at("categories").iter().map(|each| each.text_at("summary").into()).collect()
    };
    assert_eq!(summaries(&plain)[1], "Retient les guides et les messages que vous avez vus.");
    let link =
        serde_json::json!([{ "title": { "en": "Imprint" }, "url": "https://site.example/" }]);
    let words = serde_json::json!({ "fr": "Compte. Garde." });
    let other = told(serde_json::json!({
        "/layout": "full", "/links": link, "/categories/0/summary": words,
    }));
    assert_eq!(summaries(&other)[0], "Compte. Garde.");
    assert_eq!(other.field("full"), Some(&Json::Bool(true)));
    assert_eq!(other.list_at("links")[0].text_at("title"), "Imprint");
}

/// `check` warns of a long first sentence without a summary, in each language, and of nothing else.
#[test]
fn long_first_sentences_are_told() {
    let file = vectors("policy.json");
    let long = "x".repeat(91) + ". Short.";
    let set = serde_json::json!({ "/categories/1/description/fr": long });
    let policy = read_policy(&changed(&file["base"], &serde_json::json!({ "set": set })));
    let mut problems = Vec::new();
    unsummarised(&policy, &mut problems);
    let found: Vec<String> = problems.iter().map(short).collect();
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("summary-missing categories[1].description.fr"), "{found:?}");
    let set = serde_json::json!({
        "/categories/1/description/fr": long, "/categories/1/summary": { "en": "Counts." }
    });
    let policy = read_policy(&changed(&file["base"], &serde_json::json!({ "set": set })));
    problems.clear();
    unsummarised(&policy, &mut problems);
    assert!(problems.is_empty());
}
