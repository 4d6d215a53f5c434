//! The words that there are: those of the page's own tables, what each of a vendor's words is about, and what the words of
//! an owner are about, who names categories as they like.
//!
//! Left out: judging by them (doubts.rs).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use consentinel::json::Json;
use consentinel::policy::Policy;
use serde::Deserialize;

/// A way to tell a vendor, of what `www/npm/signals/words.json` has.
#[derive(Deserialize)]
pub struct Mechanism {
    /// The vendor's words; none where they are the owner's own.
    pub words: Option<Vec<String>>,
    /// The options, each with its type: `string`, `boolean`, or `words` for a list of this mechanism's words.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
}

/// The words of IAB GPP, as `www/npm/gpp/words.json` has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gpp {
    /// Names of sections.
    pub sections: Vec<String>,
    /// What visitors can opt out of.
    pub purposes: Vec<String>,
}

// Both files are ours, and read by the tests below: where one were no JSON, no word would be known.
/// Every mechanism, by its name.
pub static MECHANISMS: LazyLock<BTreeMap<String, Mechanism>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../www/npm/signals/words.json")).unwrap_or_default()
});

/// The words of IAB GPP.
pub static GPP: LazyLock<Gpp> = LazyLock::new(|| {
    let nothing = Gpp { sections: Vec::new(), purposes: Vec::new() };
    serde_json::from_str(include_str!("../../../www/npm/gpp/words.json")).unwrap_or(nothing)
});

/// What something is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum About {
    /// Choosing advertisements, measuring them, selling data for them.
    Advertising,
    /// How a site is used.
    Statistics,
    /// What a visitor likes, and functions that they asked for.
    Preferences,
    /// Protecting the site and its visitors.
    Security,
}

/// What a vendor's word is about; nothing of the owner's own words.
pub fn about(mechanism: &str, word: &str) -> Option<About> {
    use About::{Advertising, Preferences, Security, Statistics};
    Some(match (mechanism, word) {
        ("google-consent-mode", "ad_storage" | "ad_user_data" | "ad_personalization")
        | ("uet-consent-mode" | "clarity-consent-v2", "ad_storage" | "ad_Storage")
        | ("meta-consent" | "tiktok-consent", _)
        | ("wp-consent-api" | "shopify-customer-privacy", "marketing" | "sale_of_data")
        | ("gpp", _) => Advertising,
        (
            "google-consent-mode" | "clarity-consent-v2",
            "analytics_storage" | "analytics_Storage",
        )
        | ("matomo-consent", _)
        | ("wp-consent-api", "statistics" | "statistics-anonymous")
        | ("shopify-customer-privacy", "analytics") => Statistics,
        ("google-consent-mode", "functionality_storage" | "personalization_storage")
        | ("wp-consent-api" | "shopify-customer-privacy", "preferences" | "functional") => {
            Preferences
        }
        ("google-consent-mode", "security_storage") => Security,
        _ => return None,
    })
}

/// How words begin in which an owner speaks of something, in the languages of the catalogue. Whole words stand with a
/// full stop.
const STEMS: &[(About, &[&str])] = &[
    (
        About::Advertising,
        &[
            "ad.",
            "ads.",
            "advert",
            "anunci",
            "annunc",
            "marketing",
            "publicid",
            "publicit",
            "pubblicit",
            "reklam",
            "remarketing",
            "retargeting",
            "targeting",
            "werb",
        ],
    ),
    (
        About::Statistics,
        &[
            "analis",
            "análisis",
            "analy",
            "analít",
            "analit",
            "audienc",
            "besucherstatistik",
            "estad",
            "measur",
            "medici",
            "messung",
            "mesur",
            "misura",
            "nutzungsanalyse",
            "reichweite",
            "statist",
        ],
    ),
    (
        About::Preferences,
        &[
            "comfort",
            "confort",
            "einstellung",
            "embed",
            "fonction",
            "funcion",
            "function",
            "funktion",
            "funzion",
            "komfort",
            "map",
            "personali",
            "preferen",
            "préféren",
            "präferenz",
            "video",
        ],
    ),
];

/// What the category at this position is about, by its id and its titles: nothing where they say nothing that is known.
pub fn about_category(policy: &Policy, position: usize) -> Vec<About> {
    let id = policy.category_id(position);
    let all = policy.document.list_at("categories");
    let category = all.iter().find(|category| category.text_at("id") == id);
    let mut texts = vec![String::from(id)];
    if let Some(Json::Object(titles)) = category.and_then(|category| category.field("title")) {
        texts.extend(titles.iter().filter_map(|(_, title)| match title {
            Json::Text(title) => Some(title.clone()),
            _ => None,
        }));
    }
    let texts = texts.join(" ").to_lowercase();
    let words = || texts.split(|letter: char| !letter.is_alphanumeric());
    let is_about = |stems: &[&str]| {
        words().any(|word| {
            stems.iter().any(|stem| match stem.strip_suffix('.') {
                Some(whole) => word == whole,
                None => word.starts_with(stem),
            })
        })
    };
    STEMS.iter().filter(|(_, stems)| is_about(stems)).map(|(about, _)| *about).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_vendor_is_about_something() {
        assert!(MECHANISMS.len() >= 10 && GPP.sections.len() >= 20 && !GPP.purposes.is_empty());
        for (name, mechanism) in MECHANISMS.iter() {
            for word in mechanism.words.iter().flatten() {
                assert!(about(name, word).is_some(), "{name}: {word}");
            }
        }
    }
}
