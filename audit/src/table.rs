//! Records as a table for spreadsheets, after RFC 4180: a row for each record, a column for each field,
//! and one for each category and service. For reading: the proof stays the file that it was made of.

use std::io;

use consentinel::record::Record;

use crate::columns::{COLUMNS, choice};

/// The first row, with a column for each of these categories and services.
pub fn header(names: &[String], delimiter: u8) -> io::Result<Vec<u8>> {
    let columns = COLUMNS.iter().map(|(name, _)| String::from(*name));
    cells(columns.chain(names.iter().map(|name| format!("choice_{name}"))), delimiter)
}

/// The row of a record, of which this is the hash.
pub fn row(record: &Record, hash: &str, names: &[String], delimiter: u8) -> io::Result<Vec<u8>> {
    let fields = COLUMNS.iter().map(|(_, content)| inert(content(record, hash)));
    let choices = names.iter().map(|name| String::from(choice(record, name)));
    cells(fields.chain(choices), delimiter)
}

fn cells(cells: impl Iterator<Item = String>, delimiter: u8) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .delimiter(delimiter)
        // The second half of the advice cited below: no cell may end early.
        .quote_style(csv::QuoteStyle::Always)
        .buffer_capacity(1024)
        .from_writer(Vec::new());
    writer.write_record(cells)?;
    writer.into_inner().map_err(|error| error.into_error())
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
