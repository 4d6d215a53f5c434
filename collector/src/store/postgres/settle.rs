//! Moves the numbers of months that have ended from `fresh` to `settled` (`months`). Numbers are random, so whatever writes
//! each as its record comes changes a page of the index for each; in a store of many months these are too many to stay in
//! memory, and after each checkpoint of the server all of such a page goes into its log of changes. Here they go in their
//! order, a month at a time, so that each page is changed once for all that come into it.
//!
//! A thread with a connection of its own does it, beside the one that keeps records, in steps that nobody waits for. Where it
//! is ended, or never runs, nothing is lost and every answer stays the same: both tables are asked.

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::Instant,
};

use super::{Failed, session::Session};
use crate::store::StoreError;

/// So many numbers go in one step.
const TOGETHER: i64 = 5000;
/// One step: those from a number on, of months before the last one; the greatest of them. What another collector moves
/// just now is left to it.
const STEP: &str = "
    with ended as materialized (
      select ctid as place from fresh
      where number >= $1 and month < (select max(month) from month)
      order by number limit $2 for update skip locked
    ), gone as (
      delete from fresh using ended where fresh.ctid = ended.place returning number, month
    ), came as (
      insert into settled (number, month) select number, month from gone order by number
      returning number
    )
    select max(number) from came";

/// Has the thread do it, once for each message; it ends when this does.
pub struct Settler(Sender<()>);

impl Settler {
    /// Starts the thread, for the store at this address.
    pub fn start(path: PathBuf) -> Result<Settler, StoreError> {
        let (sender, asked) = mpsc::channel();
        let name = String::from("consentinel-settler");
        let started = thread::Builder::new().name(name).spawn(move || run(&path, &asked));
        started.map_err(|error| StoreError(format!("no thread could be started: {error}")))?;
        Ok(Settler(sender))
    }

    /// A month has begun, or may have.
    pub fn ask(&self) {
        // Where the thread broke down, numbers stay where they are.
        let _ = self.0.send(());
    }
}

fn run(path: &Path, asked: &Receiver<()>) {
    while asked.recv().is_ok() {
        if let Err(failed) = settle(path, asked) {
            let error = StoreError::from(failed);
            tracing::warn!(%error, "numbers of ended months are not settled; the next month is tried with them");
        }
    }
}

/// Moves all that there is, and rests after each step as long as it took.
fn settle(path: &Path, asked: &Receiver<()>) -> Result<(), Failed> {
    let mut session = Session::open(path)?;
    let mut from = i64::MIN;
    loop {
        let begun = Instant::now();
        session.begin()?;
        let row = session.ask_one(STEP, &[&from, &TOGETHER])?;
        session.commit()?;
        let Some(last) = row.try_get(0)? else { return Ok(()) };
        from = last;
        if asked.recv_timeout(begun.elapsed()) == Err(RecvTimeoutError::Disconnected) {
            return Ok(());
        }
    }
}
