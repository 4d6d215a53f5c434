//! What a transaction on PostgreSQL answers and takes while records are kept (`store/batch`). All that a batch may ask is
//! fetched before (`facts`), the answers are kept current in memory while its records come, and all that it takes is
//! written by one statement.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use consentinel::hash::{Hash, from_hex};

use super::{
    Failed,
    facts::{self, Chained, Fact},
    hash,
    months::Months,
    session::Session,
};
use crate::store::{
    Arrival, GAP, Log, StoreError,
    batch::{Row, Shelf},
    number::Of,
    open::Open,
};

/// Writes a batch. A record that is there after all makes it fail, and is not left out: its leaf is in the tree.
const WRITE: &str = "
    with put as (
      insert into record (log, month, place, hash, received_ms, flags, id, subject, sequence,
                          at_ms, policy, notice, line)
      select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bytea[], $5::bigint[],
                           $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::bigint[],
                           $11::bigint[], $12::bigint[], $13::text[])
    ), came as (
      delete from awaited using unnest($14::bigint[], $15::bytea[], $16::text[])
        as here (log, hash, subject)
      where awaited.log = here.log and awaited.hash = here.hash and awaited.subject = here.subject
    ), waits as (
      insert into awaited (log, hash, subject, sequence, month)
      select * from unnest($17::bigint[], $18::bytea[], $19::text[], $20::bigint[], $21::text[])
      on conflict do nothing
    ), stands as (
      insert into month (log, month, after, size, whole, checkpoint)
      select * from unnest($22::bigint[], $23::text[], $24::text[], $25::bigint[], $26::bytea[],
                           $27::text[])
      on conflict (log, month) do update
      set size = excluded.size, whole = excluded.whole, checkpoint = excluded.checkpoint
    ), knows as (
      insert into fresh (number, month) select * from unnest($32::bigint[], $33::text[])
    )
    insert into named (log, month, document, count)
    select * from unnest($28::bigint[], $29::text[], $30::bigint[], $31::bigint[])
    on conflict (log, month, document) do update set count = named.count + excluded.count";

/// A record that waits for one: the log, the hash it names, its pseudonym.
type Waiting = (Log, Hash, String);

/// A transaction that holds its logs.
pub struct Begun<'a> {
    session: &'a mut Session,
    documents: &'a mut HashMap<(Log, Hash), i64>,
    months: Months,
    origins: BTreeMap<Log, String>,
    opens: BTreeMap<Log, (String, String, i64, Vec<u8>)>,
    ids: HashMap<(Log, String), Hash>,
    /// Records by their hashes; nothing of those that were erased.
    chain: HashMap<(Log, Hash), Option<Chained>>,
    taken: HashSet<(Log, String, i64)>,
    awaited: BTreeMap<Waiting, Vec<i64>>,
    /// Those of `awaited` that are in no table yet, with the month of each place.
    new: BTreeMap<Waiting, Vec<(i64, String)>>,
    written: Written,
}

/// What is to be written, column by column.
#[derive(Default)]
struct Written {
    log: Vec<i64>,
    month: Vec<String>,
    place: Vec<i64>,
    hash: Vec<Vec<u8>>,
    received_ms: Vec<i64>,
    flags: Vec<i64>,
    id: Vec<String>,
    subject: Vec<String>,
    sequence: Vec<i64>,
    at_ms: Vec<i64>,
    policy: Vec<Option<i64>>,
    notice: Vec<Option<i64>>,
    line: Vec<String>,
    /// What can be found in which month from now on.
    known: Vec<(i64, String)>,
    came: BTreeSet<Waiting>,
    stands: Vec<(i64, String, String, i64, Vec<u8>, String)>,
    named: Vec<(i64, String, i64, i64)>,
}

impl<'a> Begun<'a> {
    /// Waits until nobody else writes to these logs, and looks where they are.
    pub fn lock(
        session: &'a mut Session,
        documents: &'a mut HashMap<(Log, Hash), i64>,
        logs: &[Log],
    ) -> Result<Begun<'a>, Failed> {
        let numbers: Vec<i64> = logs.iter().map(|log| log.0).collect();
        let (mut origins, mut opens) = (BTreeMap::new(), BTreeMap::new());
        if !numbers.is_empty() {
            // In their order, so that no two wait for each other.
            let asked = "select id, origin from log where id = any($1) order by id for update";
            for row in session.ask(asked, &[&numbers])? {
                origins.insert(Log(row.try_get(0)?), row.try_get(1)?);
            }
            // A question of its own: it sees what whoever had the lock before has committed.
            let asked = "select distinct on (log) log, month, after, size, whole from month
                         where log = any($1) order by log, month desc";
            for row in session.ask(asked, &[&numbers])? {
                let open = (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
                opens.insert(Log(row.try_get(0)?), open);
            }
        }
        Ok(Begun {
            session,
            documents,
            months: Months::default(),
            origins,
            opens,
            ids: HashMap::new(),
            chain: HashMap::new(),
            taken: HashSet::new(),
            awaited: BTreeMap::new(),
            new: BTreeMap::new(),
            written: Written::default(),
        })
    }

