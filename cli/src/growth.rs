//! The trees of an export as they were at earlier sizes: by that whoever kept a checkpoint sees that the export goes on from
//! it. Lines are taken in their order; the hashing is the core's.

use std::collections::BTreeMap;

use consentinel::{
    export::Line,
    hash::Hash,
    merkle::{Tree, leaf},
};

/// The trees of all months, and their roots at the sizes that are asked for.
#[derive(Default)]
pub struct Growth {
    month: String,
    trees: BTreeMap<String, Tree>,
    /// By month and size; nothing where the month never was so long.
    roots: BTreeMap<(String, u64), Option<Hash>>,
}

impl Growth {
    /// Asks for the root that a month had at this size.
    pub fn ask(&mut self, month: &str, size: u64) {
        let root = (size == 0).then(|| Tree::default().root());
        self.roots.insert((String::from(month), size), root);
    }

    /// Takes the next line, with its hash; answers the leaf that it is in the tree of its month.
    pub fn take(&mut self, line: &Line, hash: &Hash) -> Option<(&str, Hash)> {
        let leaf = match line {
            Line::Month { month, after } => {
                self.month.clone_from(month);
                self.trees.entry(month.clone()).or_default();
                (!after.is_empty()).then(|| leaf(after.as_bytes()))?
            }
            Line::Record(_) => leaf(hash),
            Line::Erased(hash) => leaf(hash),
            _ => return None,
        };
        let tree = self.trees.entry(self.month.clone()).or_default();
        tree.push(leaf);
        if let Some(root) = self.roots.get_mut(&(self.month.clone(), tree.size())) {
            *root = Some(tree.root());
        }
        Some((&self.month, leaf))
    }

    /// How many leaves the tree of a month has now.
    pub fn size(&self, month: &str) -> u64 {
        self.trees.get(month).map_or(0, Tree::size)
    }

    /// The root that was asked for.
    pub fn root(&self, month: &str, size: u64) -> Option<Hash> {
        self.roots.get(&(String::from(month), size)).copied().flatten()
    }
}
