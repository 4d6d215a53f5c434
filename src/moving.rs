//! Takes over what another consent tool had stored, once, where nothing of ours is stored yet: a refusal always, a grant
//! only as far as the owner says (docs/moving.md). What follows is a ledger of one record, and the state beside it.
//!
//! Left out: how each tool stores (www/js/moving/tools.js), and whether anything of ours is there (www/js/moving/move.js).
//!
//! INVARIANT: nothing is granted without a mapping, an end of moving that is not past, a time of the other decision,
//! and a gate that refuses the name to every script (tests/moving.rs).

use alloc::{string::String, vec::Vec};

use crate::{
    gate::{Attempt, Verdict, is_enforced, verdict},
    hash, id,
    json::Json,
    ledger::Ledger,
    policy::{ItemKind, NOBODY, Policy},
    problem::{Code, Problem},
    record::LATER_VERSION,
    session::change,
    state::{self, Choice, Standing, State},
    text,
    time::{DAY_MS, UnixMillis, days_from_civil},
};

/// How far ahead of the clock the other decision may be, as with our own (docs/record.md, "Reading it").
const TOLERANCE_MS: i64 = 600_000;
/// The most names of theirs that one category of ours stands for.
const MOST_NAMES: usize = 200;
/// The bytes of a language tag that a program must be ready for (RFC 5646, 4.4.1).
const LONGEST_TAG: usize = 35;

/// What is known of the moment in which it is taken over.
pub struct Moment<'a> {
    /// The clock.
    pub now: UnixMillis,
    /// Fresh random bits: for the record, and for the pseudonym.
    pub entropy: [[u8; 16]; 2],
    /// The language in which visitors are spoken to.
    pub language: &'a str,
    /// The hash of the program that takes over.
    pub build: &'a str,
    /// The names of the signals that the browser sends, sorted.
    pub signals: &'a [String],
}

/// What is to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// The ledger, with its one record.
    pub ledger: String,
    /// The state beside it.
    pub state: String,
}

/// What the owner says of moving.
struct Mapping<'a> {
    document: &'a Json,
    /// Whether grants are taken over still.
    is_open: bool,
}

/// What another tool had stored, as www/js/moving/tools.js reads it: `name`, `kind`, `key`, `atMs` where it wrote a time,
/// `language` where it wrote one, the names `granted`, `denied` and `undecided`, and `isClosed` where every name that is
/// not granted was denied.
struct Found<'a>(&'a Json);

impl Found<'_> {
    fn has(&self, list: &str, name: &str) -> bool {
        has(self.0.list_at(list), name)
    }

    fn is_closed(&self) -> bool {
        self.0.field("isClosed") == Some(&Json::Bool(true))
    }

    fn is_denied(&self, name: &str) -> bool {
        self.has("denied", name)
            || self.is_closed() && !self.has("granted", name) && !self.has("undecided", name)
    }
}

fn has(list: &[Json], name: &str) -> bool {
    list.iter().any(|one| one.as_text() == Some(name))
}

/// Takes over what was `found`, as `document` says. Nothing where nothing can be; `told` hears what is wrong.
pub fn carry(
    policy: &Policy,
    document: &Json,
    found: &Json,
    moment: &Moment,
    told: &mut dyn FnMut(Problem),
) -> Option<Carried> {
    let mapping = Mapping { document, is_open: is_right(policy, document, moment.now, told) };
    let kind = match found.text_at("kind") {
        "cookie" => ItemKind::Cookie,
        _ => ItemKind::LocalStorage,
    };
    let name = found.text_at("key");
    let attempt = Attempt::Store { kind, name };
    let closed = State::undecided(policy);
    let is_guarded =
        is_enforced(policy, attempt) && verdict(policy, &closed, attempt) == Verdict::Refuse;
    if mapping.is_open && !is_guarded {
        told(Problem::new(Code::MovingOpen, "moving", name));
    }
    let found = Found(found);
    let at_ms = found.0.field("atMs").and_then(Json::as_integer);
    let at_ms = at_ms.filter(|at| (0..=moment.now.0.saturating_add(TOLERANCE_MS)).contains(at));
    // Where hosts share an answer, another one may have taken a grant back (src/web/deciding.rs, `waits`).
    let may_grant = mapping.is_open && is_guarded && policy.share().is_empty();
    let granted_until = at_ms
        .filter(|_| may_grant)
        .map(|at| UnixMillis(at.min(moment.now.0)).plus_days(policy.lifetime_days))
        .filter(|until| *until > moment.now);
    let said = said(&mapping, &found)?;
    let mut state = closed;
    for category in 0..policy.categories.len() {
        if !policy.is_optional(category) {
            continue;
        }
        let fresh = match choice(&mapping, &found, said, policy.category_id(category)) {
            Choice::Deny => {
                Some((Choice::Deny, moment.now.plus_days(policy.refusal_lifetime_days)))
            }
            Choice::Grant => granted_until.map(|until| (Choice::Grant, until)),
            Choice::Undecided => None,
        };
        if let (Some((choice, expires_at)), Some(standing)) =
            (fresh, state.standings.get_mut(category))
        {
            *standing = Standing { choice, expires_at, ..Standing::default() };
        }
    }
    let expires_at = state.first_expiry()?;
    let [record_bits, subject_bits] = moment.entropy;
    state.decided_at = moment.now;
    state.subject = id::from_bits(subject_bits);
    state.language = String::from(moment.language);

    let mut record = Json::object();
    record.put_integer("version", LATER_VERSION);
    record.put_text("id", &id::from_bits(record_bits));
    record.put_text("subject", &state.subject);
    record.put_integer("atMs", moment.now.to_record());
    record.put_integer("expiresAtMs", expires_at.to_record());
    record.put_text("action", "import");
    record.put_text("via", "tool");
    let change = change(policy, &state, "");
    for key in ["granted", "denied"] {
        record.put(key, change.field(key).map_or_else(Json::object, Json::clone));
    }
    record.put("left", Json::texts(&[]));
    let mut marks = Json::object();
    for key in ["id", "revision"] {
        marks.put_text(key, policy.document.text_at(key));
    }
    marks.put_text("hash", &policy.hash());
    record.put("policy", marks);
    let mut notice = Json::object();
    notice.put_text("by", found.0.text_at("name"));
    notice.put_text("hash", "");
    notice.put_text("language", language_tag(found.0.text_at("language")));
    record.put("notice", notice);
    record.put_text("build", moment.build);
    let mut signals = Json::object();
    signals.put("heard", Json::texts(moment.signals));
    signals.put("sent", Json::texts(&[]));
    record.put("signals", signals);
    let mut tool = Json::object();
    for key in ["name", "kind", "key"] {
        tool.put_text(key, found.0.text_at(key));
    }
    if let Some(at) = at_ms {
        tool.put_integer("atMs", at);
    }
    tool.put_text("said", said);
    tool.put_text("mapping", &hash::sha256(document.canonical().as_bytes()));
    record.put("tool", tool);

    let mut ledger = Ledger::default();
    ledger.append(record);
    Some(Carried { ledger: ledger.to_text(), state: state::write(&state, policy) })
}

