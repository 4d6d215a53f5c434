//! The types of a policy in a JSON file: TypeScript reads every word of such a file as any text, and with a declaration
//! beside the file as that word, so `createConsent` knows the names. What is a policy's shape is in `index.d.ts`.

use consentinel_audit::{
    commands::{Looked, Said},
    failed::one_line,
};
use serde_json::Value;

/// The declaration on standard output, what is to be said of the policy on standard error. A policy with errors has none.
pub fn types(path: &str, looked: Looked) -> Said {
    let words = if looked.problems.is_empty() { String::new() } else { looked.in_words(path) };
    if !looked.is_sound() {
        return Said { words, ..Said::default() };
    }
    // It was read as JSON already.
    let document: Value = serde_json::from_str(&looked.text).unwrap_or_default();
    let path = one_line(path);
    let mut out = format!(
        "// The types of {path}, by `npx consentinel types`; make them anew after each change of it.\n\
         declare const policy: "
    );
    write(&document, 0, &mut out);
    out.push_str(";\nexport = policy;\n");
    Said { out, words, is_sound: true }
}

/// A value as the type of nothing else.
fn write(value: &Value, depth: usize, out: &mut String) {
    let line = |out: &mut String, depth| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    match value {
        Value::Array(values) if !values.is_empty() => {
            out.push_str("readonly [");
            for value in values {
                line(out, depth + 1);
                write(value, depth + 1, out);
                out.push(',');
            }
            line(out, depth);
            out.push(']');
        }
        Value::Array(_) => out.push_str("readonly []"),
        Value::Object(fields) if !fields.is_empty() => {
            out.push('{');
            for (name, value) in fields {
                line(out, depth + 1);
                out.push_str(&format!("readonly {}: ", Value::from(name.as_str())));
                write(value, depth + 1, out);
                out.push(';');
            }
            line(out, depth);
            out.push('}');
        }
        Value::Object(_) => out.push_str("{}"),
        // As in JSON.
        other => out.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_its_own_type() {
        let mut out = String::new();
        let value = serde_json::json!({ "a-b": [1, true, "x\"</"], "none": {}, "empty": [] });
        write(&value, 0, &mut out);
        let want = "{\n  readonly \"a-b\": readonly [\n    1,\n    true,\n    \"x\\\"</\",\n  ];\n  \
                    readonly \"empty\": readonly [];\n  readonly \"none\": {};\n}";
        assert_eq!(out, want);
    }

    #[test]
    fn a_policy_with_an_error_has_no_types() {
        let said = types("policy.json", Looked::at(b"{}".to_vec()));
        assert!(!said.is_sound && said.out.is_empty() && said.words.contains("error:"));
    }
}
