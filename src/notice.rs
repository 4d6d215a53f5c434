//! The notice: exactly what a visitor is shown, as a document, and its fingerprint.
//!
//! One document serves three ends: the banner is rendered from it, the record carries the hash of its
//! canonical form, and the native program prints the same form from policy and texts, so that an
//! auditor can lay the text beside the record (GDPR Art. 7(1); EDPB 05/2020 §108; law R43, R44).
//! How it looks is `www/js/banner.js` and `www/css`; what is switched on is the state's affair.
//! docs/record.md, "The notice", lists its fields.

use alloc::{string::String, vec::Vec};

#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
use crate::policy::MAX_SUMMARY;
use crate::{
    json::{Json, push_integer},
    policy::{
        ItemKind, LEDGER_KEY, ONCE_KEY, Policy, STATE_COOKIE, STATE_KEY, SUMMARY, localized,
        primary_tag, translated,
    },
    problem::{Code, Problem},
    text,
};

/// The version of the arrangement: which parts stand on which layer, in which order. It grows with
/// every change a visitor could see; the texts themselves are in the notice already.
pub const LAYOUT: i64 = 3;

/// The product's own texts in one language: key and text, or texts by plural category.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Interface {
    /// The language tag of these texts.
    pub language: String,
    /// Whether it is none of those that were wanted, where any was.
    pub is_fallback: bool,
    texts: Json,
}

impl Interface {
    /// Picks the texts to use from all there are: `documents` maps a language tag to texts. Where the
    /// policy words one of them otherwise in that language, its words count.
    ///
    /// `wanted` lists language tags with commas between, the page's first, then those of the browser in
    /// their order. Each is tried by its whole tag, then its primary tag, then what else we call that
    /// language; then English, then the first there is.
    ///
    /// ```
    /// use consentinel::{notice::Interface, policy::Policy, source};
    /// let texts = source::parse(r#"{"en": {"save": "Save"}, "fr": {"save": "Enregistrer"}}"#).unwrap();
    /// let chosen = Interface::choose(&texts, "de,fr-CA", &Policy::closed());
    /// assert_eq!(chosen.text("save"), "Enregistrer");
    /// ```
    pub fn choose(documents: &Json, wanted: &str, policy: &Policy) -> Interface {
        let mut chosen = Interface::default();
        let Json::Object(entries) = documents else {
            return chosen;
        };
        let mut rest = Some(wanted);
        while let Some(tags) = rest {
            let (tag, others) = text::split(tags, b',');
            rest = others;
            let primary = primary_tag(tag);
            chosen.take(entries, tag);
            chosen.take(entries, primary);
            chosen.take(
                entries,
                match primary {
                    "no" | "nn" => "nb",
                    "zh" => "zh-Hans",
                    _ => "",
                },
            );
        }
        chosen.is_fallback = chosen.language.is_empty() && !wanted.is_empty();
        chosen.take(entries, "en");
        if let Some((language, _)) = entries.first() {
            chosen.take(entries, language);
        }
        if let Some(Json::Object(own)) =
            policy.document.field("texts").and_then(|texts| texts.field(&chosen.language))
            && let Json::Object(texts) = &mut chosen.texts
        {
            for (key, text) in texts {
                for (own_key, own_text) in own {
                    if key == own_key {
                        *text = own_text.clone();
                    }
                }
            }
        }
        chosen
    }

    /// Takes the texts of this language, unless there are some already.
    #[inline(never)]
    fn take(&mut self, entries: &[(String, Json)], tag: &str) {
        for (language, texts) in entries {
            if self.language.is_empty() && language.eq_ignore_ascii_case(tag) {
                self.language.push_str(language);
                self.texts = texts.clone();
            }
        }
    }

    /// The text under `key`; the key itself when it is missing, so that a gap shows.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        match self.texts.field(key) {
            Some(Json::Text(text)) => text,
            _ => key,
        }
    }
}

/// What `policy` shows in the language of `interface`: the parts of the policy in that language,
/// services and items under their categories.
pub fn notice(policy: &Policy, interface: &Interface) -> Json {
    let document = &policy.document;
    let mut first_necessary = "";
    for category in &policy.categories {
        if category.is_necessary && first_necessary.is_empty() {
            first_necessary = &category.id;
        }
    }
    let mut categories = Vec::new();
    for category in document.list_at("categories") {
        let is_first = category.text_at("id") == first_necessary;
        categories.push(told_category(policy, category, interface, is_first));
    }
    let mut notice = Json::object();
    notice.put_integer("layout", LAYOUT);
    notice.put_text("language", &interface.language);
    notice.put("texts", interface.texts.clone());
    let controller = document.field("controller");
    notice.put("controller", controller.map_or_else(Json::object, Json::clone));
    notice.put("categories", Json::List(categories));
    let mut links = Vec::new();
    for link in document.list_at("links") {
        links.push(localized(link, &interface.language));
    }
    if !links.is_empty() {
        notice.put("links", Json::List(links));
    }
    if document.text_at("layout") == "full" {
        notice.put("full", Json::Bool(true));
    }
    // Told beforehand, on the first layer already.
    if policy.is_browser_gate {
        notice.put("reloads", Json::Bool(true));
    }
    notice
}

