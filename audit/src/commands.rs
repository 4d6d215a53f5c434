//! What the commands about one policy print: `check`, `notice`, `csp`. The same for the native program and for
//! `npx consentinel`; options, files and the clock are theirs, and what is wrong with pages of HTML the program's alone.

use std::fmt::Display;

use consentinel::{
    csp::{self, Page},
    hash::sha256,
    notice::{Interface, notice, untranslated},
    policy::{NOBODY, Policy},
    problem::{Code, Problem},
    state::{self, Choice, Standing, State},
    time::UnixMillis,
};
use serde_json::{Value, json};

use crate::advice::{Advised, Document, Near};
use crate::failed::{name, one_line};
use crate::library::{as_read, errors, is_sound, look_closer, policy_of, read_of, unmarked};
use crate::older::in_layout;
use crate::problems::problem_lines;
use crate::texts::texts;

/// What a command has to say.
#[derive(Default)]
pub struct Said {
    /// For standard output, as it is.
    pub out: String,
    /// For standard error, whole lines.
    pub words: String,
    /// Whether what was looked at holds.
    pub is_sound: bool,
}

impl Said {
    /// The command ends without an answer, for these problems.
    fn failed(problems: &[Problem], words: &str) -> Said {
        Said { words: problem_lines(problems) + words, ..Said::default() }
    }
}

/// A policy that was looked at before it is published.
pub struct Looked {
    /// Its text; empty where that is none.
    pub text: String,
    /// What was read of it.
    pub policy: Option<Policy>,
    /// All that is wrong with it, and what is hardly meant.
    pub problems: Vec<Problem>,
    /// Sentences beside the problems.
    pub notes: Vec<String>,
    /// The documents beside it that were looked at.
    pub beside: Vec<Document>,
    /// Which ids may be meant by a `use` that there is not; none where there is no catalogue.
    pub near: Near,
}

impl Looked {
    /// Looks at the bytes of a policy.
    pub fn at(bytes: Vec<u8>) -> Looked {
        let (policy, mut problems) = policy_of(&bytes);
        look_closer(&bytes, policy.as_ref(), &mut problems);
        let text = String::from_utf8(unmarked(&bytes).to_vec()).unwrap_or_default();
        let (notes, beside) = (Vec::new(), Vec::new());
        Looked { text, policy, problems, notes, beside, near: |_| Vec::new() }
    }

    /// Adds what is wrong where no page is looked at beside it.
    pub fn without_pages(mut self) -> Looked {
        if self.policy.as_ref().is_some_and(Policy::has_own_control) {
            self.problems.push(Problem::new(Code::ReopenMissing, "reopen", "none"));
        }
        self
    }

    /// Whether it was read without an error, and what was looked at beside it too.
    pub fn is_sound(&self) -> bool {
        is_sound(&self.policy, &self.problems) && self.beside().all(|problem| !problem.is_error())
    }

    /// What is wrong with the documents beside it.
    fn beside(&self) -> impl Iterator<Item = &Problem> {
        self.beside.iter().flat_map(|document| &document.told).map(|told| &told.problem)
    }

    /// How many errors and warnings there are.
    fn counts(&self) -> (usize, usize) {
        let all = self.problems.len() + self.beside().count();
        let errors =
            errors(&self.problems) + self.beside().filter(|problem| problem.is_error()).count();
        (errors, all - errors)
    }

    /// The report for people. `path` is how the policy was named.
    pub fn in_words(&self, path: &str) -> String {
        let read = match &self.policy {
            Some(policy) => format!(
                "{}, {}, {} read",
                counted(read_of(policy, "categories"), "category", "categories"),
                counted(read_of(policy, "services"), "service", "services"),
                counted(read_of(policy, "items"), "item", "items"),
            ),
            None => String::from("no policy read"),
        };
        let (errors, warnings) = self.counts();
        let notes = self.notes.iter().map(|note| format!("  {note}\n"));
        let beside = self.beside.iter().map(|document| Advised::beside(document).lines());
        format!(
            "{}{}{}: {read}; {}, {}\n{}",
            Advised::new(&self.problems, &self.text, path, self.near).lines(),
            beside.collect::<String>(),
            name(path),
            counted(errors, "error", "errors"),
            counted(warnings, "warning", "warnings"),
            notes.collect::<String>(),
        )
    }

    /// The report for programs.
    pub fn as_json(&self, path: &str) -> Value {
        let mut problems = Advised::new(&self.problems, &self.text, "", self.near).list();
        for document in &self.beside {
            problems.extend(Advised::beside(document).list());
        }
        let (errors, warnings) = self.counts();
        let mut object = json!({
            "file": path,
            "sound": self.is_sound(),
            "policy": self.policy.as_ref().map(as_read),
            "errors": errors,
            "warnings": warnings,
            "problems": problems,
        });
        if let (false, Value::Object(fields)) = (self.notes.is_empty(), &mut object) {
            fields.insert(String::from("notes"), Value::from(self.notes.clone()));
        }
        object
    }
}

