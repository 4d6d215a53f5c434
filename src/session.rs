//! The session: `step` turns the state and one event into the next state, the effects for the shell
//! to perform in order, and the problems to report.
//!
//! It is total: every event has an answer in every state, and no input makes it fail. Time and
//! randomness come in with the context. It performs nothing itself.
//!
//! INVARIANT: a category or a service is granted only by an event in which the visitor, or the page's
//! code on their behalf, grants it, or by a stored state that such an event wrote, and never by one that
//! what is kept beside it does not grant (tests/laws.rs).

use alloc::{string::String, vec, vec::Vec};
use core::mem;

use crate::{
    csp, id,
    json::{Json, insert_sorted},
    policy::{IS_FIRST, NOBODY, Policy},
    problem::{Code, Problem},
    record::{self, Action, Marks, Via},
    signal::Signals,
    state::{self, Choice, NO_SERVICE, Standing, State},
    text,
    time::UnixMillis,
};

/// What a step may know about the world.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// What a record of this page carries. A function, because hashing policy and notice costs time
    /// that only a decision should pay.
    pub marks: &'a dyn Fn() -> Marks,
    /// The clock.
    pub now: UnixMillis,
    /// Fresh random bits for each step: half for a record's id, half for a pseudonym to be minted.
    pub entropy: [[u8; 16]; 2],
    /// What the browser holds.
    pub page: csp::Page<'a>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The page starts: as [`Event::Restore`], of which nothing is proved, and it is settled who holds what in it.
    Start(String),
    /// What is stored is taken over: at the start, and where another tab decided.
    Restore {
        /// As found ([`state::Stored`]).
        stored: String,
        /// Whether what is kept beside the ledger grants nothing that the last record of a sound chain does not:
        /// only then it grants what no cookie does.
        is_proved: bool,
    },
    /// Time went by.
    Tick,
    /// A refusal is stored that the first module took in a page which was left before it was on record: it goes on record
    /// now, by the time at which it was taken. Nothing else changes.
    Late,
    /// The visitor accepts everything.
    AcceptAll(Via),
    /// The visitor rejects everything optional.
    RejectAll(Via),
    /// The visitor chooses: a category named true is granted, every other one is denied; a service
    /// follows its category unless it is named itself.
    Save(Via, Json),
    /// The visitor takes consent back, for the categories or services named, or for all.
    Withdraw(Via, Vec<String>),
    /// In the place of something held, the visitor lets the service or category named load this time.
    /// It goes on record, and nothing changes.
    Once(String),
    /// The visitor grants the service or category named; all others stay as they are.
    Grant(Via, String),
    /// The browser signals: what that opts out of is refused from now on, unless it is granted knowing of it. A signal never
    /// opens the gate.
    Signal(Signals),
    /// What the browser's signal opts out of is to be kept, and put on record, where it is not yet.
    OptOut,
}

/// What the shell is to do, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Close the browser's own gate for what the barrier of the state keeps closed, before anything else
    /// is done.
    Close,
    /// Keep this text in the state cookie for so many seconds, and beside the ledger.
    Persist {
        /// The stored form ([`state::write`]).
        text: String,
        /// Seconds until the last choice stops counting; zero where nothing is decided any more, and the
        /// cookie goes.
        max_age_seconds: i64,
    },
    /// Erase every declared item that the gate would not let in now, and note what stays.
    Erase,
    /// Append this record to the ledger; the shell adds the names of what could not be erased, the
    /// ledger its place in the chain.
    Append(Json),
    /// Let the gate look again at what it holds.
    Release,
    /// Show the first layer when there is something to ask, else the small button.
    Show,
    /// Tell the page that the state changed: `cause` (the word of an [`Action`], or `restore` or
    /// `expire`), `granted` and `denied`, the sorted ids of the categories that are so now, and of the
    /// services that differ from theirs; `waits`, the ids of what is granted from the next page on.
    Announce(Json),
}

/// The outcome of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// The next state.
    pub state: State,
    /// What to do.
    pub effects: Vec<Effect>,
    /// What to report.
    pub problems: Vec<Problem>,
}

/// One step.
pub fn step(context: &Context, state: &State, event: Event) -> Step {
    let is_start = matches!(event, Event::Start(_));
    let mut next = Step { state: state.clone(), ..Step::default() };
    happen(context, state, event, &mut next);
    next.state.close(context.policy, state);
    for effect in &mut next.effects {
        if let Effect::Announce(change) = effect {
            change.put("waits", Json::texts(&next.state.waiting(context.policy)));
        }
    }
    if is_start || next.state.barrier != state.barrier {
        next.effects.insert(0, Effect::Close);
    }
    next
}

