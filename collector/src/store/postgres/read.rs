//! What a data base answers to whoever reads it: one transaction that sees one moment, and fetches pages by an index.

use std::path::Path;

use consentinel::hash::Hash;

use super::{hash, session::Session, version};
use crate::store::{
    Log, Receipt, StoreError,
    number::{Of, number},
    read::{Month, Named, Page, Reads, START, Theirs},
};

/// Begins to read a store.
pub fn read(path: &Path) -> Result<Moment, StoreError> {
    let mut session = Session::open(path)?;
    version(&mut session)?;
    session.begin_reading()?;
    Ok(Moment(session))
}

/// A data base at one moment.
pub struct Moment(Session);

impl Moment {
    fn ask(
        &mut self,
        text: &'static str,
        values: super::session::Values,
    ) -> Result<Vec<postgres::Row>, StoreError> {
        Ok(self.0.ask(text, values)?)
    }
}

impl Reads for Moment {
    fn logs(&mut self) -> Result<Vec<(Log, String)>, StoreError> {
        super::upkeep::logs(&mut self.0).map_err(StoreError::from)
    }

    fn months(&mut self, log: Log) -> Result<Vec<Month>, StoreError> {
        let asked = "select month, after, checkpoint from month where log = $1 order by month";
        let rows = self.ask(asked, &[&log.0])?;
        let months = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)));
        months.collect::<Result<_, postgres::Error>>().map_err(told)
    }

    fn documents(&mut self, log: Log, named: Named) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = match named {
            Named::Months(first, last) => self.ask(
                "select kind, text from document where log = $1 and id in (
                   select document from named where log = $1 and count > 0 and month between $2 and $3)
                 order by kind, hash",
                &[&log.0, &first, &last],
            ),
            Named::Numbers(only) => self.ask(
                "select kind, text from document where log = $1 and id = any($2)
                 order by kind, hash",
                &[&log.0, &only.iter().copied().collect::<Vec<i64>>()],
            ),
        }?;
        let documents = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        documents.collect::<Result<_, postgres::Error>>().map_err(told)
    }

    fn records(
        &mut self,
        log: Log,
        month: &str,
        place: i64,
        most: i64,
    ) -> Result<Page, StoreError> {
        let asked = "select place, hash, line from record
                     where log = $1 and month = $2 and place > $3 order by place limit $4";
        let rows = self.ask(asked, &[&log.0, &month, &place, &most])?;
        let mut page = Page { is_last: (rows.len() as i64) < most, next: START, ..Page::default() };
        for row in &rows {
            if !page.is_last {
                page.next = row.try_get(0).map_err(told)?;
            }
            let bytes = row.try_get(1).map_err(told)?;
            page.records.push((hash(bytes)?, row.try_get(2).map_err(told)?));
        }
        Ok(page)
    }

    fn of_browser(&mut self, log: Log, subject: &str) -> Result<Vec<Theirs>, StoreError> {
        // Only where they may be: otherwise the server would look into every month, and plan that before.
        let asked = "select month from month where log = $2 and month in (
                       select month from fresh where number = $1
                       union all select month from settled where number = $1)";
        let number = number(log, Of::Browser(subject));
        let rows = self.ask(asked, &[&number, &log.0])?;
        let months = rows.iter().map(|row| row.try_get(0));
        let months = months.collect::<Result<Vec<String>, postgres::Error>>().map_err(told)?;
        let asked = "select month, line, hash, received_ms, flags, policy, notice from record
                     where log = $1 and subject = $2 and month = any($3) order by month, place";
        let mut found = Vec::new();
        for row in self.ask(asked, &[&log.0, &subject, &months])? {
            let number = |at: usize| row.try_get::<_, i64>(at).map_err(told);
            let text = |at: usize| row.try_get::<_, String>(at).map_err(told);
            let receipt = Receipt {
                hash: hash(row.try_get(2).map_err(told)?)?,
                at_ms: number(3)?,
                flags: number(4)?,
            };
            let documents = [row.try_get(5).map_err(told)?, row.try_get(6).map_err(told)?];
            found.push(Theirs { month: text(0)?, line: text(1)?, receipt, documents });
        }
        Ok(found)
    }

    fn subject_of(&mut self, log: Log, hash: &Hash) -> Result<Option<String>, StoreError> {
        let asked = "select subject from record where log = $1 and hash = $2
                     and month in (select month from month where log = $1)";
        let rows = self.ask(asked, &[&log.0, &hash.as_slice()])?;
        Ok(rows.first().map(|row| row.try_get(0)).transpose().map_err(told)?.flatten())
    }

    fn accesses(&mut self) -> Result<Vec<String>, StoreError> {
        let rows = self.ask("select line from access order by place", &[])?;
        let lines = rows.iter().map(|row| row.try_get(0));
        lines.collect::<Result<_, postgres::Error>>().map_err(told)
    }
}

fn told(error: postgres::Error) -> StoreError {
    StoreError::from(super::Failed::from(error))
}
