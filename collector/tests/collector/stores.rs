//! What every store does, as cases of `stores.json`: what is kept, in which steps, and what an export of it says then.
//! After each step the whole store must verify as an export without an error. Another store is another line of `STORES`.
//! PostgreSQL is started once for all cases, each of which has a schema of its own.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use consentinel::{
    export::{Known, Summary, Verifier},
    hash::digest,
    note::{PrivateKey, PublicKey},
    problem::{Code, Severity},
    record::Record,
};
use consentinel_audit::{judged::look_at, library::Library, time::argument};
use consentinel_collector::access::Access;
use consentinel_collector::store::{
    self, Arrival, Document, Kept, Kind, Lines, Log, Store, is_address, parts,
};
use serde_json::Value;
use tempfile::TempDir;

use consentinel_cluster::Cluster;

use crate::sample::{Decision, library};

const ORIGIN: &str = "shop.example/consent";

/// A store under test.
struct Tried {
    path: PathBuf,
    store: Box<dyn Store>,
    reads: Cell<u32>,
}

/// Says where a new store can be, beside this folder.
type Place = fn(&Path) -> PathBuf;

const STORES: &[(&str, Place)] =
    &[("sqlite", |folder| folder.join("store.db")), ("postgres", |_| schema())];

/// The one PostgreSQL.
pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| Cluster::begin(&TempDir::new().unwrap().keep(), &[]).unwrap())
}

/// A new schema of it.
pub fn schema() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let cluster = cluster();
    let name = format!("case{}", COUNT.fetch_add(1, Ordering::Relaxed));
    cluster.say(&format!("create schema {name}")).unwrap();
    cluster.address(&format!("&options=-csearch_path%3D{name}")).into()
}

/// What a store that `schema` is answers.
pub fn answer(store: &Path, question: &str) -> String {
    let schema = store.to_str().unwrap().rsplit("%3D").next().unwrap();
    cluster().say(&format!("set search_path = {schema}; {question}")).unwrap()
}

/// Changes something in a store that `schema` or a file is, behind the back of its collector.
pub fn change(store: &Path, statements: &str) {
    if is_address(store) {
        answer(store, statements);
    } else {
        rusqlite::Connection::open(store).unwrap().execute_batch(statements).unwrap();
    }
}

impl Tried {
    fn begin(path: PathBuf) -> Tried {
        Tried { store: store::open(&path).unwrap(), path, reads: 0.into() }
    }

    /// Closes it, and opens it again.
    fn reopen(self) -> Tried {
        drop(self.store);
        Tried { store: store::open(&self.path).unwrap(), ..self }
    }

    fn prune(&self, before: &str) -> Vec<String> {
        if is_address(&self.path) {
            // Whoever reads keeps partitions from going.
            let looks = "select pg_terminate_backend(pid, 10000) from pg_stat_activity
                         where application_name like 'look%'";
            cluster().say(looks).unwrap();
        }
        let would = store::would_prune(&self.path, before).unwrap();
        let pruned = store::prune(&self.path, before, 0).unwrap();
        assert_eq!(would, pruned);
        pruned.months
    }

    /// The export that it is now.
    fn text(&self) -> Vec<u8> {
        // One program sees one moment of a store, so each look is at a copy, or by another address.
        self.reads.set(self.reads.get() + 1);
        let again = if is_address(&self.path) {
            format!("{}&application_name=look{}", self.path.display(), self.reads.get()).into()
        } else {
            let copy = self.path.with_extension(format!("{}.db", self.reads.get()));
            for end in ["", "-wal"] {
                let named = |path: &Path| format!("{}{end}", path.display());
                if Path::new(&named(&self.path)).exists() {
                    fs::copy(named(&self.path), named(&copy)).unwrap();
                }
            }
            copy
        };
        let mut text = Vec::new();
        Lines::open(&again).unwrap().read_to_end(&mut text).unwrap();
        text
    }
}

fn private_key() -> PrivateKey {
    PrivateKey::new(ORIGIN, [7; 32]).unwrap()
}

/// Verifies an export that nobody signed.
#[track_caller]
pub fn sound(text: &[u8]) {
    verified(text, Vec::new());
}

/// Verifies an export, signed by one of the keys; what stands in it.
#[track_caller]
fn verified(text: &[u8], keys: Vec<PublicKey>) -> Summary {
    let mut verifier = Verifier::new(keys, Known::default());
    let mut report = |code: Code, line: u32, what: &str| {
        assert!(code.severity() == Severity::Warning, "{} in line {line}: {what}", code.text());
    };
    assert_eq!(text.last(), Some(&b'\n'));
    for line in text[..text.len() - 1].split(|byte| *byte == b'\n') {
        assert!(verifier.take(&look_at(line), &mut report));
    }
    verifier.finish(&mut report)
}

