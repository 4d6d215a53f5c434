//! `cargo xtask`: every action of a developer, as one program that needs Rust, Node and git.
//!
//! This file only chooses the action. What an action does stands in the file of its name; the
//! steps they share are `run` (other programs), `tools`, `browser`, `engines`, `postgres` and `apt` (what must be installed),
//! `page`, `wasm` and `scripted` (the WebAssembly modules), `bundle`, `encode`, `delta`, `maps` and `stamp` (the script
//! around it), `server` (the module of servers), `audit` (the officer's page), `policy` (the page for policies), `npx` (the program of the package), `npm` (the package around them), `entries` (its services), `services` (what the catalogue says is old), `node`, `suites` and `document`
//! (scripts of tests/, and what they write of themselves). Nothing here ships.

mod apt;
mod audit;
mod bench;
mod bless;
mod browser;
mod build;
mod bundle;
mod delta;
mod demo;
mod document;
mod encode;
mod engines;
mod entries;
mod example;
mod fuzz;
mod maps;
mod matrix;
mod node;
mod npm;
mod npx;
mod page;
mod pictures;
mod policy;
mod postgres;
mod release;
mod report;
mod repository;
mod run;
mod scripted;
mod separate;
mod server;
mod services;
mod size;
mod stamp;
mod suites;
mod test;
mod tools;
mod trace;
mod unit;
mod wasm;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
usage: cargo xtask <action>

  demo [--port N]      install what is missing, build, serve the demo on 127.0.0.1
                       (port 8137 unless told; 0 takes any free one)
  example NAME         build, and start the sample application NAME (a folder of examples/) with Vite
  test                 everything that CI checks, in CI's order; stops at the first failure, and changes no
                       file that git knows
  bless                build, run the tests of real pages, the law, the kits of vendors and the matrix, and write what
                       they say of themselves: docs/real-pages.md, docs/law.md, docs/sdks.md, docs/leak-matrix.md
  build                dist/: the tag, a tag per language, the npm package, the policy schema
  audit [--tests]      dist/audit/ alone: the officer's page; with --tests: the tests of its module, for
                       tests/audit/module.test.mjs
  policy               dist/policy/ alone: the page for policies; the tags must be there
  size [--encodings]   build, print sizes and shares, fail over the budget;
                       with --encodings: every way to carry the module, measured
  bench gate           what the gate costs a page that is granted everything, as ratios
  bench start [--rounds N]
                       what a page pays until its consent manager is there: bytes, time and memory of the
                       tag, vanilla-cookieconsent and orejime, as ratios (11 rounds unless told)
  bench audit [N]      what the native program takes over 100 000 records and by tens up to N (a
                       million unless told), beside hashing the same bytes once
  bench collector [--records N] [--months N] [--store sqlite|postgres]
                       a collector on a store of N records (100 000 unless told) that came over so many months
                       (1 unless told), and one on a small store, in turns: how many records a second are
                       acknowledged, after how long, how long `lookup` takes, and what a record takes on the
                       disk, on SQLite and on PostgreSQL, beside the bare stores
  fuzz [TARGET…] [--seconds N]
                       look for bytes that break a reader, N seconds for each (60 unless told); needs a C++
                       compiler
  trace                what the tag moves, paints and takes while the demo's pages load, on a
                       processor slowed four times; fails where something moved or is painted largest
  pictures             docs/pictures/: the layers in every placement, light and dark, phone and desktop
  matrix               build, try every way to leak in three engines, and compare docs/leak-matrix.md
  release --dry-run [--repository URL]
                       make and check all that a release hands out, and stop before anything is published;
                       URL is the public address of the sources, for the manifest of the package
  services             the catalogue by the age of its facts, the oldest first, and what is old
  tools                install what `build` and `test` need, and say where it is
";

fn main() -> ExitCode {
    match act() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    enter_workspace()?;
    match words.as_slice() {
        ["demo"] => demo::demo(demo::DEFAULT_PORT),
        ["demo", "--port", port] => demo::demo(
            port.parse()
                .with_context(|| format!("`--port {port}`: expected a number from 0 to 65535"))?,
        ),
        ["example", name] => example::example(name),
        ["test"] => test::test(),
        ["bless"] => bless::bless(),
        ["build"] => build::build().map(drop),
        ["audit"] => audit::audit(),
        ["audit", "--tests"] => audit::tests(),
        ["policy"] => policy::policy(),
        ["size"] => size::size(),
        ["size", "--encodings"] => size::encodings(),
        ["bench", "gate"] => bench::gate(),
        ["bench", "start"] => bench::start(None),
        ["bench", "start", "--rounds", rounds] => bench::start(Some(
            rounds
                .parse()
                .with_context(|| format!("`--rounds {rounds}`: expected a number from 1 on"))?,
        )),
        ["bench", "audit"] => bench::audit(1_000_000),
        ["bench", "audit", count] => bench::audit(
            count.parse().with_context(|| format!("`bench audit {count}`: expected a number"))?,
        ),
        ["bench", "collector", words @ ..] => bench::collector(&bench::Asked::read(words)?),
        ["fuzz", targets @ .., "--seconds", seconds] => {
            fuzz::fuzz(
                targets,
                Some(seconds.parse().with_context(|| {
                    format!("`--seconds {seconds}`: expected a number from 1 on")
                })?),
            )
        }
        ["fuzz", targets @ ..] => fuzz::fuzz(targets, None),
        ["services"] => services::services(),
        ["trace"] => trace::trace(),
        ["pictures"] => pictures::pictures(),
        ["matrix"] => matrix::matrix(),
        ["release", "--dry-run"] => release::dry_run(None),
        ["release", "--dry-run", "--repository", address] => {
            release::dry_run(Some(repository::Repository::read(address)?))
        }
        ["tools"] => tools::tools(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => bail!("unknown action `{}`\n\n{USAGE}", words.join(" ")),
    }
}

/// Makes the root of the workspace the working directory, so that every path in this program and
/// in its messages is a short relative one, from wherever it was called.
fn enter_workspace() -> Result<()> {
    let here = std::env::var("CARGO_MANIFEST_DIR")
        .context("start this program as `cargo xtask`: cargo tells it where the workspace is")?;
    let root = Path::new(&here).parent().context("the package xtask has left its workspace")?;
    std::env::set_current_dir(root).context("entering the root of the workspace")
}