    /// Whether a log has begun.
    pub fn has_month(&self, log: Log) -> bool {
        self.opens.contains_key(&log)
    }

    /// Fetches all that will be asked about these.
    pub fn ask(&mut self, arrivals: &[Arrival]) -> Result<(), Failed> {
        for log in self.origins.keys().copied().collect::<Vec<_>>() {
            let of: Vec<&Arrival> = arrivals.iter().filter(|arrival| arrival.log == log).collect();
            for fact in facts::of(self.session, &mut self.months, log, &of)? {
                match fact {
                    Fact::Record(hash, chained) => {
                        self.chain.insert((log, hash), chained);
                    }
                    Fact::Id(id, hash) => {
                        self.ids.insert((log, id), hash);
                    }
                    Fact::Taken((subject, sequence)) => {
                        self.taken.insert((log, subject, sequence));
                    }
                    Fact::Awaits(hash, (subject, sequence)) => {
                        self.awaited.entry((log, hash, subject)).or_default().push(sequence);
                    }
                }
            }
            self.ask_documents(log, &of)?;
        }
        Ok(())
    }

    /// Fetches the numbers of documents that another collector may have kept.
    fn ask_documents(&mut self, log: Log, of: &[&Arrival]) -> Result<(), Failed> {
        let named = of.iter().flat_map(|arrival| {
            [from_hex(&arrival.record.policy_hash), from_hex(&arrival.record.notice_hash)]
        });
        let unknown: BTreeSet<Hash> =
            named.flatten().filter(|hash| !self.documents.contains_key(&(log, *hash))).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let unknown: Vec<&[u8]> = unknown.iter().map(|hash| hash.as_slice()).collect();
        let asked = "select hash, id from document where log = $1 and hash = any($2)";
        for row in self.session.ask(asked, &[&log.0, &unknown])? {
            self.documents.insert((log, hash(row.try_get(0)?)?), row.try_get(1)?);
        }
        Ok(())
    }

    /// Writes all that was taken; whether this connection wrote into one of these months for the first time.
    pub fn write(self) -> Result<bool, Failed> {
        let Begun { session, new, written, .. } = self;
        let mut is_new = false;
        for month in written.month.iter().collect::<BTreeSet<_>>() {
            is_new |= session.begin_month(month)?;
        }
        let came: Vec<&Waiting> = written.came.iter().collect();
        let waits: Vec<(&Waiting, &(i64, String))> = new
            .iter()
            .flat_map(|(waiting, all)| all.iter().map(move |one| (waiting, one)))
            .collect();
        let (stands, named) = (&written.stands, &written.named);
        let column = |of: fn(&Waiting) -> i64| came.iter().map(|one| of(one)).collect::<Vec<i64>>();
        session.change(
            WRITE,
            &[
                &written.log,
                &written.month,
                &written.place,
                &written.hash,
                &written.received_ms,
                &written.flags,
                &written.id,
                &written.subject,
                &written.sequence,
                &written.at_ms,
                &written.policy,
                &written.notice,
                &written.line,
                &column(|one| one.0.0),
                &came.iter().map(|one| one.1.as_slice()).collect::<Vec<_>>(),
                &came.iter().map(|one| &*one.2).collect::<Vec<_>>(),
                &waits.iter().map(|(one, _)| one.0.0).collect::<Vec<_>>(),
                &waits.iter().map(|(one, _)| one.1.as_slice()).collect::<Vec<_>>(),
                &waits.iter().map(|(one, _)| &*one.2).collect::<Vec<_>>(),
                &waits.iter().map(|(_, place)| place.0).collect::<Vec<_>>(),
                &waits.iter().map(|(_, place)| &*place.1).collect::<Vec<_>>(),
                &stands.iter().map(|one| one.0).collect::<Vec<_>>(),
                &stands.iter().map(|one| &*one.1).collect::<Vec<_>>(),
                &stands.iter().map(|one| &*one.2).collect::<Vec<_>>(),
                &stands.iter().map(|one| one.3).collect::<Vec<_>>(),
                &stands.iter().map(|one| &*one.4).collect::<Vec<_>>(),
                &stands.iter().map(|one| &*one.5).collect::<Vec<_>>(),
                &named.iter().map(|one| one.0).collect::<Vec<_>>(),
                &named.iter().map(|one| &*one.1).collect::<Vec<_>>(),
                &named.iter().map(|one| one.2).collect::<Vec<_>>(),
                &named.iter().map(|one| one.3).collect::<Vec<_>>(),
                &written.known.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
                &written.known.iter().map(|(_, month)| &**month).collect::<Vec<_>>(),
            ],
        )?;
        Ok(is_new)
    }
}

