//! A connection with the statements that it has prepared, and the transactions in which records are kept.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};

use postgres::{Client, Row, Statement, types::ToSql};

use super::{Failed, address};

/// The advisory lock under which tables of a schema are made and dropped, and logs begun: the first letters of our name.
const TABLES: i64 = 0x0063_6f6e_7365_6e74;
/// What holds in a transaction that keeps.
///
/// A commit is answered once it is on the disk, and on that of a synchronous standby where there is one. No limit of time
/// may end that wait: the server would say that it committed. One that keeps nothing for a while, because its collector
/// stands still, gives its logs free. Every question is one for an index, whatever is known of the tables so far.
const BEGIN: &str = "begin isolation level read committed;
    set local synchronous_commit = on;
    set local statement_timeout = 0;
    set local idle_in_transaction_session_timeout = '10s';
    set local enable_seqscan = off;
    set local enable_hashjoin = off;
    set local enable_mergejoin = off;
    set local plan_cache_mode = force_generic_plan";

/// Values of a statement.
pub type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection.
pub struct Session {
    client: Client,
    statements: HashMap<&'static str, Statement>,
    /// Months that have their partition.
    months: BTreeSet<String>,
}

impl Session {
    /// Connects.
    pub fn open(path: &Path) -> Result<Session, Failed> {
        let client = address::connect(path)?;
        Ok(Session { client, statements: HashMap::new(), months: BTreeSet::new() })
    }

    /// Begins to keep something.
    pub fn begin(&mut self) -> Result<(), Failed> {
        self.run(BEGIN)
    }

    /// Begins to read, at one moment, for as long as it takes.
    pub fn begin_reading(&mut self) -> Result<(), Failed> {
        self.run(
            "begin isolation level repeatable read read only;
             set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0",
        )
    }

    /// Ends what was begun, for good.
    pub fn commit(&mut self) -> Result<(), Failed> {
        self.run("commit")
    }

    /// Runs statements that have no values.
    pub fn run(&mut self, text: &str) -> Result<(), Failed> {
        Ok(self.client.batch_execute(text)?)
    }

    /// Asks.
    pub fn ask(&mut self, text: &'static str, values: Values) -> Result<Vec<Row>, Failed> {
        let statement = self.statement(text)?;
        Ok(self.client.query(&statement, values)?)
    }

    /// Asks what has one answer.
    pub fn ask_one(&mut self, text: &'static str, values: Values) -> Result<Row, Failed> {
        let statement = self.statement(text)?;
        Ok(self.client.query_one(&statement, values)?)
    }

    /// Changes something; how many rows.
    pub fn change(&mut self, text: &'static str, values: Values) -> Result<i64, Failed> {
        let statement = self.statement(text)?;
        let count = self.client.execute(&statement, values)?;
        Ok(i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn statement(&mut self, text: &'static str) -> Result<Statement, Failed> {
        if let Some(statement) = self.statements.get(text) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(text)?;
        self.statements.insert(text, statement.clone());
        Ok(statement)
    }

    /// Waits until nobody else makes or drops tables here, and keeps them from it until the transaction ends.
    pub fn lock_tables(&mut self) -> Result<(), Failed> {
        let locked = "select pg_advisory_xact_lock(hashtextextended(current_schema, $1))";
        self.ask(locked, &[&TABLES]).map(drop)
    }

    /// Whether there is a table, or another relation, of this name.
    pub fn has(&mut self, name: &str) -> Result<bool, Failed> {
        Ok(self.ask_one("select to_regclass($1) is not null", &[&name])?.try_get(0)?)
    }

    /// Makes the partition of a month where there is none; false where this connection knew already that there is one. It
    /// is made apart and attached, which waits for nobody who reads or writes.
    pub fn begin_month(&mut self, month: &str) -> Result<bool, Failed> {
        if self.months.contains(month) {
            return Ok(false);
        }
        self.lock_tables()?;
        let name = partition(month);
        if !self.has(&name)? {
            self.run(&format!(
                "create table {name} (like record including defaults including constraints);
                 alter table record attach partition {name} for values in ('{month}')"
            ))?;
        }
        // Where the transaction fails, this goes with the connection.
        self.months.insert(String::from(month));
        Ok(true)
    }
}

/// The name of the partition of a month.
pub fn partition(month: &str) -> String {
    format!("record_{}", month.replace('-', "_"))
}
