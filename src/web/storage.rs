//! What the browser keeps for us: the state in a cookie, the ledger in local storage, and beside it the
//! state once more, since a server can write a cookie. Where both are denied or full, `www/js/page.js`
//! remembers them as long as the page is there, and we say so once. The state itself is `stored`'s work.

use crate::{
    json::Json,
    ledger::Ledger,
    policy::{ItemKind, LEDGER_KEY},
    problem::{Code, Problem},
    text,
};

use super::{host, report::report_once, source, stored};

/// Where a damaged ledger is set aside, so that nothing is lost.
const BROKEN_LEDGER_KEY: &str = "consentinel-ledger-broken";

/// Keeps the state, or with no time to live forgets it.
pub fn write_state(text: &str, max_age_seconds: i64) {
    if !stored::write_state(text, max_age_seconds) {
        report_denied();
    }
}

/// Keeps the same text beside the ledger.
pub fn write_kept(text: &str) {
    if !stored::write_kept(text) {
        report_denied();
    }
}

/// The last record that is no `once`, as it stands there: whether it holds together, a reader of the
/// whole ledger says.
pub fn last_record() -> Option<Json> {
    let ledger = host::recall(LEDGER_KEY);
    let mut last = None;
    let mut rest = Some(ledger.as_str());
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
    let text = host::recall(LEDGER_KEY);
    if text.is_empty() {
        return Some(Ledger::default());
    }
    let ledger = Ledger::read(&text, &canonical);
    if ledger.is_none() {
        // The first broken one is kept: it is the evidence of what happened.
        if host::recall(BROKEN_LEDGER_KEY).is_empty() {
            host::keep(BROKEN_LEDGER_KEY, &text);
        }
        host::erase(LEDGER_KEY, ItemKind::LocalStorage as u32);
        report_once(Problem::new(Code::LedgerBroken, "local storage", ""));
    }
    ledger
}

/// A line of a ledger; nothing when it is not as we print lines.
fn canonical(line: &str) -> Option<Json> {
    let json = source::read(line);
    (json.canonical() == line).then_some(json)
}

/// Keeps the ledger.
pub fn write_ledger(ledger: &Ledger) {
    if !host::keep(LEDGER_KEY, &ledger.to_text()) {
        report_denied();
    }
}

fn report_denied() {
    report_once(Problem::new(Code::StorageDenied, "", ""));
}
