//! What a measurement leaves nothing of, whatever ends it, an interrupt and `kill -9` as well: a folder for stores, and a
//! collector that runs on one. A shell beside each waits for the end of its input, which is ours, and cleans up then.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::bench::records::POLICY;

/// The log of every store that is measured.
pub const LOG: &str = "bench.example";

/// Removes a folder, and again what somebody who ends at the same time still puts there.
const REMOVE: &str = r#"trap '' INT TERM HUP; read -r _; until rm -rf "$1"; do sleep 1; done"#;
/// Runs a program, and ends it in its own time.
const RUN: &str =
    r#"trap '' INT TERM HUP; "$@" & program=$!; read -r _; kill -TERM "$program"; wait "$program""#;

/// A folder that goes.
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    watch: Child,
}

impl Folder {
    /// Makes one for temporary files, where the environment (`TMPDIR`) says that these go.
    pub fn new() -> Result<Folder> {
        let path = std::env::temp_dir().join(format!("consentinel-bench-{}", std::process::id()));
        fs::create_dir(&path).context("making a folder for the stores")?;
        let watch = watched(REMOVE, |watch| watch.arg(&path))?;
        Ok(Folder { path, watch })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = ended(&mut self.watch);
    }
}

/// A collector.
pub struct Serving {
    /// Where pages reach it.
    pub address: String,
    watch: Child,
}

impl Serving {
    /// Starts one on this store, with its settings in this folder.
    pub fn start(program: &Path, folder: &Path, name: &str, store: &str) -> Result<Serving> {
        let policy = Path::new(POLICY).canonicalize().context("finding the policy")?;
        let settings = folder.join(format!("{name}.toml"));
        let text = format!(
            "listen = \"127.0.0.1:0\"\nprivate = \"127.0.0.1:0\"\nstore = {store:?}\n\
             [[site]]\nname = \"bench\"\nlog = {LOG:?}\norigins = [\"https://{LOG}\"]\n\
             policies = [{policy:?}]\nrate = 1000000\nburst = 1000000\n"
        );
        fs::write(&settings, text).context("writing the settings")?;
        let mut watch = watched(RUN, |watch| {
            watch.arg(program).args(["serve", "--settings"]).arg(&settings).stdout(Stdio::piped())
        })?;
        let mut line = String::new();
        let out = watch.stdout.take().context("the output of the collector")?;
        BufReader::new(out).read_line(&mut line).context("reading where it listens")?;
        let address = line.trim().strip_prefix("pages http://").context("where it listens")?;
        Ok(Serving { address: String::from(address), watch })
    }

    /// Ends it in the middle of nothing: all was answered, so all is kept.
    pub fn stop(mut self) -> Result<()> {
        ended(&mut self.watch)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = ended(&mut self.watch);
    }
}

fn watched(script: &str, with: impl FnOnce(&mut Command) -> &mut Command) -> Result<Child> {
    let mut watch = Command::new("sh");
    watch.args(["-c", script, "sh"]).stdin(Stdio::piped()).stderr(Stdio::null());
    with(&mut watch).spawn().context("starting a shell")
}

fn ended(watch: &mut Child) -> Result<()> {
    drop(watch.stdin.take());
    watch.wait().map(drop).context("waiting for a shell")
}
