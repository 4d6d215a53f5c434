//! Records as a table for spreadsheets. What stands in it is `consentinel_audit::table`, which the officer's
//! page has as well.

use std::io;

use consentinel::record::Record;
use consentinel_audit::table::Table;

use super::Sink;
use crate::files::Output;

/// Writes such a table.
pub struct Csv(Table<Output>);

impl Csv {
    /// Begins a table with columns for these categories and services.
    pub fn begin(output: Output, names: Vec<String>, delimiter: u8) -> io::Result<Csv> {
        Table::begin(output, names, delimiter).map(Csv)
    }
}

impl Sink for Csv {
    fn record(&mut self, record: &Record, _: &[u8], hash: &str) -> io::Result<()> {
        self.0.record(record, hash)
    }

    fn finish(self: Box<Self>) -> io::Result<Output> {
        self.0.finish()
    }
}
