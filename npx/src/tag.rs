//! How a finished script is made of one with places: fillings, and the hash of the whole inside. `cargo xtask build` makes
//! the scripts of `dist/` so, and `npx consentinel bundle` those with a policy inside.
//!
//! The build hash lets a record say which code asked. It is taken over the finished file with its own 64 digits written
//! as zeros. So anyone who holds a script and the hash from a record can check it: replace the hash by zeros, hash,
//! compare. It is no signature; it says which file, not who made it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// What stands in the script until its hash is known.
pub const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The places that a bundle with a policy leaves open: names that nothing declares, so no minifier knows anything about
/// them (of a text it would work out the length).
pub mod place {
    /// The texts that are inside.
    pub const TEXTS: &str = "consentinelTexts";
    /// What the small button says, by language.
    pub const LABELS: &str = "consentinelLabels";
    /// The language that is inside.
    pub const INSIDE: &str = "consentinelInside";
    /// The policy that is inside.
    pub const POLICY: &str = "consentinelPolicy";
}

/// The text with each of these fillings, source code, in its place; an error where that is not one place.
pub fn fill(text: &str, fillings: &[(&str, &str)]) -> Result<String, String> {
    let mut text = String::from(text);
    for (place, filling) in fillings {
        let places = text.matches(place).count();
        if places != 1 {
            return Err(format!(
                "`{place}` has {places} places in the bundle instead of one: import it from its assets \
                 and use it once"
            ));
        }
        text = text.replacen(place, filling, 1);
    }
    Ok(text)
}

/// Writes the hash of `text` into it, in the place of the zeros; answers the file and the hash. `hash` is SHA-256 in
/// hexadecimal digits.
pub fn stamp(text: &str, hash: impl Fn(&str) -> String) -> Result<(String, String), String> {
    let places = text.matches(ZEROS).count();
    if places != 1 {
        return Err(format!(
            "the build hash has {places} places in the bundle instead of one: \
             import `build` from \"#first\" once, and write no 64 zeros elsewhere"
        ));
    }
    let hash = hash(text);
    Ok((text.replacen(ZEROS, &hash, 1), hash))
}

/// The hash of a file as the attribute `integrity` has it (Subresource Integrity, W3C).
pub fn integrity(file: impl AsRef<[u8]>) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(file.as_ref())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_filled_once_and_none_is_forgotten() {
        assert_eq!(
            fill("a=one,b=two", &[("one", "1"), ("two", "\"one\"")]).unwrap(),
            "a=1,b=\"one\""
        );
        for text in ["a=b", "one one"] {
            assert!(fill(text, &[("one", "1")]).is_err(), "{text}");
        }
    }

    #[test]
    fn a_hash_as_a_browser_has_it() {
        assert_eq!(integrity(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
