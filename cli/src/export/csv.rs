//! Records as a table for spreadsheets. What stands in it is `consentinel_audit::table`, which the officer's
//! page has as well.

use std::io;

use consentinel_audit::table::Table;

use super::Texts;

/// Rows with columns for these categories and services.
pub fn texts(names: Vec<String>, delimiter: u8) -> io::Result<Texts> {
    let mut header = Table::new(delimiter);
    header.header(&names)?;
    Ok(Texts {
        before: header.into_bytes()?,
        several: Box::new(move |rows| {
            let mut table = Table::new(delimiter);
            for (row, _) in rows {
                table.row(&row.record, &row.hash, &names)?;
            }
            table.into_bytes()
        }),
        between: b"",
        after: b"",
    })
}
