//! The clock, which is asked for one thing: which month it is. How times are read and written is
//! `consentinel_audit::time`.

use std::time::{SystemTime, UNIX_EPOCH};

use consentinel_audit::time::iso;

/// The month in which we are: `2026-01`.
pub fn this_month() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    iso(i64::try_from(since.as_millis()).unwrap_or_default()).chars().take(7).collect()
}
