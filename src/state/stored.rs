//! The stored form of a state: the value of the first-party cookie of a policy, kept once more beside the ledger
//! (docs/record.md, "The state cookie"). It is written and read here, and of several stored answers this says which one
//! counts, and what of it beside another or beside a record.
//!
//! Left out: where these texts lie (`web/stored.rs`), and what a page does with the answer ([`crate::session`]).

use alloc::{string::String, vec::Vec};

use crate::{
    id,
    json::{Json, MAX_INTEGER, push_unsigned},
    policy::{self, IS_FIRST, NOBODY, Policy},
    problem::{Code, Problem},
    text,
    time::{DAY_MS, UnixMillis},
};

use super::{Choice, NO_SERVICE, Standing, State};

/// How far the clock may have been set back since a decision before the decision stops counting:
/// ten minutes, more than a time server corrects and less than anybody gains by.
const CLOCK_TOLERANCE_MS: i64 = 600_000;
/// No choice counts longer than thirteen months after it was made (law R34), whatever a cookie says.
const LONGEST_DAYS: i64 = 395;
/// The version of a text whose answers have no marks of policies, and of one whose answers may have some.
const VERSIONS: [&str; 2] = ["1", "2"];
/// The letters of the choices, in their order, each with what stands behind it; then those of choices for which a signal was heard.
const LETTERS: &str = "u.g.d.U.G.D.";
/// How many marks an answer keeps, the latest ones: pages that print one language each have as many policies as languages.
const MOST_MARKS: usize = 4;

/// Where problems with a stored form are found.
pub(crate) fn place(policy: &Policy) -> String {
    let mut place = String::from("cookie ");
    place.push_str(&policy.own(policy::STATE_COOKIE));
    place
}

/// The stored form of `state`: `2~decided at~subject~language~choices`, numbers in base 36.
///
/// Each choice is `id.g.expires at (s).hash-mark` or `id.d.…`, where the hash is the category's content
/// as the visitor was told it, and the mark that of the page's policy ([`Policy::mark`]). Where there is no page, there is no
/// mark, and the version is 1. Behind it stand, each after a dot, the ids of services whose choice is the
/// other one; `id.u.…` is a category that is undecided but for such services. The letter is a capital one where the browser's
/// signal was heard ([`Standing::is_heard`]). All characters may stand in a cookie value (RFC 6265 §4.1.1).
pub fn write(state: &State, policy: &Policy) -> String {
    let [bare, marked] = VERSIONS;
    let mut out = String::from(if policy.mark == 0 { bare } else { marked });
    out.push('~');
    push_unsigned(state.decided_at.0.unsigned_abs(), 36, &mut out);
    for part in [&state.subject, &state.language] {
        out.push('~');
        out.push_str(part);
    }
    for (position, category) in policy.categories.iter().enumerate() {
        let standing = state.standing(position);
        if !standing.is_something() {
            continue;
        }
        let at = 2 * (standing.choice as usize + 3 * usize::from(standing.is_heard));
        out.push('~');
        out.push_str(&category.id);
        out.push('.');
        out.push_str(text::part(LETTERS, at, at + 2));
        push_unsigned(standing.expires_at.0.unsigned_abs() / 1000, 36, &mut out);
        out.push('.');
        out.push_str(&policy.category_hash(position, &state.language));
        if policy.mark != 0 {
            let [mark, _] = policy.marks(position);
            out.push('-');
            push_unsigned(mark.into(), 36, &mut out);
        }
        for (service, (id, _)) in policy.services.iter().enumerate() {
            if standing.others.has(service) {
                out.push('.');
                out.push_str(id);
            }
        }
    }
    out
}

/// Reads a stored form against today's policy and clock. What does not fit is undecided again:
/// a choice that expired or whose category changed quietly, a text that makes no sense with a
/// problem. Nothing in a stored text can grant what its writer could not have written.
pub fn read(text: &str, policy: &Policy, now: UnixMillis, problems: &mut Vec<Problem>) -> State {
    match try_read(text::split(text, SENT).0, policy, now) {
        Ok(state) => state,
        Err(code) => {
            problems.push(Problem::new(code, &place(policy), text));
            State::undecided(policy)
        }
    }
}

