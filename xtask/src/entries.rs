//! Makes `consentinel/services` of the npm package: one export for each entry of the catalogue, as data that bundlers drop
//! where nobody imports it, and its types. What an entry says as a service is `consentinel_catalogue::expand`; what makes a
//! policy of entries is www/npm/compose.js.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use consentinel_catalogue::{
    entry::{entry_of, ids},
    expand::{LANGUAGES, expand},
};
use serde_json::{Map, Value, json};

use crate::bundle::{self, script_literal};
use crate::run::say;

/// Writes module and types. The folder `dist/npm` must stand already.
pub fn build() -> Result<()> {
    let compose = bundle::adapter("www/npm/compose.js")?;
    write("compose.js", &compose.shipped(&compose.text, "compose.js")?)?;
    let (data, names) = data()?;
    let module =
        format!("export{{compose}}from\"./compose.js\";{data}export{{{}}};\n", names.join(","));
    write("services.js", &module)?;
    let common = format!(
        "const{{compose}}=require(\"./compose.cjs\");{data}module.exports={{compose,{}}};\n",
        names.join(",")
    );
    write("services.cjs", &common)?;
    let head = std::fs::read_to_string("www/npm/services.d.ts")
        .context("reading www/npm/services.d.ts")?;
    write("services.d.ts", &(head + &types()))?;
    say(
        "services",
        format_args!("dist/npm/services.js, {} entries, {} bytes", names.len(), module.len()),
    );
    Ok(())
}

fn write(name: &str, text: &str) -> Result<()> {
    let file = format!("dist/npm/{name}");
    std::fs::write(&file, text).with_context(|| format!("writing {file}"))
}

/// The entries as constants, each text once, and their names.
fn data() -> Result<(String, Vec<String>)> {
    let mut texts = BTreeMap::new();
    let mut out = String::new();
    let mut names = Vec::new();
    for id in ids() {
        let name = name_of(id);
        let service = service_of(id)?;
        let literal = literal(&service, &mut texts);
        out.push_str(&format!("const {name}={literal};"));
        names.push(name);
    }
    let shared: String = texts.iter().map(|(text, name)| format!("const {name}={text};")).collect();
    Ok((shared + &out, names))
}

/// An entry as a service with its items, as it is written out alone.
fn service_of(id: &str) -> Result<Value> {
    let entry = entry_of(id).with_context(|| format!("www/services/{id}.json is not read"))?;
    let title: Map<String, Value> =
        LANGUAGES.iter().map(|language| (String::from(*language), json!("-"))).collect();
    let policy = json!({
        "categories": [{ "id": entry.category, "title": title }],
        "services": [{ "use": id }],
    });
    let published: Value =
        serde_json::from_slice(&expand(policy.to_string().as_bytes()).published)?;
    let Some(mut service) = published["services"].get(0).cloned() else {
        bail!("www/services/{id}.json cannot be written out")
    };
    let mut items = published["items"].clone();
    for item in items.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        // Its owner may put the service elsewhere.
        item.remove("category");
        item.remove("service");
    }
    service["items"] = items;
    Ok(service)
}

/// A value as source code, in which each text in several languages is a constant of its own.
fn literal(value: &Value, texts: &mut BTreeMap<String, String>) -> String {
    match value {
        Value::Object(fields) if fields.contains_key(LANGUAGES[0]) => {
            let next = format!("text{}", texts.len());
            texts.entry(script_literal(value)).or_insert(next).clone()
        }
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}:{}", literal(value, texts)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(|value| literal(value, texts)).collect();
            format!("[{}]", values.join(","))
        }
        other => other.to_string(),
    }
}

/// A declaration for each entry.
fn types() -> String {
    let declarations = ids().filter_map(entry_of).map(|entry| {
        format!(
            "/** {}, by {}. */\nexport declare const {}: Entry<{}, {}>;\n",
            entry.name.replace("*/", ""),
            entry.provider.name.replace("*/", ""),
            name_of(&entry.id),
            json!(entry.id),
            json!(entry.category),
        )
    });
    declarations.collect()
}

/// `google-analytics` as `googleAnalytics`; a name that would begin with a digit begins with `_`.
fn name_of(id: &str) -> String {
    let mut name = String::new();
    for (at, word) in id.split('-').enumerate() {
        match word.chars().next() {
            Some(first) if at > 0 => {
                name.push(first.to_ascii_uppercase());
                name.push_str(word.get(1..).unwrap_or_default());
            }
            Some(first) if first.is_ascii_digit() => {
                name.push('_');
                name.push_str(word);
            }
            _ => name.push_str(word),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_is_a_name_of_its_own() {
        assert_eq!(name_of("google-analytics"), "googleAnalytics");
        assert_eq!(name_of("6sense"), "_6sense");
        let names: std::collections::BTreeSet<String> = ids().map(name_of).collect();
        assert_eq!(names.len(), ids().count());
        let is_free = |name: &String| name != "compose" && !name.starts_with("text");
        assert!(names.iter().all(is_free), "{names:?}");
    }

    #[test]
    fn texts_stand_once_and_entries_keep_their_items() {
        let (data, names) = data().unwrap();
        assert!(names.len() >= 120);
        let hotjar = data.split("const hotjar=").nth(1).unwrap().split("};const ").next().unwrap();
        assert!(hotjar.contains("_hjSessionUser_*") && hotjar.contains("purpose:text"), "{hotjar}");
        assert!(!hotjar.contains("service:") && !hotjar.contains("Distingue"), "{hotjar}");
    }
}
