//! Policies and notices that stand in no export, found by their hashes. Text that never becomes a document
//! (too long, not UTF-8, not JSON) is reported here with the core's codes; all else that is wrong with a
//! policy the core says, but for what only a program sees that has the texts of all languages inside.

use std::collections::BTreeMap;

use consentinel::{
    export::Known,
    hash::sha256,
    json::Json,
    notice::{Interface, LAYOUT, notice, unsummarised},
    policy::{self, MAX_BYTES, Policy, doubts},
    problem::{Code, Problem},
    share, source,
};
use serde_json::{Value, json};

use crate::{
    convert::TO_WRITE,
    older::{LAYOUTS, in_layout},
    texts::texts,
    titles::Titles,
};

/// Policies and notices by their hashes.
#[derive(Clone, Default)]
pub struct Library {
    /// Policies.
    pub policies: BTreeMap<String, Json>,
    /// Notices, those of the policies in every language of this release among them.
    pub notices: BTreeMap<String, Json>,
    /// What is wrong with them, for standard error.
    pub words: String,
}

impl Library {
    /// Takes a policy in, with what its visitors were shown in every language.
    pub fn take_policy(&mut self, policy: Policy) {
        self.notices.extend(notices(&policy));
        self.policies.insert(policy.hash(), policy.document);
    }

    /// Takes a notice in.
    pub fn take_notice(&mut self, notice: Json) {
        self.notices.insert(sha256(notice.canonical().as_bytes()), notice);
    }

    /// What they call categories and services.
    pub fn titles(&self) -> Titles {
        let mut titles = Titles::default();
        self.notices.values().for_each(|notice| titles.take_notice(notice));
        self.policies.values().for_each(|policy| titles.take_policy(policy));
        titles
    }

    /// What a verifier asks of them.
    pub fn known(&self) -> Known {
        let mut known = Known::default();
        self.policies.iter().for_each(|(hash, policy)| known.take_policy(hash, policy));
        self.notices.iter().for_each(|(hash, notice)| known.take_notice(hash, notice));
        known
    }
}

/// What visitors of a policy were shown, in every language and in every arrangement that is rebuilt.
fn notices(policy: &Policy) -> Vec<(String, Json)> {
    let interfaces = texts();
    let Json::Object(languages) = &interfaces else {
        return Vec::new();
    };
    let shown = languages.iter().flat_map(|(language, _)| {
        let today = notice(policy, &Interface::choose(&interfaces, language, policy));
        LAYOUTS.map(|layout| {
            let document = in_layout(layout, policy, &today);
            (sha256(document.canonical().as_bytes()), document)
        })
    });
    shown.collect()
}

/// Whether a notice is what visitors of a policy were shown, in whichever words of the product: another release says the
/// same in others. All that the policy says is as the policy says it.
pub fn is_notice_of(document: &Json, policy: &Policy) -> bool {
    let language = document.text_at("language");
    let Some(texts) = document.field("texts") else { return false };
    let interfaces = Json::object().with(language, texts.clone());
    let today = notice(policy, &Interface::choose(&interfaces, language, policy));
    // Only today's arrangement: what is two texts there was one in the older, so its words cannot be made of such a notice.
    document.field("layout") == Some(&Json::Integer(LAYOUT))
        && today.canonical() == document.canonical()
}

/// A notice, as `consentinel notice` prints it; nothing where it is none.
pub fn notice_of(bytes: &[u8]) -> Option<Json> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_BYTES);
    let document = text.and_then(|text| source::parse(text.trim_end()));
    document.filter(|document| document.field("layout").is_some())
}

/// A document without the mark that a text in UTF-8 may begin with: some editors write one, and readers of JSON may leave it
/// aside (RFC 8259 §8.1).
pub fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

/// A policy, and all its problems.
pub fn policy_of(bytes: &[u8]) -> (Option<Policy>, Vec<Problem>) {
    if bytes.len() > MAX_BYTES {
        let found = format!("more than {MAX_BYTES} bytes");
        return refused(Code::PolicyTooLarge, "", &found);
    }
    let Ok(text) = std::str::from_utf8(unmarked(bytes)) else {
        return refused(Code::PolicyNotJson, "", "bytes that are not UTF-8");
    };
    let Some(document) = source::parse(text) else {
        let (place, found) = first_mistake(text);
        return refused(Code::PolicyNotJson, &place, found);
    };
    let (policy, mut problems) = policy::read(&document);
    if let Some(policy) = &policy {
        share::check(policy, "", &mut problems);
    }
    (policy, problems)
}

