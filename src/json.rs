//! JSON as this crate needs it: a value, and its canonical bytes (RFC 8785, JSON Canonicalization
//! Scheme) restricted to ASCII keys, strings, booleans, integers, arrays and objects.
//!
//! The restriction is what makes the canonical form simple and the same everywhere: with ASCII keys
//! the UTF-16 order RFC 8785 §3.2.3 asks for is the byte order, and without fractions nobody has to
//! agree on how a float is printed. Parsing text is left out: the page uses the browser's parser,
//! the native side serde_json; both arrive here through [`crate::source::Source`].
//!
//! ```
//! use consentinel::json::Json;
//! let value = Json::object().with("b", Json::Integer(1)).with_text("a", "é\n");
//! assert_eq!(value.canonical(), "{\"a\":\"é\\n\",\"b\":1}");
//! ```

use alloc::{string::String, vec::Vec};

use crate::text;

/// The largest integer every JSON reader keeps exactly: 2^53 - 1 (RFC 7493 §2.2, I-JSON).
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// A JSON value of the restricted kind, or a note of something outside the restriction.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// A string.
    Text(String),
    /// An integer of at most [`MAX_INTEGER`] in either direction.
    Integer(i64),
    /// A boolean.
    Bool(bool),
    /// An array.
    List(Vec<Json>),
    /// An object; the order of entries carries no meaning.
    Object(Vec<(String, Json)>),
    /// Something the restriction leaves out (`null`, a fraction, a lone surrogate), in words.
    Foreign(&'static str),
}

impl Default for Json {
    /// The empty object.
    fn default() -> Json {
        Json::Object(Vec::new())
    }
}

impl Json {
    /// A string value.
    #[inline(never)]
    pub fn text(text: &str) -> Json {
        Json::Text(String::from(text))
    }

    /// A list of strings.
    pub fn texts(texts: &[String]) -> Json {
        let mut list = Vec::new();
        for text in texts {
            list.push(Json::text(text));
        }
        Json::List(list)
    }

    /// The empty object, to be filled by [`Json::with`].
    pub fn object() -> Json {
        Json::Object(Vec::new())
    }

    /// This object with one more entry. Anything else stays as it is.
    #[must_use]
    #[inline(never)]
    pub fn with(mut self, key: &str, value: Json) -> Json {
        self.put(key, value);
        self
    }

    /// Adds an entry to this object. Anything else stays as it is.
    ///
    /// The page module adds in place: handing a value from call to call, as [`Json::with`] does,
    /// copies it each time.
    #[inline(never)]
    pub(crate) fn put(&mut self, key: &str, value: Json) {
        if let Json::Object(entries) = self {
            entries.push((String::from(key), value));
        }
    }

    /// Adds a text to this object.
    #[inline(never)]
    pub(crate) fn put_text(&mut self, key: &str, text: &str) {
        self.put(key, Json::text(text));
    }

    /// Adds an integer to this object.
    #[inline(never)]
    pub(crate) fn put_integer(&mut self, key: &str, number: i64) {
        self.put(key, Json::Integer(number));
    }

    /// This object with one more text.
    #[must_use]
    #[inline(never)]
    pub fn with_text(self, key: &str, text: &str) -> Json {
        self.with(key, Json::text(text))
    }

    /// The value under `key`, when this is an object that has it.
    #[inline(never)]
    pub fn field(&self, key: &str) -> Option<&Json> {
        if let Json::Object(entries) = self {
            for (name, value) in entries {
                if name == key {
                    return Some(value);
                }
            }
        }
        None
    }

    /// The string, when this is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text under `key`; empty when there is none.
    #[inline(never)]
    pub fn text_at(&self, key: &str) -> &str {
        match self.field(key) {
            Some(Json::Text(text)) => text,
            _ => "",
        }
    }

    /// The list under `key`; empty when there is none.
    #[inline(never)]
    pub fn list_at(&self, key: &str) -> &[Json] {
        match self.field(key) {
            Some(Json::List(values)) => values,
            _ => &[],
        }
    }

    /// The elements, when this is a list.
    pub fn elements(&self) -> &[Json] {
        match self {
            Json::List(values) => values,
            _ => &[],
        }
    }

