//! The border of the module: what `www/audit/` calls, by wasm-bindgen. The only file here that knows a browser.
//!
//! Answers are plain values of JavaScript, made of the objects that the program prints. What is remembered of a site
//! lies in local storage; a table becomes a `Blob` piece by piece, so that the browser and not this module keeps it.

use std::collections::BTreeMap;
use std::io;

use consentinel::{
    export::Line, hash::hex, json::Json, note::PublicKey, policy::MAX_BYTES, question::held,
    record::Record, source, time::UnixMillis,
};
use gloo_storage::{LocalStorage, Storage as _, errors::StorageError};
use js_sys::{Array, Date, Uint8Array};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use serde_wasm_bindgen::from_value;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};
use web_sys::{Blob, BlobPropertyBag};

use crate::{
    chart,
    judged::look_at,
    library::{Library, policy_of},
    problems::problem_list,
    reading::{Read, Reading},
    seen::{Seen, Watch},
    sheet, shown,
    table::Table,
    time::{argument, iso},
    told,
};

/// The key of what is remembered.
const SEEN: &str = "consentinel-audit-seen";
/// The most sites and ledgers that are remembered.
const MOST_SEEN: usize = 200;

/// What is remembered, and since when.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    seen: Seen,
    #[serde(rename = "atMs")]
    at_ms: f64,
}

/// An object as JavaScript has it.
fn value(value: &impl Serialize) -> Result<JsValue, JsError> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}

/// What the officer has before them: documents, keys, one file.
#[wasm_bindgen]
#[derive(Default)]
pub struct Room {
    library: Library,
    keys: Vec<PublicKey>,
    reading: Option<Reading>,
    read: Option<Read>,
    rows: Option<Rows>,
    /// What was remembered cannot be read.
    is_broken: bool,
}

