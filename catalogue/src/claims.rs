//! Whose the things are that were found on a site, by the catalogue: its hosts and names are matched as the gate matches
//! those of a policy. Nothing is guessed: what two entries may claim, or none, is unknown, and says so.
//!
//! Left out: what follows for a policy (proposal.rs).

use std::collections::{BTreeMap, BTreeSet};

use consentinel::{
    address::{Address, covers},
    pattern::{literals, matches, specificity},
};

use crate::{
    entry::{Entry, Item, entry_of, ids},
    found::{Found, Thing, What, host_of, registrable},
};

/// Shorter names say nothing of who keeps something, where nothing else does.
const TELLING: usize = 4;

/// The catalogue, read.
pub struct Known {
    entries: Vec<Entry>,
}

/// Whose a thing is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Claim {
    /// The site's own host.
    Own,
    /// Another host of the same owner, by the domain that was registered.
    OwnHost,
    /// This entry of the catalogue declares it.
    Entry(String),
    /// It belongs to what this entry describes, which does not know it: a script of the entry's hosts set it.
    Beside(String),
    /// Nobody knows; these entries may be meant.
    Unknown(Vec<String>),
}

impl Known {
    /// All entries.
    pub fn all() -> Known {
        Known { entries: ids().filter_map(entry_of).collect() }
    }

    /// The entry whose host covers this address, the most specific one.
    pub fn of_address(&self, url: &str) -> Option<&Entry> {
        let to = Address::of(url)?;
        let rank =
            |entry: &Entry| entry.hosts.iter().filter_map(|host| covers(&host.host, &to)).max();
        let ranked = self.entries.iter().filter_map(|entry| Some((rank(entry)?, entry)));
        ranked.max_by_key(|(rank, _)| *rank).map(|(_, entry)| entry)
    }

    /// The entries that have an item of this kind and name, those alone that are the most specific, each with it.
    pub fn of_item(&self, kind: &str, name: &str) -> Vec<(&Entry, &Item)> {
        let all =
            self.entries.iter().flat_map(|entry| entry.items.iter().map(move |item| (entry, item)));
        let fitting: Vec<(&Entry, &Item)> =
            all.filter(|(_, item)| item.kind == kind && matches(&item.name, name)).collect();
        let best = fitting.iter().map(|(_, item)| specificity(&item.name)).max();
        fitting.into_iter().filter(|(_, item)| Some(specificity(&item.name)) == best).collect()
    }

    /// Whose each thing is, on a site whose pages are under these hosts.
    pub fn claims<'a>(
        &self,
        found: &'a Found,
        sites: &BTreeSet<String>,
    ) -> Vec<(&'a Thing, Claim)> {
        let asked: BTreeMap<&What, &Entry> = found
            .things()
            .filter_map(|thing| match &thing.what {
                What::Request { url } => Some((&thing.what, self.of_address(url)?)),
                What::Item { .. } => None,
            })
            .collect();
        let mut present: BTreeSet<&str> = asked.values().map(|entry| entry.id.as_str()).collect();
        for thing in found.things() {
            if let What::Item { kind, name, .. } = &thing.what
                && let [(entry, item)] = self.of_item(kind, name).as_slice()
                && literals(&item.name) >= TELLING
                // Names that are tried out are anybody's, such as `test`.
                && item.role.as_deref() != Some("probe")
            {
                present.insert(&entry.id);
            }
        }
        let claim = |thing: &Thing| match &thing.what {
            What::Request { url } if sites.contains(host_of(url)) => Claim::Own,
            What::Request { url } => match asked.get(&thing.what) {
                Some(entry) => Claim::Entry(entry.id.clone()),
                None if is_of(host_of(url), sites) => Claim::OwnHost,
                None => Claim::Unknown(Vec::new()),
            },
            What::Item { kind, name, host } => self.claim_of(thing, kind, name, host, &present),
        };
        found.things().map(|thing| (thing, claim(thing))).collect()
    }

    fn claim_of(
        &self,
        thing: &Thing,
        kind: &str,
        name: &str,
        host: &str,
        present: &BTreeSet<&str>,
    ) -> Claim {
        let fitting = self.of_item(kind, name);
        let has = |id: &str| fitting.iter().any(|(entry, _)| entry.id == id);
        // Who set it says most: the script, or the host for which it is kept where that is not the site's.
        let kept_for = thing.is_third.then(|| format!("https://{host}/"));
        let setters: BTreeSet<&str> = thing
            .by
            .iter()
            .chain(&kept_for)
            .filter_map(|address| self.of_address(address))
            .map(|entry| entry.id.as_str())
            .collect();
        if let Some(id) = setters.iter().find(|id| has(id)) {
            return Claim::Entry(String::from(*id));
        }
        // A loader sets what is another's, as a tag manager does.
        if let Some((entry, _)) =
            fitting.iter().find(|(entry, _)| present.contains(entry.id.as_str()))
        {
            return Claim::Entry(entry.id.clone());
        }
        match setters.first() {
            Some(id) => Claim::Beside(String::from(*id)),
            None => Claim::Unknown(fitting.iter().map(|(entry, _)| entry.id.clone()).collect()),
        }
    }
}

