//! SHA-256 (FIPS 180-4) as lower-case hexadecimal: the only hash of this product, so that any
//! auditor can repeat every one of them with a standard tool. What is hashed is the callers' affair.
//!
//! Natively it is the `sha2` crate's, which uses what the processor has for it; a verifier hashes
//! every line. A page hashes a few times in its life and pays for every byte, and the smallest library
//! weighs a kilobyte more there than the lines below (docs/sizes.md). tests/hash.rs compares the two
//! on texts of every length.
//!
//! ```
//! use consentinel::hash::sha256;
//! assert!(sha256(b"").starts_with("e3b0c442"));
//! ```

use alloc::{string::String, vec::Vec};

use crate::json::hex_digit;

#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub use native::{Hash, digest, digest_of, from_hex, hex, sha256};
#[cfg(all(target_arch = "wasm32", not(feature = "audit")))]
pub use sha256_of_page as sha256;

/// Hashes as programs use them: as bytes, of parts, and back from their digits.
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
mod native {
    use alloc::string::String;

    use sha2::{Digest as _, Sha256};

    use crate::json::hex_digit;

    /// The 32 bytes of a SHA-256.
    pub type Hash = [u8; 32];

    /// The SHA-256 of `bytes`: 64 lower-case hexadecimal digits.
    pub fn sha256(bytes: &[u8]) -> String {
        hex(&digest(bytes))
    }

    /// The SHA-256 of `bytes`.
    pub fn digest(bytes: &[u8]) -> Hash {
        Sha256::digest(bytes).into()
    }

    /// The SHA-256 of these parts one after the other.
    pub fn digest_of(parts: &[&[u8]]) -> Hash {
        let mut state = Sha256::new();
        for part in parts {
            state.update(part);
        }
        state.finalize().into()
    }

    /// Bytes as lower-case hexadecimal digits.
    pub fn hex(bytes: &[u8]) -> String {
        let mut out = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            out.push(hex_digit(byte >> 4));
            out.push(hex_digit(byte & 15));
        }
        out
    }

    /// The bytes of a hash; nothing where `text` does not have the form of one.
    ///
    /// ```
    /// use consentinel::hash::{digest, from_hex, sha256};
    /// assert_eq!(from_hex(&sha256(b"")), Some(digest(b"")));
    /// assert_eq!(from_hex("E3"), None);
    /// ```
    pub fn from_hex(text: &str) -> Option<Hash> {
        let mut hash = Hash::default();
        if !super::is_hash(text) {
            return None;
        }
        // Without a question for each digit, so that a processor takes many at a time: letters are the columns
        // four and six of ASCII, from one on.
        let value = |digit: u8| (digit & 15) + 9 * (digit >> 6);
        for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            if let [high, low] = digits {
                *byte = value(*high) << 4 | value(*low);
            }
        }
        Some(hash)
    }
}

/// The SHA-256 of `bytes`, as the page module computes it: 64 lower-case hexadecimal digits.
pub fn sha256_of_page(bytes: &[u8]) -> String {
    let mut state = [0; 8];
    begin(&mut state);
    let mut message = Vec::from(bytes);
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    let constants = constants();
    for block in message.chunks_exact(64) {
        compress(&mut state, block, &constants);
    }
    let mut out = String::new();
    for word in state {
        let mut rest = word;
        for _ in 0..8 {
            rest = rest.rotate_left(4);
            out.push(hex_digit(rest as u8 & 15));
        }
    }
    out
}

/// The first 32 bits of the fractional parts of the square roots of the first 8 primes (§5.3.3).
///
/// Computed, as the constants below are, because a table of them is bytes that no compression shortens.
fn begin(state: &mut [u32; 8]) {
    let mut prime = 1;
    for word in state {
        prime = prime_after(prime);
        *word = root_fraction(prime, false);
    }
}

/// Those of the cube roots of the first 64 primes (§4.2.2).
fn constants() -> [u32; 64] {
    let mut constants = [0; 64];
    let mut prime = 1;
    for constant in &mut constants {
        prime = prime_after(prime);
        *constant = root_fraction(prime, true);
    }
    constants
}

fn prime_after(number: u32) -> u32 {
    let mut prime = number;
    let mut divisor = 0;
    // Counting down from the number itself, the first divisor of a prime is one.
    while divisor != 1 {
        prime += 1;
        divisor = prime - 1;
        while !prime.is_multiple_of(divisor) {
            divisor -= 1;
        }
    }
    prime
}

/// The first 32 bits of the fractional part of a square or cube root, by Newton's method. A double
/// holds 17 bits more than are asked for, and its arithmetic is the same everywhere (IEEE 754).
fn root_fraction(prime: u32, is_cube: bool) -> u32 {
    let number = f64::from(prime);
    let mut root = number;
    for _ in 0..30 {
        root = if is_cube {
            (2.0 * root + number / (root * root)) / 3.0
        } else {
            (root + number / root) / 2.0
        };
    }
    (root * 4_294_967_296.0) as u64 as u32
}

/// One block (§6.2.2).
fn compress(state: &mut [u32; 8], block: &[u8], constants: &[u32; 64]) {
    let mut schedule = [0u32; 64];
    for (word, bytes) in schedule.iter_mut().zip(block.chunks_exact(4)) {
        for byte in bytes {
            *word = *word << 8 | u32::from(*byte);
        }
    }
    for at in 0..48 {
        let window = schedule.get_mut(at..at + 17);
        if let Some([w0, w1, _, _, _, _, _, _, _, w9, _, _, _, _, w14, _, w16]) = window {
            let sigma0 = w1.rotate_right(7) ^ w1.rotate_right(18) ^ *w1 >> 3;
            let sigma1 = w14.rotate_right(17) ^ w14.rotate_right(19) ^ *w14 >> 10;
            *w16 = w0.wrapping_add(sigma0).wrapping_add(*w9).wrapping_add(sigma1);
        }
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (constant, word) in constants.iter().zip(&schedule) {
        let sum1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = (e & f) ^ (!e & g);
        let t1 =
            h.wrapping_add(sum1).wrapping_add(choice).wrapping_add(*constant).wrapping_add(*word);
        let sum0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        (h, g, f, e) = (g, f, e, d.wrapping_add(t1));
        (d, c, b, a) = (c, b, a, t1.wrapping_add(sum0).wrapping_add(majority));
    }
    for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(add);
    }
}

/// Whether `text` has the form of a hash.
pub fn is_hash(text: &str) -> bool {
    // All bytes, not up to the first wrong one: so a processor asks many at a time.
    let is_digit = |byte: u8| byte.is_ascii_digit() | matches!(byte, b'a'..=b'f');
    text.len() == 64 && text.bytes().fold(true, |so_far, byte| so_far & is_digit(byte))
}
