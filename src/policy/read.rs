//! Reads a policy document, version 1: every problem at once, each with its path.
//!
//! What a document may hold is the table below; the code only walks it. What is wrong is left out and
//! the rest is kept: a field that may be absent goes alone, a field that must be there takes its
//! item, service or category with it, and without an id, a revision, a controller or a category
//! there is no policy. The name of an item that is left out stays refused and nothing undeclared is
//! allowed any more, so a mistake can only close the gate. Text that is not JSON is the shells' problem.

use alloc::{string::String, vec::Vec};

use super::{Category, LEDGER_KEY, Policy, Rule as NameRule, STATE_COOKIE};
use crate::{
    json::{Json, push_integer},
    pattern,
    problem::{Code, Problem, is_control},
};

/// The longest policy document, in bytes.
pub const MAX_BYTES: usize = 1_000_000;

/// Half a year, the default life of a choice.
const DEFAULT_LIFETIME_DAYS: i64 = 182;
/// Thirteen months: the longest life of a choice (CNIL 2020-091; law R25, R34).
const MAX_LIFETIME_DAYS: i64 = 395;
/// Six months, the shortest pause after a refusal (Garante 10 June 2021; law R27).
const MIN_REFUSAL_DAYS: i64 = 182;
const MAX_TEXT: usize = 2000;
const MAX_NAME: usize = 128;