/// A number of things, in words.
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    let word = if count == N::from(1) { one } else { many };
    format!("{count} {word}")
}

/// What visitors of a language are shown: the notice on standard output and its hash on standard error, or with
/// `is_hash_only` the hash alone. `layout` is an arrangement that is known (`older::LAYOUTS`).
pub fn notice_in(bytes: &[u8], language: &str, is_hash_only: bool, layout: i64) -> Said {
    let (policy, problems) = policy_of(bytes);
    let Some(policy) = policy else {
        return Said::failed(&problems, "");
    };
    let interface = Interface::choose(&texts(), language, &policy);
    let canonical = in_layout(layout, &policy, &notice(&policy, &interface)).canonical();
    let hash_line = sha256(canonical.as_bytes()) + "\n";
    let (out, mut words) =
        if is_hash_only { (hash_line, String::new()) } else { (canonical, hash_line) };
    let shown = &interface.language;
    if !is_within(language, shown) {
        let asked = one_line(language);
        words.push_str(&format!("no texts in `{asked}`: its visitors are shown `{shown}`\n"));
    }
    words.push_str(&problem_lines(&problems));
    let mut missing = Vec::new();
    untranslated(&policy, shown, &mut missing);
    words.push_str(&problem_lines(&missing));
    Said { out, words, is_sound: true }
}

/// Whether texts in `shown` are texts in `asked`: the same language, whatever the region.
fn is_within(asked: &str, shown: &str) -> bool {
    let primary = |tag: &str| tag.split('-').next().map(str::to_ascii_lowercase);
    primary(asked) == primary(shown)
}

/// For whom a Content-Security-Policy is asked.
pub enum Decision {
    /// The element for the HTML of all visitors, in which everything is granted.
    Everything,
    /// These categories or services are granted.
    Grants(Vec<String>),
    /// The value of the visitor's cookie, at a time; one that is expired or not ours grants nothing.
    Cookie(String, UnixMillis),
}

/// The header, or the element, on standard output.
pub fn csp_for(bytes: &[u8], decision: &Decision, page: &Page) -> Said {
    let (policy, mut problems) = policy_of(bytes);
    let Some(policy) = policy else {
        return Said::failed(&problems, "");
    };
    let known = problems.len();
    let all: Vec<String> = ids_of(&policy);
    let state = match decision {
        Decision::Everything => granted(&policy, &all, &mut problems),
        Decision::Grants(names) => granted(&policy, names, &mut problems),
        Decision::Cookie(value, now) => state::read(value, &policy, *now, &mut problems),
    };
    if !matches!(decision, Decision::Cookie(..)) && problems.len() > known {
        return Said::failed(&problems, "");
    }
    let is_element = matches!(decision, Decision::Everything);
    if is_element && policy.is_report_only {
        return Said::failed(
            &problems,
            "an element cannot only report: remove `\"mode\": \"report\"` from the policy first, or send \
             the header, without `--meta`\n",
        );
    }
    let line = if is_element {
        csp::element(&policy, page)
    } else {
        csp::header(&policy, &state, page).map(|value| format!("{}: {value}", csp::name(&policy)))
    };
    let Some(line) = line else {
        return Said::failed(
            &problems,
            "no header can say what this policy lets in: declare the hosts and remove \
             `\"undeclared\": \"allow\"`; an address of IP as a host cannot be written in one\n",
        );
    };
    let mut words = problem_lines(&problems);
    csp::gaps(&policy, &state, page, |host, wider| {
        words.push_str(&format!("`{host}` is not granted, and let in by `{wider}`\n"));
    });
    Said { out: line + "\n", words, is_sound: true }
}

/// The ids of all optional categories.
fn ids_of(policy: &Policy) -> Vec<String> {
    let ids = policy.categories.iter().enumerate();
    ids.filter(|(at, _)| policy.is_optional(*at)).map(|(_, category)| category.id.clone()).collect()
}

fn granted(policy: &Policy, names: &[String], problems: &mut Vec<Problem>) -> State {
    let mut state = State::undecided(policy);
    for name in names {
        let (category, service) = policy.named(name);
        match state.standings.get_mut(category) {
            Some(standing) if service != NOBODY => {
                let is_alone = standing.choice != Choice::Grant;
                standing.others.put(service, is_alone);
            }
            Some(standing) => {
                let expires_at = UnixMillis(i64::MAX);
                *standing = Standing { choice: Choice::Grant, expires_at, ..Standing::default() };
            }
            None => problems.push(Problem::new(Code::NameUnknown, "--grant", name)),
        }
    }
    state
}
