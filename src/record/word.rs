//! Words of a record: what was done, and through what. Version 1 has a closed list of each. From version 2 on the lists
//! are open: a newer program may write another word, which a verifier keeps and tells, and takes for no mistake.
//!
//! Left out: what each word means for the rest of the record (`examine.rs`).

use super::{Action, Text, VERSION, Via, read::is_id};

/// A list of words.
pub trait Listed: Copy + PartialEq + 'static {
    /// Every one that is known.
    const KNOWN: &'static [Self];
    /// Whether version 1 has it.
    fn is_first(self) -> bool;
    /// As a record writes it.
    fn word(self) -> &'static str;
}

impl Listed for Action {
    const KNOWN: &'static [Action] = Action::ALL;
    fn is_first(self) -> bool {
        !matches!(self, Action::Import | Action::OptOut)
    }
    fn word(self) -> &'static str {
        Action::word(self)
    }
}

impl Listed for Via {
    const KNOWN: &'static [Via] = Via::ALL;
    fn is_first(self) -> bool {
        !matches!(self, Via::Tool | Via::Signal)
    }
    fn word(self) -> &'static str {
        Via::word(self)
    }
}

/// A word of such a list, or another one.
///
/// ```
/// use consentinel::record::{Action, Word};
/// let known: Word<Action> = Word::read("import", 2).unwrap();
/// assert_eq!(known, Action::Import);
/// assert_eq!(Word::<Action>::read("import", 1), None);
/// let newer: Word<Action> = Word::read("adjust", 2).unwrap();
/// assert_eq!((newer.known(), newer.word()), (None, "adjust"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Word<T> {
    /// One of the list.
    Known(T),
    /// One that a newer program wrote.
    Other(Text),
}

impl<T: Listed> Word<T> {
    /// The word in a record of this version; nothing where such a record cannot have it: 1 to 64 characters of `a-z`,
    /// `0-9` and `-`, and in version 1 one of the list.
    pub fn read(text: &str, version: i64) -> Option<Word<T>> {
        let is_later = version > VERSION;
        let known = T::KNOWN.iter().copied().find(|one| one.word() == text);
        match known.filter(|one| is_later || one.is_first()) {
            Some(known) => Some(Word::Known(known)),
            None => (is_later && is_id(text)).then(|| Word::Other(Text::from(text))),
        }
    }

    /// The one of the list; nothing where it is another word.
    pub fn known(&self) -> Option<T> {
        match self {
            Word::Known(known) => Some(*known),
            Word::Other(_) => None,
        }
    }

    /// As the record writes it.
    pub fn word(&self) -> &str {
        match self {
            Word::Known(known) => known.word(),
            Word::Other(text) => text,
        }
    }
}

impl<T: PartialEq> PartialEq<T> for Word<T> {
    fn eq(&self, other: &T) -> bool {
        matches!(self, Word::Known(known) if known == other)
    }
}
