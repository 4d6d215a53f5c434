//! What hostile senders get, and others meanwhile: who is slow, who floods, whose bytes are broken; and a store that
//! refuses, or keeps everybody waiting.

use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::mpsc,
    thread,
};

use consentinel_collector::store::Lines;

use crate::{
    sample::{Decision, canonical, library, reworded},
    served::{Answer, OTHER, SHOP, Served, all_of, head, record, send},
};

#[test]
fn whoever_is_slow_is_let_go_and_takes_nobodys_place_for_long() {
    let served = Served::start("patience-ms = 300\nconnections = 3", "");
    let library = library();
    let line = Decision::first(1, 1).line(&library);
    let length = line.len().to_string();
    let whole = head(
        "POST",
        "/v1/records",
        &[("Origin", SHOP), ("Content-Type", "text/plain"), ("Content-Length", &length)],
    );
    // All places: nothing at all, half a head, and a head with half a body.
    let halves = ["", &whole[..whole.len() - 4], &*(whole.clone() + &line[..100])];
    let mut slow: Vec<TcpStream> = Vec::new();
    for half in halves {
        let mut stream = TcpStream::connect(served.pages).unwrap();
        stream.write_all(half.as_bytes()).unwrap();
        slow.push(stream);
    }
    // This one waits until a place is free, and is served then.
    assert_eq!(record(served.pages, OTHER, &line).status, 201);
    let ends: Vec<Vec<u8>> = slow.iter_mut().map(all_of).collect();
    assert!(ends[0].is_empty() || Answer::of(&ends[0]).status == 408);
    assert!(ends[1].is_empty() || Answer::of(&ends[1]).status == 408);
    let answer = Answer::of(&ends[2]);
    assert_eq!((answer.status, &*answer.said()), (408, "body-slow"));
    assert_eq!(served.ended(), [line]);
}

#[test]
fn a_site_that_floods_is_told_to_wait_and_another_is_served() {
    let (served, library) = (Served::start("", "rate = 1\nburst = 3"), library());
    let mut statuses = BTreeSet::new();
    for id in 0..40 {
        let answer = record(served.pages, SHOP, &Decision::first(1, id).line(&library));
        if answer.status == 429 {
            assert_eq!(answer.said(), "rate-exceeded");
            assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
            assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
            assert_eq!(answer.header("access-control-expose-headers"), Some("retry-after"));
        }
        statuses.insert(answer.status);
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [201, 429]);
    for id in 100..110 {
        let answer = record(served.pages, OTHER, &Decision::first(2, id).line(&library));
        assert_eq!(answer.status, 201);
    }
    assert!(served.ended().len() >= 13);
}

/// Numbers that look random and are always the same (xorshift, G. Marsaglia, 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

/// A request that was changed in a few places: bytes changed, taken out, doubled, cut.
fn broken(request: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = request.to_vec();
    for _ in 0..=numbers.below(4) {
        if bytes.is_empty() {
            break;
        }
        let (at, length) = (numbers.below(bytes.len()), 1 + numbers.below(12));
        let end = bytes.len().min(at + length);
        match numbers.below(6) {
            0 => bytes[at] = numbers.below(256) as u8,
            1 => bytes[at] ^= 1 << numbers.below(8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let part = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, part));
            }
            4 => bytes.truncate(at),
            _ => drop(
                bytes.splice(at..at, [b"\r\n", b"\0\0", b"\"}", b"{\""][numbers.below(4)].to_vec()),
            ),
        }
    }
    bytes
}

#[test]
fn whatever_bytes_come_it_goes_on_and_its_store_holds() {
    let served = Served::start("patience-ms = 5000", "rate = 100000\nburst = 100000");
    let library = library();
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let notice = canonical(&reworded(&library));
    for round in 0..600_u64 {
        let (path, body) = match round % 8 {
            0 => ("/v1/notices", notice.clone()),
            _ => ("/v1/records", Decision::first(1, round).line(&library)),
        };
        let length = body.len().to_string();
        let whole = head(
            "POST",
            path,
            &[("Origin", SHOP), ("Content-Type", "text/plain"), ("Content-Length", &length)],
        ) + &body;
        let mut stream = TcpStream::connect(served.pages).unwrap();
        // It may have refused what came so far.
        let _ = stream.write_all(&broken(whole.as_bytes(), &mut numbers));
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let answer = all_of(&mut stream);
        if !answer.is_empty() {
            let status = Answer::of(&answer).status;
            let known = [200, 201, 400, 403, 404, 405, 408, 409, 413, 414, 415, 422, 431, 503];
            assert!(known.contains(&status), "round {round}: {status}");
        }
    }
    let line = Decision::first(9, 9999).line(&library);
    assert_eq!(record(served.pages, SHOP, &line).status, 201);
    let store = served.store();
    let lines = served.ended();
    assert!(lines.contains(&line));
    let mut text = Vec::new();
    let path = store.with_file_name("store.db#shop.example/consent");
    Lines::open(&path).unwrap().read_to_end(&mut text).unwrap();
    crate::stores::sound(&text);
}

#[test]
fn while_the_store_refuses_nothing_is_acknowledged_and_then_it_goes_on() {
    let (served, library) = (Served::start("", ""), library());
    let line = Decision::first(1, 1).line(&library);
    let beside = rusqlite::Connection::open(served.store()).unwrap();
    beside.execute_batch("alter table record rename to hidden").unwrap();
    for _ in 0..2 {
        let answer = record(served.pages, SHOP, &line);
        assert_eq!((answer.status, &*answer.said()), (503, "store-failed"));
        // What the store said of it is for the log.
        assert!(!answer.body.contains("no such table"), "{}", answer.body);
    }
    beside.execute_batch("alter table hidden rename to record").unwrap();
    assert_eq!(record(served.pages, SHOP, &line).status, 201);
    let numbers = send(served.operator, head("GET", "/metrics", &[]).as_bytes());
    assert!(numbers.body.contains("consentinel_failures_total 2"), "{}", numbers.body);
    assert_eq!(served.ended(), [line]);
}

#[test]
fn a_site_whose_records_wait_for_the_store_is_told_to_come_later() {
    let (served, library) = (Served::start("queue = 1", ""), library());
    let beside = rusqlite::Connection::open(served.store()).unwrap();
    beside.execute_batch("begin immediate").unwrap();
    let (told, answers) = mpsc::channel();
    let lines: Vec<String> =
        (1..3).map(|number| Decision::first(number, number.into()).line(&library)).collect();
    for line in lines.clone() {
        let (told, pages) = (told.clone(), served.pages);
        thread::spawn(move || told.send((record(pages, SHOP, &line), line)));
    }
    // One of them has the place, and is answered once it is kept.
    let (early, other) = answers.recv().unwrap();
    assert_eq!((early.status, &*early.said()), (503, "busy"));
    assert!(early.header("retry-after").is_some());
    beside.execute_batch("rollback").unwrap();
    let (late, kept) = answers.recv().unwrap();
    assert_eq!(late.status, 201);
    assert_eq!(record(served.pages, SHOP, &other).status, 201);
    assert_eq!(served.ended(), [kept, other]);
}
