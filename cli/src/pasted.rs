//! What can be wrong with the tag, with a pasted Content-Security-Policy and with the page's own controls in the HTML
//! of a page, for `consentinel check --html`. An element counts as pasted where it is one of ours (`consentinel csp --meta`);
//! a site's own policy is its own affair.
//!
//! Left out: how HTML is read (`html`), and what the policy lets in (the core).

use std::collections::BTreeSet;
use std::path::Path;

use consentinel::{
    csp::{self, Page},
    policy::Policy,
    problem::{Code, Problem},
};
use url::Url;

use crate::error::{Error, one_line};
use crate::files;
use crate::html::{CONTROL, Element, elements};

/// Far more than the HTML of a page: a wrong path must not fill the memory.
const MAX_BYTES: u64 = 20_000_000;

/// Reads the HTML of a page, and finds all that is wrong with it.
pub fn problems_in(path: &Path, policy: &Policy) -> Result<Vec<Problem>, Error> {
    let bytes = files::read(path, MAX_BYTES)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::too_long(path, MAX_BYTES, "is it the HTML of one page?"));
    }
    // What is no UTF-8 becomes another character, and none that matters here.
    let elements = elements(&String::from_utf8_lossy(&bytes));
    let mut problems = Vec::new();
    let file = one_line(&path.to_string_lossy());
    judge(&elements, policy, |code, element, found| {
        problems.push(Problem::new(code, &format!("{file}:{}", element.line), found));
    });
    if policy.has_own_control() && !elements.iter().any(is_way_back) {
        problems.push(Problem::new(Code::ReopenMissing, &file, "no such control"));
    }
    Ok(problems)
}

fn judge(elements: &[Element], policy: &Policy, mut found: impl FnMut(Code, &Element, &str)) {
    let mut first_script = None;
    let mut tag: Option<&Element> = None;
    let folder = folder_of(elements.iter().find(|element| is_tag(element)));
    let today = csp::for_html(policy, &Page { files: &folder, ..Page::default() });
    for element in elements {
        if let Some(content) = pasted(element) {
            if !element.is_in_head {
                found(Code::PastedPlace, element, "an element in the body");
            } else if tag.is_some() {
                found(Code::PastedPlace, element, "an element after the tag");
            }
            match &today {
                Some(today) => {
                    for source in missing(today, content) {
                        found(Code::PastedNarrow, element, source);
                    }
                }
                None => found(Code::PastedEnforces, element, ""),
            }
        }
        if !is_script(element) {
            continue;
        }
        if !is_tag(element) {
            first_script.get_or_insert(element);
        } else if tag.is_some() {
            found(Code::TagTwice, element, source_of(element));
        } else {
            tag = Some(element);
            let late = ["async", "defer", "type"].into_iter().find(|name| match *name {
                "type" => element.attribute("type").is_some_and(is_module),
                name => element.attribute(name).is_some(),
            });
            if let Some(attribute) = late {
                found(Code::TagLate, element, attribute);
            }
            // The function that `data-owner` names must stand before the tag, so it may.
            let may_be = element.attribute("data-owner").is_some();
            if let Some(before) =
                first_script.filter(|before| !may_be || before.attribute("src").is_some())
            {
                found(Code::TagLate, element, &format!("a script in line {}", before.line));
            }
        }
    }
}

/// The policy in an element that was pasted.
fn pasted(element: &Element) -> Option<&str> {
    let is_policy = element.name == "meta"
        && element
            .attribute("http-equiv")
            .is_some_and(|name| name.eq_ignore_ascii_case("content-security-policy"));
    element.attribute("content").filter(|content| is_policy && csp::is_ours(content))
}

/// Whether this opens the settings, or takes everything back.
fn is_way_back(element: &Element) -> bool {
    matches!(element.attribute(CONTROL), Some("open" | "withdraw"))
}

/// Whether this is a script that runs, and no data.
fn is_script(element: &Element) -> bool {
    element.name == "script"
        && element.attribute("type").is_none_or(|kind| {
            let kind = kind.trim().to_ascii_lowercase();
            kind.is_empty()
                || is_module(&kind)
                || kind.ends_with("/javascript")
                || kind.ends_with("/ecmascript")
        })
}

fn is_module(kind: &str) -> bool {
    kind.trim().eq_ignore_ascii_case("module")
}

fn source_of(element: &Element) -> &str {
    element.attribute("src").unwrap_or_default().trim()
}

/// Whether this is our tag: a script whose file is `consentinel.js`, or that with a language in its name.
fn is_tag(element: &Element) -> bool {
    let source = source_of(element);
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    is_script(element)
        && file
            .strip_prefix("consentinel")
            .and_then(|rest| rest.strip_suffix(".js"))
            .is_some_and(|rest| rest != ".face" && (rest.is_empty() || rest.starts_with('.')))
}

/// The folder of the tag's own files, where its address says of which site it is.
fn folder_of(tag: Option<&Element>) -> String {
    tag.and_then(|tag| Url::parse(source_of(tag)).ok())
        .and_then(|tag| crate::place::folder(&tag))
        .unwrap_or_default()
}

/// What today's policy lets in and the pasted one does not, kind by kind of loading, each once.
fn missing<'a>(today: &'a str, pasted: &str) -> BTreeSet<&'a str> {
    let mut missing = BTreeSet::new();
    for directive in today.split("; ") {
        let (name, sources) = directive.split_once(' ').unwrap_or((directive, ""));
        let own = sources_of(pasted, name).or_else(|| sources_of(pasted, "default-src"));
        let own = own.unwrap_or_default();
        for source in sources.split(' ').filter(|source| !source.starts_with('\'')) {
            if !own.iter().any(|other| lets_in(other, source)) {
                missing.insert(source);
            }
        }
    }
    // A host that is missing is missing as a socket, too: it is named once.
    let hosts = missing.clone();
    missing.retain(|source| source.strip_prefix("wss://").is_none_or(|host| !hosts.contains(host)));
    missing
}

fn sources_of<'a>(policy: &'a str, name: &str) -> Option<Vec<&'a str>> {
    policy.split(';').find_map(|directive| {
        let mut words = directive.split_ascii_whitespace();
        (words.next() == Some(name)).then(|| words.collect())
    })
}

/// Whether a source of an element of ours is this one: the same; a socket by the scheme of the page that it was
/// made for; the own site, or the whole of one, where the tag's own files are asked for.
fn lets_in(own: &str, source: &str) -> bool {
    let is_socket =
        source.strip_prefix("wss://").is_some_and(|host| own.strip_prefix("ws://") == Some(host));
    let is_files = source.starts_with("http")
        && (source.strip_prefix("https:").is_some_and(|site| {
            own.strip_prefix("wss:")
                .is_some_and(|own| site.strip_prefix(own).is_some_and(|rest| rest.starts_with('/')))
        }) || own.starts_with("http") && own.ends_with('/') && source.starts_with(own));
    own == source || is_socket || is_files
}
