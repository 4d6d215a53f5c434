//! What an entry of the catalogue says, as `www/services.schema.json` describes it, and the texts that entries share
//! (`www/purposes.json`). The files are read when somebody asks for one; each parses, as a test of all of them sees.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// Id and text of each entry, by id; build.rs writes the table.
const ENTRIES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/services.rs"));

const PURPOSES: &str = include_str!("../../www/purposes.json");

/// One service.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Entry {
    /// Where editors find the schema.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// Its name in the catalogue, and as a service of a policy.
    pub id: String,
    /// What visitors know it by.
    pub name: String,
    /// What kinds of service it is, the foremost first.
    pub kinds: Vec<String>,
    /// The id of the category that is suggested for it, one of `www/purposes.json`.
    pub category: String,
    /// The id of its summary there.
    pub summary: String,
    /// Who is behind it.
    pub provider: Provider,
    /// The hosts that pages ask for it.
    #[serde(default)]
    pub hosts: Vec<Host>,
    /// What it keeps in browsers.
    #[serde(default)]
    pub items: Vec<Item>,
    /// Who says that it keeps nothing there, where that is known.
    pub keeps_nothing: Option<KeepsNothing>,
    /// What a page must let it do beside asking hosts.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// What it understands of a visitor's choice.
    #[serde(default)]
    pub signals: Vec<Signal>,
    /// Where the facts are from, by the names that facts refer to.
    pub sources: BTreeMap<String, Source>,
}

/// Who is behind a service.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Provider {
    /// The company.
    pub name: String,
    /// Its country (ISO 3166-1 alpha-2).
    pub country: Option<String>,
    /// The address of its privacy policy.
    pub policy_url: Option<String>,
    /// The name of the source.
    pub source: String,
}

/// A host that pages ask.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// The pattern, as in a policy.
    pub host: String,
    /// What comes from there, or goes there.
    #[serde(rename = "for")]
    pub used_for: Vec<String>,
    /// The name of the source.
    pub source: String,
}

/// Something that is kept in browsers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Name or pattern, as in a policy.
    pub name: String,
    /// As in a policy.
    pub kind: String,
    /// As in a policy.
    pub party: String,
    /// As in a policy.
    pub duration: String,
    /// The id of its purpose in `www/purposes.json`.
    pub purpose: String,
    /// The domain that keeps it, where that is not the site's: script of the page does not see it.
    pub domain: Option<String>,
    /// `probe`: written only to see whether it can be; `fallback`: used where another kind cannot be.
    pub role: Option<String>,
    /// The name of the source.
    pub source: String,
}

/// A service that keeps nothing in browsers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepsNothing {
    /// The name of the source.
    pub source: String,
}

/// What a page must let a service do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// `frames`, `workers`, `blob:` or `data:`.
    pub what: String,
    /// The name of the source.
    pub source: String,
}

/// A way to tell a service what a visitor chose.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Its name, such as `google-consent-mode`.
    pub signal: String,
    /// The name of the source.
    pub source: String,
}

/// Where a fact is from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its address.
    pub url: String,
    /// The day of which it speaks, `YYYY-MM-DD`: of a page the day on which it was read, of a data set that of its edition.
    pub date: String,
}

impl Entry {
    /// Whether it is known what the service keeps in browsers.
    pub fn knows_storage(&self) -> bool {
        !self.items.is_empty() || self.keeps_nothing.is_some()
    }

    /// The oldest day of its facts.
    pub fn oldest(&self) -> Option<&str> {
        self.sources.values().map(|source| source.date.as_str()).min()
    }
}

/// The ids of all entries, in their order.
pub fn ids() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|(id, _)| *id)
}

/// The text of the entry of this id.
pub fn text_of(id: &str) -> Option<&'static str> {
    let place = ENTRIES.binary_search_by(|(other, _)| (*other).cmp(id)).ok()?;
    ENTRIES.get(place).map(|(_, text)| *text)
}

/// The entry of this id.
pub fn entry_of(id: &str) -> Option<Entry> {
    serde_json::from_str(text_of(id)?).ok()
}

/// The texts that entries share: `categories`, `services` and `items`, each by id, then by language.
pub fn purposes() -> Value {
    serde_json::from_str(PURPOSES).unwrap_or_default()
}
