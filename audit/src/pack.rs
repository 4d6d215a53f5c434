//! The manifest of a proof pack: every file of it by its hash, in one signed text (C2SP `signed-note`), and what differs
//! between a manifest and the files that are there. The archive and the pictures in it are the program's affair
//! (`cli/src/pack.rs`); docs/audit.md, "The proof pack", is the specification.

use std::collections::BTreeMap;

use consentinel::{
    export::signature,
    hash::{hex, is_hash},
    note::{Note, PublicKey},
    problem::Code,
};

use crate::problems::Problems;

/// The name of the manifest in the archive.
pub const MANIFEST: &str = "manifest";
/// The first line of a manifest.
const FORMAT: &str = "consentinel-pack v1";

/// What a manifest says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    /// When the pack was made: ISO 8601 in UTC, by the clock of whoever made it.
    pub made: String,
    /// The hash of the policy's canonical form, as records name it, its id and its revision.
    pub policy: String,
    /// The hash of each file by its path.
    pub files: BTreeMap<String, String>,
}

impl Manifest {
    /// The text that is signed.
    ///
    /// ```
    /// use consentinel_audit::pack::Manifest;
    /// let mut manifest = Manifest { made: "2026-11-01T00:00:00.000Z".into(), ..Manifest::default() };
    /// manifest.policy = "site 1".into();
    /// manifest.files.insert("policy.json".into(), "a".repeat(64));
    /// assert_eq!(Manifest::read(&manifest.text()), Some(manifest));
    /// ```
    pub fn text(&self) -> String {
        let mut text = format!("{FORMAT}\nmade {}\npolicy {}\n", self.made, self.policy);
        for (path, hash) in &self.files {
            text.push_str(&format!("{hash} {path}\n"));
        }
        text
    }

    /// Reads such a text; nothing where it is not one to the byte.
    pub fn read(text: &str) -> Option<Manifest> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let mut manifest = Manifest::default();
        if lines.next()? != FORMAT {
            return None;
        }
        manifest.made = String::from(lines.next()?.strip_prefix("made ")?);
        manifest.policy = String::from(lines.next()?.strip_prefix("policy ")?);
        for line in lines {
            let (hash, path) = line.split_once(' ')?;
            let known = manifest.files.insert(String::from(path), String::from(hash));
            if !is_hash(hash) || !is_path(path) || known.is_some() {
                return None;
            }
        }
        (manifest.text() == text).then_some(manifest)
    }
}

/// Whether a file of a pack may be called so: parts of letters, digits, `.`, `_` and `-`, apart by `/`, none of them
/// leading anywhere else.
pub fn is_path(path: &str) -> bool {
    let is_part = |part: &str| {
        let is_right =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(is_right)
    };
    path != MANIFEST && path.split('/').all(is_part)
}

/// A name as it may be printed: whoever made the archive chose it.
pub fn visible(path: &str) -> String {
    if is_path(path) { String::from(path) } else { path.escape_default().take(200).collect() }
}

/// Judges the files of a pack: the bytes of its manifest, where there is one, and the path and hash of every other file. The manifest comes back where it can be read.
pub fn judge(
    manifest: Option<&[u8]>,
    files: &[(String, [u8; 32])],
    keys: &[PublicKey],
) -> (Option<Manifest>, Problems) {
    let mut problems = Problems::default();
    let mut add = |code: Code, path: &str, found: &str| {
        problems.add_at(code, 0, found, &|| visible(path));
    };
    let text = manifest.and_then(|bytes| std::str::from_utf8(bytes).ok());
    let note = text.and_then(Note::read);
    let said = note.as_ref().map_or(text, |note| Some(note.text));
    let Some(manifest) = said.and_then(Manifest::read) else {
        add(Code::PackForm, MANIFEST, if manifest.is_some() { "" } else { "nothing" });
        return (None, problems);
    };
    if let Some((code, found)) = signature(note.as_ref(), keys) {
        add(code, MANIFEST, &found);
    }
    let mut missing = manifest.files.clone();
    for (path, hash) in files {
        match missing.remove(path) {
            None => add(Code::PackAdded, path, ""),
            Some(named) if named != hex(hash) => add(Code::PackChanged, path, &hex(hash)),
            Some(_) => {}
        }
    }
    for path in missing.keys() {
        add(Code::PackMissing, path, "");
    }
    (Some(manifest), problems)
}
