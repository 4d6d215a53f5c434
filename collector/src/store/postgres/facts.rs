//! What a batch must know of the records that are there, fetched before the first of its own is judged: in which months to
//! look (`months`), then what is there, by one question for each of these months. A question that named its months row by
//! row would have the server begin a look into every month that there is, which took it five times as long in a store of
//! 24 of them; of one that names one month, it begins those of that month.

use std::collections::{BTreeMap, BTreeSet};

use consentinel::hash::{Hash, from_hex};

use super::{Failed, hash, months::Months, session::Session};
use crate::store::{
    Arrival, Log,
    number::{Of, number},
};

/// What is there in a month of those that have their hash, their `id` or their place. Limits and offsets keep each look
/// one of its own, by an index of that month, however little is known of a table.
const IN_MONTH: &str = "
    select 0::bigint, there.hash, there.subject, there.sequence, null::text
    from unnest($3::bytea[]) as asked (hash) cross join lateral (
      select * from record where record.log = $1
      and record.month = $2 and record.hash = asked.hash offset 0) as there
    union all
    select 1, there.hash, null, null, there.id
    from unnest($4::text[]) as asked (id) cross join lateral (
      select * from record where record.log = $1
      and record.month = $2 and record.id = asked.id offset 0) as there
    union all
    select 2, null, asked.subject, asked.sequence, null
    from unnest($5::text[], $6::bigint[]) as asked (subject, sequence) cross join lateral (
      select from record where record.log = $1 and record.month = $2
      and record.subject = asked.subject and record.sequence = asked.sequence limit 1) as there";

/// Which records wait for these.
const AWAITED: &str = "
    select there.hash, there.subject, there.sequence
    from unnest($2::bytea[], $3::text[]) as asked (hash, subject) cross join lateral (
      select * from awaited where awaited.log = $1
      and awaited.hash = asked.hash and awaited.subject = asked.subject offset 0) as there";

/// The pseudonym and the place of a record in its chain.
pub type Chained = (String, i64);

/// Something that is there.
pub enum Fact {
    /// A record with this hash; nothing else of one that was erased.
    Record(Hash, Option<Chained>),
    /// An `id`, and the hash of the record that has it.
    Id(String, Hash),
    /// A place in a chain that a record has.
    Taken(Chained),
    /// A record that waits for the one with this hash.
    Awaits(Hash, Chained),
}

/// What is looked for in one month.
#[derive(Default)]
struct Looks<'a> {
    chain: Vec<Hash>,
    ids: Vec<&'a str>,
    subjects: Vec<&'a str>,
    sequences: Vec<i64>,
}

/// Fetches all that these records of a log make necessary.
pub fn of(
    session: &mut Session,
    months: &mut Months,
    log: Log,
    arrivals: &[&Arrival],
) -> Result<Vec<Fact>, Failed> {
    let mut facts = Vec::new();
    for (month, looks) in looks(session, months, log, arrivals)? {
        let chain: Vec<&[u8]> = looks.chain.iter().map(|hash| hash.as_slice()).collect();
        let values = (&looks.ids, &looks.subjects, &looks.sequences);
        let (ids, subjects, sequences) = values;
        let asked: super::session::Values = &[&log.0, &month, &chain, ids, subjects, sequences];
        for row in session.ask(IN_MONTH, asked)? {
            let kind: i64 = row.try_get(0)?;
            let subject: Option<String> = row.try_get(2)?;
            let chained = subject.zip(row.try_get::<_, Option<i64>>(3)?);
            let found = row.try_get::<_, Option<&[u8]>>(1)?.map(hash).transpose()?;
            facts.extend(match (kind, found, chained) {
                (0, Some(hash), chained) => Some(Fact::Record(hash, chained)),
                (1, Some(hash), _) => Some(Fact::Id(row.try_get(4)?, hash)),
                (_, _, chained) => chained.map(Fact::Taken),
            });
        }
    }
    let own: Vec<&[u8]> = arrivals.iter().map(|arrival| arrival.hash.as_slice()).collect();
    let subjects: Vec<&str> = arrivals.iter().map(|arrival| &*arrival.record.subject).collect();
    for row in session.ask(AWAITED, &[&log.0, &own, &subjects])? {
        let waiting = (row.try_get(1)?, row.try_get(2)?);
        facts.push(Fact::Awaits(hash(row.try_get(0)?)?, waiting));
    }
    Ok(facts)
}

/// What is to be looked for, by the months in which it may be.
fn looks<'a>(
    session: &mut Session,
    months: &mut Months,
    log: Log,
    arrivals: &[&'a Arrival],
) -> Result<BTreeMap<String, Looks<'a>>, Failed> {
    let mut numbers = BTreeSet::new();
    for arrival in arrivals {
        let record = &arrival.record;
        let all = [Of::Id(&record.id), Of::Browser(&record.subject), Of::Erased(&arrival.hash)];
        numbers.extend(all.map(|of| number(log, of)));
        let before = from_hex(&record.previous);
        numbers.extend(before.map(|before| number(log, Of::Erased(&before))));
    }
    months.ask(session, &numbers.into_iter().collect::<Vec<_>>())?;
    let mut looks: BTreeMap<String, Looks> = BTreeMap::new();
    let mut within = |of: Of, add: &dyn Fn(&mut Looks<'a>)| {
        for month in months.of(log, of) {
            add(looks.entry(month.clone()).or_default());
        }
    };
    for arrival in arrivals {
        let (record, own) = (&arrival.record, arrival.hash);
        let (id, subject): (&str, &str) = (&record.id, &record.subject);
        within(Of::Id(id), &|looks| looks.ids.push(id));
        within(Of::Erased(&own), &|looks| looks.chain.push(own));
        let before = from_hex(&record.previous);
        if let Some(before) = before {
            within(Of::Erased(&before), &|looks| looks.chain.push(before));
        }
        within(Of::Browser(subject), &|looks| {
            looks.chain.extend(before);
            looks.subjects.push(subject);
            looks.sequences.push(record.sequence);
        });
    }
    Ok(looks)
}
