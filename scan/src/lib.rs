//! Looks at a running site with the Chromium that is installed: as a new visitor, as one who accepts everything, and as one
//! who refuses everything. What it finds is `consentinel_catalogue::found`, and what follows of it is in the catalogue too;
//! here are the browser (devtools), one page (visit, tab, heard, scripts, stack), a site (crawl), marks, and the report for people.
//!
//! Left out: arguments, files and exit codes (`cli`).

// The lint keeps clocks and files out of the pure side. This is a shell.
#![allow(clippy::disallowed_methods)]

pub mod crawl;
pub mod devtools;
mod heard;
pub mod marks;
pub mod report;
mod scripts;
mod stack;
pub mod tab;
pub mod visit;

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use consentinel::time::UnixMillis;

/// Why there is no answer, in one line that says what to do.
#[derive(Debug)]
pub struct Failed(pub String);

impl fmt::Display for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Now.
fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis(i64::try_from(since.as_millis()).unwrap_or_default())
}
