//! Runs the real program over real files and looks at what its users see: standard output, standard
//! error and the exit code. One test binary with a file for each command, and `audit` for those around an export, `officer` for what README promises; `sample` makes ledgers
//! through the core's public functions. The core's own rules are tested in the core.

// Tests of a shell write files, and helpers of tests may fail loudly.
#![allow(clippy::disallowed_methods)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod anchor;
mod audit;
mod bad;
mod catalogue;
mod check;
mod convert;
mod csp;
mod draft;
mod export;
mod gpc;
mod init;
mod later;
mod long;
mod notice;
mod officer;
mod pack;
mod sample;
mod serve;
mod usage;
mod verify;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What one run left behind.
#[derive(Debug)]
struct Run {
    code: i32,
    out: String,
    words: String,
}

impl Run {
    #[track_caller]
    fn json(&self) -> Value {
        assert_eq!(self.words, "");
        assert_eq!(self.out.matches('\n').count(), 1, "one line: {}", self.out);
        serde_json::from_str(&self.out).unwrap()
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_consentinel"))
}

fn run(arguments: &[&str]) -> Run {
    run_with_input(arguments, b"")
}

fn run_with_input(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = program()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that asks for no input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().expect("it ended by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        words: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder of one test, gone with it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file and names it for the command line.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), content).unwrap();
        self.name(name)
    }

    fn name(&self, name: &str) -> String {
        String::from(self.path(name).to_str().unwrap())
    }
}

/// A file of the repository.
fn repository(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    String::from(root.join(path).to_str().unwrap())
}
