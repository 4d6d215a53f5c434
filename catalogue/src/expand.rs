//! Writes a policy out that names entries of the catalogue, or a collector (delivery.rs): each service with `use` becomes the service that the policy
//! format knows, with the entry's items behind those of the policy. What comes out is the policy that is published.
//!
//! What its owner wrote stands: every field beside `use` replaces the entry's, and a host or an item that is declared
//! already is not declared again. Texts come in the languages that the policy's categories are written in.
//! Left out: what is wrong with the policy itself; the core says that of what comes out, and [`Expanded::relocate`] names
//! the place in what was written.

use std::collections::{BTreeMap, BTreeSet};

use consentinel::{
    policy::MAX_BYTES,
    problem::{Code, Problem},
};
use consentinel_audit::library::unmarked;
use serde_json::{Map, Value, json};

use crate::{
    delivery::{Delivery, FIELD},
    entry::{Entry, entry_of, purposes},
    told::{Used, told},
};

/// The languages that the catalogue is written in.
pub const LANGUAGES: [&str; 5] = ["de", "en", "es", "fr", "it"];

/// A policy, written out.
pub struct Expanded {
    /// The policy that is published; the bytes that were given, where they use no entry.
    pub published: Vec<u8>,
    /// The ids of the entries that were used.
    pub used: Vec<String>,
    /// What is wrong with a `use`.
    pub problems: Vec<Problem>,
    /// Whether anything had to be written out, or was wrong with what should have been.
    pub is_changed: bool,
    /// Sentences for whoever checks the policy: what was declared already, and told.rs.
    pub notes: Vec<String>,
    /// Beginnings of paths in what is published, and what they were in what was written.
    places: BTreeMap<String, String>,
}

impl Expanded {
    /// The path of what was written that a path in what is published comes from.
    pub fn relocate(&self, path: &str) -> String {
        let end = path.find(']').map_or(path.len(), |end| end + 1);
        let (element, rest) = path.split_at_checked(end).unwrap_or((path, ""));
        match self.places.get(element) {
            // Of what the entry says there is no more to point at than its name.
            Some(place) if place.ends_with(".use") || place == FIELD => place.clone(),
            Some(place) => format!("{place}{rest}"),
            None => String::from(path),
        }
    }
}

/// Writes the policy out. Bytes that are no policy, or use no entry, come back as they were.
pub fn expand(written: &[u8]) -> Expanded {
    let is_read = written.len() <= MAX_BYTES;
    let document = is_read.then(|| serde_json::from_slice(unmarked(written)).ok());
    let mut document: Map<String, Value> = document.flatten().unwrap_or_default();
    let mut writer = Writer::of(&document);
    let services = document.get("services").and_then(Value::as_array).cloned().unwrap_or_default();
    let is_used = services.iter().any(|service| service.get("use").is_some());
    let audit = document.remove(FIELD);
    let is_changed = is_used || audit.is_some();
    if is_used {
        let services = writer.services(services);
        document.insert(String::from("services"), Value::Array(services));
        if let Value::Array(items) = document.entry("items").or_insert_with(|| json!([])) {
            for (place, item) in std::mem::take(&mut writer.items) {
                writer.places.insert(format!("items[{}]", items.len()), place);
                items.push(item);
            }
        }
    }
    if let Some(audit) = audit {
        writer.delivery(&audit, &mut document);
    }
    let necessary = writer.necessary;
    writer.notes.extend(told(&writer.used, |category| necessary.contains(category)));
    let published = if is_changed { serde_json::to_vec(&document).ok() } else { None };
    Expanded {
        published: published.unwrap_or_else(|| written.to_vec()),
        is_changed,
        used: writer.used.into_iter().map(|used| used.entry.id).collect(),
        problems: writer.problems,
        notes: writer.notes,
        places: writer.places,
    }
}

/// What is known while a policy is written out.
struct Writer {
    categories: BTreeSet<String>,
    necessary: BTreeSet<String>,
    languages: Vec<&'static str>,
    purposes: Value,
    /// The hosts that are declared, and the service of each.
    hosts: BTreeMap<String, String>,
    /// Kind and name of the items that are declared.
    declared: BTreeSet<(String, String)>,
    /// Items of entries, each with its place in what was written.
    items: Vec<(String, Value)>,
    used: Vec<Used>,
    problems: Vec<Problem>,
    notes: Vec<String>,
    places: BTreeMap<String, String>,
}

