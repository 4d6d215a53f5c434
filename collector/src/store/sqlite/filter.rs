//! In which parts of a file (`known`) an `id` or a browser may be, in memory: the question comes with every record, and mostly
//! has the answer "in none". A Bloom filter for each part, 64 of them side by side: the bits of one row are of 64 parts,
//! so a few words answer for all of these. It may name too many parts, never too few: what it lacks of a file it reads
//! there, and what another program erased or dropped stays in it until the next start.
//!
//! 64 parts of 65,536 records take 16 MB, which are 4 bytes a record. A part has two numbers of a record at most, so a
//! number that a full part does not have passes with one in 1,700.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::known::{self, Kind};
use crate::store::StoreError;

/// Bits of a row: so many parts are side by side.
const BESIDE: i64 = 64;
/// Rows of each; a power of two.
const ROWS: u64 = 1 << 21;
/// In so many rows a number is noted.
const PROBES: u64 = 8;

/// The filter of a file.
#[derive(Default)]
pub struct Filter {
    rows: BTreeMap<i64, Vec<u64>>,
    /// What the file had when it was looked at: the number of the state of others' changes, and the last part.
    seen: Option<(i64, i64)>,
    /// The last part that was noted, in the file or not yet.
    noted: i64,
}

/// The rows of a number: two halves of it, which a hash made, take steps through them.
fn rows(number: i64) -> impl Iterator<Item = usize> {
    let bits = number.cast_unsigned() >> 2;
    let (start, step) = (bits, bits >> 21 | 1);
    (0..PROBES).map(move |probe| (start.wrapping_add(probe * step) % ROWS) as usize)
}

impl Filter {
    /// Notes that a part has this number.
    pub fn note(&mut self, part: i64, number: i64) {
        self.noted = self.noted.max(part);
        let beside = self.rows.entry(part.div_euclid(BESIDE));
        let beside = beside.or_insert_with(|| vec![0; ROWS as usize]);
        for at in rows(number) {
            if let Some(row) = beside.get_mut(at) {
                *row |= 1 << part.rem_euclid(BESIDE);
            }
        }
    }

    /// The parts that may have it, in their order.
    pub fn parts(&self, number: i64) -> Vec<i64> {
        let mut parts = Vec::new();
        for (beside, all) in &self.rows {
            let mut left = rows(number).fold(u64::MAX, |left, at| left & all.get(at).unwrap_or(&0));
            while left != 0 {
                parts.push(beside * BESIDE + i64::from(left.trailing_zeros()));
                left &= left - 1;
            }
        }
        parts
    }

    /// What was noted is in the file now.
    pub fn commit(&mut self) {
        if let Some((_, last)) = &mut self.seen {
            *last = self.noted;
        }
    }

    /// Reads what the file has and this has not, where another program has changed it, or nothing was read yet. Within
    /// a transaction that writes nobody changes it meanwhile.
    pub fn follow(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let state: i64 =
            connection.prepare_cached("pragma data_version")?.query_row([], |row| row.get(0))?;
        if let Some((seen, last)) = self.seen
            && seen == state
        {
            // What a batch had noted that was taken back is in no file; the bits stay, and cost a look at most.
            self.noted = last;
            return Ok(());
        }
        let parts = known::parts(connection)?;
        let (first, last) = (*parts.start(), *parts.end());
        // Parts that were dropped need no memory.
        self.rows.retain(|beside, _| *beside >= first.div_euclid(BESIDE));
        // A part that was read may have more by now. Where there are fewer parts than before, all is another.
        let from = self.seen.map_or(first, |(_, seen)| if seen <= last { seen } else { first });
        let mut asked =
            connection.prepare_cached("select part, number from known where part >= ?")?;
        let mut found = asked.query([from])?;
        while let Some(row) = found.next()? {
            let number = row.get(1)?;
            if !Kind::Record.is(number) {
                self.note(row.get(0)?, number);
            }
        }
        (self.seen, self.noted) = (Some((state, last)), last);
        Ok(())
    }
}
