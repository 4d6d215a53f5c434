//! What the configuration of each tool says, handed to the writer of the draft.
//!
//! Left out: what becomes of it (`super`).

use serde_json::{Map, Value};

use super::{Writer, at, first_of, is_true, list, text};

impl Writer {
    /// vanilla-cookieconsent 3; else the name of the list that is missing.
    pub(super) fn vanilla(&mut self, config: &Value) -> Result<(), &'static str> {
        let categories = config["categories"].as_object().ok_or("categories")?;
        text(&config["cookie"], "name").clone_into(&mut self.key);
        let language = text(&config["language"], "default");
        let foremost = if language.is_empty() { "en" } else { language };
        let translations = at(config, &["language", "translations"]);
        self.speak(foremost, translations);
        let sections =
            |language: &str| list(at(translations, &[language, "preferencesModal"]), "sections");
        // JSON keeps no order of categories; visitors see them in the order of the sections.
        let place = |name: &str| {
            let places = sections(foremost).iter().position(|one| one["linkedCategory"] == name);
            places.unwrap_or(usize::MAX)
        };
        let mut categories: Vec<(&String, &Value)> = categories.iter().collect();
        categories.sort_by_key(|(name, _)| place(name));
        for (name, category) in categories {
            let section = |language: &str| {
                let mut all = sections(language).iter();
                all.find(|one| one["linkedCategory"] == **name).unwrap_or(&Value::Null)
            };
            let necessary = is_true(category, "readOnly");
            let id = self.category(
                name,
                &|language| text(section(language), "title"),
                &|language| text(section(language), "description"),
                necessary,
            );
            self.stands(name, &id, necessary);
            self.table(&section, &id);
            let services = category["services"].as_object();
            for (name, service) in services.into_iter().flatten() {
                let service_id = self.service(name, text(service, "label"), &|_| "", &id, &[]);
                self.cookies(list(service, "cookies"), &id, Some(&service_id));
            }
            self.cookies(list(&category["autoClear"], "cookies"), &id, None);
        }
        Ok(())
    }

    /// Klaro, as above.
    pub(super) fn klaro(&mut self, config: &Value) -> Result<(), &'static str> {
        // Before 0.7 they were called apps, and 0.7 reads that name still.
        let apps = || config["apps"].as_array();
        let services = config["services"].as_array().or_else(apps).ok_or("services")?;
        first_of(config, &["storageName", "cookieName"]).clone_into(&mut self.key);
        let translations = &config["translations"];
        let mut keys = translations.as_object().into_iter().flat_map(Map::keys);
        let first = keys.find(|language| *language != "zz").map(String::as_str);
        let foremost = config["lang"].as_str().or(first).unwrap_or("en");
        self.speak(foremost, translations);
        let url = &config["privacyPolicy"];
        let urls = [url, &url[foremost], &url["default"]].map(|url| url.as_str());
        let worded =
            [foremost, "zz"].map(|tag| at(translations, &[tag, "privacyPolicyUrl"]).as_str());
        self.privacy_policy(urls.into_iter().chain(worded).flatten().next().unwrap_or_default());
        for service in services {
            let name = text(service, "name");
            let mut purposes = list(service, "purposes").iter().filter_map(Value::as_str);
            let purpose = purposes.next().unwrap_or("other");
            let necessary = is_true(service, "required") || is_true(config, "required");
            // One category has what everybody has, and another of the same purpose what waits.
            let category = if necessary { "necessary" } else { purpose };
            let about = |language: &str| at(translations, &[language, "purposes", purpose]);
            let id = self.category(
                category,
                &|language| {
                    let about = about(language);
                    about.as_str().unwrap_or_else(|| text(about, "title"))
                },
                &|language| text(about(language), "description"),
                necessary,
            );
            self.stands(name, &id, necessary);
            let said = |language: &str, key: &str| {
                let own = at(service, &["translations", language]);
                let places = [text(own, key), text(at(translations, &[language, name]), key)];
                let common = text(service, key);
                places
                    .into_iter()
                    .find(|said| !said.is_empty())
                    .unwrap_or(if language == foremost { common } else { "" })
            };
            for other in purposes {
                let at = self.services.len();
                self.missing.push(format!(
                    "services[{at}]: `{name}` is for `{other}` too, and a service has one category"
                ));
            }
            let title = said(foremost, "title");
            let service_id =
                self.service(name, title, &|language| said(language, "description"), &id, &[]);
            self.cookies(list(service, "cookies"), &id, Some(&service_id));
        }
        Ok(())
    }

    /// Orejime 3, as above.
    pub(super) fn orejime(&mut self, config: &Value) -> Result<(), &'static str> {
        let purposes = config["purposes"].as_array().ok_or("purposes")?;
        text(&config["cookie"], "name").clone_into(&mut self.key);
        let language = text(config, "lang");
        self.speak(if language.is_empty() { "en" } else { language }, &Value::Null);
        self.privacy_policy(text(config, "privacyPolicyUrl"));
        let mut waiting: Vec<&Value> = purposes.iter().rev().collect();
        while let Some(purpose) = waiting.pop() {
            let inner = list(purpose, "purposes");
            if !inner.is_empty() {
                // A group is a heading; what is answered is in it.
                waiting.extend(inner.iter().rev());
                continue;
            }
            let (name, necessary) = (text(purpose, "id"), is_true(purpose, "isMandatory"));
            let id = self.category(
                name,
                &|_| text(purpose, "title"),
                &|_| text(purpose, "description"),
                necessary,
            );
            self.stands(name, &id, necessary);
            self.cookies(list(purpose, "cookies"), &id, None);
        }
        Ok(())
    }
}
