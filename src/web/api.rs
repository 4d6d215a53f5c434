//! What JavaScript may call: two functions, from which `www/js/api.js` makes the object that pages
//! see. Fewer and broader ones than that object has, because each export costs glue on both sides.

use alloc::{vec, vec::Vec};

use wasm_bindgen::prelude::*;

use crate::{
    policy::{self, MAX_BYTES, Policy},
    problem::{Code, Problem},
    signal::Signals,
};

use super::{host, report::report, source, start, told};

pub use super::{
    answer,
    host::{set_hear, write},
};

/// Brings Consentinel up: the policy as JSON text, empty where the page has none; the product's texts
/// by language; the languages wanted; the hash of the build; whether there is a page, and whether the
/// browser sends Global Privacy Control. Without a page nothing is gated and nothing optional granted.
#[wasm_bindgen(js_name = start)]
pub fn start_page(
    policy: &str,
    texts: &str,
    languages: &str,
    build: &str,
    has_page: bool,
    gpc: bool,
) {
    let (policy, problems) = read_policy(policy);
    let policy = policy.unwrap_or_else(Policy::closed);
    start(policy, &source::read(texts), languages, build, has_page, Signals { gpc });
    report(&problems);
    if has_page {
        host::emit("ready", &answer(told::STATE));
    }
}

fn read_policy(text: &str) -> (Option<Policy>, Vec<Problem>) {
    let code = if text.is_empty() {
        Code::PolicyMissing
    } else if text.len() > MAX_BYTES {
        Code::PolicyTooLarge
    } else if let Some(document) = source::parse(text) {
        return policy::read(&document);
    } else {
        Code::PolicyNotJson
    };
    (None, vec![Problem::new(code, "policy", "")])
}

/// What the snippets and the API tell; the answer is a verdict, where one was asked for.
#[wasm_bindgen]
pub fn hear(kind: u32, text: &str) -> u32 {
    super::hear(kind, text)
}
