//! Cookies as text: what a write to `document.cookie` would do, and what a jar holds. Judging a write
//! is [`crate::gate`]'s work, removing a cookie that of `www/js/gate.js`.
//!
//! ```
//! use consentinel::{cookie::Write, time::UnixMillis};
//! let write = Write::parse(" a = b ; MAX-AGE=0", UnixMillis(0));
//! assert_eq!((write.name, write.removes), ("a", true));
//! ```

use alloc::string::String;

use crate::{
    text,
    time::{DAY_MS, UnixMillis, days_from_civil},
};

/// What one assignment to `document.cookie` asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Write<'a> {
    /// The name under which the jar would show it; empty for a nameless one.
    pub name: &'a str,
    /// Whether its attributes make the browser delete instead of set: a lifetime of zero or less,
    /// or an expiry that has passed.
    pub removes: bool,
    /// The domain that it is for, without a dot at its beginning; empty where it is for the page's host alone.
    pub domain: &'a str,
}

impl<'a> Write<'a> {
    /// Reads the text as RFC 6265bis §5.6 reads a `Set-Cookie` string: attributes in any order and
    /// case, the last of a kind counts, and a lifetime counts before an expiry.
    ///
    /// A text with control characters never counts as a removal: browsers cut or drop it in their
    /// own ways, and what they would keep of it is not ours to guess.
    pub fn parse(text: &'a str, now: UnixMillis) -> Write<'a> {
        let (pair, mut rest) = text::split(text, b';');
        // A nameless cookie shows as its bare value, so `=a=b` would pass for a cookie named `a`.
        let mut shown = trim(pair);
        while let Some(rest) = text::after(shown, "=") {
            shown = trim(rest);
        }
        let name = name_of(shown);
        let mut domain = "";
        let mut max_age = None;
        let mut expires = None;
        while let Some(attributes) = rest {
            let (attribute, others) = text::split(attributes, b';');
            rest = others;
            let (key, value) = text::split(attribute, b'=');
            let (key, value) = (trim(key), trim(value.unwrap_or_default()));
            if key.eq_ignore_ascii_case("max-age") {
                max_age = lifetime_ends(value).or(max_age);
            } else if key.eq_ignore_ascii_case("expires") {
                expires = parse_date(value).or(expires);
            } else if key.eq_ignore_ascii_case("domain") {
                domain = value.strip_prefix('.').unwrap_or(value);
            }
        }
        let ended = match (max_age, expires) {
            (Some(ended), _) => ended,
            (None, Some(at)) => at <= now,
            (None, None) => false,
        };
        let removes = ended && text::all(text, |byte| byte >= b' ' && byte != 0x7f);
        Write { name, removes, domain }
    }
}

/// The name in a pair; a pair without `=` is a nameless cookie.
fn name_of(pair: &str) -> &str {
    match text::split(pair, b'=') {
        (name, Some(_)) => trim(name),
        _ => "",
    }
}

/// Only space and tab are trimmed (RFC 6265bis §5.6 step 5), not what Unicode calls white space.
fn trim(text: &str) -> &str {
    let (mut from, mut to) = (0, text.len());
    while is_blank(text, from) {
        from += 1;
    }
    while to > from && is_blank(text, to - 1) {
        to -= 1;
    }
    text::part(text, from, to)
}

fn is_blank(text: &str, at: usize) -> bool {
    matches!(text.as_bytes().get(at), Some(b' ' | b'\t'))
}

/// Whether a `Max-Age` value ends the cookie at once; nothing when it is no number and so ignored.
fn lifetime_ends(value: &str) -> Option<bool> {
    let negative = text::after(value, "-");
    let digits = negative.unwrap_or(value);
    let is_number = !digits.is_empty() && text::all_digits(digits);
    is_number.then(|| negative.is_some() || text::all(digits, |digit| digit == b'0'))
}

/// Whether a browser would take a cookie for `domain` from a page of `host`, as far as that can be told without writing
/// one: for the host itself, and for a parent of it up to `share` where the policy names one. Where it names none, for a
/// parent that does not look like a public suffix (`is_suffix`).
///
/// Of a cookie that waits this says whether it is read meanwhile, and nothing else: what the browser takes decides the
/// true write.
pub fn is_taken(domain: &str, host: &str, share: &str) -> bool {
    domain.is_empty()
        || domain.eq_ignore_ascii_case(host)
        || is_within(host, domain)
            && if share.is_empty() { !is_suffix(domain) } else { is_within(domain, share) }
}

/// Whether a host is this one or below it.
#[inline(never)]
fn is_within(host: &str, above: &str) -> bool {
    let at = host.len().wrapping_sub(above.len());
    text::part(host, at, host.len()).eq_ignore_ascii_case(above)
        && (at == 0 || text::part(host, at.wrapping_sub(1), at) == ".")
}

/// Whether others have names below it, by a short rule in the place of the public suffix list, which weighs more than all
/// of a page's consent manager: one label, or one of a few words before a country. A part of a numeric address counts
/// too: a page there has cookies of its own host only.
///
/// Wrong both ways: `asso.fr` and `github.io` pass for somebody's name, and `co.de` for a suffix.
fn is_suffix(domain: &str) -> bool {
    let (word, rest) = text::split(domain, b'.');
    let Some(rest) = rest else { return true };
    let mut words = Some(WORDS);
    while let Some(some) = words {
        let (other, others) = text::split(some, b' ');
        if other.eq_ignore_ascii_case(word) && rest.len() == 2 {
            return true;
        }
        words = others;
    }
    text::all(domain, |byte| byte <= b'9')
}

/// What registries of countries most often put before their own label.
const WORDS: &str = "ac co com edu go gob gouv gov govt gv ltd mil ne net nhs or org plc sch";

/// A cookie date (RFC 6265 §5.1.1), which is far more tolerant than any other date of the web: the
/// first token that looks like a time, a day, a month or a year is taken for it, in this order.
pub fn parse_date(text: &str) -> Option<UnixMillis> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.as_bytes().split(|byte| is_date_delimiter(*byte)) {
        let (digits, number, rest) = leading_number(token);
        if time.is_none() && rest.first() == Some(&b':') {
            time = parse_time(token);
        } else if day.is_none() && (1..=2).contains(&digits) {
            day = Some(number);
        } else if month.is_none() && digits == 0 && token.len() >= 3 {
            month = parse_month(token);
        } else if year.is_none() && (2..=4).contains(&digits) {
            year = Some(match number {
                70..=99 => number + 1900,
                0..=69 => number + 2000,
                _ => number,
            });
        }
    }
    let (seconds, day, month, year) = (time?, day?, month?, year?);
    if !(1..=31).contains(&day) {
        return None;
    }
    // DIFFERENCE: §5.1.1 ignores years before 1601, Chromium takes them for long past. So do we: what
    // counts as a removal can only remove.
    Some(UnixMillis(days_from_civil(year, month, day) * DAY_MS + seconds * 1000))
}

