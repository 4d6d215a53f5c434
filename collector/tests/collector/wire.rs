//! The wire, on loopback: every answer of docs/collector.md. What hostile senders get is `hostile`.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
};

use consentinel::hash::sha256;
use consentinel_collector::store::Lines;
use serde_json::{Value, json};

use crate::{
    sample::{Decision, NOW_MS, canonical, library, reworded},
    served::{Answer, OTHER, SHOP, Served, all_of, head, post, record, send},
};

#[test]
fn a_record_is_kept_once_and_the_page_may_read_that() {
    let (served, library) = (Served::start("", ""), library());
    let line = Decision::first(1, 1).line(&library);
    for (status, word) in [(201, "kept"), (200, "known"), (200, "known")] {
        let answer = record(served.pages, SHOP, &line);
        assert_eq!((answer.status, &*answer.said()), (status, word));
        assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_eq!(answer.header("set-cookie"), None);
        assert_eq!(answer.header("vary"), Some("origin"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    // Another site has a log of its own.
    assert_eq!(record(served.pages, OTHER, &line).status, 201);
    assert_eq!(served.ended(), [line.clone(), line]);
}

/// What is changed in a record, how, and what it is answered.
type Change = (&'static str, fn(&mut Value), u16, &'static str);

fn changes() -> Vec<Change> {
    vec![
        ("a field more", |record| record["address"] = json!("192.0.2.1"), 400, "record-field"),
        (
            "a field less",
            |record| drop(record.as_object_mut().unwrap().remove("left")),
            400,
            "record-field",
        ),
        ("a number as a text", |record| record["sequence"] = json!("0"), 400, "record-field"),
        ("another version", |record| record["version"] = json!(2), 400, "record-field"),
        ("a pseudonym that is none", |record| record["subject"] = json!("me"), 400, "record-field"),
        (
            "granted and denied",
            |record| record["granted"] = record["denied"].clone(),
            422,
            "choice-contradicts",
        ),
        ("rejected and granted", |record| record["denied"] = json!([]), 422, "action-contradicts"),
        (
            "ends before it begins",
            |record| record["expiresAtMs"] = json!(1),
            422,
            "expiry-impossible",
        ),
        (
            "another policy",
            |record| record["policy"]["hash"] = json!(sha256(b"")),
            503,
            "policy-unknown",
        ),
        (
            "another revision",
            |record| record["policy"]["revision"] = json!("x"),
            422,
            "policy-contradicts",
        ),
        (
            "another notice",
            |record| record["notice"]["hash"] = json!(sha256(b"")),
            409,
            "notice-unknown",
        ),
        (
            "another language",
            |record| record["notice"]["language"] = json!("de"),
            422,
            "notice-contradicts",
        ),
        ("a choice of nobody", |record| record["denied"] = json!(["zzz"]), 422, "choice-unknown"),
        (
            "not all, and a signal",
            |record| {
                record["signals"] = json!(["gpc"]);
                let denied = record["denied"].as_array().unwrap()[..1].to_vec();
                record["denied"] = json!(denied);
            },
            422,
            "choice-unknown",
        ),
        (
            "a place without one before it",
            |record| record["sequence"] = json!(4),
            422,
            "sequence-broken",
        ),
        (
            "a place after nothing",
            |record| record["previous"] = json!(sha256(b"x")),
            422,
            "sequence-broken",
        ),
    ]
}

#[test]
fn what_is_no_record_is_refused_and_nothing_of_it_is_repeated() {
    let (served, library) = (Served::start("", ""), library());
    let decision = Decision::first(1, 1);
    for (name, change, status, code) in changes() {
        let mut document = decision.document(&library);
        change(&mut document);
        let answer = record(served.pages, SHOP, &canonical(&document));
        assert_eq!((answer.status, &*answer.said()), (status, code), "{name}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP), "{name}");
        let subject = document["subject"].as_str().unwrap();
        assert!(!answer.body.contains(subject), "{name}: {}", answer.body);
        assert_eq!(answer.header("retry-after").is_some(), status == 503, "{name}");
    }
    let line = decision.line(&library);
    let bodies: &[(&str, Vec<u8>, &str)] = &[
        ("nothing", Vec::new(), "record-form"),
        ("a line feed", b"\n".to_vec(), "record-form"),
        ("a line and two line feeds", format!("{line}\n\n").into_bytes(), "record-not-canonical"),
        ("two lines", format!("{line}\n{line}").into_bytes(), "record-form"),
        ("a space before", format!(" {line}").into_bytes(), "record-not-canonical"),
        ("half a line", line.as_bytes()[..line.len() / 2].to_vec(), "record-form"),
        ("no UTF-8", vec![0xff, 0xfe], "record-not-canonical"),
        ("another line of an export", br#"{"erased":"00"}"#.to_vec(), "record-form"),
        ("deep", vec![b'['; 60_000], "record-form"),
        ("a form", b"line=x&y=z".to_vec(), "record-form"),
    ];
    for (name, body, code) in bodies {
        let answer = post(served.pages, "/v1/records", SHOP, body);
        assert_eq!((answer.status, &*answer.said()), (400, *code), "{name}");
    }
    // A record that holds is still taken, and the end of its line is no part of it.
    assert_eq!(record(served.pages, SHOP, &format!("{line}\n")).status, 201);
    assert_eq!(record(served.pages, SHOP, &line).status, 200);
    assert_eq!(served.ended(), [line]);
}

#[test]
fn who_may_not_ask_gets_the_status_that_says_so() {
    let (served, library) = (Served::start("record-bytes = 2000", ""), library());
    let line = Decision::first(1, 1).line(&library);
    let kind = ("Content-Type", "text/plain");
    let length = line.len().to_string();
    let length = ("Content-Length", &*length);
    let cases: &[(&str, String, u16, &str, bool)] = &[
        ("no origin", head("POST", "/v1/records", &[kind, length]), 403, "origin-foreign", false),
        (
            "another origin",
            head("POST", "/v1/records", &[("Origin", "https://evil.example"), kind, length]),
            403,
            "origin-foreign",
            false,
        ),
        (
            "two origins",
            head(
                "POST",
                "/v1/records",
                &[("Origin", SHOP), ("Origin", "https://evil.example"), kind, length],
            ),
            403,
            "origin-foreign",
            false,
        ),
        (
            "a part of it",
            head(
                "POST",
                "/v1/records",
                &[("Origin", "https://shop.example.evil.example"), kind, length],
            ),
            403,
            "origin-foreign",
            false,
        ),
        (
            "an opaque origin",
            head("POST", "/v1/records", &[("Origin", "null"), kind, length]),
            403,
            "origin-foreign",
            false,
        ),
        (
            "JSON",
            head(
                "POST",
                "/v1/records",
                &[("Origin", SHOP), ("Content-Type", "application/json"), length],
            ),
            415,
            "type-unknown",
            true,
        ),
        (
            "text in another encoding",
            head(
                "POST",
                "/v1/records",
                &[("Origin", SHOP), ("Content-Type", "text/plain; charset=latin1"), length],
            ),
            415,
            "type-unknown",
            true,
        ),
        (
            "no type",
            head("POST", "/v1/records", &[("Origin", SHOP), length]),
            415,
            "type-unknown",
            true,
        ),
        (
            "too long",
            head("POST", "/v1/records", &[("Origin", SHOP), kind, ("Content-Length", "2001")]),
            413,
            "body-too-large",
            true,
        ),
        (
            "far too long",
            head(
                "POST",
                "/v1/records",
                &[("Origin", SHOP), kind, ("Content-Length", "99999999999999")],
            ),
            413,
            "body-too-large",
            true,
        ),
        (
            "another path",
            head("POST", "/v1/record", &[("Origin", SHOP), kind, length]),
            404,
            "path-unknown",
            false,
        ),
        ("the numbers", head("GET", "/metrics", &[("Origin", SHOP)]), 404, "path-unknown", false),
        (
            "another method",
            head("GET", "/v1/records", &[("Origin", SHOP)]),
            405,
            "method-unknown",
            false,
        ),
        (
            "a preflight",
            head(
                "OPTIONS",
                "/v1/records",
                &[("Origin", SHOP), ("Access-Control-Request-Method", "POST")],
            ),
            405,
            "method-unknown",
            false,
        ),
    ];
    for (name, head, status, code, is_told) in cases {
        let answer = send(served.pages, &[head.as_bytes(), line.as_bytes()].concat());
        assert_eq!((answer.status, &*answer.said()), (*status, *code), "{name}");
        assert_eq!(answer.header("access-control-allow-origin").is_some(), *is_told, "{name}");
    }
    // In pieces, without saying how many there will be.
    let headers = [("Origin", SHOP), kind, ("Transfer-Encoding", "chunked")];
    let mut pieces = head("POST", "/v1/records", &headers).into_bytes();
    for _ in 0..3 {
        pieces.extend_from_slice(b"400\r\n");
        pieces.extend_from_slice(&[b'x'; 1024]);
        pieces.extend_from_slice(b"\r\n");
    }
    let answer = send(served.pages, &pieces);
    assert_eq!((answer.status, &*answer.said()), (413, "body-too-large"));
    // What is no HTTP at all gets no answer of ours, or hyper's 400.
    for bytes in [&b"\x16\x03\x01\x02\x00\x01"[..], b"POST\r\n\r\n", &[b'A'; 40_000]] {
        let mut stream = TcpStream::connect(served.pages).unwrap();
        let _ = stream.write_all(bytes);
        stream.shutdown(std::net::Shutdown::Write).ok();
        let answer = all_of(&mut stream);
        assert!(answer.is_empty() || Answer::of(&answer).status >= 400);
    }
    assert!(served.ended().is_empty());
}

#[test]
fn notices_are_those_of_given_policies() {
    let (served, library) = (Served::start("", "own-notices = 1"), library());
    let notice = |document: &Value| {
        let text = canonical(document);
        let answer = post(served.pages, "/v1/notices", SHOP, text.as_bytes());
        (answer.status, answer.said())
    };
    let known: Value =
        serde_json::from_str(&crate::sample::notice(&library, "de").1.canonical()).unwrap();
    assert_eq!(notice(&known), (200, "known".to_owned()));
    let own = reworded(&library);
    // What the policy says is as the policy says it.
    for (name, key, value) in [
        ("another controller", "controller", json!({ "name": "Evil" })),
        ("no categories", "categories", json!([])),
        ("another arrangement", "layout", json!(99)),
        ("a field more", "extra", json!(true)),
        ("another language", "language", json!("de")),
    ] {
        let mut forged = own.clone();
        forged[key] = value;
        assert_eq!(notice(&forged), (422, "notice-foreign".to_owned()), "{name}");
    }
    for body in [&b"{}"[..], b"", b"\xff", b"{ \"layout\": 3 }", b"[1]"] {
        let answer = post(served.pages, "/v1/notices", SHOP, body);
        assert!(
            matches!(
                (answer.status, &*answer.said()),
                (400, "notice-form") | (422, "notice-foreign")
            ),
            "{answer:?}"
        );
    }
    // A record that names it waits for it.
    let hash = sha256(canonical(&own).as_bytes());
    let mut document = Decision::first(1, 1).document(&library);
    document["notice"]["hash"] = json!(hash);
    let line = canonical(&document);
    assert_eq!(record(served.pages, SHOP, &line).status, 409);
    assert_eq!(notice(&own), (201, "kept".to_owned()));
    assert_eq!(notice(&own), (200, "known".to_owned()));
    assert_eq!(record(served.pages, SHOP, &line).status, 201);
    // The other site knows nothing of it.
    assert_eq!(record(served.pages, OTHER, &line).status, 409);
    let mut second = own.clone();
    second["texts"]["save"] = json!("Conserver");
    assert_eq!(notice(&second), (503, "notices-full".to_owned()));
    let store = served.store();
    assert_eq!(served.ended(), [line]);
    let mut text = String::new();
    let path = store.with_file_name("store.db#shop.example/consent");
    // The folder is gone with the server; what was read of it before is still there.
    Lines::open(&path).unwrap().read_to_string(&mut text).unwrap();
    assert!(text.contains(&format!("{{\"notice\":{}}}", canonical(&own))));
}

#[test]
fn what_is_under_way_when_it_stops_is_answered_and_kept() {
    let (mut served, library) = (Served::start("", ""), library());
    let line = Decision::first(1, 1).line(&library);
    let length = line.len().to_string();
    let head = head(
        "POST",
        "/v1/records",
        &[
            ("Origin", SHOP),
            ("Content-Type", "text/plain"),
            ("Content-Length", &length),
            ("Expect", "100-continue"),
        ],
    );
    let mut stream = TcpStream::connect(served.pages).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    // The server says that it reads the body: so the request is under way.
    let mut part = [0; 25];
    stream.read_exact(&mut part).unwrap();
    assert!(part.starts_with(b"HTTP/1.1 100 Continue"), "{part:?}");
    served.stop();
    stream.write_all(line.as_bytes()).unwrap();
    let answer = Answer::of(&all_of(&mut stream));
    assert_eq!((answer.status, &*answer.said()), (201, "kept"));
    assert_eq!(served.ended(), [line]);
}

#[test]
fn numbers_name_sites_and_codes_and_nobody() {
    let (served, library) = (Served::start("", ""), library());
    let decision = Decision::first(1, 1);
    let line = decision.line(&library);
    for _ in 0..2 {
        record(served.pages, SHOP, &line);
    }
    record(served.pages, "https://evil.example", &line);
    record(served.pages, SHOP, "{}");
    let late = Decision { at_ms: NOW_MS + 3 * 86_400_000, ..Decision::first(2, 2) };
    assert_eq!(record(served.pages, SHOP, &late.line(&library)).status, 201);
    let answer = send(served.operator, head("GET", "/metrics", &[]).as_bytes());
    assert_eq!(answer.status, 200);
    for line in [
        r#"consentinel_records_total{site="shop",answer="kept"} 2"#,
        r#"consentinel_records_total{site="shop",answer="known"} 1"#,
        r#"consentinel_records_total{site="shop",answer="record-form"} 1"#,
        r#"consentinel_records_total{site="",answer="origin-foreign"} 1"#,
        r#"consentinel_flags_total{site="shop",answer="clock"} 1"#,
        "# EOF",
    ] {
        assert!(answer.body.contains(line), "{line}\n{}", answer.body);
    }
    let document = decision.document(&library);
    for key in ["subject", "id", "build"] {
        assert!(!answer.body.contains(document[key].as_str().unwrap()), "{key}");
    }
    let answer = send(served.operator, head("GET", "/healthz", &[]).as_bytes());
    assert_eq!((answer.status, &*answer.said()), (200, "well"));
    assert_eq!(send(served.operator, head("POST", "/v1/records", &[]).as_bytes()).status, 404);
    let nowhere = send(served.operator, head("GET", "/", &[]).as_bytes());
    assert_eq!((nowhere.status, &*nowhere.said()), (404, "path-unknown"));
    assert!(nowhere.body.contains("/metrics and /healthz"), "{}", nowhere.body);
    served.ended();
}

#[test]
fn every_code_stands_in_the_document() {
    let page =
        fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/collector.md"))
            .unwrap();
    let source = include_str!("../../src/refusal.rs");
    let rows = source.lines().filter_map(|line| {
        let mut words = line.trim().split(' ');
        let (_, status, code) = (words.next()?, words.next()?, words.next()?);
        let status = status.parse::<u16>().ok()?;
        Some((status, code.trim_matches('"')))
    });
    let mut count = 0;
    for (status, code) in rows {
        count += 1;
        let is_there = |line: &str| {
            line.starts_with(&format!("| {status} |")) && line.contains(&format!("`{code}`"))
        };
        assert!(page.lines().any(is_there), "docs/collector.md lacks {status} {code}");
    }
    assert!(count >= 12);
}