/// Whether a host is one of the sites', or of the domain that was registered for one.
pub fn is_of(host: &str, sites: &BTreeSet<String>) -> bool {
    sites.iter().any(|site| site == host || registrable(site) == registrable(host))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::found::{Sight, When};
    use consentinel::policy::ItemKind;

    fn sites() -> BTreeSet<String> {
        BTreeSet::from([String::from("www.shop.example.com")])
    }

    fn claim(things: &[(What, &str, bool)]) -> Vec<Claim> {
        let mut found = Found::default();
        for (what, by, is_third) in things {
            let sight = Sight { by: String::from(*by), ..Sight::default() };
            found.add(what.clone(), *is_third, When::Before, &sight);
        }
        let known = Known::all();
        let claims = known.claims(&found, &sites());
        things
            .iter()
            .map(|(what, ..)| {
                claims.iter().find(|(thing, _)| thing.what == *what).unwrap().1.clone()
            })
            .collect()
    }

    fn cookie(name: &str, host: &str) -> What {
        What::item(ItemKind::Cookie, name, host).unwrap()
    }

    fn request(url: &str) -> What {
        What::request(url).unwrap()
    }

    #[test]
    fn hosts_names_and_scripts_say_whose_a_thing_is() {
        let own = "www.shop.example.com";
        let entry = |id: &str| Claim::Entry(String::from(id));
        let cases = [
            (request("https://www.shop.example.com/a"), "", false, Claim::Own),
            (request("https://cdn.example.com/a"), "", false, Claim::OwnHost),
            (
                request("https://www.google-analytics.com/g/collect"),
                "",
                true,
                entry("google-analytics"),
            ),
            (
                cookie("_ga_X1", own),
                "https://www.shop.example.com/own.js",
                false,
                entry("google-analytics"),
            ),
            (
                cookie("hm_new", own),
                "https://static.hotjar.com/c.js",
                false,
                Claim::Beside(String::from("hotjar")),
            ),
            (
                cookie("basket", own),
                "https://www.shop.example.com/own.js",
                false,
                Claim::Unknown(vec![]),
            ),
            (request("https://unheard.example.net/p"), "", true, Claim::Unknown(vec![])),
        ];
        for (what, by, is_third, wanted) in cases {
            assert_eq!(claim(&[(what.clone(), by, is_third)]), [wanted], "{what:?}");
        }
    }

    #[test]
    fn a_name_that_is_only_tried_out_says_of_nobody_that_they_are_there() {
        let what = What::item(ItemKind::LocalStorage, "test", "www.shop.example.com").unwrap();
        assert_eq!(
            claim(&[(what.clone(), "", false)]),
            [Claim::Unknown(vec![String::from("posthog")])]
        );
        let posthog = (request("https://eu.i.posthog.com/e/"), "", true);
        let beside = claim(&[(what, "", false), posthog]);
        assert_eq!(beside.first(), Some(&Claim::Entry(String::from("posthog"))));
    }

    #[test]
    fn a_name_of_two_entries_is_that_of_the_one_that_is_there() {
        let what = || {
            What::item(ItemKind::LocalStorage, "__mplssupport__", "www.shop.example.com").unwrap()
        };
        let alone = claim(&[(what(), "", false)]);
        assert!(matches!(alone.first(), Some(Claim::Unknown(ids)) if ids.len() == 2), "{alone:?}");
        let posthog = (request("https://eu.i.posthog.com/e/"), "", true);
        assert_eq!(
            claim(&[(what(), "", false), posthog]).first(),
            Some(&Claim::Entry(String::from("posthog")))
        );
    }
}