/// As [`read`], for those who word problems themselves, or do not tell them.
#[inline(never)]
pub(crate) fn try_read(text: &str, policy: &Policy, now: UnixMillis) -> Result<State, Code> {
    let mut rest = Some(text);
    let version = take(&mut rest, b'~');
    if !VERSIONS.contains(&version) {
        // What is wrong is told by the module that comes later.
        let is_number = !IS_FIRST && !version.is_empty() && text::all_digits(version);
        return Err(if is_number { Code::StateNewer } else { Code::StateDamaged });
    }
    let decided_at = text::base36(take(&mut rest, b'~')).ok_or(Code::StateDamaged)?;
    let decided_at = UnixMillis(decided_at);
    let subject = take(&mut rest, b'~');
    let language = take(&mut rest, b'~');
    let is_language = text::all(language, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !id::is_id(subject) || !is_language {
        return Err(Code::StateDamaged);
    }
    if decided_at.0 > now.0.saturating_add(CLOCK_TOLERANCE_MS) {
        return Err(Code::StateFuture);
    }
    let mut state = State::undecided(policy);
    state.decided_at = decided_at;
    state.subject = String::from(subject);
    state.language = String::from(language);
    let latest = decided_at.plus_days(LONGEST_DAYS);
    while rest.is_some() {
        let mut fields = Some(take(&mut rest, b'~'));
        let category = policy.own_category_named(take(&mut fields, b'.')).unwrap_or(NOBODY);
        let [letter] = take(&mut fields, b'.').as_bytes() else { return Err(Code::StateDamaged) };
        let choice = match letter.to_ascii_lowercase() {
            b'g' => Choice::Grant,
            b'd' => Choice::Deny,
            b'u' => Choice::Undecided,
            _ => return Err(Code::StateDamaged),
        };
        let seconds = text::base36(take(&mut fields, b'.')).ok_or(Code::StateDamaged)?;
        let content = take(&mut fields, b'.');
        if text::split(content, b'-').0.len() != 12 || seconds > MAX_INTEGER {
            return Err(Code::StateDamaged);
        }
        let expires_at = UnixMillis(seconds * 1000).min(latest);
        let is_heard = letter.is_ascii_uppercase();
        let mut standing = Standing { choice, expires_at, others: NO_SERVICE, is_heard };
        while fields.is_some() {
            let id = take(&mut fields, b'.');
            if id.is_empty() || !text::all(id, policy::is_id_byte) {
                return Err(Code::StateDamaged);
            }
            let service = policy.service_named(id);
            if policy.category_of(service) == category {
                standing.others.put(service, true);
            }
        }
        // A category that is gone or has become necessary has nothing left to restore, and neither has
        // an undecided one whose services are gone.
        if standing.is_anything() && policy.is_optional(category) && standing.expires_at > now {
            if !policy.is_told_again(category, language, content) {
                state.is_unjudged |= IS_FIRST || policy.is_brief;
            } else if let Some(slot) = state.standings.get_mut(category) {
                *slot = standing;
            }
        }
    }
    Ok(state)
}

/// The same text with this page's mark at each answer that its policy tells again, so that the next page with this policy
/// need not judge it; where there are [`MOST_MARKS`], the oldest one goes. As it is where none lacks one. For a text that
/// makes sense ([`try_read`]).
pub(crate) fn marked(text: &str, policy: &Policy) -> String {
    let mut rest = Some(text);
    let [_, version] = VERSIONS;
    let mut out = String::from(version);
    let of_text = take(&mut rest, b'~').len();
    let mut copied = of_text;
    _ = (take(&mut rest, b'~'), take(&mut rest, b'~'));
    let language = take(&mut rest, b'~');
    while rest.is_some() {
        let mut fields = Some(take(&mut rest, b'~'));
        let category = policy.own_category_named(take(&mut fields, b'.')).unwrap_or(NOBODY);
        _ = (take(&mut fields, b'.'), take(&mut fields, b'.'));
        let content = take(&mut fields, b'.');
        let (hash, marks) = text::split(content, b'-');
        if policy.mark == 0 || policy.is_marked(category, marks) {
            continue;
        }
        let Some(own) = policy.told_by(category, language, hash) else { continue };
        let at = content.as_ptr().addr() - text.as_ptr().addr();
        out.push_str(text::part(text, copied, at + hash.len()));
        let mut kept = marks.unwrap_or_default();
        // The oldest one goes.
        if kept.split('-').count() >= MOST_MARKS {
            kept = text::split(kept, b'-').1.unwrap_or_default();
        }
        if !kept.is_empty() {
            out.push('-');
            out.push_str(kept);
        }
        out.push('-');
        push_unsigned(own.into(), 36, &mut out);
        copied = at + content.len();
    }
    if copied == of_text {
        return String::from(text);
    }
    out.push_str(text::part(text, copied, text.len()));
    out
}

/// What is stored of an answer, as found: three lines, each of texts as [`write()`] makes them.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    /// The cookies of the policy's name, with a space behind each.
    pub own: &'a str,
    /// The cookies of the name that version 0.1.0 gave them ([`policy::OLDER_COOKIE`]), likewise.
    pub older: &'a str,
    /// What is kept beside the ledger.
    pub kept: &'a str,
}

