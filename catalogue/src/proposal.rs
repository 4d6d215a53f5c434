//! A draft of a policy, made of what was found on a site: entries of the catalogue by `use`, hosts of the owner's own, and
//! whatever nobody knows in a category of its own, each with where it was found and who set it. It passes `check`, and its
//! owner has to decide about that category before it is published.
//!
//! Left out: looking (a browser, or pages in report mode), whose a thing is (claims.rs).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    claims::{Claim, Known},
    entry::entry_of,
    found::{Found, Thing, What, host_of, registrable},
    named::{service_ids, slug},
    written::{
        NECESSARY, UNDECIDED, categories_of, duration, field, listed, pattern_of, shortened,
    },
};

/// The service of hosts that are the owner's own.
const OWN_HOSTS: &str = "own-hosts";
/// As many hosts as a service may have (docs/policy.md).
const MOST_HOSTS: usize = 100;
/// As many services as a policy may have, with room for those of the catalogue.
const MOST_UNKNOWN: usize = 100;

/// A draft.
pub struct Proposal {
    /// The policy, as a text that people edit.
    pub policy: String,
    /// The entries of the catalogue that it uses.
    pub used: Vec<String>,
    /// What is to be decided, one sentence each.
    pub open: Vec<String>,
    /// The id of the service that an unknown domain became, by domain.
    pub services: BTreeMap<String, String>,
}

/// One thing that the draft declares itself.
struct Own<'a> {
    thing: &'a Thing,
    service: Option<String>,
    category: String,
    candidates: Vec<String>,
}

/// The draft for pages under these hosts, in these languages of the catalogue; `revision` is the owner's word for it.
pub fn propose(
    found: &Found,
    sites: &BTreeSet<String>,
    languages: &[String],
    revision: &str,
) -> Proposal {
    let known = Known::all();
    let claims = known.claims(found, sites);
    let mut used = BTreeSet::new();
    let mut own_hosts = BTreeMap::new();
    let mut unknown_hosts: BTreeMap<String, BTreeMap<String, &Thing>> = BTreeMap::new();
    let mut unnamed = BTreeMap::new();
    let mut items: Vec<Own> = Vec::new();
    for (thing, claim) in &claims {
        match (&thing.what, claim) {
            (_, Claim::Entry(id)) => {
                used.insert(id.clone());
            }
            (What::Request { .. }, Claim::Own) => {}
            (What::Request { url }, Claim::OwnHost) => {
                own_hosts.insert(site_of(url), *thing);
            }
            (What::Request { url }, _) if host_of(url).starts_with('[') => {
                unnamed.insert(site_of(url), *thing);
            }
            (What::Request { url }, _) => {
                let domain = registrable(host_of(url)).to_owned();
                unknown_hosts.entry(domain).or_default().insert(site_of(url), thing);
            }
            (What::Item { .. }, Claim::Beside(id)) => {
                used.insert(id.clone());
                let category =
                    entry_of(id).map_or_else(|| UNDECIDED.to_owned(), |entry| entry.category);
                items.push(Own {
                    thing,
                    service: Some(id.clone()),
                    category,
                    candidates: Vec::new(),
                });
            }
            (What::Item { .. }, claim) => {
                let candidates = match claim {
                    Claim::Unknown(ids) => ids.clone(),
                    _ => Vec::new(),
                };
                items.push(Own {
                    thing,
                    service: None,
                    category: UNDECIDED.to_owned(),
                    candidates,
                });
            }
        }
    }
    let mut open: Vec<String> = unnamed
        .iter()
        .map(|(site, thing)| {
            let whence = thing.whence();
            format!("have `{site}` asked by a name: it was asked {whence}, and no policy takes an address of IPv6")
        })
        .collect();
    let mut categories: BTreeSet<String> =
        used.iter().filter_map(|id| entry_of(id)).map(|entry| entry.category).collect();
    // Services and categories share their ids (docs/policy.md).
    let words = [NECESSARY, UNDECIDED, OWN_HOSTS].map(String::from);
    let taken = used.iter().chain(&categories).cloned().chain(words).collect();
    let ids = service_ids(unknown_hosts.keys().take(MOST_UNKNOWN), &taken);
    let services = services(&used, &own_hosts, &unknown_hosts, &ids, &mut open);
    // A cookie that an unknown host keeps for itself, or its script sets, goes with that host.
    for own in items.iter_mut().filter(|own| own.service.is_none()) {
        let hosts = own.thing.by.iter().map(|by| host_of(by));
        let kept_for = match &own.thing.what {
            What::Item { host, .. } if own.thing.is_third => host.as_str(),
            _ => "",
        };
        own.service = hosts.chain([kept_for]).find_map(|host| ids.get(registrable(host))).cloned();
    }
    if !ids.is_empty() || items.iter().any(|own| own.category == UNDECIDED) {
        categories.insert(UNDECIDED.to_owned());
    }
    let items = items_of(&items, &mut open);
    let site = sites.iter().next().map_or("site", String::as_str);
    let lines = [
        field("version", &json!(1)),
        field("id", &json!(slug(site))),
        field("revision", &json!(revision)),
        field("controller", &json!({ "name": site })),
        format!("  \"categories\": {}", listed(&categories_of(&categories, languages))),
        format!("  \"services\": {}", listed(&services)),
        format!("  \"items\": {}", listed(&items)),
    ];
    open.insert(
        0,
        format!(
            "write your name as visitors know it into `controller.name`, which is `{site}` now"
        ),
    );
    let policy = format!("{{\n{}\n}}\n", lines.join(",\n"));
    Proposal { policy, used: used.into_iter().collect(), open, services: ids }
}