fn happen(context: &Context, state: &State, event: Event, next: &mut Step) {
    let (action, via, is_decided) = match event {
        Event::Start(stored) => {
            restore(context, next, &stored, false);
            begin(context.policy, state, &context.page, &mut next.state);
            return;
        }
        Event::Restore { stored, is_proved } => {
            restore(context, next, &stored, is_proved);
            return;
        }
        Event::Tick => {
            tick(context, next);
            return;
        }
        Event::Signal(signals) => {
            next.state.signals = signals;
            return;
        }
        Event::OptOut => {
            (Action::OptOut, Via::Signal, opt_out(context.policy, &mut next.state, context.now))
        }
        Event::Late => {
            late(context, next);
            return;
        }
        Event::RejectAll(via) => (Action::RejectAll, via, all(context, next, Choice::Deny)),
        Event::Withdraw(via, names) => {
            let (policy, problems) = (context.policy, &mut next.problems);
            let is_decided = withdraw(policy, &mut next.state, context.now, &names, &mut |name| {
                problems.push(Problem::new(Code::NameUnknown, "withdraw", name));
            });
            (Action::Withdraw, via, is_decided)
        }
        // A child is not asked, so there is nothing that could be an answer (law R45).
        _ if state.is_child => {
            next.problems.push(Problem::new(Code::GrantUntrusted, "child", ""));
            return;
        }
        Event::AcceptAll(via) => {
            let is_decided = accept_all(context.policy, &mut next.state, context.now);
            (Action::AcceptAll, via, is_decided)
        }
        Event::Save(via, selection) => (Action::Save, via, select(context, next, &selection)),
        Event::Grant(via, name) => {
            let named = find(context, next, "grant", &name);
            let (policy, state) = (context.policy, &mut next.state);
            // What was granted before the signal was heard is not granted along.
            if policy.is_optional(named.0) {
                opt_out(policy, state, context.now);
            }
            (Action::Save, via, give(policy, state, context.now, named, Choice::Grant))
        }
        Event::Once(name) => {
            once(context, next, name);
            return;
        }
    };
    if is_decided {
        decide(context, next, action, via);
    }
}

/// Puts a refusal on record that nobody has yet; only whoever called the API can have taken it so early.
fn late(context: &Context, next: &mut Step) {
    let Some(expires_at) = next.state.first_expiry() else { return };
    let policy = context.policy;
    let action = Action::Withdraw;
    let change = change(policy, &next.state, action.word());
    let then = Context { now: next.state.decided_at.min(context.now), ..*context };
    let record = record(&then, next, action, Via::Api, &change, expires_at);
    let state = &next.state;
    next.effects = vec![
        Effect::Persist {
            text: state::write(state, policy),
            max_age_seconds: state.seconds_left(context.now),
        },
        Effect::Append(record),
    ];
}

/// Puts on record that the visitor let something load this one time; nothing else changes.
fn once(context: &Context, next: &mut Step, name: String) {
    let (category, _) = find(context, next, "once", &name);
    if context.policy.is_optional(category) {
        let mut change = Json::object();
        change.put("granted", Json::texts(&[name]));
        change.put("denied", Json::texts(&[]));
        let record = record(context, next, Action::Once, Via::Placeholder, &change, context.now);
        next.effects.push(Effect::Append(record));
    }
}

/// The positions of the category and the service named in a call; a problem where there are none.
fn find(context: &Context, next: &mut Step, call: &str, name: &str) -> (usize, usize) {
    let named = context.policy.named(name);
    if named.0 == NOBODY {
        report_unknown(next, call, name);
    }
    named
}

#[inline(never)]
fn report_unknown(next: &mut Step, call: &str, name: &str) {
    next.problems.push(Problem::new(Code::NameUnknown, call, name));
}

