//! Reads a policy document, version 1: every problem at once, each with its path.
//!
//! What a document may hold is the table below; the code only walks it. What is wrong is left out and
//! the rest is kept: a field that may be absent goes alone, a field that must be there takes its
//! item, service or category with it, and without an id, a revision, a controller or a category
//! there is no policy. The name of an item and the hosts of a service that are left out stay refused,
//! and nothing undeclared is allowed any more, so a mistake can only close the gate. Text that is not
//! JSON is the shells' problem.

use alloc::{string::String, vec::Vec};

use super::{Asked, Category, Covers, FOR, ItemKind, NOBODY, Policy, Rule as GateRule};
use crate::{
    address,
    json::{Json, push_integer},
    pattern,
    problem::{Code, Problem},
    text,
};

/// The longest policy document, in bytes.
pub const MAX_BYTES: usize = 1_000_000;

/// The most services a policy has.
pub const MOST_SERVICES: usize = 200;

/// Half a year, the default life of a choice.
const DEFAULT_LIFETIME_DAYS: i64 = 182;
/// Thirteen months: the longest life of a choice (CNIL 2020-091; law R25, R34).
const MAX_LIFETIME_DAYS: i64 = 395;
/// Six months, the shortest pause after a refusal (Garante 10 June 2021; law R27).
const MIN_REFUSAL_DAYS: i64 = 182;
const MAX_TEXT: usize = 2000;
const MAX_NAME: usize = 128;
const MOST_TEXTS: usize = 100;
/// The longest summary, in characters: what one line of the banner has room for.
pub const MAX_SUMMARY: usize = 90;

/// The module that a page waits for explains nothing: the one that comes later reads the policy again, and
/// does. So it keeps no paths, and words no values.
const IS_SILENT: bool = cfg!(feature = "gate");

