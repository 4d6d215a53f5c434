//! `cargo xtask test`: everything that CI checks, the quick checks first; the first failure ends
//! it. Nothing that git knows is changed by it: what is generated is compared, and written by `bless`. The tests
//! themselves stand in `tests/`, `cli/` and beside the code they test.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::document::Document;
use crate::run::{cargo, node_tool, run, say, target, tee};
use crate::{audit, browser, build, engines, matrix, postgres, size, suites, tools, unit};

const WASM: &str = "--target=wasm32-unknown-unknown";
const PAGE_TYPES: &str = "tests/types/page.json";
const TYPE_TESTS: &str = "tests/types";
const NODE_TESTS: [&str; 8] = [
    "tests/access",
    "tests/audit",
    "tests/browser",
    "tests/documents",
    "tests/forms",
    "tests/law",
    "tests/npm",
    "tests/sdks",
];

/// Runs all steps.
pub fn test() -> Result<()> {
    step("tools", || tools::wasm_target().and_then(|()| tools::components()))?;
    // Packages, browsers and PostgreSQL come over the network while the processors are busy with Rust.
    let browsers = std::thread::scope(|scope| {
        let fetched = scope.spawn(|| {
            step("packages and browsers", || {
                tools::node_modules()?;
                postgres::postgres()?;
                tools::openssl()?;
                let browsers = browser::browsers()?;
                // For the leak matrix, and for the tests that look at three engines.
                engines::engines()?;
                Ok(browsers)
            })
        });
        step("format", || run(&mut cargo(&["fmt", "--all", "--check"])))
            .context("`cargo fmt --all` puts it right")?;
        step("lint, native", || {
            let mut clippy = cargo(&["clippy", "--workspace", "--all-targets", "--locked"]);
            run(clippy.args(["--", "-D", "warnings"]))
        })?;
        fetched.join().unwrap_or_else(|_| bail!("what fetches packages and browsers broke down"))
    })?;
    step("lint, wasm32", || {
        let mut clippy = cargo(&["clippy", "--package=consentinel", WASM, "--lib", "--locked"]);
        run(clippy.args(["--", "-D", "warnings"]))
    })?;
    // The modules of the page have an allocator and a panic handler that tests cannot have.
    for features in ["--features=module", "--features=module,gate", "--features=module,gate,moving"]
    {
        step(&format!("lint, page module, {features}"), || {
            let mut clippy = cargo(&["clippy", "--package=consentinel", WASM, "--lib", "--locked"]);
            run(clippy.args([features, "--", "-D", "warnings"]))
        })?;
    }
    step("lint, module of servers", || {
        // And the core as that one has it.
        let mut clippy = cargo(&["clippy", "--package=consentinel-server", WASM, "--lib"]);
        run(clippy.args(["--locked", "--", "-D", "warnings"]))
    })?;
    step("lint, modules of the officer's page, of the page for policies and of npx", || {
        let mut clippy = cargo(&["clippy", "--package=consentinel-audit", WASM, "--all-targets"]);
        run(clippy.args(["--package=consentinel-npx", "--locked", "--", "-D", "warnings"]))?;
        let mut clippy = cargo(&["clippy", "--package=consentinel-catalogue", WASM, "--lib"]);
        run(clippy.args(["--features=room", "--locked", "--", "-D", "warnings"]))
    })?;
    step("format and lint, JavaScript", || {
        run(node_tool("biome").args(["ci", "--error-on-warnings", "--colors=off"]))
    })
    .context("`node_modules/.bin/biome check --write` puts right what it can")?;
    step("types of the page's JavaScript", || run(node_tool("tsc").args(["-p", PAGE_TYPES])))?;
    let mut passed = step("tests, native", || {
        let mut test = cargo(&["test", "--workspace", "--locked"]);
        // What tests/audit/same-answers.test.mjs has program and page judge.
        let cases = std::path::absolute(target().join("cases"))?;
        tee(test.env("CONSENTINEL_CASES_INTO", cases))
    })
    .map(|lines| count(&lines))?;
    step("unit of the collector", unit::verify)?;
    step("build", || build::build().map(drop).and_then(|()| size::budget()))?;
    // Each of the two ends with one crate, which one processor compiles, and each has a folder of its own.
    std::thread::scope(|scope| {
        let documented = scope.spawn(|| step("documentation", documentation));
        step("tests of the officer's module", audit::tests)?;
        documented.join().unwrap_or_else(|_| bail!("what makes the documentation broke down"))
    })?;

    if Path::new(TYPE_TESTS).exists() {
        step("types of the package", || run(node_tool("tsc").args(["-p", TYPE_TESTS])))?;
    } else {
        say("skipped", format_args!("types: there is no {TYPE_TESTS}"));
    }
    passed += step("tests in Node", || suites::suites(&browsers, &node_tests()?, Document::Check))
        .map(|lines| count(&lines))?;
    step("leak matrix", || matrix::with(&browsers, Document::Check))?;
    // Reached only when no runner reported a failure: each of them ends with an error then.
    println!("\n{passed} passed, 0 failed");
    Ok(())
}

/// The documentation of all parts, without a warning.
fn documentation() -> Result<()> {
    // One by one: the library and the native program share a name, and so a folder, in which the library, being the later
    // one, stays.
    for part in [
        &[
            "--package=consentinel-audit",
            "--package=consentinel-catalogue",
            "--package=consentinel-cli",
            "--package=consentinel-cluster",
            "--package=consentinel-collector",
            "--package=consentinel-npx",
            "--package=consentinel-scan",
            "--package=consentinel-server",
            "--package=xtask",
        ][..],
        &["--package=consentinel", "--lib"],
    ] {
        let mut doc = cargo(&["doc", "--no-deps", "--locked"]);
        run(doc.args(part).env("RUSTDOCFLAGS", "-D warnings"))?;
    }
    Ok(())
}

/// Says what begins, runs it, says how long it took.
fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n== {name}");
    let start = Instant::now();
    let done = work().with_context(|| format!("the step `{name}` failed"))?;
    println!("== {name}: {:.1} s", start.elapsed().as_secs_f32());
    Ok(done)
}

/// Every test file for Node, by name; a folder that is missing or empty is an error, so that none is forgotten.
pub fn node_tests() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in NODE_TESTS {
        let before = files.len();
        for entry in std::fs::read_dir(folder).with_context(|| format!("reading {folder}"))? {
            let path = entry.with_context(|| format!("reading {folder}"))?.path();
            if path.to_string_lossy().ends_with(".test.mjs") {
                files.push(path);
            }
        }
        if files.len() == before {
            bail!("{folder} holds no *.test.mjs");
        }
    }
    files.sort();
    Ok(files)
}

/// How many tests passed, by the closing lines of the runners: `test result: ok. 3 passed; …` of
/// cargo, `tests passed: 3, failed: 0` of `tests/runner.mjs`.
fn count(lines: &[String]) -> usize {
    lines.iter().filter_map(|line| passed(line)).sum()
}

fn passed(line: &str) -> Option<usize> {
    let cargo = line.strip_prefix("test result: ok. ").and_then(|rest| rest.split_once(" passed;"));
    let node = line.strip_prefix("tests passed: ").and_then(|rest| rest.split_once(", failed: "));
    let (number, _) = cargo.or(node)?;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_counted_and_others_are_not() {
        assert_eq!(
            passed("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured;"),
            Some(12)
        );
        assert_eq!(passed("tests passed: 7, failed: 0"), Some(7));
        assert_eq!(passed("test pattern::tests::ok ... ok"), None);
        assert_eq!(passed("✔ pass 7 (3ms)"), None);
    }
}
