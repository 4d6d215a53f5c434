//! Elements of a page's own markup that asked another host before anybody could judge them: no script can stop what the
//! parser asks for, so their author has to mark them (docs/api.md, "Markup"). Whoever looked (a browser that is driven, or
//! the panel of owners) brings each as it is written and as it waits; the id of its service is put in here.
//!
//! Left out: how an element is marked, which `www/js/marks.js` says for both.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::found::{host_of, registrable};
use crate::named::slug;

/// An element that asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asking {
    /// The page, without query and fragment.
    pub page: String,
    /// Whom, without query and fragment.
    pub url: String,
    /// The service of the policy that claims it, or else the entry of the catalogue.
    pub service: Option<String>,
    /// As it is written: with its queries, without which it would not work once it is pasted.
    pub written: String,
    /// How it waits; nothing where no mark can hold it, as in `noscript`.
    pub mark: Option<Mark>,
}

/// An element that waits, but for the id of its service: what stands before that, and what behind it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Mark(pub String, pub String);

impl Asking {
    /// As it waits for its service, which a draft has under these ids, by domain.
    pub fn marked(&self, services: &BTreeMap<String, String>) -> Option<String> {
        let domain = registrable(host_of(&self.url));
        let id = self.service.as_ref().or_else(|| services.get(domain));
        let id = id.cloned().unwrap_or_else(|| slug(domain));
        self.mark.as_ref().map(|Mark(before, after)| format!("{before}{id}{after}"))
    }

    /// What is to be done, in one line for people.
    pub fn in_words(&self, services: &BTreeMap<String, String>) -> String {
        let (written, page) = (&self.written, &self.page);
        match self.marked(services) {
            Some(marked) => format!("`{written}` on {page}: write it as `{marked}`"),
            None => format!("`{written}` on {page}: {TAKE_OUT}"),
        }
    }
}

/// What is said of an element that no mark can hold.
pub const TAKE_OUT: &str =
    "take it out, as where no script runs nobody can be asked, and nothing can hold it";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_has_the_id_of_the_policy_or_of_the_draft() {
        let mark = Mark(String::from("<img data-consent=\""), String::from("\">"));
        let asking = Asking {
            url: String::from("https://x.a.co.uk/a.gif"),
            mark: Some(mark),
            ..Asking::default()
        };
        let numbered = BTreeMap::from([(String::from("a.co.uk"), String::from("a-co-uk-2"))]);
        let marked = |asking: &Asking| asking.marked(&numbered);
        assert_eq!(marked(&asking).as_deref(), Some("<img data-consent=\"a-co-uk-2\">"));
        let declared = Asking { service: Some(String::from("a")), ..asking.clone() };
        assert_eq!(marked(&declared).as_deref(), Some("<img data-consent=\"a\">"));
        let unmarkable = Asking { mark: None, ..asking };
        assert_eq!(marked(&unmarkable), None);
        assert!(unmarkable.in_words(&numbered).ends_with(TAKE_OUT));
    }
}
