//! The hash trees of an export, kept so that records can be shown without the others (docs/export.md, "A proof"). 32
//! bytes for each record; whoever wants one proof of a very long export asks `consentinel prove`, which keeps a month.

use consentinel::{
    checkpoint::Proof,
    export::Line,
    hash::Hash,
    merkle::{inclusion, leaf},
};

/// Where a record is: which month of the file, which leaf.
pub type Leaf = (u32, u32);

/// The leaves of each month, and its checkpoint with the signatures.
#[derive(Default)]
pub struct Leaves(Vec<(Vec<Hash>, String)>);

impl Leaves {
    /// Takes the next line of an export and the hash of its bytes; answers where the record is, if it is one.
    pub fn take(&mut self, line: &Line, hash: &Hash) -> Leaf {
        if let Line::Month { after, .. } = line {
            let before = (!after.is_empty()).then(|| leaf(after.as_bytes()));
            self.0.push((before.into_iter().collect(), String::new()));
        }
        let months = self.0.len();
        let Some((leaves, checkpoint)) = self.0.last_mut() else { return (0, 0) };
        let place = (months.saturating_sub(1) as u32, leaves.len() as u32);
        match line {
            Line::Record(_) => leaves.push(leaf(hash)),
            Line::Erased(hash) => leaves.push(leaf(hash)),
            Line::Checkpoint(text) => checkpoint.clone_from(text),
            _ => {}
        }
        place
    }

    /// The proof of the record there, whose line this is.
    pub fn proof(&self, (month, at): Leaf, line: &[u8]) -> Option<String> {
        let (leaves, checkpoint) = self.0.get(month as usize)?;
        let path = inclusion(leaves, at as usize)?;
        let (record, checkpoint) = (line.to_vec(), checkpoint.clone());
        Some(Proof { record, index: at.into(), path, checkpoint }.text())
    }
}