    /// The integer, when this is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Json::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether this value and all inside it stay within the restriction; else what does not.
    pub fn outside_restriction(&self) -> Option<&'static str> {
        match self {
            Json::Foreign(what) => Some(what),
            Json::Integer(number) if number.unsigned_abs() > MAX_INTEGER.unsigned_abs() => {
                Some("an integer beyond 2^53 - 1")
            }
            Json::List(values) => values.iter().find_map(Json::outside_restriction),
            Json::Object(entries) => entries.iter().find_map(|(key, value)| {
                if key.is_ascii() {
                    value.outside_restriction()
                } else {
                    Some("a key that is not ASCII")
                }
            }),
            _ => None,
        }
    }

    /// The canonical text (RFC 8785 §3.2). Its UTF-8 bytes are what is hashed.
    ///
    /// A [`Json::Foreign`] prints as `null`: such a value never comes from our own writers, and a
    /// reader that meets one reports it before anything is compared.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Json::Text(text) => write_text(text, out),
            Json::Integer(number) => push_integer(*number, out),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Foreign(_) => out.push_str("null"),
            Json::List(values) => {
                let mut before = '[';
                for value in values {
                    out.push(before);
                    value.write(out);
                    before = ',';
                }
                close(before == '[', "[]", out);
            }
            Json::Object(entries) => {
                let mut last: Option<&str> = None;
                let mut order = Order::of(entries);
                while let Some((key, value)) = order.next(last) {
                    out.push(if last.is_some() { ',' } else { '{' });
                    write_text(key, out);
                    out.push(':');
                    value.write(out);
                    last = Some(key);
                }
                close(last.is_none(), "{}", out);
            }
        }
    }
}

/// The entries of an object in the order of their keys; of a key that is there twice, the first.
///
/// Each turn takes the next key in order. Objects of a page have few keys, and the library's sort would
/// cost the page module twenty kilobytes.
#[cfg(all(target_arch = "wasm32", not(feature = "server")))]
struct Order<'a>(&'a [(String, Json)]);

#[cfg(all(target_arch = "wasm32", not(feature = "server")))]
impl<'a> Order<'a> {
    fn of(entries: &'a [(String, Json)]) -> Order<'a> {
        Order(entries)
    }

    fn next(&mut self, last: Option<&str>) -> Option<&'a (String, Json)> {
        next_entry(self.0, last)
    }
}

/// The same for programs and servers, which must not take long over whatever they are given: over 32,000
/// languages of one text the turns above took fourteen seconds.
#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
struct Order<'a>(alloc::vec::IntoIter<&'a (String, Json)>);

#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
impl<'a> Order<'a> {
    fn of(entries: &'a [(String, Json)]) -> Order<'a> {
        let mut sorted: Vec<&(String, Json)> = entries.iter().collect();
        // A stable sort, so that the first of equal keys stays the first.
        sorted.sort_by(|one, other| one.0.cmp(&other.0));
        sorted.dedup_by(|later, earlier| later.0 == earlier.0);
        Order(sorted.into_iter())
    }

    fn next(&mut self, _last: Option<&str>) -> Option<&'a (String, Json)> {
        self.0.next()
    }
}

/// The entry with the smallest key after `last`.
pub(crate) fn next_entry<'a>(
    entries: &'a [(String, Json)],
    last: Option<&str>,
) -> Option<&'a (String, Json)> {
    let mut next: Option<&(String, Json)> = None;
    for entry in entries {
        let is_later = last.is_none_or(|last| entry.0.as_str() > last);
        if is_later && next.is_none_or(|next| entry.0 < next.0) {
            next = Some(entry);
        }
    }
    next
}

/// Puts a text where it belongs in a sorted list; one that is there already is not repeated.
pub(crate) fn insert_sorted(texts: &mut Vec<String>, text: String) {
    let at = texts.iter().position(|other| *other >= text).unwrap_or(texts.len());
    if texts.get(at) != Some(&text) {
        texts.insert(at, text);
    }
}

/// Ends a list or an object; one without elements was not opened yet.
fn close(is_empty: bool, brackets: &str, out: &mut String) {
    out.push_str(if is_empty { brackets } else { text::part(brackets, 1, 2) });
}

/// Escapes exactly what RFC 8785 §3.2.2.2 escapes, in exactly that form.
pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        // What needs an escape is ASCII; everything between goes out in one piece.
        if byte < b' ' || byte == b'"' || byte == b'\\' {
            out.push_str(text::part(text, written, at));
            written = at + 1;
            write_escape(byte, out);
        }
    }
    out.push_str(text::part(text, written, text.len()));
    out.push('"');
}

fn write_escape(byte: u8, out: &mut String) {
    out.push_str(match byte {
        8 => "\\b",
        b'\t' => "\\t",
        b'\n' => "\\n",
        12 => "\\f",
        b'\r' => "\\r",
        0..=15 => "\\u000",
        16..=31 => "\\u001",
        _ => "\\",
    });
    match byte {
        8 | b'\t' | b'\n' | 12 | b'\r' => {}
        0..=31 => out.push(hex_digit(byte & 15)),
        _ => out.push(char::from(byte)),
    }
}

/// One lower-case hexadecimal digit for the low four bits.
pub(crate) fn hex_digit(nibble: u8) -> char {
    char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 })
}

/// Decimal digits without the formatting machinery, which would cost the page module kilobytes.
pub(crate) fn push_integer(number: i64, out: &mut String) {
    if number < 0 {
        out.push('-');
    }
    push_unsigned(number.unsigned_abs(), 10, out);
}

/// Digits in `radix` (at most 36), lower case.
pub(crate) fn push_unsigned(number: u64, radix: u64, out: &mut String) {
    if number >= radix {
        push_unsigned(number / radix, radix, out);
    }
    let digit = (number % radix) as u8;
    out.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
}
