//! Tells the page what is wrong: console lines and events. Which problems there
//! are is the pure side's affair.

use crate::problem::Problem;

use super::{host, with};

/// Prints problems, all errors as one message and all warnings as another, and tells the page.
pub fn report(problems: &[Problem]) {
    for problem in problems {
        let code = problem.code.text();
        host::problem(problem.is_error(), code, &problem.path, &problem.found, &problem.message());
    }
    if !problems.is_empty() {
        host::tell_problems();
    }
}

/// How many different problems are remembered as told: a page that makes up names without end must
/// not fill the memory.
const MOST_TOLD: usize = 100;

/// Reports a problem the first time it shows.
pub fn report_once(problem: Problem) {
    let mark = problem.message();
    let is_new = with(|core| {
        let is_new = !core.told.contains(&mark) && core.told.len() < MOST_TOLD;
        if is_new {
            core.told.push(mark);
        }
        is_new
    });
    if is_new == Some(true) {
        report(&[problem]);
    }
}
