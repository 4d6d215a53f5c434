//! The gate's decision: `verdict` is the one place that decides about an attempt. `has()`, the
//! cookie setter, inert markup and the view all ask it. Stopping and releasing is `web`'s work.
//!
//! ```
//! use consentinel::{gate::{Attempt, Verdict, verdict}, policy::{ItemKind, Policy}, state::State};
//! let policy = Policy::closed();
//! let attempt = Attempt::Store { kind: ItemKind::Cookie, name: "_ga" };
//! assert_eq!(verdict(&policy, &State::undecided(&policy), attempt), Verdict::Refuse);
//! ```

use crate::{
    pattern,
    policy::{ItemKind, LEDGER_KEY, Policy, STATE_COOKIE},
    state::{Choice, State},
    text,
};

/// One try to store, read or call something.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Attempt<'a> {
    /// Keep a value under a name.
    Store {
        /// Where.
        kind: ItemKind,
        /// Under which name.
        name: &'a str,
    },
    /// Take a value away. Always allowed: it leaves less behind.
    Remove,
    /// Run or show something marked with the id of a category or service (`data-consent`).
    Use {
        /// The id.
        name: &'a str,
    },
}

/// What happens to an attempt. Later ones are stricter, so the strictest of several is their maximum.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Verdict {
    /// It goes on as if there were no gate.
    Allow,
    /// It waits: nobody has decided yet, and it runs once its category is granted.
    Hold,
    /// It does not happen.
    Refuse,
}

impl Verdict {
    /// The word of the events.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::Hold => "hold",
            Verdict::Refuse => "refuse",
        }
    }
}

/// Decides about one attempt.
pub fn verdict(policy: &Policy, state: &State, attempt: Attempt) -> Verdict {
    match attempt {
        Attempt::Remove => Verdict::Allow,
        Attempt::Use { name } => match policy.category_named(name) {
            Some(category) => category_verdict(policy, state, category),
            None => Verdict::Refuse,
        },
        Attempt::Store { kind, name } => store_verdict(policy, state, kind, name),
    }
}

/// Whether script of the page must keep its hands off this name: whoever could write it could
/// forge a decision.
pub fn is_reserved(kind: ItemKind, name: &str) -> bool {
    match kind {
        ItemKind::Cookie => name == STATE_COOKIE,
        ItemKind::LocalStorage => text::after(name, LEDGER_KEY).is_some(),
        ItemKind::SessionStorage => false,
    }
}

/// Whether an item under this name is to be erased where it is found: the policy declares it, and
/// the gate would not let it in now. What nobody declared is left alone; the gate keeps new ones out.
pub fn is_erasable(policy: &Policy, state: &State, kind: ItemKind, name: &str) -> bool {
    for rule in &policy.rules {
        if rule.kind == kind.word() && pattern::matches(&rule.name, name) {
            return store_verdict(policy, state, kind, name) != Verdict::Allow;
        }
    }
    false
}

fn store_verdict(policy: &Policy, state: &State, kind: ItemKind, name: &str) -> Verdict {
    if is_reserved(kind, name) {
        return Verdict::Refuse;
    }
    let mut best = None;
    for rule in &policy.rules {
        let is_for = rule.kind == kind.word() || rule.kind.is_empty();
        if is_for && pattern::matches(&rule.name, name) {
            let verdict = category_verdict(policy, state, rule.category);
            // Of two rules the more specific decides, of two equally specific ones the stricter: the
            // order of these pairs is exactly that.
            best = best.max(Some((pattern::specificity(&rule.name), verdict)));
        }
    }
    match best {
        Some((_, verdict)) => verdict,
        None if policy.allow_undeclared => Verdict::Allow,
        None => Verdict::Refuse,
    }
}

fn category_verdict(policy: &Policy, state: &State, position: usize) -> Verdict {
    let Some(category) = policy.categories.get(position) else {
        // The rule of an item that was left out.
        return Verdict::Refuse;
    };
    match state.choice(position) {
        _ if category.is_necessary => Verdict::Allow,
        Choice::Grant => Verdict::Allow,
        Choice::Undecided => Verdict::Hold,
        Choice::Deny => Verdict::Refuse,
    }
}
