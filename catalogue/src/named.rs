//! The ids of services that unknown domains become in a draft: made of their letters, and numbered where two would be the
//! same, since `a-co.uk` and `a.co.uk` are two owners.
//!
//! Left out: which domains a draft takes (proposal.rs).

use std::collections::{BTreeMap, BTreeSet};

/// So long an id is before its number; a policy takes 64 letters (docs/policy.md).
const LONGEST: usize = 60;

/// The id of each domain, by domain; none is one of `taken`, which are the ids of other services and of categories.
pub fn service_ids<'a>(
    domains: impl Iterator<Item = &'a String>,
    taken: &BTreeSet<String>,
) -> BTreeMap<String, String> {
    let mut taken = taken.clone();
    let mut ids = BTreeMap::new();
    for domain in domains {
        let base = slug(domain);
        let mut id = base.clone();
        let mut number = 2_usize;
        while !taken.insert(id.clone()) {
            id = format!("{base}-{number}");
            number += 1;
        }
        ids.insert(domain.clone(), id);
    }
    ids
}

/// A text as an id: small letters, digits and hyphens.
pub fn slug(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter.to_ascii_lowercase() {
        letter @ ('a'..='z' | '0'..='9') => letter,
        _ => '-',
    });
    let id: String = letters.take(LONGEST).collect();
    let id = id.trim_matches('-');
    if id.is_empty() { String::from("site") } else { id.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ids_are_numbered() {
        let domains = ["a-co.uk", "a.co.uk", "hotjar", "[::1]"].map(String::from);
        let taken = BTreeSet::from([String::from("hotjar")]);
        let ids = service_ids(domains.iter(), &taken);
        assert_eq!(ids.values().collect::<Vec<_>>(), ["1", "a-co-uk", "a-co-uk-2", "hotjar-2"]);
        let long = ["x".repeat(80), "x".repeat(90)];
        let ids = service_ids(long.iter(), &taken);
        assert!(ids.values().all(|id| id.len() <= 64) && ids.len() == 2, "{ids:?}");
    }
}