/// Gives the category or the service at these positions this choice; whether that is a decision.
#[inline(never)]
pub(crate) fn give(
    policy: &Policy,
    state: &mut State,
    now: UnixMillis,
    (category, service): (usize, usize),
    choice: Choice,
) -> bool {
    if !policy.is_optional(category) {
        return false;
    }
    let Some(standing) = state.standings.get_mut(category) else { return false };
    // The module that a page waits for grants nothing.
    let is_grant = !IS_FIRST && choice == Choice::Grant;
    let has_sold = || policy.asked.iter().any(|it| it.is_sold && it.category == category);
    let is_heard = is_grant && state.signals.is_any() && has_sold();
    let days = if is_grant { policy.lifetime_days } else { policy.refusal_lifetime_days };
    let expires_at = now.plus_days(days);
    let fresh = Standing { choice, expires_at, others: NO_SERVICE, is_heard };
    if service == NOBODY {
        *standing = fresh;
        if is_heard && !policy.is_sold(category, NOBODY) {
            // What is named may be granted although the signal was heard, and nothing with it.
            for it in &policy.asked {
                standing.others.put(it.service, it.is_sold && it.category == category);
            }
        }
        return true;
    }
    // A service's choice ends with its category's; where that has none, with the first such service's.
    if !standing.is_something() {
        standing.expires_at = fresh.expires_at;
    }
    standing.others.put(service, choice == standing.choice.other());
    if is_grant {
        standing.is_heard = is_heard;
    }
    standing.settle();
    true
}

fn all(context: &Context, next: &mut Step, choice: Choice) -> bool {
    give_all(context.policy, &mut next.state, context.now, choice)
}

fn give_all(policy: &Policy, state: &mut State, now: UnixMillis, choice: Choice) -> bool {
    let mut is_decided = false;
    for category in 0..policy.categories.len() {
        is_decided |= give(policy, state, now, (category, NOBODY), choice);
    }
    is_decided
}

/// Grants everything but what the browser's signal opts out of; what of that was granted knowing of the signal stays so.
fn accept_all(policy: &Policy, state: &mut State, now: UnixMillis) -> bool {
    if !state.signals.is_any() || !policy.asked.iter().any(|it| it.is_sold) {
        return give_all(policy, state, now, Choice::Grant);
    }
    let before = state.clone();
    let mut is_decided = false;
    for category in 0..policy.categories.len() {
        let stays = |service| {
            !policy.is_sold(category, service)
                || before.choice(policy, category, service) == Choice::Grant
        };
        let choice = if stays(NOBODY) { Choice::Grant } else { Choice::Deny };
        is_decided |= give(policy, state, now, (category, NOBODY), choice);
        for service in 0..policy.services.len() {
            if policy.category_of(service) == category {
                let choice = if stays(service) { Choice::Grant } else { Choice::Deny };
                give(policy, state, now, (category, service), choice);
            }
        }
    }
    is_decided
}

/// Denies what the browser's signal opts out of, where it was not granted knowing of that; all else stays. Whether that is a
/// decision.
fn opt_out(policy: &Policy, state: &mut State, now: UnixMillis) -> bool {
    let before = state.clone();
    let until = now.plus_days(policy.refusal_lifetime_days);
    for (category, standing) in state.standings.iter_mut().enumerate() {
        if !before.is_unheard(policy, category) {
            continue;
        }
        standing.is_heard = true;
        let grants = |service| before.choice(policy, category, service) == Choice::Grant;
        // Where nobody has answered, what the signal opts out of is denied without an answer ([`State::choice`]).
        let choice = match standing.choice {
            Choice::Undecided => Choice::Undecided,
            _ => before.choice(policy, category, NOBODY),
        };
        standing.give(policy, category, choice, &grants);
        if choice != Choice::Grant && standing.others == NO_SERVICE {
            standing.expires_at = until;
        }
    }
    state.standings != before.standings
}

/// Grants and denies as a selection says. What is not a plain yes is a no.
fn select(context: &Context, next: &mut Step, selection: &Json) -> bool {
    let is_decided = all(context, next, Choice::Deny);
    let Json::Object(entries) = selection else {
        let found = "not an object of names and booleans";
        next.problems.push(Problem::new(Code::FieldType, "save", found));
        return is_decided;
    };
    // Services after the categories, which they would else follow again.
    for is_of_services in [false, true] {
        for (name, value) in entries {
            let named = context.policy.named(name);
            if is_of_services != (named.1 != NOBODY) {
                continue;
            }
            let mut choice = Choice::Deny;
            match value {
                _ if named.0 == NOBODY => report_unknown(next, "save", name),
                Json::Bool(true) => choice = Choice::Grant,
                Json::Bool(false) => {}
                _ => next.problems.push(Problem::new(Code::FieldType, name, "not a boolean")),
            }
            give(context.policy, &mut next.state, context.now, named, choice);
        }
    }
    is_decided
}

