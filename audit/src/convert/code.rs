//! What the configurations say that name no purposes (tarteaucitron, Osano), or have them in the code of an application
//! (c15t), handed to the writer of the draft.
//!
//! Left out: what becomes of it (`super`).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Writer, at, first_of, is_true, list, text};

/// The one optional category of a tool that asks one question.
const ALL: &str = "all";

/// Fields of Osano's Cookie Consent that no other configuration has all of.
const OF_OSANO: [&str; 6] = ["content", "palette", "law", "revokable", "compliance", "elements"];

/// The host of an address, or of a host written alone; nothing for an address of the site itself.
fn host_of(address: &str) -> Option<String> {
    let is_relative = address.starts_with('/') && !address.starts_with("//");
    let rest = address.split_once("//").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default().to_ascii_lowercase();
    let is_host = host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty()
                && label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
        });
    (is_host && !is_relative).then_some(host)
}

/// The first category that a condition of c15t names, and whether it says more than that.
fn condition(value: &Value) -> (&str, bool) {
    if let Some(name) = value.as_str() {
        return (name, false);
    }
    let parts = value.as_object().into_iter().flat_map(Map::values);
    let mut parts =
        parts.flat_map(|part| part.as_array().map_or(std::slice::from_ref(part), Vec::as_slice));
    (parts.find_map(Value::as_str).unwrap_or_default(), true)
}

