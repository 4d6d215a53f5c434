//! The one writer: a thread that has the store, and keeps together whatever came while it wrote. One commit, and one
//! wait for the disk, serve all of them; each is answered when it is there for good.

use std::{
    collections::BTreeMap,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Instant,
};

use consentinel::{checkpoint::signed, note::PrivateKey};
use tokio::sync::{mpsc, oneshot};

use crate::{
    access::Access,
    numbers::Numbers,
    refusal::Refusal,
    site::PATIENCE,
    store::{Arrival, Document, Kept, Log, Store},
};

/// So many records at most go into one commit: a reader of the store, and a page, wait no longer than for that.
const TOGETHER: usize = 512;

/// What is to be kept, and who waits for it.
enum Job {
    Record(Box<Arrival>, oneshot::Sender<Option<Kept>>),
    Notice(Log, Box<Document>, oneshot::Sender<Option<bool>>),
    Access(Box<Access>, oneshot::Sender<Option<()>>),
    /// Nothing: whether something could be.
    Probe(oneshot::Sender<Option<()>>),
}

/// Hands things to the writer; it ends when the last of these is gone.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
}

/// The keys that sign, by the origins of the logs.
pub type Keys = BTreeMap<String, PrivateKey>;

/// A checkpoint, signed where there is a key.
pub fn sign(keys: &Keys, origin: &str, text: &str) -> String {
    keys.get(origin).map_or_else(|| String::from(text), |key| signed(text, key))
}

impl Writer {
    /// Starts the writer, with so many places for what waits.
    pub fn start(
        store: Box<dyn Store>,
        keys: Keys,
        places: usize,
        numbers: Arc<Numbers>,
    ) -> std::io::Result<(Writer, JoinHandle<()>)> {
        let (jobs, waiting) = mpsc::channel(places);
        let mut thread = Thread { store, keys, numbers, waiting };
        let name = String::from("consentinel-writer");
        let handle = thread::Builder::new().name(name).spawn(move || thread.run())?;
        Ok((Writer { jobs }, handle))
    }

    /// Whether something could be kept now.
    pub async fn probe(&self) -> Result<(), Refusal> {
        let (answer, kept) = oneshot::channel();
        self.put(Job::Probe(answer))?;
        wait(kept).await
    }

    /// Keeps a record; the answer comes once it is on the disk.
    pub async fn keep(&self, arrival: Arrival) -> Result<Kept, Refusal> {
        let (answer, kept) = oneshot::channel();
        self.put(Job::Record(Box::new(arrival), answer))?;
        wait(kept).await
    }

    /// Keeps a notice; false where it was there.
    pub async fn keep_notice(&self, log: Log, document: Document) -> Result<bool, Refusal> {
        let (answer, kept) = oneshot::channel();
        self.put(Job::Notice(log, Box::new(document), answer))?;
        wait(kept).await
    }

    /// Puts an access on record; the answer comes once it is on the disk.
    pub async fn keep_access(&self, access: Access) -> Result<(), Refusal> {
        let (answer, kept) = oneshot::channel();
        self.put(Job::Access(Box::new(access), answer))?;
        wait(kept).await
    }

    /// Is over when nothing can be kept any more, because the thread has ended.
    pub async fn ended(&self) {
        self.jobs.closed().await;
    }

    fn put(&self, job: Job) -> Result<(), Refusal> {
        self.jobs.try_send(job).map_err(|_| Refusal::BUSY)
    }
}

async fn wait<T>(kept: oneshot::Receiver<Option<T>>) -> Result<T, Refusal> {
    match tokio::time::timeout(PATIENCE, kept).await {
        Ok(Ok(Some(kept))) => Ok(kept),
        _ => Err(Refusal::STORE),
    }
}

struct Thread {
    store: Box<dyn Store>,
    keys: Keys,
    numbers: Arc<Numbers>,
    waiting: mpsc::Receiver<Job>,
}

impl Thread {
    fn run(&mut self) {
        while let Some(first) = self.waiting.blocking_recv() {
            let mut arrivals = Vec::new();
            let mut answers = Vec::new();
            let mut next = Some(first);
            while let Some(job) = next {
                match job {
                    Job::Record(arrival, answer) => {
                        arrivals.push(*arrival);
                        answers.push(answer);
                    }
                    Job::Notice(log, document, answer) => {
                        let kept = self.store.keep_document(log, &document);
                        // Whoever went away meanwhile needs no answer, here and below.
                        let _ = answer.send(self.told(kept));
                    }
                    Job::Access(access, answer) => {
                        let kept = self.store.keep_access(&access);
                        let _ = answer.send(self.told(kept));
                    }
                    Job::Probe(answer) => {
                        let kept = self.store.keep(&[], &|_, text| String::from(text));
                        let _ = answer.send(self.told(kept).map(drop));
                    }
                }
                next = if arrivals.len() < TOGETHER { self.waiting.try_recv().ok() } else { None };
            }
            if arrivals.is_empty() {
                continue;
            }
            let begun = Instant::now();
            let keys = &self.keys;
            let kept = self.store.keep(&arrivals, &|origin, text| sign(keys, origin, text));
            self.numbers.committed(arrivals.len(), begun.elapsed());
            // Where nothing is kept, whoever waits learns it by their end of the channel.
            for (answer, kept) in answers.into_iter().zip(self.told(kept).unwrap_or_default()) {
                let _ = answer.send(Some(kept));
            }
        }
    }

    fn told<T>(&self, kept: Result<T, crate::store::StoreError>) -> Option<T> {
        kept.inspect_err(|error| {
            self.numbers.failed();
            tracing::error!(%error, "nothing could be kept");
        })
        .ok()
    }
}