/// Denies what is named, or everything where nothing is; `unknown` hears names that name nothing. On a child's
/// page nothing is granted, so there is no part that could stay. Whether that is a decision.
pub(crate) fn withdraw(
    policy: &Policy,
    state: &mut State,
    now: UnixMillis,
    names: &[String],
    unknown: &mut dyn FnMut(&str),
) -> bool {
    if names.is_empty() || state.is_child {
        return give_all(policy, state, now, Choice::Deny);
    }
    let mut is_decided = false;
    for name in names {
        let named = policy.named(name);
        if named.0 == NOBODY {
            unknown(name);
        }
        // From a service that was not granted there is nothing to take back.
        if named.1 == NOBODY || state.choice(policy, named.0, named.1) == Choice::Grant {
            is_decided |= give(policy, state, now, named, Choice::Deny);
        }
    }
    is_decided
}

fn restore(context: &Context, next: &mut Step, stored: &str, is_proved: bool) {
    let policy = context.policy;
    let before = mem::take(&mut next.state);
    let problems = &mut next.problems;
    let found = state::Stored::of(stored);
    let restored = restored(policy, context.now, &found, is_proved, &mut |code| {
        problems.push(Problem::new(code, &state::place(policy), found.own));
    });
    next.state = State {
        signals: before.signals,
        is_child: before.is_child,
        barrier: before.barrier,
        ..restored.state
    };
    let is_changed = next.state.standings != before.standings;
    refresh(policy, next, if is_changed { "restore" } else { "" });
    // The module that a page waits for knows by this page's mark, the next time, that the answer counts.
    let is_judged = !policy.is_brief && next.state.first_expiry().is_some();
    let text =
        if is_judged { state::marked(restored.read, policy) } else { String::from(restored.read) };
    if restored.is_new || text != restored.read {
        let max_age_seconds = next.state.seconds_left(context.now);
        next.effects.insert(0, Effect::Persist { text, max_age_seconds });
    }
}

/// What follows from what is stored.
#[derive(Debug)]
pub struct Restored<'a> {
    /// What is decided.
    pub state: State,
    /// The text that all of this was read from; empty where it is that of several, or of none.
    pub read: &'a str,
    /// The same where cookie and local storage are to hold it; empty where they stay as they are.
    pub text: &'a str,
    /// Whether the cookie holds another one.
    pub is_new: bool,
    /// Whether something that is kept beside the ledger is granted once the ledger says so, too.
    pub waits: bool,
}

/// What is decided when this is stored ([`Event::Restore`]); `told` hears what is wrong with it.
#[inline(never)]
pub fn restored<'a>(
    policy: &Policy,
    now: UnixMillis,
    stored: &state::Stored<'a>,
    is_proved: bool,
    told: &mut dyn FnMut(Code),
) -> Restored<'a> {
    let latest = state::latest(policy, stored, now, told);
    let (mut state, mut read) = (latest.state, if latest.is_merged { "" } else { latest.text });
    let mut is_sent = latest.is_sent;
    let mut waits = false;
    if !stored.kept.is_empty() && stored.kept != latest.text {
        // What makes no sense grants nothing.
        let kept =
            state::try_read(stored.kept, policy, now).unwrap_or_else(|_| State::undecided(policy));
        if !policy.share().is_empty() && kept.decided_at < state.decided_at {
            // Another host of the site decided since.
        } else if kept.decided_at > state.decided_at {
            // The cookie is gone, or of a decision before: what is kept stands in for it.
            (read, is_sent) = (stored.kept, false);
            let cookie = mem::replace(&mut state, kept);
            waits = !is_proved && state::limit(policy, &mut state, &cookie, true);
            if waits {
                read = "";
            }
        } else if state::limit(policy, &mut state, &kept, false) {
            read = "";
            state.is_unjudged |= kept.is_unjudged;
            if !state.is_unjudged {
                told(Code::StateDiffers);
            }
        }
    }
    let text = if is_sent { "" } else { read };
    // What fits the policy no more is written no more, nor is the end of an answer that has no cookie.
    let is_end = !latest.text.is_empty() && text != latest.text;
    let is_new = !text.is_empty()
        && (is_end || state.first_expiry().is_some())
        && text::after(stored.own, text) != Some(" ");
    Restored { state, read, text, is_new, waits }
}

