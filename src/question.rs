//! What an officer asks of the records of one browser: what held at this time, by which decision.
//! What the banner had said then is the notice that the decision names; whoever has an export finds it
//! there by its hash. Whether the records are what a browser wrote is a verifier's question.
//!
//! ```
//! use consentinel::{question::held, time::UnixMillis};
//! // Before any decision nothing optional is granted.
//! let held = held(&[], Some(UnixMillis(0)));
//! assert!(held.decision.is_none() && held.once.is_empty());
//! ```

use alloc::vec::Vec;

use crate::{
    record::{Action, Record},
    time::UnixMillis,
};

/// What held for one browser at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Held<'a> {
    /// The last decision until then that changed a choice: what it granted and denied held, as long as
    /// nothing ended. None where there was none: then nothing optional was granted.
    pub decision: Option<&'a Record>,
    /// Whether at least one of its choices had ended by the time asked about; false where none was.
    pub is_past_end: bool,
    /// What was let load once by then, since that decision.
    pub once: Vec<&'a Record>,
}

/// What held at a time, by the records of one browser in any order; without a time, after the last of them, where
/// nothing has ended: only a time asked about can be past an end.
///
/// The order is that of their clock, as it is for whoever asks about a time; where a clock was set
/// back, a verifier says so (`time-reversed`).
pub fn held(records: &[Record], at: Option<UnixMillis>) -> Held<'_> {
    let mut until: Vec<&Record> =
        records.iter().filter(|record| at.is_none_or(|at| record.at_ms <= at.0)).collect();
    until.sort_by_key(|record| (record.at_ms, record.sequence));
    let decisions = until.iter().rposition(|record| record.action != Action::Once);
    let decision = decisions.and_then(|position| until.get(position).copied());
    let since = decisions.map_or(0, |position| position + 1);
    Held {
        decision,
        is_past_end: decision.is_some_and(|decision| {
            let is_any = !decision.granted.is_empty() || !decision.denied.is_empty();
            is_any && at.is_some_and(|at| decision.expires_at_ms <= at.0)
        }),
        once: until.split_off(since),
    }
}