fn services(
    used: &BTreeSet<String>,
    own_hosts: &BTreeMap<String, &Thing>,
    unknown: &BTreeMap<String, BTreeMap<String, &Thing>>,
    ids: &BTreeMap<String, String>,
    open: &mut Vec<String>,
) -> Vec<String> {
    let mut services = Vec::new();
    for id in used {
        let category = entry_of(id).map(|entry| entry.category).unwrap_or_default();
        if category == NECESSARY {
            open.push(format!("decide whether visitors ask for what `{id}` does: it stands among what is strictly necessary; else give it another `category`"));
        }
        services.push(format!("{{ \"use\": {}, \"category\": {} }}", json!(id), json!(category)));
    }
    if !own_hosts.is_empty() {
        let hosts: Vec<&String> = own_hosts.keys().take(MOST_HOSTS).collect();
        let named = hosts.iter().map(|host| format!("`{host}`")).collect::<Vec<_>>().join(", ");
        open.push(format!("confirm that {named} are yours, and serve what your pages need: `{OWN_HOSTS}` lets them be asked at all times"));
        services.push(
            json!({
                "id": OWN_HOSTS,
                "category": NECESSARY,
                "name": "Hosts of this site",
                "provider": "The owner of this site",
                "hosts": hosts,
            })
            .to_string(),
        );
    }
    for (domain, hosts) in unknown {
        let Some(id) = ids.get(domain) else { continue };
        let whence = hosts.values().next().map(|thing| thing.whence()).unwrap_or_default();
        let hosts: Vec<&String> = hosts.keys().take(MOST_HOSTS).collect();
        open.push(format!(
            "say who `{domain}` is and give it a category: it was asked {whence}, and the catalogue does not know it"
        ));
        services.push(
            json!({
                "id": id,
                "category": UNDECIDED,
                "name": domain,
                "provider": domain,
                "hosts": hosts,
            })
            .to_string(),
        );
    }
    if unknown.len() > ids.len() {
        open.push(format!(
            "{} more domains than a draft takes were found; the report has all",
            unknown.len() - ids.len()
        ));
    }
    services
}

fn items_of(items: &[Own], open: &mut Vec<String>) -> Vec<String> {
    let mut declared = BTreeSet::new();
    let mut out = Vec::new();
    for own in items {
        let What::Item { kind, name, .. } = &own.thing.what else { continue };
        let pattern = pattern_of(name);
        if !declared.insert((*kind, pattern.clone())) {
            continue;
        }
        let whence = own.thing.whence();
        let meant = match own.candidates.as_slice() {
            [] => String::new(),
            ids => format!("; it may be of {}", ids.join(" or ")),
        };
        open.push(format!(
            "say what {} is for, and in which category: it was set {whence}{meant}",
            own.thing.in_words()
        ));
        let mut item = json!({
            "name": pattern,
            "kind": kind,
            "category": own.category,
            "purpose": { "en": format!("Not described yet. It was set {}.", shortened(&whence)) },
            "duration": duration(kind, own.thing.life_s),
            "party": if own.thing.is_third || own.service.is_some() { "third" } else { "first" },
        });
        if let (Some(service), Value::Object(fields)) = (&own.service, &mut item) {
            fields.insert(String::from("service"), json!(service));
        }
        out.push(item.to_string());
    }
    out
}

