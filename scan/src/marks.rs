//! Which elements of a visited page have to be marked: those that ask another host, and that the parser found before
//! anybody could judge them.
//!
//! Left out: what scripts ask for, which the gate holds by itself; how an element is marked (`www/js/marks.js`), and with
//! which id (the catalogue).

use std::collections::BTreeSet;

use consentinel_catalogue::asking::Asking;
use consentinel_catalogue::claims::{Known, is_of};
use consentinel_catalogue::found::{bare, host_of};

use crate::tab::Visited;

/// The elements of a page under these hosts.
pub fn marks_in(visited: &Visited, hosts: &BTreeSet<String>) -> Vec<Asking> {
    let known = Known::all();
    let asking = visited.elements.iter().filter_map(|element| {
        let url = element.urls.iter().find(|url| {
            let is_asked = element.is_unseen || visited.parsed.contains(*url);
            is_asked && !is_of(host_of(url), hosts)
        })?;
        Some(Asking {
            page: bare(&visited.url),
            url: bare(url),
            service: known.of_address(url).map(|entry| entry.id.clone()),
            written: element.written.clone(),
            mark: element.marked.clone(),
        })
    });
    asking.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tab::Element;

    #[test]
    fn what_the_parser_asked_others_for_is_to_be_marked_and_addresses_are_bare() {
        let element = |url: &str, is_unseen| Element {
            urls: vec![String::from("https://shop.example/own.png"), String::from(url)],
            written: format!("<x src=\"{url}\">"),
            marked: None,
            is_unseen,
        };
        let visited = Visited {
            url: String::from("https://shop.example/?token=s3cret#s3cret"),
            parsed: BTreeSet::from([String::from("https://a.example/a.js?id=1")]),
            elements: vec![
                element("https://a.example/a.js?id=1", false),
                element("https://b.example/by-script.js", false),
                element("https://fonts.gstatic.com/", true),
                element("https://img.shop.example/", true),
            ],
            ..Visited::default()
        };
        let asking = marks_in(&visited, &BTreeSet::from([String::from("shop.example")]));
        let seen: Vec<_> = asking
            .iter()
            .map(|one| (one.page.as_str(), one.url.as_str(), one.service.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [
                ("https://shop.example/", "https://a.example/a.js", None),
                ("https://shop.example/", "https://fonts.gstatic.com/", Some("google-fonts"))
            ]
        );
        assert!(asking[0].written.contains("id=1"), "as it is written, it would work");
    }
}
