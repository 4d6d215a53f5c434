//! Checkpoints, after C2SP `tlog-checkpoint`: which tree, how large, with which root; and the proofs
//! that are handed out with one, after C2SP `tlog-proof` and `tlog-witness`. docs/export.md says which
//! of it an export has. Signatures are `note.rs`, the hashes `merkle.rs`.

use alloc::{string::String, vec::Vec};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    hash::Hash,
    json::push_unsigned,
    merkle,
    note::{Note, PrivateKey},
};

/// The first line of a proof that a record is in a tree.
const PROOF: &str = "c2sp.org/tlog-proof@v1";
/// The longest path of a proof: one hash for each bit of a size.
const LONGEST_PATH: usize = 64;

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Which tree.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The hash over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed: three lines, each with its line feed.
    ///
    /// ```
    /// use consentinel::{checkpoint::Checkpoint, hash::digest};
    /// let checkpoint = Checkpoint { origin: "a.example".into(), size: 0, root: digest(b"") };
    /// let text = "a.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    /// assert_eq!(checkpoint.text(), text);
    /// assert_eq!(Checkpoint::read(text), Some(checkpoint));
    /// ```
    pub fn text(&self) -> String {
        let mut text = self.origin.clone();
        text.push('\n');
        push_unsigned(self.size, 10, &mut text);
        text.push('\n');
        push_hash(&self.root, &mut text);
        text
    }

    /// Reads such a text; nothing where it is not one to the byte.
    pub fn read(text: &str) -> Option<Checkpoint> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let checkpoint = Checkpoint {
            origin: String::from(origin),
            size: size.parse().ok()?,
            root: read_hash(root)?,
        };
        let is_right = !origin.is_empty() && checkpoint.text() == text;
        is_right.then_some(checkpoint)
    }

    /// Reads a signed text, or one that nobody signed: what it says, and the note where it is one.
    pub fn read_note(note: &str) -> Option<(Checkpoint, Option<Note<'_>>)> {
        match Checkpoint::read(note) {
            Some(checkpoint) => Some((checkpoint, None)),
            None => {
                let note = Note::read(note)?;
                Some((Checkpoint::read(note.text)?, Some(note)))
            }
        }
    }
}

/// A text of a checkpoint, signed or not, with one more signature.
pub fn signed(note: &str, key: &PrivateKey) -> String {
    let text = Note::read(note).map_or(note, |note| note.text);
    let mut out = String::from(note);
    if text.len() == note.len() {
        out.push('\n');
    }
    out.push_str(&key.sign(text));
    out
}

/// One record, shown without the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The record's line.
    pub record: Vec<u8>,
    /// The place of its leaf.
    pub index: u64,
    /// The inclusion proof.
    pub path: Vec<Hash>,
    /// The checkpoint as it stands in the export, with its signatures.
    pub checkpoint: String,
}

impl Proof {
    /// The proof as a text.
    pub fn text(&self) -> String {
        let mut text = String::from(PROOF);
        text.push_str("\nextra ");
        STANDARD.encode_string(&self.record, &mut text);
        text.push_str("\nindex ");
        push_unsigned(self.index, 10, &mut text);
        text.push('\n');
        push_path(&self.path, &self.checkpoint, &mut text);
        text
    }

    /// Reads a proof; nothing where it is not one to the byte.
    pub fn read(text: &str) -> Option<Proof> {
        let rest = text.strip_prefix(PROOF)?.strip_prefix("\nextra ")?;
        let (record, rest) = rest.split_once("\nindex ")?;
        let (index, rest) = rest.split_once('\n')?;
        let (path, checkpoint) = read_path(rest)?;
        let proof = Proof {
            record: STANDARD.decode(record).ok()?,
            index: index.parse().ok()?,
            path,
            checkpoint: String::from(checkpoint),
        };
        (proof.text() == text).then_some(proof)
    }

    /// Whether the record is in the tree of the checkpoint.
    pub fn holds(&self) -> bool {
        let Some((checkpoint, _)) = Checkpoint::read_note(&self.checkpoint) else {
            return false;
        };
        let leaf = merkle::leaf(&crate::hash::digest(&self.record));
        merkle::is_included(&leaf, self.index, checkpoint.size, &self.path, &checkpoint.root)
    }
}

/// The proof that a tree goes on from one of size `old`, with the checkpoint of the later one.
pub fn consistency_text(old: u64, path: &[Hash], checkpoint: &str) -> String {
    let mut text = String::from("old ");
    push_unsigned(old, 10, &mut text);
    text.push('\n');
    push_path(path, checkpoint, &mut text);
    text
}

fn push_path(path: &[Hash], checkpoint: &str, text: &mut String) {
    for hash in path {
        push_hash(hash, text);
    }
    text.push('\n');
    text.push_str(checkpoint);
}

/// Hashes, one a line, an empty line, and what follows.
fn read_path(text: &str) -> Option<(Vec<Hash>, &str)> {
    let mut path = Vec::new();
    let mut rest = text;
    loop {
        let (line, after) = rest.split_once('\n')?;
        if line.is_empty() {
            return Some((path, after));
        }
        if path.len() == LONGEST_PATH {
            return None;
        }
        path.push(read_hash(line)?);
        rest = after;
    }
}

fn push_hash(hash: &Hash, text: &mut String) {
    STANDARD.encode_string(hash, text);
    text.push('\n');
}

fn read_hash(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}
