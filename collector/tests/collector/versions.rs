//! What only a file does, behind the cases that every store passes: records of all its parts are found, and one of version 1
//! is read as it is, and brought to the present version, whole or not at all.

use std::{fs, io::Read as _, path::Path};

use consentinel::{hash::digest, record::Record};
use consentinel_audit::library::Library;
use consentinel_collector::store::{self, Document, GAP, Kept, Kind, Lines, Log, Store};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::{
    sample::{Decision, NOW_MS, library},
    stores::{arrival, change},
};

const ORIGIN: &str = "shop.example/consent";

fn unsigned(_: &str, text: &str) -> String {
    text.to_owned()
}

fn begin(path: &Path, library: &Library) -> (Box<dyn Store>, Log) {
    let mut store = store::open(path).unwrap();
    let log = store.log(ORIGIN, NOW_MS, &unsigned).unwrap();
    let (_, policy) = library.policies.first_key_value().unwrap();
    let (_, notice) = crate::sample::notice(library, "fr");
    for (kind, json) in [(Kind::Policy, policy), (Kind::Notice, &notice)] {
        let text = json.canonical();
        let hash = digest(text.as_bytes());
        store.keep_document(log, &Document { kind, hash, text }).unwrap();
    }
    (store, log)
}

/// Keeps these, one after the other; what became of each.
fn keep(store: &mut dyn Store, log: Log, lines: &[&str]) -> Vec<Kept> {
    let arrivals: Vec<_> = lines.iter().map(|line| arrival(log, line, NOW_MS)).collect();
    store.keep(&arrivals, &unsigned).unwrap()
}

/// A further decision of a browser.
fn behind(before: &str, browser: u8, sequence: i64, id: u64, library: &Library) -> String {
    let previous = Some(before.to_owned());
    Decision { browser, sequence, previous, id, at_ms: NOW_MS }.line(library)
}

fn subject(line: &str) -> String {
    Record::of_line(line).unwrap().subject.to_string()
}

/// All that a reader sees: the export, and what it finds of each browser and each record.
fn seen(path: &Path, lines: &[&str]) -> Vec<String> {
    let mut text = String::new();
    Lines::now(path).unwrap().read_to_string(&mut text).unwrap();
    let mut seen = vec![text];
    for line in lines {
        let (mut of_browser, receipts) = Lines::now(path).unwrap().about(&subject(line)).unwrap();
        let mut text = format!("{receipts:?}\n");
        of_browser.read_to_string(&mut text).unwrap();
        seen.push(text);
        let found = Lines::now(path).unwrap().subject_of(&digest(line.as_bytes())).unwrap();
        seen.push(format!("{found:?}"));
    }
    seen
}

#[test]
fn records_are_found_whichever_part_of_a_file_has_them() {
    let (library, folder) = (library(), TempDir::new().unwrap());
    let path = folder.path().join("store.db");
    let (mut store, log) = begin(&path, &library);
    let a0 = Decision::first(1, 1).line(&library);
    let a1 = behind(&a0, 1, 1, 2, &library);
    let a2 = behind(&a1, 1, 2, 3, &library);
    let b0 = Decision::first(2, 4).line(&library);
    let fork = behind(&a0, 1, 1, 5, &library);
    let far = behind(&a0, 1, 7, 6, &library);
    let same_id = Decision { at_ms: NOW_MS - 1, ..Decision::first(1, 1) }.line(&library);
    assert_eq!(keep(&mut *store, log, &[&a0]), [Kept::New(0)]);
    // As if so many had come between: the next are in the parts 1, 90 and 91.
    for (place, next) in [(1, 65_535), (65_536, 90 * 65_536 + 65_534)] {
        change(
            &path,
            &format!(
                "update record set place = {next} where place = {place};
                 update known set part = {next} >> 16, nth = {next} & 65535
                 where part = {place} >> 16 and nth = {place} & 65535"
            ),
        );
        let next = if place == 1 { &a1 } else { &b0 };
        assert_eq!(keep(&mut *store, log, &[next]), [Kept::New(0)]);
    }
    assert_eq!(keep(&mut *store, log, &[&a2]), [Kept::New(0)]);
    let parts = "select group_concat(distinct part) from known";
    let parts: String =
        Connection::open(&path).unwrap().query_row(parts, [], |row| row.get(0)).unwrap();
    assert_eq!(parts, "0,90,91");
    for _ in 0..2 {
        let odd = keep(&mut *store, log, &[&a0, &a1, &a2, &b0, &same_id, &far]);
        assert_eq!(odd[..4], [Kept::Known; 4]);
        assert!(odd[4..].iter().all(|kept| matches!(kept, Kept::Refused(_))), "{odd:?}");
        // What it has in memory is of the file alone.
        drop(store);
        store = store::open(&path).unwrap();
    }
    assert_eq!(keep(&mut *store, log, &[&fork]), [Kept::New(store::FORK)]);
    let seen = seen(&path, &[&a0, &b0]);
    for line in [&a0, &a1, &a2, &fork] {
        assert_eq!(seen[1].matches(&**line).count(), 1);
    }
    assert_eq!(store::erase(&path, &subject(&a0), "asked", 0).unwrap(), 4);
    assert_eq!(keep(&mut *store, log, &[&a0, &a1, &a2, &fork]), [Kept::Known; 4]);
    let left = "select (select count(*) from known) || ' ' || (select count(*) from erased)";
    let left: String =
        Connection::open(&path).unwrap().query_row(left, [], |row| row.get(0)).unwrap();
    assert_eq!(left, "3 4");
}

