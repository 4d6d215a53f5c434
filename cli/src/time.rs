//! The clock. How times are read and written is
//! `consentinel_audit::time`.

use std::time::{SystemTime, UNIX_EPOCH};

use consentinel_audit::time::iso;

/// Now, in milliseconds since 1970.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or_default()
}

/// The month in which we are: `2026-01`.
pub fn this_month() -> String {
    iso(now_ms()).chars().take(7).collect()
}
