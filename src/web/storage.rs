//! What the browser keeps for us: the state in a cookie, the ledger in local storage, and beside it the
//! state once more, since a server can write a cookie. Where both are denied or full, `www/js/page.js`
//! remembers them as long as the page is there, and we say so once. The state itself is `stored`'s work.

use alloc::string::String;

use crate::{
    json::Json,
    ledger::Ledger,
    policy::{ItemKind, LEDGER_KEY, OLDER_LEDGER_KEY, OLDER_STATE_KEY},
    problem::{Code, Problem},
    text,
};

use super::{
    host,
    report::report_once,
    source,
    stored::{self, own},
};

/// Where a damaged ledger is set aside, so that nothing is lost.
const BROKEN_LEDGER_KEY: &str = "consentinel-ledger-broken.";

/// The key of the ledger, and its text. One of version 0.1.0 is ours where its last record is of our policy, or where
/// that names none: it was the only one of its host.
fn ledger() -> (String, String) {
    let key = own(LEDGER_KEY);
    let text = host::recall(&key);
    if text.is_empty() || text != host::recall(OLDER_LEDGER_KEY) {
        return (key, text);
    }
    let record = last_in(&text);
    let policy = record.as_ref().and_then(|record| record.field("policy"));
    if policy.is_some_and(|policy| policy.text_at("id") != own("")) {
        return (key, String::new());
    }
    (String::from(OLDER_LEDGER_KEY), text)
}

/// Keeps an answer ([`stored::write`]).
pub fn write(text: &str, max_age_seconds: i64) {
    let (cookie, is_kept) = stored::write(text, max_age_seconds);
    if cookie > 1.0 {
        report_once(Problem::new(Code::ShareRefused, "share", ""));
    }
    // One of the two is enough: each stands in for the other.
    if cookie < 1.0 && !is_kept {
        report_denied();
    }
}

/// Keeps a text beside the ledger alone.
pub fn write_kept(text: &str) {
    if !stored::write_kept(text) {
        report_denied();
    }
}

/// The last record that is no `once`, as it stands there: whether it holds together, a reader of the
/// whole ledger says.
pub fn last_record() -> Option<Json> {
    last_in(&ledger().1)
}

fn last_in(ledger: &str) -> Option<Json> {
    let mut last = None;
    let mut rest = Some(ledger);
    while let Some(lines) = rest {
        let (line, others) = text::split(lines, b'\n');
        rest = others;
        // The first field of a canonical record.
        if let Some(action) = text::after(line, "{\"action\":")
            && text::after(action, "\"once\"").is_none()
        {
            last = Some(line);
        }
    }
    last.map(source::read)
}

/// The browser's ledger, or an empty one. Nothing when it is broken: then it is set aside and
/// reported, and the caller must not count on the state that came with it.
pub fn read_ledger() -> Option<Ledger> {
    let (key, text) = ledger();
    if text.is_empty() {
        return Some(Ledger::default());
    }
    let ledger = Ledger::read(&text, &canonical);
    if ledger.is_none() {
        // The first broken one is kept: it is the evidence of what happened.
        let broken = own(BROKEN_LEDGER_KEY);
        if host::recall(&broken).is_empty() {
            host::keep(&broken, &text);
        }
        host::erase(&key, ItemKind::LocalStorage as u32);
        report_once(Problem::new(Code::LedgerBroken, "local storage", ""));
    }
    ledger
}

/// A line of a ledger; nothing when it is not as we print lines.
fn canonical(line: &str) -> Option<Json> {
    let json = source::read(line);
    (json.canonical() == line).then_some(json)
}

/// Keeps the ledger, `from` where it goes on from one of version 0.1.0, which it takes the place of.
pub fn write_ledger(ledger: &Ledger) {
    let (from, _) = self::ledger();
    let key = own(LEDGER_KEY);
    if !host::keep(&key, &ledger.to_text()) {
        return report_denied();
    }
    if from != key {
        for older in [OLDER_LEDGER_KEY, OLDER_STATE_KEY] {
            host::erase(older, ItemKind::LocalStorage as u32);
        }
    }
}

fn report_denied() {
    report_once(Problem::new(Code::StorageDenied, "", ""));
}
