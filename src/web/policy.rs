//! Reads the policy of a page: its text, as the browser parses it. What a policy says is the pure side's
//! affair.

use alloc::{vec, vec::Vec};

use crate::{
    policy::{self, MAX_BYTES, Policy},
    problem::{Code, Problem},
};

use super::source;

/// The policy of a page; no text where the page has none.
pub fn read(text: Option<&str>) -> (Policy, Vec<Problem>) {
    let code = match text {
        None => Code::PolicyMissing,
        Some(text) if text.len() > MAX_BYTES => Code::PolicyTooLarge,
        Some(text) => match source::parse(text) {
            Some(document) => {
                let (policy, problems) = policy::read(&document);
                let mut policy = policy.unwrap_or_else(Policy::closed);
                policy.mark = policy::mark_of(text);
                return (policy, problems);
            }
            None => Code::PolicyNotJson,
        },
    };
    (Policy::closed(), vec![Problem::new(code, "policy", "")])
}
