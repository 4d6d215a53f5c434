//! The module that the page waits for: it reads the policy without a word about mistakes, closes the gate for what
//! the stored answer says, erases what that does not let in (once it is judged), and judges attempts. It never opens anything that the stored
//! answer at the start did not: what changes while only this module is there can close, and the module that comes later (`deciding`) does the rest.

use alloc::string::String;

use crate::{
    id,
    json::Json,
    policy::NOBODY,
    session::{self, Restored},
    signal::Signals,
    state::{self, Stored},
    text,
};

use super::{
    CORE, Core, close, core, erasable, erase, host,
    host::{answer, told},
    is_known, is_true,
    judge::{HAS, MARKED_FRAME, MARKUP, judge_attempt, judge_use},
    names_in, now, policy, rules, source,
    stored::{self, is_unkept, stored},
};

/// What only this module needs.
pub struct More {
    /// What was stored when the page began.
    begun: String,
    /// Whether something is stored that only the other module can judge, or another tab has granted what this one may not:
    /// what is erased is up to the other module then.
    is_behind: bool,
}

/// Everything that JavaScript tells arrives here; the answer is a verdict where one was asked for.
pub fn hear(kind: u32, text: &str) -> u32 {
    change(&mut |core| session::expire(&mut core.state, now()));
    match kind {
        told::START => start(&source::read(text)),
        told::ATTEMPT => return judge_attempt(text),
        told::MARKUP => return judge_use(text, MARKUP),
        told::MARKED_FRAME => return judge_use(text, MARKED_FRAME),
        told::HAS => return judge_use(text, HAS),
        told::ERASABLE => return erasable::is_erasable(text),
        told::SWEEP => return sweep(),
        told::LOOK => {
            look();
            // It may not have been there when it was called for.
            if asks() {
                host::need();
            }
        }
        told::CLOSE => deny(&source::read(text)),
        told::RULES => host::reply(&rules()),
        told::STATE => {
            let Some(core) = core() else { return answer::REFUSE };
            let state = core.state.to_json(&core.policy, &core.policy.spoken).canonical();
            drop(core);
            host::reply(&state);
        }
        told::HANDOVER => host::reply(&handover()),
        told::BUTTON => host::reply(&button(text)),
        _ => {}
    }
    // What asked for no verdict takes none for a yes.
    answer::REFUSE
}

/// Brings the core up, then the gate, before anything else of the page runs. `page` says what `www/js/start.js`
/// knows: `policy` (JSON text) where there is one, the `language` of the visitor, the `origin` of the page, the folder
/// of our own `files`, what may load `once`, whether there `isThere` a page at all, whether it `isChild`'s, and whether the browser sends
/// `gpc` and `dnt`.
fn start(page: &Json) {
    let (mut policy, problems) = policy::read(page.field("policy").and_then(Json::as_text));
    policy.spoken = String::from(page.text_at("language"));
    let more = More { begun: String::new(), is_behind: false };
    let mut fresh = Core::of(page, policy, more);
    let is_there = fresh.is_there;
    fresh.state.signals = Signals::heard(&fresh.policy, is_true(page, "gpc"), is_true(page, "dnt"));
    CORE.set(fresh);
    if !is_there {
        return;
    }
    let found = stored();
    // Beside a ledger of 0.1.0 nothing is kept: its last record counts, and the module that comes later reads it.
    let is_unkept = is_unkept(&Stored::of(&found));
    let counts = if is_unkept { "" } else { &found };
    let now = now();
    let Some(mut core) = core() else { return };
    let mut is_told = false;
    let Restored { mut state, text, is_new, waits, .. } =
        session::restored(&core.policy, now, &Stored::of(counts), false, &mut |_| is_told = true);
    state.is_child = core.state.is_child;
    state.signals = core.state.signals;
    session::begin(&core.policy, &core.state, &core.page(), &mut state);
    state.close(&core.policy, &core.state);
    let is_mistaken = !problems.is_empty() && state.first_expiry().is_none();
    // Where something stored may count that only the other module can judge, what it granted is not erased yet.
    let is_behind = is_unkept || waits || state.is_unjudged;
    let seconds = state.seconds_left(now);
    core.state = state;
    core.stored.clone_from(&found);
    core.more.begun.clone_from(&found);
    core.more.is_behind = is_behind;
    drop(core);
    close();
    if is_new {
        write(text, seconds);
    } else if !is_behind && seconds > 0 && !text.is_empty() {
        // Anew, with the same end: some browsers keep what script wrote for a few days only.
        stored::write_state(text, seconds);
        if Stored::of(&found).kept != text {
            stored::write_kept(text);
        }
    }
    if !is_behind {
        erase::erase();
    }
    // To judge, to ask, to record, or to explain a mistake; those who have decided need not wait for the latter.
    if is_behind || is_told || is_mistaken || asks() {
        host::need();
    }
}

