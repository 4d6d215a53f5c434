//! The one door through which documents from outside enter the pure side: a small trait with two
//! backends, `serde_json::Value` natively (here) and values of the page, as the browser prints them,
//! in the page (`web/source.rs`).
//!
//! A backend only copies; reading meaning into the value is the readers' work, so both sides report
//! the same problems. Text that is not JSON never gets here.

use crate::json::Json;
#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
use crate::json::MAX_INTEGER;

/// A document from outside.
pub trait Source {
    /// Copies the document. Must not fail: what the crate has no word for, and what is nested deeper
    /// than [`MAX_DEPTH`], becomes a [`Json::Foreign`].
    fn to_json(&self) -> Json;
}

/// How deep a document is read; no format of ours nests beyond six.
pub const MAX_DEPTH: usize = 16;

/// Copies a document into a [`Json`] value.
pub fn read<S: Source>(source: &S) -> Json {
    source.to_json()
}

#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
impl Source for serde_json::Value {
    fn to_json(&self) -> Json {
        copy(self, MAX_DEPTH)
    }
}

#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
fn copy(value: &serde_json::Value, depth: usize) -> Json {
    use serde_json::Value;
    match value {
        Value::Null => Json::Foreign("null"),
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Number(number) => number_leaf(number),
        Value::String(text) => Json::text(text),
        Value::Array(_) | Value::Object(_) if depth == 0 => {
            Json::Foreign("a value nested too deeply")
        }
        Value::Array(values) => {
            Json::List(values.iter().map(|value| copy(value, depth - 1)).collect())
        }
        Value::Object(entries) => Json::Object(
            entries.iter().map(|(key, value)| (key.clone(), copy(value, depth - 1))).collect(),
        ),
    }
}

/// `56.0` is 56, as it is for a browser's parser.
#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
fn number_leaf(number: &serde_json::Number) -> Json {
    let whole =
        number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= MAX_INTEGER as f64);
    match number.as_i64().or(whole.map(|float| float as i64)) {
        Some(integer) => Json::Integer(integer),
        None => Json::Foreign("a fraction or a number out of range"),
    }
}

/// Parses JSON text natively; `None` when it is not JSON (a lone surrogate escape included).
///
/// ```
/// use consentinel::{json::Json, source};
/// assert_eq!(source::parse("[1]"), Some(Json::List(vec![Json::Integer(1)])));
/// assert_eq!(source::parse("[1"), None);
/// ```
#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
pub fn parse(text: &str) -> Option<Json> {
    serde_json::from_str::<serde_json::Value>(text).ok().map(|value| read(&value))
}
