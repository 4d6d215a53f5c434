//! The listener of officers, on loopback: who is let in, what is answered, and that each question is on record before. What
//! its page makes of the answers is tests/audit/store.test.mjs.

use std::{
    fs,
    io::Read as _,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use consentinel::{hash::sha256, note::PrivateKey};
use consentinel_collector::{
    access::Accesses,
    settings::{Overrides, read},
    store::{self, Lines},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    sample::{Decision, library},
    served::{Answer, OTHER, SHOP, Served, head, record, send},
    settings::{problems, site},
    stores::{change, schema},
};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const LOG: &str = "shop.example/consent";

/// The pages as the build makes them, and the token of a holder.
fn pages() -> TempDir {
    let folder = TempDir::new().unwrap();
    let page = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; connect-src 'self'\">store";
    fs::write(folder.path().join("store.html"), page).unwrap();
    fs::write(folder.path().join("token"), format!("{TOKEN}\n")).unwrap();
    folder
}

/// A collector that answers officers, who need a token where there are holders: names, and the files of tokens.
fn served(pages: &Path, holders: &[(&str, &str)]) -> Served {
    over("store.db", pages, holders)
}

/// What must hold over every store: a new file, and a new schema of PostgreSQL.
fn stores() -> [PathBuf; 2] {
    ["store.db".into(), schema()]
}

/// The same over this store.
fn over(store: &str, pages: &Path, holders: &[(&str, &str)]) -> Served {
    let holders: String = holders
        .iter()
        .map(|(name, token)| {
            let token = pages.join(token);
            format!("[[officer.holder]]\nname = \"{name}\"\ntoken = {token:?}\n")
        })
        .collect();
    let more = format!("[officer]\nlisten = \"127.0.0.1:0\"\npages = {pages:?}\n{holders}");
    Served::over(store, &more, "")
}

const MARTIN: &[(&str, &str)] = &[("A. Martin", "token")];

/// Asks as the page does, with some headers changed: an empty value takes one away.
fn ask_with(address: SocketAddr, question: &str, changes: &[(&str, &str)]) -> Answer {
    let (host, bearer) = (address.to_string(), format!("Bearer {TOKEN}"));
    let (origin, length) = (format!("http://{host}"), question.len().to_string());
    let mut headers = vec![
        ("Host", &*host),
        ("Origin", &*origin),
        ("Sec-Fetch-Site", "same-origin"),
        ("Content-Type", "application/json"),
        ("Authorization", &*bearer),
        ("Content-Length", &*length),
    ];
    for (name, value) in changes {
        headers.retain(|(known, _)| known != name);
        headers.push((name, value));
    }
    let headers: String = headers
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let head = format!("POST /v1/ask HTTP/1.1\r\nConnection: close\r\n{headers}\r\n");
    send(address, &[head.as_bytes(), question.as_bytes()].concat())
}

fn ask(address: SocketAddr, question: &Value) -> Answer {
    ask_with(address, &question.to_string(), &[])
}

/// The lines of an answer without the lengths of its pieces.
fn lines(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let (mut text, mut rest) = (String::new(), &*answer.body);
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        text.push_str(&after[..length]);
        rest = after[length..].trim_start_matches("\r\n");
    }
    text
}

