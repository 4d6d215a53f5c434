//! Makes a draft of a policy, and of the document of moving (docs/moving.md), from the configuration of another consent
//! tool, as far as that says what a policy needs: categories, what they are called, the names of cookies. Nobody is asked
//! by a draft as it is: what is missing is told, and stands in it in words that an owner sees at once.
//!
//! Left out: scripts and settings of looks, and tools whose configuration names no purposes (tarteaucitron, Osano) or
//! has them in code (c15t).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// A tool whose configuration is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tool {
    /// vanilla-cookieconsent 3.
    VanillaCookieconsent,
    /// Klaro 0.7, and before it.
    Klaro,
    /// Orejime 3.
    Orejime,
}

impl Tool {
    /// As the document of moving names it.
    pub fn word(self) -> &'static str {
        match self {
            Tool::VanillaCookieconsent => "vanilla-cookieconsent",
            Tool::Klaro => "klaro",
            Tool::Orejime => "orejime",
        }
    }

    /// What there is to say of a document of moving, in a line: no grant is taken over of a tool that does not store when
    /// a decision was made (www/js/moving/tools.js).
    pub fn about_moving(self) -> String {
        if self == Tool::VanillaCookieconsent {
            return String::from("until: write the last day on which grants are taken over");
        }
        format!(
            "grants: {} stores no time of a decision, so only refusals are taken over, and `until` is of no use; `grants` says which category a refused name denies",
            self.word()
        )
    }
}

/// What became of a configuration.
pub struct Draft {
    /// The policy.
    pub policy: Value,
    /// The document of moving, without an end: the owner sets one, or only refusals are taken over.
    pub moving: Value,
    /// What is missing in both, or could not be read, each in a line.
    pub missing: Vec<String>,
}

/// What stands where the owner has to write; a policy with it is refused where policies are checked.
pub const TO_WRITE: &str = "TO BE WRITTEN";
/// What writes a configuration as JSON, in JavaScript: JSON alone has no words for a regular expression.
pub const WRITE: &str = "JSON.stringify(config, (_, v) => v instanceof RegExp ? String(v) : v)";
/// The longest id of a category (docs/policy.md).
const LONGEST_ID: usize = 24;

/// Makes a draft; of a document without the list by which that tool names its purposes none: then a sentence on what it
/// is instead, and what to give.
///
/// ```
/// use consentinel_audit::convert::{Tool, draft};
/// let klaro = serde_json::json!({ "services": [{ "name": "matomo", "purposes": ["analytics"], "cookies": ["_pk_id"] }] });
/// let draft = draft(Tool::Klaro, &klaro).unwrap();
/// assert_eq!(draft.policy["items"][0]["name"], "_pk_id");
/// assert_eq!(draft.moving["grants"], serde_json::json!({ "analytics": ["matomo"] }));
/// ```
pub fn draft(tool: Tool, config: &Value) -> Result<Draft, String> {
    let mut writer = Writer::default();
    let written = match tool {
        Tool::VanillaCookieconsent => writer.vanilla(config),
        Tool::Klaro => writer.klaro(config),
        Tool::Orejime => writer.orejime(config),
    };
    match written {
        Ok(()) => Ok(writer.finished(tool)),
        Err(list) => Err(match older(tool, config) {
            Some(older) => format!(
                "this is of {older}: convert the configuration that it has there, or begin with `consentinel init`"
            ),
            None => format!("found no `{list}`; give the configuration of {}", tool.word()),
        }),
    }
}

/// The older version that a configuration is of, which says its purposes in another shape.
fn older(tool: Tool, config: &Value) -> Option<&'static str> {
    let has = |keys: &[&str]| keys.iter().any(|key| config.get(key).is_some());
    match tool {
        Tool::VanillaCookieconsent if has(&["languages", "current_lang", "cookie_name"]) => {
            Some("vanilla-cookieconsent 2, and only 3 is read")
        }
        Tool::Orejime if has(&["apps"]) => Some("Orejime 2, and only 3 is read"),
        _ => None,
    }
}

