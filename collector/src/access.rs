//! Accesses of officers, each on record: who asked what of a store, and when. An entry is a line of JSON that names the
//! line before it by its SHA-256, so whoever changes one, takes one out or puts one in between has to write all later
//! ones anew; docs/collector.md says what that proves and what it does not.
//!
//! Left out: the answers, which are nobody's affair here; and pseudonyms, since one that was erased must be gone: a
//! browser is named by the SHA-256 of its pseudonym, which only whoever has it can compare.

use consentinel::hash::sha256;
use serde_json::{Value, json};

/// What was asked, by whom and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// When, in milliseconds since 1970, by the clock of the collector.
    pub at_ms: i64,
    /// The name of the token's holder in the settings; empty where none was asked for.
    pub who: String,
    /// What was asked, an object with `what`.
    pub asked: Value,
}

impl Access {
    /// Its line, behind the one before it, if there is one.
    pub fn line(&self, before: Option<&str>) -> String {
        self.naming(&before.map(|line| sha256(line.as_bytes())).unwrap_or_default())
    }

    fn naming(&self, previous: &str) -> String {
        // Keys are in order, as serde_json has them here.
        let Access { at_ms, who, asked } = self;
        json!({ "asked": asked, "atMs": at_ms, "previous": previous, "who": who }).to_string()
    }

    /// Reads a line: the access, and the hash that it names.
    fn read(line: &str) -> Option<(Access, String)> {
        let value: Value = serde_json::from_str(line).ok()?;
        let previous = value.get("previous")?.as_str()?;
        let access = Access {
            at_ms: value.get("atMs")?.as_i64()?,
            who: String::from(value.get("who")?.as_str()?),
            asked: value.get("asked").filter(|asked| asked["what"].is_string())?.clone(),
        };
        Some((access, String::from(previous)))
    }
}

/// A log of accesses that was read.
#[derive(Debug, Default, PartialEq)]
pub struct Accesses {
    /// Those that could be read, in their order.
    pub list: Vec<Access>,
    /// The SHA-256 of the last line; empty where there is none.
    pub head: String,
    /// Which line is the first that does not hold, counted from 1: it is no entry, or does not name the one before it.
    pub broken: Option<usize>,
}

impl Accesses {
    /// Reads the lines of a log.
    ///
    /// ```
    /// use consentinel_collector::access::{Access, Accesses};
    /// let asked = serde_json::json!({ "what": "sites" });
    /// let access = Access { at_ms: 1, who: "A. Martin".to_owned(), asked };
    /// let first = access.line(None);
    /// let second = access.line(Some(&first));
    /// assert_eq!(Accesses::of([&*first, &*second]).broken, None);
    /// assert_eq!(Accesses::of([&*second]).broken, Some(1));
    /// ```
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a str>) -> Accesses {
        let mut accesses = Accesses::default();
        for (at, line) in lines.into_iter().enumerate() {
            let read = Access::read(line);
            let is_next = read.as_ref().is_some_and(|(access, previous)| {
                // The very bytes that we write, so that nothing hides in a line.
                *previous == accesses.head && access.naming(previous) == line
            });
            if !is_next && accesses.broken.is_none() {
                accesses.broken = Some(at + 1);
            }
            accesses.list.extend(read.map(|(access, _)| access));
            accesses.head = sha256(line.as_bytes());
        }
        accesses
    }
}
