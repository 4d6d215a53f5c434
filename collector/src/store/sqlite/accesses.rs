//! The log of accesses in a store: lines that follow each other (`crate::access`), written one at a time, in the order of
//! their commits.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};

use super::{Sqlite, StoreError, lines, parts};
use crate::access::{Access, Accesses};

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

    /// The accesses of a store as they are now, whichever of its logs the path names; none where it has no table of them.
    pub fn accesses(path: &Path) -> Result<Accesses, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(parts(path).0, flags)?;
        lines::version(&connection)?;
        let has_table = connection
            .prepare("select 1 from sqlite_schema where type = 'table' and name = 'access'")?
            .exists([])?;
        if !has_table {
            return Ok(Accesses::default());
        }
        let mut asked = connection.prepare("select line from access order by place")?;
        let rows = asked.query_map([], |row| row.get(0))?;
        let lines = rows.collect::<Result<Vec<String>, _>>()?;
        Ok(Accesses::of(lines.iter().map(String::as_str)))
    }
}
