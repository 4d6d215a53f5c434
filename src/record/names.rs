//! Whether records agree on what stands for a document: one hash of a policy has one id and one
//! revision, one hash of a notice one language and one layout. Native only, for verifiers of the
//! records of one browser or of many. The documents themselves are not needed here.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use super::{Action, Digits, Record, Text, folded};
use crate::problem::Code;

/// What the records so far said by which name.
#[derive(Default)]
pub struct Names {
    /// Of each hash of a policy: its id and its revision.
    policies: BTreeMap<Digits, (Text, Text)>,
    /// Of each hash of a notice: its language and its layout.
    notices: BTreeMap<Digits, (Text, i64)>,
    /// Of each hash of a policy: all that a visitor is asked about.
    everything: BTreeMap<Digits, Vec<Text>>,
    /// Of each policy, its revisions as they read, and as they are written.
    revisions: BTreeMap<(Text, String), Text>,
    /// Revisions of each policy of which that is known.
    seen: BTreeMap<Text, BTreeSet<Text>>,
}

impl Names {
    /// Tells of everything in a record that an earlier one says otherwise.
    pub fn check(&self, record: &Record, report: &mut dyn FnMut(Code, &str)) {
        if let Some((id, revision)) = self.policies.get(&record.policy_hash)
            && (*id != record.policy_id || *revision != record.policy_revision)
        {
            report(Code::HashContradicts, "policy");
        }
        if let Some((language, layout)) = self.notices.get(&record.notice_hash)
            && (*language != record.language || *layout != record.layout)
        {
            report(Code::HashContradicts, "notice");
        }
        if let Some((key, names)) = everything(record)
            && self.everything.get(&record.policy_hash).is_some_and(|before| before != names)
        {
            report(Code::HashContradicts, key);
        }
    }

    /// Takes the next record in, and tells of everything that an earlier one says otherwise.
    pub fn follow(&mut self, record: &Record, report: &mut dyn FnMut(Code, &str)) {
        self.check(record, report);
        let policy = || (record.policy_id.clone(), record.policy_revision.clone());
        self.policies.entry(record.policy_hash).or_insert_with(policy);
        let notice = || (record.language.clone(), record.layout);
        if !record.notice_hash.is_empty() {
            self.notices.entry(record.notice_hash).or_insert_with(notice);
        }
        if let Some((_, names)) = everything(record)
            && !self.everything.contains_key(&record.policy_hash)
        {
            self.everything.insert(record.policy_hash, names.clone());
        }
        self.revision(record, report);
    }

    /// How a revision reads is asked once for each: the question takes longer than all the others.
    fn revision(&mut self, record: &Record, report: &mut dyn FnMut(Code, &str)) {
        let seen = self.seen.get(&record.policy_id);
        if seen.is_some_and(|seen| seen.contains(&record.policy_revision)) {
            return;
        }
        let read = (record.policy_id.clone(), folded(&record.policy_revision));
        match self.revisions.get(&read) {
            // One that was written in another way first is told of each time.
            Some(written) if *written != record.policy_revision => {
                report(Code::NamesAlike, &record.policy_revision);
            }
            Some(_) => {}
            None => {
                self.revisions.insert(read, record.policy_revision.clone());
                let seen = self.seen.entry(record.policy_id.clone()).or_default();
                seen.insert(record.policy_revision.clone());
            }
        }
    }
}

/// Under one policy, all is always the same: what was accepted or rejected as a whole.
fn everything(record: &Record) -> Option<(&'static str, &Vec<Text>)> {
    match record.action.known()? {
        _ if !record.is_of_all() => None,
        Action::AcceptAll => Some(("granted", &record.granted)),
        Action::RejectAll => Some(("denied", &record.denied)),
        _ => None,
    }
}
