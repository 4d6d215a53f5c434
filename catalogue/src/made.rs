//! A policy while its owner makes it, as the page for policies shows it: all that is wrong, what its visitors see, and what
//! is taken along once it is sound. The same answers as those of `consentinel check`, `notice`, `bundle`, `csp` and `init`.
//!
//! Left out: changing the policy, which is its owner's text (www/policy/edit.js), and the border (room.rs).

use consentinel::{
    csp::{Page, is_source},
    notice::{Interface, notice},
};
use consentinel_audit::{
    commands::{Decision, Looked, csp_for},
    texts::texts,
};
use serde_json::{Value, json};

use crate::{
    delivery::Delivery,
    draft::{Answers, id_of},
    entry::purposes,
    publish::{Form, look, text_of},
    snippet::{DECLARATION, snippet},
};

/// A policy that was looked at.
pub struct Made {
    looked: Looked,
}

/// Where a page gets the tag from.
pub struct Tag<'a> {
    /// The origin of the page, such as `https://www.example.com`; empty where it is not known.
    pub origin: &'a str,
    /// The folder of the tag's files with a slash at its end: an address, or a path on the origin.
    pub folder: &'a str,
    /// The file of the tag.
    pub file: &'a str,
    /// Its hash, as the attribute has it.
    pub integrity: &'a str,
}

impl Made {
    /// Looks at a policy as its owner wrote it.
    pub fn of(written: Vec<u8>) -> Made {
        Made { looked: look(written).without_pages() }
    }

    /// The answer of `consentinel check --json`.
    pub fn answer(&self, name: &str) -> Value {
        self.looked.as_json(name)
    }

    /// What a visitor of this language is shown; nothing without a policy.
    pub fn notice(&self, language: &str) -> Option<Value> {
        let policy = self.looked.policy.as_ref()?;
        let interface = Interface::choose(&texts(), language, policy);
        let notice = notice(policy, &interface).canonical();
        Some(json!({
            "notice": serde_json::from_str::<Value>(&notice).unwrap_or_default(),
            "placement": policy.document.text_at("placement"),
            "asks": policy.has_optional(),
        }))
    }

    /// What the owner takes along; nothing of a policy with errors.
    pub fn taken(&self, tag: &Tag) -> Option<Value> {
        let policy = self.looked.policy.as_ref().filter(|_| self.looked.is_sound())?;
        let published = text_of(&policy.document, Form::Json);
        let is_elsewhere = tag.folder.contains("://") && is_source(tag.folder);
        let files = if is_elsewhere { tag.folder } else { "" };
        let page = Page { origin: tag.origin, files, once: "" };
        let address = format!("{}{}", tag.folder, tag.file);
        let hash = Some(tag.integrity).filter(|hash| !hash.is_empty());
        let delivery = Delivery::of(self.looked.text.as_bytes());
        let lines = snippet(&policy.document, &page, &address, hash, delivery.as_ref());
        let csp = |decision| csp_for(published.as_bytes(), &decision, &page);
        let optional = policy.categories.iter().enumerate();
        let optional = optional.filter(|(at, _)| policy.is_optional(*at));
        let all = optional.map(|(_, category)| category.id.clone()).collect();
        let header = csp(Decision::Grants(all));
        Some(json!({
            "published": published,
            "hash": policy.hash(),
            "snippet": lines.html,
            "element": csp(Decision::Everything).out,
            "header": header.out,
            "headerBefore": csp(Decision::Grants(Vec::new())).out,
            "declaration": DECLARATION,
            "words": if lines.words.is_empty() { header.words } else { lines.words },
        }))
    }
}

/// A first policy for a controller, in these languages.
pub fn begun(controller: &str, languages: Vec<String>, revision: &str) -> String {
    let answers = Answers {
        controller: controller.to_owned(),
        contact: None,
        privacy_policy: None,
        services: Vec::new(),
        languages,
        revision: revision.to_owned(),
    };
    answers.policy()
}

/// The id of the policy of a controller, as [`begun`] makes it.
pub fn named(controller: &str) -> String {
    id_of(controller)
}

/// The categories that the catalogue suggests, with its texts: `{ id: { title, description, necessary } }`.
pub fn categories() -> Value {
    purposes().get("categories").cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    const TAG: Tag = Tag {
        origin: "https://www.example.com",
        folder: "/consent/",
        file: "consentinel.js",
        integrity: "sha256-abc",
    };

    fn begun_with(services: &str) -> Vec<u8> {
        let text = begun("Example SAS", vec![String::from("en")], "1");
        text.replacen("\"items\": []", &format!("\"services\": {services}, \"items\": []"), 1)
            .into()
    }

    #[test]
    fn a_sound_policy_is_taken_along_as_the_commands_write_it() {
        let made = Made::of(begun_with(r#"[{"use":"stripe","category":"strictly-necessary"}]"#));
        assert_eq!(made.answer("draft")["sound"], true, "{}", made.answer("draft"));
        let taken = made.taken(&TAG).unwrap();
        let snippet = taken["snippet"].as_str().unwrap();
        assert!(snippet.starts_with(taken["element"].as_str().unwrap()));
        assert!(snippet.contains("src=\"/consent/consentinel.js\" integrity=\"sha256-abc\""));
        assert!(taken["published"].as_str().unwrap().contains("stripe.com"));
        assert!(taken["header"].as_str().unwrap().starts_with("Content-Security-Policy: "));
        // The files of an address are let in; a path is the page's own.
        let elsewhere = made.taken(&Tag { folder: "https://cdn.example/c/", ..TAG }).unwrap();
        assert!(elsewhere["element"].as_str().unwrap().contains("https://cdn.example/c/"));
        // Nothing is asked, so nobody is shown anything.
        assert_eq!(made.notice("fr").unwrap()["asks"], false);
    }

    #[test]
    fn a_policy_that_names_a_collector_comes_with_the_line_that_delivers() {
        let text = String::from_utf8(begun_with("[]")).unwrap();
        let text = text.replacen('{', r#"{"audit":{"endpoint":"https://in.example"},"#, 1);
        let taken = Made::of(text.into()).taken(&TAG).unwrap();
        let line = "<script src=\"/consent/consentinel.delivery.js\" data-endpoint=\"https://in.example\" defer></script>\n";
        assert!(taken["snippet"].as_str().unwrap().ends_with(line), "{}", taken["snippet"]);
    }

    #[test]
    fn with_an_error_there_is_nothing_to_take_and_all_to_be_told() {
        for (text, errors) in [
            (begun_with(r#"[{"use":"strpe"},{"use":3}]"#), 2),
            (b"{".to_vec(), 1),
            (vec![0xff], 1),
            (vec![b' '; 1_000_001], 1),
        ] {
            let made = Made::of(text);
            assert_eq!(made.answer("draft")["errors"], errors);
            assert!(made.taken(&TAG).is_none());
        }
        assert!(Made::of(b"{".to_vec()).notice("en").is_none());
    }

    #[test]
    fn a_policy_that_only_reports_has_no_element_and_says_why() {
        let text = String::from_utf8(begun_with("[]")).unwrap();
        let text = text.replacen("\"version\": 1,", "\"version\": 1, \"mode\": \"report\",", 1);
        let taken = Made::of(text.into()).taken(&TAG).unwrap();
        assert_eq!(taken["element"], "");
        assert!(taken["words"].as_str().unwrap().contains("report"), "{}", taken["words"]);
    }
}
