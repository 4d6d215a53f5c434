//! The session: `step` turns the state and one event into the next state, the effects for the shell
//! to perform in order, and the problems to report.
//!
//! It is total: every event has an answer in every state, and no input makes it fail. Time and
//! randomness come in with the context. It performs nothing itself.
//!
//! INVARIANT: a category is granted only by an event in which the visitor, or the page's code on
//! their behalf, grants it, or by a stored state that such an event wrote (tests/laws.rs).

use alloc::{string::String, vec, vec::Vec};

use crate::{
    id,
    json::{Json, insert_sorted},
    policy::Policy,
    problem::{Code, Problem},
    record::{self, Action, Marks, Via},
    signal::Signals,
    state::{self, Choice, Standing, State},
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
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The page started, or another tab decided.
    Restore {
        /// The stored state; empty when there is none that counts.
        stored: String,
        /// The pseudonym under which this browser's ledger is kept; empty when there is none.
        subject: String,
    },
    /// Time went by.
    Tick,
    /// The visitor accepts everything.
    AcceptAll(Via),
    /// The visitor rejects everything optional.
    RejectAll(Via),
    /// The visitor chooses: what is named true is granted, every other category is denied.
    Save(Via, Json),
    /// The visitor takes consent back, for the categories or services named, or for all.
    Withdraw(Via, Vec<String>),
    /// The browser signals. A signal never opens the gate; this version only puts it on record.
    Signal(Signals),
}

/// What the shell is to do, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Keep this text in the state cookie for so many seconds.
    Persist {
        /// The stored form ([`state::write`]).
        text: String,
        /// Seconds until the last choice stops counting.
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
    /// `expire`), `granted` and `denied`, the sorted ids of the categories that are so now.
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
    let mut next = Step { state: state.clone(), ..Step::default() };
    match event {
        Event::Restore { stored, subject } => restore(context, &mut next, &stored, subject),
        Event::Tick => tick(context, &mut next),
        Event::Signal(signals) => next.state.signals = signals,
        Event::AcceptAll(via) => {
            decide(context, &mut next, Action::AcceptAll, via, &Answer::all(Choice::Grant));
        }
        Event::RejectAll(via) => {
            decide(context, &mut next, Action::RejectAll, via, &Answer::all(Choice::Deny));
        }
        Event::Save(via, selection) => {
            let mut answer = Answer::all(Choice::Deny);
            answer.select(context.policy, &selection, &mut next.problems);
            decide(context, &mut next, Action::Save, via, &answer);
        }
        Event::Withdraw(via, names) => {
            let mut answer = Answer::all(Choice::Deny);
            answer.withdraw(context.policy, &names, &mut next.problems);
            decide(context, &mut next, Action::Withdraw, via, &answer);
        }
    }
    next
}

/// What a decision says of each category.
struct Answer {
    /// The categories that it names.
    named: Vec<usize>,
    /// What it says of them.
    for_named: Choice,
    /// What it says of all others: nothing, where they stay as they are.
    for_others: Option<Choice>,
}

impl Answer {
    /// The same for every category.
    fn all(choice: Choice) -> Answer {
        Answer { named: Vec::new(), for_named: choice, for_others: Some(choice) }
    }

    /// The new choice of a category; nothing where it stays.
    fn choice(&self, category: usize) -> Option<Choice> {
        for named in &self.named {
            if *named == category {
                return Some(self.for_named);
            }
        }
        self.for_others
    }

    /// Grants the categories that a selection names true, itself or by one of its services.
    fn select(&mut self, policy: &Policy, selection: &Json, problems: &mut Vec<Problem>) {
        self.for_named = Choice::Grant;
        let Json::Object(entries) = selection else {
            let found = "not an object of names and booleans";
            problems.push(Problem::new(Code::FieldType, "save", found));
            return;
        };
        for (name, value) in entries {
            match (policy.category_named(name), value) {
                (None, _) => problems.push(Problem::new(Code::NameUnknown, "save", name)),
                (Some(category), Json::Bool(true)) => self.named.push(category),
                (Some(_), Json::Bool(false)) => {}
                (Some(_), _) => problems.push(Problem::new(Code::FieldType, name, "not a boolean")),
            }
        }
    }