/// What is said of a policy of which [`names_catalogue`] is true, and what to give instead.
pub const UNBUNDLED: (&str, &str) = (
    "it names the catalogue (`use`) or a collector (`audit`)",
    "give what `consentinel bundle` writes of it",
);

/// Whether a service of a policy names an entry of the catalogue, or the policy a collector: so its owner writes it, and no page reads it. Records
/// name by hash what is published, so whoever judges them needs that.
pub fn names_catalogue(bytes: &[u8]) -> bool {
    let document = std::str::from_utf8(unmarked(bytes)).ok().and_then(source::parse);
    document.is_some_and(|document| {
        let mut services = document.list_at("services").iter();
        document.field("audit").is_some() || services.any(|service| service.field("use").is_some())
    })
}

fn refused(code: Code, place: &str, found: &str) -> (Option<Policy>, Vec<Problem>) {
    (None, vec![Problem::new(code, place, found)])
}

/// Where text stops being JSON, and what stands there.
fn first_mistake(text: &str) -> (String, &str) {
    let Err(error) = serde_json::from_str::<Value>(text) else {
        return (String::new(), text);
    };
    let (line, column) = (error.line(), error.column());
    let content = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let rest = content.get(column.saturating_sub(1)..).unwrap_or(content);
    let found = if rest.is_empty() { "the end" } else { rest };
    (format!("line {line} column {column}"), found)
}

/// What else is to be said of a policy before it is published, by whoever has the texts of all languages inside: what
/// nobody has written yet, first sentences that are long, what is hardly meant, and words for texts that there are not,
/// which would be without effect. `bytes` are those of which the policy was read.
pub fn look_closer(bytes: &[u8], policy: Option<&Policy>, problems: &mut Vec<Problem>) {
    unwritten(&serde_json::from_slice(unmarked(bytes)).unwrap_or_default(), "", problems);
    let Some(policy) = policy else { return };
    unsummarised(policy, problems);
    doubts(policy, problems);
    let texts = texts();
    let wording = policy.document.field("texts");
    for (language, own) in wording.map_or(&[][..], entries) {
        let place = format!("texts.{language}");
        match texts.field(language) {
            Some(known) => {
                for (key, _) in entries(own).iter().filter(|(key, _)| known.field(key).is_none()) {
                    problems.push(Problem::new(Code::FieldUnknown, &place, key));
                }
            }
            None => problems.push(Problem::new(Code::LanguageMissing, &place, "")),
        }
    }
}

/// Adds an error for each text of a draft that its owner has not written yet (`consentinel convert`), but where one is
/// told already, as of a duration that is none.
fn unwritten(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    match value {
        Value::String(text) => {
            let mut errors = problems.iter().filter(|problem| problem.is_error());
            if text.contains(TO_WRITE) && !errors.any(|problem| problem.path == path) {
                problems.push(Problem::new(Code::TextUnwritten, path, text));
            }
        }
        Value::Array(elements) => {
            for (at, element) in elements.iter().enumerate() {
                unwritten(element, &format!("{path}[{at}]"), problems);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                unwritten(field, &format!("{path}{dot}{key}"), problems);
            }
        }
        _ => {}
    }
}

fn entries(object: &Json) -> &[(String, Json)] {
    match object {
        Json::Object(entries) => entries,
        _ => &[],
    }
}

/// What there is to say of a policy that was read, for programs.
pub fn as_read(policy: &Policy) -> Value {
    json!({
        "id": policy.document.text_at("id"),
        "revision": policy.document.text_at("revision"),
        // What a record of a decision under this policy carries.
        "hash": policy.hash(),
        "categories": read_of(policy, "categories"),
        "services": read_of(policy, "services"),
        "items": read_of(policy, "items"),
    })
}

/// Whether a policy was read without an error.
pub fn is_sound(policy: &Option<Policy>, problems: &[Problem]) -> bool {
    policy.is_some() && errors(problems) == 0
}

/// How many of these are errors.
pub fn errors(problems: &[Problem]) -> usize {
    problems.iter().filter(|problem| problem.is_error()).count()
}

/// How many entries of a list of the document are sound enough to be kept.
pub fn read_of(policy: &Policy, list: &str) -> usize {
    policy.document.list_at(list).len()
}
