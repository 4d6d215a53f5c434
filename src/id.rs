//! Random identifiers: 128 bits as 22 characters of base64url without padding (RFC 4648 §5).
//! The bits come from the caller; this file knows no source of randomness.
//!
//! ```
//! use consentinel::id;
//! assert_eq!(id::from_bits([0; 16]), "AAAAAAAAAAAAAAAAAAAAAA");
//! ```

use alloc::string::String;

use crate::text;

/// The identifier of no bits at all. In the place of a pseudonym it stands for one that is not minted yet: only the module
/// that comes later can.
pub const UNMINTED: &str = "AAAAAAAAAAAAAAAAAAAAAA";

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The identifier for these 128 bits.
pub fn from_bits(bits: [u8; 16]) -> String {
    let mut out = String::new();
    let (mut waiting, mut count) = (0u32, 0);
    for byte in bits {
        waiting = waiting << 8 | u32::from(byte);
        count += 8;
        while count >= 6 {
            count -= 6;
            push_six(waiting >> count, &mut out);
        }
    }
    // 128 bits are 21 sixes and a rest of two, which base64 pads with zero bits on the right.
    push_six(waiting << 4, &mut out);
    out
}

fn push_six(bits: u32, out: &mut String) {
    out.push(char::from(ALPHABET.get(bits as usize & 63).copied().unwrap_or_default()));
}

/// Whether `text` has the form of an identifier.
pub fn is_id(text: &str) -> bool {
    text.len() == 22
        && text::all(text, |byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
