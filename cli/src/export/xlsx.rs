//! Records as a workbook: the columns of the table, times as times, texts as texts. Rows go to the disk
//! as they come, and a sheet that is full is followed by another.

use std::io::{self, Seek as _, Write as _};

use consentinel::record::Record;
use consentinel_audit::columns::{COLUMNS, choice};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use tempfile::tempfile;

use super::{Row, Sink};
use crate::files::Output;

/// The most rows of a sheet.
const MOST_ROWS: u32 = 1_048_576;
/// 1970-01-01 as spreadsheets count days.
const EPOCH_DAYS: f64 = 25_569.0;
/// The last moment that a spreadsheet knows: the end of the year 9999.
const LAST_MS: i64 = 253_402_300_799_999;
/// A time of a record.
type Time = fn(&Record) -> i64;

/// The columns that hold times.
const TIMES: [(&str, Time); 2] =
    [("at_utc", |record| record.at_ms), ("expires_at_utc", |record| record.expires_at_ms)];

/// Writes such a workbook.
pub struct Xlsx {
    output: Output,
    book: Workbook,
    names: Vec<String>,
    time: Format,
    sheets: usize,
    row: u32,
}

impl Xlsx {
    /// Begins a workbook with columns for these categories and services.
    pub fn begin(output: Output, names: Vec<String>) -> io::Result<Xlsx> {
        let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        let mut book =
            Xlsx { output, book: Workbook::new(), names, time, sheets: 0, row: MOST_ROWS };
        book.row_of_its_sheet().map_err(failed)?;
        Ok(book)
    }

    /// A new sheet where the last one is full; every sheet begins with the header.
    fn row_of_its_sheet(&mut self) -> Result<(), XlsxError> {
        if self.row < MOST_ROWS {
            return Ok(());
        }
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        self.sheets += 1;
        sheet.set_name(format!("records {}", self.sheets))?;
        let header = COLUMNS.iter().map(|(name, _)| String::from(*name));
        let choices = self.names.iter().map(|name| format!("choice_{name}"));
        for (name, column) in header.chain(choices).zip(0..) {
            sheet.write_string(0, column, name)?;
        }
        self.row = 1;
        Ok(())
    }

    fn write(&mut self, record: &Record, hash: &str) -> Result<(), XlsxError> {
        self.row_of_its_sheet()?;
        let (row, time) = (self.row, &self.time);
        let sheet: &mut Worksheet = self.book.worksheet_from_index(self.sheets - 1)?;
        for ((name, content), column) in COLUMNS.iter().zip(0..) {
            let at = TIMES.iter().find(|(other, _)| other == name).map(|(_, at)| at(record));
            match at.filter(|at| *at <= LAST_MS) {
                Some(at) => {
                    let days = at as f64 / 86_400_000.0 + EPOCH_DAYS;
                    sheet.write_number_with_format(row, column, days, time)?;
                }
                None => drop(sheet.write_string(row, column, content(record, hash))?),
            }
        }
        for (name, column) in self.names.iter().zip(COLUMNS.len() as u16..) {
            sheet.write_string(row, column, choice(record, name))?;
        }
        self.row += 1;
        Ok(())
    }
}

impl Sink for Xlsx {
    fn row(&mut self, row: Row) -> io::Result<()> {
        self.write(&row.record, &row.hash).map_err(failed)
    }

    fn finish(mut self: Box<Self>) -> io::Result<Output> {
        // A workbook is an archive whose parts are written out of order; standard output cannot.
        let mut whole = tempfile()?;
        self.book.save_to_writer(&mut whole).map_err(failed)?;
        whole.flush()?;
        whole.rewind()?;
        io::copy(&mut whole, &mut self.output)?;
        Ok(self.output)
    }
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}
