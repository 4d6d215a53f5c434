//! Small things done to texts, each once. The library's splitting and searching is generic over what
//! is looked for, and every use of it brings its own copy: together they weighed kilobytes in the
//! page module. Everything here looks for single ASCII bytes, so that no character is ever cut.

use alloc::string::String;

/// What stands before the first `byte` (ASCII), and what stands after it when it is there.
///
/// Written for loops: `while let Some(text) = rest { let (part, after) = split(text, b';'); … }`.
#[inline(never)]
pub(crate) fn split(text: &str, byte: u8) -> (&str, Option<&str>) {
    for (at, other) in text.bytes().enumerate() {
        if other == byte {
            return (part(text, 0, at), Some(part(text, at + 1, text.len())));
        }
    }
    (text, None)
}

/// The part of a text between two places; empty where they do not fit.
#[inline(never)]
pub(crate) fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// What follows `beginning`, when the text begins with it.
#[inline(never)]
pub(crate) fn after<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let length = beginning.len();
    (part(text, 0, length) == beginning).then(|| part(text, length, text.len()))
}

/// Whether all bytes are of a kind. A function pointer, so that the loop is there once.
#[inline(never)]
pub(crate) fn all(text: &str, is_right: fn(u8) -> bool) -> bool {
    for byte in text.bytes() {
        if !is_right(byte) {
            return false;
        }
    }
    true
}

/// Whether all bytes are decimal digits; of an empty text, too.
pub(crate) fn all_digits(text: &str) -> bool {
    all(text, |byte| byte.is_ascii_digit())
}

/// Whether the text has this byte (ASCII).
pub(crate) fn has(text: &str, byte: u8) -> bool {
    split(text, byte).1.is_some()
}

/// How many characters a text has: every byte that does not go on with one begins one.
#[inline(never)]
pub(crate) fn characters(text: &str) -> usize {
    let mut count = 0;
    for byte in text.bytes() {
        count += usize::from(byte & 0xc0 != 0x80);
    }
    count
}

/// The text without its control characters, or with `instead` in their place.
#[inline(never)]
pub(crate) fn cleaned(text: &str, instead: Option<char>) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if !is_control(character) {
            out.push(character);
        } else if let Some(instead) = instead {
            out.push(instead);
        }
    }
    out
}

/// Characters that do something instead of showing something: C0, C1, line separators, and the
/// bidirectional embeddings, overrides and isolates (UAX #9 §2), which can turn a text around.
/// The plain direction marks (U+200E, U+200F, U+061C) are ordinary in Arabic and Hebrew texts.
pub fn is_control(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A number in base 36, lower case, that a clock could show.
#[inline(never)]
pub(crate) fn base36(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 11 {
        return None;
    }
    // Eleven digits stay far below 2^63.
    let mut number = 0;
    for byte in text.bytes() {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'z' => byte - b'a' + 10,
            _ => return None,
        };
        number = number * 36 + i64::from(digit);
    }
    Some(number)
}
