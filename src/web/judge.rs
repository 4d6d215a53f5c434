//! Attempts: what the scripts of the gate and the API ask, and what they are answered. Nothing here has an
//! opinion: that is [`crate::gate`].

use alloc::string::String;

use crate::{
    address::Address,
    cookie,
    gate::{self, Attempt, Verdict},
    policy::ItemKind,
    text,
};

use super::{core, host, host::answer, now};

/// Where a name was asked for: by an element, by a frame, by code.
pub const MARKUP: &str = "markup";
pub const MARKED_FRAME: &str = "marked-frame";
pub const HAS: &str = "has";

/// An attempt: a word for its kind, a space, and its name or address.
pub fn judge_attempt(text: &str) -> u32 {
    let (word, name) = text::split(text, b' ');
    let name = name.unwrap_or_default();
    if word != "cookie" {
        return answer_for(judge(word, name));
    }
    let write = cookie::Write::parse(name, now());
    if !write.removes {
        let answer = answer_for(judge(word, write.name));
        let is_unread = answer == answer::HOLD && !is_taken(&write);
        return if is_unread { answer | answer::UNREAD } else { answer };
    }
    // What only removes always passes, and nobody needs to hear of it.
    let attempt = Attempt::Store { kind: ItemKind::Cookie, name: write.name };
    match core() {
        Some(core) if gate::verdict(&core.policy, &core.state, attempt) != Verdict::Allow => {
            answer::REMOVE
        }
        _ => answer::ALLOW,
    }
}

/// Whether a browser would take a cookie from this page for its domain.
fn is_taken(write: &cookie::Write) -> bool {
    core().is_some_and(|core| {
        let host = Address::of(&core.origin).map_or("", |own| own.host);
        cookie::is_taken(write.domain, host, core.policy.share())
    })
}

/// Whether what is marked with this name may run; `has()` is the same question asked by code.
pub fn judge_use(name: &str, place: &str) -> u32 {
    let is_known = core().is_some_and(|core| core.policy.category_named(name).is_some());
    let verdict = answer_for(judge(place, name));
    if is_known { verdict } else { unknown(name, place, verdict) }
}

/// Nobody has this name, which the owner of the page is told once.
#[cfg(not(feature = "gate"))]
fn unknown(name: &str, place: &str, verdict: u32) -> u32 {
    use super::report::report_once;
    use crate::problem::{Code, Problem};
    let is_code = place == HAS;
    let code = if is_code { Code::NameUnknown } else { Code::MarkupUnknown };
    report_once(Problem::new(code, if is_code { HAS } else { MARKUP }, name));
    verdict
}

/// Nobody has this name, which the module that comes later tells.
#[cfg(feature = "gate")]
fn unknown(_: &str, _: &str, verdict: u32) -> u32 {
    verdict | answer::MISTAKE
}

/// The gate's verdict now; without a core, nothing passes. What is held or refused is reported.
fn judge(word: &str, name: &str) -> Verdict {
    let Some(core) = core() else { return Verdict::Refuse };
    let attempt = match ItemKind::of_word(word) {
        Some(kind) => Attempt::Store { kind, name },
        None if word == MARKUP || word == HAS => Attempt::Use { name },
        None if word == MARKED_FRAME => Attempt::UseFrame { name },
        None if word == "frame" => Attempt::Frame { url: name, origin: &core.origin },
        None => Attempt::Request { url: name, origin: &core.origin },
    };
    let verdict = gate::verdict(&core.policy, &core.state, attempt);
    if verdict == Verdict::Allow || word == HAS {
        return verdict;
    }
    let is_enforced = gate::is_enforced(&core.policy, attempt);
    let service = String::from(gate::claimant(&core.policy, &core.state, attempt));
    drop(core);
    // What a request asks for in detail may be anybody's secret.
    let (name, _) = text::split(text::split(name, b'?').0, b'#');
    let kind = if word == MARKED_FRAME { MARKUP } else { word };
    host::attempted(kind, name, &service, answer_for(verdict));
    if is_enforced { verdict } else { Verdict::Allow }
}

fn answer_for(verdict: Verdict) -> u32 {
    match verdict {
        Verdict::Allow => answer::ALLOW,
        Verdict::Hold => answer::HOLD,
        Verdict::Refuse => answer::REFUSE,
    }
}
