//! The policy: the site owner's document, read. What it means is said in docs/policy.md.
//!
//! The document itself is kept, cleaned of what was wrong with it, beside the few things that are
//! asked for all the time: which categories there are, and which names they cover. `read` makes both
//! and reports every problem. Nothing here decides about an attempt: that is [`crate::gate`].

#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
mod doubts;
mod read;

#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub use doubts::doubts;
pub(crate) use read::is_id_byte;
pub use read::{MAX_BYTES, MAX_SUMMARY, MOST_SERVICES, read};

use alloc::{string::String, vec::Vec};

use crate::{
    hash,
    json::{Json, insert_sorted, next_entry},
    text,
};

/// The cookie in which version 0.1.0 kept the visitor's choices, for the whole host. It is read for ever.
pub const OLDER_COOKIE: &str = "consentinel";
/// How every name of ours begins, among cookies and in local and session storage. The cookie with the id of the
/// policy behind it ([`Policy::own`]) holds the visitor's current choices.
pub const STATE_COOKIE: &str = "consentinel-";
/// The local-storage key that holds the browser's ledger, with the id of the policy behind it: no id has a dot, so no
/// two keys are the same.
pub const LEDGER_KEY: &str = "consentinel-ledger.";
/// The key of version 0.1.0.
pub const OLDER_LEDGER_KEY: &str = "consentinel-ledger";
/// The session-storage key under which stands, from one load of a page to the next, what the visitor
/// asked to load once.
pub const ONCE_KEY: &str = "consentinel-once";
/// The local-storage key that holds what the cookie held at the last decision; named like the ledger's.
pub const STATE_KEY: &str = "consentinel-state.";
/// The key before ids stood in it.
pub const OLDER_STATE_KEY: &str = "consentinel-state";

/// Whether a name is one of ours.
pub(crate) fn is_own(name: &str) -> bool {
    name == OLDER_COOKIE || text::after(name, STATE_COOKIE).is_some()
}

/// The field that says in a line what is told at length elsewhere.
pub(crate) const SUMMARY: &str = "summary";

/// The field that says what the data of a category or service is for, in words of the law.
pub(crate) const FOR: &str = "for";

/// Whether this is the module that a page waits for, which knows answers by their marks alone.
pub(crate) const IS_FIRST: bool = cfg!(all(feature = "gate", not(feature = "moving")));

/// The position of no category, and of no service.
pub const NOBODY: usize = usize::MAX;

/// A purpose the visitor answers for as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// Free id of the site, such as `analytics`.
    pub id: String,
    /// Strictly necessary: allowed at all times, explained, never asked for.
    pub is_necessary: bool,
}

/// Where an item is kept.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum ItemKind {
    /// An HTTP cookie that script can see.
    Cookie,
    /// A key of `localStorage`.
    LocalStorage,
    /// A key of `sessionStorage`.
    SessionStorage,
    /// A database of `indexedDB`, by its name.
    IndexedDb,
    /// A cache of `caches`, by its name.
    CacheStorage,
    /// A service worker, by the path of its script.
    ServiceWorker,
}

impl ItemKind {
    /// Every kind.
    pub const ALL: [ItemKind; 6] = [
        ItemKind::Cookie,
        ItemKind::LocalStorage,
        ItemKind::SessionStorage,
        ItemKind::IndexedDb,
        ItemKind::CacheStorage,
        ItemKind::ServiceWorker,
    ];

    /// The kinds whose names a page can list while it waits.
    pub const LISTED: [ItemKind; 3] =
        [ItemKind::Cookie, ItemKind::LocalStorage, ItemKind::SessionStorage];

    /// The others.
    pub const FOUND_LATER: [ItemKind; 3] =
        [ItemKind::IndexedDb, ItemKind::CacheStorage, ItemKind::ServiceWorker];

    /// The kind that this word of the policy means.
    #[inline(never)]
    pub fn of_word(word: &str) -> Option<ItemKind> {
        ItemKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The word of the policy.
    pub fn word(self) -> &'static str {
        match self {
            ItemKind::Cookie => "cookie",
            ItemKind::LocalStorage => "local-storage",
            ItemKind::SessionStorage => "session-storage",
            ItemKind::IndexedDb => "indexed-db",
            ItemKind::CacheStorage => "cache-storage",
            ItemKind::ServiceWorker => "service-worker",
        }
    }
}

