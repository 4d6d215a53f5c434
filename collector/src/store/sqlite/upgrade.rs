//! Brings a store of version 1 to the present schema, whole or not at all. Version 1 found records by three indexes over all
//! of them; what they said stands in `known` and `erased` afterwards, and they are dropped.

use rusqlite::{Connection, TransactionBehavior};

use super::{
    VERSION,
    known::{self, COLUMNS, Found},
};
use crate::store::StoreError;

/// The version that is brought further.
pub const BEFORE: i64 = 1;

/// Does it, where the store is of that version.
pub fn upgrade(connection: &mut Connection) -> Result<(), StoreError> {
    let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have done so meanwhile.
    if super::version(&begun)? != BEFORE {
        return Ok(());
    }
    tracing::info!(
        "a store of version 1 is brought to version {VERSION}; 10 million records take minutes"
    );
    begun.execute_batch(known::TABLES)?;
    begun.execute("insert into erased select log, hash from record where id is null", [])?;
    let mut asked = begun.prepare(&format!("select {COLUMNS} from record order by place"))?;
    let mut rows = asked.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(found) = Found::of(row)? {
            found.note(&begun)?;
        }
    }
    drop(rows);
    drop(asked);
    // With the name of that table, which every batch of a program of version 1 needs, one that still runs fails from now
    // on, instead of keeping records that nobody would find.
    begun.execute_batch(
        "drop index record_hash; drop index record_id; drop index record_subject;
         drop index awaited_subject; alter table awaited rename to waiting;
         create index waiting_subject on waiting (log, subject);",
    )?;
    begun.pragma_update(None, "user_version", VERSION)?;
    begun.commit()?;
    // The log has all of it once more, and would keep that size. Where somebody reads it stays so for a while.
    connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
    Ok(())
}
