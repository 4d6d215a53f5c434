//! The clock of the collector, as a value that a test can replace.

use std::time::{SystemTime, UNIX_EPOCH};

/// Says what time it is, in milliseconds since 1970.
pub type Clock = fn() -> i64;

/// The clock of the machine.
pub fn machine() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or_default()
}
