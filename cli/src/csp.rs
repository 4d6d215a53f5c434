//! `consentinel csp`: the Content-Security-Policy for what a visitor decided, as one line for a server
//! or its configuration. What the header lets in is the core's affair; here the decision is read, from
//! names or from the visitor's cookie, and the clock.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use consentinel::{
    csp::{self, Page},
    policy::{NOBODY, Policy},
    problem::{Code, Problem},
    state::{self, Choice, Standing, State},
    time::UnixMillis,
};
use consentinel_audit::problems::problem_lines;

use crate::error::Error;
use crate::place;
use crate::policies::read_policy;
use crate::report::{Report, Verdict};

/// The long help of the command.
pub const HELP: &str = "\
Print the Content-Security-Policy for what a visitor decided, or the element for the HTML

Standard output gets one line, name and value of the header. It lets in the own site and the
hosts of services whose category is necessary or granted; docs/csp.md tells how it is sent.
Without `--grant` and `--cookie` it is the header of a visitor who has granted nothing. Standard
error names parts of the policy that have errors and are left out, as in the page, and hosts that
a wider pattern lets in although they are not granted: a header cannot say `except`.

With `--meta` it is the element for \"everything granted\", the same for every visitor, to be pasted
into the head of each page before the tag: then not even the parser's look-ahead asks a host that
the policy does not declare. Print it anew whenever the policy's hosts change;
`consentinel check --html` finds what it lacks.

Examples:
  consentinel csp policy.json --grant analytics
  consentinel csp policy.json --meta --origin https://www.example.com";

/// The arguments.
#[derive(Args)]
pub struct Arguments {
    /// The policy; `-` reads standard input
    policy: PathBuf,
    /// What is granted: ids of categories or services, with commas between them
    #[arg(long, value_delimiter = ',', conflicts_with = "cookie")]
    grant: Vec<String>,
    /// The value of the visitor's cookie `consentinel`
    #[arg(long)]
    cookie: Option<String>,
    /// Print the element of "everything granted", to stand before the tag in the HTML of every page
    #[arg(long, conflicts_with_all = ["grant", "cookie"])]
    meta: bool,
    /// The origin of the page, so that its own sockets are let in, and on `http:` those of others
    #[arg(long, value_name = "URL", value_parser = place::origin)]
    origin: Option<String>,
    /// The folder that the tag's own files come from, where that is not the page's origin; always let in
    #[arg(long, value_name = "URL", value_parser = place::files)]
    files: Option<String>,
}

/// Prints the header, or the element.
pub fn run(arguments: &Arguments) -> Result<Report, Error> {
    let decision = match &arguments.cookie {
        Some(cookie) => Decision::Cookie(cookie.clone()),
        None if arguments.meta => Decision::Everything,
        None => Decision::Grants(arguments.grant.clone()),
    };
    let origin = arguments.origin.as_deref().unwrap_or_default();
    let files = arguments.files.as_deref().unwrap_or_default();
    print(&arguments.policy, &decision, &Page { origin, files, once: "" })
}

/// What is asked for.
enum Decision {
    /// The element for the HTML of all visitors, in which everything is granted.
    Everything,
    /// These categories or services are granted.
    Grants(Vec<String>),
    /// The value of the cookie `consentinel`; one that is expired or not ours grants nothing.
    Cookie(String),
}

/// The header, or the element, on standard output.
fn print(path: &Path, decision: &Decision, page: &Page) -> Result<Report, Error> {
    let (policy, mut problems) = read_policy(path)?;
    let Some(policy) = policy else {
        return Ok(failed(&problems, ""));
    };
    let known = problems.len();
    let all: Vec<String> = ids_of(&policy);
    let state = match decision {
        Decision::Everything => granted(&policy, &all, &mut problems),
        Decision::Grants(names) => granted(&policy, names, &mut problems),
        Decision::Cookie(value) => state::read(value, &policy, now(), &mut problems),
    };
    if !matches!(decision, Decision::Cookie(_)) && problems.len() > known {
        return Ok(failed(&problems, ""));
    }
    let is_element = matches!(decision, Decision::Everything);
    if is_element && policy.is_report_only {
        return Ok(failed(
            &problems,
            "an element cannot only report: remove `\"mode\": \"report\"` from the policy first, or send \
             the header, without `--meta`\n",
        ));
    }
    let line = if is_element {
        csp::element(&policy, page)
    } else {
        csp::header(&policy, &state, page).map(|value| format!("{}: {value}", csp::name(&policy)))
    };
    let Some(line) = line else {
        return Ok(failed(
            &problems,
            "no header can say what this policy lets in: declare the hosts and remove \
             `\"undeclared\": \"allow\"`; an address of IP as a host cannot be written in one\n",
        ));
    };
    let mut words = problem_lines(&problems);
    csp::gaps(&policy, &state, page, |host, wider| {
        words.push_str(&format!("`{host}` is not granted, and let in by `{wider}`\n"));
    });
    let out = (line + "\n").into_bytes();
    Ok(Report { out, words, verdict: Verdict::Sound })
}

/// The ids of all optional categories.
fn ids_of(policy: &Policy) -> Vec<String> {
    let ids = policy.categories.iter().enumerate();
    ids.filter(|(at, _)| policy.is_optional(*at)).map(|(_, category)| category.id.clone()).collect()
}

fn failed(problems: &[Problem], words: &str) -> Report {
    let words = problem_lines(problems) + words;
    Report { out: Vec::new(), words, verdict: Verdict::Failed }
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

/// The time of this computer; before 1970 no choice was ever made, so none counts.
fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