/// What had been decided there: `all`, `none`, `some`. Nothing where nothing had.
fn said(mapping: &Mapping, found: &Found) -> Option<&'static str> {
    // What everybody has there is no answer.
    let necessary = mapping.document.list_at("necessary");
    // A service of what everybody has is none either (`category/service`).
    let is_answer = |name: &&Json| {
        name.as_text()
            .is_some_and(|name| !has(necessary, name) && !has(necessary, text::split(name, b'/').0))
    };
    let any = |list| found.0.list_at(list).iter().any(|name| is_answer(&name));
    match (any("granted"), any("denied"), any("undecided")) {
        (false, false, _) if !found.is_closed() => None,
        (false, _, false) => Some("none"),
        // Whatever else there was, nobody knows.
        (true, false, false) if !found.is_closed() => Some("all"),
        _ => Some("some"),
    }
}

/// What becomes of a category.
fn choice(mapping: &Mapping, found: &Found, said: &str, id: &str) -> Choice {
    let names = mapping.document.field("grants").map_or(&[][..], |grants| grants.list_at(id));
    let names: Vec<&str> = names.iter().filter_map(Json::as_text).collect();
    // A name of theirs that is ours as well: enough for a refusal.
    let is_same_denied = found.has("denied", id);
    if said == "none" || is_same_denied || names.iter().any(|name| found.is_denied(name)) {
        Choice::Deny
    } else if !names.is_empty() && names.iter().all(|name| found.has("granted", name)) {
        Choice::Grant
    } else {
        Choice::Undecided
    }
}

/// Whether the document is wholly right, and its end is not past: only then anything is granted by it.
fn is_right(
    policy: &Policy,
    document: &Json,
    now: UnixMillis,
    told: &mut dyn FnMut(Problem),
) -> bool {
    let mut is_right = true;
    let mut wrong = |code, path: &str, found: &str| {
        is_right = false;
        told(Problem::new(code, path, found));
    };
    let Json::Object(entries) = document else {
        wrong(Code::MovingDocument, "moving", "");
        return false;
    };
    for (key, value) in entries {
        let is_shaped = match key.as_str() {
            "from" | "key" => value.as_text().is_some_and(|text| !text.is_empty()),
            "until" => value.as_text().and_then(day).is_some(),
            "necessary" => is_names(value),
            "grants" => matches!(value, Json::Object(_)),
            _ => false,
        };
        if !is_shaped {
            wrong(Code::MovingDocument, key, value.as_text().unwrap_or_default());
        }
    }
    if document.text_at("from").is_empty() {
        wrong(Code::MovingDocument, "from", "");
    }
    if let Some(Json::Object(grants)) = document.field("grants") {
        for (name, names) in grants {
            let (category, service) = policy.named(name);
            if service != NOBODY || !policy.is_optional(category) {
                wrong(Code::CategoryUnknown, "grants", name);
            }
            if !is_names(names) || names.elements().is_empty() {
                wrong(Code::MovingDocument, "grants", name);
            }
        }
    }
    // A day counts to its end.
    let until = day(document.text_at("until"));
    is_right && until.is_some_and(|day| now.0 < (day + 1) * DAY_MS)
}

/// The text, where it can be a language tag (BCP 47); else empty, as where none is known (docs/record.md, "Version 2").
fn language_tag(text: &str) -> &str {
    let is_tag = text.len() <= LONGEST_TAG
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_tag { text } else { "" }
}

fn is_names(value: &Json) -> bool {
    let names = value.elements();
    matches!(value, Json::List(_))
        && names.len() <= MOST_NAMES
        && names.iter().all(|name| name.as_text().is_some_and(|text| !text.is_empty()))
}

/// The number of a day such as `2027-03-31`, counted from 1970.
fn day(text: &str) -> Option<i64> {
    let (year, rest) = text::split(text, b'-');
    let (month, day) = text::split(rest?, b'-');
    let number = |text: &str, length| {
        let is_number = text.len() == length && text::all_digits(text);
        is_number.then(|| text.bytes().fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0')))
    };
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day?, 2)?);
    let is_day = (1..=12).contains(&month) && (1..=31).contains(&day);
    is_day.then(|| days_from_civil(year, month, day))
}
