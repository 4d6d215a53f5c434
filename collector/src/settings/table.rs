//! Reads values of a table, and notes what is wrong with each and what nobody asked for.

use std::{collections::BTreeSet, ops::RangeInclusive};

use toml::{Table, Value};

use super::Problem;

/// A table that is read, key by key.
pub struct Reader<'a> {
    table: &'a Table,
    /// What stands before its keys in a path.
    before: String,
    asked: BTreeSet<&'static str>,
}

impl<'a> Reader<'a> {
    /// Reads this table, whose keys have `before` in front.
    pub fn new(table: &'a Table, before: String) -> Reader<'a> {
        Reader { table, before, asked: BTreeSet::new() }
    }

    /// The path of a key.
    pub fn path(&self, key: &str) -> String {
        format!("{}{key}", self.before)
    }

    /// A value as it is.
    pub fn value(&mut self, key: &'static str) -> Option<&'a Value> {
        self.asked.insert(key);
        self.table.get(key)
    }

    /// A text; nothing where there is none.
    pub fn text(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> Option<&'a str> {
        let path = self.path(key);
        let value = self.value(key)?;
        let text = value.as_str().filter(|text| !text.is_empty());
        if text.is_none() {
            problems.push(problem(&path, &shown(value), "give a text"));
        }
        text
    }

    /// Texts, with the path of each.
    pub fn texts(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Vec<(String, &'a str)> {
        let path = self.path(key);
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(values) = value.as_array() else {
            problems.push(problem(&path, &shown(value), "give a list of texts"));
            return Vec::new();
        };
        let mut texts = Vec::new();
        for (at, value) in values.iter().enumerate() {
            let path = format!("{path}[{at}]");
            match value.as_str() {
                Some(text) => texts.push((path, text)),
                None => problems.push(problem(&path, &shown(value), "give a text")),
            }
        }
        texts
    }

    /// A number within a range, or what counts where none is given.
    pub fn number(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u32>,
        usual: u32,
        problems: &mut Vec<Problem>,
    ) -> u32 {
        let path = self.path(key);
        let Some(value) = self.value(key) else { return usual };
        let number = value.as_integer().and_then(|number| u32::try_from(number).ok());
        number.filter(|number| range.contains(number)).unwrap_or_else(|| {
            let help = format!("give a number from {} to {}", range.start(), range.end());
            problems.push(problem(&path, &shown(value), &help));
            usual
        })
    }

    /// Notes every key that nobody asked for.
    pub fn end(self, problems: &mut Vec<Problem>) {
        for key in self.table.keys().filter(|key| !self.asked.contains(key.as_str())) {
            let known: Vec<&str> = self.asked.iter().copied().collect();
            let help = format!("there is no such setting here; there are {}", known.join(", "));
            problems.push(problem(&self.path(key), "", &help));
        }
    }
}

/// A problem.
pub fn problem(path: &str, found: &str, help: &str) -> Problem {
    Problem { path: String::from(path), found: String::from(found), help: String::from(help) }
}

/// A value in one line, shortened.
fn shown(value: &Value) -> String {
    value.to_string().split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect()
}