/// A record that came then.
pub fn arrival(log: Log, line: &str, received_ms: i64) -> Arrival {
    Arrival {
        log,
        record: Box::new(Record::of_line(line).unwrap()),
        line: line.to_owned(),
        hash: digest(line.as_bytes()),
        received_ms,
        flags: 0,
    }
}

/// The records of a case by their names; one can name as `previous` another that stands before it.
fn lines(library: &Library, records: &Value) -> BTreeMap<String, String> {
    let mut lines: BTreeMap<String, String> = BTreeMap::new();
    for (at, record) in records.as_array().unwrap().iter().enumerate() {
        let number = |key: &str| record[key].as_i64();
        let decision = Decision {
            browser: number("browser").unwrap() as u8,
            sequence: number("sequence").unwrap_or_default(),
            previous: record["previous"].as_str().map(|name| lines[name].clone()),
            id: number("id").unwrap_or(100 + at as i64) as u64,
            at_ms: record["at"].as_str().map_or(crate::sample::NOW_MS, |at| argument(at).unwrap()),
        };
        lines.insert(record["name"].as_str().unwrap().to_owned(), decision.line(library));
    }
    lines
}

fn word(kept: Kept) -> String {
    match kept {
        Kept::New(0) => "new".to_owned(),
        Kept::New(flags) => format!("new {flags}"),
        Kept::Known => "known".to_owned(),
        Kept::Refused(code) => code.text().to_owned(),
    }
}

#[test]
fn every_store_does_what_the_cases_say() {
    let library = library();
    let cases = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/collector/stores.json"),
    );
    let cases: Value = serde_json::from_str(&cases.unwrap()).unwrap();
    let key = private_key();
    // What its records name.
    let (_, policy) = library.policies.first_key_value().unwrap();
    let (_, notice) = crate::sample::notice(&library, "fr");
    for (kind, place) in STORES {
        for case in cases.as_array().unwrap() {
            let name = format!("{kind}: {}", case["name"].as_str().unwrap());
            let folder = TempDir::new().unwrap();
            let mut tried = Tried::begin(place(folder.path()));
            let sign = |_: &str, text: &str| consentinel::checkpoint::signed(text, &key);
            let log = tried.store.log(ORIGIN, argument("2026-09-15").unwrap(), &sign).unwrap();
            for (kind, json) in [(Kind::Policy, policy), (Kind::Notice, &notice)] {
                let text = json.canonical();
                let hash = digest(text.as_bytes());
                let document = Document { kind, hash, text };
                assert!(tried.store.keep_document(log, &document).unwrap());
                assert!(!tried.store.keep_document(log, &document).unwrap());
            }
            let lines = lines(&library, &case["records"]);
            for (at, step) in case["steps"].as_array().unwrap().iter().enumerate() {
                let place = format!("{name}, step {at}");
                if let Some(names) = step["keep"].as_array() {
                    let received_ms = step["on"]
                        .as_str()
                        .map_or(crate::sample::NOW_MS, |on| argument(on).unwrap());
                    let arrivals: Vec<Arrival> = names
                        .iter()
                        .map(|name| arrival(log, &lines[name.as_str().unwrap()], received_ms))
                        .collect();
                    let kept = tried.store.keep(&arrivals, &sign).unwrap();
                    let words: Vec<String> = kept.into_iter().map(word).collect();
                    assert_eq!(Value::from(words), step["answers"], "{place}");
                } else if let Some(name) = step["erase"].as_str() {
                    let record = Record::of_line(&lines[name]).unwrap();
                    assert_eq!(
                        store::erase(&tried.path, &record.subject, "asked", 0).unwrap(),
                        step["count"],
                        "{place}"
                    );
                    let text = String::from_utf8(tried.text()).unwrap();
                    assert!(!text.contains(record.subject.as_str()), "{place}");
                } else if let Some(month) = step["prune"].as_str() {
                    assert_eq!(Value::from(tried.prune(month)), step["months"], "{place}");
                } else {
                    assert_eq!(step["reopen"], true, "{place}");
                    tried = tried.reopen();
                    assert_eq!(tried.store.log(ORIGIN, 0, &sign).unwrap(), log, "{place}");
                }
                let summary = verified(&tried.text(), vec![key.public().clone()]);
                let months: Vec<&str> = summary.months.iter().map(|month| &*month.month).collect();
                if let Some(holds) = step["holds"].as_array() {
                    let found = serde_json::json!([summary.records, summary.erased, months]);
                    assert_eq!(found, Value::from(holds.clone()), "{place}");
                }
            }
        }
    }
}