/// What the gate needs to know of one item, or of one host of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Exact name or glob of an item ([`crate::pattern`]), pattern of a host ([`crate::address`]).
    pub name: String,
    /// What it covers.
    pub covers: Covers,
    /// Position of its category in [`Policy::categories`]. There is none at this position where
    /// something was left out for a mistake: such a rule refuses, so that no wider rule lets pass.
    pub category: usize,
    /// Position of its service in [`Policy::services`]; none there where it belongs to no service.
    pub service: usize,
}

/// What a visitor is asked about: a category, or a service of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// Position of the category in [`Policy::categories`].
    pub category: usize,
    /// Position of the service in [`Policy::services`]; [`NOBODY`] where it is the category as a whole.
    pub service: usize,
    /// Whether it is for sale or sharing, or for something that is not known: a browser can opt out of it by a signal
    /// ([`crate::signal`]).
    pub is_sold: bool,
}

/// What a rule covers.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Covers {
    /// Items of a kind.
    Item(ItemKind),
    /// Items of every kind: the rule of an item that was left out for a mistake.
    EveryItem,
    /// Hosts.
    Host,
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
    /// The names and hosts that are covered.
    pub rules: Vec<Rule>,
    /// What a visitor is asked about: the optional categories, then their services.
    pub asked: Vec<Asked>,
    /// Whether what no rule covers passes (`"undeclared": "allow"`). Default: it does not.
    pub allow_undeclared: bool,
    /// Whether the gate only reports what it would stop (`"mode": "report"`). Default: it stops it.
    pub is_report_only: bool,
    /// Whether the browser alone holds requests, also while nothing is decided (`"gate": "browser"`), so
    /// that a grant loads the page anew. Default: wrappers hold them until there is an answer.
    pub is_browser_gate: bool,
    /// Life of a grant in days.
    pub lifetime_days: i64,
    /// Life of a refusal in days.
    pub refusal_lifetime_days: i64,
    /// The language in which the page at hand speaks; empty where none is known.
    pub spoken: String,
    /// A short mark of the text that a page has as its policy ([`mark_of`]); zero where there is no page. An answer is kept with
    /// it, so that the next page with this very text knows that the answer counts, without a look at what is told.
    pub mark: u32,
    /// Whether answers are judged as by the module that a page waits for: by their marks alone (`is_told_again`).
    pub is_brief: bool,
}

impl Policy {
    /// The policy of a page whose own one could not be read: nobody to ask for, nothing declared,
    /// so everything is refused.
    #[inline(never)]
    pub fn closed() -> Policy {
        Policy::default()
    }

    /// The id of the policy: two sites of one host, each with its own, do not overwrite each other's answers.
    #[inline(never)]
    pub fn id(&self) -> &str {
        self.document.text_at("id")
    }

    /// The host under which the answer counts for all hosts (`"share": "example.org"`); empty where it counts for one.
    pub fn share(&self) -> &str {
        self.document.text_at("share")
    }

    /// Whether Do Not Track counts as Global Privacy Control does (`"dnt": true`).
    pub(crate) fn heeds_dnt(&self) -> bool {
        matches!(self.document.field("dnt"), Some(Json::Bool(true)))
    }

    /// Whether the page has a control of its own in the place of the small button (`"reopen": "none"`).
    pub fn has_own_control(&self) -> bool {
        self.document.text_at("reopen") == "none"
    }

    /// The name that is this policy's own, of one that ends before its id: [`STATE_COOKIE`], [`LEDGER_KEY`],
    /// [`STATE_KEY`].
    pub fn own(&self, of: &str) -> String {
        let mut name = String::from(of);
        name.push_str(self.id());
        name
    }

    /// The category that `name` names: its id, or the id of one of its services.
    pub fn category_named(&self, name: &str) -> Option<usize> {
        let (category, _) = self.named(name);
        (category != NOBODY).then_some(category)
    }