impl Stored<'_> {
    /// The lines of a text.
    pub fn of(text: &str) -> Stored<'_> {
        let mut rest = Some(text);
        Stored {
            own: take(&mut rest, b'\n'),
            older: take(&mut rest, b'\n'),
            kept: take(&mut rest, b'\n'),
        }
    }

    /// Whether another page of the site is in the middle of a decision: its cookie can be seen before what it keeps
    /// beside the ledger. There is another look when that comes.
    pub fn is_halfway(&self) -> bool {
        !self.kept.is_empty() && text::after(self.own, self.kept).is_none()
    }
}

/// Of several cookies the one that counts ([`latest`]).
#[derive(Debug)]
pub struct Latest<'a> {
    /// What it says; undecided where there is none.
    pub state: State,
    /// Its text; empty where there is none.
    pub text: &'a str,
    /// Whether a server has sent it, so that it lives longer than what script could write in its place.
    pub is_sent: bool,
    /// Whether two of one time say different things, so that the state is that of neither.
    pub is_merged: bool,
}

/// What cookies say: the latest decision counts, and of two of one time the stricter. One of version 0.1.0 counts only
/// where something of it fits the policy: it may be of another site of the same host. `told` hears what is wrong.
pub fn latest<'a>(
    policy: &Policy,
    stored: &Stored<'a>,
    now: UnixMillis,
    told: &mut dyn FnMut(Code),
) -> Latest<'a> {
    let mut latest =
        Latest { state: State::undecided(policy), text: "", is_sent: false, is_merged: false };
    for is_older in [false, true] {
        let mut rest = Some(if is_older { stored.older } else { stored.own });
        while rest.is_some() {
            let value = take(&mut rest, b' ');
            let (text, sent) = text::split(value, SENT);
            if text.is_empty() {
                continue;
            }
            let state = match try_read(text, policy, now) {
                Ok(state) => state,
                Err(code) => {
                    told(code);
                    continue;
                }
            };
            if is_older && state.first_expiry().is_none() && !state.is_unjudged {
                continue;
            }
            if latest.text.is_empty() || state.decided_at > latest.state.decided_at {
                latest = Latest { state, text, is_sent: sent.is_some(), is_merged: false };
            } else if state.decided_at == latest.state.decided_at {
                latest.is_merged |= limit(policy, &mut latest.state, &state, false);
            }
        }
    }
    latest
}

/// Stands between a state that a server has sent and the day on which it did ([`sent`]).
const SENT: u8 = b'!';

/// A state as a server sends it: with the day behind it, in base 36 since 1970, so that it is sent once a day.
pub fn sent(text: &str, now: UnixMillis) -> String {
    let mut out = String::from(text);
    out.push(char::from(SENT));
    push_unsigned(now.0.unsigned_abs() / DAY_MS.unsigned_abs(), 36, &mut out);
    out
}