impl Shelf for Begun<'_> {
    fn of_id(&mut self, log: Log, id: &str) -> Result<Option<Hash>, StoreError> {
        Ok(self.ids.get(&(log, String::from(id))).copied())
    }

    fn is_erased(&mut self, log: Log, hash: &Hash) -> Result<bool, StoreError> {
        Ok(self.chain.get(&(log, *hash)).is_some_and(Option::is_none))
    }

    fn sequence(
        &mut self,
        log: Log,
        hash: &Hash,
        subject: &str,
    ) -> Result<Option<i64>, StoreError> {
        let found = self.chain.get(&(log, *hash)).and_then(Option::as_ref);
        Ok(found.filter(|(of, _)| of == subject).map(|(_, sequence)| *sequence))
    }

    fn awaiting(&mut self, log: Log, hash: &Hash, subject: &str) -> Result<Vec<i64>, StoreError> {
        let waiting = (log, *hash, String::from(subject));
        Ok(self.awaited.get(&waiting).cloned().unwrap_or_default())
    }

    fn is_taken(&mut self, log: Log, subject: &str, sequence: i64) -> Result<bool, StoreError> {
        Ok(self.taken.contains(&(log, String::from(subject), sequence)))
    }

    fn document(&mut self, log: Log, hash: Hash) -> Result<Option<i64>, StoreError> {
        Ok(self.documents.get(&(log, hash)).copied())
    }

    fn last(&mut self, log: Log) -> Result<(String, Open), StoreError> {
        let origin = self.origins.get(&log);
        let Some((origin, open)) = origin.zip(self.opens.get(&log)) else {
            return Err(StoreError(String::from(
                "one of its logs is gone: start the collector anew",
            )));
        };
        let (month, after, size, whole) = open.clone();
        Ok((origin.clone(), Open::resume(month, after, size, &whole)?))
    }

    fn put(&mut self, row: Row) -> Result<(), StoreError> {
        let Row { arrival, month, leaf, flags, policy, notice } = row;
        let (log, record) = (arrival.log, &arrival.record);
        let (id, subject) = (String::from(&*record.id), String::from(&*record.subject));
        self.ids.insert((log, id.clone()), arrival.hash);
        self.chain.insert((log, arrival.hash), Some((subject.clone(), record.sequence)));
        self.taken.insert((log, subject.clone(), record.sequence));
        for of in [Of::Id(&id), Of::Browser(&subject)] {
            let new = self.months.note(log, of, month);
            self.written.known.extend(new.map(|number| (number, String::from(month))));
        }
        let here = (log, arrival.hash, subject.clone());
        self.new.remove(&here);
        if self.awaited.remove(&here).is_some() {
            self.written.came.insert(here);
        }
        if flags & GAP != 0 {
            let waiting = (log, from_hex(&record.previous).unwrap_or_default(), subject.clone());
            self.awaited.entry(waiting.clone()).or_default().push(record.sequence);
            let place = (record.sequence, String::from(month));
            self.new.entry(waiting).or_default().push(place);
        }
        let written = &mut self.written;
        written.log.push(log.0);
        written.month.push(String::from(month));
        written.place.push(leaf);
        written.hash.push(arrival.hash.to_vec());
        written.received_ms.push(arrival.received_ms);
        written.flags.push(flags);
        written.id.push(id);
        written.subject.push(subject);
        written.sequence.push(record.sequence);
        written.at_ms.push(record.at_ms);
        written.policy.push(policy);
        written.notice.push(notice);
        written.line.push(arrival.line.clone());
        Ok(())
    }

    fn save(&mut self, log: Log, open: &Open, checkpoint: &str) -> Result<(), StoreError> {
        let (month, after) = (open.month.clone(), open.after.clone());
        let stands = (log.0, month, after, open.size(), open.whole(), String::from(checkpoint));
        self.written.stands.push(stands);
        for (document, count) in &open.named {
            self.written.named.push((log.0, open.month.clone(), *document, *count));
        }
        Ok(())
    }
}
