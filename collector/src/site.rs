//! A site while the collector runs: its log, what it may name, and how much of the collector it may take.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use consentinel::{
    export::Known,
    hash::{Hash, from_hex},
    json::Json,
    policy::Policy,
    source,
};
use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    refusal::Refusal,
    settings,
    store::{Document, Kind, Log, Sign, Store, StoreError},
};

/// A site.
pub struct Site {
    /// Its name in logs and numbers.
    pub name: String,
    /// Where its records are kept.
    pub log: Log,
    /// The policies that the operator has given.
    pub policies: Vec<Policy>,
    /// How many notices it may send of its own.
    most_notices: usize,
    known: RwLock<Documents>,
    rate: DefaultDirectRateLimiter,
    waiting: Arc<Semaphore>,
}

/// What records may name.
struct Documents {
    known: Known,
    /// The hashes of notices that pages sent, not counting those that are made of the policies.
    sent: Vec<Hash>,
    /// Hashes of notices that are known.
    notices: BTreeSet<Hash>,
}

impl Site {
    /// Begins a site: its documents go into the store, and those that are there are known.
    pub fn open(
        given: settings::Site,
        queue: usize,
        store: &mut dyn Store,
        now_ms: i64,
        sign: Sign,
    ) -> Result<Site, StoreError> {
        let log = store.log(&given.log, now_ms, sign)?;
        let before = store.documents(log)?;
        let mut documents =
            Documents { known: Known::default(), sent: Vec::new(), notices: BTreeSet::new() };
        let library = &given.library;
        for (kind, all) in [(Kind::Policy, &library.policies), (Kind::Notice, &library.notices)] {
            for (digits, json) in all {
                let Some(hash) = from_hex(digits) else { continue };
                let document = Document { kind, hash, text: json.canonical() };
                documents.take(&document, json);
                store.keep_document(log, &document)?;
            }
        }
        for document in before {
            let is_given = documents.notices.contains(&document.hash);
            if document.kind == Kind::Notice && !is_given {
                documents.sent.push(document.hash);
            }
            if let Some(json) = source::parse(&document.text) {
                documents.take(&document, &json);
            }
        }
        let quota = Quota::per_second(given.rate).allow_burst(given.burst);
        Ok(Site {
            name: given.name,
            log,
            policies: given.policies,
            most_notices: given.most_notices,
            known: RwLock::new(documents),
            rate: RateLimiter::direct(quota),
            waiting: Arc::new(Semaphore::new(queue)),
        })
    }

    /// Lets a request in, or says when to come again. Whose request it is, nobody asks.
    pub fn admit(&self) -> Result<(), Refusal> {
        self.rate.check().map_err(|not| {
            let wait = not.wait_time_from(DefaultClock::default().now());
            Refusal::RATE.after(wait.as_secs() + 1)
        })
    }

    /// A place among those of this site that wait for the store; a site that floods fills its own places alone.
    pub fn place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| Refusal::BUSY)
    }

    /// Asks what is known.
    pub fn ask<T>(&self, question: impl FnOnce(&Known) -> T) -> T {
        question(&self.documents().known)
    }

    /// Whether a notice is known.
    pub fn has_notice(&self, hash: &Hash) -> bool {
        self.documents().notices.contains(hash)
    }

    /// Whether it may send one more.
    pub fn has_place_for_notice(&self) -> bool {
        self.documents().sent.len() < self.most_notices
    }

    /// Takes a notice in that a page sent and the store has.
    pub fn learn(&self, document: &Document, json: &Json) {
        let mut documents = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if documents.notices.contains(&document.hash) {
            return;
        }
        documents.sent.push(document.hash);
        documents.take(document, json);
    }

    // A thread that ended while it held the lock has left whole documents: each is taken in by one call.
    fn documents(&self) -> RwLockReadGuard<'_, Documents> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Documents {
    fn take(&mut self, document: &Document, json: &Json) {
        let digits = consentinel::hash::hex(&document.hash);
        match document.kind {
            Kind::Policy => self.known.take_policy(&digits, json),
            Kind::Notice => {
                self.known.take_notice(&digits, json);
                self.notices.insert(document.hash);
            }
        }
    }
}

/// How long an answer of the store is worth waiting for.
pub const PATIENCE: Duration = Duration::from_secs(30);
