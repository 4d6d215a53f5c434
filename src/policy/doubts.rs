//! What is allowed in a policy and is hardly meant: `consentinel check` asks about it, pages do not.
//!
//! Left out: mistakes (`read`), and sentences that are too long for a first layer ([`crate::notice::unsummarised`]).

use alloc::{collections::BTreeSet, format, vec::Vec};

use super::{FOR, read::OPTED_OUT};
use crate::json::Json;
use crate::policy::Policy;
use crate::problem::{Code, Problem};

/// Adds a warning for each: a mode in which nothing is stopped, no necessary category, an optional service that names
/// neither a host nor an item, something necessary that is for sale or sharing.
pub fn doubts(policy: &Policy, problems: &mut Vec<Problem>) {
    if policy.is_report_only {
        problems.push(Problem::new(Code::ModeReport, "mode", "report"));
    }
    if !policy.categories.iter().any(|category| category.is_necessary) {
        problems.push(Problem::new(Code::NecessaryMissing, "categories", ""));
    }
    let items = policy.document.list_at("items");
    let with_items: BTreeSet<&str> = items.iter().map(|item| item.text_at("service")).collect();
    let services = policy.document.list_at("services");
    for (position, ((id, category), service)) in policy.services.iter().zip(services).enumerate() {
        let category = policy.categories.get(*category);
        if category.is_some_and(|category| !category.is_necessary)
            && service.list_at("hosts").is_empty()
            && !with_items.contains(id.as_str())
        {
            let place = format!("services[{position}]");
            problems.push(Problem::new(Code::ServiceHostless, &place, id));
        }
    }
    for (list, key) in [("categories", "id"), ("services", "category")] {
        for (position, entry) in policy.document.list_at(list).iter().enumerate() {
            let category = policy.own_category_named(entry.text_at(key));
            let is_necessary = category.is_some_and(|at| !policy.is_optional(at));
            let mut words = entry.list_at(FOR).iter().filter_map(Json::as_text);
            if let Some(word) = words.find(|word| is_necessary && OPTED_OUT.contains(word)) {
                let place = format!("{list}[{position}].{FOR}");
                problems.push(Problem::new(Code::ForNecessary, &place, word));
            }
        }
    }
}
