//! The one door through which documents from outside enter the pure side: a small trait with two
//! backends, `serde_json::Value` natively (here) and JS values in the page (`web/source.rs`).
//!
//! A backend only classifies; reading meaning into the value is the readers' work, so both sides
//! report the same problems. Text that is not JSON never gets here.

use alloc::{string::String, vec::Vec};

use crate::json::Json;
#[cfg(not(target_arch = "wasm32"))]
use crate::json::MAX_INTEGER;

/// What one value of a parsed document is, one level deep.
pub enum Node<S> {
    /// An object's entries.
    Object(Vec<(String, S)>),
    /// An array's elements.
    List(Vec<S>),
    /// A leaf.
    Leaf(Json),
}

/// A parsed document: something that can say what it is, one level at a time.
pub trait Source: Sized {
    /// Classifies this value. Must not fail: what the crate has no word for is [`Json::Foreign`].
    fn node(&self) -> Node<Self>;
}

/// Deeper documents are cut with a [`Json::Foreign`]; no format of ours nests beyond six.
pub(crate) const MAX_DEPTH: usize = 16;

/// Copies a document into a [`Json`] value.
pub fn read<S: Source>(source: &S) -> Json {
    read_to(source, MAX_DEPTH)
}

fn read_to<S: Source>(source: &S, depth: usize) -> Json {
    if depth == 0 {
        return Json::Foreign("a value nested too deeply");
    }
    match source.node() {
        Node::Leaf(leaf) => leaf,
        Node::List(elements) => {
            Json::List(elements.iter().map(|element| read_to(element, depth - 1)).collect())
        }
        Node::Object(entries) => Json::Object(
            entries.into_iter().map(|(key, value)| (key, read_to(&value, depth - 1))).collect(),
        ),
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Source for serde_json::Value {
    fn node(&self) -> Node<Self> {
        use serde_json::Value;
        match self {
            Value::Null => Node::Leaf(Json::Foreign("null")),
            Value::Bool(bool) => Node::Leaf(Json::Bool(*bool)),
            Value::Number(number) => Node::Leaf(number_leaf(number)),
            Value::String(text) => Node::Leaf(Json::text(text)),
            Value::Array(values) => Node::List(values.clone()),
            Value::Object(entries) => Node::Object(
                entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            ),
        }
    }
}

/// `56.0` is 56, as it is for a browser's parser.
#[cfg(not(target_arch = "wasm32"))]
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
#[cfg(not(target_arch = "wasm32"))]
pub fn parse(text: &str) -> Option<Json> {
    serde_json::from_str::<serde_json::Value>(text).ok().map(|value| read(&value))
}
