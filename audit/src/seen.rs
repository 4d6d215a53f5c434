//! What this browser has seen of a site before, so that an export or a ledger that was made anew shows: the
//! size and root of each month's tree, and the last record of a browser's ledger. Where it is kept is
//! `room.rs`; a comparison of two files that are both there is `consentinel compare`.

use std::collections::BTreeMap;

use consentinel::{
    export::Summary,
    hash::{hex, sha256},
    ledger::Ledger,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A tree as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Then {
    /// How many leaves it had.
    pub size: u64,
    /// Its root, in hexadecimal digits.
    pub root: String,
}

/// What is remembered of one export, by its origin, or of one ledger, by its pseudonym.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Of what.
    pub of: String,
    /// Each month; empty for a ledger.
    pub months: BTreeMap<String, Then>,
    /// The hash of the last record of a ledger; empty for an export.
    pub head: String,
}

impl Seen {
    /// What is to be remembered of an export.
    pub fn of_export(summary: &Summary) -> Seen {
        let months = summary.months.iter().map(|month| {
            let then = Then { size: month.tree.size(), root: hex(&month.tree.root()) };
            (month.month.clone(), then)
        });
        Seen { of: summary.origin.clone(), months: months.collect(), head: String::new() }
    }

    /// What is to be remembered of a ledger.
    pub fn of_ledger(subject: &str, head: &str) -> Seen {
        Seen { of: String::from(subject), months: BTreeMap::new(), head: String::from(head) }
    }
}

/// Looks, while a file is read, whether it goes on from what was seen.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    known: Vec<Seen>,
    /// The root of each month at the size that it had then.
    roots: BTreeMap<String, String>,
    looked: (usize, u64),
}

impl Watch {
    /// Watches for these.
    pub fn new(known: Vec<Seen>) -> Watch {
        Watch { known, ..Watch::default() }
    }

    fn of(&self, of: &str) -> Option<&Seen> {
        self.known.iter().find(|seen| seen.of == of)
    }

    /// Looks at an export as far as it is read.
    pub fn look(&mut self, so_far: &Summary) {
        let Some(month) = so_far.months.last() else { return };
        let state = (so_far.months.len(), month.tree.size());
        if self.looked == state {
            return;
        }
        self.looked = state;
        let then = self.of(&so_far.origin).and_then(|seen| seen.months.get(&month.month));
        if then.is_some_and(|then| then.size == month.tree.size()) {
            self.roots.insert(month.month.clone(), hex(&month.tree.root()));
        }
    }

    /// What is not as it was seen: months that were changed, and months that are gone; and whether anything was
    /// seen before, and all of it goes on.
    pub fn changes(&self, summary: &Summary) -> Vec<Value> {
        let Some(seen) = self.of(&summary.origin) else { return Vec::new() };
        let first = summary.months.first().map(|month| month.month.clone()).unwrap_or_default();
        let mut told = Vec::new();
        for (month, then) in &seen.months {
            let is_there = summary.months.iter().any(|other| other.month == *month);
            let state = if then.size == 0 || self.roots.get(month) == Some(&then.root) {
                "goesOn"
            } else if *month < first {
                "dropped"
            } else if is_there {
                "changed"
            } else {
                "gone"
            };
            told.push(json!({ "what": month, "state": state }));
        }
        told
    }

    /// The same of a ledger.
    pub fn ledger(&self, ledger: &Ledger) -> Vec<Value> {
        let Some(seen) = self.of(&ledger.subject) else { return Vec::new() };
        let is_there = ledger.summary == seen.head
            || ledger.lines.iter().any(|line| sha256(line.as_bytes()) == seen.head);
        // A browser gives up its oldest records, and then what was seen may be among them.
        let state = match is_there {
            true => "goesOn",
            false if ledger.summarised > 0 => "summarised",
            false => "changed",
        };
        vec![json!({ "what": ledger.subject, "state": state })]
    }
}
