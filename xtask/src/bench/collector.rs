//! `cargo xtask bench collector`: what becomes of a collector as its store grows. One store has few records, another as
//! many as are asked for, which the store's own writer put there (`collector/examples/fill.rs`). A collector runs on each;
//! they get the same work in turns, one after the other, so that whatever else the machine does meets both: how many
//! records a second are acknowledged, how long each waits for its answer, and how long `lookup` takes. Beside it, in the
//! same run, how fast the bare store takes the same lines in, and what a record takes on the disk. First on SQLite, then on a
//! PostgreSQL that it starts for itself; the stores of the one are gone when the other begins.

mod scratch;
mod senders;

use consentinel_cluster::Cluster;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use self::scratch::{Folder, LOG, Serving};
use super::records::{DECISIONS, Maker, id};
use crate::postgres::postgres;
use crate::run::{cargo, run, target};

/// How many records the small store has before the first turn.
const FEW: u64 = 30_000;
/// How many turns each has, behind a first one that does not count.
const TURNS: u64 = 20;
/// How many new browsers send their first decisions in a turn. For every fourth, one of those that the store has sends
/// another decision.
const BROWSERS: u64 = 1500;
/// How many lookups there are in a turn.
const LOOKUPS: u64 = 3;
/// As many as one commit of the collector has at most.
const TOGETHER: usize = 512;
/// How many lines the bare store gets.
const BARE: u64 = 200_000;
/// A month on average, in milliseconds.
const MONTH_MS: u64 = 2_629_746_000;

/// What is measured.
pub struct Asked {
    /// How many records the large store has.
    pub records: u64,
    /// Over how many months they came; those of the small store are of the last one.
    pub months: u64,
    /// On SQLite, on PostgreSQL.
    pub stores: [bool; 2],
}

impl Asked {
    /// Reads the words of a command.
    pub fn read(words: &[&str]) -> Result<Asked> {
        let mut asked = Asked { records: 100_000, months: 1, stores: [true; 2] };
        for pair in words.chunks(2) {
            match *pair {
                ["--records", count] => asked.records = number(pair[0], count)?,
                ["--months", count] => asked.months = number(pair[0], count)?,
                ["--store", "sqlite"] => asked.stores = [true, false],
                ["--store", "postgres"] => asked.stores = [false, true],
                _ => bail!(
                    "`{}`: expected --records N, --months N, --store sqlite or --store postgres",
                    pair.join(" ")
                ),
            }
        }
        if asked.records < FEW {
            bail!("`--records {}`: expected {FEW} or more, as the small store has", asked.records);
        }
        Ok(asked)
    }
}

fn number(name: &str, text: &str) -> Result<u64> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.with_context(|| format!("`{name} {text}`: expected a number from 1 on"))
}

/// Measures.
pub fn collector(asked: &Asked) -> Result<()> {
    let member = ["build", "--release", "--locked", "--package=consentinel-collector"];
    run(&mut cargo(&["build", "--release", "--package=consentinel-cli", "--locked"]))?;
    // Before anything is timed.
    run(cargo(&member).args(["--example=bare", "--example=fill"]))?;
    let maker = Maker::new(&built("consentinel"))?;
    if asked.stores[0] {
        println!("SQLite");
        let folder = Folder::new()?;
        let file = |name: &str| folder.path.join(name).display().to_string();
        let (small, large) = (file("small.db"), file("large.db"));
        measure(asked, &maker, &folder, [&small, &large], &|| size(&large))?;
        bare(&file("bare.db"), &maker)?;
    }
    if asked.stores[1] {
        postgres()?;
        println!("PostgreSQL");
        let folder = Folder::new()?;
        // Its user owns the folder of a cluster, and its socket needs a short path.
        let data = folder.path.join("pg");
        fs::create_dir(&data).context("making a folder for PostgreSQL")?;
        // As docs/operations.md, "Settings of the server", says.
        let settings = [
            "fsync=on",
            "shared_buffers=2GB",
            "max_wal_size=8GB",
            "checkpoint_timeout=15min",
            "wal_compression=lz4",
        ];
        let cluster = Cluster::begin(&data, &settings).context("starting PostgreSQL")?;
        cluster.say("create database small")?;
        let large = cluster.address("");
        let small = large.replace("/postgres?", "/small?");
        measure(asked, &maker, &folder, [&small, &large], &|| database_size(&cluster))?;
        bare(&large, &maker)?;
    }
    Ok(())
}

