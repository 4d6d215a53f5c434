//! Several collectors on one PostgreSQL, under load at once: nothing is lost, nothing doubled, and the export is whole. Then
//! the same while the primary is killed and its synchronous standby takes over, which the collectors find by themselves.

use std::{
    collections::BTreeMap,
    io::Read as _,
    net::SocketAddr,
    path::Path,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use consentinel::hash::sha256;
use consentinel_audit::library::Library;
use consentinel_collector::store::Lines;
use tempfile::TempDir;

use consentinel_cluster::{Cluster, address};

use crate::{
    sample::{Decision, canonical, library, reworded},
    served::{SHOP, Served, post, record},
    stores::{schema, sound},
};

const FAST: &str = "rate = 1000000\nburst = 1000000";
const SENDERS: usize = 8;

fn two_over(store: &str) -> [Served; 2] {
    [Served::over(store, "", FAST), Served::over(store, "", FAST)]
}

/// Chains of so many records each, of browsers of their own.
fn chains(library: &Library, browsers: u8, length: i64) -> Vec<Vec<String>> {
    (0..browsers)
        .map(|browser| {
            let mut lines: Vec<String> = Vec::new();
            for sequence in 0..length {
                let first = Decision::first(browser, sequence as u64 * 256 + u64::from(browser));
                let previous = lines.last().cloned();
                lines.push(Decision { sequence, previous, ..first }.line(library));
            }
            lines
        })
        .collect()
}

/// Has senders take one chain after the other.
fn send(chains: &[Vec<String>], sender: impl Fn(&str) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                while let Some(chain) = chains.get(next.fetch_add(1, Ordering::Relaxed)) {
                    chain.iter().for_each(|line| sender(line));
                }
            });
        }
    });
}

/// How often each record is in the store, which must be a sound export.
fn kept(store: &str) -> BTreeMap<String, usize> {
    let mut text = Vec::new();
    let path = format!("{store}#shop.example/consent");
    Lines::open(Path::new(&path)).unwrap().read_to_end(&mut text).unwrap();
    sound(&text);
    let mut kept = BTreeMap::new();
    for line in String::from_utf8(text).unwrap().lines() {
        if line.starts_with("{\"action\":") {
            *kept.entry(line.to_owned()).or_default() += 1;
        }
    }
    kept
}

fn once(chains: &[Vec<String>]) -> BTreeMap<String, usize> {
    chains.iter().flatten().map(|line| (line.clone(), 1)).collect()
}

#[test]
fn two_collectors_on_one_data_base_keep_each_record_once() {
    let (library, store) = (library(), schema().display().to_string());
    let mut collectors = two_over(&store);
    let pages: Vec<SocketAddr> = collectors.iter().map(|served| served.pages).collect();
    let chains = chains(&library, 40, 3);
    send(&chains, |line| {
        // Both get it at the same time, as where a page was not answered and asks another.
        let mut statuses: Vec<u16> = thread::scope(|scope| {
            let asked: Vec<_> =
                pages.iter().map(|page| scope.spawn(|| record(*page, SHOP, line).status)).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201]);
    });
    // A notice in other words that one of them was sent is one that the other can be told of.
    let own = canonical(&reworded(&library));
    let mut lines = Vec::new();
    for (page, (browser, status)) in pages.iter().zip([(50, 201), (51, 200)]) {
        let mut document = Decision::first(browser, 1).document(&library);
        document["notice"]["hash"] = sha256(own.as_bytes()).into();
        let line = canonical(&document);
        assert_eq!(record(*page, SHOP, &line).status, 409);
        assert_eq!(post(*page, "/v1/notices", SHOP, own.as_bytes()).status, status);
        assert_eq!(record(*page, SHOP, &line).status, 201);
        lines.push(line);
    }
    collectors.iter_mut().for_each(Served::end);
    assert_eq!(kept(&store), once(&[chains, vec![lines]].concat()));
}

#[test]
fn what_was_acknowledged_outlives_the_primary() {
    let (library, folders) = (library(), [TempDir::new().unwrap(), TempDir::new().unwrap()]);
    let synchronous = ["synchronous_standby_names=*"];
    let mut primary = Cluster::begin(folders[0].path(), &synchronous).unwrap();
    let standby = primary.standby(folders[1].path(), &[]).unwrap();
    let store = address(&[&primary, &standby], "");
    let mut collectors = two_over(&store);
    let pages: Vec<SocketAddr> = collectors.iter().map(|served| served.pages).collect();
    let chains = chains(&library, 120, 3);
    let (told, acknowledged) = mpsc::channel();
    let turn = AtomicUsize::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            send(&chains, |line| {
                let page = pages[turn.fetch_add(1, Ordering::Relaxed) % pages.len()];
                loop {
                    match record(page, SHOP, line).status {
                        200 | 201 => break told.send(()).unwrap(),
                        503 => {}
                        status => panic!("{status}"),
                    }
                }
            });
        });
        // In the middle of it.
        acknowledged.iter().take(100).for_each(drop);
        primary.kill().unwrap();
        standby.say("select pg_promote()").unwrap();
    });
    drop(told);
    assert!(acknowledged.iter().count() > 0, "the primary went when all was over");
    collectors.iter_mut().for_each(Served::end);
    assert_eq!(kept(&store), once(&chains));
}
