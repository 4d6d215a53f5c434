//! What a transaction on PostgreSQL answers and takes while records are kept (`store/batch`). All that a batch may ask is
//! fetched before by one question for each log, the answers are kept current in memory while its records come, and all
//! that it takes is written by one statement.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use consentinel::hash::{Hash, from_hex};

use super::{Failed, hash, months::Months, session::Session};
use crate::store::{
    Arrival, GAP, Log, StoreError,
    batch::{Row, Shelf},
    number::{Of, number},
    open::Open,
};

/// What is known about the records of a batch, of those that have their hash, their `id` or their place, and of those
/// that wait for them; each in the months in which it may be. Limits and offsets keep each look one of its own, by an
/// index of that month, however little is known of a table.
const FACTS: &str = "
    select 0::bigint, there.hash, there.subject, there.sequence, null::text
    from unnest($2::text[], $3::bytea[]) as asked (month, hash) cross join lateral (
      select * from record where record.log = $1
      and record.month = asked.month and record.hash = asked.hash offset 0) as there
    union all
    select 1, there.hash, null, null, there.id
    from unnest($4::text[], $5::text[]) as asked (month, id) cross join lateral (
      select * from record where record.log = $1
      and record.month = asked.month and record.id = asked.id offset 0) as there
    union all
    select 2, null, asked.subject, asked.sequence, null
    from unnest($6::text[], $7::text[], $8::bigint[]) as asked (month, subject, sequence)
    cross join lateral (
      select from record where record.log = $1 and record.month = asked.month
      and record.subject = asked.subject and record.sequence = asked.sequence limit 1) as there
    union all
    select 3, there.hash, there.subject, there.sequence, null
    from unnest($9::bytea[], $10::text[]) as asked (hash, subject) cross join lateral (
      select * from awaited where awaited.log = $1
      and awaited.hash = asked.hash and awaited.subject = asked.subject offset 0) as there";

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
      insert into known (number, month) select * from unnest($32::bigint[], $33::text[])
    )
    insert into named (log, month, document, count)
    select * from unnest($28::bigint[], $29::text[], $30::bigint[], $31::bigint[])
    on conflict (log, month, document) do update set count = named.count + excluded.count";

/// The pseudonym and the place of a record in its chain.
type Chained = (String, i64);
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

/// What is looked for, each with a month in which it may be.
#[derive(Default)]
struct Looks<'a> {
    chain: Vec<(String, Hash)>,
    ids: Vec<(String, &'a str)>,
    places: Vec<(String, &'a str, i64)>,
}

impl<'a> Looks<'a> {
    /// What these records make necessary.
    fn of(
        months: &mut Months,
        session: &mut Session,
        log: Log,
        arrivals: &[&'a Arrival],
    ) -> Result<Looks<'a>, Failed> {
        let mut numbers = BTreeSet::new();
        for arrival in arrivals {
            let record = &arrival.record;
            let all = [Of::Id(&record.id), Of::Browser(&record.subject), Of::Erased(&arrival.hash)];
            numbers.extend(all.map(|of| number(log, of)));
            let before = from_hex(&record.previous);
            numbers.extend(before.map(|before| number(log, Of::Erased(&before))));
        }
        months.ask(session, &numbers.into_iter().collect::<Vec<_>>())?;
        let mut looks = Looks::default();
        for arrival in arrivals {
            let (record, own) = (&arrival.record, arrival.hash);
            let (id, subject) = (&*record.id, &*record.subject);
            let browsers = || months.of(log, Of::Browser(subject)).cloned();
            looks.ids.extend(months.of(log, Of::Id(id)).map(|month| (month.clone(), id)));
            let gone = months.of(log, Of::Erased(&own)).cloned();
            looks.chain.extend(gone.map(|month| (month, own)));
            if let Some(before) = from_hex(&record.previous) {
                let gone = months.of(log, Of::Erased(&before)).cloned();
                looks.chain.extend(gone.chain(browsers()).map(|month| (month, before)));
            }
            looks.places.extend(browsers().map(|month| (month, subject, record.sequence)));
        }
        Ok(looks)
    }
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
            let looks = Looks::of(&mut self.months, self.session, log, &of)?;
            let own: Vec<&[u8]> = of.iter().map(|arrival| arrival.hash.as_slice()).collect();
            let subjects: Vec<&str> = of.iter().map(|arrival| &*arrival.record.subject).collect();
            let (chain, ids, places) = (looks.chain, looks.ids, looks.places);
            let rows = self.session.ask(
                FACTS,
                &[
                    &log.0,
                    &chain.iter().map(|(month, _)| &**month).collect::<Vec<_>>(),
                    &chain.iter().map(|(_, hash)| hash.as_slice()).collect::<Vec<_>>(),
                    &ids.iter().map(|(month, _)| &**month).collect::<Vec<_>>(),
                    &ids.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
                    &places.iter().map(|(month, _, _)| &**month).collect::<Vec<_>>(),
                    &places.iter().map(|(_, subject, _)| *subject).collect::<Vec<_>>(),
                    &places.iter().map(|(_, _, sequence)| *sequence).collect::<Vec<_>>(),
                    &own,
                    &subjects,
                ],
            )?;
            for row in rows {
                let kind: i64 = row.try_get(0)?;
                let subject: Option<String> = row.try_get(2)?;
                let chained = subject.zip(row.try_get::<_, Option<i64>>(3)?);
                let found = row.try_get::<_, Option<&[u8]>>(1)?.map(hash).transpose()?;
                match (kind, found, chained) {
                    (0, Some(hash), chained) => {
                        self.chain.insert((log, hash), chained);
                    }
                    (1, Some(hash), _) => {
                        self.ids.insert((log, row.try_get(4)?), hash);
                    }
                    (2, _, Some((subject, sequence))) => {
                        self.taken.insert((log, subject, sequence));
                    }
                    (_, Some(hash), Some((subject, sequence))) => {
                        self.awaited.entry((log, hash, subject)).or_default().push(sequence);
                    }
                    _ => {}
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

    /// Writes all that was taken.
    pub fn write(self) -> Result<(), Failed> {
        let Begun { session, new, written, .. } = self;
        for month in written.month.iter().collect::<BTreeSet<_>>() {
            session.begin_month(month)?;
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
        Ok(())
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
