//! Our SHA-256, and the one of native programs, beside a library's, on every length around the block boundaries and on a long text.

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

use consentinel::hash::{sha256, sha256_of_page};

#[test]
fn agrees_with_a_library() {
    let bytes: Vec<u8> = (0..1000u32).map(|number| (number * 31 % 251) as u8).collect();
    for length in (0..=260).chain([511, 512, 513, 1000]) {
        let hex: String = hmac_sha256::Hash::hash(&bytes[..length])
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(sha256_of_page(&bytes[..length]), hex, "{length} bytes");
        assert_eq!(sha256(&bytes[..length]), hex, "{length} bytes");
    }
}
