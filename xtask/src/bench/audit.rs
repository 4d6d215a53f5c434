//! `cargo xtask bench audit`: how long the native program takes over a hundred thousand records and over
//! a million, beside how long this machine takes to hash the same bytes once: times alone say more of
//! the machine than of the program. With each, the most memory that it had at a time.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::run::{answer, cargo, run, say, target};

/// How many records a browser has.
const DECISIONS: u64 = 3;
/// 2026-11-01T00:00:00Z.
const START_MS: u64 = 1_793_491_200_000;
const POLICY: &str = "www/policies/jimo.json";

/// Measures, on so many records and on a tenth of them.
pub fn audit(records: u64) -> Result<()> {
    run(&mut cargo(&["build", "--release", "--package=consentinel-cli", "--locked"]))?;
    let program =
        target().join("release").join(format!("consentinel{}", std::env::consts::EXE_SUFFIX));
    let folder = target().join("bench-audit");
    fs::create_dir_all(&folder).context("making a folder for the records")?;
    println!(
        "{:>9} {:<18} {:>8} {:>10} {:>12} {:>8}",
        "records", "", "s", "million/s", "x hashing", "MB"
    );
    for count in [records / 10, records] {
        let ledgers = folder.join("ledgers.ndjson");
        let export = folder.join("export.ndjson");
        let bytes = write_ledgers(&program, &ledgers, count)?;
        let _ = fs::remove_file(&export);
        let hashing = hashing(&ledgers)?;
        line(count, "hashing", hashing, hashing, None);
        let (ledgers, export) = (path(&ledgers)?, path(&export)?);
        let steps: [(&str, Vec<&str>); 6] = [
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
        ];
        for (name, arguments) in steps {
            let (time, memory) = measured(&program, &arguments)?;
            line(count, name, time, hashing, memory);
        }
        say("bytes", bytes);
    }
    fs::remove_dir_all(&folder).context("removing the records")
}

fn path(path: &Path) -> Result<String> {
    path.to_str().map(String::from).context("the target folder has a name that is no text")
}

fn line(count: u64, name: &str, time: Duration, hashing: Duration, memory: Option<u64>) {
    let seconds = time.as_secs_f64();
    let rate = count as f64 / seconds / 1e6;
    let ratio = seconds / hashing.as_secs_f64();
    let memory = memory.map_or_else(|| String::from("-"), |bytes| (bytes / 1_000_000).to_string());
    println!("{count:>9} {name:<18} {seconds:>8.2} {rate:>10.2} {ratio:>12.1} {memory:>8}");
}

/// How long one processor hashes these bytes.
fn hashing(file: &Path) -> Result<Duration> {
    let bytes = fs::read(file).context("reading the records")?;
    let start = Instant::now();
    std::hint::black_box(Sha256::digest(&bytes));
    Ok(start.elapsed())
}

/// How long a command takes, and where Linux tells it the most memory that it had.
fn measured(program: &Path, arguments: &[&str]) -> Result<(Duration, Option<u64>)> {
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .context("starting the native program")?;
    let status = format!("/proc/{}/status", child.id());
    let mut memory = None;
    loop {
        if let Some(ended) = child.try_wait().context("waiting for the native program")? {
            if !ended.success() {
                bail!("`consentinel {}` failed ({ended})", arguments.join(" "));
            }
            return Ok((start.elapsed(), memory));
        }
        memory = peak(&status).or(memory);
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn peak(status: &str) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Writes ledgers of many browsers one after the other, and hands back how many bytes they have.
fn write_ledgers(program: &Path, file: &Path, count: u64) -> Result<u64> {
    let checked = answer(Command::new(program).args(["check", "--json", POLICY]))?;
    let policy: Value =
        serde_json::from_str(&checked).context("what `check` says of the policy")?;
    let policy = &policy["policy"];
    let mut notices = Vec::new();
    for language in ["fr", "en", "de"] {
        let hash = answer(Command::new(program).args([
            "notice",
            POLICY,
            "--hash",
            "--language",
            language,
        ]))?;
        notices.push(json!({ "hash": hash.trim_end(), "language": language, "layout": 2 }));
    }
    let build = hex(b"build");
    let mut output = BufWriter::new(File::create(file).context("making the file of the records")?);
    let mut bytes = 0;
    for browser in 0..count.div_ceil(DECISIONS) {
        let decisions = DECISIONS.min(count - browser * DECISIONS);
        let (mut lines, mut head) = (String::new(), String::new());
        for sequence in 0..decisions {
            let number = browser * DECISIONS + sequence;
            let at = START_MS + number % 2_000_000_000;
            let (action, granted, denied) = match sequence {
                0 => ("accept-all", json!(["analytics", "functionality"]), json!([])),
                1 => ("save", json!(["functionality"]), json!(["analytics"])),
                _ => ("reject-all", json!([]), json!(["analytics", "functionality"])),
            };
            let record = json!({
                "version": 1, "id": id("id", number), "subject": id("subject", browser),
                "atMs": at, "expiresAtMs": at + 182 * 86_400_000,
                "action": action, "via": "banner", "granted": granted, "denied": denied,
                "left": [], "notice": notices[(browser % 3) as usize], "build": build, "signals": [],
                "policy": { "hash": policy["hash"], "id": policy["id"], "revision": policy["revision"] },
                "sequence": sequence, "previous": head,
            });
            // The keys of serde_json's objects are sorted, and nothing here needs an escape.
            let line = record.to_string();
            head = hex(line.as_bytes());
            lines.push_str(&line);
            lines.push('\n');
        }
        let header = json!({ "format": "consentinel-ledger", "version": 1, "count": decisions,
            "head": head, "summarised": 0, "summary": "" });
        let ledger = format!("{header}\n{lines}");
        bytes += ledger.len() as u64;
        output.write_all(ledger.as_bytes()).context("writing the records")?;
    }
    output.flush().context("writing the records")?;
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An identifier that is the same in every run.
fn id(kind: &str, number: u64) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let hash = Sha256::digest(format!("{kind} {number}"));
    let mut id: String =
        hash.iter().take(21).map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect();
    // 128 bits end in one of four letters.
    id.push('A');
    id
}