/// Makes a store of version 1 of what a store has.
fn version_1(of: &Path, path: &Path) {
    let schema = include_str!("version-1.sql");
    let copied = ["log", "document", "month", "named", "journal", "access"]
        .map(|table| format!("insert into {table} select * from now.{table};"))
        .concat();
    let copy = format!(
        "{schema} attach '{}' as now; {copied}
         insert into record select * from now.record; insert into awaited select * from waiting;",
        of.display()
    );
    Connection::open(path).unwrap().execute_batch(&copy).unwrap();
}

fn version(path: &Path) -> i64 {
    let file = Connection::open(path).unwrap();
    file.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn a_file_of_version_1_is_read_and_goes_on_as_one_of_the_present_version() {
    let (library, folder) = (library(), TempDir::new().unwrap());
    let path = folder.path().join("now.db");
    let (mut store, log) = begin(&path, &library);
    let a0 = Decision::first(1, 1).line(&library);
    let a1 = behind(&a0, 1, 1, 2, &library);
    let b0 = Decision::first(2, 3).line(&library);
    let c0 = Decision::first(3, 4).line(&library);
    let c1 = behind(&c0, 3, 1, 5, &library);
    let lines: [&str; 3] = [&a0, &b0, &c1];
    assert_eq!(keep(&mut *store, log, &lines), [Kept::New(0), Kept::New(0), Kept::New(GAP)]);
    assert_eq!(store::erase(&path, &subject(&b0), "asked", 0).unwrap(), 1);
    let want = seen(&path, &lines);
    let old = folder.path().join("old.db");
    version_1(&path, &old);
    assert_eq!(seen(&old, &lines), want);
    assert_eq!(version(&old), 1, "who only reads changes nothing");
    // Damaged, so that it cannot be brought further: it stays as it was.
    let damaged = folder.path().join("damaged.db");
    fs::copy(&old, &damaged).unwrap();
    change(&damaged, "update record set hash = x'00' where id is not null and sequence = 1");
    assert!(store::open(&damaged).is_err());
    assert_eq!(version(&damaged), 1);
    let tables = "select count(*) from sqlite_schema where name in ('known', 'awaited')";
    let tables: i64 =
        Connection::open(&damaged).unwrap().query_row(tables, [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 1);
    let mut store = store::open(&old).unwrap();
    assert_eq!(version(&old), 2);
    assert_eq!(seen(&old, &lines), want);
    let again = keep(&mut *store, log, &lines);
    assert_eq!(again, [Kept::Known; 3], "kept, kept, and erased");
    assert_eq!(keep(&mut *store, log, &[&a1, &c0]), [Kept::New(0); 2]);
    // What a collector of version 1 does with every batch fails from now on.
    let old = Connection::open(&old).unwrap();
    assert!(old.prepare("delete from awaited where log = 1").is_err());
}
