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
        None => NO_INTEGER,
    }
}

#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
const NO_INTEGER: Json = Json::Foreign("a fraction or a number out of range");

/// What editors and other systems add to a line, and nobody sees: the reason why it is not canonical.
pub fn unseen(line: &str) -> Option<&'static str> {
    if line.starts_with('\u{feff}') {
        Some("a byte order mark before it")
    } else if line.ends_with('\r') {
        Some("a carriage return at its end, as Windows writes lines")
    } else {
        None
    }
}

/// Parses JSON text natively; `None` when it is not JSON (a lone surrogate escape included).
///
/// ```
/// use consentinel::{json::Json, source};
/// assert_eq!(source::parse("[1]"), Some(Json::List(vec![Json::Integer(1)])));
/// assert_eq!(source::parse("[1"), None);
/// ```
#[cfg(all(target_arch = "wasm32", feature = "server", not(feature = "audit")))]
pub fn parse(text: &str) -> Option<Json> {
    serde_json::from_str::<serde_json::Value>(text).ok().map(|value| read(&value))
}

/// The same for programs, which read millions of lines: without a `serde_json::Value` on the way.
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub fn parse(text: &str) -> Option<Json> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let document = native::Depth(MAX_DEPTH).deserialize(&mut reader).ok()?;
    reader.end().ok().map(|()| document)
}

#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
use serde::de::DeserializeSeed as _;

/// Copies what serde reads. It makes of every text what copying a `serde_json::Value` makes of it
/// (tests/laws.rs).
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
mod native {
    use alloc::{string::String, vec::Vec};
    use core::fmt;

    use serde::de::{
        DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
    };

    use crate::json::{Json, MAX_INTEGER};

    /// How deep is still read.
    #[derive(Clone, Copy)]
    pub struct Depth(pub usize);

    const DEEP: Json = Json::Foreign("a value nested too deeply");

    impl<'de> DeserializeSeed<'de> for Depth {
        type Value = Json;

        fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Json, D::Error> {
            reader.deserialize_any(self)
        }
    }

    impl<'de> Visitor<'de> for Depth {
        type Value = Json;

        fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
            formatter.write_str("a value of JSON")
        }

        fn visit_unit<E: Error>(self) -> Result<Json, E> {
            Ok(Json::Foreign("null"))
        }

        fn visit_bool<E: Error>(self, bool: bool) -> Result<Json, E> {
            Ok(Json::Bool(bool))
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
            Ok(Json::Integer(number))
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
            Ok(i64::try_from(number).map_or(super::NO_INTEGER, Json::Integer))
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
            let is_whole = number.fract() == 0.0 && number.abs() <= MAX_INTEGER as f64;
            Ok(if is_whole { Json::Integer(number as i64) } else { super::NO_INTEGER })
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
            Ok(Json::text(text))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
            let Some(depth) = self.0.checked_sub(1) else {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(DEEP);
            };
            let mut values = Vec::new();
            while let Some(value) = list.next_element_seed(Depth(depth))? {
                values.push(value);
            }
            Ok(Json::List(values))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json, A::Error> {
            let Some(depth) = self.0.checked_sub(1) else {
                while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                return Ok(DEEP);
            };
            let mut entries: Vec<(String, Json)> = Vec::new();
            while let Some(key) = object.next_key()? {
                entries.push((key, object.next_value_seed(Depth(depth))?));
            }
            // Of a key that is there twice the last one counts, as in every browser; in a canonical line
            // there is nothing to do.
            if !entries.is_sorted_by(|one, other| one.0 < other.0) {
                entries.reverse();
                entries.sort_by(|one, other| one.0.cmp(&other.0));
                entries.dedup_by(|later, earlier| later.0 == earlier.0);
            }
            Ok(Json::Object(entries))
        }
    }
}
