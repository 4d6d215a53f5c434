//! What pages reported themselves (`consentinel.attempts()`, docs/api.md), gathered into what was found of a site: by visitors
//! and owners who click and sign in, which no scan does.
//!
//! A file has one object or a list of them, each `{ "page": ADDRESS, "attempts": [{ "kind", "name", "script" }] }`; fields
//! beside these are not looked at. Left out: what follows for a policy (proposal.rs).

use std::collections::BTreeSet;

use consentinel::policy::ItemKind;
use serde::Deserialize;
use serde_json::Value;

use crate::claims::is_of;
use crate::found::{Found, Sight, What, When, bare, host_of};

/// What one page reported.
#[derive(Deserialize)]
struct Report {
    page: String,
    attempts: Vec<Attempt>,
}

#[derive(Deserialize)]
struct Attempt {
    kind: String,
    name: String,
    #[serde(default)]
    script: String,
}

/// Adds the reports of a file, and the hosts of their pages; else what is wrong, one line for each report that is no report.
pub fn gather(
    text: &str,
    found: &mut Found,
    hosts: &mut BTreeSet<String>,
) -> Result<(), Vec<String>> {
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
    for Report { page, attempts } in read {
        let own = BTreeSet::from([host_of(&page).to_owned()]);
        let page = bare(&page);
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
        let (mut found, mut hosts) = (Found::default(), BTreeSet::new());
        let text = r#"[{ "page": "https://shop.example/a?b", "attempts": [
            { "kind": "cookie", "name": "_ga", "script": "https://shop.example/x.js?key=s3cret", "verdict": "refuse" },
            { "kind": "fetch", "name": "https://other.example/p" },
            { "kind": "markup", "name": "analytics" }
        ] }]"#;
        assert_eq!(gather(text, &mut found, &mut hosts), Ok(()));
        assert_eq!(found.things().count(), 2);
        assert!(hosts.contains("shop.example"));
        assert!(found.things().all(|thing| thing.pages.contains("https://shop.example/a")));
        assert!(found.things().all(|thing| !thing.whence().contains("s3cret")));
        let wrong =
            gather(r#"[{ "page": 3 }, { "page": "/a", "attempts": [] }]"#, &mut found, &mut hosts);
        assert_eq!(wrong.map_err(|lines| lines.len()), Err(2));
        assert!(gather("no JSON", &mut found, &mut hosts).is_err());
    }
}
