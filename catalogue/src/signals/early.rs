//! What the vendor gets before any answer: what it is told as granted in every state, and which of its hosts the policy lets
//! in for everybody, which is what Google calls *advanced* consent mode.
//!
//! Left out: what is told afterwards.

use consentinel::{
    json::Json,
    policy::{NOBODY, Policy},
    problem::Code,
};

use super::doubts::{entries_of, is_loader, meet, text};
use super::reader::{Granting, Reader, Told};
use super::words::{About, about};
use crate::entry::Entry;

/// Tells all of it, and answers with sentences on what is promised before an answer.
pub fn look(reader: &mut Reader, policy: &Policy, told: &[Told]) -> Vec<String> {
    let mut notes = Vec::new();
    for one in told {
        let granted = of_words(reader, policy, one);
        if !granted.is_empty() {
            notes.push(format!(
                "`{}` is told as granted before any answer: {}",
                one.name,
                granted.join(", ")
            ));
        }
        of_hosts(reader, policy, one);
    }
    notes
}

/// The words that are granted in every state; which of them need a reason.
fn of_words(reader: &mut Reader, policy: &Policy, told: &Told) -> Vec<String> {
    let mut granted = Vec::new();
    for word in &told.words {
        let is_early = match &word.granting {
            Granting::Always => true,
            Granting::All(names) => {
                let optional = |name: &String| {
                    let (category, _) = policy.named(name);
                    category == NOBODY || policy.is_optional(category)
                };
                !names.is_empty() && !names.iter().any(optional)
            }
        };
        if !is_early {
            continue;
        }
        granted.push(format!("`{}`", word.word));
        if let Some(About::Advertising | About::Statistics) = about(&told.name, &word.word) {
            let path = match word.granting {
                Granting::Always => format!("/{}/always", told.name),
                Granting::All(_) => format!("/{}/{}", told.name, word.word),
            };
            reader.tell(Code::SignalEarly, &path, &word.word, Vec::new());
        }
    }
    granted
}

/// The vendor's hosts in necessary services, and its items in necessary categories. What only loads the code of others is
/// looked at by what that asks.
fn of_hosts(reader: &mut Reader, policy: &Policy, told: &Told) {
    let all = entries_of(&told.name);
    if all.is_empty() {
        return;
    }
    let (loaders, vendors): (Vec<&Entry>, Vec<&Entry>) =
        all.into_iter().partition(|entry| is_loader(entry));
    let is_loaders = |host: &str| {
        let site = host.split('/').next().unwrap_or_default();
        loaders.iter().any(|entry| entry.hosts.iter().any(|own| meet(&own.host, site)))
    };
    let own = |entry: &Entry, host: &str| entry.hosts.iter().any(|own| meet(&own.host, host));
    let asked: Vec<&str> = necessary(policy, "services")
        .flat_map(|service| service.list_at("hosts").iter().filter_map(text))
        .filter(|host| !is_loaders(host) && vendors.iter().any(|entry| own(entry, host)))
        .collect();
    let path = format!("/{}", told.name);
    if told.is_advanced && asked.is_empty() {
        reader.tell(Code::SignalHeld, &format!("{path}/advanced"), "true", Vec::new());
    }
    if asked.is_empty() {
        return;
    }
    let found = asked.join(", ");
    // Only Google has a word for it: others are told of alike.
    let has_option = told.name == "google-consent-mode";
    let (code, place) = match (has_option, told.is_advanced) {
        (true, true) => (Code::SignalAdvanced, format!("{path}/advanced")),
        (true, false) => (Code::SignalAdvancedUnsaid, path.clone()),
        (false, _) => (Code::SignalAdvanced, path.clone()),
    };
    reader.tell(code, &place, &found, Vec::new());
    for item in necessary(policy, "items") {
        let (name, kind) = (item.text_at("name"), item.text_at("kind"));
        let is_vendors =
            |entry: &&Entry| entry.items.iter().any(|own| own.name == name && own.kind == kind);
        if vendors.iter().any(is_vendors) {
            reader.tell(Code::SignalStores, &place, name, Vec::new());
        }
    }
}

/// The entries of a list of the policy whose category is necessary.
fn necessary<'a>(policy: &'a Policy, list: &str) -> impl Iterator<Item = &'a Json> {
    let is_necessary = |id: &str| {
        policy.categories.iter().any(|category| category.id == id && category.is_necessary)
    };
    policy.document.list_at(list).iter().filter(move |one| is_necessary(one.text_at("category")))
}
