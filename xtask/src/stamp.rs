//! The build hash of a finished script, and hashes of files. What the build hash is, and how it gets into a script, says
//! `consentinel_npx::tag`, which stamps the scripts of `npx consentinel bundle`; here it is taken by another hand than the
//! core's, and looked at again.

use anyhow::{Result, anyhow};
use consentinel_npx::tag;

pub use consentinel_npx::tag::{ZEROS, integrity};

/// Writes the hash of `text` into it, in the place of the zeros; answers the file and the hash.
pub fn stamp(text: &str) -> Result<(String, String)> {
    tag::stamp(text, hash).map_err(|error| anyhow!(error))
}

/// Whether `text` is the file that `hash` names.
pub fn is_stamped(text: &str, hash: &str) -> bool {
    let zeroed = text.replace(hash, ZEROS);
    zeroed != text && self::hash(&zeroed) == hash
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

    #[test]
    fn two_hands_find_the_same_hash_of_a_file() {
        let digest = hmac_sha256::Hash::hash(b"a file");
        assert_eq!(integrity("a file"), format!("sha256-{}", crate::encode::base64(&digest)));
    }
}
