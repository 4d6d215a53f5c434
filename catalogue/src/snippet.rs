//! What a page carries of a policy: the Content-Security-Policy of everything that may be granted, the policy, the tag, and
//! the place of the declaration in a cookie policy. For `consentinel init` and for the page that makes policies.
//!
//! Left out: where the hash of the tag is from, and what is wrong with the policy.

use consentinel::{csp::Page, json::Json};
use consentinel_audit::commands::{Decision, csp_for};

use crate::{
    delivery::Delivery,
    publish::{Form, text_of},
};

/// The element that the tag fills with what the policy declares (docs/face.md, "The declaration").
pub const DECLARATION: &str =
    "<consent-declaration>This list needs JavaScript.</consent-declaration>\n";

/// Lines for the head of each page, before every other script.
pub struct Snippet {
    /// The lines.
    pub html: String,
    /// What is to be said of the first of them, in whole lines: why it is lacking, and what it leaves open.
    pub words: String,
}

/// The lines for a policy that is sound. `tag` is the address of the tag; `integrity` its hash, as the attribute has it;
/// `delivery` is where records are sent, by the script in the folder of the tag.
pub fn snippet(
    policy: &Json,
    page: &Page,
    tag: &str,
    integrity: Option<&str>,
    delivery: Option<&Delivery>,
) -> Snippet {
    let published = text_of(policy, Form::Json);
    let csp = csp_for(published.as_bytes(), &Decision::Everything, page);
    let mut html = csp.out + &text_of(policy, Form::Html) + &script(tag, integrity);
    let folder = tag.rfind('/').map_or("", |at| tag.get(..=at).unwrap_or_default());
    html.extend(delivery.map(|delivery| delivery.element(&escaped(folder))));
    Snippet { html, words: csp.words }
}

/// The tag as an element.
fn script(address: &str, integrity: Option<&str>) -> String {
    let address = escaped(address);
    let hash = integrity.map(|hash| format!(" integrity=\"{hash}\" crossorigin=\"anonymous\""));
    format!("<script src=\"{address}\"{}></script>\n", hash.unwrap_or_default())
}

/// A text within an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stays_within_its_attribute() {
        assert_eq!(script("/a.js", None), "<script src=\"/a.js\"></script>\n");
        assert_eq!(
            script("/a?x=\"&y", Some("sha256-abc")),
            "<script src=\"/a?x=&quot;&amp;y\" integrity=\"sha256-abc\" crossorigin=\"anonymous\"></script>\n"
        );
    }
}
