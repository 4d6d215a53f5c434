//! Random identifiers: 128 bits as 22 characters of base64url without padding (RFC 4648 §5).
//! The bits come from the caller; this file knows no source of randomness.
//!
//! ```
//! use consentinel::id;
//! assert_eq!(id::from_bits([0; 16]), "AAAAAAAAAAAAAAAAAAAAAA");
//! ```

use alloc::string::String;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The identifier for these 128 bits.
pub fn from_bits(bits: [u8; 16]) -> String {
    // 128 bits are 21 sixes and a rest of two, which base64 pads with zero bits on the right.
    let number = u128::from_be_bytes(bits);
    (0..22u32)
        .map(|position| {
            let six = if position < 21 { number >> (122 - 6 * position) } else { number << 4 };
            char::from(ALPHABET.get(six as usize & 63).copied().unwrap_or_default())
        })
        .collect()
}

/// Whether `text` has the form of an identifier.
pub fn is_id(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|byte| ALPHABET.contains(&byte))
}
