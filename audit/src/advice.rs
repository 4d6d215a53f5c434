//! What a problem of a policy is told with, beside the line that page and program have in common: the line of the file, what the thing is called there, what is allowed in that place, and which of it is nearest to what was
//! found. All of it comes from the policy's text and from `www/policy.schema.json`, so no rule stands here a second time.
//!
//! Left out: what counts as a problem (the core).

use std::collections::BTreeMap;

use consentinel::problem::{Code, Problem};
use jsonc_parser::ast::Value as Node;
use serde_json::{Value, json};

use crate::problems::{problem_object, severity};

/// How many problems are looked up: a file with thousands of mistakes is not read thousands of times for them.
const MOST: usize = 200;
/// How many places of one mistake are named.
const PLACES: usize = 5;
/// What to do with a policy that names entries of the catalogue where a published one is read.
const USE: &str = "a page reads no `use`: give it what `consentinel bundle` writes";
/// The schema of the policy, which editors use too.
const SCHEMA: &str = include_str!("../../www/policy.schema.json");

/// Which ids may be meant by a word, the likeliest first.
pub type Near = fn(&str) -> Vec<&'static str>;

/// A problem of a document beside the policy, with what may be meant.
pub struct Told {
    /// The problem; its path begins with the name of the document and goes on with slashes, as the page tells it.
    pub problem: Problem,
    /// All that may stand there.
    pub allowed: Vec<String>,
}

/// A document beside the policy that was looked at.
pub struct Document {
    /// How its file was named.
    pub file: String,
    /// Its text; empty where that is none.
    pub text: String,
    /// All that is wrong with it, and what is hardly meant.
    pub told: Vec<Told>,
}

/// What there is to say beside a problem.
#[derive(Default)]
pub struct Advice {
    /// The line, counted from one.
    line: Option<usize>,
    /// What the category, service or item around it is called.
    name: Option<String>,
    /// What to write instead.
    nearest: Option<String>,
    /// All that may stand there; or examples of it.
    allowed: Vec<String>,
    is_example: bool,
    /// What else there is to say.
    note: Option<String>,
}

/// Problems with their advice.
pub struct Advised<'a> {
    told: Vec<(&'a Problem, Advice)>,
    file: &'a str,
}

impl<'a> Advised<'a> {
    /// Looks all of them up in the text of the policy, which is called `file`. `near` says which ids may be meant by a `use` that there is not.
    pub fn new(problems: &'a [Problem], text: &str, file: &'a str, near: Near) -> Advised<'a> {
        let adviser = Adviser::new(text, near);
        let told = problems.iter().enumerate().map(|(at, problem)| {
            let advice = adviser.as_ref().filter(|_| at < MOST);
            (problem, advice.map(|adviser| adviser.advice(problem)).unwrap_or_default())
        });
        Advised { told: told.collect(), file }
    }

    /// The same of a document beside the policy: where each stands in it, and what may be meant.
    pub fn beside(document: &'a Document) -> Advised<'a> {
        let adviser = Adviser::new(&document.text, |_| Vec::new());
        let told = document.told.iter().map(|Told { problem, allowed }| {
            let line = adviser.as_ref().and_then(|adviser| {
                let (_, path) = problem.path.split_once('/')?;
                adviser.line_along(path)
            });
            let nearest = nearest(&problem.found, allowed.iter().map(String::as_str));
            (problem, Advice { line, nearest, allowed: allowed.clone(), ..Advice::default() })
        });
        Advised { told: told.collect(), file: &document.file }
    }

    /// One mistake a line, as [`Problem::message`] words it, with a line of advice below; the same mistake in many places
    /// is told once, with the places.
    pub fn lines(&self) -> String {
        let mut alike: Vec<Vec<&(&Problem, Advice)>> = Vec::new();
        let mut known = BTreeMap::new();
        for told in &self.told {
            let (problem, _) = told;
            let key = (plain(&problem.path), problem.found.as_str(), problem.code.text());
            let place = *known.entry(key).or_insert(alike.len());
            match alike.get_mut(place) {
                Some(group) => group.push(told),
                None => alike.push(vec![told]),
            }
        }
        let mut lines = String::new();
        for group in &alike {
            let [(problem, advice), others @ ..] = group.as_slice() else { continue };
            lines.push_str(&format!("{}: {}\n", severity(problem), problem.message()));
            let words = advice.words(self.file);
            if !words.is_empty() {
                lines.push_str(&format!("  {words}\n"));
            }
            if !others.is_empty() {
                let named = others.iter().take(PLACES);
                let named: Vec<String> =
                    named.map(|(problem, advice)| advice.place(problem)).collect();
                let more = others.len().saturating_sub(PLACES);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                lines.push_str(&format!("  the same at {}{more}\n", named.join(", ")));
            }
        }
        lines
    }

    /// The same as JSON objects, each problem one.
    pub fn list(&self) -> Vec<Value> {
        let objects = self.told.iter().map(|(problem, advice)| {
            let mut object = problem_object(problem);
            let allowed = if advice.is_example { &[][..] } else { &advice.allowed[..] };
            object.extend([
                ("line".to_owned(), json!(advice.line)),
                ("name".to_owned(), json!(advice.name)),
                ("nearest".to_owned(), json!(advice.nearest)),
                ("allowed".to_owned(), json!(allowed)),
            ]);
            Value::Object(object)
        });
        objects.collect()
    }
}

