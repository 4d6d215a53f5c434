//! What the gate would not let in, and is there all the same. Which names those are is the gate's answer
//! ([`gate::is_erasable`]); what is done about it is `erase`.

use alloc::{string::String, vec::Vec};

use crate::{
    cookie, gate,
    policy::{Covers, ItemKind},
    text,
};

use super::{core, host, host::answer, source};

/// Whether a database, a cache or a service worker is to be erased; `text` is the word of the policy for
/// it, a space, and its name. Which there are a browser only tells later.
pub fn is_erasable(text: &str) -> u32 {
    let (word, name) = text::split(text, b' ');
    match (ItemKind::of_word(word), name, core()) {
        (Some(kind), Some(name), Some(core))
            if gate::is_erasable(&core.policy, &core.state, kind, name) =>
        {
            answer::ALLOW
        }
        _ => answer::REFUSE,
    }
}

/// Whether the policy names anything of this kind.
pub fn has_rule(kind: ItemKind) -> bool {
    let covers = Covers::Item(kind);
    core().is_some_and(|core| core.policy.rules.iter().any(|rule| rule.covers == covers))
}

/// The names of this kind that a page can list at once.
pub fn erasable(kind: ItemKind) -> Vec<String> {
    let mut names = Vec::new();
    // The first look into a storage can cost a page ten milliseconds: only where there is a rule for it.
    if !has_rule(kind) {
        return names;
    }
    if kind == ItemKind::Cookie {
        for name in cookie::names(&host::read_cookies()) {
            keep_erasable(kind, name, &mut names);
        }
    } else {
        for name in source::read(&host::keys(kind as u32)).elements() {
            keep_erasable(kind, name.as_text().unwrap_or_default(), &mut names);
        }
    }
    names
}

fn keep_erasable(kind: ItemKind, name: &str, names: &mut Vec<String>) {
    if let Some(core) = core()
        && gate::is_erasable(&core.policy, &core.state, kind, name)
    {
        names.push(String::from(name));
    }
}
