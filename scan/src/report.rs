//! The report of a scan for people, as one HTML file that needs no script, no style file and no network: what was found,
//! whose it is, who set it, and whether that was before anybody had agreed.
//!
//! Left out: what a program reads ([`as_json`] has it), and the draft.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use consentinel_catalogue::asking::TAKE_OUT;
use consentinel_catalogue::claims::{Claim, Known};
use consentinel_catalogue::compared::Compared;
use consentinel_catalogue::entry::entry_of;
use consentinel_catalogue::found::{Thing, What, When, host_of};
use serde_json::{Value, json};

use crate::crawl::Site;

const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1.5rem; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #8886; overflow-wrap: anywhere; }
code, pre { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; } pre { white-space: pre-wrap; margin: 0; }
.wrong { border-left: .25rem solid #c22; padding-left: 1rem; } .open { border-left: .25rem solid #b80; padding-left: 1rem; }
.scroll { overflow-x: auto; }
";

/// What a scan ends with.
pub struct Told<'a> {
    /// What was looked at.
    pub site: &'a Site,
    /// When, as people read it.
    pub at: String,
    /// What is left to decide for the draft.
    pub open: &'a [String],
    /// The ids of services in the draft, by unknown domain, for marks.
    pub services: &'a BTreeMap<String, String>,
    /// The policy beside it, where one was given.
    pub compared: Option<&'a Compared<'a>>,
}

/// The report as a page.
pub fn page(told: &Told) -> String {
    let site = told.site;
    let known = Known::all();
    let claims = known.claims(&site.found, &site.hosts);
    let mut out = String::new();
    let hosts = site.hosts.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    out.push_str("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    out.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    let _ = write!(
        out,
        "<title>What {} keeps and asks</title><style>{STYLE}</style></head>\n<body><main>\n",
        escaped(&hosts)
    );
    let _ = writeln!(out, "<h1>What {} keeps and asks</h1>", escaped(&hosts));
    let others = claims.iter().filter(|(thing, _)| thing.is_third).filter_map(|(thing, _)| {
        match &thing.what {
            What::Request { url } => Some(host_of(url)),
            What::Item { .. } => None,
        }
    });
    let others: BTreeSet<&str> = others.collect();
    let items = claims.iter().filter(|(thing, _)| matches!(thing.what, What::Item { .. })).count();
    let visits = if site.has_tag {
        "as a new visitor, as one who accepts everything, and as one who refuses everything"
    } else {
        "as a new visitor who answers nothing"
    };
    let _ = writeln!(
        out,
        "<p>On {}, {} were visited {visits}. They keep {} in the browser, and ask {}.</p>",
        escaped(&told.at),
        counted(site.pages.len(), "page", "pages"),
        counted(items, "thing", "things"),
        counted(others.len(), "other party's host", "hosts of other parties"),
    );
    early(&mut out, &claims);
    compared(&mut out, told.compared);
    services(&mut out, &claims);
    if !told.open.is_empty() {
        list(
            &mut out,
            "open",
            "What you have to decide",
            "The draft of the policy is complete but for this:",
            told.open,
        );
    }
    asking(&mut out, told);
    pages(&mut out, site);
    out.push_str("</main></body></html>\n");
    out
}

/// What happened before anybody agreed: the first thing that an owner wants to know.
fn early(out: &mut String, claims: &[(&Thing, Claim)]) {
    let early: Vec<&(&Thing, Claim)> = claims
        .iter()
        .filter(|(thing, claim)| {
            thing.when.contains(&When::Before)
                && !matches!(claim, Claim::Own)
                && !is_own_item(thing, claim)
        })
        .collect();
    out.push_str("<section><h2>Before anybody agreed</h2>\n");
    if early.is_empty() {
        out.push_str(
            "<p>Nobody but this site was asked, and nothing of others was kept.</p></section>\n",
        );
        return;
    }
    out.push_str("<p>All this happened while a new visitor had not answered yet. What visitors did not ask for themselves needs their consent first.</p>\n");
    table(
        out,
        "Kept or asked before an answer",
        &early.iter().map(|one| (one.0, &one.1)).collect::<Vec<_>>(),
    );
    out.push_str("</section>\n");
}

