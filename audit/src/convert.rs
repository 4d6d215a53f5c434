//! Makes a draft of a policy, and of the document of moving (docs/moving.md), from the configuration of another consent
//! tool, as far as that says what a policy needs: categories and services with their texts, names of cookies. Nobody is
//! asked by a draft as it is: what is missing is told, and stands in it in words that `consentinel check` refuses.
//!
//! Left out: scripts and settings of looks, and configurations that are code (www/npm/literals.js reads what of it is data).

mod code;
mod plain;
mod services;
mod tools;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

pub use plain::plain;

/// A tool whose configuration is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tool {
    /// vanilla-cookieconsent 3.
    VanillaCookieconsent,
    /// Klaro 0.7, and before it.
    Klaro,
    /// tarteaucitron 1.
    Tarteaucitron,
    /// Orejime 3.
    Orejime,
    /// Osano's Cookie Consent 3, the free one.
    Osano,
    /// c15t 2, and before it.
    C15t,
}

impl Tool {
    /// All of them.
    pub const ALL: [Tool; 6] = [
        Tool::VanillaCookieconsent,
        Tool::Klaro,
        Tool::Tarteaucitron,
        Tool::Orejime,
        Tool::Osano,
        Tool::C15t,
    ];

    /// As the document of moving names it.
    pub fn word(self) -> &'static str {
        match self {
            Tool::VanillaCookieconsent => "vanilla-cookieconsent",
            Tool::Klaro => "klaro",
            Tool::Tarteaucitron => "tarteaucitron",
            Tool::Orejime => "orejime",
            Tool::Osano => "osano",
            Tool::C15t => "c15t",
        }
    }

    /// The tool of this word.
    pub fn of(word: &str) -> Option<Tool> {
        Tool::ALL.into_iter().find(|tool| tool.word() == word)
    }

    /// What there is to say of a document of moving, in a line: no grant is taken over of a tool that does not store when
    /// a decision was made (www/js/moving/tools.js).
    pub fn about_moving(self) -> String {
        if matches!(self, Tool::VanillaCookieconsent | Tool::C15t) {
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
/// The longest summary, in characters (docs/policy.md).
const LONGEST_SUMMARY: usize = 90;
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
        Tool::Tarteaucitron => writer.tarteaucitron(config),
        Tool::Orejime => writer.orejime(config),
        Tool::Osano => writer.osano(config),
        Tool::C15t => writer.c15t(config),
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
    /// The languages that have texts, as that tool writes them, the foremost first.
    languages: Vec<String>,
    categories: Vec<Value>,
    services: Vec<Value>,
    items: Vec<Value>,
    /// Of each category, the names there that stand for it.
    grants: Map<String, Value>,
    necessary: Vec<String>,
    /// The name under which that tool stores, where the owner chose another than its usual one.
    key: String,
    privacy_policy: String,
    missing: Vec<String>,
    /// The id of each category, by its name there and whether it is necessary.
    named: BTreeMap<(String, bool), String>,
    /// The ids of all categories and services.
    taken: BTreeSet<String>,
}

/// What is found in a language.
type Found<'a> = &'a dyn Fn(&str) -> &'a str;
/// What a part of the configuration is in a language.
type Part<'a> = &'a dyn Fn(&str) -> &'a Value;

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// What stands at the end of a path of keys; nothing is `null`.
fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().try_fold(value, |value, key| value.get(key)).unwrap_or(&Value::Null)
}

