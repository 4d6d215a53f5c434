//! The stored answer, as both modules read it: the state cookie, and what is kept of it beside the ledger, where
//! no server writes. Whoever writes tells whether it could be kept.

use alloc::string::String;

use crate::{
    policy::{STATE_COOKIE, STATE_KEY},
    text,
};

use super::host;

/// The stored state; empty when there is none.
pub fn read_state() -> String {
    host::recall_state(STATE_COOKIE)
}

/// What the cookie held at the last decision; empty when that is not kept.
pub fn read_kept() -> String {
    host::recall(STATE_KEY)
}

/// Keeps the state, or with no time to live forgets it.
pub fn write_state(text: &str, max_age_seconds: i64) -> bool {
    let text = if max_age_seconds > 0 { text } else { "" };
    host::keep_state(STATE_COOKIE, text, max_age_seconds as f64)
}

/// Keeps the same text beside the ledger.
pub fn write_kept(text: &str) -> bool {
    host::keep(STATE_KEY, text)
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

/// Whether another page of the site is in the middle of a decision: its cookie can be seen before what it keeps beside
/// the ledger. There is another look when that comes.
pub fn is_halfway(stored: &str) -> bool {
    let (state, kept) = text::split(stored, b'\n');
    kept.is_some_and(|kept| !kept.is_empty() && kept != state)
}
