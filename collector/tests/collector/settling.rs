//! What only a data base does, behind the cases that every store passes: numbers of months that have ended are settled, and
//! a record is found before and after; a store of version 2 is brought to the present version.

use std::{io::Read as _, path::Path};

use consentinel::record::Record;
use consentinel_audit::time::argument;
use consentinel_collector::store::{self, FORK, Kept, Lines, Log, Store};

use crate::{
    sample::{Decision, library},
    stores::{answer, arrival, change, schema, sound},
};

const ORIGIN: &str = "shop.example/consent";

fn unsigned(_: &str, text: &str) -> String {
    text.to_owned()
}

/// Keeps these, which came on that day; what became of each.
fn keep(store: &mut dyn Store, log: Log, lines: &[&str], on: &str) -> Vec<Kept> {
    let on = argument(on).unwrap();
    let arrivals: Vec<_> = lines.iter().map(|line| arrival(log, line, on)).collect();
    store.keep(&arrivals, &unsigned).unwrap()
}

/// How many records a reader finds of the browser of this one.
fn found(path: &Path, line: &str) -> usize {
    let subject = Record::of_line(line).unwrap().subject.to_string();
    Lines::now(path).unwrap().about(&subject).unwrap().1.len()
}

#[test]
fn what_came_is_known_while_its_numbers_are_settled_and_afterwards() {
    let (library, path) = (library(), schema());
    let mut store = store::open(&path).unwrap();
    let log = store.log(ORIGIN, argument("2026-10-01").unwrap(), &unsigned).unwrap();
    let many: Vec<String> = (0..4)
        .flat_map(|browser| {
            let mut lines: Vec<String> = Vec::new();
            for sequence in 0..10 {
                let id = u64::from(browser) * 100 + sequence as u64;
                let previous = lines.last().cloned();
                let first = Decision::first(browser, id);
                lines.push(Decision { sequence, previous, ..first }.line(&library));
            }
            lines
        })
        .collect();
    let all: Vec<&str> = many.iter().map(String::as_str).collect();
    let new = keep(&mut *store, log, &all, "2026-10-20");
    assert_eq!(new, vec![Kept::New(0); all.len()]);
    let numbers = "select (select count(*) from fresh) || ' ' || (select count(*) from settled)";
    assert_eq!(answer(&path, numbers), format!("{} 0", all.len() + 4));
    // As one of version 2 was, which had one table.
    change(
        &path,
        "drop table settled; alter table fresh rename to known;
         alter index fresh_number rename to known_number; update consentinel set version = 2",
    );
    drop(store);
    let refused = store::would_prune(&path, "2026-10").unwrap_err().to_string();
    assert!(refused.contains("version 2"), "{refused}");
    let mut store = store::open(&path).unwrap();
    assert_eq!(answer(&path, "select version from consentinel"), "3");
    assert_eq!(keep(&mut *store, log, &all, "2026-10-21"), vec![Kept::Known; all.len()]);
    // And as one whose months ended while nobody settled them.
    // They have more numbers than go in one step.
    change(
        &path,
        "insert into fresh select * from settled; truncate settled;
         insert into fresh select number, '2026-10' from generate_series(1, 12000) as number",
    );
    let further = {
        let previous = all.get(9).map(|line| String::from(*line));
        Decision { sequence: 10, previous, ..Decision::first(0, 100_000) }.line(&library)
    };
    assert_eq!(keep(&mut *store, log, &[&further], "2026-11-02"), [Kept::New(0)]);
    let left = "select count(*) from fresh where month < '2026-11'";
    let mut rounds = 0;
    while answer(&path, left) != "0" {
        rounds += 1;
        assert!(rounds < 5000, "nobody settles them");
        // At every moment of it.
        assert_eq!(keep(&mut *store, log, &all, "2026-11-03"), vec![Kept::Known; all.len()]);
        assert_eq!(found(&path, all[0]), 11);
    }
    assert_eq!(answer(&path, numbers), format!("2 {}", all.len() + 4 + 12_000));
    assert_eq!(keep(&mut *store, log, &all, "2026-11-03"), vec![Kept::Known; all.len()]);
    assert_eq!(found(&path, all[0]), 11);
    let fork = Decision { at_ms: 1, ..Decision::first(0, 200_000) }.line(&library);
    assert_eq!(keep(&mut *store, log, &[&fork], "2026-11-04"), [Kept::New(FORK)]);
    let same_id = Decision { at_ms: 1, ..Decision::first(1, 100) }.line(&library);
    assert!(matches!(keep(&mut *store, log, &[&same_id], "2026-11-04")[..], [Kept::Refused(_)]));
    let mut text = Vec::new();
    Lines::now(&path).unwrap().read_to_end(&mut text).unwrap();
    sound(&text);
    assert_eq!(store::prune(&path, "2026-11", 0).unwrap().records, all.len() as i64);
    assert_eq!(answer(&path, numbers), "3 0");
}
