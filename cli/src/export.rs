//! `consentinel export`: the records of a verified ledger in another form. From a ledger that does
//! not hold nothing is written at all. An export in CSV is for reading: the proof stays the ledger.

use std::path::Path;

use clap::ValueEnum;
use consentinel::{hash::sha256, record::Record};

use crate::files::{self, Error};
use crate::report::{Report, Verdict, problem_lines};
use crate::time::iso;
use crate::verify::read_ledger;

/// The long help of the command.
pub const HELP: &str = "\
Verify a ledger and write its records in another form

Only a verified ledger is written; otherwise the problems go to standard error and nothing
else happens.

ndjson: the canonical line of each record, byte for byte, and nothing else. The SHA-256 of a
line without its line feed is the hash of the record.

csv: RFC 4180 with a header, one row a record, times in UTC. Lists are separated by spaces;
within a name, white space, control characters and `%` are percent-encoded. A cell that a
spreadsheet could take for a formula gets an apostrophe in front: one that starts with = + - @,
with an apostrophe, with white space, or with any character outside ASCII that is no letter
and no digit, so that nothing invisible can stand before the sign. That can happen to every
cell, also to an `id` or a `subject`, whose random letters may start with `-`. A program that
reads the file removes one leading apostrophe from each cell that has one, and has the text of
the record";

/// The forms a ledger can be exported in.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// The canonical record lines
    Ndjson,
    /// A table for spreadsheets
    Csv,
}

/// A column: its name, and what stands in it for a record.
type Column = (&'static str, fn(&Record) -> String);

/// Names and contents stand together, so that they cannot drift apart.
const COLUMNS: [Column; 20] = [
    ("sequence", |record| record.sequence.to_string()),
    ("at", |record| iso(record.at_ms)),
    ("action", |record| String::from(record.action.word())),
    ("via", |record| String::from(record.via.word())),
    ("granted", |record| list(&record.granted)),
    ("denied", |record| list(&record.denied)),
    ("left", |record| list(&record.left)),
    ("policy_id", |record| record.policy_id.clone()),
    ("policy_revision", |record| record.policy_revision.clone()),
    ("policy_hash", |record| record.policy_hash.clone()),
    ("notice_hash", |record| record.notice_hash.clone()),
    ("language", |record| record.language.clone()),
    ("layout", |record| record.layout.to_string()),
    ("build", |record| record.build.clone()),
    ("signals", |record| list(&record.signals)),
    ("expires_at", |record| iso(record.expires_at_ms)),
    ("id", |record| record.id.clone()),
    ("subject", |record| record.subject.clone()),
    ("previous", |record| record.previous.clone()),
    ("hash", |record| sha256(record.canonical().as_bytes())),
];

/// Verifies the ledger and writes it to `output`, or to standard output.
pub fn export(path: &Path, format: Format, output: Option<&Path>) -> Result<Report, Error> {
    let (verified, problems) = read_ledger(path)?;
    let words = problem_lines(&problems);
    let Some(verified) = verified else {
        return Ok(Report { out: Vec::new(), words, verdict: Verdict::Failed });
    };
    let mut out = match format {
        Format::Ndjson => ndjson(&verified.ledger.lines),
        Format::Csv => csv(&verified.records)?,
    };
    if let Some(output) = output.filter(|output| !files::is_standard(output)) {
        files::create(output, &out)?;
        out.clear();
    }
    Ok(Report { out, words, verdict: Verdict::Sound })
}

fn ndjson(lines: &[String]) -> Vec<u8> {
    let ended = lines.iter().flat_map(|line| [line.as_str(), "\n"]);
    ended.collect::<String>().into_bytes()
}

fn csv(records: &[Record]) -> Result<Vec<u8>, Error> {
    let failed = |error| Error::output("the table", &error);
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        // The second half of the advice cited below: no cell may end early.
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
    let header = COLUMNS.map(|(name, _)| String::from(name));
    let rows = records.iter().map(|record| COLUMNS.map(|(_, content)| inert(content(record))));
    for row in std::iter::once(header).chain(rows) {
        writer.write_record(&row).map_err(|error| failed(error.into()))?;
    }
    writer.into_inner().map_err(|error| failed(error.into_error()))
}

/// Keeps a spreadsheet from running a cell. A ledger comes from a visitor's browser, so its texts
/// are a stranger's, and they are opened on the machine of an auditor (OWASP, "CSV Injection";
/// CWE-1236). A cell that starts with an apostrophe gets one too, so that removing one always gives
/// the text back.
///
/// What programs drop before they look for a sign (spaces, marks of direction, characters without
/// width) differs, and grows with Unicode. So it is asked what a cell may start with, not what not.
fn inert(cell: String) -> String {
    let is_harmless = |first: char| match first {
        '\'' | '=' | '+' | '-' | '@' => false,
        // The four letters that show nothing: the fillers of Hangul.
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => false,
        _ => first.is_ascii_graphic() || first.is_alphanumeric(),
    };
    if cell.is_empty() || cell.starts_with(is_harmless) { cell } else { format!("'{cell}") }
}

/// Names in one cell. A storage key may hold a space, so what would split a name is encoded.
fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| unbroken(name)).collect();
    names.join(" ")
}

fn unbroken(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        if character != '%' && !character.is_whitespace() && !character.is_control() {
            out.push(character);
            continue;
        }
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