/// What a field may hold.
enum Rule {
    /// A text of at most so many characters.
    Text(usize),
    /// `[a-z0-9-]`, at most so many characters.
    Id(usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Texts by language.
    Texts,
    /// An http or https address. It becomes a link in the banner, and `javascript:` is one too.
    Url,
    /// A boolean.
    Flag,
    /// Days, at least so many.
    Days(i64),
    /// The id of a category.
    Category,
    /// The id of a service.
    Service,
    /// The name of an item, or a glob.
    Name,
    /// `session`, `persistent`, or a count and a unit.
    Duration,
    /// Two capital letters (ISO 3166-1 alpha-2).
    Country,
    /// A list of hosts.
    Hosts,
    /// An object with these fields.
    Object(&'static [Field]),
    /// A list of at most so many such objects.
    List(&'static [Field], usize),
    /// The version of the format: 1.
    Version,
}

struct Field(&'static str, Need, Rule);

#[derive(PartialEq)]
enum Need {
    Must,
    May,
}
use Need::{May, Must};

const POLICY: &[Field] = &[
    Field("version", Must, Rule::Version),
    Field("id", Must, Rule::Id(64)),
    Field("revision", Must, Rule::Text(64)),
    Field("controller", Must, Rule::Object(CONTROLLER)),
    Field("categories", Must, Rule::List(CATEGORY, 16)),
    Field("services", May, Rule::List(SERVICE, 200)),
    Field("items", May, Rule::List(ITEM, 1000)),
    Field("undeclared", May, Rule::Word(&["refuse", "allow"])),
    Field("lifetimeDays", May, Rule::Days(1)),
    Field("refusalLifetimeDays", May, Rule::Days(MIN_REFUSAL_DAYS)),
];
const CONTROLLER: &[Field] = &[
    Field("name", Must, Rule::Text(MAX_TEXT)),
    Field("address", May, Rule::Text(MAX_TEXT)),
    Field("contact", May, Rule::Text(MAX_TEXT)),
    Field("privacyPolicy", May, Rule::Url),
    Field("cookiePolicy", May, Rule::Url),
];
const CATEGORY: &[Field] = &[
    Field("id", Must, Rule::Id(24)),
    Field("necessary", May, Rule::Flag),
    Field("title", Must, Rule::Texts),
    Field("description", Must, Rule::Texts),
];
const SERVICE: &[Field] = &[
    Field("id", Must, Rule::Id(64)),
    Field("category", Must, Rule::Category),
    Field("name", Must, Rule::Text(MAX_TEXT)),
    Field("provider", Must, Rule::Text(MAX_TEXT)),
    Field("country", May, Rule::Country),
    Field("policyUrl", May, Rule::Url),
    Field("hosts", May, Rule::Hosts),
];
const ITEM: &[Field] = &[
    Field("name", Must, Rule::Name),
    Field("kind", Must, Rule::Word(&["cookie", "local-storage", "session-storage"])),
    Field("category", Must, Rule::Category),
    Field("service", May, Rule::Service),
    Field("purpose", Must, Rule::Texts),
    Field("duration", Must, Rule::Duration),
    Field("party", Must, Rule::Word(&["first", "third"])),
];

/// Reads `document`. No policy comes back when what is missing leaves nobody to ask for.
///
/// ```
/// use consentinel::{policy, source};
/// let (policy, problems) = policy::read(&source::parse(r#"{"version": 2}"#).unwrap());
/// assert!(policy.is_none());
/// assert_eq!(problems[0].path, "version");
/// ```
pub fn read(document: &Json) -> (Option<Policy>, Vec<Problem>) {
    let mut reader = Reader { problems: Vec::new(), policy: Policy::default() };
    // Another version may mean other things by the same words: reading on would mislead.
    let version = document.field("version");
    if version.is_some() && reader.value(&Rule::Version, version, "version").is_none() {
        return (None, reader.problems);
    }
    let Some(document) = reader.object(POLICY, document, "") else {
        return (None, reader.problems);
    };
    let mut policy = reader.policy;
    let days =
        |key| document.field(key).and_then(Json::as_integer).unwrap_or(DEFAULT_LIFETIME_DAYS);
    policy.lifetime_days = days("lifetimeDays");
    policy.refusal_lifetime_days = days("refusalLifetimeDays");
    // A list of items with a gap is no list to trust the rest of the world by.
    let is_whole = !policy.rules.iter().any(|rule| rule.kind.is_empty());
    policy.allow_undeclared = document.text_at("undeclared") == "allow" && is_whole;
    policy.document = document;
    (Some(policy), reader.problems)
}

struct Reader {
    problems: Vec<Problem>,
    /// What is known so far: later parts of the document refer to earlier ones.
    policy: Policy,
}

impl Reader {
    #[inline(never)]
    fn report<T>(&mut self, code: Code, path: &str, found: &str) -> Option<T> {
        self.problems.push(Problem::new(code, path, found));
        None
    }

    /// An object with the fields of the table; nothing when one that must be there is not.
    fn object(&mut self, table: &'static [Field], value: &Json, path: &str) -> Option<Json> {
        let Json::Object(entries) = value else {
            return self.report(Code::FieldType, path, &shown(Some(value)));
        };
        for (key, _) in entries {
            if !table.iter().any(|field| field.0 == key) {
                self.report::<()>(Code::FieldUnknown, path, key);
            }
        }
        let mut out = Json::object();
        let mut is_whole = true;
        for Field(key, need, rule) in table {
            let found = value.field(key);
            if found.is_none() && *need == May {
                continue;
            }
            match self.value(rule, found, &joined(path, key)) {
                Some(value) => out = out.with(key, value),
                None => is_whole &= *need == May,
            }
        }
        is_whole.then_some(out)
    }

    /// One value by its rule; a problem and nothing when it breaks it.
    fn value(&mut self, rule: &Rule, value: Option<&Json>, path: &str) -> Option<Json> {
        let Some(value) = value else {
            return self.report(Code::FieldMissing, path, "");
        };
        match (rule, value) {
            (Rule::Object(table), _) => self.object(table, value, path),
            (Rule::List(table, most), Json::List(values)) => self.list(table, values, *most, path),
            (Rule::Hosts, Json::List(values)) => Some(self.hosts(values, path)),
            (Rule::Texts, Json::Object(entries)) => self.texts(entries, path),
            (Rule::Flag, Json::Bool(_)) => Some(value.clone()),
            (Rule::Version, _) if *value == Json::Integer(1) => Some(value.clone()),
            (Rule::Version, _) => self.report(Code::PolicyVersion, path, &shown(Some(value))),
            (Rule::Days(least), Json::Integer(days)) => {
                if (*least..=MAX_LIFETIME_DAYS).contains(days) {
                    return Some(value.clone());
                }
                let is_short = *days < *least && *least == MIN_REFUSAL_DAYS;
                let code = if is_short { Code::RefusalShort } else { Code::FieldValue };
                self.report(code, path, &shown(Some(value)))
            }
            (Rule::List(..) | Rule::Hosts | Rule::Texts | Rule::Flag | Rule::Days(_), _) => {
                self.report(Code::FieldType, path, &shown(Some(value)))
            }
            (_, Json::Text(text)) => self.text(rule, text, path).map(Json::Text),
            _ => self.report(Code::FieldType, path, &shown(Some(value))),
        }
    }

    /// A text by its rule: not empty, not too long, free of control characters, and what it must be.
    fn text(&mut self, rule: &Rule, text: &str, path: &str) -> Option<String> {
        let mut clean = String::new();
        let mut characters = 0;
        for character in text.chars() {
            if !is_control(character) {
                clean.push(character);
                characters += 1;
            }
        }
        if clean.len() != text.len() {
            self.report::<()>(Code::TextControl, path, text);
        }
        let most = match rule {
            Rule::Text(most) | Rule::Id(most) => *most,
            Rule::Url => MAX_TEXT,
            _ => MAX_NAME,
        };
        let code = if clean.trim().is_empty() || characters > most {
            Some(Code::FieldValue)
        } else {
            self.mistake(rule, &clean, path)
        };
        match code {
            Some(code) => self.report(code, path, &clean),
            None => Some(clean),
        }
    }

    fn mistake(&mut self, rule: &Rule, text: &str, path: &str) -> Option<Code> {
        let policy = &self.policy;
        let is_right = match rule {
            Rule::Id(_) => text.bytes().all(is_id_byte),
            Rule::Word(words) => words.contains(&text),
            Rule::Url => is_url(text),
            Rule::Duration => is_duration(text),
            Rule::Country => text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
            Rule::Category if !policy.categories.iter().any(|category| category.id == text) => {
                return Some(Code::CategoryUnknown);
            }
            Rule::Service if !policy.services.iter().any(|(id, _)| id == text) => {
                return Some(Code::ServiceUnknown);
            }
            Rule::Name if text == STATE_COOKIE || text == LEDGER_KEY => {
                return Some(Code::ItemReserved);
            }
            Rule::Name if text.contains('*') && (1..=2).contains(&pattern::literals(text)) => {
                self.report::<()>(Code::GlobBroad, path, text);
                true
            }
            _ => true,
        };
        (!is_right).then_some(Code::FieldValue)
    }

    fn texts(&mut self, entries: &[(String, Json)], path: &str) -> Option<Json> {
        let mut out = Json::object();
        for (tag, text) in entries {
            if !is_language_tag(tag) {
                self.report::<()>(Code::FieldUnknown, path, tag);
            } else if let Some(text) =
                self.value(&Rule::Text(MAX_TEXT), Some(text), &joined(path, tag))
            {
                out = out.with(tag, text);
            }
        }
        if out == Json::object() {
            return self.report(Code::FieldMissing, path, "");
        }
        Some(out)
    }

    fn hosts(&mut self, values: &[Json], path: &str) -> Json {
        let mut out = Vec::new();
        for (position, value) in values.iter().enumerate() {
            match value {
                Json::Text(host) if is_host(host) => out.push(value.clone()),
                _ => {
                    let path = numbered(path, position);
                    self.report::<()>(Code::FieldValue, &path, &shown(Some(value)));
                }
            }
        }
        Json::List(out)
    }

    /// The categories, services or items; what is right is known from here on.
    fn list(
        &mut self,
        table: &'static [Field],
        values: &[Json],
        most: usize,
        path: &str,
    ) -> Option<Json> {
        if values.len() > most {
            let mut count = String::new();
            push_integer(values.len() as i64, &mut count);
            self.report::<()>(Code::PolicyTooLarge, path, &count);
        }
        let mut out = Vec::new();
        for (position, value) in values.iter().enumerate() {
            let place = numbered(path, position);
            // Items beyond the limit are left out like items with a mistake: their names stay refused.
            let entry = if position < most { self.object(table, value, &place) } else { None };
            let known = entry.filter(|entry| self.learn(path, entry, &place));
            match known {
                Some(entry) => out.push(entry),
                None if path == "items" => self.quarantine(value),
                None => {}
            }
        }
        if out.is_empty() && path == "categories" {
            return self.report(Code::FieldValue, path, "no category that is right");
        }
        Some(Json::List(out))
    }

    /// Takes an entry into what is known; false when another one has its name already.
    fn learn(&mut self, list: &str, entry: &Json, path: &str) -> bool {
        let id = entry.text_at("id");
        let category = self.policy.category_named(entry.text_at("category")).unwrap_or(usize::MAX);
        if list == "items" {
            return self.learn_item(entry, category, path);
        }
        if self.policy.category_named(id).is_some() {
            return self.report::<()>(Code::IdDuplicate, &joined(path, "id"), id).is_some();
        }
        let id = String::from(id);
        if list == "categories" {
            let is_necessary = entry.field("necessary") == Some(&Json::Bool(true));
            self.policy.categories.push(Category { id, is_necessary });
        } else {
            self.policy.services.push((id, category));
        }
        true
    }

    fn learn_item(&mut self, entry: &Json, category: usize, path: &str) -> bool {
        let (name, kind) = (entry.text_at("name"), entry.text_at("kind"));
        let is_necessary = self.policy.categories.get(category).is_some_and(|it| it.is_necessary);
        let is_known = self.policy.rules.iter().any(|rule| rule.name == name && rule.kind == kind);
        let opens_all = pattern::literals(name) == 0;
        if opens_all && !is_necessary {
            self.report::<()>(Code::GlobBroad, &joined(path, "name"), name);
        }
        let code = if opens_all && is_necessary {
            Code::GlobOpensAll
        } else if is_known {
            Code::ItemDuplicate
        } else {
            let rule = NameRule { name: String::from(name), kind: String::from(kind), category };
            self.policy.rules.push(rule);
            return true;
        };
        self.report::<()>(code, &joined(path, "name"), name).is_some()
    }

    /// A rule that refuses the name of an item that was left out.
    fn quarantine(&mut self, value: &Json) {
        let name = String::from(value.text_at("name"));
        self.policy.rules.push(NameRule { name, kind: String::new(), category: usize::MAX });
    }
}

fn joined(path: &str, key: &str) -> String {
    let mut joined = String::from(path);
    if !path.is_empty() {
        joined.push('.');
    }
    joined.push_str(key);
    joined
}

fn numbered(path: &str, position: usize) -> String {
    let mut path = String::from(path);
    path.push('[');
    push_integer(position as i64, &mut path);
    path.push(']');
    path
}

/// A value in words for a message.
fn shown(value: Option<&Json>) -> String {
    String::from(match value {
        None => "",
        Some(Json::Text(text)) => text,
        Some(Json::Foreign(what)) => what,
        Some(Json::List(_)) => "a list",
        Some(Json::Object(_)) => "an object",
        Some(other) => return other.canonical(),
    })
}

fn is_id_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')
}

/// `en`, `pt-BR`, `zh-Hans`: the shape of a language tag (RFC 5646 §2.1), not its registration.
fn is_language_tag(tag: &str) -> bool {
    let mut letters = 0;
    for (position, byte) in tag.bytes().enumerate() {
        match byte {
            b'-' if letters >= 2 || (position > 3 && letters >= 1) => letters = 0,
            _ if letters == 8 => return false,
            b'a'..=b'z' => letters += 1,
            b'A'..=b'Z' | b'0'..=b'9' if position > 2 => letters += 1,
            _ => return false,
        }
    }
    // The first part has two or three letters, the last is not empty.
    let primary = super::primary_tag(tag).len();
    letters > 0 && (primary == 2 || primary == 3)
}

fn is_url(text: &str) -> bool {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    is_web
        && !text.ends_with("://")
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>'))
}

fn is_host(text: &str) -> bool {
    let host = text.strip_prefix("*.").unwrap_or(text);
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| is_id_byte(byte) || byte == b'_')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

fn is_duration(text: &str) -> bool {
    let Some((count, unit)) = text.split_once(' ') else {
        return text == "session" || text == "persistent";
    };
    let is_count = count.len() <= 4
        && !count.starts_with('0')
        && count.bytes().all(|byte| byte.is_ascii_digit());
    let singular = unit.strip_suffix('s').unwrap_or(unit);
    is_count
        && !count.is_empty()
        && ["minute", "hour", "day", "month", "year"].contains(&singular)
        && (unit != singular || count == "1")
}
