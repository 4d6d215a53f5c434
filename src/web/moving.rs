//! The shell of the module that takes over what another consent tool had stored (www/js/moving.js). It runs before the
//! tag, at most once in a browser, and only answers: JavaScript finds and stores.
//!
//! Left out: everything that a page needs afterwards, which the two modules of `mod.rs` have.

#[expect(
    dead_code,
    reason = "the border is one file for three modules, and this one asks little of it"
)]
mod host;
#[cfg(feature = "module")]
mod module;
mod policy;
mod single;
mod source;

use alloc::{string::String, vec::Vec};

use crate::{
    json::Json,
    moving::{Moment, carry},
    problem::Problem,
    signal::Signals,
    time::UnixMillis,
};
use host::{answer, told};

/// Hears [`told::START`]: an object with the `policy` and the `document` of moving as texts, what was `found`
/// ([`crate::moving`]), the `language`, the hash of the `build`, and whether the browser sends `gpc`. Answers an object
/// with what is to be stored, `ledger` and `state`, both empty where nothing is, the `policy` as it was hashed, and the
/// messages of `problems`.
fn hear(kind: u32, text: &str) -> u32 {
    if kind == told::START {
        host::reply(&taken(&source::read(text)).canonical());
    }
    answer::REFUSE
}

fn taken(page: &Json) -> Json {
    let none = Json::object();
    let (policy, _) = policy::read(page.field("policy").and_then(Json::as_text));
    let document = source::parse(page.text_at("document")).unwrap_or(Json::Bool(false));
    let mut entropy = [[0; 16]; 2];
    host::random(entropy.as_flattened_mut());
    let is_true = |key| page.field(key) == Some(&Json::Bool(true));
    let signals = Signals::heard(&policy, is_true("gpc"), is_true("dnt")).words();
    let moment = Moment {
        now: UnixMillis(host::now() as i64),
        entropy,
        language: page.text_at("language"),
        build: page.text_at("build"),
        signals: &signals,
    };
    let mut problems: Vec<String> = Vec::new();
    let mut report = |problem: Problem| problems.push(problem.message());
    let found = page.field("found").unwrap_or(&none);
    let carried = carry(&policy, &document, found, &moment, &mut report);
    let (ledger, state) = carried.map(|it| (it.ledger, it.state)).unwrap_or_default();
    let mut answer = Json::object();
    answer.put_text("ledger", &ledger);
    answer.put_text("state", &state);
    answer.put_text("policy", &policy.document.canonical());
    answer.put("problems", Json::texts(&problems));
    answer
}
