//! The JS backend of [`crate::source::Source`]: classifies one value of the page, as `JSON.parse` or
//! an application made it.

use alloc::{string::String, vec::Vec};

use wasm_bindgen::JsValue;

use crate::{
    json::Json,
    source::{self, Node, Source},
};

use super::host;

/// A value of the page.
struct Value(JsValue);

impl Source for Value {
    fn node(&self) -> Node<Self> {
        let value = &self.0;
        // The numbers of www/js/value.js.
        match host::kind(value) {
            0 => Node::Leaf(Json::Text(value.as_string().unwrap_or_default())),
            1 => Node::Leaf(number_leaf(value.as_f64().unwrap_or(f64::NAN))),
            2 => Node::Leaf(Json::Bool(value.as_bool() == Some(true))),
            3 => Node::List(elements(value)),
            4 => Node::Object(entries(value)),
            5 => Node::Leaf(Json::Foreign("a text with a lone surrogate")),
            _ => Node::Leaf(Json::Foreign("null, undefined or a function")),
        }
    }
}

fn elements(list: &JsValue) -> Vec<Value> {
    (0..host::size(list)).map(|position| Value(host::at(list, &JsValue::from(position)))).collect()
}

fn entries(object: &JsValue) -> Vec<(String, Value)> {
    let keys = texts(&host::fields(object));
    keys.into_iter()
        .map(|key| {
            let value = Value(host::at(object, &JsValue::from_str(&key)));
            (key, value)
        })
        .collect()
}

fn number_leaf(number: f64) -> Json {
    let integer = number as i64;
    if integer as f64 == number {
        Json::Integer(integer)
    } else {
        Json::Foreign("a fraction or a number out of range")
    }
}

/// Copies a value of the page.
pub fn read(value: JsValue) -> Json {
    source::read(&Value(value))
}

/// Parses JSON text with the browser's parser.
pub fn parse(text: &str) -> Option<Json> {
    let value = host::parse(text);
    (!value.is_undefined()).then(|| read(value))
}

/// The texts in an array of the page.
pub fn texts(array: &JsValue) -> Vec<String> {
    elements(array).iter().filter_map(|value| value.0.as_string()).collect()
}
