//! Names with `*` globs: does one match, and which of two rules is the more specific.
//! A `*` stands for any run of characters, none included; every other character stands for itself,
//! case and all (cookie names are case-sensitive, RFC 6265 §4.1.1).
//!
//! ```
//! use consentinel::pattern::{matches, specificity};
//! assert!(matches("_ga_*", "_ga_X1"));
//! assert!(specificity("_ga_X1") > specificity("_ga_*"));
//! ```

use crate::text;

/// Whether the pattern covers the whole name.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut reached) = (0, 0);
    // Where to go on when the letters after the last star do not fit: one further in the name.
    // Earlier stars need no second try, as the earliest place leaves the most for what follows.
    let mut retry = None;
    while reached < name.len() {
        let wanted = pattern.get(at);
        if wanted == Some(&b'*') {
            at += 1;
            retry = Some((at, reached));
        } else if wanted == name.get(reached) {
            at += 1;
            reached += 1;
        } else if let Some((after_star, from)) = retry {
            at = after_star;
            reached = from + 1;
            retry = Some((after_star, reached));
        } else {
            return false;
        }
    }
    while pattern.get(at) == Some(&b'*') {
        at += 1;
    }
    at == pattern.len()
}

/// How specific a pattern is: an exact name before every glob, then the more letters the better.
/// A number that compares in one step; documents are too short for more than 24 bits of letters.
pub fn specificity(pattern: &str) -> u64 {
    u64::from(!text::has(pattern, b'*')) << 24 | literals(pattern) as u64
}

/// The characters of a pattern besides its stars.
pub fn literals(pattern: &str) -> usize {
    let mut literals = text::characters(pattern);
    for byte in pattern.bytes() {
        literals -= usize::from(byte == b'*');
    }
    literals
}
