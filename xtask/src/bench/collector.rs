//! `cargo xtask bench collector`: how many records a second a collector acknowledges, how long each waits for its answer,
//! and what it takes on the disk, part by part of the run, so that a store that slows down as it grows shows; beside it, in
//! the same run, how fast the bare store takes the same lines in. First on SQLite, then on a PostgreSQL that it starts
//! for itself. Senders are threads with one connection each, which send a browser's records in their order and wait for
//! each answer, on loopback.

use consentinel_cluster::Cluster;
use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::records::{DECISIONS, Maker, POLICY, id};
use crate::postgres::postgres;
use crate::run::{cargo, run, target};

/// How many senders there are.
const SENDERS: usize = 64;
/// In so many parts at least the run is told, of so many records at most: those of a part are made before it is timed.
const PARTS: u64 = 10;
const PART: u64 = 100_000;
/// As many as one commit of the collector has at most.
const TOGETHER: usize = 512;

/// Measures, over so many records.
pub fn collector(records: u64) -> Result<()> {
    run(&mut cargo(&["build", "--release", "--package=consentinel-cli", "--locked"]))?;
    // Before anything is timed.
    let bare = ["build", "--release", "--package=consentinel-collector", "--example=bare"];
    run(cargo(&bare).arg("--locked"))?;
    let program =
        target().join("release").join(format!("consentinel{}", std::env::consts::EXE_SUFFIX));
    // The settings in it name files from there.
    let folder = std::path::absolute(target().join("bench-collector"))?;
    // Of a run that was ended in the middle.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).context("making a folder for the store")?;
    let maker = Maker::new(&program)?;
    let file = folder.join("store.db").display().to_string();
    println!("SQLite");
    measure(&program, &folder, &maker, records, (&file, &|| size(&file)))?;
    let rate = take_in(&folder.join("bare.db").display().to_string(), &maker, records)?;
    println!("the bare store takes {rate} lines a second, {TOGETHER} in a commit");
    postgres()?;
    // Its socket needs a short path that its user may reach.
    let data = std::env::temp_dir().join(format!("bench-{}", std::process::id()));
    fs::create_dir(&data).context("making a folder for PostgreSQL")?;
    let settings = ["fsync=on", "shared_buffers=512MB", "max_wal_size=4GB"];
    let cluster = Cluster::begin(&data, &settings).context("starting PostgreSQL")?;
    let address = cluster.address("");
    println!("PostgreSQL");
    measure(&program, &folder, &maker, records, (&address, &|| database_size(&cluster)))?;
    let rate = take_in(&address, &maker, records)?;
    println!("the bare data base takes {rate} lines a second, {TOGETHER} in a commit");
    fs::remove_dir_all(&folder).context("removing the store")
}

/// A store, and how many bytes it has.
type Store<'a> = (&'a str, &'a dyn Fn() -> Result<u64>);

/// Measures a collector on a store, part by part.
fn measure(
    program: &Path,
    folder: &Path,
    maker: &Maker,
    records: u64,
    (store, size): Store,
) -> Result<()> {
    println!(
        "{:>10} {:>10} {:>8} {:>8} {:>8} {:>9} {:>9}",
        "records", "per s", "p50 ms", "p99 ms", "max ms", "bytes", "lookup ms"
    );
    let (mut serving, address) = serve(program, folder, store)?;
    let parts = PARTS.max(records.div_ceil(PART));
    let part = records.div_ceil(parts).div_ceil(DECISIONS);
    for number in 0..parts {
        let browsers: Vec<Vec<String>> = (number * part..(number + 1) * part)
            .map(|browser| maker.lines(browser, DECISIONS))
            .collect();
        let begun = Instant::now();
        let mut waits = send(&address, &browsers)?;
        let took = begun.elapsed();
        waits.sort_unstable();
        let kept = (number + 1) * part * DECISIONS;
        let at = |share: usize| {
            let wait = waits.get((waits.len() * share / 1000).min(waits.len().saturating_sub(1)));
            wait.map_or(0.0, |wait| wait.as_secs_f64() * 1e3)
        };
        let rate = waits.len() as f64 / took.as_secs_f64();
        let bytes = size()? as f64 / kept as f64;
        let lookup = lookup(program, store, number * part)?.as_secs_f64() * 1e3;
        println!(
            "{kept:>10} {rate:>10.0} {:>8.1} {:>8.1} {:>8.1} {bytes:>9.0} {lookup:>9.1}",
            at(500),
            at(990),
            at(1000)
        );
    }
    stop(&mut serving)?;
    println!(
        "bytes of a record when it stopped: {:.0}",
        size()? as f64 / (parts * part * DECISIONS) as f64
    );
    Ok(())
}

