//! Whether a record makes sense by itself: what it says of a decision must be what such a decision leaves.
//! Native only, for verifiers. How its fields are shaped is [`Record::read`]'s affair; what one record says
//! of another is that of `ledger/history.rs`.
//!
//! An error is what contradicts docs/record.md, so that no release can have written it. A warning is what
//! that page leaves room for, though no release so far writes it, or only where something odd happened.
//! Bounds of a policy are warnings for that reason: a later release may widen them, and its records must
//! not fail here.

use alloc::string::String;

use unicode_normalization::UnicodeNormalization as _;

use super::{Action, Record, Text, Via};
use crate::{problem::Code, text, time::DAY_MS};

/// No choice counts longer after its decision: 395 days (docs/record.md, "Reading it").
pub(crate) const LONGEST_MS: i64 = 395 * DAY_MS;
/// The shortest life of a refusal, in days (docs/policy.md).
const SHORTEST_REFUSAL: i64 = 182;
/// The most categories of a policy, the most services besides, and the longest id of a category.
const MOST_CATEGORIES: usize = 16;
const MOST_SERVICES: usize = 200;
const LONGEST_CATEGORY: usize = 24;
/// The longest revision of a policy, in characters.
const LONGEST_REVISION: usize = 64;

/// Tells of everything in a record that is not as a decision leaves it: the code, and what was found.
///
/// ```
/// use consentinel::{problem::Code, record::{Record, examine}, source};
/// # let hash = "0".repeat(64);
/// # let record = format!(r#"{{"action":"reject-all","atMs":1893499200000,"build":"{hash}","denied":["a"],
/// #   "expiresAtMs":1909224000000,"granted":["b"],"id":"AQEBAQEBAQEBAQEBAQEBAQ","left":[],
/// #   "notice":{{"hash":"{hash}","language":"en","layout":1}},
/// #   "policy":{{"hash":"{hash}","id":"site","revision":"1"}},"previous":"","sequence":0,"signals":[],
/// #   "subject":"CQkJCQkJCQkJCQkJCQkJCQ","version":1,"via":"banner"}}"#);
/// // It says `reject-all`, and that `b` is granted.
/// let record = Record::read(&source::parse(&record).unwrap()).unwrap();
/// let mut codes = vec![];
/// examine(&record, &mut |code, _| codes.push(code));
/// assert_eq!(codes, [Code::ActionContradicts]);
/// ```
pub fn examine(record: &Record, report: &mut dyn FnMut(Code, &str)) {
    // Both lists are sorted, so one walk through the second finds what stands in both.
    let mut denied = record.denied.iter().peekable();
    for name in &record.granted {
        while denied.next_if(|other| *other < name).is_some() {}
        if denied.peek() == Some(&name) {
            report(Code::ChoiceContradicts, name);
        }
    }
    action(record, report);
    expiry(record, report);
    fields(record, report);
}

/// What is granted and denied, and through what, against what was done.
fn action(record: &Record, report: &mut dyn FnMut(Code, &str)) {
    for (is_known, word) in [
        (record.action.known().is_some(), record.action.word()),
        (record.via.known().is_some(), record.via.word()),
    ] {
        if !is_known {
            report(Code::WordUnknown, word);
        }
    }
    // What a newer program did is its own affair: nothing is known that it would contradict.
    let Some(action) = record.action.known() else { return };
    let (grants, denials) = (record.granted.len(), record.denied.len());
    let is_placeholder = record.via == Via::Placeholder;
    let is_possible = match action {
        Action::AcceptAll if record.is_of_all() => grants > 0 && denials == 0,
        // What the signal keeps out may be all that there is.
        Action::AcceptAll => denials > 0,
        Action::RejectAll => grants == 0 && denials > 0,
        // It decides about every category, or grants one thing.
        Action::Save => grants + denials > 0,
        // Other categories and services may stay granted, and a service without a category that is decided
        // becomes undecided again.
        Action::Withdraw => true,
        Action::Once => grants == 1 && denials == 0 && is_placeholder,
        Action::OptOut => denials > 0 && !record.signals.is_empty(),
        // It carries something, of a tool, and nobody shows a notice of ours for it.
        Action::Import => {
            grants + denials > 0 && record.tool.is_some() && !record.notice_by.is_empty()
        }
    };
    if !is_possible {
        report(Code::ActionContradicts, record.action.word());
    }
    let is_usual = match action {
        Action::AcceptAll | Action::RejectAll => !is_placeholder,
        // The one control there that saves is the one that always grants.
        Action::Save => !is_placeholder || grants > 0,
        // A part is taken back by code only; a control takes everything back.
        Action::Withdraw => record.via == Via::Api || !is_placeholder && grants == 0,
        Action::Once => true,
        Action::OptOut => record.via == Via::Signal,
        // Without a time nobody knows until when a grant counts.
        Action::Import => {
            record.via == Via::Tool
                && (grants == 0 || record.tool.as_ref().is_some_and(|tool| tool.at_ms.is_some()))
        }
    };
    let is_import = action == Action::Import;
    let is_of_tool = !is_import && (record.via == Via::Tool || record.tool.is_some());
    if !is_usual || is_of_tool || action != Action::OptOut && record.via == Via::Signal {
        report(Code::ActionUnusual, record.via.word());
    }
}

