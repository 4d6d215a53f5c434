//! `consentinel serve` as a program: what it prints, what stops it and what does not harm it, and every command over the
//! store that it leaves. What it answers is tested beside the collector.

use consentinel_cluster::Cluster;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use consentinel::{hash::sha256, id, source};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Folder, program, repository, run, sample::decision};

const ORIGIN: &str = "https://shop.example";

/// A program that serves.
struct Serving {
    child: Child,
    pages: SocketAddr,
}

impl Serving {
    fn start(folder: &Folder) -> Serving {
        Serving::over(folder, &folder.name("store.db"))
    }

    /// Starts it over this store.
    fn over(folder: &Folder, store: &str) -> Serving {
        let settings = folder.path("collector.toml");
        if !settings.exists() {
            let policy = repository("www/policies/jimo.json");
            let text = format!(
                "private = \"127.0.0.1:0\"\nstore = \"other.db\"\n[[site]]\nname = \"shop\"\n\
                 log = \"shop.example/consent\"\norigins = [\"{ORIGIN}\"]\npolicies = [{policy:?}]\n\
                 key = \"shop.key\"\nrate = 1000000\nburst = 1000000\n"
            );
            fs::write(&settings, text).unwrap();
            let key = folder.path("shop.key").display().to_string();
            assert_eq!(run(&["keygen", "shop.example/consent", "--output", &key]).code, 0);
        }
        let mut child = program()
            .args(["serve", "--settings"])
            .arg(&settings)
            // The environment counts over the file.
            .env("CONSENTINEL_LISTEN", "127.0.0.1:0")
            .env("CONSENTINEL_STORE", store)
            .args(["--log", "debug", "--log-form", "json"])
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.path("log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let pages = line.trim().strip_prefix("pages http://").unwrap().parse().unwrap();
        Serving { child, pages }
    }

    /// Asks it to stop, as systemd does; its exit code.
    fn stop(mut self) -> Option<i32> {
        let asked = Command::new("sh")
            .args(["-c", &format!("kill -TERM {}", self.child.id())])
            .status()
            .unwrap();
        assert!(asked.success());
        self.child.wait().unwrap().code()
    }

    /// Ends it in the middle of whatever it does.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A test that fails leaves nobody behind.
impl Drop for Serving {
    fn drop(&mut self) {
        // Mostly it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The status of an answer to a record; nothing where there was none.
fn post(address: SocketAddr, line: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    let length = line.len();
    let head = format!(
        "POST /v1/records HTTP/1.1\r\nHost: c\r\nOrigin: {ORIGIN}\r\nContent-Type: text/plain\r\n\
         User-Agent: Netscape 4\r\nCookie: who=me\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{line}"
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

/// The line of a record.
fn line(document: &Value) -> String {
    source::parse(&document.to_string()).unwrap().canonical()
}

/// The first decisions of many browsers.
fn lines(count: u64) -> Vec<String> {
    let mut document = decision(1, 0, "fr");
    document["sequence"] = json!(0);
    document["previous"] = json!("");
    let lines = (0..count).map(|number| {
        let mut bits = [7; 16];
        bits[..8].copy_from_slice(&number.to_be_bytes());
        document["id"] = json!(id::from_bits(bits));
        document["subject"] = json!(id::from_bits(bits));
        line(&document)
    });
    lines.collect()
}

#[test]
fn every_command_works_over_its_store() {
    let folder = Folder::new();
    commands(&folder, &folder.name("store.db"));
}

/// The password of a role, which nobody may ever read.
const SECRET: &str = "hush-5f2c";

#[test]
fn every_command_works_over_a_data_base() {
    let folder = Folder::new();
    let cluster = Cluster::begin(&TempDir::new().unwrap().keep(), &[]).unwrap();
    // A role as docs/operations.md makes it: it may connect, and owns its schema.
    cluster
        .say(&format!(
            "create role keeper login password '{SECRET}'; create schema authorization keeper"
        ))
        .unwrap();
    let address = cluster.address("").replace("consentinel@", &format!("keeper:{SECRET}@"));
    commands(&folder, &address);
    let owned =
        cluster.say("select distinct tableowner from pg_tables where schemaname = 'keeper'");
    assert_eq!(owned.unwrap(), "keeper");

    // What cannot be reached, or read, is told without who would have asked.
    let nowhere = format!("postgres://keeper:{SECRET}@%2Fnowhere/postgres?connect_timeout=1");
    let unread = format!("postgres://keeper:{SECRET}@[/postgres");
    for address in [&nowhere, &unread, &format!("{nowhere}&password={SECRET}&sslmode=require")] {
        let failed = run(&["verify", address]);
        assert_eq!((failed.code, &*failed.out), (3, ""), "{failed:?}");
        assert!(!failed.words.contains(SECRET), "{failed:?}");
    }
    let settings = folder.name("collector.toml");
    let checked = run(&["serve", "--settings", &settings, "--store", &unread, "--check"]);
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(checked.words.starts_with("error: store: its address cannot be read"), "{checked:?}");
    assert!(!checked.words.contains(SECRET), "{checked:?}");
    let help = program().args(["serve", "--help"]).env("CONSENTINEL_STORE", &nowhere).output();
    assert!(!String::from_utf8(help.unwrap().stdout).unwrap().contains(SECRET));
}

#[test]
fn a_data_base_elsewhere_is_known_by_its_certificate() {
    let folder = Folder::new();
    // A free port stays free, mostly.
    let begin = || {
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let port = free.unwrap().port();
        let settings = ["listen_addresses=127.0.0.1", &format!("port={port}")];
        Cluster::begin(&TempDir::new().unwrap().keep(), &settings).map(|cluster| (cluster, port))
    };
    let (cluster, port) = begin().or_else(|_| begin()).or_else(|_| begin()).unwrap();
    cluster
        .say(
            &format!(
                "copy (select 1) to program 'openssl req -x509 -newkey rsa:2048 -nodes -days 2
             -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE
             -keyout server.key -out server.crt 2>&1';
             create role keeper login password '{SECRET}'"
            )
            .replace("\n             -", " -"),
        )
        .unwrap();
    for turned in ["alter system set ssl = on", "select pg_reload_conf()"] {
        cluster.say(turned).unwrap();
    }
    while cluster.say("show ssl").unwrap() != "on" {
        thread::yield_now();
    }
    let roots = folder.file("root.crt", cluster.say("select pg_read_file('server.crt')").unwrap());
    let password = folder.file("password", format!("{SECRET}\n"));
    let address = format!("postgres://keeper@127.0.0.1:{port}/postgres?sslmode=require");
    let asked = |password: &str, roots: Option<&str>| {
        let mut asked = program();
        asked.args(["verify", &address]).env("CONSENTINEL_PASSWORD_FILE", password);
        asked.env_remove("SSL_CERT_FILE").envs(roots.map(|roots| ("SSL_CERT_FILE", roots)));
        String::from_utf8(asked.output().unwrap().stderr).unwrap()
    };
    // It is asked, and has no store.
    let words = asked(&password, Some(&roots));
    assert!(words.contains("the data base has no store"), "{words}");
    let words = asked(&folder.file("other", "wrong"), Some(&roots));
    assert!(words.contains("password authentication failed"), "{words}");
    // Nobody whom the machine trusts knows it.
    let words = asked(&password, None);
    assert!(words.contains("certificate"), "{words}");
}

/// Asks every command about a store, a file or a data base.
fn commands(folder: &Folder, store: &str) {
    let is_file = !store.contains("://");
    let run = |arguments: &[&str]| {
        let run = run(arguments);
        assert!(!run.out.contains(SECRET) && !run.words.contains(SECRET), "{arguments:?}: {run:?}");
        run
    };
    let serving = Serving::over(folder, store);
    let private = folder.path("shop.key").display().to_string();
    let key = fs::read_to_string(&private).unwrap();
    let key = consentinel::note::PrivateKey::read(key.trim()).unwrap().public().text();
    // A store of nothing is signed already.
    let verified = run(&["verify", store, "--key", &key]);
    assert_eq!(verified.code, 0, "{verified:?}");
    let mut first = decision(1, 0, "fr");
    first["sequence"] = json!(0);
    first["previous"] = json!("");
    let first = line(&first);
    let mut second = decision(1, 1, "fr");
    second["sequence"] = json!(1);
    second["previous"] = json!(sha256(first.as_bytes()));
    let second = line(&second);
    assert_eq!(
        [&first, &second, &first].map(|line| post(serving.pages, line)),
        [Some(201), Some(201), Some(200)]
    );
    for other in lines(3) {
        assert_eq!(post(serving.pages, &other), Some(201));
    }
    let read: Value = serde_json::from_str(&first).unwrap();
    let (subject, id) = (read["subject"].as_str().unwrap(), read["id"].as_str().unwrap());

    #[cfg(unix)]
    for file in ["store.db", "store.db-wal", "shop.key"].iter().skip(if is_file { 0 } else { 2 }) {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file} is for others, too");
    }

    // While it runs.
    let verified = run(&["verify", store, "--key", &key]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(verified.out.contains("records     5\n"), "{verified:?}");
    assert!(verified.out.contains("signed      shop.example/consent\n"), "{verified:?}");
    let counted = run(&["stats", store, "--by", "day", "--json"]);
    assert_eq!(counted.code, 0, "{counted:?}");
    let exported = run(&["export", store, "--format", "ndjson"]);
    assert_eq!(exported.out.lines().count(), 5, "{exported:?}");
    let found = run(&["lookup", store, subject, "--text"]);
    assert_eq!(found.code, 0, "{found:?}");
    assert!(found.out.contains("2 decisions"), "{found:?}");
    assert_eq!(found.out.matches("    came 20").count(), 2, "{found:?}");
    let json = run(&["lookup", store, subject, "--json"]).json();
    // These decisions are of January, and the machine's clock is later.
    assert_eq!(json["received"][id]["flags"], json!(["clock"]), "{json}");
    // What an export of it says of this browser is the same.
    let whole = folder.path("whole.export").display().to_string();
    assert_eq!(run(&["sign", store, "--key", &private, "--output", &whole]).code, 0);
    let mut same = run(&["lookup", &whole, subject, "--json"]).json();
    same["received"] = json["received"].clone();
    assert_eq!(same, json);
    assert_eq!(run(&["lookup", store, &id::from_bits([0; 16])]).code, 1);
    let sheet = run(&["report", store, subject]);
    assert_eq!(sheet.code, 0, "{}", sheet.words);
    let proof = run(&["prove", store, id]);
    fs::write(folder.path("proof"), &proof.out).unwrap();
    let proof = folder.path("proof").display().to_string();
    let shown = run(&["verify", &proof, "--key", &key]);
    assert_eq!(shown.code, 0, "{shown:?}");

    // An export is gathered from it, and it goes on from that.
    let export = folder.path("shop.export").display().to_string();
    let gathered = run(&["gather", store, "--into", &export, "--origin", "shop.example/consent"]);
    assert_eq!(gathered.code, 0, "{gathered:?}");
    assert!(gathered.out.contains('5'), "{gathered:?}");

    // Its tree is the same, so the store goes on from it.
    let compared = run(&["compare", &export, store]);
    assert_eq!(compared.code, 0, "{compared:?}");

    // The lines of a store are those of no file.
    let unchecked = run(&["verify", store]);
    assert!(
        unchecked.out.contains("signature-unchecked at line ")
            && unchecked.out.contains(" of the store as an export: "),
        "{unchecked:?}"
    );

    // What writes exports leaves a store alone.
    let bytes = || is_file.then(|| fs::read(store).unwrap());
    let before = bytes();
    for (arguments, code) in [
        (&["sign", store, "--key", &private][..], 3),
        (&["gather", &export, "--into", store], 3),
        (&["erase", store, subject], 2),
        (&["erase", store, subject, "--output", "other"], 2),
        (&["prune", store, "--keep", "24m", "--output", "other"], 2),
        (&["erase", &export, subject, "--reason", "asked"], 2),
    ] {
        let refused = run(arguments);
        assert_eq!(refused.code, code, "{arguments:?}: {refused:?}");
    }
    assert_eq!(bytes(), before);

    let erased = run(&["erase", store, subject, "--reason", "asked by letter"]);
    assert_eq!((erased.code, erased.words.as_str()), (0, ""), "{erased:?}");
    assert!(erased.out.starts_with("erased: 2 records"), "{erased:?}");
    let again = run(&["erase", store, subject, "--reason", "asked by letter"]);
    assert_eq!((again.code, again.out.as_str()), (1, ""), "{again:?}");
    assert!(again.words.starts_with("there is no record"), "{again:?}");
    assert_eq!(run(&["lookup", store, subject]).code, 1);
    assert_eq!(post(serving.pages, &first), Some(200));
    let pruned = run(&["prune", store, "--keep", "24m"]);
    assert!(pruned.out.starts_with("gone: 0 months"), "{pruned:?}");
    assert_eq!(serving.stop(), Some(0));
    let verified = run(&["verify", store, "--key", &key]);
    assert!(verified.out.contains("erased      2\n"), "{verified:?}");

    // Another key counts from the next start on, before anything comes.
    let second = folder.path("second.key").display().to_string();
    assert_eq!(run(&["keygen", "shop.example/consent", "--output", &second]).code, 0);
    let log = fs::read_to_string(folder.path("log")).unwrap();
    fs::rename(&second, &private).unwrap();
    assert_eq!(Serving::over(folder, store).stop(), Some(0));
    assert_eq!(run(&["verify", store, "--key", &key]).code, 1);
    let key = fs::read_to_string(&private).unwrap();
    let key = consentinel::note::PrivateKey::read(key.trim()).unwrap().public().text();
    assert_eq!(run(&["verify", store, "--key", &key]).code, 0);

    // Nothing of a record, and nobody, is in the log.
    assert!(log.contains("kept") && log.contains("listening"), "{log}");
    for word in [subject, id, &sha256(first.as_bytes()), "Netscape", "who=me", SECRET] {
        assert!(!log.contains(word), "{word} in {log}");
    }
}

#[test]
fn what_was_acknowledged_before_it_was_killed_is_there_once() {
    let folder = Folder::new();
    let lines = lines(2_000);
    let store = folder.path("store.db").display().to_string();
    let mut acknowledged: BTreeSet<usize> = BTreeSet::new();
    // Killed twice under load, and once more by nobody.
    for round in 0..3 {
        let mut serving = Serving::start(&folder);
        let pages = serving.pages;
        let enough = 150 * (round + 1);
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let waiting: Vec<usize> =
            (0..lines.len()).filter(|at| !acknowledged.contains(at)).collect();
        let answers: Vec<(usize, Option<u16>)> = thread::scope(|scope| {
            let senders: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let mut answers = Vec::new();
                        while let Some(at) = waiting.get(next.fetch_add(1, Ordering::Relaxed)) {
                            let answer = post(pages, &lines[*at]);
                            answers.push((*at, answer));
                            if answer.is_none() {
                                break;
                            }
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                        answers
                    })
                })
                .collect();
            while round < 2 && done.load(Ordering::Relaxed) < enough {
                thread::yield_now();
            }
            if round < 2 {
                serving.kill();
            }
            senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
        });
        for (at, answer) in answers {
            match answer {
                Some(200 | 201) => drop(acknowledged.insert(at)),
                None => assert!(round < 2),
                other => panic!("{other:?}"),
            }
        }
        assert!(acknowledged.len() >= enough);
        if round == 2 {
            assert_eq!(serving.stop(), Some(0));
        }
        let exported = run(&["export", &store, "--format", "ndjson"]);
        assert_eq!(exported.code, 0, "{}", exported.words);
        let mut found: BTreeMap<&str, u32> = BTreeMap::new();
        exported.out.lines().for_each(|line| *found.entry(line).or_default() += 1);
        for at in &acknowledged {
            assert_eq!(found.get(&*lines[*at]), Some(&1), "round {round}, record {at}");
        }
        assert!(found.values().all(|count| *count == 1));
    }
    assert_eq!(acknowledged.len(), lines.len());
}

#[test]
fn settings_are_checked_as_a_whole() {
    let folder = Folder::new();
    let settings = folder.path("collector.toml");
    fs::write(&settings, "listen = 1\nstore = \"nowhere/a.db\"\n").unwrap();
    let settings = settings.display().to_string();
    let checked = run(&["serve", "--settings", &settings, "--check"]);
    assert_eq!((checked.code, checked.out.as_str()), (1, ""), "{checked:?}");
    assert_eq!(checked.words.lines().count(), 3, "{checked:?}");
    assert!(checked.words.lines().all(|line| line.starts_with("error: ")), "{checked:?}");
    // A file that is not there, or is a folder, says nothing about the settings.
    for path in ["missing.toml", ""] {
        let missing = run(&["serve", "--settings", &folder.name(path), "--check"]);
        assert_eq!((missing.code, missing.words.lines().count()), (3, 1), "{missing:?}");
        assert!(missing.words.starts_with("consentinel: "), "{missing:?}");
    }
    // The settings that are handed out are sound but for the files that they name.
    let ours = repository("collector/deploy/collector.toml");
    let checked = run(&["serve", "--settings", &ours, "--check"]);
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(checked.words.lines().all(|line| line.contains("policies")), "{checked:?}");
}

#[test]
fn the_example_of_the_readme_shows_a_first_record() {
    let folder = Folder::new();
    let store = folder.path("example.db").display().to_string();
    let readme = fs::read_to_string(repository("README.md")).unwrap();
    let settings = "collector/example/collector.toml";
    assert!(readme.contains(&format!("serve --settings {settings}\n")));
    let mut child = program()
        .args(["serve", "--settings", &repository(settings)])
        .args(["--listen", "127.0.0.1:0", "--private", "127.0.0.1:0", "--store", &store])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let pages = line.trim().strip_prefix("pages http://").unwrap().parse().unwrap();
    let record = fs::read_to_string(repository("collector/example/record.ndjson")).unwrap();
    assert_eq!(post(pages, &record), Some(201));
    Serving { child, pages }.kill();
    let read: Value = serde_json::from_str(&record).unwrap();
    let subject = read["subject"].as_str().unwrap();
    assert!(readme.contains(&format!("lookup target/example.db {subject}\n")));
    let found = run(&["lookup", &store, subject]);
    assert_eq!(found.code, 0, "{found:?}");
    assert!(found.out.contains("reject-all via banner"), "{found:?}");
    assert_eq!(run(&["verify", &store]).code, 0);
}
