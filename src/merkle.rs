//! The hash tree of RFC 6962, section 2.1, with SHA-256: its root, and the two proofs, that a leaf is
//! in it and that a tree goes on from an earlier one. What the leaves stand for is the export's affair.
//!
//! ```
//! use consentinel::merkle::{Tree, inclusion, is_included, leaf};
//! let leaves = [leaf(b"one"), leaf(b"two"), leaf(b"three")];
//! let mut tree = Tree::default();
//! leaves.iter().for_each(|leaf| tree.push(*leaf));
//! let proof = inclusion(&leaves, 1).unwrap();
//! assert!(is_included(&leaves[1], 1, tree.size(), &proof, &tree.root()));
//! assert!(!is_included(&leaves[0], 1, tree.size(), &proof, &tree.root()));
//! ```

use alloc::vec::Vec;

use crate::hash::{Hash, digest, digest_of};

/// The hash of a leaf with these data.
pub fn leaf(data: &[u8]) -> Hash {
    digest_of(&[&[0], data])
}

/// The hash of a node over two others.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    digest_of(&[&[1], left, right])
}

/// A tree that grows leaf by leaf and keeps no more of them than its root needs: the roots of the
/// whole subtrees, at most one for each bit of its size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    size: u64,
    /// The roots of the whole subtrees, the largest first.
    whole: Vec<Hash>,
}

impl Tree {
    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the whole subtrees, the largest first: with the size, all that the tree is, so that whoever keeps
    /// both goes on with it later.
    pub fn whole(&self) -> &[Hash] {
        &self.whole
    }

    /// The tree of this size with these whole subtrees; nothing where a tree of that size has another number of them.
    ///
    /// ```
    /// use consentinel::merkle::{Tree, leaf};
    /// let mut tree = Tree::default();
    /// tree.push(leaf(b"one"));
    /// assert_eq!(Tree::resume(tree.size(), tree.whole().to_vec()), Some(tree));
    /// assert_eq!(Tree::resume(1, Vec::new()), None);
    /// ```
    pub fn resume(size: u64, whole: Vec<Hash>) -> Option<Tree> {
        let is_right = usize::try_from(size.count_ones()).is_ok_and(|count| count == whole.len());
        is_right.then_some(Tree { size, whole })
    }

    /// Adds the hash of a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut root = leaf;
        // Two subtrees of one size become one, as a carry does in adding one.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.whole.pop() {
                root = node(&left, &root);
            }
        }
        self.whole.push(root);
        self.size += 1;
    }

    /// The root; that of no leaves is the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut rest = self.whole.iter().rev();
        let Some(last) = rest.next() else {
            return digest(&[]);
        };
        rest.fold(*last, |right, left| node(left, &right))
    }
}

/// The root over these hashes of leaves.
fn root(leaves: &[Hash]) -> Hash {
    let mut tree = Tree::default();
    for leaf in leaves {
        tree.push(*leaf);
    }
    tree.root()
}

/// Where a tree of so many leaves, more than one, is divided: the largest power of two below that.
fn middle(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// The proof that the leaf at `index` is in the tree over `leaves` (section 2.1.1); nothing where
/// there is no such leaf.
pub fn inclusion(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    leaves.get(index)?;
    let mut proof = Vec::new();
    let (mut leaves, mut index) = (leaves, index);
    while leaves.len() > 1 {
        let (left, right) = leaves.split_at_checked(middle(leaves.len()))?;
        if index < left.len() {
            proof.push(root(right));
            leaves = left;
        } else {
            proof.push(root(left));
            index -= left.len();
            leaves = right;
        }
    }
    // From the leaf upwards, as the RFC writes it.
    proof.reverse();
    Some(proof)
}

/// The proof that the tree over `leaves` goes on from the one over the first `old` of them (section
/// 2.1.2); nothing where there are not so many. It is empty for all of them, and for none.
pub fn consistency(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    let mut proof = Vec::new();
    if old > leaves.len() {
        return None;
    }
    if old == 0 {
        return Some(proof);
    }
    let (mut leaves, mut old) = (leaves, old);
    // Whether what is looked at is the earlier tree as a whole, whose root the reader has.
    let mut is_known = true;
    while old < leaves.len() {
        let (left, right) = leaves.split_at_checked(middle(leaves.len()))?;
        if old <= left.len() {
            proof.push(root(right));
            leaves = left;
        } else {
            proof.push(root(left));
            old -= left.len();
            leaves = right;
            is_known = false;
        }
    }
    if !is_known {
        proof.push(root(leaves));
    }
    proof.reverse();
    Some(proof)
}

/// Whether a proof shows that `leaf` is the one at `index` in a tree of this size and root (RFC 9162,
/// section 2.1.3.2).
pub fn is_included(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for other in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(other, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, other);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether a proof shows that a tree of size `new` and root `new_root` goes on from one of size `old`
/// and root `old_root` (RFC 9162, section 2.1.4.2).
pub fn is_consistent(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old >= new || old == 0 {
        let is_same = old == new && old_root == new_root;
        let is_nothing = old == 0 && new > 0 && *old_root == digest(&[]);
        return proof.is_empty() && (is_same || is_nothing);
    }
    let mut rest = proof.iter();
    // The earlier tree as a whole is a node of the later one where its size is a power of two.
    let start = if old.is_power_of_two() { Some(old_root) } else { rest.next() };
    let Some(start) = start else {
        return false;
    };
    let (mut at, mut last) = (old - 1, new - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut older, mut newer) = (*start, *start);
    for other in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            older = node(other, &older);
            newer = node(other, &newer);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            newer = node(&newer, other);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && older == *old_root && newer == *new_root
}
