//! Erases what the gate would not let in: cookies in every shape script can reach, local and session
//! storage keys. What is still there afterwards is handed back (law R23). Which names those are says
//! `erasable`.

use alloc::{string::String, vec::Vec};

use crate::{json::insert_sorted, policy::ItemKind};

use super::{
    erasable::{erasable, has_rule},
    host,
};

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
    for kind in ItemKind::FOUND_LATER {
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
