//! What is allowed in a policy and is hardly meant: `consentinel check` asks about it, pages do not.
//!
//! Left out: mistakes (`read`), and sentences that are too long for a first layer ([`crate::notice::unsummarised`]).

use alloc::{format, vec::Vec};

use crate::json::Json;
use crate::policy::Policy;
use crate::problem::{Code, Problem};

/// Adds a warning for each: a mode in which nothing is stopped, no necessary category, an optional service that names
/// neither a host nor an item.
pub fn doubts(policy: &Policy, problems: &mut Vec<Problem>) {
    let document = &policy.document;
    let is_necessary = |category: &Json| category.field("necessary") == Some(&Json::Bool(true));
    if policy.is_report_only {
        problems.push(Problem::new(Code::ModeReport, "mode", "report"));
    }
    let categories = document.list_at("categories");
    if !categories.iter().any(is_necessary) {
        problems.push(Problem::new(Code::NecessaryMissing, "categories", ""));
    }
    let optional = |id: &str| {
        categories.iter().any(|category| category.text_at("id") == id && !is_necessary(category))
    };
    for (position, service) in document.list_at("services").iter().enumerate() {
        let id = service.text_at("id");
        let has_item =
            || document.list_at("items").iter().any(|item| item.text_at("service") == id);
        if service.list_at("hosts").is_empty()
            && optional(service.text_at("category"))
            && !has_item()
        {
            problems.push(Problem::new(
                Code::ServiceHostless,
                &format!("services[{position}]"),
                id,
            ));
        }
    }
}
