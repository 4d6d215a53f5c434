//! SHA-256 (FIPS 180-4) as lower-case hexadecimal: the only hash of this product, so that any
//! auditor can repeat every one of them with a standard tool. What is hashed is the callers' affair.
//!
//! DIFFERENCE: a library would do, but the smallest one weighs a kilobyte more in the page module than
//! these lines (docs/sizes.md). tests/hash.rs compares them with a library on texts of every length.
//!
//! ```
//! use consentinel::hash::sha256;
//! assert!(sha256(b"").starts_with("e3b0c442"));
//! ```

use alloc::{string::String, vec::Vec};

use crate::json::hex_digit;

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (§4.2.2).
const K: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

/// The SHA-256 of `bytes`: 64 lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let mut state = [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
        0x5be0cd19,
    ];
    let mut message = Vec::from(bytes);
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    for block in message.chunks_exact(64) {
        compress(&mut state, block);
    }
    let mut out = String::new();
    for word in state {
        for shift in (0..8).rev() {
            out.push(hex_digit((word >> (4 * shift)) as u8 & 15));
        }
    }
    out
}

/// One block (§6.2.2). The schedule is kept in a ring of sixteen words.
fn compress(state: &mut [u32; 8], block: &[u8]) {
    let mut w = [0u32; 16];
    for (word, bytes) in w.iter_mut().zip(block.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    let mut s = *state;
    for (round, constant) in K.iter().enumerate() {
        let word = |back: usize| w.get((round + 16 - back) & 15).copied().unwrap_or_default();
        if round >= 16 {
            let (w15, w2) = (word(15), word(2));
            let sigma0 = w15.rotate_right(7) ^ w15.rotate_right(18) ^ w15 >> 3;
            let sigma1 = w2.rotate_right(17) ^ w2.rotate_right(19) ^ w2 >> 10;
            let next = word(16).wrapping_add(sigma0).wrapping_add(word(7)).wrapping_add(sigma1);
            if let Some(slot) = w.get_mut(round & 15) {
                *slot = next;
            }
        }
        let w_t = w.get(round & 15).copied().unwrap_or_default();
        let [a, b, c, d, e, f, g, h] = s;
        let sum1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = (e & f) ^ (!e & g);
        let t1 =
            h.wrapping_add(sum1).wrapping_add(choice).wrapping_add(*constant).wrapping_add(w_t);
        let sum0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        s = [t1.wrapping_add(sum0).wrapping_add(majority), a, b, c, d.wrapping_add(t1), e, f, g];
    }
    for (word, add) in state.iter_mut().zip(s) {
        *word = word.wrapping_add(add);
    }
}

/// Whether `text` has the form of a hash.
pub fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
