//! What is sound in these documents and hardly meant: a word that is told by a category which speaks of something else, a
//! mechanism without a service of its vendor, a service that understands a mechanism and is not told.
//!
//! Left out: what is told or asked before any answer (early.rs).

use std::sync::LazyLock;

use consentinel::{
    address::{Address, covers},
    json::Json,
    policy::{NOBODY, Policy},
    problem::Code,
};

use super::reader::{Granting, Reader, Told, Word};
use super::words::{About, MECHANISMS, about, about_category};
use crate::entry::{Entry, entry_of, ids};

/// Words that categories tell which speak of something else.
pub fn of_words(reader: &mut Reader, policy: &Policy, told: &[Told]) {
    for Told { name, words, .. } in told {
        judge(reader, policy, name, &format!("/{name}"), words);
    }
}

/// The same of the purposes of IAB GPP.
pub fn of_purposes(reader: &mut Reader, policy: &Policy, words: &[Word]) {
    judge(reader, policy, "gpp", "", words);
}

fn judge(reader: &mut Reader, policy: &Policy, mechanism: &str, path: &str, words: &[Word]) {
    for Word { word, granting } in words {
        let Granting::All(names) = granting else { continue };
        let categories: Vec<usize> =
            names.iter().filter_map(|name| policy.category_named(name)).collect();
        let contradicts = match about(mechanism, word) {
            Some(about @ (About::Advertising | About::Statistics)) => {
                let abouts: Vec<_> =
                    categories.iter().map(|at| about_category(policy, *at)).collect();
                // Where one of them says nothing that is known, nobody knows.
                !abouts.is_empty()
                    && abouts.iter().all(|all| !all.is_empty() && !all.contains(&about))
            }
            Some(About::Security) => categories.iter().any(|at| policy.is_optional(*at)),
            _ => false,
        };
        if contradicts {
            let found = names.join(", ");
            reader.tell(Code::SignalContradicts, &format!("{path}/{word}"), &found, Vec::new());
        }
    }
}

/// Mechanisms without a service of their vendor, and services of a vendor that are not told.
pub fn of_services(reader: &mut Reader, policy: &Policy, told: &[Told]) {
    for name in MECHANISMS.keys() {
        let entries = entries_of(name);
        let own: Vec<(&Entry, String)> = entries
            .iter()
            .flat_map(|entry| services_of(policy, entry).into_iter().map(move |id| (*entry, id)))
            .collect();
        match told.iter().find(|one| one.name == *name) {
            Some(_) if !entries.is_empty() && own.is_empty() => {
                reader.tell(Code::SignalServiceless, &format!("/{name}"), name, Vec::new());
            }
            Some(one) => {
                for (entry, id) in &own {
                    // What loads others passes on what these are told.
                    if !is_loader(entry) && !names_it(policy, one, id) {
                        reader.tell(Code::SignalUntold, &format!("/{name}"), id, Vec::new());
                    }
                }
            }
            None => {
                for (_, id) in &own {
                    reader.tell(Code::SignalUntold, &format!("/{name}"), id, Vec::new());
                }
            }
        }
    }
}

/// The entries that understand any: to find them, all of the catalogue is read.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    ids().filter_map(entry_of).filter(|entry| !entry.signals.is_empty()).collect()
});

/// The entries of the catalogue that understand a mechanism.
pub fn entries_of(mechanism: &str) -> Vec<&'static Entry> {
    let understands = |entry: &&Entry| entry.signals.iter().any(|one| one.signal == mechanism);
    ENTRIES.iter().filter(understands).collect()
}

/// Whether it loads the code of others.
pub fn is_loader(entry: &Entry) -> bool {
    entry.kinds.iter().any(|kind| kind == "tag-manager")
}

/// The ids of the policy's services that are this one: by its id, one of its hosts, or one of its items. What is optional is
/// meant, and what is necessary too.
pub fn services_of(policy: &Policy, entry: &Entry) -> Vec<String> {
    let document = &policy.document;
    let items = document.list_at("items");
    let is_its = |service: &Json| {
        let id = service.text_at("id");
        let hosts = service.list_at("hosts").iter();
        let mut keeps = items.iter().filter(|item| item.text_at("service") == id);
        id == entry.id
            || hosts.filter_map(text).any(|host| entry.hosts.iter().any(|own| own.host == host))
            || keeps.any(|item| {
                entry
                    .items
                    .iter()
                    .any(|own| own.name == item.text_at("name") && own.kind == item.text_at("kind"))
            })
    };
    let services = document.list_at("services").iter().filter(|service| is_its(service));
    services.map(|service| service.text_at("id").to_owned()).collect()
}

/// A text of a list.
pub fn text(value: &Json) -> Option<&str> {
    match value {
        Json::Text(text) => Some(text),
        _ => None,
    }
}

/// Whether one of two patterns of hosts covers what the other stands for.
pub fn meet(one: &str, other: &str) -> bool {
    let covered = |pattern: &str, by: &str| {
        let url = format!("https://{}", pattern.replace("*.", "any."));
        Address::of(&url).is_some_and(|address| covers(by, &address).is_some())
    };
    covered(one, other) || covered(other, one)
}

/// Whether a word of the mapping waits for this service, for its category, or for nobody.
fn names_it(policy: &Policy, told: &Told, id: &str) -> bool {
    let (category, _) = policy.named(id);
    let is_it =
        |name: &String| name == id || category != NOBODY && name == policy.category_id(category);
    // A necessary service is told by what is always granted, or needs no word.
    !policy.is_optional(category)
        || told.words.iter().any(|word| match &word.granting {
            Granting::Always => false,
            Granting::All(names) => names.iter().any(is_it),
        })
}