#[test]
fn logs_of_one_store_are_apart() {
    let (library, folder) = (library(), TempDir::new().unwrap());
    let unsigned = |_: &str, text: &str| text.to_owned();
    let line = Decision::first(1, 1).line(&library);
    for (_, place) in STORES {
        let path = place(folder.path());
        let mut store = store::open(&path).unwrap();
        for (origin, count) in [("one.example", 1), ("two.example/consent", 2)] {
            let log = store.log(origin, crate::sample::NOW_MS, &unsigned).unwrap();
            let mut arrivals = vec![arrival(log, &line, crate::sample::NOW_MS)];
            let second = Decision::first(2, 2).line(&library);
            arrivals.extend((count == 2).then(|| arrival(log, &second, crate::sample::NOW_MS)));
            let kept = store.keep(&arrivals, &unsigned).unwrap();
            assert!(kept.iter().all(|kept| *kept == Kept::New(0)), "{kept:?}");
        }
        let named = |origin: &str| PathBuf::from(format!("{}#{origin}", path.display()));
        for (origin, count) in [("one.example", 1), ("two.example/consent", 2)] {
            // The name of a site may have a slash, and is no folder.
            assert_eq!(parts(&named(origin)), (path.clone(), Some(origin.to_owned())));
            let mut text = String::new();
            Lines::open(&named(origin)).unwrap().read_to_string(&mut text).unwrap();
            assert_eq!(text.matches("\"action\":").count(), count, "{text}");
            let begun = format!("{{\"format\":\"consentinel-export\",\"origin\":\"{origin}\"");
            assert!(text.starts_with(&begun));
        }
        let error = Lines::open(&path).err().unwrap().to_string();
        assert!(error.contains("`one.example`, `two.example/consent`"), "{error}");
    }
}

#[test]
fn what_is_left_of_a_dropped_month_is_found_by_nobody() {
    let (library, folder) = (library(), TempDir::new().unwrap());
    let unsigned = |_: &str, text: &str| text.to_owned();
    for (name, place) in STORES {
        let path = place(folder.path());
        let mut store = store::open(&path).unwrap();
        let log = store.log(ORIGIN, crate::sample::NOW_MS, &unsigned).unwrap();
        let first = Decision::first(1, 1).line(&library);
        let record = Record::of_line(&first).unwrap();
        for (line, received) in
            [(&first, "2026-12-01"), (&Decision::first(2, 2).line(&library), "2027-01-01")]
        {
            let arrivals = [arrival(log, line, argument(received).unwrap())];
            assert_eq!(store.keep(&arrivals, &unsigned).unwrap(), [Kept::New(0)], "{name}");
        }
        let found = || {
            let lines = Lines::now(&path).unwrap();
            let subject = lines.subject_of(&digest(first.as_bytes())).unwrap();
            (subject, lines.about(&record.subject).unwrap().1.len())
        };
        assert_eq!(found(), (Some(record.subject.to_string()), 1), "{name}");
        // As where the program was ended between dropping the month and deleting its rows.
        change(&path, "delete from month where month = '2026-12'");
        assert_eq!(found(), (None, 0), "{name}");
    }
}

#[test]
fn what_was_erased_is_in_no_file() {
    let (library, folder) = (library(), TempDir::new().unwrap());
    let path = folder.path().join("store.db");
    let mut store = store::open(&path).unwrap();
    let unsigned = |_: &str, text: &str| text.to_owned();
    let log = store.log(ORIGIN, crate::sample::NOW_MS, &unsigned).unwrap();
    for number in 1..40 {
        let line = Decision::first(number, u64::from(number)).line(&library);
        store.keep(&[arrival(log, &line, crate::sample::NOW_MS)], &unsigned).unwrap();
    }
    let line = Decision::first(20, 20).line(&library);
    let subject = Record::of_line(&line).unwrap().subject.to_string();
    let is_anywhere = || {
        fs::read_dir(folder.path()).unwrap().any(|file| {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            bytes.windows(subject.len()).any(|window| window == subject.as_bytes())
        })
    };
    assert!(is_anywhere());
    assert_eq!(store::erase(&path, &subject, "asked by letter", 5).unwrap(), 1);
    assert!(!is_anywhere());
}

#[test]
fn questions_of_officers_are_one_chain_whichever_collector_kept_them() {
    for (name, place) in STORES {
        let folder = TempDir::new().unwrap();
        let path = place(folder.path());
        let mut stores = [store::open(&path).unwrap(), store::open(&path).unwrap()];
        let access = |at_ms| Access {
            at_ms,
            who: String::from("A. Martin"),
            asked: serde_json::json!({ "what": "sites" }),
        };
        for at_ms in 0..6 {
            stores[usize::from(at_ms % 3 == 1)].keep_access(&access(at_ms)).unwrap();
        }
        let kept = store::accesses(&path).unwrap();
        assert_eq!(kept.broken, None, "{name}");
        assert_eq!(kept.list, (0..6).map(access).collect::<Vec<_>>(), "{name}");
    }
}