/// What a field may hold.
enum Rule {
    /// A text of at most so many characters.
    Text(usize),
    /// `[a-z0-9-]`, at most so many characters.
    Id(usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// An object whose keys are of a kind, and whose values go by a rule; at least one.
    Map(fn(&str) -> bool, &'static Rule),
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
    /// The word of a kind of items.
    Kind,
    /// `session`, `persistent`, or a count and a unit.
    Duration,
    /// Two capital letters (ISO 3166-1 alpha-2).
    Country,
    /// A host, without a glob and without a port.
    Host,
    /// A list of at most a hundred texts that are right.
    Each(fn(&str) -> bool),
    /// An object with these fields.
    Object(&'static [Field]),
    /// A list of at most so many such objects.
    List(List, &'static [Field], usize),
    /// The version of the format: 1.
    Version,
}

/// The lists of a policy.
#[derive(Clone, Copy, PartialEq)]
enum List {
    Categories,
    Services,
    Items,
    Links,
}

struct Field(&'static str, Need, Rule);

enum Need {
    Must,
    May,
}
use Need::{May, Must};

/// Texts by language.
const TEXTS: Rule = Rule::Map(is_language_tag, &Rule::Text(MAX_TEXT));
/// The same in one line.
const SUMMARY: Rule = Rule::Map(is_language_tag, &Rule::Text(MAX_SUMMARY));
/// Other words for the product's own texts: by language, then by key.
const WORDING: Rule = Rule::Map(is_language_tag, &Rule::Map(is_key, &Rule::Text(MAX_TEXT)));

const POLICY: &[Field] = &[
    Field("version", Must, Rule::Version),
    Field("id", Must, Rule::Id(64)),
    Field("revision", Must, Rule::Text(64)),
    Field("controller", Must, Rule::Object(CONTROLLER)),
    Field("categories", Must, Rule::List(List::Categories, CATEGORY, 16)),
    Field("services", May, Rule::List(List::Services, SERVICE, MOST_SERVICES)),
    Field("items", May, Rule::List(List::Items, ITEM, 1000)),
    Field("undeclared", May, Rule::Word(&["refuse", "allow"])),
    Field("mode", May, Rule::Word(&["enforce", "report"])),
    Field("gate", May, Rule::Word(&["page", "browser"])),
    Field("dnt", May, Rule::Flag),
    Field("share", May, Rule::Host),
    Field("lifetimeDays", May, Rule::Days(1)),
    Field("refusalLifetimeDays", May, Rule::Days(MIN_REFUSAL_DAYS)),
    Field("placement", May, Rule::Word(&["bottom", "corner", "center"])),
    Field("layout", May, Rule::Word(&["compact", "full"])),
    Field("reopen", May, Rule::Word(&["start", "end", "none"])),
    Field("links", May, Rule::List(List::Links, LINK, 6)),
    Field("texts", May, WORDING),
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
    Field(FOR, May, Rule::Each(is_use)),
    Field("revision", May, Rule::Text(64)),
    Field("title", Must, TEXTS),
    Field("description", Must, TEXTS),
    Field("summary", May, SUMMARY),
];
const LINK: &[Field] = &[Field("title", Must, TEXTS), Field("url", Must, Rule::Url)];
const SERVICE: &[Field] = &[
    Field("id", Must, Rule::Id(64)),
    Field("category", Must, Rule::Category),
    Field("name", Must, Rule::Text(MAX_TEXT)),
    Field("provider", Must, Rule::Text(MAX_TEXT)),
    Field("summary", May, SUMMARY),
    Field("country", May, Rule::Country),
    Field("policyUrl", May, Rule::Url),
    Field(FOR, May, Rule::Each(is_use)),
    Field("hosts", May, Rule::Each(address::is_pattern)),
];
const ITEM: &[Field] = &[
    Field("name", Must, Rule::Name),
    Field("kind", Must, Rule::Kind),
    Field("category", Must, Rule::Category),
    Field("service", May, Rule::Service),
    Field("purpose", Must, TEXTS),
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
    let mut reader = Reader {
        problems: Vec::new(),
        policy: Policy::closed(),
        path: String::new(),
        #[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
        items: Default::default(),
    };
    // Another version may mean other things by the same words: reading on would mislead.
    if let Some(version) = document.field("version")
        && reader.value_at("version", &Rule::Version, version).is_none()
    {
        return (None, reader.problems);
    }
    let Some(document) = reader.object(POLICY, document) else {
        return (None, reader.problems);
    };
    let mut policy = reader.policy;
    policy.lifetime_days = days(&document, "lifetimeDays");
    policy.refusal_lifetime_days = days(&document, "refusalLifetimeDays");
    // Whoever made one mistake may have made another: nothing undeclared passes under a document that
    // is not wholly right. An `items` that could not be read, or was misspelt, would else open it.
    policy.allow_undeclared = document.text_at("undeclared") == "allow";
    policy.is_report_only = document.text_at("mode") == "report";
    // It is the browser's only where the browser can be told what to hold.
    policy.is_browser_gate =
        document.text_at("gate") == "browser" && !policy.allow_undeclared && !policy.is_report_only;
    for problem in &reader.problems {
        if problem.is_error() {
            policy.allow_undeclared = false;
        }
    }
    policy.document = document;
    (Some(policy), reader.problems)
}

fn days(document: &Json, key: &str) -> i64 {
    match document.field(key) {
        Some(Json::Integer(days)) => *days,
        _ => DEFAULT_LIFETIME_DAYS,
    }
}

struct Reader {
    problems: Vec<Problem>,
    /// What is known so far: later parts of the document refer to earlier ones.
    policy: Policy,
    /// Where the reader is.
    path: String,
    /// The items so far, for programs and servers. A page looks through its rules instead, which takes
    /// longer and weighs less.
    #[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
    items: alloc::collections::BTreeSet<(Covers, String)>,
}

impl Reader {
    #[inline(never)]
    fn report(&mut self, code: Code, found: &str) {
        self.problems.push(if IS_SILENT {
            Problem { code, path: String::new(), found: String::new() }
        } else {
            Problem::new(code, &self.path, found)
        });
    }

    /// Goes to a field; the length of the path before, to go back by.
    #[inline(never)]
    fn enter(&mut self, key: &str) -> usize {
        if IS_SILENT {
            return 0;
        }
        let before = self.path.len();
        if before > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        before
    }

    /// Goes to an element.
    fn enter_element(&mut self, position: usize) -> usize {
        if IS_SILENT {
            return 0;
        }
        let before = self.path.len();
        self.path.push('[');
        push_integer(position as i64, &mut self.path);
        self.path.push(']');
        before
    }

    /// The value of a field by its rule.
    fn value_at(&mut self, key: &str, rule: &Rule, value: &Json) -> Option<Json> {
        let before = self.enter(key);
        let kept = self.value(rule, value);
        self.path.truncate(before);
        kept
    }

    /// A problem with a field.
    fn report_at(&mut self, key: &str, code: Code, found: &str) {
        let before = self.enter(key);
        self.report(code, found);
        self.path.truncate(before);
    }

    /// An object with the fields of the table; nothing when one that must be there is not.
    fn object(&mut self, table: &'static [Field], value: &Json) -> Option<Json> {
        let Json::Object(entries) = value else {
            self.report(Code::FieldType, &shown(value));
            return None;
        };
        for (key, _) in entries {
            if !is_listed(table, key) {
                self.report(Code::FieldUnknown, key);
            }
        }
        let mut out = Json::object();
        let mut is_whole = true;
        for Field(key, need, rule) in table {
            let is_needed = matches!(need, Must);
            let mut kept = None;
            if let Some(found) = value.field(key) {
                kept = self.value_at(key, rule, found);
            } else if is_needed {
                self.report_at(key, Code::FieldMissing, "");
            }
            match kept {
                Some(kept) => out.put(key, kept),
                None => is_whole &= !is_needed,
            }
        }
        is_whole.then_some(out)
    }

    /// One value by its rule; a problem and nothing when it breaks it.
    fn value(&mut self, rule: &Rule, value: &Json) -> Option<Json> {
        let code = match (rule, value) {
            (Rule::Object(table), _) => return self.object(table, value),
            (Rule::List(list, table, most), Json::List(values)) => {
                return self.list(*list, table, values, *most);
            }
            (Rule::Each(is_right), Json::List(values)) => {
                return Some(self.each(*is_right, values));
            }
            (Rule::Map(is_key, rule), Json::Object(entries)) => {
                return self.map(*is_key, rule, entries);
            }
            // Named one by one: what copies any value at all would weigh more than the rest of this function.
            (Rule::Flag, Json::Bool(flag)) => return Some(Json::Bool(*flag)),
            (Rule::Version, Json::Integer(1)) => return Some(Json::Integer(1)),
            (Rule::Version, _) => Code::PolicyVersion,
            (Rule::Days(least), Json::Integer(days)) => {
                if *days >= *least && *days <= MAX_LIFETIME_DAYS {
                    return Some(Json::Integer(*days));
                }
                let is_short = *days < *least && *least == MIN_REFUSAL_DAYS;
                if is_short { Code::RefusalShort } else { Code::FieldValue }
            }
            (Rule::List(..) | Rule::Each(_) | Rule::Map(..) | Rule::Flag | Rule::Days(_), _) => {
                Code::FieldType
            }
            (_, Json::Text(found)) => {
                let clean = text::cleaned(found, None);
                if clean.len() != found.len() {
                    self.report(Code::TextControl, found);
                }
                match self.mistake(rule, &clean) {
                    Some(code) => code,
                    None => return Some(Json::Text(clean)),
                }
            }
            _ => Code::FieldType,
        };
        self.report(code, &shown(value));
        None
    }

    /// What is wrong with a text, by its rule: it must not be empty, not too long, and what it must be.
    #[inline(never)]
    fn mistake(&mut self, rule: &Rule, clean: &str) -> Option<Code> {
        let mut most = MAX_NAME;
        let is_right = match rule {
            Rule::Text(length) => {
                most = *length;
                true
            }
            Rule::Id(length) => {
                most = *length;
                text::all(clean, is_id_byte)
            }
            Rule::Word(words) => is_among(words, clean),
            Rule::Kind => ItemKind::of_word(clean).is_some(),
            Rule::Url => {
                most = MAX_TEXT;
                is_url(clean)
            }
            Rule::Host => text::all(clean, |byte| byte == b'.' || is_id_byte(byte)),
            Rule::Duration => is_duration(clean),
            Rule::Country => clean.len() == 2 && text::all(clean, |byte| byte.is_ascii_uppercase()),
            Rule::Category if self.policy.own_category_named(clean).is_none() => {
                return Some(Code::CategoryUnknown);
            }
            Rule::Service if self.policy.service_named(clean) == NOBODY => {
                return Some(Code::ServiceUnknown);
            }
            Rule::Name if super::is_own(clean) => {
                return Some(Code::ItemReserved);
            }
            Rule::Name => {
                let literals = pattern::literals(clean);
                if text::has(clean, b'*') && literals > 0 && literals <= 2 {
                    self.report(Code::GlobBroad, clean);
                }
                true
            }
            _ => true,
        };
        // The other white space of ASCII is control characters, and gone. What Unicode adds is left out:
        // its table is bigger than the rest of this function.
        let is_blank = text::all(clean, |byte| byte == b' ');
        let is_right = is_right && !is_blank && text::characters(clean) <= most;
        (!is_right).then_some(Code::FieldValue)
    }

    fn map(
        &mut self,
        is_key: fn(&str) -> bool,
        rule: &Rule,
        entries: &[(String, Json)],
    ) -> Option<Json> {
        let mut out = Vec::new();
        for (key, value) in entries {
            if !is_key(key) {
                self.report(Code::FieldUnknown, key);
            } else if let Some(value) = self.value_at(key, rule, value) {
                out.push((key.clone(), value));
            }
        }
        if out.is_empty() {
            self.report(Code::FieldMissing, "");
            return None;
        }
        Some(Json::Object(out))
    }

    fn each(&mut self, is_right: fn(&str) -> bool, values: &[Json]) -> Json {
        let mut out = Vec::new();
        for (position, value) in values.iter().enumerate() {
            match value {
                _ if position == MOST_TEXTS => {
                    self.report(Code::PolicyTooLarge, "more than 100");
                    break;
                }
                Json::Text(text) if is_right(text) => out.push(Json::Text(text.clone())),
                _ => {
                    let before = self.enter_element(position);
                    self.report(Code::FieldValue, &shown(value));
                    self.path.truncate(before);
                }
            }
        }
        Json::List(out)
    }

    /// The categories, services, items or links; what is right is known from here on.
    fn list(
        &mut self,
        list: List,
        table: &'static [Field],
        values: &[Json],
        most: usize,
    ) -> Option<Json> {
        if values.len() > most {
            let mut count = String::new();
            if !IS_SILENT {
                push_integer(values.len() as i64, &mut count);
            }
            self.report(Code::PolicyTooLarge, &count);
        }
        let mut out = Vec::new();
        for (position, value) in values.iter().enumerate() {
            let before = self.enter_element(position);
            // Items beyond the limit are left out like items with a mistake: their names stay refused.
            let entry = if position < most { self.object(table, value) } else { None };
            let learned = entry.as_ref().and_then(|entry| self.learn(list, entry, value));
            match (entry, learned) {
                (Some(entry), Some(_)) => out.push(entry),
                _ if list == List::Items => {
                    // A rule that refuses the name of an item that was left out.
                    self.policy.rules.push(rule(
                        value.text_at("name"),
                        Covers::EveryItem,
                        NOBODY,
                        NOBODY,
                    ));
                }
                _ => {}
            }
            if list == List::Services {
                self.learn_hosts(value, learned.unwrap_or(NOBODY));
            }
            self.path.truncate(before);
        }
        if out.is_empty() && list == List::Categories {
            self.report(Code::FieldValue, "no category that is right");
            return None;
        }
        Some(Json::List(out))
    }

    /// Takes an entry, that was found as this value, into what is known, and says the position of the category that it names;
    /// nothing when another entry has its name already. Of a link there is nothing to know.
    fn learn(&mut self, list: List, entry: &Json, value: &Json) -> Option<usize> {
        if list == List::Links {
            return Some(NOBODY);
        }
        let category = self.policy.own_category_named(entry.text_at("category")).unwrap_or(NOBODY);
        let key = if list == List::Items { "name" } else { "id" };
        let name = entry.text_at(key);
        let before = self.enter(key);
        let mut code = None;
        if list == List::Items {
            code = self.learn_item(name, entry, category);
        } else if self.policy.category_named(name).is_some() {
            code = Some(Code::IdDuplicate);
        } else if list == List::Categories {
            let is_necessary = matches!(entry.field("necessary"), Some(Json::Bool(true)));
            self.policy.categories.push(Category { id: String::from(name), is_necessary });
            self.ask(self.policy.categories.len() - 1, NOBODY, value);
        } else {
            self.policy.services.push((String::from(name), category));
            self.ask(category, self.policy.services.len() - 1, value);
        }
        if let Some(code) = code {
            self.report(code, name);
        }
        self.path.truncate(before);
        code.is_none().then_some(category)
    }

    /// Takes in that a visitor is asked about this, if they are, and whether a browser can opt out of it: of whatever is not
    /// known to be for something else. Of a service that does not say what it is for, its category's word counts.
    fn ask(&mut self, category: usize, service: usize, value: &Json) {
        let policy = &mut self.policy;
        if !policy.is_optional(category) {
            return;
        }
        let is_sold = match value.field(FOR) {
            None => policy.is_sold(category, NOBODY),
            Some(found) => {
                let is_kept =
                    |word: &Json| matches!(word, Json::Text(word) if is_among(&KEPT_WITHIN, word));
                !matches!(found, Json::List(words) if words.iter().all(is_kept))
            }
        };
        policy.asked.push(Asked { category, service, is_sold });
    }

    /// Takes in the hosts of the service that was read last. One that was left out, by itself or with
    /// its service, stays refused.
    fn learn_hosts(&mut self, value: &Json, category: usize) {
        let is_known = category != NOBODY;
        let service = if is_known { self.policy.services.len() - 1 } else { NOBODY };
        for (position, host) in value.list_at("hosts").iter().enumerate() {
            let host = host.as_text().unwrap_or_default();
            let is_kept = position < MOST_TEXTS && address::is_pattern(host);
            // A lone star is no host, and as a glob it would refuse the site its own files.
            if host != "*" {
                let category = if is_kept { category } else { NOBODY };
                self.policy.rules.push(rule(host, Covers::Host, category, service));
            }
        }
    }

    /// Whether an item of this name and kind was taken in already.
    #[cfg(all(target_arch = "wasm32", not(feature = "server")))]
    fn is_declared(&mut self, name: &str, covers: Covers) -> bool {
        for rule in &self.policy.rules {
            if rule.name == name && rule.covers == covers {
                return true;
            }
        }
        false
    }

    /// The same, and takes note of it.
    #[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
    fn is_declared(&mut self, name: &str, covers: Covers) -> bool {
        !self.items.insert((covers, String::from(name)))
    }

    /// Takes an item in, or says why not.
    fn learn_item(&mut self, name: &str, entry: &Json, category: usize) -> Option<Code> {
        let covers = match ItemKind::of_word(entry.text_at("kind")) {
            Some(kind) => Covers::Item(kind),
            None => Covers::EveryItem,
        };
        if pattern::literals(name) == 0 {
            if !self.policy.is_optional(category) {
                return Some(Code::GlobOpensAll);
            }
            self.report(Code::GlobBroad, name);
        }
        if self.is_declared(name, covers) {
            return Some(Code::ItemDuplicate);
        }
        let service = self.policy.service_named(entry.text_at("service"));
        self.policy.rules.push(rule(name, covers, category, service));
        None
    }
}

fn rule(name: &str, covers: Covers, category: usize, service: usize) -> GateRule {
    GateRule { name: String::from(name), covers, category, service }
}

fn is_listed(table: &[Field], key: &str) -> bool {
    for field in table {
        if field.0 == key {
            return true;
        }
    }
    false
}

fn is_among(words: &[&str], text: &str) -> bool {
    for word in words {
        if *word == text {
            return true;
        }
    }
    false
}

/// What data can be for that a visitor opts out of by a signal of the browser (CCPA §1798.140(ad), (ah)). What the words
/// mean, and where each comes from, is said in docs/policy.md, "`for`".
pub(super) const OPTED_OUT: [&str; 2] = ["sale", "sharing"];
/// What else it can be for: what some laws except from consent (PECR Sch. A1).
const KEPT_WITHIN: [&str; 2] = ["statistics", "appearance"];

fn is_use(word: &str) -> bool {
    is_among(&OPTED_OUT, word) || is_among(&KEPT_WITHIN, word)
}

/// A value in words for a message.
fn shown(value: &Json) -> String {
    if IS_SILENT {
        return String::new();
    }
    String::from(match value {
        Json::Text(text) => text.as_str(),
        Json::Foreign(what) => what,
        Json::List(_) => "a list",
        Json::Object(_) => "an object",
        other => return other.canonical(),
    })
}

pub(crate) fn is_id_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')
}

/// A key of `www/texts`, by its shape.
fn is_key(key: &str) -> bool {
    text::all(key, |byte| byte.is_ascii_alphanumeric())
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
    let rest = text::after(text, "https://").or_else(|| text::after(text, "http://"));
    let is_printable = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>');
    rest.is_some_and(|rest| !rest.is_empty()) && text::all(text, is_printable)
}

fn is_duration(text: &str) -> bool {
    let (count, Some(unit)) = text::split(text, b' ') else {
        return text == "session" || text == "persistent";
    };
    // A plural fits every count, a singular only one.
    let (singular, after) = text::split(unit, b's');
    let is_plural = after == Some("");
    let is_count = !count.is_empty()
        && count.len() <= 4
        && text::after(count, "0").is_none()
        && text::all_digits(count);
    is_count
        && (is_plural || (after.is_none() && count == "1"))
        && is_among(&["minute", "hour", "day", "month", "year"], singular)
}
