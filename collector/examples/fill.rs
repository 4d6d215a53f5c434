//! Fills a store by its own writer, so that its rows are those that a collector keeps, without a wire: documents and
//! records of standard input, as lines of an export, the documents first. Each record is received a second after it was
//! decided, so their times say which months the store has. Prints how many went in a second, for each tenth of what was to
//! come. `cargo xtask bench collector` measures what has grown by it; nothing else needs it.

// It opens files and asks the clock, which is what it is for.
#![allow(clippy::disallowed_methods)]

use std::{
    error::Error,
    io::{self, BufRead as _},
    path::Path,
    time::Instant,
};

use consentinel::{
    export::Line,
    hash::{digest, hex},
    json::Json,
};
use consentinel_audit::judged::look_at;
use consentinel_collector::store::{self, Arrival, Document, Kept, Kind, Log, Store};

/// So many records go into one commit: what it costs is shared by more of them than a collector ever has waiting.
const TOGETHER: usize = 5000;
/// How long a record was on its way.
const WAY_MS: i64 = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let records = |word: String| word.parse::<usize>().ok().filter(|records| *records > 0);
    let named = words.next().zip(words.next()).zip(words.next().and_then(records));
    let Some(((store, origin), records)) = named else {
        eprintln!("usage: fill STORE LOG RECORDS: how many are to come");
        std::process::exit(2);
    };
    let mut store = store::open(Path::new(&store))?;
    let (mut log, mut arrivals) = (None, Vec::with_capacity(TOGETHER));
    let mut told = Told { tenth: records.div_ceil(10), kept: 0, begun: Instant::now(), from: 0 };
    let mut documents = Vec::new();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let looked = look_at(line.as_bytes());
        match looked.line {
            Ok(Line::Policy(json)) => documents.push(document(Kind::Policy, &json)),
            Ok(Line::Notice(json)) => documents.push(document(Kind::Notice, &json)),
            Ok(Line::Record(record)) => {
                let received_ms = record.at_ms + WAY_MS;
                let log = match log {
                    Some(log) => log,
                    None => {
                        let begun = begin(&mut *store, &origin, received_ms, &documents)?;
                        *log.insert(begun)
                    }
                };
                arrivals.push(Arrival {
                    log,
                    record,
                    line,
                    hash: looked.hash,
                    received_ms,
                    flags: 0,
                });
            }
            _ => return Err("a line is no policy, notice or record".into()),
        }
        if arrivals.len() == TOGETHER {
            told.keep(&mut *store, &mut arrivals)?;
        }
    }
    told.keep(&mut *store, &mut arrivals)
}

fn document(kind: Kind, json: &Json) -> Document {
    let text = json.canonical();
    Document { kind, hash: digest(text.as_bytes()), text }
}

/// Begins the log, in the month of its first record, with all documents.
fn begin(
    store: &mut dyn Store,
    origin: &str,
    now_ms: i64,
    documents: &[Document],
) -> Result<Log, Box<dyn Error>> {
    let log = store.log(origin, now_ms, &|_, text| String::from(text))?;
    for document in documents {
        store.keep_document(log, document)?;
    }
    Ok(log)
}

/// What was told so far.
struct Told {
    tenth: usize,
    kept: usize,
    /// Since when, and from which record on, the present tenth is counted.
    begun: Instant,
    from: usize,
}

impl Told {
    fn keep(
        &mut self,
        store: &mut dyn Store,
        arrivals: &mut Vec<Arrival>,
    ) -> Result<(), Box<dyn Error>> {
        let kept = store.keep(arrivals, &|_, text| String::from(text))?;
        let not = kept.iter().zip(&*arrivals).find(|(kept, _)| **kept != Kept::New(0));
        if let Some((kept, arrival)) = not {
            return Err(format!("record {} was not kept: {kept:?}", hex(&arrival.hash)).into());
        }
        self.kept += arrivals.len();
        arrivals.clear();
        if self.kept - self.from >= self.tenth {
            let rate = (self.kept - self.from) as f64 / self.begun.elapsed().as_secs_f64();
            println!("{:>10} {rate:>10.0}", self.kept);
            (self.begun, self.from) = (Instant::now(), self.kept);
        }
        Ok(())
    }
}