/// Host and port of an address, as the pattern of a host has them.
fn site_of(url: &str) -> String {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or("");
    authority.rsplit_once('@').map_or(authority, |(_, site)| site).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::found::{Sight, When};
    use crate::publish::look;
    use consentinel::policy::ItemKind;

    #[test]
    fn a_draft_passes_check_and_names_what_is_open() {
        let sites = BTreeSet::from([String::from("www.shop.example")]);
        let mut found = Found::default();
        let mut add = |what: Option<What>, by: &str, is_third: bool, life_s| {
            let sight =
                Sight { by: by.to_owned(), page: String::from("/"), life_s, ..Sight::default() };
            found.add(what.unwrap(), is_third, When::Before, &sight);
        };
        let cookie = |name: &str| What::item(ItemKind::Cookie, name, "www.shop.example");
        add(
            What::request("https://static.hotjar.com/c/hotjar-1.js"),
            "https://www.shop.example/",
            true,
            None,
        );
        add(What::request("https://img.shop.example/logo.svg"), "", false, None);
        add(
            What::request("https://p.unheard.example:8443/x"),
            "https://www.shop.example/a.js",
            true,
            None,
        );
        add(cookie("hm_new"), "https://static.hotjar.com/c/hotjar-1.js", false, None);
        add(cookie("basket"), "https://www.shop.example/", false, Some(86_390));
        add(cookie("visit_0123456789abcdef"), "https://p.unheard.example:8443/x", false, None);
        add(cookie("</script>\u{7}\u{202e}\"*é"), "https://x/\u{202e}", false, None);
        add(What::item(ItemKind::ServiceWorker, "/sw.js", "www.shop.example"), "", false, None);
        let languages = [String::from("en"), String::from("fr")];
        let proposal = propose(&found, &sites, &languages, "2026-11-27");
        let looked = look(proposal.policy.clone().into_bytes());
        assert!(looked.is_sound(), "{}\n{}", proposal.policy, looked.in_words("draft"));
        assert_eq!(proposal.used, ["hotjar"]);
        let policy: Value = serde_json::from_str(&proposal.policy).unwrap();
        let item = |name: &str| {
            policy["items"]
                .as_array()
                .unwrap()
                .iter()
                .find(|item| item["name"] == name)
                .unwrap()
                .clone()
        };
        assert_eq!(item("hm_new")["service"], "hotjar");
        assert_eq!(item("basket")["duration"], "1 days");
        assert_eq!(item("visit_*")["service"], "unheard-example");
        for open in ["`unheard.example`", "`img.shop.example`", "`basket`", "controller.name"] {
            assert!(
                proposal.open.iter().any(|line| line.contains(open)),
                "{open}: {:?}",
                proposal.open
            );
        }
    }

    #[test]
    fn nothing_found_is_a_sound_policy_too() {
        let sites = BTreeSet::from([String::from("www.shop.example")]);
        let proposal = propose(&Found::default(), &sites, &[String::from("en")], "1");
        let looked = look(proposal.policy.clone().into_bytes());
        assert!(looked.is_sound(), "{}\n{}", proposal.policy, looked.in_words("draft"));
        assert!(!proposal.policy.contains(UNDECIDED), "a category with nothing in it");
    }

    #[test]
    fn a_draft_beyond_its_bounds_and_of_alike_names_is_sound() {
        let sites = BTreeSet::from([String::from("www.shop.example")]);
        let mut found = Found::default();
        let numbered = (0..MOST_UNKNOWN).map(|number| format!("u{number}.example"));
        let alike = ["a-co.uk", "a.co.uk", "undecided", "10.0.0.1", "192.168.0.1", "[::1]:8080"];
        let hosts: Vec<String> = alike.into_iter().map(String::from).chain(numbered).collect();
        for (number, host) in hosts.iter().enumerate() {
            let script = format!("https://{host}/a.js");
            let sight = |by: &str| Sight { by: by.to_owned(), ..Sight::default() };
            let asked = What::request(&script).unwrap();
            found.add(asked, true, When::Before, &sight("https://www.shop.example/"));
            let kept =
                What::item(ItemKind::LocalStorage, &format!("k{number}."), "www.shop.example");
            found.add(kept.unwrap(), false, When::Before, &sight(&script));
        }
        let proposal = propose(&found, &sites, &[String::from("en")], "1");
        let looked = look(proposal.policy.clone().into_bytes());
        assert!(looked.is_sound(), "{}\n{}", proposal.policy, looked.in_words("draft"));
        assert_eq!(proposal.services.len(), MOST_UNKNOWN);
        for line in ["5 more domains than a draft takes", "have `[::1]:8080` asked by a name"] {
            assert!(proposal.open.iter().any(|open| open.starts_with(line)), "{:?}", proposal.open);
        }
    }
}
