//! Finds entries by what an owner has at hand: a name, a provider, a host from the network panel, the name of a cookie.
//! Every word must be found somewhere; entries come by how near that place is to a name.
//!
//! Where none has them, those come that may be meant (near.rs). Left out: how what is found is shown.

use consentinel::pattern;
use serde::Serialize;

use crate::{
    entry::{Entry, entry_of, ids},
    near::near,
};

/// What was found of an entry.
#[derive(Serialize)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who is behind it.
    pub provider: String,
    /// The category that is suggested.
    pub category: String,
    /// What kinds of service it is.
    pub kinds: Vec<String>,
    /// The host or the item by which it was found, where its name was not.
    pub by: Option<String>,
}

/// The catalogue, read once, for many searches.
pub struct Index(Vec<Entry>);

/// How far from a name a word was found: less is nearer.
type Place = (u8, Option<String>);

impl Index {
    /// Reads the catalogue.
    pub fn new() -> Index {
        Index(ids().filter_map(entry_of).collect())
    }

    /// The first `most` entries that have every word, the likeliest first, and how many there are.
    pub fn search(&self, words: &str, most: usize) -> (Vec<Found>, usize) {
        let all = words;
        let words: Vec<String> = all.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return (Vec::new(), 0);
        }
        let mut found: Vec<(u8, &Entry, Option<String>)> = Vec::new();
        for entry in &self.0 {
            let places: Option<Vec<Place>> = words.iter().map(|word| place(entry, word)).collect();
            let Some(places) = places else { continue };
            let farthest = places.into_iter().max_by_key(|(distance, _)| *distance);
            found.extend(farthest.map(|(distance, by)| (distance, entry, by)));
        }
        found.sort_by_key(|(distance, entry, _)| (*distance, entry.name.to_lowercase()));
        if found.is_empty() {
            let meant = near(all);
            let meant = self.0.iter().filter(|entry| meant.contains(&entry.id.as_str()));
            found.extend(meant.map(|entry| (0, entry, None)));
        }
        let count = found.len();
        let first = found.into_iter().take(most).map(|(_, entry, by)| Found {
            id: entry.id.clone(),
            name: entry.name.clone(),
            provider: entry.provider.name.clone(),
            category: entry.category.clone(),
            kinds: entry.kinds.clone(),
            by,
        });
        (first.collect(), count)
    }
}

impl Default for Index {
    fn default() -> Index {
        Index::new()
    }
}

/// Where a word in small letters is found in an entry.
fn place(entry: &Entry, word: &str) -> Option<Place> {
    let name = entry.name.to_lowercase();
    if name.starts_with(word) || entry.id == word {
        return Some((0, None));
    }
    if name.contains(word) || entry.id.contains(word) {
        return Some((1, None));
    }
    if entry.provider.name.to_lowercase().contains(word) {
        return Some((2, None));
    }
    if entry.kinds.iter().any(|kind| kind.contains(word)) {
        return Some((3, None));
    }
    let host = entry.hosts.iter().find(|host| is_at(&host.host, word));
    if let Some(host) = host {
        return Some((4, Some(host.host.clone())));
    }
    let items = || entry.items.iter().map(|item| (item.name.to_lowercase(), &item.name));
    if let Some((_, name)) =
        items().find(|(name, _)| name.starts_with(word) || pattern::matches(name, word))
    {
        return Some((5, Some(name.clone())));
    }
    items().find(|(name, _)| name.contains(word)).map(|(_, name)| (6, Some(name.clone())))
}

/// Whether a word is part of a pattern of hosts, or an address or a host that the pattern stands for.
fn is_at(pattern: &str, word: &str) -> bool {
    let host = word.split_once("://").map_or(word, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or(host);
    if host.is_empty() {
        return false;
    }
    let below = pattern.strip_prefix("*.");
    pattern.contains(host)
        || below.is_some_and(|domain| {
            host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    /// The first entry that is found, and by what.
    #[track_caller]
    fn check(words: &str, id: &str, by: Option<&str>) {
        let (found, count) = Index::new().search(words, 5);
        assert!(count >= found.len());
        let first = found.first().map(|found| (found.id.as_str(), found.by.as_deref()));
        assert_eq!(first, Some((id, by)), "{words}");
    }

    #[test]
    fn by_name_provider_host_and_item() {
        check("hotjar", "hotjar", None);
        check("  GOOGLE   Analytics ", "google-analytics", None);
        check("https://script.hotjar.com/modules.js?x=1", "hotjar", Some("*.hotjar.com"));
        check("hotjar.com", "hotjar", Some("*.hotjar.com"));
        check("_ga_A1B2C3", "google-analytics", Some("_ga_*"));
        check("mp_*", "mixpanel", Some("mp_*"));
        check("ga4", "google-analytics", None);
    }

    #[test]
    fn nothing_is_found_for_nothing() {
        let index = Index::new();
        for words in ["", "  \n", "no such service", "hotjar nosuchword", "://"] {
            assert_eq!(index.search(words, 5).1, 0, "{words:?}");
        }
    }

    #[test]
    fn no_more_than_asked_for_and_all_are_counted() {
        let (found, count) = Index::new().search("a", 3);
        assert_eq!(found.len(), 3);
        assert!(count > 100, "{count}");
    }
}
