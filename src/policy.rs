//! The policy: the site owner's document, read. What it means is said in docs/policy.md.
//!
//! The document itself is kept, cleaned of what was wrong with it, beside the few things that are
//! asked for all the time: which categories there are, and which names they cover. `read` makes both
//! and reports every problem. Nothing here decides about an attempt: that is [`crate::gate`].

mod read;

pub use read::{MAX_BYTES, read};

use alloc::{string::String, vec::Vec};

use crate::{
    hash,
    json::{Json, insert_sorted, next_entry},
    text,
};

/// The cookie that holds the visitor's current choices.
pub const STATE_COOKIE: &str = "consentinel";
/// The local-storage key that holds the browser's ledger.
pub const LEDGER_KEY: &str = "consentinel-ledger";

/// A purpose the visitor answers for as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// Free id of the site, such as `analytics`.
    pub id: String,
    /// Strictly necessary: allowed at all times, explained, never asked for.
    pub is_necessary: bool,
}

/// Where an item is kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ItemKind {
    /// An HTTP cookie that script can see.
    Cookie,
    /// A key of `localStorage`.
    LocalStorage,
    /// A key of `sessionStorage`.
    SessionStorage,
}

impl ItemKind {
    /// Every kind.
    pub const ALL: [ItemKind; 3] =
        [ItemKind::Cookie, ItemKind::LocalStorage, ItemKind::SessionStorage];

    /// The word of the policy.
    pub fn word(self) -> &'static str {
        match self {
            ItemKind::Cookie => "cookie",
            ItemKind::LocalStorage => "local-storage",
            ItemKind::SessionStorage => "session-storage",
        }
    }
}

/// What the gate needs to know of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Exact name, or a glob ([`crate::pattern`]).
    pub name: String,
    /// The word of an [`ItemKind`]; empty in the rule of an item that was left out for a mistake.
    /// Such a rule refuses its name everywhere, so that no wider rule lets it pass.
    pub kind: String,
    /// Position of its category in [`Policy::categories`].
    pub category: usize,
}

/// The whole policy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// The document, without what was wrong with it. Defaults are not written into it.
    pub document: Json,
    /// What is asked for, in the order shown.
    pub categories: Vec<Category>,
    /// Ids of the services, each with the position of its category.
    pub services: Vec<(String, usize)>,
    /// The names that are covered.
    pub rules: Vec<Rule>,
    /// Whether names that no rule covers pass (`"undeclared": "allow"`). Default: they do not.
    pub allow_undeclared: bool,
    /// Life of a grant in days.
    pub lifetime_days: i64,
    /// Life of a refusal in days.
    pub refusal_lifetime_days: i64,
}

impl Policy {
    /// The policy of a page whose own one could not be read: nobody to ask for, nothing declared,
    /// so everything is refused.
    pub fn closed() -> Policy {
        Policy::default()
    }

    /// The category that `name` names: its id, or the id of one of its services.
    pub fn category_named(&self, name: &str) -> Option<usize> {
        self.own_category_named(name).or_else(|| self.category_of_service(name))
    }

    /// The position of the category with this id.
    pub(crate) fn own_category_named(&self, id: &str) -> Option<usize> {
        for (position, category) in self.categories.iter().enumerate() {
            if category.id == id {
                return Some(position);
            }
        }
        None
    }

    /// The position of the category of the service with this id.
    pub(crate) fn category_of_service(&self, id: &str) -> Option<usize> {
        for (service, category) in &self.services {
            if service == id {
                return Some(*category);
            }
        }
        None
    }

    /// The id of the category at this position; empty when there is none.
    pub fn category_id(&self, position: usize) -> &str {
        match self.categories.get(position) {
            Some(category) => &category.id,
            None => "",
        }
    }

    /// Whether a visitor is asked about the category at this position.
    pub fn is_optional(&self, position: usize) -> bool {
        self.categories.get(position).is_some_and(|category| !category.is_necessary)
    }

    /// Whether there is anything to ask a visitor about.
    pub fn has_optional(&self) -> bool {
        self.categories.iter().any(|category| !category.is_necessary)
    }

    /// The SHA-256 of the canonical form.
    pub fn hash(&self) -> String {
        hash::sha256(self.document.canonical().as_bytes())
    }

    /// A short hash of all that a visitor was told about one category in `language`: when it
    /// changes, the visitor is asked about this category again, and about no other (law R28).
    ///
    /// Only the language shown counts, so that adding a translation asks nobody again. The
    /// controller's name is part of it: consent is given to somebody.
    pub fn category_hash(&self, position: usize, language: &str) -> String {
        let id = self.category_id(position);
        let mut told = Vec::new();
        for (list, key) in [("categories", "id"), ("services", "category"), ("items", "category")] {
            for entry in self.document.list_at(list) {
                if entry.text_at(key) == id {
                    insert_sorted(&mut told, localized(entry, language).canonical());
                }
            }
        }
        if let Some(controller) = self.document.field("controller") {
            told.push(String::from(controller.text_at("name")));
        }
        let hash = hash::sha256(Json::texts(&told).canonical().as_bytes());
        // 48 bits: enough to see a change, short enough for sixteen categories in one cookie.
        String::from(text::part(&hash, 0, 12))
    }
}

/// An entry of the document in one language: every text in several languages becomes the one text
/// that a visitor of this language reads.
pub(crate) fn localized(entry: &Json, language: &str) -> Json {
    let Json::Object(fields) = entry else {
        return entry.clone();
    };
    let mut out = Json::object();
    for (key, value) in fields {
        match value {
            // The only objects inside entries are texts.
            Json::Object(texts) => out.put_text(key, text_within(texts, language)),
            other => out.put(key, other.clone()),
        }
    }
    out
}

/// The text for `language`: that tag, then its primary tag, then English, then the first by tag.
fn text_within<'a>(entries: &'a [(String, Json)], language: &str) -> &'a str {
    for wanted in [language, primary_tag(language), "en"] {
        for (tag, text) in entries {
            if tag.eq_ignore_ascii_case(wanted) {
                return text.as_text().unwrap_or_default();
            }
        }
    }
    match next_entry(entries, None) {
        Some((_, Json::Text(text))) => text,
        _ => "",
    }
}

/// The part of a language tag before the first hyphen (RFC 5646 §2.2.1).
pub(crate) fn primary_tag(language: &str) -> &str {
    text::split(language, b'-').0
}
