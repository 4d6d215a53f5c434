//! `cargo xtask fuzz`: searches for bytes that break one of our readers, for a while each. The search is
//! LLVM's libFuzzer; what must hold of any bytes are the targets of tests/fuzz/ and collector/tests/fuzz/, in the programs of fuzz/. What
//! it finds it puts into tests/vectors/fuzz/, where `cargo test` replays it from then on; what it has learnt
//! on the way stays in target/fuzz/.

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{answer, cargo, run, say, target};

const PROGRAMS: &str = "fuzz/fuzz_targets";
const FOUND: &str = "tests/vectors/fuzz";
/// How long a target is tried unless told.
const SECONDS: u32 = 60;
/// One input must not take longer, in seconds: every reader takes time that is linear in its input.
const SLOWEST: u32 = 5;
/// The longest input, in bytes.
const LONGEST: u32 = 20_000;

/// Has the compiler count which code was reached, as cargo-fuzz does; these are flags of the stable compiler.
const COUNTED: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// Tries these targets, or all, for so many seconds each.
pub fn fuzz(names: &[&str], seconds: Option<NonZeroU32>) -> Result<()> {
    let all = targets()?;
    let names: Vec<String> = match names {
        [] => all.clone(),
        names => names.iter().map(|name| String::from(*name)).collect(),
    };
    if let Some(unknown) = names.iter().find(|name| !all.contains(name)) {
        bail!("there is no target `{unknown}`: {}", all.join(", "));
    }
    let folder = target().join("fuzz");
    let host = host()?;
    let mut build = cargo(&["build", "--release", "--locked", "--manifest-path=fuzz/Cargo.toml"]);
    // With a target named, scripts that only build are not searched as well.
    run(build.args(["--target", &host, "--target-dir"]).arg(&folder).env("RUSTFLAGS", COUNTED))?;
    let programs = folder.join(&host).join("release");
    let mut broken = Vec::new();
    for name in names {
        say("fuzz", &name);
        let (learnt, known) = (folder.join("learnt").join(&name), Path::new(FOUND).join(&name));
        fs::create_dir_all(&learnt).context("making a folder for what is learnt")?;
        let program = programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let mut search = Command::new(program);
        search.arg(&learnt).arg(&known).args(beside(&name));
        search.args([
            format!("-artifact_prefix={}/", known.display()),
            format!("-max_total_time={}", seconds.map_or(SECONDS, NonZeroU32::get)),
            format!("-timeout={SLOWEST}"),
            format!("-max_len={LONGEST}"),
            String::from("-print_final_stats=1"),
            String::from("-verbosity=0"),
        ]);
        if run(&mut search).is_err() {
            broken.push(name);
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    bail!(
        "broken: {}; the bytes are in {FOUND}, and `cargo test --workspace --test fuzz` replays them",
        broken.join(", ")
    )
}

/// What else the search of a target begins with.
fn beside(name: &str) -> &'static [&'static str] {
    match name {
        "policy" => &["www/policies"],
        "export" => &["tests/vectors/export"],
        _ => &[],
    }
}

fn targets() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(PROGRAMS).with_context(|| format!("reading {PROGRAMS}"))? {
        let path = entry.with_context(|| format!("reading {PROGRAMS}"))?.path();
        names.extend(path.file_stem().and_then(|name| name.to_str()).map(String::from));
    }
    names.sort();
    Ok(names)
}

/// The kind of machine that this one is, as the compiler names it.
fn host() -> Result<String> {
    let told = answer(Command::new("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(String::from).context("rustc does not say what machine this is")
}
