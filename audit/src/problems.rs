//! Problems as they are told, to people and to programs; and those of a file that may have millions of
//! lines: all of them are counted, and of each code the first ones are kept, so that no file fills the
//! memory by being wrong.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use consentinel::problem::{Code, Problem, Severity};
use serde_json::{Map, Value, json};

/// How many problems of one code are kept.
const KEPT: u64 = 20;

/// The problems of a file.
#[derive(Default)]
pub struct Problems {
    kept: Vec<(u32, Problem)>,
    /// How many there are of each code.
    counts: BTreeMap<&'static str, u64>,
    errors: u64,
}

impl Problems {
    /// Takes a problem in a line; `path` says where that is, and is asked only where it is kept.
    pub fn add_at(&mut self, code: Code, line: u32, found: &str, path: &dyn Fn() -> String) {
        let count = self.counts.entry(code.text()).or_default();
        *count += 1;
        if *count <= KEPT {
            self.kept.push((line, Problem::new(code, &path(), found)));
        }
        self.errors += u64::from(code.severity() == Severity::Error);
    }

    /// Takes a problem in a line of the file.
    pub fn add(&mut self, code: Code, line: u32, found: &str) {
        self.add_at(code, line, found, &|| format!("line {line}"));
    }

    /// Takes problems that have their places already.
    pub fn extend(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            self.add_at(problem.code, 0, &problem.found, &|| problem.path.clone());
        }
    }

    /// Whether there is no error; there may be warnings.
    pub fn is_sound(&self) -> bool {
        self.errors == 0
    }

    /// The problems, by their lines, and how many were not kept.
    fn sorted(&self) -> (Vec<Problem>, Vec<(&'static str, u64)>) {
        let mut kept: Vec<&(u32, Problem)> = self.kept.iter().collect();
        kept.sort_by_key(|(line, _)| *line);
        let more = self.counts.iter().filter(|(_, count)| **count > KEPT);
        let more = more.map(|(code, count)| (*code, count - KEPT)).collect();
        (kept.into_iter().map(|(_, problem)| problem.clone()).collect(), more)
    }

    /// One a line, for people.
    pub fn lines(&self) -> String {
        let (problems, more) = self.sorted();
        let mut lines = problem_lines(&problems);
        for (code, count) in more {
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "and {count} more of {code}");
        }
        lines
    }

    /// The same as JSON: a list, and how many of each code there are.
    pub fn list(&self) -> (Value, Value) {
        (problem_list(&self.sorted().0), json!(self.counts))
    }
}

/// Every problem, one a line.
pub fn problem_lines(problems: &[Problem]) -> String {
    let mut lines = String::new();
    for problem in problems {
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "{}: {}", severity(problem), problem.message());
    }
    lines
}

/// Every problem as a JSON object.
pub fn problem_list(problems: &[Problem]) -> Value {
    problems.iter().map(|problem| Value::Object(problem_object(problem))).collect()
}

/// A problem as a JSON object.
pub fn problem_object(problem: &Problem) -> Map<String, Value> {
    let fields = [
        ("severity", severity(problem)),
        ("code", problem.code.text()),
        ("path", &problem.path),
        ("found", &problem.found),
        ("help", problem.code.help()),
    ];
    fields.into_iter().map(|(key, text)| (key.to_owned(), Value::from(text))).collect()
}

/// The word for how much a problem takes away.
pub fn severity(problem: &Problem) -> &'static str {
    if problem.is_error() { "error" } else { "warning" }
}
