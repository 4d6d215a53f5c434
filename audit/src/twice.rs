//! Finds names that stand twice in one object of a text of JSON. Whoever reads JSON keeps the last of them (RFC 8259 §4), so
//! what stands before is without effect, and nothing that was read tells of it.
//!
//! Left out: texts that are no JSON, in which nothing is found.

use std::collections::BTreeMap;

use jsonc_parser::ast::Value as Node;

/// The path of each name that stands more than once, with slashes, in the order in which each stands again; objects in lists
/// have no path, and are not looked at.
///
/// ```
/// use consentinel_audit::twice::twice;
/// assert_eq!(twice(r#"{ "a": 1, "b": { "c": 1, "c": 2 }, "a": 3 }"#), ["b/c", "a"]);
/// ```
pub fn twice(text: &str) -> Vec<String> {
    let parsed = jsonc_parser::parse_to_ast(text, &Default::default(), &Default::default());
    let Some(root) = parsed.ok().and_then(|parsed| parsed.value) else { return Vec::new() };
    let mut found = Vec::new();
    look(&root, "", &mut found);
    found
}

fn look(node: &Node<'_>, path: &str, found: &mut Vec<String>) {
    let Node::Object(object) = node else { return };
    // Of each name, whether it was told.
    let mut names: BTreeMap<&str, bool> = BTreeMap::new();
    for field in &object.properties {
        let name = field.name.as_str();
        let slash = if path.is_empty() { "" } else { "/" };
        let place = format!("{path}{slash}{name}");
        match names.get_mut(name) {
            Some(is_told) => {
                if !std::mem::replace(is_told, true) {
                    found.push(place.clone());
                }
            }
            None => drop(names.insert(name, false)),
        }
        look(&field.value, &place, found);
    }
}
