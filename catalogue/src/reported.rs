//! What pages reported themselves (`consentinel.attempts()`, docs/api.md), gathered into what was found of a site: by visitors
//! and owners who click and sign in, which no scan does.
//!
//! A file has one object or a list of them, each `{ "page": ADDRESS, "attempts": [{ "kind", "name", "script" }] }`, and of
//! the panel of owners `"asking": [{ "url", "service", "written", "marked" }]` (www/js/report.js); fields beside these are
//! not looked at. Left out: what follows for a policy (proposal.rs).

use std::collections::BTreeSet;

use consentinel::policy::ItemKind;
use serde::Deserialize;
use serde_json::Value;

use crate::asking::{Asking, Mark};
use crate::claims::{Known, is_of};
use crate::found::{Found, Sight, What, When, bare, host_of};

/// What one page reported.
#[derive(Deserialize)]
struct Report {
    page: String,
    attempts: Vec<Attempt>,
    #[serde(default)]
    asking: Vec<Element>,
}

/// An element that is to be marked, as the panel of owners tells of it.
#[derive(Deserialize)]
struct Element {
    url: String,
    #[serde(default)]
    service: String,
    written: String,
    marked: Option<Mark>,
}

#[derive(Deserialize)]
struct Attempt {
    kind: String,
    name: String,
    #[serde(default)]
    script: String,
}

/// What is gathered.
#[derive(Default)]
pub struct Gathered {
    /// What pages did, and what their markup asked for.
    pub found: Found,
    /// The hosts of these pages.
    pub hosts: BTreeSet<String>,
    /// The elements that asked before they could be judged.
    pub asking: Vec<Asking>,
}

/// Adds the reports of a file; else what is wrong, one line for each report that is no report.
pub fn gather(text: &str, gathered: &mut Gathered) -> Result<(), Vec<String>> {
    let Gathered { found, hosts, asking } = gathered;
    let known = Known::all();
    let document: Value =
        serde_json::from_str(text).map_err(|error| vec![format!("it is no JSON: {error}")])?;
    let (reports, is_list) = match document {
        Value::Array(reports) => (reports, true),
        one => (vec![one], false),
    };
    let mut problems = Vec::new();
    let mut read: Vec<Report> = Vec::new();
    for (position, report) in reports.into_iter().enumerate() {
        let place = if is_list { format!("[{position}]") } else { String::from("the report") };
        match serde_json::from_value::<Report>(report) {
            Ok(report) if !host_of(&report.page).is_empty() => read.push(report),
            Ok(report) => problems.push(format!(
                "{place}.page: found `{}`; give the address of the page, as `location.href` has it",
                report.page.chars().take(80).collect::<String>()
            )),
            Err(error) => problems.push(format!("{place}: {error}")),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    hosts.extend(read.iter().map(|report| host_of(&report.page).to_owned()));
    for Report { page, attempts, asking: elements } in read {
        let own = BTreeSet::from([host_of(&page).to_owned()]);
        let page = bare(&page);
        for Element { url, service, written, marked } in elements {
            let Some(what) = What::request(&url) else { continue };
            let is_third = !is_of(host_of(&url), &own);
            // What is to be taken out needs no service.
            if marked.is_some() {
                let way = String::from("markup");
                let sight = Sight { way, by: page.clone(), page: page.clone(), ..Sight::default() };
                found.add(what, is_third, When::Before, &sight);
            }
            // Hosts of the owner's own need to be declared, and not to wait.
            if is_third || !service.is_empty() {
                let entry = || known.of_address(&url).map(|entry| entry.id.clone());
                let service = Some(service).filter(|id| !id.is_empty()).or_else(entry);
                let (page, url) = (page.clone(), bare(&url));
                asking.push(Asking { page, url, service, written, mark: marked });
            }
        }
        for Attempt { kind, name, script } in attempts {
            let what = match ItemKind::of_word(&kind) {
                Some(item) => What::item(item, &name, host_of(&page)),
                // An element with a mark is named by what it waits for, and asks once it is alive.
                None => What::request(&name),
            };
            let Some(what) = what else { continue };
            let is_third = matches!(&what, What::Request { url } if !is_of(host_of(url), &own));
            let sight = Sight { way: kind, by: script, page: page.clone(), ..Sight::default() };
            found.add(what, is_third, When::Before, &sight);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_become_findings_and_mistakes_are_named() {
        let mut gathered = Gathered::default();
        let text = r#"[{ "page": "https://shop.example/a?b", "attempts": [
            { "kind": "cookie", "name": "_ga", "script": "https://shop.example/x.js?key=s3cret", "verdict": "refuse" },
            { "kind": "fetch", "name": "https://other.example/p" },
            { "kind": "markup", "name": "analytics" }
        ], "asking": [
            { "url": "https://static.hotjar.com/c.js?id=1", "service": "", "written": "<script>", "marked": ["<a ", ">"] },
            { "url": "https://count.example/p.gif", "service": "count", "written": "<noscript>", "marked": null },
            { "url": "https://img.shop.example/logo.png", "service": "", "written": "<img>", "marked": ["<img ", ">"] }
        ] }]"#;
        assert_eq!(gather(text, &mut gathered), Ok(()));
        let Gathered { found, hosts, asking } = &gathered;
        assert_eq!(found.things().count(), 4);
        let services: Vec<_> = asking.iter().map(|one| one.service.as_deref()).collect();
        assert_eq!(
            services,
            [Some("hotjar"), Some("count")],
            "the owner's own host is declared alone"
        );
        assert!(hosts.contains("shop.example"));
        assert!(found.things().all(|thing| thing.pages.contains("https://shop.example/a")));
        assert!(found.things().all(|thing| !thing.whence().contains("s3cret")));
        let wrong = gather(r#"[{ "page": 3 }, { "page": "/a", "attempts": [] }]"#, &mut gathered);
        assert_eq!(wrong.map_err(|lines| lines.len()), Err(2));
        assert!(gather("no JSON", &mut gathered).is_err());
    }
}
