//! Finds PostgreSQL, which the tests of the collector start for themselves; on a Debian-like machine where we may, it
//! installs it, without the cluster that Debian makes of it else.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use anyhow::{Context, Result};

use crate::apt;

const HELP: &str = "install the package postgresql (Debian's name)";
/// Where Debian's scripts look before they make a cluster.
const SETTINGS: &str = "/etc/postgresql-common/createcluster.conf";
/// What says that they shall make none.
const NONE: &str = "create_main_cluster = false";

/// Sees to it that the server and its tools are there.
pub fn postgres() -> Result<()> {
    let programs = ["postgres", "initdb", "pg_basebackup", "psql"];
    if programs.iter().all(|program| consentinel_cluster::program(program).is_ok()) {
        return Ok(());
    }
    apt::install("what Debian's PostgreSQL needs", &["postgresql-common"], HELP)?;
    if !fs::read_to_string(SETTINGS).is_ok_and(|text| text.lines().any(|line| line == NONE)) {
        let file = OpenOptions::new().append(true).create(true).open(SETTINGS);
        file.and_then(|mut file| writeln!(file, "{NONE}"))
            .with_context(|| format!("writing {SETTINGS}"))?;
    }
    apt::install("PostgreSQL", &["postgresql"], HELP)?;
    programs
        .iter()
        .try_for_each(|program| consentinel_cluster::program(program).map(drop))
        .context(HELP)
}
