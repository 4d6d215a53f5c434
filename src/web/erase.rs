//! Erases what the gate would not let in: cookies in every shape script can reach, local and session
//! storage keys. What is still there afterwards is handed back (law R23). Which names those are is
//! the gate's answer ([`gate::is_erasable`]).

use alloc::{string::String, vec::Vec};

use crate::{cookie, gate, json::insert_sorted, policy::ItemKind};

use super::{core, host, source};

/// Erases, looks again, and returns the names that stayed, sorted.
pub fn erase() -> Vec<String> {
    let mut left = Vec::new();
    for kind in ItemKind::ALL {
        for name in &erasable(kind) {
            host::erase(name, kind as u32);
        }
        for name in erasable(kind) {
            insert_sorted(&mut left, name);
        }
    }
    left
}

fn erasable(kind: ItemKind) -> Vec<String> {
    let mut names = Vec::new();
    // The first look into a storage can cost a page ten milliseconds: only where there is a rule for it.
    let word = kind.word();
    if !core().is_some_and(|core| core.policy.rules.iter().any(|rule| rule.kind == word)) {
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