/// Warns of the first category and of the first item with a text that a visitor of this language reads in
/// another one.
pub fn untranslated(policy: &Policy, language: &str, problems: &mut Vec<Problem>) {
    for list in ["categories", "items"] {
        'list: for (position, entry) in policy.document.list_at(list).iter().enumerate() {
            let Json::Object(fields) = entry else { continue };
            for (key, value) in fields {
                if let Json::Object(texts) = value
                    && translated(texts, language).is_none()
                {
                    let mut place = String::from(list);
                    place.push('[');
                    push_integer(position as i64, &mut place);
                    place.push_str("].");
                    place.push_str(key);
                    problems.push(Problem::new(Code::LanguageMissing, &place, language));
                    break 'list;
                }
            }
        }
    }
}

/// One category with its services and items; to the first necessary one belongs what is our own.
fn told_category(policy: &Policy, category: &Json, interface: &Interface, is_first: bool) -> Json {
    let mut told = localized(category, &interface.language);
    if told.field(SUMMARY).is_none() {
        let sentence = String::from(first_sentence(told.text_at("description")));
        told.put_text(SUMMARY, &sentence);
    }
    for key in ["services", "items"] {
        let mut entries = Vec::new();
        for entry in policy.document.list_at(key) {
            if entry.text_at("category") == category.text_at("id") {
                entries.push(localized(entry, &interface.language));
            }
        }
        if key == "items" && is_first {
            // What Consentinel itself keeps is told like everything else.
            own_items(policy, interface, &mut entries);
        }
        told.put(key, Json::List(entries));
    }
    told
}

/// Warns of every category without a summary whose description begins with a sentence that is longer than
/// a summary may be, in any of its languages: the first layer shows that sentence, whole.
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub fn unsummarised(policy: &Policy, problems: &mut Vec<Problem>) {
    for (position, category) in policy.document.list_at("categories").iter().enumerate() {
        let Some(Json::Object(texts)) = category.field("description") else { continue };
        if category.field(SUMMARY).is_some() {
            continue;
        }
        for (language, text) in texts {
            let sentence = first_sentence(text.as_text().unwrap_or_default());
            if text::characters(sentence) > MAX_SUMMARY {
                let place = alloc::format!("categories[{position}].description.{language}");
                problems.push(Problem::new(Code::SummaryMissing, &place, sentence));
            }
        }
    }
}

/// The first sentence of a text, whole; all of it where no end of one is found before.
///
/// It never cuts a sentence short where it can help it, and so rather takes two: a full stop after a short
/// word (`e.g.`, `z. B.`, `Art.`) or before a small letter or a digit ends nothing.
///
/// ```
/// use consentinel::notice::first_sentence;
/// assert_eq!(first_sentence("Counts visits, e.g. by month. Kept for a year."), "Counts visits, e.g. by month.");
/// ```
pub fn first_sentence(text: &str) -> &str {
    let mut letters = 0;
    // Where a sentence may have ended, and whether white space came since.
    let mut end = 0;
    let mut is_over = false;
    for (at, character) in text.char_indices() {
        let after = at + character.len_utf8();
        match character {
            '。' | '！' | '？' | '।' => return text::part(text, 0, after),
            '.' if letters <= 3 => end = 0,
            '.' | '!' | '?' | '؟' | '…' => end = after,
            ' ' => {
                letters = 0;
                is_over = true;
                continue;
            }
            ')' | '"' | '\'' | '”' | '’' | '»' if end == at => end = after,
            _ => {
                if end > 0 && is_over && !is_small(character) {
                    return text::part(text, 0, end);
                }
                end = 0;
                letters += 1;
            }
        }
        is_over = false;
    }
    text
}

/// Small letters of the alphabets that tell them from capital ones, and digits. Where an alphabet mixes them
/// (Latin Extended-A) all count as small: the tables of Unicode are bigger than all of this.
fn is_small(character: char) -> bool {
    matches!(character, 'a'..='z' | '0'..='9' | 'ß'..='ſ' | 'ά'..='ώ' | 'а'..='џ')
}

fn own_items(policy: &Policy, interface: &Interface, items: &mut Vec<Json>) {
    let mut days = String::new();
    push_integer(policy.lifetime_days.max(policy.refusal_lifetime_days), &mut days);
    days.push_str(" days");
    let purpose = interface.text("ownCookie");
    items.push(own_item(ItemKind::Cookie, &policy.own(STATE_COOKIE), purpose, &days));
    items.push(own_item(ItemKind::LocalStorage, &policy.own(STATE_KEY), purpose, "persistent"));
    let purpose = interface.text("ownLedger");
    items.push(own_item(ItemKind::LocalStorage, &policy.own(LEDGER_KEY), purpose, "persistent"));
    let purpose = interface.text("ownMark");
    items.push(own_item(ItemKind::SessionStorage, ONCE_KEY, purpose, "session"));
}

fn own_item(kind: ItemKind, name: &str, purpose: &str, duration: &str) -> Json {
    let mut item = Json::object();
    item.put_text("name", name);
    item.put_text("kind", kind.word());
    item.put_text("purpose", purpose);
    item.put_text("duration", duration);
    item.put_text("party", "first");
    item
}