    /// The positions of the category and of the service that `name` names: [`NOBODY`] for the service
    /// where it is the id of a category, for both where it names none.
    #[inline(never)]
    pub fn named(&self, name: &str) -> (usize, usize) {
        let service = self.service_named(name);
        (self.own_category_named(name).unwrap_or_else(|| self.category_of(service)), service)
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

    /// The position of the category of the service at this position.
    pub fn category_of(&self, service: usize) -> usize {
        match self.services.get(service) {
            Some((_, category)) => *category,
            None => NOBODY,
        }
    }

    /// The position of the service with this id; [`NOBODY`] when there is none.
    pub(crate) fn service_named(&self, id: &str) -> usize {
        for (position, (service, _)) in self.services.iter().enumerate() {
            if service == id {
                return position;
            }
        }
        NOBODY
    }

    /// The id of the service at this position; empty when there is none.
    pub fn service_id(&self, position: usize) -> &str {
        match self.services.get(position) {
            Some((id, _)) => id,
            None => "",
        }
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

    /// Whether a browser's signal opts out of the category or service at these positions ([`Asked`]).
    pub(crate) fn is_sold(&self, category: usize, service: usize) -> bool {
        let is_it = |asked: &Asked| asked.category == category && asked.service == service;
        self.asked.iter().any(|asked| asked.is_sold && is_it(asked))
    }

    /// The ids of what a visitor is asked about and this is so of.
    #[inline(never)]
    pub(crate) fn ids(&self, is_so: &dyn Fn(&Asked) -> bool) -> Vec<String> {
        let mut ids = Vec::new();
        for asked in &self.asked {
            if is_so(asked) {
                ids.push(String::from(match asked.service {
                    NOBODY => self.category_id(asked.category),
                    service => self.service_id(service),
                }));
            }
        }
        ids
    }

    /// Whether there is anything to ask a visitor about.
    pub fn has_optional(&self) -> bool {
        !self.asked.is_empty()
    }

    /// The SHA-256 of the canonical form.
    pub fn hash(&self) -> String {
        hash::sha256(self.document.canonical().as_bytes())
    }

    /// Whether this is the policy of the hash in a record of version 0.1.0, of this revision, as far as that could say: the
    /// fields that came later are left out, and none of them asks again where it appears.
    pub(crate) fn is_of(&self, hash: &str, revision: &str) -> bool {
        let mut older = older(&self.document);
        older.put_text("revision", revision);
        hash == self.hash() || hash == hash::sha256(older.canonical().as_bytes())
    }

    /// What an answer for the category at this position keeps of it (docs/record.md, "The content hash of a category"):
    /// half of the hash of what it means, and half of that of what was read in `language`.
    ///
    /// The module that a page waits for has no hash: what it writes counts on pages with this very policy, until the one
    /// that comes later writes it anew.
    pub fn category_hash(&self, position: usize, language: &str) -> String {
        if IS_FIRST {
            return String::from("000000000000");
        }
        let mut content = self.hash_of(position, "", true);
        content.truncate(HALF);
        content.push_str(text::part(&self.hash_of(position, language, true), 0, HALF));
        content
    }

    /// The marks under which an answer for the category at this position counts in this page: that of its policy, and that
    /// of its policy in its language.
    pub(crate) fn marks(&self, position: usize) -> [u32; 2] {
        let own = mark(self.mark, self.category_id(position));
        [own, mark(own, &self.spoken)]
    }

    /// Whether one of these marks, with a hyphen before each but the first, is one of this page for that category.
    pub(crate) fn is_marked(&self, position: usize, marks: Option<&str>) -> bool {
        let mut rest = if self.mark == 0 { None } else { marks };
        let own = self.marks(position).map(i64::from);
        while let Some(marks) = rest {
            let (mark, others) = text::split(marks, b'-');
            if own.contains(&text::base36(mark).unwrap_or(-1)) {
                return true;
            }
            rest = others;
        }
        false
    }

    /// Whether a visitor who read `language` would be told the same about this category today, by what their answer kept:
    /// its content, and marks of policies; else they are asked about it again, and about no other (law R28).
    ///
    /// The module that a page waits for knows only the marks, and leaves all else to the one that comes later, which
    /// gives the answer the mark of this page's policy.
    pub(crate) fn is_told_again(&self, position: usize, language: &str, content: &str) -> bool {
        let (content, marks) = text::split(content, b'-');
        self.is_marked(position, marks)
            || (!IS_FIRST && !self.is_brief && self.told_by(position, language, content).is_some())
    }

    /// Which of this page's [`Policy::marks`] an answer with this content gets: the one of its policy where it counts in
    /// every language of the page, the other where it counts in the one that the page speaks; none where it does not count.
    ///
    /// It counts where the texts are the same, be it by the whole hash of version 0.1.0; a `revision` where there was
    /// none changes nothing. It counts as well where the meaning is the same and texts do not tell: the owner says by
    /// the `revision` when they change in substance, or the page speaks another language and may have no other texts.
    pub(crate) fn told_by(&self, position: usize, language: &str, content: &str) -> Option<u32> {
        let (meaning, read) = (text::part(content, 0, HALF), text::part(content, HALF, 2 * HALF));
        let half = |hash: &str, of: &str| of == text::part(hash, 0, HALF);
        let [always, here] = self.marks(position);
        let texts = self.hash_of(position, language, true);
        let unrevised = self.hash_of(position, language, false);
        let means = self.hash_of(position, "", true);
        let older = self.hash_of(position, "", false);
        if half(&texts, read)
            || content == texts
            || content == unrevised
            || (half(&unrevised, read) && half(&older, meaning))
            || (half(&means, meaning) && means != older)
        {
            Some(always)
        } else if half(&means, meaning) && self.is_silent(position, language) {
            Some(here)
        } else {
            None
        }
    }

    /// Whether the texts about a category tell nothing to compare with what was read in `language`: the page speaks
    /// another one, and where nobody knows which (a server, the native program), they have none in it.
    fn is_silent(&self, position: usize, language: &str) -> bool {
        if !self.spoken.is_empty() {
            return language != self.spoken;
        }
        let id = self.category_id(position);
        let told = self.document.list_at("categories");
        let category = told.iter().find(|category| category.text_at("id") == id);
        let title = category.and_then(|category| category.field("title"));
        !matches!(title, Some(Json::Object(texts)) if translated(texts, language).is_some())
    }

    /// A short hash of what is said about a category: with its texts in a language, or without any; with its `revision`,
    /// or without. What came after version 0.1.0 and says nothing else is left out.
    ///
    /// The controller's name is part of it: consent is given to somebody.
    #[inline(never)]
    fn hash_of(&self, position: usize, language: &str, has_revision: bool) -> String {
        let id = self.category_id(position);
        let mut told = Vec::new();
        for (list, key) in [("categories", "id"), ("services", "category"), ("items", "category")] {
            for entry in self.document.list_at(list) {
                if entry.text_at(key) == id {
                    insert_sorted(&mut told, said(entry, language, has_revision).canonical());
                }
            }
        }
        if let Some(controller) = self.document.field("controller") {
            told.push(String::from(controller.text_at("name")));
        }
        let hash = hash::sha256(Json::texts(&told).canonical().as_bytes());
        // 48 bits: enough to see a change, short enough for sixteen categories in one cookie.
        String::from(text::part(&hash, 0, 2 * HALF))
    }
}

/// The [`Policy::mark`] of a policy with this text.
pub fn mark_of(text: &str) -> u32 {
    mark(0x811c_9dc5, text)
}

/// A short mark of a text, for telling whether it is the same again (FNV-1a, 32 bits); it goes on from that of what stands
/// before it.
fn mark(before: u32, text: &str) -> u32 {
    let mut mark = before;
    for byte in text.bytes() {
        mark = (mark ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    mark
}

/// The fields that version 0.1.0 did not know, and the `revision`, which it knew in one place only.
const NEWER: [&str; 9] =
    ["dnt", FOR, "gate", "layout", "links", "reopen", "revision", "share", SUMMARY];

/// A document, or an entry of one of its lists, without these fields.
fn older(value: &Json) -> Json {
    let Json::Object(fields) = value else { return value.clone() };
    let mut out = Json::object();
    for (key, value) in fields {
        let mut is_newer = false;
        for name in NEWER {
            is_newer |= name == key;
        }
        if is_newer {
            continue;
        }
        let mut kept = value.clone();
        if let Json::List(entries) = &mut kept {
            for entry in entries {
                *entry = older(entry);
            }
        }
        out.put(key, kept);
    }
    out
}

/// What an entry of the document says in one language; without one, what it says in none.
fn said(entry: &Json, language: &str, has_revision: bool) -> Json {
    let mut out = Json::object();
    if let Json::Object(fields) = entry {
        for (key, value) in fields {
            if key == SUMMARY || key == FOR || (key == "revision" && !has_revision) {
                continue;
            }
            match value {
                // The only objects inside entries are texts.
                Json::Object(_) if language.is_empty() => {}
                Json::Object(texts) => out.put_text(key, text_within(texts, language)),
                other => out.put(key, other.clone()),
            }
        }
    }
    out
}

/// Half of the characters that an answer keeps of what was told.
const HALF: usize = 6;

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
    for wanted in [language, "en"] {
        if let Some(Json::Text(text)) = translated(entries, wanted) {
            return text;
        }
    }
    match next_entry(entries, None) {
        Some((_, Json::Text(text))) => text,
        _ => "",
    }
}

/// The text in this very language: by that tag, then by its primary tag.
#[inline(never)]
pub(crate) fn translated<'a>(entries: &'a [(String, Json)], language: &str) -> Option<&'a Json> {
    for wanted in [language, primary_tag(language)] {
        for (tag, text) in entries {
            if tag.eq_ignore_ascii_case(wanted) {
                return Some(text);
            }
        }
    }
    None
}

/// The part of a language tag before the first hyphen (RFC 5646 §2.2.1).
pub(crate) fn primary_tag(language: &str) -> &str {
    text::split(language, b'-').0
}
