//! The gate's decision: `verdict` is the one place that decides about an attempt. `has()`, every way
//! out of the page, marked elements and the view all ask it. Stopping and releasing is `web`'s work.
//!
//! It is asked for every image and every call: it walks the rules, allocates nothing and does not
//! look into the document.
//!
//! ```
//! use consentinel::{gate::{Attempt, Verdict, verdict}, policy::{ItemKind, Policy}, state::State};
//! let policy = Policy::closed();
//! let attempt = Attempt::Store { kind: ItemKind::Cookie, name: "_ga" };
//! assert_eq!(verdict(&policy, &State::undecided(&policy), attempt), Verdict::Refuse);
//! ```

use crate::{
    address::{self, Address},
    pattern,
    policy::{self, Covers, ItemKind, NOBODY, Policy},
    state::{Choice, State},
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
    /// Show another page in a frame that is marked with the id of a category or service.
    UseFrame {
        /// The id.
        name: &'a str,
    },
    /// Ask another server, or the site's own, for something.
    Request {
        /// Whom: an absolute URL as the browser prints it.
        url: &'a str,
        /// The origin of the page, such as `https://example.com:8080`.
        origin: &'a str,
    },
    /// Show another page in a frame.
    Frame {
        /// Whom to ask for it, as in a request.
        url: &'a str,
        /// The origin of the page around it.
        origin: &'a str,
    },
}

/// What happens to an attempt. Later ones are stricter, so the strictest of several is their maximum.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Verdict {
    /// It goes on as if there were no gate.
    Allow,
    /// It waits: nobody has decided yet, and it runs once its category or service is granted.
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
    judge(policy, state, attempt).0
}

/// The id of the service that an attempt belongs to, by the rule that decides about it; empty when it
/// belongs to none.
pub fn claimant<'a>(policy: &'a Policy, state: &State, attempt: Attempt) -> &'a str {
    policy.service_id(judge(policy, state, attempt).1)
}

/// Whether the verdict about an attempt is to be carried out. Under a policy that only reports it is
/// not, with two exceptions: what is Consentinel's own stays its own, and an element that its author
/// made wait goes on waiting.
pub fn is_enforced(policy: &Policy, attempt: Attempt) -> bool {
    match attempt {
        Attempt::Store { kind, name } if is_reserved(kind, name) => true,
        Attempt::Use { .. } | Attempt::UseFrame { .. } => true,
        _ => !policy.is_report_only,
    }
}

/// Whether script of the page must keep its hands off this name: whoever could write it could
/// forge a decision.
pub fn is_reserved(kind: ItemKind, name: &str) -> bool {
    match kind {
        ItemKind::Cookie | ItemKind::LocalStorage | ItemKind::SessionStorage => {
            policy::is_own(name)
        }
        _ => false,
    }
}

/// Whether an item under this name is to be erased where it is found: the policy declares it, and
/// the gate would not let it in now. What nobody declared is left alone; the gate keeps new ones out.
/// Nothing is, under a policy that only reports, and nothing of our own ever.
pub fn is_erasable(policy: &Policy, state: &State, kind: ItemKind, name: &str) -> bool {
    for rule in &policy.rules {
        if rule.covers == Covers::Item(kind) && pattern::matches(&rule.name, name) {
            let attempt = Attempt::Store { kind, name };
            return !policy.is_report_only
                && !is_reserved(kind, name)
                && verdict(policy, state, attempt) != Verdict::Allow;
        }
    }
    false
}

/// The verdict, and the position of the service whose rule gave it.
#[inline(never)]
fn judge(policy: &Policy, state: &State, attempt: Attempt) -> (Verdict, usize) {
    let mut to = None;
    let mut is_own = false;
    let is_frame = matches!(attempt, Attempt::Frame { .. } | Attempt::UseFrame { .. });
    let (wanted, name) = match attempt {
        Attempt::Remove => return (Verdict::Allow, NOBODY),
        Attempt::Use { name } | Attempt::UseFrame { name } => {
            let (category, service) = policy.named(name);
            return (verdict_of(policy, state, category, service, is_frame), service);
        }
        Attempt::Store { kind, name } => {
            if is_reserved(kind, name) {
                return (Verdict::Refuse, NOBODY);
            }
            (Covers::Item(kind), name)
        }
        Attempt::Request { url, origin } | Attempt::Frame { url, origin } => {
            to = Address::of(url);
            let Some(to) = &to else {
                return (Verdict::Allow, NOBODY);
            };
            is_own = to.is_of(origin);
            (Covers::Host, "")
        }
    };
    let mut best = 0;
    let mut decided = None;
    for rule in &policy.rules {
        let specificity = match &to {
            Some(to) if rule.covers == wanted => address::covers(&rule.name, to),
            None if rule.covers == wanted || rule.covers == Covers::EveryItem => {
                pattern::matches(&rule.name, name).then(|| pattern::specificity(&rule.name))
            }
            _ => None,
        };
        let Some(specificity) = specificity else { continue };
        let verdict = verdict_of(policy, state, rule.category, rule.service, is_frame);
        // Of two rules the more specific decides, of two equally specific ones the stricter.
        let rank = specificity << 2 | verdict as u64;
        if decided.is_none() || rank > best {
            best = rank;
            decided = Some((verdict, rule.service));
        }
    }
    let is_open = is_own || policy.allow_undeclared;
    decided.unwrap_or((if is_open { Verdict::Allow } else { Verdict::Refuse }, NOBODY))
}

/// The verdict about what belongs to the category and the service at these positions; `is_frame` where
/// it is a page in a frame.
pub(crate) fn verdict_of(
    policy: &Policy,
    state: &State,
    category: usize,
    service: usize,
    is_frame: bool,
) -> Verdict {
    let Some(found) = policy.categories.get(category) else {
        // A name of nobody, or the rule of something that was left out.
        return Verdict::Refuse;
    };
    match state.in_force(policy, category, service, is_frame) {
        _ if found.is_necessary => Verdict::Allow,
        Choice::Grant => Verdict::Allow,
        Choice::Undecided => Verdict::Hold,
        Choice::Deny => Verdict::Refuse,
    }
}
