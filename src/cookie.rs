//! Cookies as text: what a write to `document.cookie` would do, and what a jar holds. Judging a write
//! is [`crate::gate`]'s work, removing a cookie that of `www/js/gate.js`.
//!
//! ```
//! use consentinel::{cookie::Write, time::UnixMillis};
//! let write = Write::parse(" a = b ; MAX-AGE=0", UnixMillis(0));
//! assert_eq!((write.name, write.removes), ("a", true));
//! ```

use crate::time::{DAY_MS, UnixMillis, days_from_civil};

/// What one assignment to `document.cookie` asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Write<'a> {
    /// The name under which the jar would show it; empty for a nameless one.
    pub name: &'a str,
    /// Whether its attributes make the browser delete instead of set: a lifetime of zero or less,
    /// or an expiry that has passed.
    pub removes: bool,
}

impl<'a> Write<'a> {
    /// Reads the text as RFC 6265bis §5.6 reads a `Set-Cookie` string: attributes in any order and
    /// case, the last of a kind counts, and a lifetime counts before an expiry.
    ///
    /// A text with control characters never counts as a removal: browsers cut or drop it in their
    /// own ways, and what they would keep of it is not ours to guess.
    pub fn parse(text: &'a str, now: UnixMillis) -> Write<'a> {
        let mut parts = text.split(';');
        let pair = parts.next().unwrap_or_default();
        // A nameless cookie shows as its bare value, so `=a=b` would pass for a cookie named `a`.
        let mut shown = trim(pair);
        while let Some(rest) = shown.strip_prefix('=') {
            shown = trim(rest);
        }
        let name = shown.split_once('=').map_or("", |(name, _)| trim(name));
        let mut max_age = None;
        let mut expires = None;
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let (key, value) = (trim(key), trim(value));
            if key.eq_ignore_ascii_case("max-age") {
                max_age = lifetime_ends(value).or(max_age);
            } else if key.eq_ignore_ascii_case("expires") {
                expires = parse_date(value).or(expires);
            }
        }
        let ended = max_age.unwrap_or_else(|| expires.is_some_and(|at| at <= now));
        Write {
            name,
            removes: ended
                && !text.chars().any(|character| character < ' ' || character == '\u{7f}'),
        }
    }
}

/// Only space and tab are trimmed (RFC 6265bis §5.6 step 5), not what Unicode calls white space.
fn trim(text: &str) -> &str {
    let mut text = text;
    while let Some(rest) = text.strip_prefix(is_blank).or_else(|| text.strip_suffix(is_blank)) {
        text = rest;
    }
    text
}

fn is_blank(character: char) -> bool {
    character == ' ' || character == '\t'
}

/// Whether a `Max-Age` value ends the cookie at once; nothing when it is no number and so ignored.
fn lifetime_ends(value: &str) -> Option<bool> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| value.starts_with('-') || digits.bytes().all(|digit| digit == b'0'))
}

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
    jar.split(';')
        .map(trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').map_or("", |(name, _)| name))
}

/// The value of the first cookie of this name in a jar.
pub fn value<'a>(jar: &'a str, name: &str) -> Option<&'a str> {
    jar.split(';').map(trim).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}
