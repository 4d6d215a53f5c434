//! What PostgreSQL alone can do to a store: a commit that nobody answers, and a partition that somebody reads while it is
//! to be dropped.

use std::{
    io::{Read, Write},
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use consentinel_audit::time::argument;
use consentinel_collector::store::{self, Kept, Lines, Log, Store};
use tempfile::TempDir;

use crate::{
    sample::{Decision, NOW_MS, library},
    stores::{arrival, cluster, schema, sound},
};

const ORIGIN: &str = "shop.example";

fn unsigned(_: &str, text: &str) -> String {
    text.to_owned()
}

/// A store with a log that began in September.
fn begun(path: &Path) -> (Box<dyn Store>, Log) {
    let mut store = store::open(path).unwrap();
    let log = store.log(ORIGIN, argument("2026-09-15").unwrap(), &unsigned).unwrap();
    (store, log)
}

fn text(path: &Path) -> String {
    let mut text = String::new();
    Lines::open(path).unwrap().read_to_string(&mut text).unwrap();
    sound(text.as_bytes());
    text
}

/// A socket in front of the server, which breaks the connection once after it has handed a commit on, when `is_armed`.
fn in_front(folder: &Path, is_armed: &Arc<AtomicBool>) {
    let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).unwrap();
    let is_armed = Arc::clone(is_armed);
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = UnixStream::connect(cluster().socket()).unwrap();
            let is_cut = Arc::new(AtomicBool::new(false));
            let (asks, answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let (is_armed, cut) = (Arc::clone(&is_armed), Arc::clone(&is_cut));
            thread::spawn(move || {
                carry(asks, server, |bytes| {
                    let commits = bytes.windows(7).any(|part| part == b"commit\0");
                    if commits && is_armed.swap(false, Ordering::SeqCst) {
                        cut.store(true, Ordering::SeqCst);
                    }
                    true
                });
            });
            thread::spawn(move || carry(answers, client, |_| !is_cut.load(Ordering::SeqCst)));
        }
    });
}

/// Carries bytes until there are no more, or until one may not pass.
fn carry(mut from: UnixStream, mut to: UnixStream, mut passes: impl FnMut(&[u8]) -> bool) {
    let mut part = [0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut part) {
        if !passes(&part[..count]) || to.write_all(&part[..count]).is_err() {
            break;
        }
    }
    // Either may be closed already.
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

#[test]
fn a_commit_that_nobody_answered_keeps_nothing_twice() {
    let (library, folder) = (library(), TempDir::new().unwrap());
    let (store, is_armed) = (schema(), Arc::new(AtomicBool::new(false)));
    in_front(folder.path(), &is_armed);
    let escaped = |path: &Path| path.display().to_string().replace('/', "%2F");
    let own = escaped(cluster().socket().parent().unwrap());
    let through = store.display().to_string().replace(&own, &escaped(folder.path()));
    let (mut kept, log) = begun(Path::new(&through));
    let lines: Vec<String> = (1..4).map(|id| Decision::first(id, 1).line(&library)).collect();
    let arrivals: Vec<_> = lines.iter().map(|line| arrival(log, line, NOW_MS)).collect();
    is_armed.store(true, Ordering::SeqCst);
    let answers = kept.keep(&arrivals[..2], &unsigned).unwrap();
    assert!(!is_armed.load(Ordering::SeqCst));
    // It had been kept, and is asked about again on another connection.
    assert_eq!(answers, [Kept::Known, Kept::Known]);
    assert_eq!(kept.keep(&arrivals[1..], &unsigned).unwrap(), [Kept::Known, Kept::New(0)]);
    let text = text(&store);
    for line in &lines {
        assert_eq!(text.matches(line.as_str()).count(), 1);
    }
}

#[test]
fn a_partition_that_somebody_reads_goes_later() {
    let (library, path) = (library(), schema());
    let (mut kept, log) = begun(&path);
    for (browser, month) in [(1, "2026-09-20"), (2, "2026-10-20"), (3, "2026-11-20")] {
        let at_ms = argument(month).unwrap();
        let line = Decision { at_ms, ..Decision::first(browser, 1) }.line(&library);
        let answers = kept.keep(&[arrival(log, &line, at_ms)], &unsigned).unwrap();
        assert_eq!(answers, [Kept::New(0)]);
    }
    let look = |name: &str| PathBuf::from(format!("{}&application_name={name}", path.display()));
    assert_eq!(text(&look("reader")).matches("\"month\"").count(), 3);
    let error = store::prune(&path, "2026-10", 0).err().unwrap().to_string();
    assert!(error.contains("repeat the command later"), "{error}");
    // It is out of sight, whoever reads still sees it, and records come in meanwhile.
    assert_eq!(text(&look("after")).matches("\"month\"").count(), 2);
    assert_eq!(text(&look("reader")).matches("\"month\"").count(), 3);
    let line = Decision::first(4, 1).line(&library);
    assert_eq!(kept.keep(&[arrival(log, &line, NOW_MS)], &unsigned).unwrap(), [Kept::New(0)]);
    let schema = path.display().to_string().split("%3D").nth(1).unwrap().to_owned();
    let is_there = format!("select to_regclass('{schema}.record_2026_09') is not null");
    assert_eq!(cluster().say(&is_there).unwrap(), "t");
    let ends = "select pg_terminate_backend(pid, 10000) from pg_stat_activity
                where application_name in ('reader', 'after')";
    cluster().say(ends).unwrap();
    assert_eq!(store::prune(&path, "2026-10", 0).unwrap().months, [""; 0]);
    assert_eq!(cluster().say(&is_there).unwrap(), "f");
    assert_eq!(text(&look("last")).matches("\"month\"").count(), 2);
}
