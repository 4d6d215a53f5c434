//! The build hash: a file that carries its own SHA-256, so that a record can say which code asked.
//!
//! The hash is taken over the finished file with its own 64 digits written as zeros. So anyone who
//! holds a shipped file and the hash from a record can check it: replace the hash by zeros, hash,
//! compare. It is no signature; it says which file, not who made it.

use anyhow::{Result, bail};

use crate::encode::base64;

/// What stands in the file until its hash is known.
pub const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Writes the hash of `text` into it, in the place of the zeros; answers the file and the hash.
pub fn stamp(text: &str) -> Result<(String, String)> {
    let places = text.matches(ZEROS).count();
    if places != 1 {
        bail!(
            "the build hash has {places} places in the bundle instead of one: \
             import `build` from \"#assets\" once, and write no 64 zeros elsewhere"
        );
    }
    let hash = hash(text);
    Ok((text.replacen(ZEROS, &hash, 1), hash))
}

/// Whether `text` is the file that `hash` names.
pub fn is_stamped(text: &str, hash: &str) -> bool {
    let zeroed = text.replace(hash, ZEROS);
    zeroed != text && self::hash(&zeroed) == hash
}

/// The hash of a file as the attribute `integrity` has it (Subresource Integrity, W3C).
pub fn integrity(text: &str) -> String {
    format!("sha256-{}", base64(&hmac_sha256::Hash::hash(text.as_bytes())))
}

/// The hash of a file, in hexadecimal digits.
pub fn hash(text: &str) -> String {
    hex(&hmac_sha256::Hash::hash(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamped_file_checks_and_a_changed_one_does_not() {
        let (file, hash) = stamp(&format!("let build=\"{ZEROS}\";")).unwrap();
        assert!(file.contains(&hash));
        assert!(is_stamped(&file, &hash));
        assert!(!is_stamped(&file.replace("let", "var"), &hash));
        assert!(!is_stamped("no hash in here", &hash));
    }

    #[test]
    fn a_file_without_one_place_for_the_hash_is_refused() {
        assert!(stamp("nothing").is_err());
        assert!(stamp(&format!("{ZEROS} {ZEROS}")).is_err());
    }
}
