//! Records as they are, a line each.

use super::Texts;

/// Their lines.
pub fn texts() -> Texts {
    Texts {
        before: Vec::new(),
        each: Box::new(|_, line, _| Ok([line, b"\n"].concat())),
        between: b"",
        after: b"",
    }
}
