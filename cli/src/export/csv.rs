//! Records as a table for spreadsheets. What stands in it is `consentinel_audit::table`, which the officer's
//! page has as well.

use std::io::{self, Write as _};

use consentinel::record::Record;
use consentinel_audit::table::{header, row};

use super::Sink;
use crate::files::Output;

/// Writes such a table.
pub struct Csv {
    output: Output,
    names: Vec<String>,
    delimiter: u8,
}

impl Csv {
    /// Begins a table with columns for these categories and services.
    pub fn begin(mut output: Output, names: Vec<String>, delimiter: u8) -> io::Result<Csv> {
        output.write_all(&header(&names, delimiter)?)?;
        Ok(Csv { output, names, delimiter })
    }
}

impl Sink for Csv {
    fn record(&mut self, record: &Record, _: &[u8], hash: &str) -> io::Result<()> {
        self.output.write_all(&row(record, hash, &self.names, self.delimiter)?)
    }

    fn finish(self: Box<Self>) -> io::Result<Output> {
        Ok(self.output)
    }
}
