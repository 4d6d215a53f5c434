//! The stored answer, as both modules read it: the state cookie, and what is kept of it beside the ledger, where
//! no server writes. Writing it is `storage`'s work.

use alloc::string::String;

use crate::policy::{STATE_COOKIE, STATE_KEY};

use super::host;

/// The stored state; empty when there is none.
pub fn read_state() -> String {
    host::recall_state(STATE_COOKIE)
}

/// What the cookie held at the last decision; empty when that is not kept.
pub fn read_kept() -> String {
    host::recall(STATE_KEY)
}

/// The stored state, and behind a line feed what is kept of it beside the ledger; empty without a state.
/// Local storage is opened only where there is something to compare: the first look into it can cost a page
/// ten milliseconds.
pub fn stored() -> String {
    let mut stored = read_state();
    if !stored.is_empty() {
        stored.push('\n');
        stored.push_str(&read_kept());
    }
    stored
}