/// The first text that stands under one of these keys.
fn first_of<'a>(value: &'a Value, keys: &[&str]) -> &'a str {
    keys.iter().map(|key| text(value, key)).find(|text| !text.is_empty()).unwrap_or_default()
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
    /// Takes the languages of these texts, the foremost first, which may be one that they do not have.
    fn speak(&mut self, foremost: &str, translations: &Value) {
        let others = translations.as_object().into_iter().flat_map(Map::keys).map(String::as_str);
        self.languages = vec![foremost.to_owned()];
        // What has no translation of its own is under `zz` in Klaro.
        let others = others.filter(|language| ![foremost, "zz"].contains(language));
        self.languages.extend(others.map(str::to_owned));
    }

    fn foremost(&self) -> String {
        self.languages.first().cloned().unwrap_or_default()
    }

    /// What is said in each language, as plain text.
    fn said(&mut self, path: &str, found: Found<'_>) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for language in &self.languages {
            let (found, tag) = (found(language).trim(), language.replace('_', "-"));
            let said = plain(found);
            if found.contains('<') && said != found {
                self.missing.push(format!("{path}.{tag}: markup was taken out, and links with it"));
            }
            if !said.is_empty() {
                texts.push((tag, said));
            }
        }
        texts
    }

    /// Texts by language; where there is none, what an owner sees.
    fn texts(&mut self, path: &str, found: Found<'_>) -> Value {
        let mut texts = Map::from_iter(
            self.said(path, found).into_iter().map(|(tag, said)| (tag, json!(said))),
        );
        if texts.is_empty() {
            self.missing.push(format!("{path}: say it in words"));
            texts.insert(self.foremost().replace('_', "-"), json!(TO_WRITE));
        } else {
            let tags = self.languages.iter().map(|language| language.replace('_', "-"));
            let untold = tags.filter(|tag| !texts.contains_key(tag));
            self.missing.extend(untold.map(|tag| format!("{path}: say it in `{tag}` too")));
        }
        Value::Object(texts)
    }

    /// An id of its own for what stands at `path` and has this name there: the one that the name makes, or where another
    /// has that one with a number behind it, or where it makes none `kind`; which is told then.
    fn id(&mut self, path: &str, name: &str, kind: &str) -> String {
        let made = id_of(name);
        let base = if made.is_empty() { kind.to_owned() } else { made.clone() };
        let numbered = (2..).map(|number| {
            let end = format!("-{number}");
            let kept: String = base.chars().take(LONGEST_ID - end.len()).collect();
            format!("{}{end}", kept.trim_end_matches('-'))
        });
        let mut ids = std::iter::once(base.clone()).chain(numbered);
        let id = ids.find(|id| !self.taken.contains(id)).unwrap_or_default();
        if made.is_empty() {
            self.missing.push(format!("{path}.id: `{name}` makes no id, so it is `{id}`"));
        } else if id != made {
            self.missing.push(format!(
                "{path}.id: `{name}` makes `{made}`, which another has, so it is `{id}`"
            ));
        }
        self.taken.insert(id.clone());
        id
    }

    /// A category, once for each name; its id.
    fn category(
        &mut self,
        name: &str,
        title: Found,
        description: Found,
        necessary: bool,
    ) -> String {
        let key = (name.to_owned(), necessary);
        if let Some(id) = self.named.get(&key) {
            return id.clone();
        }
        let at = self.categories.len();
        let id = self.id(&format!("categories[{at}]"), name, "category");
        self.named.insert(key, id.clone());
        let foremost = self.foremost();
        let title = |language: &str| match title(language) {
            "" if language == foremost => name,
            title => title,
        };
        let mut category = Map::from_iter([(String::from("id"), json!(id))]);
        if necessary {
            category.insert("necessary".into(), json!(true));
        }
        let title = self.texts(&format!("categories[{at}].title"), &title);
        let description = self.texts(&format!("categories[{at}].description"), description);
        category.insert("title".into(), title);
        category.insert("description".into(), description);
        self.categories.push(Value::Object(category));
        id
    }

    /// The address of the privacy policy, which must be whole.
    fn privacy_policy(&mut self, url: &str) {
        if url.starts_with("https://") || url.starts_with("http://") {
            url.clone_into(&mut self.privacy_policy);
        } else if !url.is_empty() {
            self.missing
                .push(format!("controller.privacyPolicy: write the whole address of `{url}`"));
        }
    }

    /// That a name there stands for a category; one of a necessary category is no answer.
    fn stands(&mut self, name: &str, category: &str, necessary: bool) {
        if necessary {
            self.necessary.push(name.to_owned());
            return;
        }
        let names = self.grants.entry(category).or_insert_with(|| json!([])).as_array_mut();
        // Once, also where two services have one name.
        if let Some(names) = names.filter(|names| !names.iter().any(|one| one == name)) {
            names.push(json!(name));
        }
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
            self.item(name, &|_| "", category, service);
        }
    }

    /// A cookie, once.
    fn item(&mut self, name: String, purpose: Found, category: &str, service: Option<&str>) {
        if let Some(item) = self.items.iter_mut().find(|item| item["name"] == name.as_str()) {
            if let (Some(service), true, Some(fields)) =
                (service, item["category"] == category, item.as_object_mut())
            {
                fields.entry("service").or_insert_with(|| json!(service));
            }
            return;
        }
        let at = self.items.len();
        let purpose = self.texts(&format!("items[{at}].purpose"), purpose);
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

    /// The cookies of a table that visitors are shown, whose columns the owner named.
    fn table(&mut self, section: Part<'_>, category: &str) {
        let foremost = self.foremost();
        for (row, cells) in list(&section(&foremost)["cookieTable"], "body").iter().enumerate() {
            let shown = first_of(cells, &["name", "cookie"]);
            let is_one = !shown.contains([' ', ',']);
            let Some(name) = name_of(shown).filter(|_| is_one) else {
                self.missing.push(format!(
                    "items: row {row} of the cookieTable of `{category}` has no name of a cookie under `name`: {cells}"
                ));
                continue;
            };
            let purpose = |language: &str| {
                let cells = list(&section(language)["cookieTable"], "body").get(row);
                cells.map_or("", |cells| first_of(cells, &["description", "desc", "purpose"]))
            };
            self.item(name, &purpose, category, None);
        }
    }

    fn finished(mut self, tool: Tool) -> Draft {
        self.missing
            .insert(0, "id, revision: name your site and this version of the policy".into());
        self.missing.insert(1, "controller: name who is responsible, and how to reach them".into());
        self.missing.push("items: list what else is kept, in storages and databases".into());
        let mut controller = json!({ "name": TO_WRITE });
        if let (false, Some(fields)) = (self.privacy_policy.is_empty(), controller.as_object_mut())
        {
            fields.insert("privacyPolicy".into(), json!(self.privacy_policy));
        }
        let policy = json!({
            "version": 1,
            "id": "draft",
            "revision": "draft",
            "controller": controller,
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
