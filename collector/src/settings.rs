//! The settings of a collector: a file in TOML, over which what the environment and the flags say counts. All of it is
//! read and checked before anything is opened, and every problem is told at once, each with its place, what was found
//! there and what to give instead. docs/operations.md lists the settings.

mod checked;
mod officer;
mod table;

use std::{fmt, net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use consentinel::{note::PrivateKey, policy::Policy};
use consentinel_audit::library::Library;

pub use checked::read;
pub use officer::{Holder, Officer, Page};

/// What is wrong with one setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where: `site[0].origins[1]`, or a flag.
    pub path: String,
    /// What was found there.
    pub found: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { path, found, help } = self;
        if found.is_empty() {
            write!(formatter, "{path}: {help}")
        } else {
            write!(formatter, "{path}: found `{found}`; {help}")
        }
    }
}

/// What counts over the file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Where pages reach it.
    pub listen: Option<String>,
    /// Where the operator reaches it.
    pub private: Option<String>,
    /// The file of the store, or the address of its data base.
    pub store: Option<PathBuf>,
    /// Where officers reach it.
    pub officer: Option<String>,
}

/// How much one collector takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// How many connections are open at a time.
    pub connections: usize,
    /// The longest record, in bytes.
    pub record_bytes: usize,
    /// The longest notice, in bytes.
    pub notice_bytes: usize,
    /// How many records of one site wait for the store.
    pub queue: usize,
    /// How long a request may take to come, its head and its body each.
    pub patience: Duration,
}

/// Whose records are taken.
pub struct Site {
    /// Its name in logs and numbers.
    pub name: String,
    /// The origin of its export, such as `shop.example/consent`.
    pub log: String,
    /// The origins of its pages.
    pub origins: Vec<String>,
    /// Its policies, with their notices, and other notices.
    pub library: Library,
    /// The policies alone.
    pub policies: Vec<Policy>,
    /// What signs its checkpoints.
    pub key: Option<PrivateKey>,
    /// How many requests a second.
    pub rate: NonZeroU32,
    /// How many at once.
    pub burst: NonZeroU32,
    /// How many notices of other words its pages may send.
    pub most_notices: usize,
}

/// The settings, all of them sound.
pub struct Settings {
    /// Where pages reach it.
    pub listen: SocketAddr,
    /// Where the operator reaches it.
    pub private: SocketAddr,
    /// The file of the store, or the address of its data base.
    pub store: PathBuf,
    /// How much it takes.
    pub limits: Limits,
    /// Whom the store answers, if anybody.
    pub officer: Option<Officer>,
    /// The sites.
    pub sites: Vec<Site>,
}