#[wasm_bindgen]
impl Room {
    /// An empty room.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Room {
        Room::default()
    }

    /// Takes a policy or a notice in: `{ kind, problems }`; `undefined` where the bytes are neither, but perhaps a
    /// file to verify.
    #[wasm_bindgen(js_name = takeDocument)]
    pub fn take_document(&mut self, bytes: &[u8]) -> Result<JsValue, JsError> {
        let text = std::str::from_utf8(bytes).ok().filter(|_| bytes.len() <= MAX_BYTES);
        let Some(document) = text.and_then(|text| source::parse(text.trim_end())) else {
            return Ok(JsValue::UNDEFINED);
        };
        let is_notice = matches!(document.field("layout"), Some(Json::Integer(_)));
        if is_notice && document.field("texts").is_some() {
            self.library.take_notice(document);
            return value(&json!({ "kind": "notice", "problems": [] }));
        }
        if document.field("categories").is_none() || document.field("format").is_some() {
            return Ok(JsValue::UNDEFINED);
        }
        let (policy, problems) = policy_of(bytes);
        if let Some(policy) = policy {
            self.library.take_policy(policy);
        }
        value(&json!({ "kind": "policy", "problems": problem_list(&problems) }))
    }

    /// Sets the public keys, one a line; answers the lines that are none.
    #[wasm_bindgen(js_name = setKeys)]
    pub fn set_keys(&mut self, text: &str) -> Vec<String> {
        self.keys.clear();
        let mut wrong = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match PublicKey::read(line) {
                Some(key) => self.keys.push(key),
                None => wrong.push(String::from(line)),
            }
        }
        wrong
    }

    /// Begins to read a file. `remembers` says whether local storage may be asked.
    pub fn begin(&mut self, name: &str, remembers: bool) {
        let known = if remembers { kept() } else { Some(Vec::new()) };
        self.is_broken = known.is_none();
        let known = known.unwrap_or_default().into_iter();
        let watch = Watch::new(known.map(|kept| kept.seen).collect());
        self.read = None;
        self.rows = None;
        self.reading = Some(Reading::new(name, &self.keys, &self.library, watch));
    }

    /// Takes the next bytes of the file. False where no more are wanted.
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        self.reading.as_mut().is_some_and(|reading| reading.push(bytes))
    }

    /// Ends the file: `{ answer, kind, holds, checks, statement, proved, notProved, changes, months, memory }`, of which
    /// `answer` is that of `consentinel verify --json`; `undefined` where it was too long. Where it holds, `remembers`
    /// says whether it is to be remembered, and `memory` what came of that: `kept`; `refused` by a storage that is full
    /// or shut; `broken` where what is there cannot be read, which is left as it is.
    pub fn finish(&mut self, remembers: bool) -> Result<JsValue, JsError> {
        let Some(read) = self.reading.take().and_then(Reading::finish) else {
            return Ok(JsValue::UNDEFINED);
        };
        let is_as_seen = read.changes.iter().all(|change| {
            let state = change.get("state").and_then(Value::as_str);
            matches!(state, Some("goesOn" | "dropped" | "summarised"))
        });
        let memory = read.seen.as_ref().filter(|_| remembers && is_as_seen).map(|seen| {
            if self.is_broken {
                return "broken";
            }
            if remember(seen) { "kept" } else { "refused" }
        });
        let mut object = read.object();
        if let Some(fields) = object.as_object_mut() {
            fields.insert(String::from("memory"), json!(memory));
        }
        self.read = Some(read);
        value(&object)
    }

    /// Forgets all that is remembered.
    pub fn forget(&self) {
        LocalStorage::delete(SEEN);
    }

    /// What is remembered: a list of `{ seen, atMs }`.
    pub fn remembered(&self) -> Result<JsValue, JsError> {
        value(&kept().unwrap_or_default())
    }

    /// What categories and services are called, for a reader of this language: an object by their ids.
    pub fn titles(&self, language: &str) -> Result<JsValue, JsError> {
        value(&self.sound().map(|read| read.titles.of(language)).unwrap_or_default())
    }

    /// The tables of `consentinel stats --json`, each with its chart: `{ day: { rows, chart }, … }`. `names` says how the
    /// names of a table are to be read in its chart: `{ category: { id: title }, … }`.
    pub fn stats(&self, names: JsValue) -> Result<JsValue, JsError> {
        let Some(read) = self.sound() else { return Ok(JsValue::UNDEFINED) };
        let names: BTreeMap<String, BTreeMap<String, String>> = from_value(names)?;
        value(&chart::tables(&read.counts, &names))
    }

    /// The first browsers whose pseudonyms begin so.
    pub fn subjects(&self, start: &str, most: usize) -> Vec<String> {
        self.sound().map(|read| read.subjects(start, most)).unwrap_or_default()
    }

    /// Where the lines of a browser are in the file: start and length of each, one after the other.
    pub fn places(&self, subject: &str) -> Vec<f64> {
        let places = self.sound().map(|read| read.places_of(subject)).unwrap_or_default();
        places.iter().flat_map(|place| [place.start as f64, f64::from(place.length)]).collect()
    }

    /// What held for a browser at a time, by its lines: `{ history, notice, timeline }`, of which `history` is
    /// the answer of `consentinel lookup --json` and `notice` what the banner had said. `at` is a time as a text, or
    /// empty for after the last decision; `titles` is how names are to be read on the line of time.
    pub fn lookup(
        &self,
        subject: &str,
        at: &str,
        lines: &[u8],
        titles: JsValue,
    ) -> Result<JsValue, JsError> {
        let Some(read) = self.sound() else { return Ok(JsValue::UNDEFINED) };
        let at = time(at)?;
        let records = records(lines, subject);
        let held = held(&records, at.map(UnixMillis));
        let notice =
            held.decision.and_then(|decision| read.notices.get(decision.notice_hash.as_str()));
        value(&json!({
            "history": told::history(subject, at, &records, &held, notice.is_some()),
            "notice": notice.map(shown::list),
            "document": notice.map(plain),
            "timeline": chart::timeline(&records, &from_value(titles)?),
        }))
    }

    /// The sheet of a browser, as a file.
    pub fn sheet(&self, subject: &str, at: &str, lines: &[u8]) -> Result<Blob, JsError> {
        let read = self.sound().ok_or_else(|| JsError::new("there is no file that holds"))?;
        let at = time(at)?;
        let records = records(lines, subject);
        let places = read.places_of(subject).iter();
        let proofs: Vec<(String, String)> = places
            .zip(&records)
            .filter_map(|(place, record)| {
                let line = record.canonical();
                Some((record.id.to_string(), read.leaves.proof(place.leaf, line.as_bytes())?))
            })
            .collect();
        let page = sheet::page(&sheet::About {
            file: read.answer.get("file").and_then(Value::as_str).unwrap_or_default(),
            subject,
            at,
            records: &records,
            notices: &read.notices,
            titles: &read.titles.of("en"),
            proved: read.proved,
            months: &read.months,
            proofs: &proofs,
            made: &iso(Date::now() as i64),
        });
        let parts = Array::of1(&JsValue::from_str(&page));
        blob(&parts, "text/html;charset=utf-8", Blob::new_with_str_sequence_and_options)
    }

    /// Begins the table of `consentinel export --format csv`. False where there is no file that holds.
    #[wasm_bindgen(js_name = beginTable)]
    pub fn begin_table(&mut self, delimiter: &str) -> bool {
        let names = self.sound().map(|read| read.names.iter().cloned().collect());
        let delimiter = delimiter.bytes().next().unwrap_or(b',');
        self.rows = names.and_then(|names| Rows::begin(names, delimiter).ok());
        self.rows.is_some()
    }

    /// Takes the next bytes of the same file.
    #[wasm_bindgen(js_name = pushTable)]
    pub fn push_table(&mut self, bytes: &[u8]) -> Result<(), JsError> {
        Ok(self.rows.as_mut().map_or(Ok(()), |rows| rows.push(bytes))?)
    }

    /// Ends the table.
    #[wasm_bindgen(js_name = finishTable)]
    pub fn finish_table(&mut self) -> Result<Blob, JsError> {
        let rows = self.rows.take().ok_or_else(|| JsError::new("no table was begun"))?;
        blob(&rows.parts, "text/csv;charset=utf-8", Blob::new_with_u8_array_sequence_and_options)
    }

    fn sound(&self) -> Option<&Read> {
        self.read.as_ref().filter(|read| read.holds)
    }
}

