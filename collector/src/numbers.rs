//! What the collector counts, for Prometheus. Labels are names of sites and codes alone: nothing that a page sends ever
//! becomes one.

use std::{fmt, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

#[derive(Clone, Debug, Eq, EncodeLabelSet, Hash, PartialEq)]
struct Answered {
    site: String,
    answer: &'static str,
}

/// The numbers.
pub struct Numbers {
    registry: Registry,
    records: Family<Answered, Counter>,
    notices: Family<Answered, Counter>,
    flags: Family<Answered, Counter>,
    failures: Counter,
    commits: Histogram,
    together: Histogram,
}

impl Default for Numbers {
    fn default() -> Numbers {
        let mut registry = Registry::with_prefix("consentinel");
        let seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];
        let counts = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];
        let numbers = Numbers {
            registry: Registry::default(),
            records: Family::default(),
            notices: Family::default(),
            flags: Family::default(),
            failures: Counter::default(),
            commits: Histogram::new(seconds),
            together: Histogram::new(counts),
        };
        let records = numbers.records.clone();
        registry.register(
            "records",
            "Answers to records: kept, known, or why it was refused",
            records,
        );
        let notices = numbers.notices.clone();
        registry.register(
            "notices",
            "Answers to notices: kept, known, or why it was refused",
            notices,
        );
        let flags = numbers.flags.clone();
        registry.register("flags", "What was odd about records that were kept", flags);
        let failures = numbers.failures.clone();
        registry.register("failures", "Commits that failed", failures);
        let commits = numbers.commits.clone();
        registry.register_with_unit("commit", "How long a commit took", Unit::Seconds, commits);
        registry.register("together", "How many records a commit had", numbers.together.clone());
        Numbers { registry, ..numbers }
    }
}

/// Which of the two a page sends.
#[derive(Clone, Copy)]
pub enum Sent {
    /// A record.
    Record,
    /// A notice.
    Notice,
}

/// A site that no setting names.
const NO_SITE: &str = "";

impl Numbers {
    /// Counts an answer.
    pub fn answered(&self, sent: Sent, site: Option<&str>, answer: &'static str) {
        let family = match sent {
            Sent::Record => &self.records,
            Sent::Notice => &self.notices,
        };
        family.get_or_create(&labels(site, answer)).inc();
    }

    /// Counts what was odd about a record that was kept.
    pub fn flagged(&self, site: &str, flag: &'static str) {
        self.flags.get_or_create(&labels(Some(site), flag)).inc();
    }

    /// Counts a commit of so many records.
    pub fn committed(&self, count: usize, took: Duration) {
        self.commits.observe(took.as_secs_f64());
        self.together.observe(count as f64);
    }

    /// Counts a commit that failed.
    pub fn failed(&self) {
        self.failures.inc();
    }

    /// All numbers as Prometheus reads them.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn labels(site: Option<&str>, answer: &'static str) -> Answered {
    Answered { site: String::from(site.unwrap_or(NO_SITE)), answer }
}
