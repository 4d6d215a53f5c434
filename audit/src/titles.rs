//! What categories and services are called, by the policies and notices that are there: a reader knows titles, and ids are
//! the site's own.

use std::collections::BTreeMap;

use consentinel::json::Json;

/// Titles by id and language; the name of a service has no language.
#[derive(Clone, Default)]
pub struct Titles(BTreeMap<String, BTreeMap<String, String>>);

impl Titles {
    /// Takes the titles of a policy, in all its languages.
    pub fn take_policy(&mut self, policy: &Json) {
        for category in policy.list_at("categories") {
            match category.field("title") {
                Some(Json::Object(texts)) => {
                    for (language, text) in texts {
                        self.take(category, language, text.as_text().unwrap_or_default());
                    }
                }
                _ => self.take(category, "", category.text_at("title")),
            }
        }
        for service in policy.list_at("services") {
            self.take(service, "", service.text_at("name"));
        }
    }

    /// Takes the titles of a notice, in its language.
    pub fn take_notice(&mut self, notice: &Json) {
        for category in notice.list_at("categories") {
            self.take(category, notice.text_at("language"), category.text_at("title"));
            for service in category.list_at("services") {
                self.take(service, "", service.text_at("name"));
            }
        }
    }

    /// The later document counts.
    fn take(&mut self, named: &Json, language: &str, title: &str) {
        let id = named.text_at("id");
        if !id.is_empty() && !title.is_empty() {
            let titles = self.0.entry(String::from(id)).or_default();
            titles.insert(String::from(language), String::from(title));
        }
    }

    /// The title of each id for a reader of this language: in it, else in none, else in English, else in any.
    pub fn of(&self, language: &str) -> BTreeMap<String, String> {
        let titles = self.0.iter().filter_map(|(id, titles)| {
            let title = [language, "", "en"].iter().find_map(|language| titles.get(*language));
            Some((id.clone(), title.or_else(|| titles.values().next())?.clone()))
        });
        titles.collect()
    }
}

/// A name with its title, where there is one that says something else: `Analytics (analytics)`.
pub fn titled(name: &str, titles: &BTreeMap<String, String>) -> String {
    match titles.get(name).filter(|title| *title != name) {
        Some(title) => format!("{title} ({name})"),
        None => String::from(name),
    }
}
