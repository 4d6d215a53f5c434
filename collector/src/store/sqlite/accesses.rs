//! The log of accesses in a file: lines that follow each other (`crate::access`), written one at a time, in the order of
//! their commits.

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use super::{Sqlite, StoreError};
use crate::access::Access;

/// A store that was begun before there were accesses gets the table when it is opened.
pub(super) const TABLE: &str =
    "create table if not exists access (place integer primary key, line text not null) strict;";

impl Sqlite {
    /// Puts an access on record. When it returns the line is on the disk.
    pub(super) fn append_access(&mut self, access: &Access) -> Result<(), StoreError> {
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before: Option<String> = begun
            .query_row("select line from access order by place desc limit 1", [], |row| row.get(0))
            .optional()?;
        begun.execute("insert into access (line) values (?)", [access.line(before.as_deref())])?;
        Ok(begun.commit()?)
    }
}

/// The lines; none where a store has no table of them.
pub(super) fn lines(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let has_table = connection
        .prepare("select 1 from sqlite_schema where type = 'table' and name = 'access'")?
        .exists([])?;
    if !has_table {
        return Ok(Vec::new());
    }
    let mut asked = connection.prepare("select line from access order by place")?;
    let rows = asked.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
