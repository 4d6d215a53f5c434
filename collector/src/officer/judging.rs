//! Judges a log, or months of it, where it is: what `consentinel verify` and `stats` say, in one small answer, for a store that
//! is larger than a browser's tab. How much is read comes before it, line by line, so that whoever waits sees that it goes
//! on, and so do the proxies between.
//!
//! Every rule is that of the officer's module (`consentinel_audit::reading`). It needs memory for each record, so the
//! settings say how many are judged at most, and one question of this kind is answered at a time.

use std::{
    collections::BTreeMap,
    io::{self, Read as _},
    path::Path,
};

use consentinel_audit::{
    chart,
    library::Library,
    reading::{Read, Reading},
    seen::Watch,
};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    question::{Judge, Part},
    stream,
};
use crate::{refusal::Refusal, store::Lines};

/// How much is read at a time.
const BLOCK: usize = 256 * 1024;

/// A log that is being judged.
pub struct Judging {
    lines: Lines,
    /// What was found so far, and the place that others wait for; nothing once the answer is made.
    reading: Option<(Reading, OwnedSemaphorePermit)>,
    language: String,
    /// How many records there are to read.
    records: u64,
    /// The part of a hundred that was told last.
    told: Option<u64>,
}

impl Judging {
    /// Begins to judge. `most` is how many records may be.
    pub fn open(
        path: &Path,
        part: Part,
        asked: Judge,
        most: u64,
        place: OwnedSemaphorePermit,
    ) -> Result<Judging, Refusal> {
        let Judge { log, keys, language } = asked;
        let lines = stream::lines(path, part)?;
        let records = lines.size();
        if records > most {
            return Err(Refusal::LONG_LOG);
        }
        let reading = Reading::new(&log, &keys, &Library::default(), Watch::new(Vec::new()));
        let reading = Some((reading.without_places(), place));
        Ok(Judging { lines, reading, language, records, told: None })
    }

    /// The next line of the answer: how much is read, at last what was found, then nothing.
    pub fn next(&mut self) -> io::Result<Vec<u8>> {
        let Some((mut reading, place)) = self.reading.take() else { return Ok(Vec::new()) };
        let mut block = vec![0; BLOCK];
        loop {
            let share = 100 * reading.lines_so_far().min(self.records) / self.records.max(1);
            if self.told != Some(share) {
                self.told = Some(share);
                self.reading = Some((reading, place));
                return Ok(line(&json!({ "read": share })));
            }
            let count = self.lines.read(&mut block)?;
            let goes_on = count > 0 && reading.push(block.get(..count).unwrap_or_default());
            if !goes_on {
                let read = reading.finish().ok_or_else(|| io::Error::other("it is no export"))?;
                // Whoever has the answer may ask again at once.
                drop(place);
                return Ok(line(&answer(&read, &self.language)));
            }
        }
    }
}

fn answer(read: &Read, language: &str) -> serde_json::Value {
    let titles = read.titles.of(language);
    let names = BTreeMap::from([(String::from("category"), titles.clone())]);
    let stats = read.holds.then(|| chart::tables(&read.counts, &names));
    json!({ "judged": read.object(), "stats": stats, "titles": titles })
}

fn line(value: &serde_json::Value) -> Vec<u8> {
    format!("{value}\n").into_bytes()
}