/// A program that was built for this.
fn built(name: &str) -> PathBuf {
    target().join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// What was seen of one store.
#[derive(Default)]
struct Seen {
    rates: Vec<f64>,
    waits: Vec<f64>,
    lookups: Vec<f64>,
}

/// Fills a small store and a large one, and measures both in turns.
fn measure(
    asked: &Asked,
    maker: &Maker,
    folder: &Folder,
    stores: [&str; 2],
    size: &dyn Fn() -> Result<u64>,
) -> Result<()> {
    let program = built("consentinel");
    let until_ms = SystemTime::now().duration_since(UNIX_EPOCH).context("the time")?.as_millis();
    let until_ms = u64::try_from(until_ms).context("the time")?;
    let filled = [(FEW, 1), (asked.records, asked.months)];
    let filled = filled.map(|(records, months)| Filled { records, months, until_ms });
    for (store, filled) in stores.into_iter().zip(&filled) {
        filled.fill(store, maker)?;
    }
    let bytes = size()? as f64 / asked.records as f64;
    let serving = [
        Serving::start(&program, &folder.path, "small", stores[0])?,
        Serving::start(&program, &folder.path, "large", stores[1])?,
    ];
    let mut seen = [Seen::default(), Seen::default()];
    // The first turn fills what is kept in memory.
    for turn in 0..=TURNS {
        for at in 0..2 {
            let work = work(maker, &filled[at], asked.records, turn);
            let (took, waits) = senders::send(&serving[at].address, &work)?;
            let browsers = (turn * LOOKUPS..(turn + 1) * LOOKUPS)
                .map(|number| spread(number, filled[at].browsers()));
            let lookups = browsers.map(|browser| lookup(&program, stores[at], browser));
            let lookups = lookups.collect::<Result<Vec<_>>>()?;
            if turn > 0 {
                let seen = &mut seen[at];
                seen.rates.push(waits.len() as f64 / took.as_secs_f64());
                seen.waits.extend(waits.into_iter().map(milliseconds));
                seen.lookups.extend(lookups.into_iter().map(milliseconds));
            }
        }
    }
    for one in serving {
        one.stop()?;
    }
    tell(filled.map(|filled| filled.records), &mut seen);
    println!("bytes of a record as it was filled: {bytes:.0}");
    Ok(())
}

/// The same work for a store of any size: the decisions of new browsers, and further ones of browsers that it has.
fn work(maker: &Maker, filled: &Filled, beyond: u64, turn: u64) -> Vec<Vec<String>> {
    let mut work = Vec::new();
    for number in turn * BROWSERS..(turn + 1) * BROWSERS {
        let new = beyond / DECISIONS + number;
        work.push(maker.lines_at(new, DECISIONS, &|_| filled.until_ms));
        if number % 4 == 0 {
            let known = spread(number / 4, filled.browsers());
            let mut lines =
                maker.lines_at(known, DECISIONS + 1, &|sequence| filled.at(known, sequence));
            work.push(lines.split_off(DECISIONS as usize));
        }
    }
    work
}

/// One of so many, another one for each number below them, near none that a number beside it has.
fn spread(number: u64, many: u64) -> u64 {
    number * 1_000_003 % many
}

/// What a store was filled with.
struct Filled {
    records: u64,
    months: u64,
    /// When the last of it was decided, and all that is sent later.
    until_ms: u64,
}

impl Filled {
    fn browsers(&self) -> u64 {
        self.records / DECISIONS
    }

    /// When a browser decided: evenly over all months.
    fn at(&self, browser: u64, sequence: u64) -> u64 {
        if sequence >= DECISIONS {
            return self.until_ms;
        }
        let span = u128::from((self.months - 1) * MONTH_MS);
        let left = u128::from(self.browsers() - browser) * span / u128::from(self.browsers());
        self.until_ms - left as u64
    }

    /// Puts all of it into a store.
    fn fill(&self, store: &str, maker: &Maker) -> Result<()> {
        println!("{:>10} {:>10}", "filled", "per s");
        let mut command = Command::new(built("examples/fill"));
        command.args([store, LOG, &self.records.to_string()]);
        let records = (0..self.browsers()).flat_map(|browser| {
            maker.lines_at(browser, DECISIONS, &|sequence| self.at(browser, sequence))
        });
        feed(&mut command, maker.documents()?.into_iter().chain(records))
    }
}

/// Tells how many lines a second a table with nothing but them takes, as durably (`collector/examples/bare.rs`).
fn bare(store: &str, maker: &Maker) -> Result<()> {
    println!("lines a second that the bare store takes, {TOGETHER} in a commit:");
    let mut command = Command::new(built("examples/bare"));
    command.arg(store).arg(TOGETHER.to_string());
    let lines = (0..BARE / DECISIONS).flat_map(|browser| maker.lines(browser, DECISIONS));
    feed(&mut command, lines)
}

/// Gives these lines to a program.
fn feed(command: &mut Command, lines: impl Iterator<Item = String>) -> Result<()> {
    let mut child = command.stdin(Stdio::piped()).spawn().context("starting a program")?;
    let mut input = BufWriter::new(child.stdin.take().context("its input")?);
    let written = lines.into_iter().try_for_each(|line| writeln!(input, "{line}"));
    drop(input);
    let ended = child.wait().context("waiting for a program")?;
    if !ended.success() {
        bail!("`{}` failed ({ended})", command.get_program().display());
    }
    written.context("writing its lines")
}

/// How long the program needs to say what held for a browser, from its start to its end.
fn lookup(program: &Path, store: &str, browser: u64) -> Result<Duration> {
    let begun = Instant::now();
    let mut command = Command::new(program);
    command.arg("lookup").arg(store).arg(id("subject", browser)).stdout(Stdio::null());
    run(&mut command)?;
    Ok(begun.elapsed())
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

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The value that so many of a thousand do not exceed, of values in their order.
fn share(values: &[f64], of_thousand: usize) -> f64 {
    let at = values.len() * of_thousand / 1000;
    values.get(at.min(values.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn tell(sizes: [u64; 2], seen: &mut [Seen; 2]) {
    println!(
        "{:>10} {:>8} {:>8} {:>8} {:>8} {:>8} {:>10} {:>10}",
        "records", "per s", "p50 ms", "p90 ms", "p99 ms", "max ms", "lookup p50", "lookup p99"
    );
    let ratios = seen[0].rates.iter().zip(&seen[1].rates).map(|(small, large)| large / small);
    let mut ratios: Vec<f64> = ratios.collect();
    for (records, seen) in sizes.into_iter().zip(seen) {
        for all in [&mut seen.rates, &mut seen.waits, &mut seen.lookups] {
            all.sort_unstable_by(f64::total_cmp);
        }
        let (waits, lookups) = (&seen.waits, &seen.lookups);
        println!(
            "{records:>10} {:>8.0} {:>8.1} {:>8.1} {:>8.1} {:>8.1} {:>10.1} {:>10.1}",
            share(&seen.rates, 500),
            share(waits, 500),
            share(waits, 900),
            share(waits, 990),
            share(waits, 1000),
            share(lookups, 500),
            share(lookups, 990),
        );
    }
    ratios.sort_unstable_by(f64::total_cmp);
    println!(
        "rate of the large store by that of the small one, turn by turn: {:.2} (half of the turns {:.2} to {:.2}, all {:.2} to {:.2})",
        share(&ratios, 500),
        share(&ratios, 250),
        share(&ratios, 750),
        share(&ratios, 0),
        share(&ratios, 1000),
    );
}
