//! The shells of a page: the only folder that knows a browser. A page gets two modules of it, one after the
//! other. The first is small, and the page waits for it (feature `gate`): it knows the policy and the stored
//! answer, judges attempts, and can only close. The second comes when there is something to ask, to decide, to
//! record or to explain (without that feature), takes over what the first one knew, and does the rest.
//!
//! Here stands what both have in common: the core, and the closing of the gate. `judge` has the attempts,
//! `gate` the rest of the first module, `deciding` that of the second; `host` is the border to JavaScript.
//!
//! INVARIANT: no JavaScript runs while the core is borrowed. What [`core`] hands out is dropped before
//! a function of `host` is called, and effects are performed after the step; so page code that
//! answers an event by calling the API finds the core free.

#[cfg(not(feature = "gate"))]
mod deciding;
mod erasable;
mod erase;
#[cfg(feature = "gate")]
mod gate;
mod host;
mod judge;
#[cfg(feature = "module")]
mod module;
mod policy;
#[cfg(not(feature = "gate"))]
mod report;
#[cfg(not(feature = "gate"))]
mod show;
mod single;
mod source;
#[cfg(not(feature = "gate"))]
mod storage;
mod stored;

use alloc::{string::String, vec::Vec};
use core::cell::RefMut;

use crate::{
    csp::{self, Page},
    json::Json,
    policy::Policy,
    state::State,
    time::UnixMillis,
};
#[cfg(not(feature = "gate"))]
use deciding::{More, hear};
#[cfg(feature = "gate")]
use gate::{More, hear};
use host::wrappers;
use single::Single;

/// All that is known.
struct Core {
    policy: Policy,
    /// The page's own, such as `https://example.com`.
    origin: String,
    /// The folder of the tag's own files, where that is another site's.
    files: String,
    /// The service or category whose frames load this time.
    once: String,
    /// Whether there is a page at all; on a server there is none, and everything optional stays off.
    is_there: bool,
    /// Whether this is a frame, and a page of the same origin around it asks: then nothing is asked or offered here.
    is_led: bool,
    state: State,
    /// What is stored ([`stored::stored`]) as last read or written, to notice what another tab did.
    stored: String,
    /// What only one of the modules needs.
    more: More,
}

impl Core {
    /// The core of a page that starts, undecided. `page` says what `www/js/start.js` knows, and `more` reads
    /// what only one of the modules needs.
    fn of(page: &Json, policy: Policy, more: More) -> Core {
        let mut state = State::undecided(&policy);
        state.is_child = is_true(page, "isChild");
        Core {
            is_led: is_true(page, "isLed"),
            state,
            policy,
            origin: String::from(page.text_at("origin")),
            files: String::from(page.text_at("files")),
            once: String::from(page.text_at("once")),
            is_there: is_true(page, "isThere"),
            stored: String::new(),
            more,
        }
    }

    fn page(&self) -> Page<'_> {
        Page { origin: &self.origin, files: &self.files, once: &self.once }
    }
}

fn is_true(page: &Json, key: &str) -> bool {
    matches!(page.field(key), Some(Json::Bool(true)))
}

static CORE: Single<Core> = Single::new();

/// The core, if it runs and nobody else looks at it.
#[inline(never)]
fn core() -> Option<RefMut<'static, Core>> {
    CORE.get()
}

fn now() -> UnixMillis {
    UnixMillis(host::now() as i64)
}

/// The names that a call was given: a list, or one alone.
fn names_in(given: &Json) -> Vec<String> {
    let mut names = Vec::new();
    for name in given.elements().iter().chain([given]) {
        if let Json::Text(name) = name {
            names.push(name.clone());
        }
    }
    names
}

/// Whether this is what was stored when we last looked.
fn is_known(stored: &str) -> bool {
    core().is_none_or(|core| core.stored == stored)
}

/// The policy that the browser would need to let in what may be asked for now; empty where it holds nothing.
fn rules() -> String {
    match core() {
        Some(core) if !core.policy.is_report_only => {
            csp::header(&core.policy, &core.state, &core.page()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// Closes the gate for what holds now: puts the browser's own in force as far as it goes, and says which
/// wrappers have to stand beside it.
fn close() {
    let Some(core) = core() else { return };
    let Core { policy, state, .. } = &*core;
    let text =
        if state.barrier.is_there { csp::for_page(policy, state, &core.page()) } else { None };
    let mut is_held = text.is_none() || state.barrier.holds;
    csp::gaps(policy, state, &core.page(), |_, _| is_held = true);
    let wrappers = if is_held {
        wrappers::WRAP_REQUESTS
    } else if state.grants_all(policy) {
        wrappers::WRAP_STORES
    } else {
        wrappers::WRAP_REALMS
    };
    drop(core);
    host::close(&text.unwrap_or_default(), wrappers);
}
