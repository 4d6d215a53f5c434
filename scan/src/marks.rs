//! Elements of a page's own markup that asked another host before anybody could judge them: no script can stop what the
//! parser asks for, so their author has to mark them (docs/api.md, "Markup"). Each is shown with its mark.
//!
//! Left out: what scripts ask for, which the gate holds by itself.

use std::collections::{BTreeMap, BTreeSet};

use consentinel_catalogue::claims::{Known, is_of};
use consentinel_catalogue::found::{bare, host_of, registrable};
use consentinel_catalogue::named::slug;

use crate::tab::Visited;

/// An element that asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Asking {
    /// The page, without query and fragment.
    pub page: String,
    /// Whom, without query and fragment.
    pub url: String,
    /// The entry of the catalogue that is asked, where one is.
    pub entry: Option<String>,
    /// As it is written, its start tag: with its queries, without which it would not work once it is pasted.
    pub written: String,
}

impl Asking {
    /// As it waits for its service, which a draft has under these ids, by domain.
    pub fn marked(&self, services: &BTreeMap<String, String>) -> String {
        let domain = registrable(host_of(&self.url));
        let id = self.entry.as_ref().or_else(|| services.get(domain));
        marked(&self.written, &id.cloned().unwrap_or_else(|| slug(domain)))
    }
}

/// The elements of a page under these hosts.
pub fn marks_in(visited: &Visited, hosts: &BTreeSet<String>) -> Vec<Asking> {
    let known = Known::all();
    let foreign = visited.elements.iter().filter(|element| {
        visited.parsed.contains(&element.url) && !is_of(host_of(&element.url), hosts)
    });
    let asking = foreign.map(|element| Asking {
        page: bare(&visited.url),
        url: bare(&element.url),
        entry: known.of_address(&element.url).map(|entry| entry.id.clone()),
        written: element.html.clone(),
    });
    asking.collect()
}

/// The start tag with its mark: `src` waits as `data-src`, and what has no such form waits in a template.
fn marked(html: &str, service: &str) -> String {
    let mark = format!(" data-consent=\"{service}\"");
    let name: String = html.chars().skip(1).take_while(char::is_ascii_alphanumeric).collect();
    let after = html.get(1 + name.len()..).unwrap_or_default();
    let waiting = after.replace(" src=\"", " data-src=\"").replace(" srcset=\"", " data-srcset=\"");
    match name.as_str() {
        "script" => {
            let waiting = waiting
                .replace(" type=\"module\"", " data-type=\"module\"")
                .replace(" type=\"text/javascript\"", "");
            format!("<script type=\"text/plain\"{mark}{waiting}")
        }
        _ if waiting != after => format!("<{name}{mark}{waiting}"),
        _ => format!("<template{mark}>{html}</template>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tab::Element;

    #[test]
    fn a_mark_has_the_id_of_the_draft_and_addresses_are_bare() {
        let url = String::from("https://x.a.co.uk/a.js?id=1");
        let html = format!("<script src=\"{url}\"></script>");
        let visited = Visited {
            url: String::from("https://shop.example/?token=s3cret#s3cret"),
            parsed: BTreeSet::from([url.clone()]),
            elements: vec![Element { url, html }],
            ..Visited::default()
        };
        let asking = marks_in(&visited, &BTreeSet::from([String::from("shop.example")]));
        let numbered = BTreeMap::from([(String::from("a.co.uk"), String::from("a-co-uk-2"))]);
        let seen: Vec<_> = asking
            .iter()
            .map(|one| (one.page.as_str(), one.url.as_str(), one.marked(&numbered)))
            .collect();
        let wanted = "<script type=\"text/plain\" data-consent=\"a-co-uk-2\" data-src=\"https://x.a.co.uk/a.js?id=1\"></script>";
        assert_eq!(
            seen,
            [("https://shop.example/", "https://x.a.co.uk/a.js", String::from(wanted))]
        );
    }

    #[test]
    fn each_kind_of_element_gets_its_mark() {
        for (written, wanted) in [
            (
                "<script async=\"\" src=\"https://v.example/a.js\" type=\"module\"></script>",
                "<script type=\"text/plain\" data-consent=\"v\" async=\"\" data-src=\"https://v.example/a.js\" data-type=\"module\"></script>",
            ),
            (
                "<iframe src=\"https://v.example/\" title=\"V\"></iframe>",
                "<iframe data-consent=\"v\" data-src=\"https://v.example/\" title=\"V\"></iframe>",
            ),
            (
                "<img src=\"https://v.example/a\" srcset=\"https://v.example/b 2x\">",
                "<img data-consent=\"v\" data-src=\"https://v.example/a\" data-srcset=\"https://v.example/b 2x\">",
            ),
            (
                "<link rel=\"stylesheet\" href=\"https://v.example/a.css\">",
                "<template data-consent=\"v\"><link rel=\"stylesheet\" href=\"https://v.example/a.css\"></template>",
            ),
        ] {
            assert_eq!(marked(written, "v"), wanted);
        }
    }
}