#[derive(Default)]
struct Writer {
    language: String,
    categories: Vec<Value>,
    services: Vec<Value>,
    items: Vec<Value>,
    /// Of each category, the names there that stand for it.
    grants: Map<String, Value>,
    necessary: Vec<String>,
    /// The name under which that tool stores, where the owner chose another than its usual one.
    key: String,
    missing: Vec<String>,
    seen: BTreeSet<String>,
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// What stands at the end of a path of keys; nothing is `null`.
fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().try_fold(value, |value, key| value.get(key)).unwrap_or(&Value::Null)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn is_true(value: &Value, key: &str) -> bool {
    value[key] == Value::Bool(true)
}

/// An id made of a name.
fn id_of(name: &str) -> String {
    let letters = name.to_lowercase();
    let is_id = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let parts = letters.split(|letter| !is_id(letter)).filter(|part| !part.is_empty());
    let id = parts.collect::<Vec<_>>().join("-");
    let id: String = id.chars().take(LONGEST_ID).collect();
    id.trim_matches('-').to_owned()
}

/// What stands between the strokes of a regular expression as JavaScript writes it, and its flags.
fn expression(pattern: &str) -> Option<(&str, &str)> {
    let (inside, flags) = pattern.strip_prefix('/')?.rsplit_once('/')?;
    flags.chars().all(|flag| "dgimsuvy".contains(flag)).then_some((inside, flags))
}

/// The name of an item that a pattern of a tool means: the name itself, or the beginning of one with `*`. Nothing for an
/// expression that says more.
fn name_of(pattern: &str) -> Option<String> {
    let (inside, flags) = expression(pattern).unzip();
    // Names that differ in their case are two names here.
    if flags.is_some_and(|flags| flags.contains('i')) {
        return None;
    }
    let is_expression = inside.is_some() || pattern.starts_with('^');
    if !is_expression {
        return Some(pattern.to_owned()).filter(|name| !name.is_empty());
    }
    let rest = inside.unwrap_or(pattern).strip_prefix('^')?;
    let (name, end) = match (rest.strip_suffix('$'), rest.strip_suffix(".*")) {
        (Some(whole), _) => match whole.strip_suffix(".*") {
            Some(name) => (name, "*"),
            None => (whole, ""),
        },
        (None, Some(name)) => (name, "*"),
        (None, None) => (rest, "*"),
    };
    let name = name.replace("\\.", ".").replace("\\-", "-");
    let is_plain = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    // A point stands for any letter there.
    (!name.is_empty()
        && name.chars().all(is_plain)
        && !rest.replace("\\.", "").replace(".*", "").contains('.'))
    .then(|| name + end)
}

impl Writer {
    /// Texts by language; where there is none, what an owner sees.
    fn texts(&mut self, path: String, found: &str) -> Value {
        let found = found.trim();
        if found.is_empty() {
            self.missing.push(format!("{path}: say it in words"));
        }
        json!({ self.language.clone(): if found.is_empty() { TO_WRITE } else { found } })
    }

    /// A category, once; its id.
    fn category(&mut self, name: &str, title: &str, description: &str, necessary: bool) -> String {
        let id = id_of(name);
        if !self.seen.insert(id.clone()) {
            return id;
        }
        let at = self.categories.len();
        let title = if title.is_empty() { name } else { title };
        let mut category = Map::from_iter([(String::from("id"), json!(id))]);
        if necessary {
            category.insert("necessary".into(), json!(true));
        }
        for (key, found) in [("title", title), ("description", description)] {
            let texts = self.texts(format!("categories[{at}].{key}"), found);
            category.insert(key.into(), texts);
        }
        self.categories.push(Value::Object(category));
        id
    }

    /// That a name there stands for a category; one of a necessary category is no answer.
    fn stands(&mut self, name: &str, category: &str, necessary: bool) {
        if necessary {
            self.necessary.push(name.to_owned());
        } else if let Some(names) =
            self.grants.entry(category).or_insert_with(|| json!([])).as_array_mut()
        {
            names.push(json!(name));
        }
    }

    fn service(&mut self, name: &str, title: &str, category: &str) -> String {
        let id = id_of(name);
        // One of the name of a category would be that category.
        let id = if self.seen.contains(&id) { format!("{id}-service") } else { id };
        let at = self.services.len();
        self.missing.push(format!("services[{at}].provider: name who provides `{name}`"));
        self.missing.push(format!("services[{at}].hosts: list the hosts that it asks"));
        let title = if title.is_empty() { name } else { title };
        self.services.push(json!({
            "id": id, "category": category, "name": title, "provider": TO_WRITE, "hosts": [],
        }));
        id
    }

    /// The cookies of a list, whose entries are a pattern, a list that begins with one, or an object with one.
    fn cookies(&mut self, cookies: &[Value], category: &str, service: Option<&str>) {
        for cookie in cookies {
            let places = [cookie, &cookie[0], &cookie["pattern"], &cookie["name"]];
            let pattern = places.iter().find_map(|place| place.as_str());
            // As JSON has no words for it.
            let is_lost = |place: &&Value| place.as_object().is_some_and(Map::is_empty);
            if pattern.is_none() && places.iter().any(is_lost) {
                let of = service.unwrap_or(category);
                self.missing.push(format!(
                    "items: a regular expression of `{of}` was lost; write {WRITE} instead"
                ));
                continue;
            }
            let Some(name) = pattern.and_then(name_of) else {
                let shown = pattern.map_or_else(|| cookie.to_string(), str::to_owned);
                self.missing
                    .push(format!("items: `{shown}` says more than a name with a star at its end"));
                continue;
            };
            if self.items.iter().any(|item| item["name"] == name.as_str()) {
                continue;
            }
            let at = self.items.len();
            let purpose = self.texts(format!("items[{at}].purpose"), "");
            let mut item = json!({
                "name": name, "kind": "cookie", "category": category, "purpose": purpose,
                "duration": TO_WRITE, "party": TO_WRITE,
            });
            if let (Some(service), Some(fields)) = (service, item.as_object_mut()) {
                fields.insert("service".into(), json!(service));
            }
            self.missing.push(format!(
                "items[{at}].duration, party: say how long `{name}` is kept, and for whom"
            ));
            self.items.push(item);
        }
    }