/// Keeps an answer, and knows it for our own.
fn write(text: &str, seconds: i64) {
    stored::write(text, seconds);
    let stored = stored();
    if let Some(mut core) = core() {
        core.stored = stored;
    }
}

/// Whether the visitor is to be asked something, or what their browser signals is to be put on record; or a page was left
/// before the other module had put a refusal on record. The beginning of [`id::UNMINTED`] weighs less than all of it, and
/// of 16 million pseudonyms one begins so, which only brings the other module once more.
fn asks() -> bool {
    core().is_some_and(|core| {
        let Core { policy, state, .. } = &*core;
        // Of a child there is nothing to ask.
        (state.asks(policy) || state.is_unheard(policy, NOBODY)) && !core.is_led
            || text::after(&state.subject, "AAAA").is_some()
    })
}

/// Changes the state where `act` says that it did, closes the gate for it, erases what it does not let in any more, and
/// calls for the other module.
fn change(act: &mut dyn FnMut(&mut Core) -> bool) {
    let Some(mut core) = core() else { return };
    let before = core.state.clone();
    if !act(&mut core) {
        return;
    }
    let Core { policy, state, .. } = &mut *core;
    state.close(policy, &before);
    let is_behind = core.more.is_behind;
    drop(core);
    close();
    if !is_behind {
        erase::erase();
    }
    host::need();
}

/// Another tab may have decided: what it denied counts here at once, what it granted when the other module is here.
fn look() {
    let both = stored();
    if is_known(&both) {
        return;
    }
    let now = now();
    change(&mut |core| {
        let Core { policy, state, more, .. } = core;
        let other = session::restored(policy, now, &Stored::of(&both), false, &mut |_| ());
        // A server may have sent what is known.
        let is_other = state::limit(policy, state, &other.state, false);
        more.is_behind |= other.state.is_unjudged || state.standings != other.state.standings;
        core.stored.clone_from(&both);
        is_other || other.is_new
    });
}

/// Denies what is named, or everything where nothing is, and keeps that: whoever leaves the page before the other module
/// has put the decision on record has taken it all the same. The browser's pseudonym is minted with the first record.
#[inline(never)]
fn deny(names: &Json) {
    let names = names_in(names);
    let now = now();
    change(&mut |core| {
        let Core { policy, state, .. } = core;
        if !session::withdraw(policy, state, now, &names, &mut |_| ()) {
            return false;
        }
        state.decided_at = now;
        if state.subject.is_empty() {
            state.subject = String::from(id::UNMINTED);
            state.language.clone_from(&policy.spoken);
        }
        true
    });
    let Some(core) = core() else { return };
    if core.state.subject.is_empty() {
        return;
    }
    let text = state::write(&core.state, &core.policy);
    let seconds = core.state.seconds_left(now);
    drop(core);
    write(&text, seconds);
}

/// There may be cookies that no script has set.
fn sweep() -> u32 {
    let stored = stored();
    if !Stored::of(&stored).is_halfway() || is_known(&stored) {
        look();
        if core().is_some_and(|core| !core.more.is_behind) {
            erase::sweep();
        }
    }
    match core() {
        Some(core) if core.policy.is_report_only => answer::ALLOW,
        _ => answer::REFUSE,
    }
}

/// What the other module has to know to go on: what was stored when the page began, and what the browser holds in it.
fn handover() -> String {
    let mut handover = Json::object();
    if let Some(core) = core() {
        let Core { policy, state, more, .. } = &*core;
        let closed = policy.ids(&|it| match it.service {
            NOBODY => state.barrier.categories.has(it.category),
            service => state.barrier.services.has(service),
        });
        handover.put_text("stored", &more.begun);
        handover.put("holds", Json::Bool(state.barrier.holds));
        handover.put("closed", Json::texts(&closed));
    }
    handover.canonical()
}

/// The small button as JSON text: its place by `reopen` and `placement`, and its `label` where the policy has a wording
/// of its own in the `language` that visitors are spoken to in from now on. Empty where nobody is asked for anything, or
/// the first layer has to be there.
fn button(language: &str) -> String {
    let Some(mut core) = core() else { return String::new() };
    core.policy.spoken = String::from(language);
    let Core { policy, state, .. } = &*core;
    if state.is_child || core.is_led || !policy.has_optional() || state.asks(policy) {
        return String::new();
    }
    let texts = policy.document.field("texts").and_then(|texts| texts.field(language));
    let mut button = Json::object();
    for key in ["placement", "reopen"] {
        button.put_text(key, policy.document.text_at(key));
    }
    button.put_text("label", texts.map_or("", |texts| texts.text_at("reopen")));
    button.canonical()
}
