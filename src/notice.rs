//! The notice: exactly what a visitor is shown, as a document, and its fingerprint.
//!
//! One document serves three ends: the banner is rendered from it, the record carries the hash of its
//! canonical form, and the native program prints the same form from policy and texts, so that an
//! auditor can lay the text beside the record (GDPR Art. 7(1); EDPB 05/2020 §108; law R43, R44).
//! How it looks is `web/render` and `www/css`; what is switched on is the state's affair.
//! docs/record.md, "The notice", lists its fields.

use alloc::{string::String, vec::Vec};

use crate::{
    json::{Json, push_integer},
    policy::{ItemKind, LEDGER_KEY, Policy, STATE_COOKIE, localized, primary_tag},
};

/// The version of the arrangement: which parts stand on which layer, in which order. It grows with
/// every change a visitor could see; the texts themselves are in the notice already.
pub const LAYOUT: i64 = 1;

/// The product's own texts in one language: key and text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Interface {
    /// The language tag of these texts.
    pub language: String,
    texts: Json,
}

impl Interface {
    /// Picks the texts to use from all there are: `documents` maps a language tag to texts.
    ///
    /// `wanted` lists language tags with commas between, the page's first, then those of the browser in
    /// their order. Each is tried by its whole tag and then its primary tag; then English, then the
    /// first there is.
    ///
    /// ```
    /// use consentinel::{notice::Interface, source};
    /// let texts = source::parse(r#"{"en": {"save": "Save"}, "fr": {"save": "Enregistrer"}}"#).unwrap();
    /// let chosen = Interface::choose(&texts, "de,fr-CA");
    /// assert_eq!(chosen.text("save"), "Enregistrer");
    /// ```
    pub fn choose(documents: &Json, wanted: &str) -> Interface {
        let mut chosen = Interface::default();
        let Json::Object(entries) = documents else {
            return chosen;
        };
        for wanted in wanted.split(',').chain(["en"]) {
            for tag in [wanted, primary_tag(wanted)] {
                for (language, texts) in entries {
                    if chosen.language.is_empty() && language.eq_ignore_ascii_case(tag) {
                        chosen = Interface { language: language.clone(), texts: texts.clone() };
                    }
                }
            }
        }
        if let ("", Some((language, texts))) = (chosen.language.as_str(), entries.first()) {
            chosen = Interface { language: language.clone(), texts: texts.clone() };
        }
        chosen
    }

    /// The text under `key`; the key itself when it is missing, so that a gap shows.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.texts.field(key).and_then(Json::as_text).unwrap_or(key)
    }
}

/// What `policy` shows in the language of `interface`: the parts of the policy in that language,
/// services and items under their categories.
pub fn notice(policy: &Policy, interface: &Interface) -> Json {
    let document = &policy.document;
    let mut categories = Vec::new();
    for category in document.list_at("categories") {
        categories.push(told_category(policy, category, interface, categories.len()));
    }
    Json::object()
        .with("layout", Json::Integer(LAYOUT))
        .with_text("language", &interface.language)
        .with("texts", interface.texts.clone())
        .with("controller", document.field("controller").cloned().unwrap_or_default())
        .with("categories", Json::List(categories))
}

fn told_category(policy: &Policy, category: &Json, interface: &Interface, position: usize) -> Json {
    let mut told = localized(category, &interface.language);
    for key in ["services", "items"] {
        let mut entries = Vec::new();
        for entry in policy.document.list_at(key) {
            if entry.text_at("category") == category.text_at("id") {
                entries.push(localized(entry, &interface.language));
            }
        }
        let first_necessary = policy.categories.iter().position(|it| it.is_necessary);
        if key == "items" && first_necessary == Some(position) {
            // What Consentinel itself keeps is told like everything else.
            own_items(policy, interface, &mut entries);
        }
        told = told.with(key, Json::List(entries));
    }
    told
}

fn own_items(policy: &Policy, interface: &Interface, items: &mut Vec<Json>) {
    let mut days = String::new();
    push_integer(policy.lifetime_days.max(policy.refusal_lifetime_days), &mut days);
    days.push_str(" days");
    for (kind, name, purpose, duration) in [
        (ItemKind::Cookie, STATE_COOKIE, "ownCookie", days.as_str()),
        (ItemKind::LocalStorage, LEDGER_KEY, "ownLedger", "persistent"),
    ] {
        let item = Json::object()
            .with_text("name", name)
            .with_text("kind", kind.word())
            .with_text("purpose", interface.text(purpose))
            .with_text("duration", duration)
            .with_text("party", "first");
        items.push(item);
    }
}
