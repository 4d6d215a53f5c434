//! What was found on a site: things that browsers kept for it, and requests that its pages made. Whoever looks (a browser
//! that is driven, or pages in report mode) adds them here, and each is kept once with all that was seen of it.
//!
//! Left out: whose they are (claims.rs), and what follows for a policy (proposal.rs, compared.rs).

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

use consentinel::{address::Address, gate::is_reserved, policy::ItemKind};
use serde::Serialize;

/// So many things are kept; a site whose addresses never end has more.
pub const MOST: usize = 5000;
/// So many pages, scripts and ways are kept of each.
const MOST_NAMES: usize = 20;
/// Longer names are no names that a policy could declare, and longer addresses help nobody.
const LONGEST: usize = 300;

/// What the visitor had answered when something was seen.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Nothing yet: a new visitor.
    Before,
    /// Everything was accepted.
    Accepted,
    /// Everything was refused.
    Refused,
}

/// What was seen.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Something that a browser kept.
    Item {
        /// Where, by the words of a policy.
        kind: &'static str,
        /// Under which name.
        name: String,
        /// The host for which it was kept.
        host: String,
    },
    /// A request.
    Request {
        /// The address, as [`bare`] has it.
        url: String,
    },
}

/// One thing, with all that was seen of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Thing {
    /// What it is.
    #[serde(flatten)]
    pub what: What,
    /// Whether it is another party's than the site's.
    pub is_third: bool,
    /// In which ways it came: `header`, `script`, `stored`, or the browser's word for a kind of request.
    pub ways: BTreeSet<String>,
    /// Who set or asked: addresses of scripts, of answers with a header, of pages whose markup did; [`bare`], as `pages` are.
    pub by: BTreeSet<String>,
    /// In which states of the visitor it truly happened.
    pub when: BTreeSet<When>,
    /// In which it was tried and stopped: by the gate of the site, or by the browser.
    pub stopped: BTreeSet<When>,
    /// On which pages.
    pub pages: BTreeSet<String>,
    /// The longest life that a cookie was given, in seconds; none where it ends with the session.
    pub life_s: Option<i64>,
}

/// What is known of one sight of a thing.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// In which way.
    pub way: String,
    /// By whom; empty where nobody can tell.
    pub by: String,
    /// The page.
    pub page: String,
    /// Whether it was stopped.
    pub is_stopped: bool,
    /// As [`Thing::life_s`].
    pub life_s: Option<i64>,
}

/// Everything that was found of a site.
#[derive(Default)]
pub struct Found {
    things: BTreeMap<What, Thing>,
    /// How many things were left out because there were [`MOST`].
    pub left_out: usize,
}

impl What {
    /// An item; nothing where it is Consentinel's own, which no policy declares.
    pub fn item(kind: ItemKind, name: &str, host: &str) -> Option<What> {
        let fits = !name.is_empty() && name.len() <= LONGEST && !is_reserved(kind, name);
        fits.then(|| What::Item {
            kind: kind.word(),
            name: name.to_owned(),
            host: host.trim_start_matches('.').to_owned(),
        })
    }

    /// A request; nothing where it asks no server.
    pub fn request(url: &str) -> Option<What> {
        let bare = bare(url);
        let is_web = ["http://", "https://", "ws://", "wss://"].iter().any(|s| bare.starts_with(s));
        let bare: String = bare.chars().take(LONGEST).collect();
        (is_web && Address::of(&bare).is_some()).then_some(What::Request { url: bare })
    }
}

impl Found {
    /// Adds a sight of a thing, which is another party's or not.
    pub fn add(&mut self, what: What, is_third: bool, when: When, sight: &Sight) {
        if self.things.len() >= MOST && !self.things.contains_key(&what) {
            self.left_out += 1;
            return;
        }
        let thing = self.things.entry(what.clone()).or_insert_with(|| Thing {
            what,
            is_third,
            ways: BTreeSet::new(),
            by: BTreeSet::new(),
            when: BTreeSet::new(),
            stopped: BTreeSet::new(),
            pages: BTreeSet::new(),
            life_s: None,
        });
        if sight.is_stopped { &mut thing.stopped } else { &mut thing.when }.insert(when);
        for (names, name) in [
            (&mut thing.ways, sight.way.clone()),
            (&mut thing.by, bare(&sight.by)),
            (&mut thing.pages, bare(&sight.page)),
        ] {
            if !name.is_empty() && names.len() < MOST_NAMES {
                names.insert(name.chars().take(LONGEST).collect());
            }
        }
        thing.life_s = thing.life_s.max(sight.life_s);
    }

    /// All things, in their order.
    pub fn things(&self) -> impl Iterator<Item = &Thing> {
        self.things.values()
    }

    /// Keeps only these things.
    pub fn retain(&mut self, mut is_kept: impl FnMut(&Thing) -> bool) {
        self.things.retain(|_, thing| is_kept(thing));
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.things.is_empty()
    }
}

