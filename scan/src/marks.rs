//! Elements of a page's own markup that asked another host before anybody could judge them: no script can stop what the
//! parser asks for, so their author has to mark them (docs/api.md, "Markup"). Each is shown with its mark.
//!
//! Left out: what scripts ask for, which the gate holds by itself.

use std::collections::BTreeSet;

use consentinel_catalogue::claims::{Known, is_of};
use consentinel_catalogue::found::host_of;
use consentinel_catalogue::found::registrable;
use consentinel_catalogue::proposal::service_id;

use crate::tab::Visited;

/// An element that asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Asking {
    /// The page.
    pub page: String,
    /// Whom.
    pub url: String,
    /// As it is written, its start tag.
    pub written: String,
    /// As it waits.
    pub marked: String,
}

/// The elements of a page under these hosts.
pub fn marks_in(visited: &Visited, hosts: &BTreeSet<String>) -> Vec<Asking> {
    let known = Known::all();
    let foreign = visited.elements.iter().filter(|element| {
        visited.parsed.contains(&element.url) && !is_of(host_of(&element.url), hosts)
    });
    let asking = foreign.map(|element| {
        let service = known.of_address(&element.url).map(|entry| entry.id.clone());
        let service = service.unwrap_or_else(|| service_id(registrable(host_of(&element.url))));
        Asking {
            page: visited.url.clone(),
            url: element.url.clone(),
            written: element.html.clone(),
            marked: marked(&element.html, &service),
        }
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