/// Starts a collector; its address.
fn serve(program: &Path, folder: &Path, store: &str) -> Result<(Child, String)> {
    let policy = Path::new(POLICY).canonicalize().context("finding the policy")?;
    let settings = folder.join("collector.toml");
    let text = format!(
        "listen = \"127.0.0.1:0\"\nprivate = \"127.0.0.1:0\"\nstore = {store:?}\n\
         [[site]]\nname = \"bench\"\nlog = \"bench.example\"\norigins = [\"https://bench.example\"]\n\
         policies = [{policy:?}]\nrate = 1000000\nburst = 1000000\n"
    );
    fs::write(&settings, text).context("writing the settings")?;
    let mut child = Command::new(program)
        .args(["serve", "--settings"])
        .arg(&settings)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("starting the collector")?;
    let mut line = String::new();
    let out = child.stdout.take().context("the output of the collector")?;
    BufReader::new(out).read_line(&mut line).context("reading where it listens")?;
    let address = line.trim().strip_prefix("pages http://").context("where it listens")?;
    Ok((child, String::from(address)))
}

/// Ends it in the middle of nothing: all was answered, so all is kept.
fn stop(serving: &mut Child) -> Result<()> {
    let asked = Command::new("sh").args(["-c", &format!("kill -TERM {}", serving.id())]).status();
    if !asked.context("stopping the collector")?.success() {
        bail!("the collector could not be stopped");
    }
    serving.wait().map(drop).context("waiting for the collector")
}

/// Sends the records of these browsers; how long each waited for its answer.
fn send(address: &str, browsers: &[Vec<String>]) -> Result<Vec<Duration>> {
    let next = AtomicUsize::new(0);
    let mut waits = Vec::new();
    thread::scope(|scope| {
        let sender = || scope.spawn(|| sender(address, browsers, &next));
        let senders: Vec<_> = (0..SENDERS).map(|_| sender()).collect();
        for sender in senders {
            match sender.join() {
                Ok(sent) => waits.extend(sent?),
                Err(_) => bail!("a sender broke down"),
            }
        }
        Ok(())
    })?;
    Ok(waits)
}

fn sender(address: &str, browsers: &[Vec<String>], next: &AtomicUsize) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address).context("connecting to the collector")?;
    stream.set_nodelay(true)?;
    let (mut waits, mut answer) = (Vec::new(), [0; 4096]);
    while let Some(lines) = browsers.get(next.fetch_add(1, Ordering::Relaxed)) {
        for line in lines {
            let request = format!(
                "POST /v1/records HTTP/1.1\r\nHost: bench\r\nOrigin: https://bench.example\r\n\
                 Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{line}",
                line.len()
            );
            let begun = Instant::now();
            stream.write_all(request.as_bytes()).context("sending a record")?;
            // An answer is shorter than one packet.
            let count = stream.read(&mut answer).context("reading an answer")?;
            waits.push(begun.elapsed());
            if !answer.get(..count).is_some_and(|answer| answer.starts_with(b"HTTP/1.1 201")) {
                bail!("a record was not kept: {}", String::from_utf8_lossy(&answer[..count]));
            }
        }
    }
    Ok(waits)
}

/// How many bytes a store has, with the log beside it.
fn size(store: &str) -> Result<u64> {
    let log = fs::metadata(format!("{store}-wal")).map_or(0, |about| about.len());
    Ok(fs::metadata(store).context("looking at the store")?.len() + log)
}

/// How many bytes a data base has, without its write-ahead log.
fn database_size(cluster: &Cluster) -> Result<u64> {
    let said = cluster.say("select pg_database_size(current_database())")?;
    said.parse().context("the size of the data base")
}

/// How long the program needs to say what held for a browser, from its start to its end.
fn lookup(program: &Path, store: &str, browser: u64) -> Result<Duration> {
    let begun = Instant::now();
    let mut command = Command::new(program);
    command.arg("lookup").arg(store).arg(id("subject", browser)).stdout(Stdio::null());
    run(&mut command)?;
    Ok(begun.elapsed())
}

/// How many lines a second a table with nothing but them takes, as durably (`collector/examples/bare.rs`).
fn take_in(store: &str, maker: &Maker, records: u64) -> Result<String> {
    let mut command = cargo(&["run", "--release", "--locked", "--package=consentinel-collector"]);
    command.args(["--example=bare", "--"]).arg(store).arg(TOGETHER.to_string());
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the bare store")?;
    let mut lines = BufWriter::new(child.stdin.take().context("the input of the bare store")?);
    for line in (0..records.div_ceil(DECISIONS)).flat_map(|browser| maker.lines(browser, DECISIONS))
    {
        writeln!(lines, "{line}").context("writing to the bare store")?;
    }
    drop(lines);
    let output = child.wait_with_output().context("waiting for the bare store")?;
    if !output.status.success() {
        bail!("the bare store failed ({})", output.status);
    }
    Ok(String::from_utf8(output.stdout).context("what the bare store says")?.trim().to_owned())
}
