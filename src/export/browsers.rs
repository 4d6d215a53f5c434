//! Whether the records of each browser hang together, over a whole export: every record names the
//! hash of the one before it. One small entry is kept for each record and nothing of its texts, so that
//! a million of them need little memory. What one record says is judged elsewhere.

use alloc::vec::Vec;

use crate::{
    hash::{Hash, from_hex},
    problem::Code,
    record::Record,
};

/// What is kept of a record.
#[derive(Clone, Copy)]
struct Entry {
    subject: [u8; 22],
    hash: Hash,
    /// Zeros where there is none; that zeros are the hash of something nobody will see.
    previous: Hash,
    at_ms: i64,
    sequence: i64,
    line: u32,
}

/// So many parts, by the first letters of what is looked for: a part is small enough to be sorted alone.
const PARTS: usize = 256;
/// So many entries of a part lie together. A part grows by as many, and what it has is never copied: a vector that
/// doubles would do that, and keep up to as much memory unused as is used.
const TOGETHER: usize = 128;

/// What is kept of some records.
type Part<T> = Vec<Vec<T>>;

/// The records of all browsers.
pub struct Browsers {
    entries: Vec<Part<Entry>>,
    ids: Vec<Part<([u8; 22], u32)>>,
    erased: Vec<Hash>,
}

impl Default for Browsers {
    fn default() -> Browsers {
        let mut browsers = Browsers { entries: Vec::new(), ids: Vec::new(), erased: Vec::new() };
        browsers.entries.resize_with(PARTS, Vec::new);
        browsers.ids.resize_with(PARTS, Vec::new);
        browsers
    }
}

/// Tells of a problem in a line.
pub type Report<'a> = &'a mut dyn FnMut(Code, u32, &str);

impl Browsers {
    /// Takes a record in.
    pub fn take(&mut self, record: &Record, hash: Hash, line: u32) {
        let subject = bytes(&record.subject);
        let previous = from_hex(&record.previous).unwrap_or_default();
        let (at_ms, sequence) = (record.at_ms, record.sequence);
        let entry = Entry { subject, hash, previous, at_ms, sequence, line };
        push(&mut self.entries, &subject, entry);
        let id = bytes(&record.id);
        push(&mut self.ids, &id, (id, line));
    }

    /// Takes in what is left of a record.
    pub fn take_erased(&mut self, hash: Hash) {
        self.erased.push(hash);
    }

    /// Tells of everything that does not hang together, and hands back how many browsers there are,
    /// and the lines that repeat an earlier one byte for byte, in order.
    pub fn finish(mut self, report: Report) -> (u64, Vec<u32>) {
        let mut repeated = Vec::new();
        let mut count = 0;
        self.erased.sort_unstable();
        for part in self.entries {
            let mut part = part.concat();
            part.sort_unstable_by(|one, other| {
                let key = |entry: &Entry| (entry.subject, entry.hash, entry.line);
                key(one).cmp(&key(other))
            });
            for group in part.chunk_by(|one, other| one.subject == other.subject) {
                count += 1;
                browser(group, &self.erased, &mut repeated, report);
            }
        }
        repeated.sort_unstable();
        for part in self.ids {
            let mut part = part.concat();
            part.sort_unstable();
            for same in part.chunk_by(|one, other| one.0 == other.0) {
                for (id, line) in same.iter().skip(1) {
                    // A record that stands there twice has its own problem already.
                    if repeated.binary_search(line).is_err() {
                        report(Code::RecordRepeated, *line, core::str::from_utf8(id).unwrap_or(""));
                    }
                }
            }
        }
        (count, repeated)
    }
}

/// The records of one browser, sorted by their hashes.
fn browser(group: &[Entry], erased: &[Hash], repeated: &mut Vec<u32>, report: Report) {
    let mut places = Vec::new();
    for same in group.chunk_by(|one, other| one.hash == other.hash) {
        for (position, entry) in same.iter().enumerate() {
            if position == 0 {
                places.push((entry.sequence, entry.line));
                link(entry, group, erased, report);
            } else {
                repeated.push(entry.line);
                report(Code::RecordRepeated, entry.line, "");
            }
        }
    }
    places.sort_unstable();
    for same in places.chunk_by(|one, other| one.0 == other.0) {
        for (sequence, line) in same.iter().skip(1) {
            let mut found = alloc::string::String::new();
            crate::json::push_integer(*sequence, &mut found);
            report(Code::ChainForked, *line, &found);
        }
    }
}

/// Whether only a record without one before it has the first place; all others name one.
pub fn is_begun(sequence: i64, is_first: bool) -> bool {
    is_first == (sequence == 0)
}

/// Whether a record can name one of its browser as the one before it: by their places.
pub fn is_next(before: i64, sequence: i64) -> bool {
    before.saturating_add(1) == sequence
}

/// What a record says of the one before it.
fn link(entry: &Entry, group: &[Entry], erased: &[Hash], report: Report) {
    let is_first = entry.previous == Hash::default();
    if !is_begun(entry.sequence, is_first) {
        report(Code::SequenceBroken, entry.line, "sequence");
    }
    if is_first {
        return;
    }
    let before = group.partition_point(|other| other.hash < entry.previous);
    match group.get(before).filter(|other| other.hash == entry.previous) {
        Some(before) => {
            if !is_next(before.sequence, entry.sequence) {
                report(Code::SequenceBroken, entry.line, "sequence");
            }
            if before.at_ms > entry.at_ms {
                report(Code::TimeReversed, entry.line, "atMs");
            }
        }
        None if erased.binary_search(&entry.previous).is_ok() => {}
        None => report(Code::ChainGap, entry.line, "previous"),
    }
}

/// The letters of an identifier; a record's reader has seen that there are 22.
fn bytes(id: &str) -> [u8; 22] {
    id.as_bytes().first_chunk().copied().unwrap_or([0; 22])
}

fn push<T>(parts: &mut [Part<T>], key: &[u8; 22], value: T) {
    // Two letters, so that the parts are alike: 64 letters, and 128 bits are random.
    let [first, second, ..] = *key;
    let at = usize::from(first).wrapping_mul(31).wrapping_add(usize::from(second)) % PARTS;
    if let Some(part) = parts.get_mut(at) {
        match part.last_mut().filter(|last| last.len() < TOGETHER) {
            Some(last) => last.push(value),
            None => {
                let mut next = Vec::with_capacity(TOGETHER);
                next.push(value);
                part.push(next);
            }
        }
    }
}
