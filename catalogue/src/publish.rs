//! What the commands about one policy do with one that names entries of the catalogue, or a collector: `check` judges what is published
//! and points at what was written, and `bundle` writes out what is published.

use consentinel::{
    json::Json,
    problem::{Code, Problem},
};
use consentinel_audit::{
    commands::{Looked, Said},
    failed::name,
    library::unmarked,
    problems::problem_lines,
};

use crate::{
    delivery::Delivery,
    expand::{Expanded, expand},
    near::near,
    signals::{About, about_category},
};

/// In which form a policy is published.
#[derive(Clone, Copy)]
pub enum Form {
    /// As JSON, for `createConsent` and for a file.
    Json,
    /// As the element that a page carries before the tag, and where records are sent the one that does it.
    Html,
}

/// Looks at a policy as its owner wrote it.
pub fn look(written: Vec<u8>) -> Looked {
    let expanded = expand(&written);
    if !expanded.is_changed {
        let mut looked = Looked::at(written);
        ask_what_for(&mut looked);
        return looked;
    }
    let mut looked = Looked::at(expanded.published.clone());
    ask_what_for(&mut looked);
    for problem in &mut looked.problems {
        problem.path = expanded.relocate(&problem.path);
    }
    let Expanded { used, problems, notes, .. } = expanded;
    looked.problems.splice(0..0, problems);
    looked.text = String::from_utf8(unmarked(&written).to_vec()).unwrap_or_default();
    if !used.is_empty() {
        looked.notes.push(format!(
            "written out from the catalogue: {}; a page reads no `use`: publish what `consentinel bundle` writes",
            used.join(", ")
        ));
    }
    looked.notes.extend(notes);
    looked.near = near;
    looked
}

/// Warns of a category of which visitors read that it is about advertising, and of which neither it nor all its services
/// say what its data is `for`.
fn ask_what_for(looked: &mut Looked) {
    let Some(policy) = &looked.policy else { return };
    let says = |entry: &Json| entry.field("for").is_some();
    for (position, category) in policy.document.list_at("categories").iter().enumerate() {
        let id = category.text_at("id");
        let services = policy.document.list_at("services").iter();
        let mut its = services.filter(|service| service.text_at("category") == id).peekable();
        let is_said = says(category) || its.peek().is_some() && its.all(says);
        if policy.is_optional(position)
            && !is_said
            && about_category(policy, position).contains(&About::Advertising)
        {
            let place = format!("categories[{position}]");
            looked.problems.push(Problem::new(Code::ForMissing, &place, id));
        }
    }
}

/// The policy that is published, and what is wrong with a `use`, in whole lines.
pub fn published(written: &[u8]) -> (Vec<u8>, String) {
    let expanded = expand(written);
    (expanded.published, problem_lines(&expanded.problems))
}

/// The policy that is published on standard output; what is to be said of it, and its hash in records, on standard error.
/// One with errors is not published.
pub fn publish(path: &str, looked: &Looked, form: Form) -> Said {
    let words = if looked.problems.is_empty() && looked.notes.is_empty() {
        String::new()
    } else {
        looked.in_words(path)
    };
    let Some(policy) = looked.policy.as_ref().filter(|_| looked.is_sound()) else {
        return Said { words, ..Said::default() };
    };
    let words = format!("{words}{}: records name it {}\n", name(path), policy.hash());
    let mut out = text_of(&policy.document, form);
    let delivery = Delivery::of(looked.text.as_bytes()).filter(|_| matches!(form, Form::Html));
    out.extend(delivery.map(|delivery| delivery.element("/")));
    Said { out, words, is_sound: true }
}

/// The text of a policy that is published, with a line feed at its end.
pub fn text_of(policy: &Json, form: Form) -> String {
    let text = policy.canonical();
    match form {
        Form::Json => text + "\n",
        // No text in it may end the element.
        Form::Html => format!(
            "<script type=\"application/json\" id=\"consentinel-policy\">{}</script>\n",
            text.replace('<', "\\u003c")
        ),
    }
}