impl Writer {
    /// tarteaucitron 1: the services that a page names, with what its file of services says of them; else the name of the
    /// list that is missing.
    pub(super) fn tarteaucitron(&mut self, config: &Value) -> Result<(), &'static str> {
        let job = config["job"].as_array().ok_or("job")?;
        let parameters = &config["parameters"];
        text(parameters, "cookieName").clone_into(&mut self.key);
        let language = text(config, "language");
        self.speak(if language.is_empty() { "en" } else { language }, &Value::Null);
        self.privacy_policy(text(parameters, "privacyUrl"));
        let mut names: Vec<&str> = Vec::new();
        for name in job.iter().filter_map(Value::as_str) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let known = at(config, &["services", name]);
            let kind = text(known, "type");
            let kind = if kind.is_empty() { "other" } else { kind };
            // Without consent by what tarteaucitron says of it; whether that is so, its owner must know.
            let is_necessary = known["needConsent"] == Value::Bool(false)
                && !is_true(parameters, "alwaysNeedConsent");
            let category = if is_necessary { "necessary" } else { kind };
            let said = at(config, &["lang", kind]);
            let id = self.category(
                category,
                &|_| if is_necessary { "" } else { text(said, "title") },
                &|_| if is_necessary { "" } else { text(said, "details") },
                is_necessary,
            );
            self.stands(name, &id, is_necessary);
            if known.is_null() {
                let at = self.services.len();
                self.missing.push(format!(
                    "services[{at}].category: `{name}` is in `{id}`, as the configuration does not say what it is for"
                ));
            }
            let service = self.service(name, text(known, "name"), &|_| "", &id, &[]);
            self.cookies(list(known, "cookies"), &id, Some(&service));
        }
        Ok(())
    }

    /// Osano's Cookie Consent 3: one question for everything; else the names of what is missing.
    pub(super) fn osano(&mut self, config: &Value) -> Result<(), &'static str> {
        let is_one =
            OF_OSANO.iter().any(|field| config[*field].is_object() || config[*field].is_boolean())
                || ["opt-in", "opt-out", "info"].contains(&text(config, "type"));
        if !is_one {
            return Err("content`, `palette` or `type");
        }
        text(&config["cookie"], "name").clone_into(&mut self.key);
        self.speak("en", &Value::Null);
        let content = &config["content"];
        self.privacy_policy(first_of(content, &["href", "policyLink"]));
        let id = self.category(ALL, &|_| "", &|_| text(content, "message"), false);
        self.missing.push(format!(
            "categories: Osano's Cookie Consent asks once for everything; make a category of each purpose out of `{id}`, and one for what is necessary"
        ));
        self.stands(ALL, &id, false);
        if ["", "info"].contains(&text(config, "type")) {
            self.missing.push(
                "grants: `type` is not `opt-in`, so visitors were told and not asked; nothing of theirs is taken over as a grant".into(),
            );
        }
        Ok(())
    }

    /// c15t 2, and before it: categories of a fixed list, with what scripts and rules of its network say; else the name of
    /// the list that is missing.
    pub(super) fn c15t(&mut self, config: &Value) -> Result<(), &'static str> {
        let scripts = list(config, "scripts");
        let rules = list(&config["networkBlocker"], "rules");
        let named = ["consentCategories", "initialGdprTypes"].map(|key| config[key].as_array());
        let named = named.into_iter().flatten().next();
        if named.is_none() && scripts.is_empty() && rules.is_empty() {
            return Err("consentCategories` and no `scripts");
        }
        text(&config["storageConfig"], "storageKey").clone_into(&mut self.key);
        let (messages, locale) =
            (at(config, &["i18n", "messages"]), at(config, &["i18n", "locale"]));
        // Before version 2.
        let older = at(config, &["translations", "translations"]);
        let messages = if messages.is_object() { messages } else { older };
        let locale = locale.as_str().unwrap_or(text(&config["translations"], "defaultLanguage"));
        self.speak(if locale.is_empty() { "en" } else { locale }, messages);
        self.privacy_policy(text(at(config, &["legalLinks", "privacyPolicy"]), "href"));
        for name in named.into_iter().flatten().filter_map(Value::as_str) {
            self.purpose(name, messages);
        }
        // A vendor is one service, with all that is asked of it.
        let mut vendors: BTreeMap<&str, Vendor> = BTreeMap::new();
        for (place, one) in scripts.iter().chain(rules).enumerate() {
            let address = first_of(one, &["src", "domain"]);
            let name = match text(one, "id") {
                "" => address,
                id => id,
            };
            if name.is_empty() {
                continue;
            }
            let vendor = vendors.entry(name).or_insert(Vendor { place, ..Vendor::default() });
            let (category, says_more) = condition(&one["category"]);
            if vendor.category.is_empty() {
                vendor.category = category;
            }
            vendor.says_more |= says_more || is_true(one, "alwaysLoad");
            let domain = text(one, "domain");
            // A rule is for all that is below a domain, too.
            let hosts = host_of(address).into_iter();
            let below = host_of(domain).map(|host| format!("*.{host}"));
            for host in hosts.chain(below) {
                if !vendor.hosts.contains(&host) {
                    vendor.hosts.push(host);
                }
            }
        }
        let mut vendors: Vec<(&str, Vendor)> = vendors.into_iter().collect();
        vendors.sort_by_key(|(_, vendor)| vendor.place);
        for (name, vendor) in vendors {
            let category = if vendor.category.is_empty() { "other" } else { vendor.category };
            let id = self.purpose(category, messages);
            if vendor.says_more {
                let at = self.services.len();
                self.missing.push(format!(
                    "services[{at}].category: `{name}` runs by more than `{category}`, and a service has one category"
                ));
            }
            self.service(name, "", &|_| "", &id, &vendor.hosts);
        }
        Ok(())
    }

    /// A category of c15t, once, by its name there and the texts of an application; its id.
    fn purpose(&mut self, name: &str, messages: &Value) -> String {
        let necessary = name == "necessary";
        let is_first = !self.named.contains_key(&(name.to_owned(), necessary));
        let of = |language: &str| at(messages, &[language, "consentTypes", name]);
        let id = self.category(
            name,
            &|language| text(of(language), "title"),
            &|language| text(of(language), "description"),
            necessary,
        );
        if is_first {
            self.stands(name, &id, necessary);
        }
        id
    }
}

/// What scripts and rules say of one vendor.
#[derive(Default)]
struct Vendor<'a> {
    place: usize,
    category: &'a str,
    says_more: bool,
    hosts: Vec<String>,
}
