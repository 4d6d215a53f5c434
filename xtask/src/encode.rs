//! Writes the WebAssembly module as a JavaScript string literal inside a UTF-8 script, and does it
//! in the way that is smallest after brotli. It compresses nothing and builds nothing.
//!
//! INVARIANT: the page reads the literal into an array of bytes, `text.charCodeAt(at) - shift` for each,
//! which keeps the lower eight bits of each character. So the byte b may be written as U+0000+b or
//! as U+0100+b, whichever is legal and decent in a source file. `shift` comes from `#assets`.
//!
//! Measured by `cargo xtask size --encodings` (a module of 81 300 bytes, 30 701 after brotli as a
//! file of its own; the whole English tag after brotli):
//!
//! | encoding | tag | holds control characters |
//! |---|---|---|
//! | characters, shifted by 40 | 39 264 | no |
//! | characters, illegal ones moved | 39 475 | yes |
//! | characters, controls moved | 40 106 | no |
//! | hexadecimal | 40 205 | no |
//! | base64 | 47 291 | no |
//!
//! The order was the same for modules of 110 and 120 KB. A shift of 40 puts the commonest bytes, the
//! small ones, on printable ASCII, one byte each in the file; 24 to 96 were tried, 48 comes next.

/// A way to write bytes into a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// One character per byte; moved up are only those that a literal cannot hold.
    Raw,
    /// One character per byte; moved up are all control characters too.
    Printable,
    /// One character per byte, each shifted by this much first, control characters moved up: the
    /// commonest bytes are small ones, and a shift makes them printable, so one byte in the file.
    Shifted(u8),
    /// Two digits per byte.
    Hex,
    /// Four characters per three bytes.
    Base64,
}

/// What the build uses; the page takes the shift off (www/js/border.js).
pub const CHOSEN: Encoding = Encoding::Shifted(40);

impl Encoding {
    /// What the page subtracts from each character.
    pub fn shift(self) -> u8 {
        match self {
            Self::Shifted(by) => by,
            Self::Raw | Self::Printable | Self::Hex | Self::Base64 => 0,
        }
    }
}

/// The literal, with its quotes, that stands for `bytes`. Single quotes, because the byte 0x27 is
/// rarer in modules than 0x22 (`local.tee`); no escapes, so that nothing needs unescaping.
pub fn literal(bytes: &[u8], encoding: Encoding) -> String {
    let body: String = match encoding {
        Encoding::Raw => bytes.iter().map(|&byte| character(byte, is_illegal)).collect(),
        Encoding::Printable => bytes.iter().map(|&byte| character(byte, is_awkward)).collect(),
        Encoding::Shifted(by) => {
            bytes.iter().map(|byte| character(byte.wrapping_add(by), is_awkward)).collect()
        }
        Encoding::Hex => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Encoding::Base64 => base64(bytes),
    };
    format!("'{body}'")
}

fn character(byte: u8, moves: fn(u8) -> bool) -> char {
    if moves(byte) {
        // PANICS: never, because U+0100 to U+01FF are all characters; the fallback is unreachable.
        char::from_u32(0x100 + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
    } else {
        char::from(byte)
    }
}

/// Ends the literal or the line, begins an escape, or is NUL, which tools take for the sign of a
/// file that is no text.
fn is_illegal(byte: u8) -> bool {
    matches!(byte, b'\0' | b'\n' | b'\r' | b'\\' | b'\'')
}

/// Illegal, or a control character (C0, DEL, C1), which an editor or a proxy might not keep.
fn is_awkward(byte: u8) -> bool {
    is_illegal(byte) || char::from(byte).is_control()
}

/// Bytes as Base64 with padding (RFC 4648 §4).
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let number = chunk
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0_usize, |number, &byte| number << 8 | usize::from(byte));
        for place in 0..4 {
            let digit = DIGITS[number >> (18 - 6 * place) & 63];
            text.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the page does: the lower eight bits of every character between the quotes, less the
    /// shift.
    fn decoded(literal: &str, encoding: Encoding) -> Vec<u8> {
        let body = literal.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
        assert!(!body.contains(['\'', '\\', '\n', '\r', '\0', '\u{2028}', '\u{2029}']));
        // A character beyond U+FFFF would be two code units, so two bytes, for the page.
        assert_eq!(body.chars().count(), body.encode_utf16().count());
        body.chars()
            .map(|character| (u32::from(character) as u8).wrapping_sub(encoding.shift()))
            .collect()
    }

    /// Every byte value, after every other one.
    fn all_pairs() -> Vec<u8> {
        (0..=255_u8)
            .flat_map(|first| (0..=255_u8).flat_map(move |second| [first, second]))
            .collect()
    }

    #[test]
    fn every_pair_of_bytes_survives_the_rule_of_the_page() {
        for encoding in [Encoding::Raw, Encoding::Printable, CHOSEN] {
            let literal = literal(&all_pairs(), encoding);
            assert_eq!(decoded(&literal, encoding), all_pairs(), "{encoding:?}");
        }
    }

    #[test]
    fn every_byte_survives_every_shift() {
        let bytes: Vec<u8> = (0..=255).collect();
        for encoding in (0..=255).map(Encoding::Shifted) {
            let literal = literal(&bytes, encoding);
            assert_eq!(decoded(&literal, encoding), bytes, "{encoding:?}");
            assert!(!literal.contains(char::is_control), "{encoding:?}");
        }
    }

    #[test]
    fn the_chosen_encoding_writes_no_control_character() {
        assert!(!literal(&all_pairs(), CHOSEN).contains(char::is_control));
    }

    #[test]
    fn base64_and_hex_are_the_usual_ones() {
        for (bytes, want) in [("", "''"), ("f", "'Zg=='"), ("fo", "'Zm8='"), ("foo", "'Zm9v'")] {
            assert_eq!(literal(bytes.as_bytes(), Encoding::Base64), want);
        }
        assert_eq!(literal(&[0, 255, 0x1a], Encoding::Hex), "'00ff1a'");
    }
}
