//! Signed texts, after C2SP `signed-note`: a text, an empty line, a line for each signature, by
//! Ed25519 (RFC 8032); and the keys as one line each. Where a private key is kept, and where its
//! random bits come from, is the program's affair.

use alloc::{string::String, vec::Vec};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::hash::{digest_of, hex};

/// The kind of key and signature that this file knows.
const ED25519: u8 = 1;
/// What a private key begins with.
const PRIVATE: &str = "PRIVATE+KEY+";
/// How a line of a signature begins.
const DASH: &str = "\u{2014} ";
/// The most signatures that are read.
const MOST_SIGNATURES: usize = 16;

/// A public key, and the name it goes by.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicKey {
    /// The name; by custom the origin of the log.
    pub name: String,
    key: VerifyingKey,
}

impl PublicKey {
    /// Reads `name+id+key`; nothing where it is not one of Ed25519, or its id is another's.
    ///
    /// ```
    /// use consentinel::note::PublicKey;
    /// let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    /// assert_eq!(PublicKey::read(key).unwrap().text(), key);
    /// ```
    pub fn read(text: &str) -> Option<PublicKey> {
        let (name, key) = named_bytes(text)?;
        let key = PublicKey { name, key: VerifyingKey::from_bytes(&key).ok()? };
        (key.text() == text).then_some(key)
    }

    /// The key as one line, without its end.
    pub fn text(&self) -> String {
        line("", &self.name, self.id(), self.key.as_bytes())
    }

    fn id(&self) -> [u8; 4] {
        let hash = digest_of(&[self.name.as_bytes(), b"\n", &[ED25519], self.key.as_bytes()]);
        hash.first_chunk().copied().unwrap_or_default()
    }
}

/// A private key, and the name it goes by.
pub struct PrivateKey {
    public: PublicKey,
    key: SigningKey,
}

impl PrivateKey {
    /// The key of these random bits; nothing where the name has a space or a `+`, or is empty.
    pub fn new(name: &str, seed: [u8; 32]) -> Option<PrivateKey> {
        let key = SigningKey::from_bytes(&seed);
        let public = PublicKey { name: String::from(name), key: key.verifying_key() };
        is_name(name).then_some(PrivateKey { public, key })
    }

    /// Reads `PRIVATE+KEY+name+id+key`.
    pub fn read(text: &str) -> Option<PrivateKey> {
        let (name, seed) = named_bytes(text.strip_prefix(PRIVATE)?)?;
        PrivateKey::new(&name, seed).filter(|key| key.text() == text)
    }

    /// The key as one line, without its end.
    pub fn text(&self) -> String {
        line(PRIVATE, &self.public.name, self.public.id(), self.key.as_bytes())
    }

    /// What others verify its signatures with.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The line, with its end, that signs this text.
    pub fn sign(&self, text: &str) -> String {
        let mut bytes = Vec::from(self.public.id());
        bytes.extend(self.key.sign(text.as_bytes()).to_bytes());
        let mut line = String::from(DASH);
        line.push_str(&self.public.name);
        line.push(' ');
        STANDARD.encode_string(bytes, &mut line);
        line.push('\n');
        line
    }
}

/// What a public key says of a note.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Signed {
    /// It signed this text.
    Yes,
    /// There is a signature by its name and id, which does not fit the text.
    Wrong,
    /// There is none by it.
    No,
}

/// A signed text, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Note<'a> {
    /// The text, with its last line feed.
    pub text: &'a str,
    /// Name, id and bytes of each signature; the bytes may be of a kind that nobody here knows.
    signatures: Vec<(&'a str, Vec<u8>)>,
}

impl Note<'_> {
    /// Reads a note; nothing where it has not the form of one.
    pub fn read(note: &str) -> Option<Note<'_>> {
        let end = note.rfind("\n\n")?;
        let (text, lines) = (note.get(..=end)?, note.get(end + 2..)?);
        let is_control = |byte: u8| byte < b' ' && byte != b'\n';
        if text.len() < 2 || note.bytes().any(is_control) {
            return None;
        }
        let mut signatures = Vec::new();
        for line in lines.strip_suffix('\n')?.split('\n') {
            let (name, bytes) = line.strip_prefix(DASH)?.split_once(' ')?;
            let bytes = STANDARD.decode(bytes).ok()?;
            if !is_name(name) || bytes.len() < 5 || signatures.len() == MOST_SIGNATURES {
                return None;
            }
            signatures.push((name, bytes));
        }
        Some(Note { text, signatures })
    }

    /// Whether this key signed it.
    pub fn is_signed_by(&self, key: &PublicKey) -> Signed {
        let mut answer = Signed::No;
        for (name, bytes) in &self.signatures {
            let Some((id, signature)) = bytes.split_first_chunk() else { continue };
            if *name != key.name || *id != key.id() {
                continue;
            }
            let signature = Signature::from_slice(signature).ok();
            let is_right =
                |signature| key.key.verify_strict(self.text.as_bytes(), &signature).is_ok();
            if signature.is_some_and(is_right) {
                return Signed::Yes;
            }
            answer = Signed::Wrong;
        }
        answer
    }

    /// The names under which it is signed, whether or not anybody can tell that the signatures fit.
    pub fn names(&self) -> Vec<&str> {
        self.signatures.iter().map(|(name, _)| *name).collect()
    }
}

/// Whether a key may have this name.
pub fn is_name(name: &str) -> bool {
    let is_wrong = |character: char| character.is_whitespace() || character == '+';
    !name.is_empty() && !name.contains(is_wrong)
}

/// The name of `name+id+key`, and the 32 bytes of the key; the id is for the caller to compare.
fn named_bytes(text: &str) -> Option<(String, [u8; 32])> {
    let mut parts = text.splitn(3, '+');
    let (name, _, key) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = STANDARD.decode(key).ok()?;
    let (kind, key) = bytes.split_first()?;
    let is_right = *kind == ED25519 && is_name(name);
    <[u8; 32]>::try_from(key).ok().filter(|_| is_right).map(|key| (String::from(name), key))
}

fn line(before: &str, name: &str, id: [u8; 4], key: &[u8]) -> String {
    let mut bytes = Vec::from([ED25519]);
    bytes.extend_from_slice(key);
    let mut line = String::from(before);
    for part in [name, "+", &hex(&id), "+"] {
        line.push_str(part);
    }
    STANDARD.encode_string(bytes, &mut line);
    line
}
