//! What JavaScript may call: three functions, from which `www/js/api.js` makes the object that pages
//! see. Fewer and broader ones than that object has, because each export costs glue on both sides.

use alloc::{string::String, vec, vec::Vec};

use wasm_bindgen::prelude::*;

use crate::{
    json::Json,
    policy::{self, MAX_BYTES, Policy},
    problem::{Code, Problem},
    record::Via,
    session::Event,
};

use super::{dispatch, expire, host, report::report, source, start, storage, told, with};

/// Brings Consentinel up: [`hear`] itself, for the snippets; the policy as JSON text, as a value, or undefined where the page has none;
/// the product's texts by language; the style of the banner; the hash of the build; and whether there
/// is a page. Without one nothing is gated and nothing optional is granted.
#[wasm_bindgen(js_name = start)]
pub fn start_page(
    hear: &JsValue,
    policy: JsValue,
    texts: JsValue,
    style: String,
    build: String,
    has_page: bool,
) {
    host::set_hear(hear);
    let (policy, problems) = match policy_document(policy) {
        Ok(document) => policy::read(&document),
        Err(code) => (None, vec![Problem::new(code, "policy", "")]),
    };
    let policy = policy.unwrap_or_else(Policy::closed);
    start(policy, &source::read(texts), style, build, has_page);
    report(&problems);
    if has_page {
        host::emit("ready", &answer(told::STATE));
    }
}

fn policy_document(policy: JsValue) -> Result<Json, Code> {
    if policy.is_undefined() {
        return Err(Code::PolicyMissing);
    }
    match policy.as_string() {
        None => Ok(source::read(policy)),
        Some(text) if text.len() > MAX_BYTES => Err(Code::PolicyTooLarge),
        Some(text) => source::parse(&text).ok_or(Code::PolicyNotJson),
    }
}

/// What the snippets and the API tell; the answer is a verdict, where one was asked for.
#[wasm_bindgen]
pub fn hear(kind: u32, text: &str) -> u32 {
    super::hear(kind, text)
}

/// Takes a decision of the page's own code: what it grants, or what it withdraws.
#[wasm_bindgen]
pub fn decide(kind: u32, value: JsValue) {
    let value = source::read(value);
    dispatch(if kind == told::SAVE {
        Event::Save(Via::Api, value)
    } else {
        let mut names = Vec::new();
        if let Json::List(list) = &value {
            for name in list {
                names.extend(name.as_text().map(String::from));
            }
        }
        Event::Withdraw(Via::Api, names)
    });
}

/// The state or the records as JSON text, or the ledger as it is exported.
#[wasm_bindgen]
pub fn answer(kind: u32) -> String {
    expire();
    let mut out = String::new();
    match kind {
        told::STATE => {
            let language = |core: &super::Core| core.page.interface.language.clone();
            let state = with(|core| core.state.to_json(&core.page.policy, &language(core)));
            out = state.unwrap_or_default().canonical();
        }
        told::LEDGER => {
            for line in storage::read_ledger().unwrap_or_default().lines {
                out.push(if out.is_empty() { '[' } else { ',' });
                out.push_str(&line);
            }
            out.push_str(if out.is_empty() { "[]" } else { "]" });
        }
        _ => out = storage::read_ledger().unwrap_or_default().to_text(),
    }
    out
}