fn of_store(served: &Served) -> String {
    let mut text = String::new();
    Lines::now(&served.log(LOG)).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn whoever_is_not_let_in_is_refused_and_nothing_is_on_record() {
    let pages = pages();
    let served = served(pages.path(), MARTIN);
    let officer = served.officer.unwrap();
    let sites = json!({ "what": "sites" }).to_string();
    let port = officer.port();
    let cases: &[(&str, &str, &str, u16, &str)] = &[
        ("Host", "shop.example", "a name that was made to lead here", 421, "host-foreign"),
        ("Host", "127.0.0.1", "another port", 421, "host-foreign"),
        ("Host", "", "no name", 421, "host-foreign"),
        ("Origin", "https://evil.example", "another page", 403, "origin-foreign"),
        ("Origin", "null", "a page from a disk", 403, "origin-foreign"),
        ("Sec-Fetch-Site", "cross-site", "another site", 403, "origin-foreign"),
        ("Sec-Fetch-Site", "same-site", "another port of it", 403, "origin-foreign"),
        ("Sec-Fetch-Site", "none", "an address that was typed", 403, "origin-foreign"),
        ("Content-Type", "text/plain", "what a form may send", 415, "type-unknown"),
        ("Content-Type", "", "no type", 415, "type-unknown"),
        ("Authorization", "", "no token", 401, "token-unknown"),
        ("Authorization", "Bearer x", "another token", 401, "token-unknown"),
        ("Authorization", TOKEN, "a token without its scheme", 401, "token-unknown"),
    ];
    for (header, value, name, status, code) in cases {
        let answer = ask_with(officer, &sites, &[(header, value)]);
        assert_eq!((answer.status, &*answer.said()), (*status, *code), "{name}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{name}");
        assert!(!answer.body.contains(LOG), "{name}");
    }
    for host in ["localhost", "127.0.0.1"] {
        let host = format!("{host}:{port}");
        let changes = [("Host", &*host), ("Origin", &*format!("http://{host}"))];
        assert_eq!(ask_with(officer, &sites, &changes).status, 200, "{host}");
    }
    assert_eq!(ask_with(officer, &"x".repeat(5000), &[]).status, 413);
    for (method, path, status) in [
        ("GET", "/v1/ask", 405),
        ("OPTIONS", "/v1/ask", 405),
        ("POST", "/", 405),
        ("GET", "/x", 404),
    ] {
        let head = head(method, path, &[]).replace("consent.example", &officer.to_string());
        assert_eq!(send(officer, head.as_bytes()).status, status, "{method} {path}");
    }
    // What was let in is on record, and nothing else.
    let accesses = store::accesses(&served.store()).unwrap();
    let whats: Vec<&Value> = accesses.list.iter().map(|access| &access.asked["what"]).collect();
    assert_eq!(whats, ["sites", "sites"]);
    served.ended();
}

#[test]
fn the_page_is_strict_and_has_no_cookie() {
    let pages = pages();
    let served = served(pages.path(), MARTIN);
    let officer = served.officer.unwrap();
    let head = head("GET", "/", &[]).replace("consent.example", &officer.to_string());
    let answer = send(officer, head.as_bytes());
    assert_eq!(answer.status, 200);
    assert!(answer.body.ends_with("store"));
    let policy = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";
    for (header, value) in [
        ("content-security-policy", Some(policy)),
        ("cache-control", Some("no-store")),
        ("referrer-policy", Some("no-referrer")),
        ("x-content-type-options", Some("nosniff")),
        ("x-frame-options", Some("deny")),
        ("cross-origin-resource-policy", Some("same-origin")),
        ("cross-origin-opener-policy", Some("same-origin")),
        ("set-cookie", None),
    ] {
        assert_eq!(answer.header(header), value, "{header}");
    }
    served.ended();
}

#[test]
fn a_question_is_answered_by_an_export_and_is_on_record() {
    for store in stores() {
        answered_and_on_record(store.to_str().unwrap());
    }
}

fn answered_and_on_record(store: &str) {
    let (pages, library) = (pages(), library());
    let served = over(store, pages.path(), MARTIN);
    let officer = served.officer.unwrap();
    let [one, other] = [1, 2].map(|browser| Decision::first(browser, u64::from(browser)));
    for decision in [&one, &other] {
        assert_eq!(record(served.pages, SHOP, &decision.line(&library)).status, 201);
    }
    assert_eq!(record(served.pages, OTHER, &one.line(&library)).status, 201);
    let subject = one.document(&library)["subject"].as_str().unwrap().to_owned();
    let hash = sha256(one.line(&library).as_bytes());

    let sites: Value =
        serde_json::from_str(&ask(officer, &json!({ "what": "sites" })).body).unwrap();
    assert_eq!(sites, json!({ "logs": [LOG, "other.example"] }));
    let whole = lines(&ask(officer, &json!({ "what": "whole", "log": LOG })));
    assert_eq!(whole, of_store(&served));
    let months = |from: &str, to: &str| {
        lines(&ask(officer, &json!({ "what": "months", "log": LOG, "from": from, "to": to })))
    };
    let month = whole.split("\"month\":\"").nth(1).unwrap()[..7].to_owned();
    assert_eq!(months(&month, "2099-12"), whole);
    let none = json!({ "what": "months", "log": LOG, "from": "2020-01", "to": "2020-12" });
    let answer = ask(officer, &none);
    assert_eq!((answer.status, &*answer.said()), (404, "month-unknown"));
    for question in [
        json!({ "what": "browser", "log": LOG, "subject": subject }),
        json!({ "what": "record", "log": LOG, "hash": hash }),
    ] {
        let text = lines(&ask(officer, &question));
        assert!(text.contains(&one.line(&library)), "{question}");
        assert!(!text.contains(&other.line(&library)), "{question}");
    }
    let nobody =
        lines(&ask(officer, &json!({ "what": "record", "log": LOG, "hash": sha256(b"") })));
    assert!(!nobody.contains("\"subject\""));

    let told: Value =
        serde_json::from_str(&ask(officer, &json!({ "what": "accesses" })).body).unwrap();
    let list = told["accesses"].as_array().unwrap();
    let asked: Vec<&Value> = list.iter().map(|access| &access["asked"]).collect();
    let subject_hash = sha256(subject.as_bytes());
    assert_eq!(
        asked,
        [
            &json!({ "what": "sites" }),
            &json!({ "what": "whole", "log": LOG }),
            &json!({ "what": "months", "log": LOG, "from": month, "to": "2099-12" }),
            &json!({ "what": "months", "log": LOG, "from": "2020-01", "to": "2020-12" }),
            &json!({ "what": "browser", "log": LOG, "subjectHash": subject_hash }),
            &json!({ "what": "record", "log": LOG, "hash": hash }),
            &json!({ "what": "record", "log": LOG, "hash": sha256(b"") }),
            &json!({ "what": "accesses" }),
        ]
    );
    assert!(list.iter().all(|access| access["who"] == "A. Martin"));
    assert_eq!(told["broken"], Value::Null);
    assert!(!told.to_string().contains(&subject));
    served.ended();
}

#[test]
fn a_log_is_judged_where_it_is() {
    for store in stores() {
        judged_where_it_is(store.to_str().unwrap());
    }
}

fn judged_where_it_is(store: &str) {
    let (pages, library) = (pages(), library());
    let holder =
        format!("[[officer.holder]]\nname = \"A\"\ntoken = {:?}\n", pages.path().join("token"));
    let more = "[officer]\nlisten = \"127.0.0.1:0\"\njudges = 2\n";
    let served = Served::over(store, &format!("{more}pages = {:?}\n{holder}", pages.path()), "");
    let officer = served.officer.unwrap();
    let decide = |browser: u8| {
        let line = Decision::first(browser, u64::from(browser)).line(&library);
        assert_eq!(record(served.pages, SHOP, &line).status, 201);
    };
    decide(1);
    decide(2);
    let key = PrivateKey::new(LOG, [7; 32]).unwrap().public().text();
    let question =
        |keys: &[&str]| json!({ "what": "judged", "log": LOG, "keys": keys, "language": "en" });
    let judged = |question: &Value| -> Value {
        let text = lines(&ask(officer, question));
        let mut told: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let last = told.pop().unwrap();
        let shares: Vec<u64> = told.iter().map(|told| told["read"].as_u64().unwrap()).collect();
        assert!(shares.is_sorted() && shares.first() == Some(&0) && shares.last() <= Some(&100));
        last
    };
    let told = judged(&question(&[]));
    assert_eq!(told["judged"]["holds"], true, "{told}");
    assert_eq!(told["judged"]["answer"]["records"], 2);
    assert_eq!(told["judged"]["statement"], "exportUnsigned");
    assert_eq!(told["stats"]["revision"]["rows"][0]["records"], 2);
    assert!(told["titles"].as_object().is_some_and(|titles| !titles.is_empty()));
    // Nobody has signed it with this key.
    let told = judged(&question(&[&key]));
    assert_eq!((&told["judged"]["holds"], &told["stats"]), (&json!(false), &Value::Null));
    let months = |from: &str, to: &str| {
        let mut question = question(&[]);
        question["from"] = json!(from);
        question["to"] = json!(to);
        question
    };
    assert_eq!(judged(&months("2020-01", "2099-12"))["judged"]["answer"]["records"], 2);
    let none = ask(officer, &months("2020-01", "2020-02"));
    assert_eq!((none.status, &*none.said()), (404, "month-unknown"));
    // Whoever may take no more memory is not made to.
    decide(3);
    let long = ask(officer, &question(&[]));
    assert_eq!((long.status, &*long.said()), (413, "log-too-long"));
    let accesses = store::accesses(&served.store()).unwrap();
    let whole = json!({ "what": "judged", "log": LOG });
    let some = |to: &str| json!({ "what": "judged", "log": LOG, "from": "2020-01", "to": to });
    let asked: Vec<&Value> = accesses.list.iter().map(|access| &access.asked).collect();
    assert_eq!(asked, [&whole, &whole, &some("2099-12"), &some("2020-02"), &whole]);
    served.ended();
}

#[test]
fn what_is_no_question_is_refused() {
    let pages = pages();
    let served = served(pages.path(), &[]);
    let officer = served.officer.unwrap();
    for body in [
        "",
        "[]",
        "{}",
        r#"{"what":"all"}"#,
        r#"{"what":"sites","log":"shop.example/consent"}"#,
        r#"{"what":"whole"}"#,
        r#"{"what":"whole","log":"nobody.example"}"#,
        r#"{"what":"whole","log":"shop.example/consent","subject":"x"}"#,
        r#"{"what":"browser","log":"shop.example/consent","subject":"' or 1=1 --"}"#,
        r#"{"what":"record","log":"shop.example/consent","hash":"00"}"#,
        r#"{"what":"months","log":"shop.example/consent","from":"2026-13","to":"2026-14"}"#,
        r#"{"what":"months","log":"shop.example/consent","from":"2026-01"}"#,
        r#"{"what":"months","log":"shop.example/consent","from":"2026-02","to":"2026-01"}"#,
        r#"{"what":"judged","log":"shop.example/consent","keys":[]}"#,
        r#"{"what":"judged","log":"shop.example/consent","keys":["k"],"language":"en"}"#,
        r#"{"what":"judged","log":"shop.example/consent","keys":[],"language":"en","from":"2026-01"}"#,
        r#"{"what":"judged","log":"shop.example/consent","keys":[],"language":"en","from":"2026-02","to":"2026-01"}"#,
    ] {
        let answer = ask_with(officer, body, &[]);
        assert_eq!((answer.status, &*answer.said()), (400, "question-form"), "{body}");
    }
    assert_eq!(store::accesses(&served.store()).unwrap(), Accesses::default());
    served.ended();
}

#[test]
fn what_cannot_be_put_on_record_is_not_answered() {
    let file = (
        "create trigger full_disk before insert on access begin select raise(abort, 'full'); end",
        "drop trigger full_disk",
    );
    let data_base = (
        "create function full_disk() returns trigger language plpgsql as
         'begin raise exception ''full''; end';
         create trigger full_disk before insert on access execute function full_disk()",
        "drop trigger full_disk on access",
    );
    for (store, (fill, free)) in stores().iter().zip([file, data_base]) {
        unrecorded(store.to_str().unwrap(), fill, free);
    }
}

fn unrecorded(store: &str, fill: &str, free: &str) {
    let (pages, library) = (pages(), library());
    let served = over(store, pages.path(), MARTIN);
    let officer = served.officer.unwrap();
    let store = served.store();
    assert_eq!(record(served.pages, SHOP, &Decision::first(1, 1).line(&library)).status, 201);
    change(&store, fill);
    for question in [json!({ "what": "sites" }), json!({ "what": "whole", "log": LOG })] {
        let answer = ask(officer, &question);
        assert_eq!((answer.status, &*answer.said()), (503, "access-unrecorded"));
        assert!(!answer.body.contains("subject"));
    }
    change(&store, free);
    assert_eq!(ask(officer, &json!({ "what": "sites" })).status, 200);
    // One that was changed, or taken out, is found.
    assert_eq!(ask(officer, &json!({ "what": "accesses" })).status, 200);
    let broken = || store::accesses(&store).unwrap().broken;
    assert_eq!(broken(), None);
    change(&store, "update access set line = replace(line, 'Martin', 'Nobody') where place = 1");
    assert_eq!(broken(), Some(2));
    change(&store, "delete from access where place = 1");
    assert_eq!(broken(), Some(1));
    served.ended();
}

#[test]
fn an_officer_from_elsewhere_needs_a_token() {
    let pages = pages();
    let text = |more: &str| format!("[officer]\npages = {:?}\n{more}\n{}", pages.path(), site());
    let none = Overrides::default();
    assert_eq!(problems(&text(""), &none), [""; 0]);
    let holder = |name: &str, token: &str| {
        format!("[[officer.holder]]\nname = \"{name}\"\ntoken = {:?}\n", pages.path().join(token))
    };
    let anywhere = "listen = \"0.0.0.0:8789\"\n";
    assert_eq!(problems(&text(&(anywhere.to_owned() + &holder("A", "token"))), &none), [""; 0]);
    fs::write(pages.path().join("short"), "abc").unwrap();
    for (more, want) in [
        (
            anywhere.to_owned(),
            "officer.holder: found `0.0.0.0:8789`; whoever reaches it from elsewhere needs a token",
        ),
        (
            "hosts = [\"audit.shop.example\"]\n".to_owned(),
            "officer.holder: found `audit.shop.example`",
        ),
        (
            "hosts = [\"https://a.example\"]\n".to_owned(),
            "officer.hosts[0]: found `https://a.example`; give a host",
        ),
        (
            "listen = \"127.0.0.1:8787\"\n".to_owned(),
            "officer.listen: found `127.0.0.1:8787`; give another port",
        ),
        (holder("A", "short"), "officer.holder[0].token: "),
        (holder("A", "gone"), "officer.holder[0].token: "),
        (
            holder("A", "token") + &holder("B", "token"),
            "officer.holder[1].name: found `B`; another holder",
        ),
        (holder("", "token"), "officer.holder[0].name: "),
        ("judges = 0\n".to_owned(), "officer.judges: found `0`; give a number from 1"),
        ("nobody = 1\n".to_owned(), "officer.nobody: there is no such setting here"),
    ] {
        let found = problems(&text(&more), &none);
        assert!(found.iter().any(|problem| problem.starts_with(want)), "{want}\n{found:#?}");
        assert!(!found.iter().any(|problem| problem.contains("abc")), "a token is never told");
    }
    let flag = Overrides { officer: Some("0.0.0.0:1".to_owned()), ..Overrides::default() };
    let found = problems(&site(), &flag);
    assert!(found.iter().any(|problem| problem.starts_with("officer.holder")), "{found:#?}");
    assert!(found.iter().any(|problem| problem.starts_with("officer.pages")), "{found:#?}");
    let without = pages.path().join("collector.toml");
    fs::write(&without, site()).unwrap();
    assert!(read(Some(&without), &none).ok().unwrap().officer.is_none());
}
