//! Records as they are, a line each.

use super::Texts;

/// Their lines.
pub fn texts() -> Texts {
    Texts {
        before: Vec::new(),
        several: Box::new(|rows| {
            let lines = rows.iter().flat_map(|(_, line)| [*line, b"\n"]);
            Ok(lines.collect::<Vec<_>>().concat())
        }),
        between: b"",
        after: b"",
    }
}