/// Rows of a table, on their way into a file.
struct Rows {
    names: Vec<String>,
    delimiter: u8,
    /// Bytes of the file that are no whole line yet.
    rest: Vec<u8>,
    /// What the file is made of: the browser has it, not this module.
    parts: Array,
}

impl Rows {
    fn begin(names: Vec<String>, delimiter: u8) -> io::Result<Rows> {
        let mut header = Table::new(delimiter);
        header.header(&names)?;
        let parts = Array::of1(&Uint8Array::from(&*header.into_bytes()?));
        Ok(Rows { names, delimiter, rest: Vec::new(), parts })
    }

    fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut block = std::mem::take(&mut self.rest);
        block.extend_from_slice(bytes);
        let end = block.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        self.rest = block.split_off(end);
        let mut table = Table::new(self.delimiter);
        for line in block.split(|byte| *byte == b'\n') {
            let looked = look_at(line);
            if let Ok(Line::Record(record)) = &looked.line {
                table.row(record, &hex(&looked.hash), &self.names)?;
            }
        }
        self.parts.push(&Uint8Array::from(&*table.into_bytes()?));
        Ok(())
    }
}

fn blob(
    parts: &JsValue,
    kind: &str,
    make: fn(&JsValue, &BlobPropertyBag) -> Result<Blob, JsValue>,
) -> Result<Blob, JsError> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    make(parts, &options).map_err(|_| JsError::new("the browser makes no file of this"))
}

fn time(text: &str) -> Result<Option<i64>, JsError> {
    match text.trim() {
        "" => Ok(None),
        text => argument(text).map(Some).map_err(|help| JsError::new(&help)),
    }
}

/// The records of a browser among these lines.
fn records(lines: &[u8], subject: &str) -> Vec<Record> {
    let lines = lines.split(|byte| *byte == b'\n');
    let records = lines.filter_map(|line| match look_at(line).line {
        Ok(Line::Record(record)) if record.subject == subject => Some(*record),
        _ => None,
    });
    records.collect()
}

/// A document of the core as serde has it.
fn plain(document: &Json) -> Value {
    serde_json::from_str(&document.canonical()).unwrap_or_default()
}

/// What is remembered; nothing where it cannot be read.
fn kept() -> Option<Vec<Kept>> {
    match LocalStorage::get(SEEN) {
        Ok(kept) => Some(kept),
        Err(StorageError::KeyNotFound(_)) => Some(Vec::new()),
        Err(_) => None,
    }
}

/// Remembers the newest sight of each thing. False where the storage did not take it, and has what it had.
fn remember(seen: &Seen) -> bool {
    let mut kept = kept().unwrap_or_default();
    kept.retain(|other| other.seen.of != seen.of);
    kept.push(Kept { seen: seen.clone(), at_ms: Date::now() });
    let from = kept.len().saturating_sub(MOST_SEEN);
    LocalStorage::set(SEEN, kept.get(from..).unwrap_or_default()).is_ok()
}