fn is_own_item(thing: &Thing, claim: &Claim) -> bool {
    matches!(thing.what, What::Item { .. })
        && !thing.is_third
        && matches!(claim, Claim::Unknown(ids) if ids.is_empty())
}

fn compared(out: &mut String, compared: Option<&Compared>) {
    let Some(compared) = compared else { return };
    let words = |things: &[&Thing]| {
        things
            .iter()
            .map(|thing| format!("{} ({})", thing.in_words(), thing.whence()))
            .collect::<Vec<_>>()
    };
    for (title, about, lines, class) in [
        (
            "What leaks",
            "It happened without the consent that the policy has it wait for:",
            words(&compared.leaks),
            "wrong",
        ),
        (
            "What the policy does not declare",
            "The gate refuses it:",
            words(&compared.undeclared),
            "wrong",
        ),
        (
            "What the policy declares and nobody saw",
            "It may be gone, or need a click that a scan does not make:",
            compared.unseen.clone(),
            "open",
        ),
    ] {
        if lines.is_empty() {
            let _ = writeln!(out, "<section><h2>{title}</h2><p>Nothing.</p></section>");
        } else {
            list(out, class, title, about, &lines);
        }
    }
}

fn services(out: &mut String, claims: &[(&Thing, Claim)]) {
    let mut groups: BTreeMap<String, Vec<(&Thing, &Claim)>> = BTreeMap::new();
    for (thing, claim) in claims {
        let name = match claim {
            Claim::Entry(id) | Claim::Beside(id) => {
                entry_of(id).map_or_else(|| id.clone(), |entry| entry.name)
            }
            Claim::Own | Claim::OwnHost => String::from("This site itself"),
            Claim::Unknown(_) if !thing.is_third => {
                String::from("Kept for this site, by nobody that the catalogue knows")
            }
            Claim::Unknown(_) => String::from("Others, unknown to the catalogue"),
        };
        groups.entry(name).or_default().push((thing, claim));
    }
    out.push_str("<section><h2>What was found, by whose it is</h2>\n");
    for (name, things) in groups {
        table(out, &name, &things);
    }
    out.push_str("</section>\n");
}

fn table(out: &mut String, caption: &str, things: &[(&Thing, &Claim)]) {
    let _ = writeln!(
        out,
        "<div class=\"scroll\"><table><caption>{}</caption><thead><tr><th scope=\"col\">What</th><th scope=\"col\">Who set it or asked</th><th scope=\"col\">Party</th><th scope=\"col\">When</th><th scope=\"col\">Where</th></tr></thead><tbody>",
        escaped(caption)
    );
    for (thing, claim) in things {
        let what = match &thing.what {
            What::Item { kind, name, host } => format!(
                "{} <code>{}</code> for {}",
                kind.replace('-', " "),
                escaped(name),
                escaped(host)
            ),
            What::Request { url } => format!("request to <code>{}</code>", escaped(url)),
        };
        let meant = match claim {
            Claim::Unknown(ids) if !ids.is_empty() => {
                format!(" (may be of {})", escaped(&ids.join(" or ")))
            }
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "<tr><td>{what}{meant}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            some(&thing.by),
            if thing.is_third { "third" } else { "first" },
            escaped(&when(thing)),
            some(&thing.pages),
        );
    }
    out.push_str("</tbody></table></div>\n");
}

/// When it happened, and when it was stopped.
fn when(thing: &Thing) -> String {
    let word = |when: &When| match when {
        When::Before => "before an answer",
        When::Accepted => "after accepting",
        When::Refused => "after refusing",
    };
    let mut words: Vec<String> = thing.when.iter().map(|when| word(when).to_owned()).collect();
    words.extend(
        thing.stopped.difference(&thing.when).map(|when| format!("stopped {}", word(when))),
    );
    words.join(", ")
}

fn some(names: &BTreeSet<String>) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| escaped(name)).collect();
    let more = names.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("<br>and {more} more") } else { String::new() };
    shown.join("<br>") + &more
}