fn is_date_delimiter(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'/' | b';'..=b'@' | b'['..=b'`' | b'{'..=b'~')
}

/// How many digits a token starts with, the number they make, and what follows them.
fn leading_number(token: &[u8]) -> (usize, i64, &[u8]) {
    let (mut digits, mut number, mut rest) = (0, 0i64, token);
    while let [byte @ b'0'..=b'9', after @ ..] = rest {
        digits += 1;
        number = number.wrapping_mul(10).wrapping_add(i64::from(byte - b'0'));
        rest = after;
    }
    (digits, number, rest)
}

/// `hh:mm:ss` with one or two digits each, in seconds since midnight.
fn parse_time(token: &[u8]) -> Option<i64> {
    let (mut seconds, mut rest) = (0, token);
    for (position, limit) in [24, 60, 60].into_iter().enumerate() {
        let (digits, number, after) = leading_number(rest);
        if !(1..=2).contains(&digits) || number >= limit {
            return None;
        }
        seconds = seconds * 60 + number;
        rest = match after {
            [b':', after @ ..] => after,
            _ if position == 2 => after,
            _ => return None,
        };
    }
    Some(seconds)
}

fn parse_month(token: &[u8]) -> Option<i64> {
    let mut month = 0;
    for name in b"janfebmaraprmayjunjulaugsepoctnovdec".chunks_exact(3) {
        month += 1;
        if token.get(..3)?.eq_ignore_ascii_case(name) {
            return Some(month);
        }
    }
    None
}

/// The names in a jar as `document.cookie` prints it. A nameless cookie appears as the empty name.
pub fn names(jar: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(jar);
    core::iter::from_fn(move || {
        while let Some(pairs) = rest {
            let (pair, others) = text::split(pairs, b';');
            rest = others;
            let pair = trim(pair);
            if !pair.is_empty() {
                return Some(name_of(pair));
            }
        }
        None
    })
}

/// The values of all cookies of this name in a jar, with a space behind each: a browser keeps one for each domain and
/// path.
pub fn values(jar: &str, name: &str) -> String {
    let mut values = String::new();
    let mut rest = Some(jar);
    while let Some(pairs) = rest {
        let (pair, others) = text::split(pairs, b';');
        rest = others;
        if let Some(value) = text::after(trim(pair), name).and_then(|rest| text::after(rest, "=")) {
            values.push_str(value);
            values.push(' ');
        }
    }
    values
}