/// Leaves of a state what another reading of what is stored has too, category by category and service by
/// service: granted is what both grant, denied what one of them denies; where the other one `is_older`, only what the
/// state itself denies. Whether the two differ; with an older one, whether it took anything.
#[inline(never)]
pub fn limit(policy: &Policy, state: &mut State, other: &State, is_older: bool) -> bool {
    let mut is_other = !is_older && state.standings != other.standings;
    for (category, standing) in state.standings.iter_mut().enumerate() {
        let (one, other) = (*standing, other.standing(category));
        let mut choice = one.choice;
        standing.is_heard &= other.is_heard;
        if one.choice != other.choice {
            let is_denied =
                one.choice == Choice::Deny || (!is_older && other.choice == Choice::Deny);
            choice = if is_denied { Choice::Deny } else { Choice::Undecided };
        }
        standing.expires_at = if is_older {
            one.expires_at
        } else if one.is_something() && other.is_something() {
            one.expires_at.min(other.expires_at)
        } else {
            one.expires_at.max(other.expires_at)
        };
        let grants = |service| one.grants(service) && other.grants(service);
        standing.give(policy, category, choice, &grants);
        is_other |= is_older && *standing != one;
    }
    is_other
}

/// The stored form of what a record says of the choices in the cookies. A record says neither for how long
/// each of them counts, nor what the visitor was told: so of a category that counts no more it says nothing. Without a
/// cookie it says something only of the very policy that it names, but for fields that came later, for as long as it
/// says; else the text is empty.
pub fn recorded(stored: &Stored, record: &Json, policy: &Policy, now: UnixMillis) -> String {
    let latest = latest(policy, stored, now, &mut |_| ());
    let mut state = latest.state;
    if latest.text.is_empty() {
        let of =
            |object: &str, field: &str| record.field(object).map_or("", |it| it.text_at(field));
        let time =
            |field| UnixMillis(record.field(field).and_then(Json::as_integer).unwrap_or_default());
        let subject = record.text_at("subject");
        if !policy.is_of(of("policy", "hash"), of("policy", "revision")) || !id::is_id(subject) {
            return String::new();
        }
        state.decided_at = time("atMs");
        state.subject = String::from(subject);
        state.language = String::from(of("notice", "language"));
        let expires_at = time("expiresAtMs").min(state.decided_at.plus_days(LONGEST_DAYS));
        for (category, standing) in state.standings.iter_mut().enumerate() {
            if policy.is_optional(category) {
                standing.expires_at = expires_at;
            }
        }
    }
    follow(&mut state, record, policy);
    write(&state, policy)
}

/// The stored form of what both a stored text and a record grant, and of what either denies.
pub fn proved(kept: &str, record: &Json, policy: &Policy, now: UnixMillis) -> String {
    let mut state = try_read(kept, policy, now).unwrap_or_else(|_| State::undecided(policy));
    let mut other = state.clone();
    follow(&mut other, record, policy);
    if limit(policy, &mut state, &other, false) {
        write(&state, policy)
    } else {
        String::from(kept)
    }
}

/// Gives all that is decided the choices of a record.
#[inline(never)]
fn follow(state: &mut State, record: &Json, policy: &Policy) {
    for (category, standing) in state.standings.iter_mut().enumerate() {
        let id = policy.category_id(category);
        let choice = if names(record, "denied", id) {
            Choice::Deny
        } else if names(record, "granted", id) {
            Choice::Grant
        } else {
            Choice::Undecided
        };
        let grants = |service| {
            let id = policy.service_id(service);
            names(record, "granted", id)
                || (choice == Choice::Grant && !names(record, "denied", id))
        };
        if standing.is_something() {
            standing.give(policy, category, choice, &grants);
        }
    }
}

/// Whether a list of a record has this id.
#[inline(never)]
fn names(record: &Json, list: &str, id: &str) -> bool {
    for name in record.list_at(list) {
        if name.as_text() == Some(id) {
            return true;
        }
    }
    false
}

/// The next part of a text, and the text goes on behind it; empty where there is none.
#[inline(never)]
fn take<'a>(rest: &mut Option<&'a str>, byte: u8) -> &'a str {
    let (part, after) = text::split(rest.unwrap_or_default(), byte);
    *rest = after;
    part
}
