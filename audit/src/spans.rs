//! A span of time as a policy writes it (`182 days`), in the language of a notice: as the browser says it on the banner,
//! by the table that `node xtask/spans.mjs` makes of its words, and by the plural rules of Unicode.

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use serde_json::Value;

const TABLE: &str = include_str!("spans.json");

/// How a language says spans of time.
pub struct Spans {
    words: Value,
    rules: Option<PluralRules>,
}

impl Spans {
    /// Those of this language; of none where the product does not speak it.
    ///
    /// ```
    /// use consentinel_audit::spans::Spans;
    /// let french = Spans::of("fr");
    /// // With a space that does not break.
    /// assert_eq!(french.say("182 days"), "182\u{a0}jours");
    /// assert_eq!(french.say("a while"), "a while");
    /// assert_eq!(Spans::of("tlh").say("182 days"), "182 days");
    /// ```
    pub fn of(language: &str) -> Spans {
        let table: Value = serde_json::from_str(TABLE).unwrap_or_default();
        let locale: Option<Locale> = language.parse().ok();
        let rules =
            locale.and_then(|locale| PluralRules::try_new(locale.into(), Default::default()).ok());
        Spans { words: table.get(language).cloned().unwrap_or_default(), rules }
    }

    /// A span in this language; as it was written where the table does not know it.
    pub fn say(&self, written: &str) -> String {
        self.said(written).unwrap_or_else(|| String::from(written))
    }

    fn said(&self, written: &str) -> Option<String> {
        let (count, unit) = written.split_once(' ')?;
        let number: u32 = count.parse().ok()?;
        let words = self.words.get(unit.strip_suffix('s').unwrap_or(unit))?;
        let category = match self.rules.as_ref()?.category_for(number) {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        };
        let words = words.get(category).or_else(|| words.get("other"))?.as_str()?;
        Some(words.replace("{count}", count))
    }
}

#[cfg(test)]
mod tests {
    use super::Spans;

    #[test]
    fn every_language_of_the_product_says_every_unit() {
        let texts: serde_json::Value =
            serde_json::from_str(&crate::texts::texts().canonical()).unwrap_or_default();
        let languages = texts.as_object().map(|texts| texts.keys().collect::<Vec<_>>());
        for language in languages.unwrap_or_default() {
            let spans = Spans::of(language);
            for unit in ["minutes", "hours", "days", "months", "years"] {
                for count in [1, 2, 3, 5, 11, 21, 101, 182, 395, 9999] {
                    let written = format!("{count} {unit}");
                    let said = spans.said(&written);
                    assert!(said.is_some_and(|said| !said.contains('{')), "{language}: {written}");
                }
            }
        }
    }

    #[test]
    fn the_plural_rules_are_those_of_the_language() {
        for (language, written, said) in [
            ("pl", "1 day", "1 dzień"),
            ("pl", "2 days", "2 dni"),
            ("pl", "5 months", "5 miesięcy"),
            ("sl", "2 days", "2 dneva"),
            ("ar", "1 month", "شهر"),
            ("ar", "182 days", "182 يومًا"),
            ("ro", "182 days", "182 de zile"),
            ("zh-Hans", "2 years", "2年"),
        ] {
            assert_eq!(Spans::of(language).say(written), said);
        }
    }
}