impl Writer {
    fn of(document: &Map<String, Value>) -> Writer {
        let list =
            |key: &str| document.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let titles =
            || list("categories").iter().filter_map(|category| category.get("title")?.as_object());
        let mut languages: Vec<&str> = LANGUAGES.to_vec();
        languages.retain(|language| {
            titles().any(|title| title.keys().any(|tag| primary(tag) == *language))
        });
        if languages.is_empty() {
            languages.push("en");
        }
        let own = list("services").iter().filter(|service| service.get("use").is_none());
        Writer {
            categories: list("categories").iter().map(|category| text_at(category, "id")).collect(),
            necessary: list("categories")
                .iter()
                .filter(|category| category.get("necessary") == Some(&Value::Bool(true)))
                .map(|category| text_at(category, "id"))
                .collect(),
            languages,
            purposes: purposes(),
            hosts: own
                .flat_map(|service| {
                    let id = text_at(service, "id");
                    hosts_of(service).into_iter().map(move |host| (host, id.clone()))
                })
                .collect(),
            declared: list("items").iter().map(key_of).collect(),
            items: Vec::new(),
            used: Vec::new(),
            problems: Vec::new(),
            notes: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    fn services(&mut self, services: Vec<Value>) -> Vec<Value> {
        let mut out = Vec::new();
        for (position, service) in services.into_iter().enumerate() {
            let place = format!("services[{position}]");
            let written = match service {
                Value::Object(fields) if fields.contains_key("use") => self.service(&place, fields),
                own => Some(own),
            };
            let Some(written) = written else { continue };
            self.places.insert(format!("services[{}]", out.len()), place);
            out.push(written);
        }
        out
    }

    /// One service that uses an entry; nothing where there is no such entry.
    fn service(&mut self, place: &str, mut fields: Map<String, Value>) -> Option<Value> {
        let named = fields.remove("use").unwrap_or_default();
        let path = format!("{place}.use");
        let Some(id) = named.as_str() else {
            self.problems.push(Problem::new(Code::FieldType, &path, &named.to_string()));
            return None;
        };
        let Some(entry) = entry_of(id) else {
            self.problems.push(Problem::new(Code::UseUnknown, &path, id));
            return None;
        };
        let own_items = fields.remove("items");
        let has_own_items = own_items.is_some();
        let mut service = self.described(&entry);
        service.extend(fields);
        let name = text_at_map(&service, "id");
        let (said, is_again) =
            (self.notes.len(), self.used.iter().any(|used| used.service == name));
        if !service.contains_key("hosts") {
            let hosts = self.hosts_for(&entry, &name);
            service.insert(String::from("hosts"), json!(hosts));
        } else if let Some(hosts) = service.get("hosts") {
            let hosts = hosts.as_array().into_iter().flatten().filter_map(Value::as_str);
            self.hosts.extend(hosts.map(|host| (host.to_owned(), name.clone())));
        }
        let category = text_at_map(&service, "category");
        // Where there is no such category, the service says so, and each of its items would say it again.
        if self.categories.contains(&category) {
            match own_items {
                Some(Value::Array(items)) => self.take_items(place, items, &category, &name),
                Some(other) => {
                    let path = format!("{place}.items");
                    self.problems.push(Problem::new(Code::FieldType, &path, &other.to_string()));
                }
                None => self.items_for(&entry, &path, &category, &name),
            }
        }
        if is_again {
            // Two services of one id are an error, and all that follows from it need not be said.
            self.notes.truncate(said);
        } else {
            self.used.push(Used { entry, service: name, category, has_own_items });
        }
        Some(Value::Object(service))
    }

    /// What an entry says of the service itself, but for its hosts.
    fn described(&self, entry: &Entry) -> Map<String, Value> {
        let mut service = Map::new();
        let mut put = |key: &str, value: Value| service.insert(String::from(key), value);
        put("id", json!(entry.id));
        put("category", json!(entry.category));
        put("name", json!(entry.name));
        put("provider", json!(entry.provider.name));
        put("summary", self.texts("services", &entry.summary));
        if let Some(country) = &entry.provider.country {
            put("country", json!(country));
        }
        if let Some(address) = &entry.provider.policy_url {
            put("policyUrl", json!(address));
        }
        service
    }

    fn hosts_for(&mut self, entry: &Entry, service: &str) -> Vec<String> {
        let needed = entry.needs.iter().map(|need| &need.what).filter(|what| what.ends_with(':'));
        let mut hosts = Vec::new();
        for host in entry.hosts.iter().map(|host| &host.host).chain(needed) {
            match self.hosts.get(host) {
                Some(other) => self.notes.push(format!(
                    "`{host}` of `{service}` is declared in `{other}` already, and waits for that one"
                )),
                None => {
                    self.hosts.insert(host.clone(), service.to_owned());
                    hosts.push(host.clone());
                }
            }
        }
        hosts
    }

    fn items_for(&mut self, entry: &Entry, place: &str, category: &str, service: &str) {
        for item in &entry.items {
            if !self.declared.insert((item.kind.clone(), item.name.clone())) {
                self.notes.push(format!(
                    "the {} `{}` of `{service}` is declared already",
                    item.kind, item.name
                ));
                continue;
            }
            let item = json!({
                "name": item.name,
                "kind": item.kind,
                "category": category,
                "service": service,
                "purpose": self.texts("items", &item.purpose),
                "duration": item.duration,
                "party": item.party,
            });
            self.items.push((place.to_owned(), item));
        }
    }

    /// Items that stand in a service in place of the entry's.
    fn take_items(&mut self, place: &str, items: Vec<Value>, category: &str, service: &str) {
        for (position, mut item) in items.into_iter().enumerate() {
            self.declared.insert(key_of(&item));
            if let Value::Object(fields) = &mut item {
                for (key, value) in [("category", category), ("service", service)] {
                    fields.entry(key).or_insert_with(|| json!(value));
                }
            }
            self.items.push((format!("{place}.items[{position}]"), item));
        }
    }

    /// Declares where records are sent, in the first necessary category, behind all else.
    fn delivery(&mut self, audit: &Value, document: &mut Map<String, Value>) {
        let Some(delivery) = Delivery::read(audit, &mut self.problems) else { return };
        let categories = document.get("categories").and_then(Value::as_array);
        let necessary = categories.into_iter().flatten().map(|category| text_at(category, "id"));
        let Some(category) = necessary.into_iter().find(|id| self.necessary.contains(id)) else {
            self.problems.push(Problem::new(Code::CategoryUnknown, FIELD, "no necessary category"));
            return;
        };
        let controller = document.get("controller").map(|controller| text_at(controller, "name"));
        let [summary, purpose] = ["summary", "item"].map(|id| self.texts("delivery", id));
        let service = delivery.service(&category, &controller.unwrap_or_default(), summary);
        let item = Delivery::item(&category, purpose);
        let mut put = |key: &str, value: Value| {
            let list = document.entry(key).or_insert_with(|| json!([]));
            if let Value::Array(values) = list {
                self.places.insert(format!("{key}[{}]", values.len()), String::from(FIELD));
                values.push(value);
            }
        };
        put("services", service);
        if self.declared.insert(key_of(&item)) {
            put("items", item);
        }
        self.notes.push(delivery.note());
    }

    /// A text of `www/purposes.json` in the languages of the policy.
    fn texts(&self, list: &str, id: &str) -> Value {
        let texts = self.purposes.get(list).and_then(|texts| texts.get(id));
        let chosen = self
            .languages
            .iter()
            .filter_map(|language| Some((String::from(*language), texts?.get(language)?.clone())));
        Value::Object(chosen.collect())
    }
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

fn text_at(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn text_at_map(fields: &Map<String, Value>, key: &str) -> String {
    fields.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn key_of(item: &Value) -> (String, String) {
    (text_at(item, "kind"), text_at(item, "name"))
}

fn hosts_of(service: &Value) -> Vec<String> {
    let hosts = service.get("hosts").and_then(Value::as_array).into_iter().flatten();
    hosts.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    fn policy(services: Value, items: Value) -> Vec<u8> {
        json!({
            "categories": [{ "id": "measure", "title": { "fr": "Mesure", "nl": "Meten" } }],
            "services": services,
            "items": items,
        })
        .to_string()
        .into_bytes()
    }

    fn written(services: Value, items: Value) -> (Value, Expanded) {
        let expanded = expand(&policy(services, items));
        (serde_json::from_slice(&expanded.published).unwrap(), expanded)
    }

    #[test]
    fn what_uses_nothing_keeps_its_bytes() {
        for text in
            ["{ \"services\": [ { \"id\": \"a\" } ] }", "no JSON", "[1]", "{\"services\":3}"]
        {
            assert_eq!(expand(text.as_bytes()).published, text.as_bytes());
        }
    }

    #[test]
    fn an_entry_becomes_a_service_and_its_items_in_the_languages_of_the_policy() {
        let (policy, expanded) =
            written(json!([{ "use": "hotjar", "category": "measure" }]), json!([]));
        let service = &policy["services"][0];
        assert_eq!(service["id"], "hotjar");
        assert_eq!(service["category"], "measure");
        assert_eq!(service.get("use"), None);
        assert!(service["hosts"].as_array().unwrap().contains(&json!("*.hotjar.com")));
        let item = &policy["items"][0];
        assert_eq!((&item["category"], &item["service"]), (&json!("measure"), &json!("hotjar")));
        let languages: Vec<&String> = item["purpose"].as_object().unwrap().keys().collect();
        assert_eq!(languages, ["fr"]);
        assert_eq!(expanded.relocate("items[0].purpose"), "services[0].use");
    }

    #[test]
    fn every_field_of_an_entry_gives_way() {
        let own = json!([{
            "use": "hotjar", "category": "measure", "id": "heat", "name": "Heat", "country": "FR",
            "hosts": ["heat.example"], "items": [{ "name": "h", "kind": "cookie" }],
        }]);
        let (policy, expanded) = written(own, json!([{ "name": "own", "kind": "cookie" }]));
        let service = &policy["services"][0];
        for (field, value) in
            [("id", "heat"), ("name", "Heat"), ("country", "FR"), ("provider", "Hotjar")]
        {
            assert_eq!(service[field], value, "{field}");
        }
        assert_eq!(service["hosts"], json!(["heat.example"]));
        let item =
            json!({ "name": "h", "kind": "cookie", "category": "measure", "service": "heat" });
        assert_eq!(policy["items"][1], item);
        assert_eq!(policy["items"].as_array().unwrap().len(), 2);
        assert_eq!(expanded.relocate("items[1].duration"), "services[0].items[0].duration");
        assert_eq!(expanded.relocate("items[0].duration"), "items[0].duration");
    }

    #[test]
    fn what_is_declared_already_is_not_declared_again() {
        let services = json!([
            { "id": "own", "hosts": ["plausible.io"] },
            { "use": "plausible", "category": "measure" },
            { "use": "mixpanel", "category": "measure" },
        ]);
        let (policy, expanded) = written(services, json!([{ "name": "mp_*", "kind": "cookie" }]));
        assert_eq!(policy["services"][1]["hosts"], json!([]));
        let names: Vec<&Value> =
            policy["items"].as_array().unwrap().iter().map(|item| &item["name"]).collect();
        assert_eq!(names.iter().filter(|name| **name == "mp_*").count(), 1);
        assert_eq!(expanded.notes.len(), 2, "{:?}", expanded.notes);
    }

    #[test]
    fn a_wrong_use_is_told_and_left_out() {
        let services = json!([{ "use": "hotja" }, { "use": 3 }, { "id": "own" }, { "use": "crisp", "items": 1, "category": "measure" }]);
        let (policy, expanded) = written(services, json!([]));
        let told: Vec<(&str, &str)> = expanded
            .problems
            .iter()
            .map(|problem| (problem.code.text(), problem.path.as_str()))
            .collect();
        let want = [
            ("use-unknown", "services[0].use"),
            ("field-type", "services[1].use"),
            ("field-type", "services[3].items"),
        ];
        assert_eq!(told, want);
        assert_eq!(policy["services"].as_array().unwrap().len(), 2);
        assert_eq!(expanded.relocate("services[0].name"), "services[2].name");
    }

    #[test]
    fn without_its_category_a_service_brings_no_items() {
        let (policy, _) = written(json!([{ "use": "hotjar" }]), json!([]));
        assert_eq!(policy["services"][0]["category"], "analytics");
        assert_eq!(policy["items"], json!([]));
    }
}
