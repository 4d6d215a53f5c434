//! The stored answer, as both modules read and write it: the state cookie, and what is kept of it beside the ledger,
//! where no server writes. Whoever writes tells whether it could be kept.
//!
//! Left out: what counts of it (src/state.rs, src/session.rs), and the ledger (`storage`).

use alloc::string::String;

use crate::policy::{ItemKind, OLDER_COOKIE, STATE_KEY};
#[cfg(feature = "gate")]
use crate::{policy::LEDGER_KEY, state::Stored};

use super::{core, host};

/// A name that is the policy's own: this, and its id. No id has a dot, so no two keys are the same.
#[inline(never)]
pub fn own(of: &str) -> String {
    let mut name = String::from(of);
    if let Some(core) = core() {
        name.push_str(core.policy.id());
    }
    name
}

/// All that is stored of the answer ([`crate::state::Stored`]). Nothing where nobody is asked for anything: the first
/// look into local storage can cost a page ten milliseconds.
pub fn stored() -> String {
    let mut stored = host::recall_state(&own(""));
    if !core().is_some_and(|core| core.policy.has_optional()) {
        return String::new();
    }
    stored.push_str(&host::recall(&own(STATE_KEY)));
    stored
}

/// Whether a ledger is there of which nothing is kept beside it, as version 0.1.0 leaves it.
#[cfg(feature = "gate")]
pub fn is_unkept(stored: &Stored) -> bool {
    stored.kept.is_empty()
        && !(stored.own.is_empty() && stored.older.is_empty())
        && !host::recall(&own(LEDGER_KEY)).is_empty()
}

/// Keeps the state in the cookie, or with no time to live forgets it.
pub fn write_state(text: &str, max_age_seconds: i64) -> Kept {
    let text = if max_age_seconds > 0 { text } else { "" };
    let share = core().map(|core| String::from(core.policy.share())).unwrap_or_default();
    host::keep_state(&own(""), text, &share, max_age_seconds as f64)
}

/// Whether a cookie was kept: 1 where it was, 2 where it is this host's alone although it was to be shared, 0 where it
/// was not.
pub type Kept = f64;

/// Keeps the same text beside the ledger.
pub fn write_kept(text: &str) -> bool {
    host::keep(&own(STATE_KEY), text)
}

/// Keeps it in both, and takes the cookie of version 0.1.0 away. Whether each could be kept. In this order: another tab
/// that hears of what is kept finds the cookie.
pub fn write(text: &str, max_age_seconds: i64) -> (Kept, bool) {
    let kept = write_state(text, max_age_seconds);
    host::erase(OLDER_COOKIE, ItemKind::Cookie as u32);
    (kept, write_kept(text))
}
