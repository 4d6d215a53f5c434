//! The anchors of a store or an export: a file beside it, `NAME.anchors`, or one that an option names, of one line of JSON
//! for each, `{ "checkpoint", "request", "response" }`, the last two in base64. Whether one holds is asked each time that the file is verified: of the
//! token by `token`, and of the checkpoint by the tree that it was made over.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use consentinel::{checkpoint::Checkpoint, export::Summary};
use consentinel_audit::time::iso;
use consentinel_collector::store::{is_address, parts};
use rustls_pki_types::CertificateDer;
use serde_json::{Value, json};

use super::token::check;
use crate::error::{Error, is_standard, name};
use crate::files;
use crate::growth::Growth;

/// The longest file of anchors that is read: some thousands of them.
const MAX_BYTES: u64 = 100_000_000;

/// An anchor.
pub struct Anchor {
    /// What was stamped, with its signatures.
    pub checkpoint: String,
    /// The request, as it was sent.
    pub request: Vec<u8>,
    /// The response, as it came.
    pub response: Vec<u8>,
}

/// Where the anchors of a file are, if none other is named; nothing for a data base and for standard input, which no file
/// can be beside.
pub fn place(path: &Path, named: Option<&Path>) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.to_path_buf());
    }
    if is_address(path) || is_standard(path) {
        return None;
    }
    let mut name = OsString::from(parts(path).0);
    name.push(".anchors");
    Some(PathBuf::from(name))
}

/// Puts an anchor behind those that are kept in a file.
pub fn keep(place: &Path, anchor: &Anchor) -> Result<(), Error> {
    let Anchor { checkpoint, request, response } = anchor;
    let (request, response) = (STANDARD.encode(request), STANDARD.encode(response));
    let line = json!({ "checkpoint": checkpoint, "request": request, "response": response });
    let mut options = OpenOptions::new();
    let file = options.append(true).create(true).open(place);
    let written = file.and_then(|mut file| {
        file.write_all(format!("{line}\n").as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| Error::output(&name(place), &error))
}

/// The anchors that a file keeps, by the numbers of their lines; nothing where a line is none.
fn of(place: &Path) -> Result<Vec<(usize, Option<Anchor>)>, Error> {
    if !place.exists() {
        return Ok(Vec::new());
    }
    let bytes = files::read(place, MAX_BYTES)?;
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    Ok(lines.filter(|(_, line)| !line.is_empty()).map(|(at, line)| (at + 1, read(line))).collect())
}

fn read(line: &[u8]) -> Option<Anchor> {
    let value: Value = serde_json::from_slice(line).ok()?;
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let bytes = |key: &str| STANDARD.decode(text(key)?).ok();
    let checkpoint = String::from(text("checkpoint")?);
    Some(Anchor { checkpoint, request: bytes("request")?, response: bytes("response")? })
}

/// What a checkpoint says, and the origin and the month it is of.
pub fn said(text: &str) -> Option<(Checkpoint, String, String)> {
    let (said, _) = Checkpoint::read_note(text)?;
    let (origin, month) = said.origin.rsplit_once('/')?;
    let (origin, month) = (String::from(origin), String::from(month));
    Some((said, origin, month))
}

/// The anchors of a file that is being verified.
pub struct Anchors {
    kept: Vec<(usize, Option<Anchor>)>,
    /// The trees of the file; nothing is hashed where nothing is asked.
    pub growth: Option<Growth>,
}

/// What is said of the anchors of a file.
#[derive(Default)]
pub struct Judged {
    /// One line for each that holds.
    pub lines: Vec<String>,
    /// Why one does not.
    pub problems: Vec<String>,
}

impl Judged {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.problems.is_empty()
    }
}

impl Anchors {
    /// The anchors of a file, before its lines are read; they are in the one that is named, or beside it.
    pub fn open(path: &Path, named: Option<&Path>) -> Result<Anchors, Error> {
        let kept = place(path, named).map_or(Ok(Vec::new()), |place| of(&place))?;
        let mut growth = (!kept.is_empty()).then(Growth::default);
        for (said, _, month) in
            kept.iter().flat_map(|(_, one)| one).filter_map(|one| said(&one.checkpoint))
        {
            if let Some(growth) = &mut growth {
                growth.ask(&month, said.size);
            }
        }
        Ok(Anchors { kept, growth })
    }

    /// Judges them, once the file has been read. Those of other sites of a store are left to them. Where certificates are
    /// given, there must be one: else whoever takes the anchors away would have the check pass.
    pub fn judge(&self, summary: &Summary, roots: Option<&[CertificateDer]>) -> Judged {
        let mut judged = Judged::default();
        let first = summary.months.first().map(|month| &*month.month).unwrap_or_default();
        for (line, anchor) in &self.kept {
            let told = anchor.as_ref().and_then(|anchor| Some((anchor, said(&anchor.checkpoint)?)));
            let Some((anchor, (said, origin, month))) = told else {
                judged.problems.push(format!("anchor {line}: it cannot be read"));
                continue;
            };
            if origin != summary.origin {
                continue;
            }
            let Anchor { checkpoint, request, response } = anchor;
            let stamp = match check(request, response, checkpoint.as_bytes(), roots) {
                Ok(stamp) => stamp,
                Err(reason) => {
                    judged.problems.push(format!("anchor {line}: {reason}"));
                    continue;
                }
            };
            let root = self.growth.as_ref().and_then(|growth| growth.root(&month, said.size));
            if *month >= *first && root != Some(said.root) {
                judged.problems.push(format!("anchor {line}: {month} does not go on from it"));
                continue;
            }
            let gone = if *month < *first { ", dropped since" } else { "" };
            judged.lines.push(format!(
                "{} of {month}{gone} at {} by {}",
                said.size,
                iso(stamp.at_ms),
                stamp.authority,
            ));
        }
        if roots.is_some() && judged.is_empty() {
            judged.problems.push(String::from(
                "no anchor of it is there: the file of them was taken away, or none was made (`consentinel anchor`), or `--anchors` must name it",
            ));
        }
        judged
    }
}