/// How long the choices last. That none lasts too long is a question to the records before, too: choices
/// that this decision left alone end when their own says.
fn expiry(record: &Record, report: &mut dyn FnMut(Code, &str)) {
    let lasts = record.expires_at_ms - record.at_ms;
    let is_once = record.action == Action::Once;
    let is_nothing = record.granted.is_empty() && record.denied.is_empty();
    // Nothing that could end: the moment itself stands there.
    if lasts < 0 || (is_once || is_nothing) && lasts > 0 {
        report(Code::ExpiryImpossible, "expiresAtMs");
        return;
    }
    let is_usual = match record.action.known() {
        None => true,
        Some(action) => is_usual(action, lasts, is_nothing),
    };
    // A clock before 1970 is recorded as 1970, and the days are counted from where it stood.
    if !is_usual && record.at_ms > 0 {
        report(Code::FieldUnusual, "expiresAtMs");
    }
}

/// Whether choices of this action last so long.
fn is_usual(action: Action, lasts: i64, is_nothing: bool) -> bool {
    match action {
        // Every choice is new, and lasts for the days of the policy.
        Action::AcceptAll => lasts >= DAY_MS && lasts % DAY_MS == 0,
        Action::RejectAll => lasts >= SHORTEST_REFUSAL * DAY_MS && lasts % DAY_MS == 0,
        Action::Save | Action::Withdraw | Action::OptOut | Action::Import => {
            lasts > 0 || is_nothing
        }
        Action::Once => true,
    }
}

/// Each field by itself.
fn fields(record: &Record, report: &mut dyn FnMut(Code, &str)) {
    let is_all = record.is_of_all()
        && matches!(record.action.known(), Some(Action::AcceptAll | Action::RejectAll));
    for (key, names) in [("granted", &record.granted), ("denied", &record.denied)] {
        let most = if is_all { MOST_CATEGORIES } else { MOST_CATEGORIES + MOST_SERVICES };
        let is_long = |name: &Text| name.len() > LONGEST_CATEGORY;
        if names.len() > most || is_all && names.iter().any(is_long) {
            report(Code::FieldUnusual, key);
        }
    }
    for (key, id) in [("id", &record.id), ("subject", &record.subject)] {
        // 22 characters hold 132 bits, and the last four are none of the 128 (RFC 4648 §3.5). The pseudonym
        // can come from a cookie, where anybody may have written it.
        if !id.ends_with(['A', 'Q', 'g', 'w']) {
            report(Code::FieldUnusual, key);
        }
    }
    // A storage may have a key without a character, and one in letters that are not Unicode becomes one.
    // Where everything is granted nothing is to be erased, but for what a mistake in the policy left out.
    let is_empty = record.left.iter().any(|name| name.is_empty());
    let is_left = !record.left.is_empty();
    if is_empty || record.action == Action::AcceptAll && record.is_of_all() && is_left {
        report(Code::FieldUnusual, "left");
    }
    let revision = &record.policy_revision;
    if revision.chars().any(text::is_control) || text::characters(revision) > LONGEST_REVISION {
        report(Code::FieldUnusual, "policy.revision");
    }
    let is_tag_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_ours = record.notice_by.is_empty();
    if is_ours && record.language.is_empty() || !text::all(&record.language, is_tag_byte) {
        report(Code::FieldUnusual, "notice.language");
    }
    if is_ours && record.layout == 0 {
        report(Code::FieldUnusual, "notice.layout");
    }
    // Names of a site's own stores, in whatever letters it likes.
    let mut seen = alloc::collections::BTreeSet::new();
    for name in &record.left {
        if !seen.insert(folded(name)) {
            report(Code::NamesAlike, name);
        }
    }
}

/// A text as it reads: its characters in one form (Unicode NFKC), without those that show nothing.
pub(crate) fn folded(text: &str) -> String {
    let is_shown = |character: &char| {
        !matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{2060}'..='\u{2065}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
    };
    text::cleaned(text, None).chars().filter(is_shown).nfkc().collect()
}