impl Advice {
    fn words(&self, file: &str) -> String {
        let mut place = String::new();
        if let Some(line) = self.line {
            place = format!("{file}:{line}");
        }
        if let Some(name) = &self.name {
            place = format!("{place}{}`{name}`", if place.is_empty() { "" } else { ", " });
        }
        let mut parts = Vec::new();
        if let Some(nearest) = &self.nearest {
            parts.push(format!("write `{nearest}`"));
        }
        let quoted: Vec<String> = self.allowed.iter().map(|word| format!("`{word}`")).collect();
        match (quoted.is_empty(), self.is_example) {
            (true, _) => {}
            (false, true) => parts.push(format!("for example {}", quoted.join(", "))),
            (false, false) => parts.push(format!("allowed: {}", quoted.join(", "))),
        }
        parts.extend(self.note.clone());
        let said = parts.join("; ");
        match (place.is_empty(), said.is_empty()) {
            (false, false) => format!("{place}: {said}"),
            _ => place + &said,
        }
    }

    fn place(&self, problem: &Problem) -> String {
        let name = self.name.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default();
        let line = self.line.map(|line| format!(" (line {line})")).unwrap_or_default();
        format!("{}{name}{line}", problem.path)
    }
}

/// One step of a path.
enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

/// `items[3].title.en` as its steps.
fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, rest) = part.split_once('[').unwrap_or((part, ""));
        if !name.is_empty() {
            steps.push(Step::Field(name));
        }
        let indexes = rest.split(['[', ']']).filter_map(|index| index.parse().ok());
        steps.extend(indexes.map(Step::Index));
    }
    steps
}

/// A name as it stands in a path: it is its owner's, and may hold what a terminal would act on.
pub fn printable(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// A path without its indexes: the same in every element of a list.
fn plain(path: &str) -> String {
    path.chars().filter(|character| !character.is_ascii_digit()).collect()
}

/// Reads a policy and the schema for advice.
struct Adviser<'a> {
    root: Node<'a>,
    starts: Vec<usize>,
    schema: Value,
    near: Near,
}

