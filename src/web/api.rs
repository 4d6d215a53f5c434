//! What JavaScript may call: one function, from which `www/js/api.js` makes the object that pages see.
//! One, because each export costs glue on both sides.

use alloc::{vec, vec::Vec};

use wasm_bindgen::prelude::*;

use crate::{
    policy::{self, MAX_BYTES, Policy},
    problem::{Code, Problem},
};

use super::source;

pub use super::{
    answer,
    host::{set_hear, write},
};

/// The policy of a page; no text where the page has none.
pub(super) fn read_policy(text: Option<&str>) -> (Policy, Vec<Problem>) {
    let code = match text {
        None => Code::PolicyMissing,
        Some(text) if text.len() > MAX_BYTES => Code::PolicyTooLarge,
        Some(text) => match source::parse(text) {
            Some(document) => {
                let (policy, problems) = policy::read(&document);
                return (policy.unwrap_or_else(Policy::closed), problems);
            }
            None => Code::PolicyNotJson,
        },
    };
    (Policy::closed(), vec![Problem::new(code, "policy", "")])
}

/// What the entries, the snippets and the API tell; the answer is a verdict, where one was asked for.
#[wasm_bindgen]
pub fn hear(kind: u32, text: &str) -> u32 {
    super::hear(kind, text)
}
