//! Whether the records of one browser can follow each other: what one says, an earlier one must not rule
//! out. Native only, for verifiers. The chain of hashes, places and the one pseudonym are asked by
//! `verify`; what a record says by itself, by [`crate::record::examine`].
//!
//! Errors and warnings are told apart as there: an error is what no release can have written.

use alloc::{collections::BTreeSet, vec::Vec};

use crate::{
    problem::Code,
    record::{Action, LONGEST_MS, Names, Record, Text, Via},
};

/// How far ahead of the clock a stored answer may be when it is read (docs/record.md, "Reading it").
const TOLERANCE_MS: i64 = 600_000;

/// What the records so far said.
#[derive(Default)]
pub struct History {
    ids: BTreeSet<Text>,
    names: Names,
    /// The id of the policy of the record before.
    policy: Text,
    /// When the record before was written, and the latest time of any.
    last_ms: i64,
    latest_ms: i64,
    /// What was granted after the last decision; nothing where that is not known.
    granted: Option<Vec<Text>>,
}

impl History {
    /// The history of a browser, of which nothing is known where older records were summarised away.
    pub fn new(is_from_the_start: bool) -> History {
        History { granted: is_from_the_start.then(Vec::new), ..History::default() }
    }

    /// A line that is no record: what held after it is not known.
    pub fn lose_track(&mut self) {
        self.granted = None;
    }

    /// Takes the next record in, and tells of everything in it that cannot follow.
    pub fn follow(&mut self, record: &Record, report: &mut dyn FnMut(Code, &str)) {
        self.time(record, report);
        if !self.ids.insert(record.id.clone()) {
            report(Code::RecordRepeated, &record.id);
        }
        self.names(record, report);
        self.grants(record, report);
    }

    fn time(&mut self, record: &Record, report: &mut dyn FnMut(Code, &str)) {
        if self.last_ms > record.at_ms {
            report(Code::TimeReversed, "atMs");
        }
        self.last_ms = record.at_ms;
        self.latest_ms = self.latest_ms.max(record.at_ms);
        // A choice that this decision left alone may have been made while the clock was ahead of today's.
        let made_ms = match record.action.known() {
            Some(Action::AcceptAll | Action::RejectAll | Action::Import) => record.at_ms,
            Some(Action::Save | Action::Withdraw | Action::OptOut) | None => {
                self.latest_ms + TOLERANCE_MS
            }
            Some(Action::Once) => return,
        };
        if record.expires_at_ms - made_ms > LONGEST_MS {
            report(Code::ExpiryImpossible, "expiresAtMs");
        }
    }

    /// What stands for a document, and whether it is of the policy of the record before.
    fn names(&mut self, record: &Record, report: &mut dyn FnMut(Code, &str)) {
        self.names.follow(record, report);
        if !self.policy.is_empty() && self.policy != record.policy_id {
            report(Code::PolicyChanged, &record.policy_id);
        }
        self.policy.clone_from(&record.policy_id);
    }

    /// What is granted, and was not, by an action that grants nothing, or one thing at most.
    fn grants(&mut self, record: &Record, report: &mut dyn FnMut(Code, &str)) {
        let most = match record.action.known() {
            // It changes nothing, so what held before it goes on.
            Some(Action::Once) => return,
            Some(Action::Withdraw) => 0,
            Some(Action::Save) if record.via == Via::Placeholder => 1,
            // After an opt-out, services that were granted with a category which is denied stand by themselves.
            _ => usize::MAX,
        };
        if let Some(before) = &self.granted {
            let is_new = |name: &&Text| before.binary_search(name).is_err();
            let new: Vec<&str> = record.granted.iter().filter(is_new).map(Text::as_str).collect();
            if new.len() > most {
                report(Code::GrantUnrecorded, &new.join(" "));
            }
        }
        self.granted = Some(record.granted.clone());
    }
}
