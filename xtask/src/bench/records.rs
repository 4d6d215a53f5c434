//! Records to measure with, the same in every run: of browsers with three decisions each, under a policy of `www`.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::run::answer;

/// How many records a browser has.
pub const DECISIONS: u64 = 3;
/// The policy of the records.
pub const POLICY: &str = "www/policies/jimo.json";
/// 2026-11-01T00:00:00Z.
const START_MS: u64 = 1_793_491_200_000;

/// Makes records.
pub struct Maker {
    /// Policy and notices as records name them, as texts.
    policy: String,
    notices: Vec<String>,
    /// Those notices, as they are hashed.
    shown: Vec<String>,
    build: String,
}

impl Maker {
    /// Asks the native program for the hashes that the records name.
    pub fn new(program: &Path) -> Result<Maker> {
        let checked = answer(Command::new(program).args(["check", "--json", POLICY]))?;
        let checked: Value =
            serde_json::from_str(&checked).context("what `check` says of the policy")?;
        let policy = &checked["policy"];
        let policy = json!({
            "hash": policy["hash"], "id": policy["id"], "revision": policy["revision"],
        })
        .to_string();
        let (mut notices, mut all) = (Vec::new(), Vec::new());
        for language in ["fr", "en", "de"] {
            let shown =
                answer(Command::new(program).args(["notice", POLICY, "--language", language]))?;
            let notice: Value = serde_json::from_str(&shown).context("a notice of the policy")?;
            let named = json!({
                "hash": hex(shown.as_bytes()), "language": language, "layout": notice["layout"],
            });
            notices.push(named.to_string());
            all.push(shown);
        }
        Ok(Maker { policy, notices, shown: all, build: hex(b"build") })
    }

    /// The policy and the notices that the records name, as lines of an export.
    pub fn documents(&self) -> Result<Vec<String>> {
        let policy = fs::read_to_string(POLICY).context("reading the policy")?;
        let policy: Value = serde_json::from_str(&policy).context("reading the policy")?;
        let notices = self.shown.iter().map(|notice| format!("{{\"notice\":{notice}}}"));
        Ok([json!({ "policy": policy }).to_string()].into_iter().chain(notices).collect())
    }

    /// The lines of a browser's first decisions.
    pub fn lines(&self, browser: u64, decisions: u64) -> Vec<String> {
        self.lines_at(browser, decisions, &|sequence| {
            START_MS + (browser * DECISIONS + sequence) % 2_000_000_000
        })
    }

    /// The same of decisions at these times. It may have more of them than [`DECISIONS`].
    pub fn lines_at(&self, browser: u64, decisions: u64, at: &dyn Fn(u64) -> u64) -> Vec<String> {
        let (mut lines, mut head) = (Vec::new(), String::new());
        for sequence in 0..decisions {
            let id_of_record = if sequence < DECISIONS {
                id("id", browser * DECISIONS + sequence)
            } else {
                id(&format!("id {sequence}"), browser)
            };
            let at = at(sequence);
            let (action, granted, denied) = match sequence {
                0 => ("accept-all", r#"["analytics","functionality"]"#, "[]"),
                1 => ("save", r#"["functionality"]"#, r#"["analytics"]"#),
                _ => ("reject-all", "[]", r#"["analytics","functionality"]"#),
            };
            // As text, with sorted keys: ten million of them are made while a store is filled, by a program that is not
            // optimised.
            let line = format!(
                r#"{{"action":"{action}","atMs":{at},"build":"{}","denied":{denied},"expiresAtMs":{},"granted":{granted},"id":"{id_of_record}","left":[],"notice":{},"policy":{},"previous":"{head}","sequence":{sequence},"signals":[],"subject":"{}","version":1,"via":"banner"}}"#,
                self.build,
                at + 182 * 86_400_000,
                self.notices[(browser % 3) as usize],
                self.policy,
                id("subject", browser),
            );
            head = hex(line.as_bytes());
            lines.push(line);
        }
        lines
    }
}

/// The hash of bytes, as digits.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An identifier that is the same in every run.
pub fn id(kind: &str, number: u64) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let hash = Sha256::digest(format!("{kind} {number}"));
    let mut id: String =
        hash.iter().take(21).map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect();
    // 128 bits end in one of four letters.
    id.push('A');
    id
}
