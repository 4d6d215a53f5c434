//! Whether a record is of the policy that it names: its id, its revision, and names that this policy
//! asks about. Native only, for whoever has the policy in hand; the record by itself is `examine.rs`.

use alloc::{collections::BTreeSet, string::String};

use super::{Action, Record};
use crate::{
    policy::{self, Policy},
    problem::Code,
};

/// What a policy asks visitors about.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    id: String,
    revision: String,
    /// Ids of the optional categories.
    categories: BTreeSet<String>,
    /// Ids of the services in them.
    services: BTreeSet<String>,
}

impl Asked {
    /// What this policy asks about.
    pub fn by(policy: &Policy) -> Asked {
        let text = |key| String::from(policy.document.text_at(key));
        let optional = |at: &usize| policy.is_optional(*at);
        let all = 0..policy.categories.len();
        let services = policy.services.iter().filter(|(_, category)| optional(category));
        Asked {
            id: text("id"),
            revision: text("revision"),
            categories: all
                .filter(optional)
                .map(|at| String::from(policy.category_id(at)))
                .collect(),
            services: services.map(|(id, _)| id.clone()).collect(),
        }
    }

    /// What the policy of this document asks about; nothing where it cannot be read as one.
    pub fn by_document(document: &crate::json::Json) -> Option<Asked> {
        policy::read(document).0.map(|policy| Asked::by(&policy))
    }

    /// Every name that a record may have: categories, then services.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.categories.iter().chain(&self.services)
    }
}

/// Tells of everything in a record that cannot be under the policy that it names.
pub fn conform(record: &Record, asked: &Asked, report: &mut dyn FnMut(Code, &str)) {
    if record.policy_id != asked.id {
        report(Code::PolicyContradicts, "policy.id");
    }
    if record.policy_revision != asked.revision {
        report(Code::PolicyContradicts, "policy.revision");
    }
    for name in record.granted.iter().chain(&record.denied) {
        if !asked.categories.contains(name.as_str()) && !asked.services.contains(name.as_str()) {
            report(Code::ChoiceUnknown, name);
        }
    }
    let (key, all) = match record.action.known() {
        Some(Action::AcceptAll) => ("granted", &record.granted),
        Some(Action::RejectAll) => ("denied", &record.denied),
        _ => return,
    };
    if record.is_of_all() && !all.iter().eq(&asked.categories) {
        report(Code::ChoiceUnknown, key);
    }
}
