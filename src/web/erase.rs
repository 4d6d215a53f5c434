//! Erases what the gate would not let in: cookies in every shape script can reach, local and session
//! storage keys. What is still there afterwards is handed back (law R23). Which names those are is
//! the gate's answer ([`gate::is_erasable`]).

use alloc::{string::String, vec::Vec};

use crate::{
    cookie, gate,
    json::insert_sorted,
    policy::{Covers, ItemKind},
    text,
};

use super::{core, host, host::answer, source};

/// Erases, looks again, and returns the names that stayed, sorted.
pub fn erase() -> Vec<String> {
    let mut left = Vec::new();
    for kind in ItemKind::LISTED {
        for name in &erasable(kind) {
            host::erase(name, kind as u32);
        }
        for name in erasable(kind) {
            insert_sorted(&mut left, name);
        }
    }
    for kind in [ItemKind::IndexedDb, ItemKind::CacheStorage, ItemKind::ServiceWorker] {
        if has_rule(kind) {
            host::erase_later(kind as u32);
        }
    }
    left
}

/// Erases the cookies that came with answers of a server: no script was asked about them.
pub fn sweep() {
    for name in &erasable(ItemKind::Cookie) {
        host::erase(name, ItemKind::Cookie as u32);
    }
}

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

fn has_rule(kind: ItemKind) -> bool {
    let covers = Covers::Item(kind);
    core().is_some_and(|core| core.policy.rules.iter().any(|rule| rule.covers == covers))
}

fn erasable(kind: ItemKind) -> Vec<String> {
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
