//! `cargo xtask bench audit`: how long the native program takes over a hundred thousand records, a million and so on
//! by tens, up to as many as are asked for, beside how long this machine takes to hash the same bytes once: times alone say more of
//! the machine than of the program. With each, the time of all its processors together, which another program
//! on the machine adds little to, and the most memory that it had at a time.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::records::{DECISIONS, Maker, POLICY, hex};
use crate::run::{cargo, run, say, target};

/// How many rows a spreadsheet has.
const SHEET_ROWS: u64 = 1_048_576;

/// Measures, on so many records and on fewer: from a hundred thousand on, ten times as many each time.
pub fn audit(records: u64) -> Result<()> {
    run(&mut cargo(&["build", "--release", "--package=consentinel-cli", "--locked"]))?;
    let program =
        target().join("release").join(format!("consentinel{}", std::env::consts::EXE_SUFFIX));
    let folder = target().join("bench-audit");
    fs::create_dir_all(&folder).context("making a folder for the records")?;
    println!(
        "{:>9} {:<16} {:>8} {:>11} {:>10} {:>10} {:>6}",
        "records", "", "s", "processor s", "million/s", "x hashing", "MB"
    );
    let fewer = std::iter::successors(Some(100_000), |count| Some(count * 10));
    for count in fewer.take_while(|count| *count < records).chain([records]) {
        let ledgers = folder.join("ledgers.ndjson");
        let export = folder.join("export.ndjson");
        let bytes = write_ledgers(&program, &ledgers, count)?;
        let _ = fs::remove_file(&export);
        let hashing = hashing(&ledgers)?;
        line(count, "hashing", &Run { time: hashing, ..Run::default() }, hashing);
        let (ledgers, export) = (path(&ledgers)?, path(&export)?);
        let steps: [(&str, Vec<&str>); 8] = [
            (
                "gather",
                vec![
                    "gather",
                    &ledgers,
                    "--into",
                    &export,
                    "--origin",
                    "bench.example",
                    "--month",
                    "2026-11",
                    "--policy",
                    POLICY,
                ],
            ),
            ("verify", vec!["verify", &export]),
            ("stats", vec!["stats", &export]),
            ("export ndjson", vec!["export", &export, "--format", "ndjson"]),
            ("export csv", vec!["export", &export, "--format", "csv"]),
            ("export parquet", vec!["export", &export, "--format", "parquet"]),
            ("export json-ld", vec!["export", &export, "--format", "json-ld"]),
            ("export xlsx", vec!["export", &export, "--format", "xlsx"]),
        ];
        for (name, arguments) in steps {
            // More than a sheet has room for go into several, which takes minutes and shows nothing new.
            if name.ends_with("xlsx") && count > SHEET_ROWS {
                continue;
            }
            line(count, name, &measured(&program, &arguments)?, hashing);
        }
        say("bytes", bytes);
    }
    fs::remove_dir_all(&folder).context("removing the records")
}

fn path(path: &Path) -> Result<String> {
    path.to_str().map(String::from).context("the target folder has a name that is no text")
}

fn line(count: u64, name: &str, run: &Run, hashing: Duration) {
    let seconds = run.time.as_secs_f64();
    let rate = count as f64 / seconds / 1e6;
    let busy = run.busy.unwrap_or(run.time).as_secs_f64();
    // Of what the processors did, which does not depend on how many there are.
    let ratio = busy / hashing.as_secs_f64();
    let told =
        |number: Option<u64>| number.map_or_else(|| String::from("-"), |told| told.to_string());
    let megabytes = told(run.memory.map(|bytes| bytes / 1_000_000));
    println!(
        "{count:>9} {name:<16} {seconds:>8.2} {busy:>11.2} {rate:>10.2} {ratio:>10.1} {megabytes:>6}"
    );
}

/// What a command took.
#[derive(Default)]
struct Run {
    time: Duration,
    /// The time of all processors together, and the most memory, where Linux tells them.
    busy: Option<Duration>,
    memory: Option<u64>,
}

/// How long one processor hashes these bytes: the quickest of a few times, the others were disturbed.
fn hashing(file: &Path) -> Result<Duration> {
    let bytes = fs::read(file).context("reading the records")?;
    let times = (0..5).map(|_| {
        let start = Instant::now();
        std::hint::black_box(Sha256::digest(&bytes));
        start.elapsed()
    });
    Ok(times.min().unwrap_or_default())
}

/// What a command takes.
fn measured(program: &Path, arguments: &[&str]) -> Result<Run> {
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("starting the native program")?;
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let mut run = Run::default();
    loop {
        if let Some(ended) = child.try_wait().context("waiting for the native program")? {
            if !ended.success() {
                bail!("`consentinel {}` failed ({ended})", arguments.join(" "));
            }
            run.time = start.elapsed();
            return Ok(run);
        }
        run.memory = peak(&process).or(run.memory);
        run.busy = busy(&process).or(run.busy);
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn peak(process: &Path) -> Option<u64> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// The time of the processors so far (proc(5), `stat`, fields 14 and 15, in hundredths of a second).
fn busy(process: &Path) -> Option<Duration> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The name of the program, in brackets, is the second field, and may hold a space.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    // Of a process that has ended nothing is left.
    let hundredths = Some(user + system).filter(|time| *time > 0)?;
    Some(Duration::from_millis(hundredths * 10))
}

/// Writes ledgers of many browsers one after the other, and hands back how many bytes they have.
fn write_ledgers(program: &Path, file: &Path, count: u64) -> Result<u64> {
    let maker = Maker::new(program)?;
    let mut output = BufWriter::new(File::create(file).context("making the file of the records")?);
    let mut bytes = 0;
    for browser in 0..count.div_ceil(DECISIONS) {
        let decisions = DECISIONS.min(count - browser * DECISIONS);
        let lines = maker.lines(browser, decisions);
        let head = lines.last().map(|line| hex(line.as_bytes())).unwrap_or_default();
        let header = json!({ "format": "consentinel-ledger", "version": 1, "count": decisions,
            "head": head, "summarised": 0, "summary": "" });
        let ledger = format!("{header}\n{}\n", lines.join("\n"));
        bytes += ledger.len() as u64;
        output.write_all(ledger.as_bytes()).context("writing the records")?;
    }
    output.flush().context("writing the records")?;
    Ok(bytes)
}
