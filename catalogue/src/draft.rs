//! A first policy, made of a few answers: who asks, which services of the catalogue a site uses, in which languages. It is
//! what an owner goes on writing, so it names entries by `use` and says nothing that an entry says.
//!
//! Left out: asking (`consentinel init`), and whether the answers make a sound policy ([`crate::publish::look`]).

use serde_json::{Value, json};

use crate::entry::{Entry, entry_of, purposes};

/// The category that every policy has.
const NECESSARY: &str = "strictly-necessary";
/// The category of the entries that advertise.
const ADVERTISING: &str = "marketing";
/// The longest id of a policy.
const MOST: usize = 64;

/// What was answered.
pub struct Answers {
    /// The name of who asks for consent.
    pub controller: String,
    /// How to reach them about personal data.
    pub contact: Option<String>,
    /// The address of their privacy policy.
    pub privacy_policy: Option<String>,
    /// Ids of entries; those that there are not are left out.
    pub services: Vec<String>,
    /// Languages of the catalogue.
    pub languages: Vec<String>,
    /// The owner's word for this edition.
    pub revision: String,
}

impl Answers {
    /// The policy, as a text that people edit.
    pub fn policy(&self) -> String {
        let entries: Vec<Entry> = self.services.iter().filter_map(|id| entry_of(id)).collect();
        let mut lines = vec![
            line("version", &json!(1)),
            line("id", &json!(id_of(&self.controller))),
            line("revision", &json!(self.revision)),
            line("controller", &self.controller()),
            format!("  \"categories\": {}", listed(&self.categories(&entries))),
        ];
        if !entries.is_empty() {
            let services: Vec<String> = entries
                .iter()
                .map(|entry| {
                    let (id, category) = (json!(entry.id), json!(entry.category));
                    format!("{{ \"use\": {id}, \"category\": {category} }}")
                })
                .collect();
            lines.push(format!("  \"services\": {}", listed(&services)));
        }
        lines.push(line("items", &json!([])));
        format!("{{\n{}\n}}\n", lines.join(",\n"))
    }

    /// The ids of the entries that the draft puts among what is necessary, where visitors are not asked: for the owner to
    /// decide, as what a site cannot do without is not the catalogue's to say.
    pub fn necessary(&self) -> Vec<String> {
        let entries = self.services.iter().filter_map(|id| entry_of(id));
        entries.filter(|entry| entry.category == NECESSARY).map(|entry| entry.id).collect()
    }

    fn controller(&self) -> Value {
        let mut controller = json!({ "name": self.controller });
        for (field, value) in [("contact", &self.contact), ("privacyPolicy", &self.privacy_policy)]
        {
            if let (Some(value), Value::Object(fields)) = (value, &mut controller) {
                fields.insert(field.to_owned(), json!(value));
            }
        }
        controller
    }

    /// The necessary category, then those that the services stand in, in their order.
    fn categories(&self, entries: &[Entry]) -> Vec<String> {
        let mut ids = vec![NECESSARY];
        for entry in entries {
            if !ids.contains(&entry.category.as_str()) {
                ids.push(&entry.category);
            }
        }
        let texts = purposes();
        let categories = ids.iter().map(|id| {
            let category = texts.get("categories").and_then(|categories| categories.get(id));
            let in_languages = |field: &str| {
                let text = |language: &String| category?.get(field)?.get(language).cloned();
                let chosen = self.languages.iter();
                Value::Object(
                    chosen.filter_map(|language| Some((language.clone(), text(language)?))).collect(),
                )
            };
            let more = match *id {
                NECESSARY => ", \"necessary\": true",
                // The stricter reading, for the owner to narrow: what others get for advertising is mostly both.
                ADVERTISING => ", \"for\": [\"sale\", \"sharing\"]",
                _ => "",
            };
            format!(
                "{{\n      \"id\": {}{more},\n      \"title\": {},\n      \"description\": {}\n    }}",
                json!(id),
                in_languages("title"),
                in_languages("description"),
            )
        });
        categories.collect()
    }
}

/// The name of a controller as the id of their policy.
pub fn id_of(controller: &str) -> String {
    let letters = controller.chars().map(|letter| match letter.to_ascii_lowercase() {
        letter @ ('a'..='z' | '0'..='9') => letter,
        _ => '-',
    });
    let words: String = letters.collect();
    let words: Vec<&str> = words.split('-').filter(|word| !word.is_empty()).collect();
    let id: String = words.join("-").chars().take(MOST).collect();
    if id.is_empty() { String::from("site") } else { id }
}

fn line(field: &str, value: &Value) -> String {
    format!("  \"{field}\": {value}")
}

fn listed(elements: &[String]) -> String {
    format!("[\n    {}\n  ]", elements.join(",\n    "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::publish::look;

    fn answers(controller: &str, services: &[&str]) -> Answers {
        Answers {
            controller: controller.to_owned(),
            contact: Some(String::from("privacy@example.org")),
            privacy_policy: Some(String::from("https://example.org/privacy")),
            services: services.iter().map(|id| String::from(*id)).collect(),
            languages: vec![String::from("fr"), String::from("en")],
            revision: String::from("2026-11-27"),
        }
    }

    #[test]
    fn a_draft_is_a_sound_policy() {
        let services = ["hotjar", "stripe", "youtube", "meta-pixel", "google-analytics"];
        for (controller, services) in
            [("Example SAS", &services[..]), ("\"</script>\" 株式会社", &[])]
        {
            let looked = look(answers(controller, services).policy().into_bytes());
            assert!(looked.problems.is_empty(), "{}", looked.in_words("draft"));
            assert_eq!(looked.policy.unwrap().services.len(), services.len());
        }
    }

    #[test]
    fn an_id_is_made_of_any_name() {
        let long = "x".repeat(100);
        for (name, id) in [
            ("Example SAS", "example-sas"),
            ("株式会社", "site"),
            ("--A & B!", "a-b"),
            (&long, &long[..64]),
        ] {
            assert_eq!(id_of(name), id);
        }
    }
}
