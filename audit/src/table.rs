//! Records as a table for spreadsheets, after RFC 4180: a row for each record, a column for each field,
//! and one for each category and service. For reading: the proof stays the file that it was made of.

use std::borrow::Cow;
use std::io;

use consentinel::record::Record;

use crate::columns::{COLUMNS, choice};

/// Rows of such a table.
pub struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    /// No rows yet, with this between the cells.
    pub fn new(delimiter: u8) -> Table {
        let writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .delimiter(delimiter)
            // The second half of the advice cited below: no cell may end early.
            .quote_style(csv::QuoteStyle::Always)
            .from_writer(Vec::new());
        Table { writer }
    }

    /// The first row, with a column for each of these categories and services.
    pub fn header(&mut self, names: &[String]) -> io::Result<()> {
        for (name, _) in COLUMNS {
            self.writer.write_field(name)?;
        }
        for name in names {
            self.writer.write_field(format!("choice_{name}"))?;
        }
        self.end()
    }

    /// The row of a record, of which this is the hash.
    pub fn row(&mut self, record: &Record, hash: &str, names: &[String]) -> io::Result<()> {
        for (_, content) in COLUMNS {
            self.writer.write_field(&*inert(content(record, hash)))?;
        }
        for name in names {
            self.writer.write_field(choice(record, name))?;
        }
        self.end()
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// All rows so far, as bytes of CSV.
    pub fn into_bytes(self) -> io::Result<Vec<u8>> {
        self.writer.into_inner().map_err(|error| error.into_error())
    }
}

/// Keeps a spreadsheet from running a cell. A ledger comes from a visitor's browser, so its texts
/// are a stranger's, and they are opened on the machine of an auditor (OWASP, "CSV Injection";
/// CWE-1236). A cell that starts with an apostrophe gets one too, so that removing one always gives
/// the text back.
///
/// What programs drop before they look for a sign (spaces, marks of direction, characters without
/// width) differs, and grows with Unicode. So it is asked what a cell may start with, not what not.
fn inert(cell: Cow<str>) -> Cow<str> {
    let is_harmless = |first: char| match first {
        '\'' | '=' | '+' | '-' | '@' => false,
        // The four letters that show nothing: the fillers of Hangul.
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => false,
        _ => first.is_ascii_graphic() || first.is_alphanumeric(),
    };
    if cell.is_empty() || cell.starts_with(is_harmless) {
        cell
    } else {
        Cow::from(format!("'{cell}"))
    }
}