    fn vanilla(&mut self, config: &Value) -> Result<(), &'static str> {
        let categories = config["categories"].as_object().ok_or("categories")?;
        text(&config["cookie"], "name").clone_into(&mut self.key);
        let language = text(&config["language"], "default");
        self.language = if language.is_empty() { "en" } else { language }.to_owned();
        let translation = at(config, &["language", "translations", &self.language]);
        let sections = list(&translation["preferencesModal"], "sections");
        for (name, category) in categories {
            let section = sections.iter().find(|section| section["linkedCategory"] == *name);
            let of = |key| section.map_or("", |section| text(section, key));
            let necessary = is_true(category, "readOnly");
            let id = self.category(name, of("title"), of("description"), necessary);
            self.stands(name, &id, necessary);
            let services = category["services"].as_object();
            for (name, service) in services.into_iter().flatten() {
                let service_id = self.service(name, text(service, "label"), &id);
                self.cookies(list(service, "cookies"), &id, Some(&service_id));
            }
            self.cookies(list(&category["autoClear"], "cookies"), &id, None);
        }
        Ok(())
    }

    fn klaro(&mut self, config: &Value) -> Result<(), &'static str> {
        // Before 0.7 they were called apps, and 0.7 reads that name still.
        let apps = || config["apps"].as_array();
        let services = config["services"].as_array().or_else(apps).ok_or("services")?;
        let names = ["storageName", "cookieName"].map(|key| text(config, key));
        names
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .clone_into(&mut self.key);
        let translations = config["translations"].as_object();
        let first = translations.and_then(|all| all.keys().find(|language| *language != "zz"));
        let language = config["lang"].as_str().or(first.map(String::as_str));
        self.language = language.unwrap_or("en").to_owned();
        let words = at(config, &["translations", &self.language]);
        for service in services {
            let name = text(service, "name");
            let purpose =
                list(service, "purposes").first().and_then(Value::as_str).unwrap_or("other");
            let necessary = is_true(service, "required") || is_true(config, "required");
            // One category has what everybody has, and another of the same purpose what waits.
            let category = if necessary { "necessary" } else { purpose };
            let about = at(words, &["purposes", purpose]);
            let title = about.as_str().unwrap_or_else(|| text(about, "title"));
            let id = self.category(category, title, text(about, "description"), necessary);
            self.stands(name, &id, necessary);
            let titled = [text(service, "title"), text(at(words, &[name]), "title")];
            let title = titled.into_iter().find(|title| !title.is_empty()).unwrap_or_default();
            let service_id = self.service(name, title, &id);
            self.cookies(list(service, "cookies"), &id, Some(&service_id));
        }
        Ok(())
    }

    fn orejime(&mut self, config: &Value) -> Result<(), &'static str> {
        let purposes = config["purposes"].as_array().ok_or("purposes")?;
        text(&config["cookie"], "name").clone_into(&mut self.key);
        let language = text(config, "lang");
        self.language = if language.is_empty() { "en" } else { language }.to_owned();
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
                text(purpose, "title"),
                text(purpose, "description"),
                necessary,
            );
            self.stands(name, &id, necessary);
            self.cookies(list(purpose, "cookies"), &id, None);
        }
        Ok(())
    }

    fn finished(mut self, tool: Tool) -> Draft {
        self.missing
            .insert(0, "id, revision: name your site and this version of the policy".into());
        self.missing.insert(1, "controller: name who is responsible, and how to reach them".into());
        self.missing.push("items: list what else is kept, in storages and databases".into());
        let policy = json!({
            "version": 1,
            "id": "draft",
            "revision": "draft",
            "controller": { "name": TO_WRITE },
            "categories": self.categories,
            "services": self.services,
            "items": self.items,
        });
        let mut moving = json!({
            "from": tool.word(), "necessary": self.necessary, "grants": Value::Object(self.grants),
        });
        if let (false, Some(fields)) = (self.key.is_empty(), moving.as_object_mut()) {
            fields.insert("key".into(), json!(self.key));
        }
        Draft { policy, moving, missing: self.missing }
    }
}