impl Thing {
    /// In one line, for people.
    pub fn in_words(&self) -> String {
        match &self.what {
            What::Item { kind, name, .. } => format!("the {} `{name}`", kind.replace('-', " ")),
            What::Request { url } => format!("a request to `{url}`"),
        }
    }

    /// Who did it, and where, in one line for people.
    pub fn whence(&self) -> String {
        let by = self.by.iter().next().map(|by| format!("by {by}, ")).unwrap_or_default();
        let page = self.pages.iter().next().map_or("an unknown page", String::as_str);
        format!("{by}on {page}")
    }
}

/// An address as it is kept and shown: without query and fragment, in which tokens and ids of sessions stand, and without
/// the name and password of who signs in.
pub fn bare(url: &str) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or(url);
    let Some((scheme, rest)) = bare.split_once("://") else { return bare.to_owned() };
    let (authority, path) =
        rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
    let site = authority.rsplit_once('@').map_or(authority, |(_, site)| site);
    format!("{scheme}://{site}{path}")
}

/// The host of an address, without its port; empty where it has none.
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let site = authority.rsplit_once('@').map_or(authority, |(_, site)| site);
    if site.starts_with('[') {
        return site.split_inclusive(']').next().unwrap_or(site);
    }
    site.split(':').next().unwrap_or(site)
}

/// The part of a host that somebody registered, by the public suffix list; the host itself where there is none, as for an
/// address of IP, IPv6 in its brackets or without.
pub fn registrable(host: &str) -> &str {
    let six = host.trim_start_matches('[').trim_end_matches(']');
    if host.parse::<Ipv4Addr>().is_ok() || six.parse::<Ipv6Addr>().is_ok() {
        return host;
    }
    let found = psl2::lookup(host).and_then(|domain| domain.registrable_domain());
    found.and_then(|domain| host.get(host.len().checked_sub(domain.len())?..)).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_thing_is_kept_once_with_all_that_was_seen() {
        let mut found = Found::default();
        let sight = |by: &str, is_stopped, life_s| Sight {
            way: String::from("script"),
            by: by.to_owned(),
            page: String::from("/"),
            is_stopped,
            life_s,
        };
        let what = || What::item(ItemKind::Cookie, "a", ".example.com").unwrap();
        found.add(what(), false, When::Accepted, &sight("x", false, None));
        found.add(what(), false, When::Accepted, &sight("y", false, Some(60)));
        found.add(what(), false, When::Refused, &sight("", true, None));
        let things: Vec<&Thing> = found.things().collect();
        assert_eq!(things.len(), 1);
        let thing = things.first().unwrap();
        assert_eq!(thing.by.len(), 2);
        assert_eq!(thing.life_s, Some(60));
        assert!(thing.when.contains(&When::Accepted) && thing.stopped.contains(&When::Refused));
        assert!(matches!(&thing.what, What::Item { host, .. } if host == "example.com"));
    }

    #[test]
    fn queries_fragments_and_passwords_are_kept_nowhere() {
        let mut found = Found::default();
        let with = |path: &str| format!("https://me:s3cret@a.example{path}?token=s3cret#s3cret");
        let sight = Sight { by: with("/a.js"), page: with("/"), ..Sight::default() };
        found.add(What::request(&with("/b")).unwrap(), false, When::Before, &sight);
        let thing = found.things().next().unwrap();
        assert!(!format!("{thing:?}").contains("s3cret"), "{thing:?}");
        assert_eq!(thing.whence(), "by https://a.example/a.js, on https://a.example/");
    }

    #[test]
    fn what_is_no_finding_is_left_out() {
        assert!(What::item(ItemKind::Cookie, "consentinel-shop", "a").is_none());
        assert!(What::item(ItemKind::Cookie, "", "a").is_none());
        assert!(What::item(ItemKind::IndexedDb, &"x".repeat(400), "a").is_none());
        for url in ["data:,x", "blob:https://a.example/1", "about:blank", "chrome-error://x/"] {
            assert!(What::request(url).is_none(), "{url}");
        }
        assert_eq!(
            What::request("https://a.example/b?c#d"),
            Some(What::Request { url: String::from("https://a.example/b") })
        );
    }

    #[test]
    fn hosts_and_what_of_them_was_registered() {
        for (url, host) in [
            ("https://u:p@a.example:8443/b", "a.example"),
            ("http://[::1]:80/", "[::1]"),
            ("wss://a.example", "a.example"),
            ("nothing", ""),
        ] {
            assert_eq!(host_of(url), host);
        }
        for (host, domain) in [
            ("www.shop.co.uk", "shop.co.uk"),
            ("a.b.example.com", "example.com"),
            ("jimo.localhost", "jimo.localhost"),
            ("localhost", "localhost"),
            ("10.0.0.1", "10.0.0.1"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("[::ffff:192.168.0.1]", "[::ffff:192.168.0.1]"),
        ] {
            assert_eq!(registrable(host), domain);
        }
    }
}
