//! Which entries somebody may mean by a word that is no id: those whose id or name has the word inside, and those that go
//! by it elsewhere; only then the one that is spelled nearly so, as `recaptcha` is spelled nearer to `hcaptcha` than to
//! what is meant.
//!
//! Left out: how that is said (`consentinel init` and `check`).

use consentinel_audit::advice::{bare, nearest};

use crate::entry::{entry_of, ids};

/// Names that services go by elsewhere, without capitals and hyphens, and the entries they stand for.
const ALIASES: &[(&str, &[&str])] = &[
    ("adwords", &["google-ads"]),
    ("appnexus", &["xandr"]),
    ("atinternet", &["piano-analytics"]),
    ("bing", &["microsoft-advertising", "bing-maps"]),
    ("bingads", &["microsoft-advertising"]),
    ("dfp", &["google-ad-manager"]),
    ("doubleclick", &["google-ad-manager", "google-campaign-manager"]),
    ("facebook", &["meta-pixel", "facebook-plugins"]),
    ("facebookpixel", &["meta-pixel"]),
    ("fb", &["meta-pixel", "facebook-plugins"]),
    ("fbpixel", &["meta-pixel"]),
    ("ga", &["google-analytics"]),
    ("ga4", &["google-analytics"]),
    ("gtag", &["google-analytics"]),
    ("gtm", &["google-tag-manager"]),
    ("meta", &["meta-pixel"]),
    ("perimeterx", &["human-bot-defender"]),
    ("rubicon", &["magnite"]),
    ("twitter", &["x-embed", "x-pixel"]),
    ("typekit", &["adobe-fonts"]),
    ("uet", &["microsoft-advertising"]),
];

/// Shorter words are inside of too many names.
const FEWEST: usize = 3;
/// More than these help nobody.
const MOST: usize = 5;

/// The ids of the entries that may be meant, the likeliest first; none where too many or none at all may be.
pub fn near(word: &str) -> Vec<&'static str> {
    let bare_word = bare(word.get(..64).unwrap_or(word));
    if let Some((_, meant)) = ALIASES.iter().find(|(alias, _)| *alias == bare_word) {
        return meant.to_vec();
    }
    if bare_word.chars().count() >= FEWEST {
        let has_it = |id: &&str| {
            bare(id).contains(&bare_word)
                || entry_of(id).is_some_and(|entry| bare(&entry.name).contains(&bare_word))
        };
        let inside: Vec<&str> = ids().filter(has_it).collect();
        if !inside.is_empty() {
            return if inside.len() > MOST { Vec::new() } else { inside };
        }
    }
    let spelled = nearest(word, ids());
    ids().filter(|id| spelled.as_deref() == Some(*id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entries_that_are_meant_are_found() {
        let cases: &[(&str, &[&str])] = &[
            ("recaptcha", &["google-recaptcha"]),
            ("Google Analytics", &["google-analytics"]),
            ("facebook-pixel", &["meta-pixel"]),
            ("facebook", &["meta-pixel", "facebook-plugins"]),
            ("meta", &["meta-pixel"]),
            ("ga", &["google-analytics"]),
            ("GTM", &["google-tag-manager"]),
            ("tiktok", &["tiktok-embed", "tiktok-pixel"]),
            ("hotjra", &["hotjar"]),
            ("google", &[]),
            ("nothing-like-it", &[]),
            ("", &[]),
        ];
        for (word, meant) in cases {
            assert_eq!(near(word), *meant, "{word}");
        }
    }

    #[test]
    fn aliases_stand_for_what_there_is() {
        for (alias, meant) in ALIASES {
            assert_eq!(bare(alias), *alias);
            assert!(meant.iter().all(|id| entry_of(id).is_some()), "{alias}");
        }
    }
}