    /// Denies the categories named, or all where none is.
    fn withdraw(&mut self, policy: &Policy, names: &[String], problems: &mut Vec<Problem>) {
        for name in names {
            self.for_others = None;
            match policy.category_named(name) {
                Some(category) => self.named.push(category),
                None => problems.push(Problem::new(Code::NameUnknown, "withdraw", name)),
            }
        }
    }
}

fn restore(context: &Context, next: &mut Step, stored: &str, subject: String) {
    let signals = next.state.signals;
    let before = next.state.standings.clone();
    next.state = if stored.is_empty() {
        State::undecided(context.policy)
    } else {
        state::read(stored, context.policy, context.now, &mut next.problems)
    };
    next.state.signals = signals;
    if !subject.is_empty() {
        // The ledger outlives the cookie; its pseudonym goes on, so that the chain stays one browser's.
        next.state.subject = subject;
    }
    let is_changed = next.state.standings != before;
    refresh(context.policy, next, if is_changed { "restore" } else { "" });
}

fn tick(context: &Context, next: &mut Step) {
    let mut is_over = false;
    for standing in &mut next.state.standings {
        if standing.choice != Choice::Undecided && standing.expires_at <= context.now {
            *standing = Standing::default();
            is_over = true;
        }
    }
    if is_over {
        refresh(context.policy, next, "expire");
    }
}

/// What follows a change that nobody decided here; without a cause, nothing has changed.
fn refresh(policy: &Policy, next: &mut Step, cause: &str) {
    next.effects = vec![Effect::Erase, Effect::Release, Effect::Show];
    if !cause.is_empty() {
        next.effects.push(Effect::Announce(change(policy, &next.state, cause)));
    }
}

/// Applies a decision. The state closes first, then what is denied is erased, then the record is
/// written, and only then is anything released: nothing runs that is not on record.
#[inline(never)]
fn decide(context: &Context, next: &mut Step, action: Action, via: Via, answer: &Answer) {
    let policy = context.policy;
    let state = &mut next.state;
    if state.standings.len() != policy.categories.len() {
        state.standings = State::undecided(policy).standings;
    }
    let mut is_decided = false;
    for (category, standing) in state.standings.iter_mut().enumerate() {
        let Some(choice) = answer.choice(category) else { continue };
        if !policy.is_optional(category) {
            continue;
        }
        is_decided = true;
        let days = match choice {
            Choice::Grant => policy.lifetime_days,
            _ => policy.refusal_lifetime_days,
        };
        *standing = Standing { choice, expires_at: context.now.plus_days(days) };
    }
    if !is_decided {
        return;
    }
    let [record_bits, subject_bits] = context.entropy;
    if state.subject.is_empty() {
        state.subject = id::from_bits(subject_bits);
    }
    let marks = (context.marks)();
    state.decided_at = context.now;
    state.language = String::from(marks.notice.text_at("language"));
    let change = change(policy, state, action.word());
    let expires_at = state.first_expiry().unwrap_or(context.now);
    let mut record = marks.into_record();
    record.put_integer("version", record::VERSION);
    record.put_text("id", &id::from_bits(record_bits));
    record.put_text("subject", &state.subject);
    record.put_integer("atMs", context.now.to_record());
    record.put_integer("expiresAtMs", expires_at.to_record());
    record.put_text("action", action.word());
    record.put_text("via", via.word());
    for key in ["granted", "denied"] {
        record.put(key, change.field(key).map_or_else(Json::object, Json::clone));
    }
    record.put("signals", Json::texts(&state.signals.words()));
    let lasts_ms = state.last_expiry().0.saturating_sub(context.now.0);
    next.effects = vec![
        Effect::Persist { text: state::write(state, policy), max_age_seconds: lasts_ms / 1000 },
        Effect::Erase,
        Effect::Append(record),
        Effect::Release,
        Effect::Show,
        Effect::Announce(change),
    ];
}

fn change(policy: &Policy, state: &State, cause: &str) -> Json {
    let mut change = Json::object();
    change.put_text("cause", cause);
    for (key, choice) in [("granted", Choice::Grant), ("denied", Choice::Deny)] {
        let mut ids = Vec::new();
        for (position, category) in policy.categories.iter().enumerate() {
            if policy.is_optional(position) && state.choice(position) == choice {
                insert_sorted(&mut ids, category.id.clone());
            }
        }
        change.put(key, Json::texts(&ids));
    }
    change
}