impl<'a> Adviser<'a> {
    /// Nothing where the text is no JSON, of which the problem itself says where that begins.
    fn new(text: &'a str, near: Near) -> Option<Adviser<'a>> {
        let parsed = jsonc_parser::parse_to_ast(text, &Default::default(), &Default::default());
        let root = parsed.ok()?.value?;
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = breaks.map(|(at, _)| at).collect();
        let schema = serde_json::from_str(SCHEMA).unwrap_or_default();
        Some(Adviser { root, starts, schema, near })
    }

    fn line(&self, place: usize) -> usize {
        self.starts.partition_point(|start| *start < place) + 1
    }

    /// The line to which a path with slashes leads, as far as it leads anywhere. Slashes may stand in a name as well, so of
    /// the names that it may go on with the longest is meant.
    fn line_along(&self, path: &str) -> Option<usize> {
        let (mut node, mut rest, mut at) = (&self.root, path, None);
        while let Node::Object(object) = node {
            let fields = object.properties.iter().filter_map(|field| {
                let behind = rest.strip_prefix(&printable(field.name.as_str()))?;
                let is_whole = behind.is_empty() || behind.starts_with('/');
                is_whole.then(|| (field, behind.trim_start_matches('/')))
            });
            // The last of a name counts, as in JSON.
            let Some((field, behind)) = fields
                .min_by_key(|(field, behind)| (behind.len(), std::cmp::Reverse(field.range.start)))
            else {
                break;
            };
            (node, rest, at) = (&field.value, behind, Some(field.range.start));
            if rest.is_empty() {
                break;
            }
        }
        at.map(|place| self.line(place))
    }

    fn advice(&self, problem: &Problem) -> Advice {
        let mut advice = Advice::default();
        let steps = steps(&problem.path);
        let mut node = Some(&self.root);
        let mut at = None;
        for step in &steps {
            let Some(around) = node else { break };
            (at, node) =
                below(around, step).map_or((at, None), |(place, node)| (Some(place), Some(node)));
            // The innermost thing that has a name is the one that is meant.
            if let Some(name) = node.and_then(named) {
                advice.name = Some(name);
            }
        }
        // The whole of what is there: a problem repeats the beginning of it.
        let found = node.and_then(Node::as_string_lit).map(|text| text.value.to_string());
        let found = found.unwrap_or_else(|| problem.found.clone());
        if problem.code == Code::FieldUnknown {
            at = node
                .and_then(|node| below(node, &Step::Field(&problem.found)))
                .map(|(place, _)| place);
            self.field(&steps, &problem.found, &mut advice);
        }
        advice.line = at.map(|place| self.line(place));
        match problem.code {
            Code::FieldValue | Code::FieldType => self.value(&steps, &found, &mut advice),
            Code::CategoryUnknown => self.id("categories", &found, &mut advice),
            Code::ServiceUnknown => self.id("services", &found, &mut advice),
            Code::UseUnknown => match (self.near)(&found).as_slice() {
                [one] => advice.nearest = Some((*one).to_owned()),
                several => {
                    advice.allowed = several.iter().map(|id| String::from(*id)).collect();
                    advice.is_example = true;
                }
            },
            Code::FieldUnknown if problem.found == "use" => advice.note = Some(String::from(USE)),
            _ => {}
        }
        advice
    }

    /// A field that there is not: the nearest that there is.
    fn field(&self, steps: &[Step<'_>], found: &str, advice: &mut Advice) {
        let Some(place) = self.schema_at(steps) else { return };
        let Some(fields) = place.get("properties").and_then(Value::as_object) else { return };
        advice.nearest = nearest(found, fields.keys().map(String::as_str));
    }

    /// A value that is none of those allowed.
    fn value(&self, steps: &[Step<'_>], found: &str, advice: &mut Advice) {
        let Some(place) = self.schema_at(steps) else { return };
        let list =
            |key: &str| place.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let words = |values: &[Value]| -> Vec<String> {
            values
                .iter()
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                .collect()
        };
        advice.allowed = words(list("enum"));
        advice.nearest = nearest(found, advice.allowed.iter().map(String::as_str));
        if advice.allowed.is_empty() {
            advice.allowed = words(list("examples"));
            advice.is_example = true;
        }
        // Most often the address of the host stands there.
        if matches!(steps, [.., Step::Field("hosts"), Step::Index(_)]) {
            let host =
                found.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
            advice.nearest = host.filter(|host| !host.is_empty()).map(str::to_lowercase);
        }
    }

    /// An id of which there is no sound category or service.
    fn id(&self, list: &str, found: &str, advice: &mut Advice) {
        let ids: Vec<String> = match below(&self.root, &Step::Field(list)) {
            Some((_, Node::Array(array))) => {
                array.elements.iter().filter_map(|one| text_at(one, "id")).collect()
            }
            _ => Vec::new(),
        };
        if ids.iter().any(|id| id == found) {
            advice.note = Some(String::from(
                "it is there, and left out for a mistake of its own: mend that first",
            ));
            return;
        }
        advice.nearest = nearest(found, ids.iter().map(String::as_str));
        advice.allowed = ids;
    }

    /// The part of the schema that a path leads to.
    fn schema_at(&self, steps: &[Step<'_>]) -> Option<&Value> {
        let mut place = self.resolved(&self.schema)?;
        for step in steps {
            let next = match step {
                Step::Field(name) => place
                    .get("properties")
                    .and_then(|fields| fields.get(*name))
                    .or_else(|| place.get("additionalProperties"))?,
                Step::Index(_) => place.get("items")?,
            };
            place = self.resolved(next)?;
        }
        Some(place)
    }

    /// What a reference of the schema refers to; what stands beside a reference has nothing to advise.
    fn resolved<'b>(&'b self, place: &'b Value) -> Option<&'b Value> {
        let Some(reference) = place.get("$ref").and_then(Value::as_str) else { return Some(place) };
        self.schema.pointer(reference.strip_prefix('#')?)
    }
}

/// What a step leads to, and where that begins; of a field the last of its name counts, as in JSON.
fn below<'b, 'a>(node: &'b Node<'a>, step: &Step<'_>) -> Option<(usize, &'b Node<'a>)> {
    match (node, step) {
        (Node::Object(object), Step::Field(name)) => {
            let field =
                object.properties.iter().rev().find(|field| field.name.as_str() == *name)?;
            Some((field.range.start, &field.value))
        }
        (Node::Array(array), Step::Index(index)) => {
            let element = array.elements.get(*index)?;
            Some((jsonc_parser::common::Ranged::range(element).start, element))
        }
        _ => None,
    }
}

fn text_at(node: &Node<'_>, name: &str) -> Option<String> {
    let (_, value) = below(node, &Step::Field(name))?;
    value.as_string_lit().map(|text| text.value.to_string())
}

/// What a category, a service or an item is called: an item has a name alone.
fn named(node: &Node<'_>) -> Option<String> {
    text_at(node, "id").or_else(|| text_at(node, "name"))
}

/// A word without capitals, hyphens and the like.
pub fn bare(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The word that is nearest, where one is near: capitals, hyphens and the like do not count, and of the rest at most a
/// third may differ.
pub fn nearest<'b>(found: &str, words: impl Iterator<Item = &'b str>) -> Option<String> {
    // A word of a policy is short; what is not is no misspelt one.
    let found = bare(found.get(..64).unwrap_or(found));
    let distance = |word: &str| strsim::damerau_levenshtein(&found, &bare(word));
    let best = words.map(|word| (distance(word), word)).min_by_key(|(distance, _)| *distance)?;
    let most = (found.chars().count() + 1) / 3;
    (best.0 <= most && !found.is_empty()).then(|| best.1.to_owned())
}
