//! The cases of tests/vectors about what a visitor answers and is told: stored answers, sessions, notices; each file run
//! through one checker. A case is data: whoever finds a fault adds a line there and touches nothing here.

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
    csp,
    gate::{Attempt, Verdict, verdict},
    json::Json,
    notice::{Interface, first_sentence, notice, unsummarised, untranslated},
    policy::{NOBODY, Policy},
    record::{Marks, Record, Via},
    session::{Context, Effect, Event, Step, step},
    signal::Signals,
    source,
    state::{self, State, Stored},
    time::UnixMillis,
};
use serde_json::{Map, Value, json};

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
                "late" => Event::Late,
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
                "gpc" => Event::Signal(Signals::heard(&policy, true, false)),
                "dnt" => Event::Signal(Signals::heard(&policy, false, true)),
                "silence" => Event::Signal(Signals::heard(&policy, false, false)),
                "opt-out" => Event::OptOut,
                other => panic!("{place}: no event `{other}`"),
            };
            let outcome = run(&policy, &state, event, now);
            state = outcome.state;
            check_state(&place, &policy, &state, &given["want"]);
            if given.get("asks").is_some() {
                assert_eq!(state.asks(&policy), given["asks"] == true, "{place}");
            }
            if given.get("optedOut").is_some() {
                assert_eq!(state.opted_out(&policy), texts(&given["optedOut"]), "{place}");
            }
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
