//! Signals: what a browser says for its visitor without being asked. What a policy says is for sale or sharing
//! ([`crate::policy::Asked`]) is refused while one is heard, unless the visitor has granted that very thing since
//! ([`crate::state::State::choice`]); it goes on record once ([`crate::session::Event::OptOut`]). And the document by which
//! a site says that it acts on one.
//!
//! Left out: how a page or a server hears of them.

use alloc::{string::String, vec::Vec};

#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
use crate::json::Json;
use crate::policy::Policy;

/// The signals of a browser that count.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Signals {
    /// Global Privacy Control: `navigator.globalPrivacyControl` is true, `Sec-GPC` is 1.
    pub gpc: bool,
    /// Do Not Track: `navigator.doNotTrack` is 1, `DNT` is 1, and the policy says `"dnt": true`.
    pub dnt: bool,
}

impl Signals {
    /// What counts of the signals that a browser sends.
    pub fn heard(policy: &Policy, gpc: bool, dnt: bool) -> Signals {
        Signals { gpc, dnt: dnt && policy.heeds_dnt() }
    }

    /// Whether there is any: each says the same, that data is neither to be sold nor shared.
    pub fn is_any(self) -> bool {
        self.gpc || self.dnt
    }

    /// Their names, sorted, as a record lists them.
    pub fn words(self) -> Vec<String> {
        let mut words = Vec::new();
        for (is_heard, word) in [(self.dnt, "dnt"), (self.gpc, "gpc")] {
            if is_heard {
                words.push(String::from(word));
            }
        }
        words
    }
}

/// The text of `/.well-known/gpc.json` (Global Privacy Control, W3C Working Draft, "GPC Support Representation"): that a
/// site has acted on the signal since this day, `YYYY-MM-DD`; nothing where that is no day.
///
/// ```
/// use consentinel::signal::support;
/// assert_eq!(support("2026-11-27").unwrap(), r#"{"gpc":true,"lastUpdate":"2026-11-27"}"#);
/// assert_eq!(support("2026-02-29"), None);
/// ```
#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
pub fn support(since: &str) -> Option<String> {
    let is_form = since.len() == 10
        && since.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let number = |from: usize, to: usize| -> Option<u32> { since.get(from..to)?.parse().ok() };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    let is_day = is_form && (1..=last).contains(&day);
    let document = Json::object().with("gpc", Json::Bool(true)).with_text("lastUpdate", since);
    is_day.then(|| document.canonical())
}

#[cfg(test)]
mod tests {
    use super::support;

    #[test]
    fn only_days_are_since_when_a_site_acts() {
        for day in ["2026-11-27", "2024-02-29", "2000-02-29", "2026-12-31"] {
            assert!(support(day).is_some_and(|text| text.contains(day)), "{day}");
        }
        for day in [
            "",
            "2026-11",
            "2026-11-31",
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "27-11-2026",
            "2026/11/27",
            "+026-11-27",
            "2026-11-27T",
            "２０２６-11-27",
        ] {
            assert_eq!(support(day), None, "{day}");
        }
    }
}
