//! Lays case files down for another test that runs the program and the officer's page over them
//! (tests/audit/same-answers.test.mjs): only where `CONSENTINEL_CASES_INTO` names a folder, as `cargo xtask test` does.

use std::{fs, path::PathBuf};

/// How many of the many variants of one case are kept, evenly spread.
const MOST: usize = 6;

/// Keeps what a case is made of, under its name.
pub fn keep(name: &str, variants: &[impl AsRef<[u8]>]) {
    let Some(folder) = std::env::var_os("CONSENTINEL_CASES_INTO") else { return };
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder).unwrap();
    let step = variants.len().div_ceil(MOST).max(1);
    for (at, bytes) in variants.iter().enumerate().step_by(step) {
        fs::write(folder.join(format!("{name}.{at}")), bytes).unwrap();
    }
}