fn asking(out: &mut String, told: &Told) {
    let site = told.site;
    if site.asking.is_empty() {
        return;
    }
    out.push_str("<section><h2>What to mark</h2>\n<p>These elements stand in the page's own markup and ask another host before any script can judge them. Write each as in the second column, and it waits for consent.</p>\n<div class=\"scroll\"><table><thead><tr><th scope=\"col\">As it is written</th><th scope=\"col\">With its mark</th><th scope=\"col\">Page</th></tr></thead><tbody>\n");
    for one in &site.asking {
        let _ = writeln!(
            out,
            "<tr><td><pre>{}</pre></td><td>{}</td><td>{}</td></tr>",
            escaped(&one.written),
            one.marked(told.services).map_or_else(
                || escaped(TAKE_OUT),
                |marked| format!("<pre>{}</pre>", escaped(&marked))
            ),
            escaped(&one.page)
        );
    }
    out.push_str("</tbody></table></div></section>\n");
}

fn pages(out: &mut String, site: &Site) {
    let pages: Vec<String> =
        site.pages.iter().map(|(url, title)| format!("{title} ({url})")).collect();
    list(out, "", "The pages", "These were visited:", &pages);
    if !site.notes.is_empty() {
        list(out, "open", "What was not seen", "Not everything could be looked at:", &site.notes);
    }
}

fn list(out: &mut String, class: &str, title: &str, about: &str, lines: &[String]) {
    let _ = writeln!(out, "<section class=\"{class}\"><h2>{title}</h2><p>{about}</p><ul>");
    for line in lines {
        let _ = writeln!(out, "<li>{}</li>", escaped(line));
    }
    out.push_str("</ul></section>\n");
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A foreign text, safe in an element and in an attribute; what would turn the direction of a line is taken out.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter if consentinel::is_control(letter) => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

/// The same for programs.
pub fn as_json(told: &Told) -> Value {
    let site = told.site;
    let known = Known::all();
    let things: Vec<Value> = known
        .claims(&site.found, &site.hosts)
        .into_iter()
        .map(|(thing, claim)| {
            let mut object = json!(thing);
            let (whose, entry) = match &claim {
                Claim::Own => ("own", Vec::new()),
                Claim::OwnHost => ("own-host", Vec::new()),
                Claim::Entry(id) => ("catalogue", vec![id.clone()]),
                Claim::Beside(id) => ("beside", vec![id.clone()]),
                Claim::Unknown(ids) => ("unknown", ids.clone()),
            };
            if let Value::Object(fields) = &mut object {
                fields.insert(String::from("whose"), json!(whose));
                fields.insert(String::from("entries"), json!(entry));
            }
            object
        })
        .collect();
    let asking = site.asking.iter().map(|one| {
        json!({ "page": one.page, "url": one.url, "written": one.written, "marked": one.marked(told.services) })
    });
    let mut out = json!({
        "at": told.at,
        "hosts": site.hosts,
        "pages": site.pages.iter().map(|(url, title)| json!({ "url": url, "title": title })).collect::<Vec<_>>(),
        "hasTag": site.has_tag,
        "things": things,
        "asking": asking.collect::<Vec<_>>(),
        "open": told.open,
        "notes": site.notes,
    });
    if let (Some(compared), Value::Object(fields)) = (told.compared, &mut out) {
        let words =
            |things: &[&Thing]| things.iter().map(|thing| thing.in_words()).collect::<Vec<_>>();
        fields.insert(
            String::from("policy"),
            json!({ "undeclared": words(&compared.undeclared), "leaks": words(&compared.leaks), "unseen": compared.unseen }),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_stay_texts() {
        let mut site = Site::default();
        site.pages.push((
            String::from("https://a.example/"),
            String::from("</title><script>alert(1)</script>\u{202e}"),
        ));
        site.notes.push(String::from("<img src=x onerror=alert(1)>"));
        let services = BTreeMap::new();
        let told = Told {
            site: &site,
            at: String::from("today"),
            open: &[],
            services: &services,
            compared: None,
        };
        let page = page(&told);
        assert!(
            !page.contains("<script") && !page.contains("<img") && !page.contains('\u{202e}'),
            "{page}"
        );
        assert!(page.contains("&lt;script&gt;alert(1)"));
    }
}
