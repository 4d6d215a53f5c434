//! The month of a log that records come into: its tree, and what its checkpoint says. How it is written down is the
//! affair of each store.

use std::collections::BTreeMap;

use consentinel::{
    checkpoint::Checkpoint,
    export::origin_of,
    merkle::{Tree, leaf},
};
use consentinel_audit::time::day;

use super::StoreError;

/// The month of a time.
pub fn month_at(at_ms: i64) -> String {
    day(at_ms).chars().take(7).collect()
}

/// A month that is open.
pub struct Open {
    /// Its name, such as `2026-11`.
    pub month: String,
    /// What the checkpoint of the month before says; empty in the first one.
    pub after: String,
    /// Its tree.
    pub tree: Tree,
    /// How many records name each document, of those that came since it was read.
    pub named: BTreeMap<i64, i64>,
}

impl Open {
    /// Begins a month.
    pub fn new(month: String, after: String) -> Open {
        let mut tree = Tree::default();
        if !after.is_empty() {
            tree.push(leaf(after.as_bytes()));
        }
        Open { month, after, tree, named: BTreeMap::new() }
    }

    /// Goes on with one: `size` and `whole` are what [`Open::size`] and [`Open::whole`] said.
    pub fn resume(
        month: String,
        after: String,
        size: i64,
        whole: &[u8],
    ) -> Result<Open, StoreError> {
        let (hashes, rest) = whole.as_chunks::<32>();
        let tree = u64::try_from(size).ok().filter(|_| rest.is_empty());
        let tree = tree.and_then(|size| Tree::resume(size, hashes.to_vec()));
        let tree = tree.ok_or_else(|| StoreError(format!("the tree of {month} is damaged")))?;
        Ok(Open { month, after, tree, named: BTreeMap::new() })
    }

    /// How many leaves its tree has.
    pub fn size(&self) -> i64 {
        i64::try_from(self.tree.size()).unwrap_or(i64::MAX)
    }

    /// The roots of the whole subtrees, one behind the other.
    pub fn whole(&self) -> Vec<u8> {
        self.tree.whole().concat()
    }

    /// Its checkpoint as it stands, in the log of this origin.
    pub fn checkpoint(&self, origin: &str) -> Checkpoint {
        let origin = origin_of(origin, &self.month);
        Checkpoint { origin, size: self.tree.size(), root: self.tree.root() }
    }
}
