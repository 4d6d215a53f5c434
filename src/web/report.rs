//! Tells the page what is wrong: console lines and events. Which problems there are is the pure side's
//! affair.

use alloc::vec::Vec;

use crate::{json::Json, problem::Problem};

use super::{core, host};

/// Prints problems, all errors as one message and all warnings as another, and tells the page.
pub fn report(problems: &[Problem]) {
    let mut told = Vec::new();
    for problem in problems {
        let mut entry = Json::object();
        entry.put("isError", Json::Bool(problem.is_error()));
        entry.put_text("code", problem.code.text());
        entry.put_text("path", &problem.path);
        entry.put_text("found", &problem.found);
        entry.put_text("message", &problem.message());
        told.push(entry);
    }
    if !told.is_empty() {
        host::tell_problems(&Json::List(told).canonical());
    }
}

/// How many different problems are remembered as told: a page that makes up names without end must
/// not fill the memory.
const MOST_TOLD: usize = 100;

/// Reports a problem the first time it shows.
pub fn report_once(problem: Problem) {
    let Some(mut core) = core() else { return };
    let mark = problem.message();
    for told in &core.more.told {
        if *told == mark {
            return;
        }
    }
    if core.more.told.len() < MOST_TOLD {
        core.more.told.push(mark);
        drop(core);
        report(&[problem]);
    }
}
