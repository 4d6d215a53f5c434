//! Finds records in a file without an index that grows at random places. Records are in parts of 65,536 by their places;
//! the table `known` has, part by part, the numbers of each record (`store/number`). Whoever asks for one looks into each
//! part in which it may be: whoever reads looks into all of them, and whoever keeps records into those that the filter
//! names (`filter`), mostly none.

use std::ops::RangeInclusive;

use consentinel::hash::Hash;
use rusqlite::{Connection, Row, params};

use crate::store::{
    Log, StoreError,
    number::{Of, number},
};

/// What makes the tables.
pub const TABLES: &str = include_str!("known.sql");
/// So many bits of a place say where in its part a record is.
const BITS: u32 = 16;
/// So many bits of a number are kept beside those of the kind: with them it takes six bytes in a row.
const KEPT: u32 = 45;

/// Each begins with the look into one part, which the first two parameters name, and fetches the rows that it finds.
macro_rules! looks {
    ($($name:ident $columns:literal $condition:literal,)*) => {$(
        pub const $name: &str = concat!(
            "select ", $columns, " from known cross join record on place = (part << 16) | nth
             where part = ?1 and number = ?2 and log = ?3 and ", $condition,
        );
    )*
        /// All of them.
        #[cfg(test)]
        const LOOKS: &[&str] = &[$($name,)*];
    };
}

looks! {
    OF_ID "hash" "id = ?4",
    CHAINED "record.sequence" "hash = ?4 and subject = ?5",
    TAKEN "1" "known.sequence = ?5 and subject = ?4 and record.sequence = ?5",
    OF_BROWSER "month, line, hash, received_ms, flags, policy, notice"
        "subject = ?4 and month in (select month from month where month.log = ?3) order by nth",
    PLACES "place" "subject = ?4 order by nth",
    SUBJECT "subject" "hash = ?4 and month in (select month from month where month.log = ?3)",
}

/// What a number stands for, in its last two bits.
#[derive(Clone, Copy)]
pub enum Kind {
    Id,
    Browser,
    Record,
}

impl Kind {
    /// Whether it is the kind of this number.
    pub const fn is(self, number: i64) -> bool {
        number & 3 == self as i64
    }
}

/// The number by which something is found in a file.
pub fn key(log: Log, of: Of) -> i64 {
    let kind = match of {
        Of::Id(_) => Kind::Id,
        Of::Browser(_) => Kind::Browser,
        Of::Record(_) | Of::Erased(_) => Kind::Record,
    };
    let bits = number(log, of).cast_unsigned() >> (u64::BITS - KEPT);
    (bits << 2 | kind as u64).cast_signed()
}

/// The part of a place.
pub const fn part(place: i64) -> i64 {
    place >> BITS
}

/// A record that can be found.
pub struct Found<'a> {
    pub log: Log,
    pub place: i64,
    pub hash: &'a Hash,
    pub id: &'a str,
    pub subject: &'a str,
    pub sequence: i64,
}

/// The columns of a record that [`Found::of`] reads.
pub const COLUMNS: &str = "log, place, hash, id, subject, sequence";

impl<'a> Found<'a> {
    /// That of a row; nothing where it was erased.
    pub fn of(row: &'a Row) -> Result<Option<Found<'a>>, StoreError> {
        let text = |at: usize| row.get_ref(at)?.as_str_or_null().map_err(rusqlite::Error::from);
        let Some((id, subject)) = text(3)?.zip(text(4)?) else { return Ok(None) };
        let bytes = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        let hash = bytes.try_into().map_err(|_| StoreError(String::from("a hash is damaged")))?;
        let (log, place, sequence) = (Log(row.get(0)?), row.get(1)?, row.get(5)?);
        Ok(Some(Found { log, place, hash, id, subject, sequence }))
    }

    /// Its rows: the number, and what stands beside it.
    pub fn rows(&self) -> [(i64, i64); 3] {
        [
            (key(self.log, Of::Id(self.id)), 0),
            (key(self.log, Of::Browser(self.subject)), self.sequence),
            (key(self.log, Of::Record(self.hash)), 0),
        ]
    }

    fn nth(&self) -> i64 {
        self.place & ((1 << BITS) - 1)
    }

    /// Has it found from now on.
    pub fn note(&self, connection: &Connection) -> Result<(), StoreError> {
        let inserted = "insert into known (part, number, sequence, nth) values (?, ?, ?, ?)";
        let mut insert = connection.prepare_cached(inserted)?;
        for (number, sequence) in self.rows() {
            insert.execute(params![part(self.place), number, sequence, self.nth()])?;
        }
        Ok(())
    }

    /// Has it found no longer.
    pub fn forget(&self, connection: &Connection) -> Result<(), StoreError> {
        let deleted =
            "delete from known where part = ? and number = ? and sequence = ? and nth = ?";
        let mut delete = connection.prepare_cached(deleted)?;
        for (number, sequence) in self.rows() {
            delete.execute(params![part(self.place), number, sequence, self.nth()])?;
        }
        Ok(())
    }
}

/// The parts that there are; none where there is no record.
pub fn parts(connection: &Connection) -> Result<RangeInclusive<i64>, StoreError> {
    // Each by itself is one step to an end of the table; both in one question would be a walk through all of it.
    let end = |asked: &str| {
        connection.prepare_cached(asked)?.query_row([], |row| row.get::<_, Option<i64>>(0))
    };
    let first = end("select min(place) from record")?;
    let last = end("select max(place) from record")?;
    Ok(match first.zip(last) {
        Some((first, last)) => part(first)..=part(last),
        None => RangeInclusive::new(0, -1),
    })
}

/// Whether a record with this hash was erased.
pub fn is_erased(connection: &Connection, log: Log, hash: &Hash) -> Result<bool, StoreError> {
    let asked = "select 1 from erased where log = ? and hash = ?";
    Ok(connection.prepare_cached(asked)?.exists(params![log.0, hash])?)
}

/// Notes that it was.
pub fn note_erased(connection: &Connection, log: Log, hash: &Hash) -> Result<(), StoreError> {
    let inserted = "insert into erased (log, hash) values (?, ?) on conflict do nothing";
    connection.prepare_cached(inserted)?.execute(params![log.0, hash])?;
    Ok(())
}

/// Forgets it.
pub fn forget_erased(connection: &Connection, log: Log, hash: &Hash) -> Result<(), StoreError> {
    let deleted = "delete from erased where log = ? and hash = ?";
    connection.prepare_cached(deleted)?.execute(params![log.0, hash])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_look_walks_through_a_table() {
        let file = Connection::open_in_memory().unwrap();
        file.execute_batch(include_str!("schema.sql")).unwrap();
        file.execute_batch(TABLES).unwrap();
        for look in LOOKS {
            let mut asked = file.prepare(&format!("explain query plan {look}")).unwrap();
            let steps = asked.raw_query().mapped(|row| row.get::<_, String>(3));
            let steps: Vec<String> = steps.map(Result::unwrap).collect();
            let begun = "SEARCH known USING PRIMARY KEY (part=? AND number=?";
            assert!(steps[0].starts_with(begun), "{look}: {steps:?}");
            assert_eq!(steps[1], "SEARCH record USING INTEGER PRIMARY KEY (rowid=?)", "{look}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{look}: {steps:?}");
        }
    }
}
