//! The module of servers: from a policy and the cookies of a request to the headers of the answer, and
//! to what its visitor is told first. `www/js/server.js` is its only caller. It has no browser and no clock, and remembers one policy and
//! no visitor.
//!
//! Texts cross byte by byte, so that nothing here handles an address in memory.

// The names of exports are what the compiler cannot check; there is no other unsafe code here.
#![allow(unsafe_code)]

use alloc::{string::String, vec::Vec};
use core::cell::RefCell;

use crate::{
    csp,
    json::Json,
    notice::{Interface, notice},
    policy::{self, MAX_BYTES, Policy, STATE_COOKIE},
    source,
    state::{self, State},
    text,
    time::UnixMillis,
};

#[derive(Default)]
struct Server {
    policy: Policy,
    /// Where the pages are that the headers are for, and the tag's own files; empty where nobody said.
    origin: String,
    files: String,
    /// What was told since the last answer.
    told: Vec<u8>,
    answer: Vec<u8>,
}

impl Server {
    fn page(&self) -> csp::Page<'_> {
        csp::Page { origin: &self.origin, files: &self.files, once: "" }
    }
}

std::thread_local! {
    static SERVER: RefCell<Server> = RefCell::default();
}

/// One byte of what is told next.
#[unsafe(no_mangle)]
pub extern "C" fn put(byte: u8) {
    SERVER.with_borrow_mut(|server| server.told.push(byte));
}

/// One byte of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn at(place: usize) -> u8 {
    SERVER.with_borrow(|server| server.answer.get(place).copied().unwrap_or_default())
}

/// What was told is the policy, as JSON. The answer is a list of its problems; a policy that cannot be
/// read allows nothing, as in the page. Answers the length of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn learn() -> usize {
    SERVER.with_borrow_mut(|server| {
        let told = core::mem::take(&mut server.told);
        let document = if told.len() > MAX_BYTES { None } else { parse(told) };
        let (policy, problems) = policy::read(&document.unwrap_or(Json::Foreign("no JSON")));
        server.policy = policy.unwrap_or_else(Policy::closed);
        let messages: Vec<String> = problems.iter().map(|problem| problem.message()).collect();
        server.answer = Json::texts(&messages).canonical().into_bytes();
        server.answer.len()
    })
}

/// What was told is an object: the `cookies` of a request that came at this time, the product's own
/// `texts` by language, and the `languages` wanted. The answer is the `notice` for this visitor and the
/// `state`, as the page gives them to its banner; an empty object where there is nothing to ask.
/// Answers its length.
#[unsafe(no_mangle)]
pub extern "C" fn tell(now_ms: f64) -> usize {
    SERVER.with_borrow_mut(|server| {
        let told = core::mem::take(&mut server.told);
        let told = parse(told).unwrap_or_else(Json::object);
        let policy = &server.policy;
        let state = stored(told.text_at("cookies"), policy, UnixMillis(now_ms as i64));
        let mut answer = Json::object();
        if policy.has_optional() && state.asks(policy) {
            let texts = told.field("texts").unwrap_or(&told);
            let interface = Interface::choose(texts, told.text_at("languages"), policy);
            let mut shown = Json::object();
            shown.put_text("placement", policy.document.text_at("placement"));
            answer.put("notice", notice(policy, &interface));
            answer.put("state", shown);
        }
        server.answer = answer.canonical().into_bytes();
        server.answer.len()
    })
}

/// What was told is where the pages are: an object of their `origin` and of the folder of the tag's own
/// `files`, for this answer and for the headers after it. The answer is the element for the HTML, an empty
/// text where there is none; `false` where the folder cannot be written in one. Answers its length.
#[unsafe(no_mangle)]
pub extern "C" fn place() -> usize {
    SERVER.with_borrow_mut(|server| {
        let told = core::mem::take(&mut server.told);
        let told = parse(told).unwrap_or_else(Json::object);
        server.origin = String::from(told.text_at("origin"));
        server.files = String::from(told.text_at("files"));
        let answer = if server.files.is_empty() || csp::is_source(&server.files) {
            let element = csp::element(&server.policy, &server.page());
            Json::text(&element.unwrap_or_default())
        } else {
            Json::Bool(false)
        };
        server.answer = answer.canonical().into_bytes();
        server.answer.len()
    })
}

/// What was told is the `Cookie` header of a request that came at this time. The answer is an object
/// of headers. Answers its length.
#[unsafe(no_mangle)]
pub extern "C" fn answer(now_ms: f64) -> usize {
    SERVER.with_borrow_mut(|server| {
        let told = String::from_utf8(core::mem::take(&mut server.told)).unwrap_or_default();
        let state = stored(&told, &server.policy, UnixMillis(now_ms as i64));
        let mut headers = Json::object();
        if let Some(value) = csp::header(&server.policy, &state, &server.page()) {
            headers.put_text(csp::name(&server.policy), &value);
        }
        server.answer = headers.canonical().into_bytes();
        server.answer.len()
    })
}

fn parse(told: Vec<u8>) -> Option<Json> {
    source::parse(&String::from_utf8(told).ok()?)
}

/// What the visitor decided, by the cookie; nothing granted where it is missing, expired or not ours.
/// A browser sends cookies of one name that differ in path or domain: then nobody knows which counts.
fn stored(cookies: &str, policy: &Policy, now: UnixMillis) -> State {
    let mut found = None;
    let mut rest = Some(cookies);
    while let Some(pairs) = rest {
        let (pair, others) = text::split(pairs, b';');
        rest = others;
        let (name, value) = text::split(pair.trim(), b'=');
        if name == STATE_COOKIE {
            if found.is_some() {
                return State::undecided(policy);
            }
            found = value;
        }
    }
    match found {
        Some(value) => state::read(value, policy, now, &mut Vec::new()),
        None => State::undecided(policy),
    }
}