/// Settles who holds what in a page that starts: `before` is the state before anything was restored.
pub(crate) fn begin(policy: &Policy, before: &State, page: &csp::Page, state: &mut State) {
    state.barrier.is_there = csp::for_page(policy, before, page).is_some();
    state.barrier.holds = !policy.is_browser_gate && state.asks(policy);
}

fn tick(context: &Context, next: &mut Step) {
    if expire(&mut next.state, context.now) {
        refresh(context.policy, next, "expire");
    }
}

/// Lets choices go whose time is over; whether there were any.
pub(crate) fn expire(state: &mut State, now: UnixMillis) -> bool {
    let mut is_over = false;
    for standing in &mut state.standings {
        if standing.is_something() && standing.expires_at <= now {
            *standing = Standing::default();
            is_over = true;
        }
    }
    is_over
}

/// What follows a change that nobody decided here; without a cause, nothing has changed.
fn refresh(policy: &Policy, next: &mut Step, cause: &str) {
    next.effects = vec![Effect::Erase, Effect::Release, Effect::Show];
    if !cause.is_empty() {
        next.effects.push(Effect::Announce(change(policy, &next.state, cause)));
    }
}

/// Completes a decision. The state has closed already; then what is denied is erased, then the record is
/// written, and only then is anything released: nothing runs that is not on record.
fn decide(context: &Context, next: &mut Step, action: Action, via: Via) {
    let policy = context.policy;
    let change = change(policy, &next.state, action.word());
    let expires_at = next.state.first_expiry().unwrap_or(context.now);
    let record = record(context, next, action, via, &change, expires_at);
    let state = &mut next.state;
    state.decided_at = context.now;
    state.language = String::from(record.field("notice").map_or("", |it| it.text_at("language")));
    next.effects = vec![
        Effect::Persist {
            text: state::write(state, policy),
            max_age_seconds: state.seconds_left(context.now),
        },
        Effect::Erase,
        Effect::Append(record),
        Effect::Release,
        Effect::Show,
        Effect::Announce(change),
    ];
}

/// The record of a decision that left behind what `change` lists.
#[inline(never)]
fn record(
    context: &Context,
    next: &mut Step,
    action: Action,
    via: Via,
    change: &Json,
    expires_at: UnixMillis,
) -> Json {
    let state = &mut next.state;
    let [record_bits, subject_bits] = context.entropy;
    if state.subject.is_empty() || state.subject == id::UNMINTED {
        state.subject = id::from_bits(subject_bits);
    }
    let mut record = (context.marks)().into_record();
    record.put_text("id", &id::from_bits(record_bits));
    record.put_text("subject", &state.subject);
    record.put_integer("atMs", context.now.to_record());
    // The clock may have gone past an expiry since anybody looked.
    record.put_integer("expiresAtMs", expires_at.max(context.now).to_record());
    record.put_text("action", action.word());
    record.put_text("via", via.word());
    for key in ["granted", "denied"] {
        record.put(key, change.field(key).map_or_else(Json::object, Json::clone));
    }
    let heard = Json::texts(&state.signals.words());
    // Version 1 has no words for what a signal does.
    let is_later = action == Action::OptOut
        || (action == Action::AcceptAll && !record.list_at("denied").is_empty());
    let version = if is_later { record::LATER_VERSION } else { record::VERSION };
    record.put_integer("version", version);
    if is_later {
        let mut signals = Json::object();
        signals.put("heard", heard);
        signals.put("sent", Json::texts(&[]));
        record.put("signals", signals);
    } else {
        record.put("signals", heard);
    }
    record
}

pub(crate) fn change(policy: &Policy, state: &State, cause: &str) -> Json {
    let mut change = Json::object();
    change.put_text("cause", cause);
    for (key, choice) in [("granted", Choice::Grant), ("denied", Choice::Deny)] {
        let mut ids = Vec::new();
        for category in 0..policy.categories.len() {
            if policy.is_optional(category) && state.choice(policy, category, NOBODY) == choice {
                insert_sorted(&mut ids, String::from(policy.category_id(category)));
            }
            for service in 0..policy.services.len() {
                // One that goes its own way.
                if policy.category_of(service) == category
                    && policy.is_optional(category)
                    && state.choice(policy, category, service) == choice
                    && state.choice(policy, category, NOBODY) != choice
                {
                    insert_sorted(&mut ids, String::from(policy.service_id(service)));
                }
            }
        }
        change.put(key, Json::texts(&ids));
    }
    change
}
