//! Counts decisions by day, category, language and revision. One number for each row is kept and no
//! record.

use std::collections::BTreeMap;

use consentinel::record::{Action, Record};
use serde_json::{Value, json};

use crate::time::day;

/// What is counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The day of the decision.
    Day,
    /// The category or service.
    Category,
    /// The language of the notice.
    Language,
    /// The revision of the policy.
    Revision,
}

impl By {
    /// All of them.
    pub const ALL: [By; 4] = [By::Day, By::Category, By::Language, By::Revision];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            By::Day => "day",
            By::Category => "category",
            By::Language => "language",
            By::Revision => "revision",
        }
    }
}

/// A row of decisions.
#[derive(Default)]
pub struct Decisions {
    /// How many there are.
    pub records: u64,
    /// How many choices of them granted something, and how many denied it; a `once` has none.
    pub choices: (u64, u64),
    /// How many of each action.
    pub actions: BTreeMap<&'static str, u64>,
}

/// All that is counted.
#[derive(Default)]
pub struct Counts {
    rows: BTreeMap<By, BTreeMap<String, Decisions>>,
    /// Granted and denied, by category or service.
    pub categories: BTreeMap<String, (u64, u64)>,
}

/// The word under which all words of actions are counted that a newer program wrote.
pub const OTHER: &str = "other";

/// The words under which records are counted: those of the actions, then [`OTHER`].
pub const WORDS: [&str; 8] =
    ["accept-all", "reject-all", "save", "withdraw", "once", "opt-out", "import", OTHER];

/// Under which word a record is counted: that of its action, or [`OTHER`] for all words that came later.
fn counted(record: &Record) -> &'static str {
    record.action.known().map_or(OTHER, Action::word)
}

impl Counts {
    /// Takes a record in.
    pub fn take(&mut self, record: &Record) {
        let day = day(record.at_ms);
        let revision = [&record.policy_id, " ", &record.policy_revision].concat();
        for (by, key) in
            [(By::Day, day.as_str()), (By::Language, &record.language), (By::Revision, &revision)]
        {
            let rows = self.rows.entry(by).or_default();
            if !rows.contains_key(key) {
                rows.insert(String::from(key), Decisions::default());
            }
            let Some(row) = rows.get_mut(key) else { continue };
            row.records += 1;
            if record.action != Action::Once {
                row.choices.0 += record.granted.len() as u64;
                row.choices.1 += record.denied.len() as u64;
            }
            *row.actions.entry(counted(record)).or_default() += 1;
        }
        if record.action != Action::Once {
            for name in &record.granted {
                self.category(name).0 += 1;
            }
            for name in &record.denied {
                self.category(name).1 += 1;
            }
        }
    }

    fn category(&mut self, name: &str) -> &mut (u64, u64) {
        if !self.categories.contains_key(name) {
            self.categories.insert(String::from(name), (0, 0));
        }
        self.categories.entry(String::from(name)).or_default()
    }
}

impl Counts {
    /// The rows of a table but that of categories, by what they are counted by.
    pub fn of(&self, by: By) -> impl Iterator<Item = (&String, &Decisions)> {
        self.rows.get(&by).into_iter().flatten()
    }

    /// A table as a list of objects.
    pub fn list(&self, by: By) -> Value {
        if by == By::Category {
            let rows = self.categories.iter().map(|(name, (granted, denied))| {
                json!({ "category": name, "granted": granted, "denied": denied })
            });
            return Value::Array(rows.collect());
        }
        let rows = self.of(by).map(|(key, row)| {
            let (granted, denied) = row.choices;
            json!({
                by.word(): key,
                "records": row.records,
                "granted": granted,
                "denied": denied,
                "actions": row.actions,
            })
        });
        Value::Array(rows.collect())
    }
}
