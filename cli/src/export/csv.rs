//! Records as a table for spreadsheets. What stands in it is `consentinel_audit::table`, which the officer's
//! page has as well.

use std::io;

use consentinel_audit::table::{header, row};

use super::Texts;

/// Rows with columns for these categories and services.
pub fn texts(names: Vec<String>, delimiter: u8) -> io::Result<Texts> {
    Ok(Texts {
        before: header(&names, delimiter)?,
        each: Box::new(move |record, _, hash| row(record, hash, &names, delimiter)),
        between: b"",
        after: b"",
    })
}
