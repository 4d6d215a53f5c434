//! In which months a record may be that another has to do with. Each month has indexes of its own, so a question that no
//! month answers would have to look into all of them, and the longer a log is kept, the slower each batch would be. Two
//! tables answer for all months with one look each: they have a number made of what is asked for, and the month. A batch
//! writes into `fresh`, which has the numbers of the present month; those of months that have ended are in `settled`, whose
//! index is large and is written in its order alone (`settle`).
//!
//! A number (`store/number`) says where to look and no more: two things may have the same one, and what it stood for may be
//! gone. It holds nothing of a record, and need not go when a record does. Till a record is erased its browser leads to it,
//! so no hash has a number before.

use std::collections::{BTreeMap, BTreeSet};

use super::{Failed, session::Session};
use crate::store::{
    Log,
    number::{Of, number},
};

/// Where things may be, of those that were asked for.
#[derive(Default)]
pub struct Months(BTreeMap<i64, BTreeSet<String>>);

impl Months {
    /// Asks for things by their numbers.
    pub fn ask(&mut self, session: &mut Session, numbers: &[i64]) -> Result<(), Failed> {
        // One statement sees a number that goes from one table into the other in exactly one of them.
        let asked = "select number, month from fresh where number = any($1)
                     union all select number, month from settled where number = any($1)";
        for row in session.ask(asked, &[&numbers])? {
            self.0.entry(row.try_get(0)?).or_default().insert(row.try_get(1)?);
        }
        Ok(())
    }

    /// The months in which it may be.
    pub fn of(&self, log: Log, of: Of) -> impl Iterator<Item = &String> {
        self.0.get(&number(log, of)).into_iter().flatten()
    }

    /// Notes that it is in this month; its number, where that was not known.
    pub fn note(&mut self, log: Log, of: Of, month: &str) -> Option<i64> {
        let number = number(log, of);
        let is_new = self.0.entry(number).or_default().insert(String::from(month));
        is_new.then_some(number)
    }
}
