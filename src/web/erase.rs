//! Erases what the gate would not let in: cookies in every shape script can reach, local and session
//! storage keys. What is still there afterwards is handed back (law R23). Which names those are is
//! the gate's answer ([`gate::is_erasable`]).

use alloc::{string::String, vec::Vec};

use crate::{
    cookie, gate,
    json::insert_sorted,
    policy::{ItemKind, Policy},
    state::State,
};

use super::{host, source};

/// Erases, looks again, and returns the names that stayed, sorted.
pub fn erase(policy: &Policy, state: &State) -> Vec<String> {
    let mut left = Vec::new();
    for kind in ItemKind::ALL {
        for name in erasable(policy, state, kind) {
            match kind {
                ItemKind::Cookie => host::remove_cookie(&name),
                ItemKind::LocalStorage => host::forget(false, &name),
                ItemKind::SessionStorage => host::forget(true, &name),
            }
        }
        for name in erasable(policy, state, kind) {
            insert_sorted(&mut left, name);
        }
    }
    left
}

fn erasable(policy: &Policy, state: &State, kind: ItemKind) -> Vec<String> {
    let mut names = Vec::new();
    match kind {
        ItemKind::Cookie => {
            for name in cookie::names(&host::read_cookies()) {
                names.push(String::from(name));
            }
        }
        ItemKind::LocalStorage => names = source::texts(&host::keys(false)),
        ItemKind::SessionStorage => names = source::texts(&host::keys(true)),
    }
    names.retain(|name| gate::is_erasable(policy, state, kind, name));
    names
}
