//! Reads the documents as the page does (www/npm/signals/checked.js, www/npm/gpp/checked.js), by the same tables of words,
//! all problems at once. tests/vectors/signals.json holds both to the same answers.
//!
//! Left out: what is sound and hardly meant (doubts.rs, early.rs).

use consentinel::{
    policy::Policy,
    problem::{Code, Problem},
};
use consentinel_audit::advice;
use serde_json::{Map, Value};

use super::words::{GPP, MECHANISMS, Mechanism};

/// What grants a word.
pub enum Granting {
    /// Nothing: it is granted in every state.
    Always,
    /// These must all be granted; with none it never is.
    All(Vec<String>),
}

/// A word, and what grants it.
pub struct Word {
    /// The word.
    pub word: String,
    /// What grants it.
    pub granting: Granting,
}

/// A mechanism that is to be told.
pub struct Told {
    /// Its name.
    pub name: String,
    /// What is told.
    pub words: Vec<Word>,
    /// Whether the owner says that the vendor is asked before any answer.
    pub is_advanced: bool,
}

/// Collects what is wrong with one document.
pub struct Reader<'a> {
    /// How paths begin.
    name: &'static str,
    /// Without one no id is looked at.
    policy: Option<&'a Policy>,
    /// All that is told of it.
    pub told: Vec<advice::Told>,
}

impl<'a> Reader<'a> {
    /// Nothing is read yet.
    pub fn new(name: &'static str, policy: Option<&'a Policy>) -> Reader<'a> {
        Reader { name, policy, told: Vec::new() }
    }

    /// Tells a problem; `path` begins with a slash.
    pub fn tell(&mut self, code: Code, path: &str, found: &str, allowed: Vec<String>) {
        let path = advice::printable(path);
        let problem = Problem::new(code, &format!("{}{path}", self.name), found);
        self.told.push(advice::Told { problem, allowed });
    }

    /// What the script of signals tells.
    pub fn mechanisms(&mut self, mapping: &Value) -> Vec<Told> {
        let Value::Object(mapping) = mapping else {
            self.tell(Code::SignalType, "/", &shown(mapping), Vec::new());
            return Vec::new();
        };
        let mut all = Vec::new();
        for (name, given) in mapping {
            match MECHANISMS.get(name) {
                Some(mechanism) => all.push(self.mechanism(name, mechanism, given)),
                None => {
                    let known = MECHANISMS.keys().cloned().collect();
                    self.tell(Code::SignalUnknown, &format!("/{name}"), name, known);
                }
            }
        }
        all
    }

    fn mechanism(&mut self, name: &str, mechanism: &Mechanism, given: &Value) -> Told {
        let words = mechanism.words.as_deref().unwrap_or_default();
        let fields = match (given, words) {
            (Value::Object(fields), _) => fields.clone(),
            // A mechanism of one word may be given what grants it.
            (_, [word]) => Map::from_iter([(word.clone(), given.clone())]),
            _ => {
                self.tell(Code::SignalType, &format!("/{name}"), &shown(given), words.to_vec());
                Map::new()
            }
        };
        let mut told = Told { name: name.to_owned(), words: Vec::new(), is_advanced: false };
        let mut always = Vec::new();
        for (key, value) in &fields {
            let path = format!("/{name}/{key}");
            if let Some(kind) = mechanism.options.get(key) {
                let is_right = match kind.as_str() {
                    "boolean" => value.is_boolean(),
                    "string" => value.is_string(),
                    _ => value.as_array().is_some_and(|list| {
                        list.iter()
                            .all(|one| words.iter().any(|word| one.as_str() == Some(word.as_str())))
                    }),
                };
                if !is_right {
                    let allowed = if kind == "words" { words.to_vec() } else { Vec::new() };
                    self.tell(Code::SignalOption, &path, &shown(value), allowed);
                } else if key == "always" {
                    always.extend(texts(value));
                } else if key == "advanced" {
                    told.is_advanced = value == &Value::Bool(true);
                }
            } else if mechanism.words.is_none() || words.contains(key) {
                let granting = Granting::All(self.granting(&path, value));
                told.words.push(Word { word: key.clone(), granting });
            } else {
                let allowed = words.iter().chain(mechanism.options.keys()).cloned().collect();
                self.tell(Code::SignalUnknown, &path, key, allowed);
            }
        }
        told.words.retain(|word| !always.contains(&word.word));
        told.words.extend(always.into_iter().map(|word| Word { word, granting: Granting::Always }));
        told
    }

    /// What the script of IAB GPP tells of each purpose.
    pub fn purposes(&mut self, options: &Value) -> Vec<Word> {
        let Value::Object(options) = options else {
            self.tell(Code::SignalType, "/", &shown(options), Vec::new());
            return Vec::new();
        };
        let mut told = Vec::new();
        for (word, value) in options {
            let path = format!("/{word}");
            if word == "sections" {
                for section in one_or_many(value) {
                    if !section
                        .as_str()
                        .is_some_and(|name| GPP.sections.iter().any(|one| one == name))
                    {
                        self.tell(
                            Code::SignalUnknown,
                            &path,
                            &shown(section),
                            GPP.sections.clone(),
                        );
                    }
                }
            } else if GPP.purposes.contains(word) {
                let granting = Granting::All(self.granting(&path, value));
                told.push(Word { word: word.clone(), granting });
            } else {
                let mut allowed = GPP.purposes.clone();
                allowed.push(String::from("sections"));
                self.tell(Code::SignalUnknown, &path, word, allowed);
            }
        }
        told
    }

    /// The ids that must all be granted; none, so that nothing is ever granted, where one is not understood.
    fn granting(&mut self, path: &str, value: &Value) -> Vec<String> {
        let policy = self.policy;
        let is_known =
            |name: &str| policy.is_none_or(|policy| policy.category_named(name).is_some());
        let mut is_sound = true;
        for name in one_or_many(value) {
            if !name.as_str().is_some_and(is_known) {
                is_sound = false;
                let ids = policy.map(ids_of).unwrap_or_default();
                self.tell(Code::SignalUnknown, path, &shown(name), ids);
            }
        }
        if is_sound { texts(value) } else { Vec::new() }
    }
}

/// The ids of all categories and services.
fn ids_of(policy: &Policy) -> Vec<String> {
    let categories = policy.categories.iter().map(|category| &category.id);
    categories.chain(policy.services.iter().map(|(id, _)| id)).cloned().collect()
}

fn one_or_many(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}

fn texts(value: &Value) -> Vec<String> {
    one_or_many(value).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A value as it is told: a text as it is.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
