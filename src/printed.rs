//! Reads a value of the page as the browser's `JSON.stringify` prints it (`www/js/told.js`), so without
//! white space and always whole; for the page's backend of [`crate::source::Source`] (`web/source.rs`). What
//! people wrote is parsed by the browser; a parser of everything that JSON allows is left out. Walking JS
//! values one by one instead costs more imports and glue than this reader weighs (docs/sizes.md).
//!
//! It makes of a value what `serde_json` makes of it in a program (`cargo xtask fuzz printed`), and fails
//! on no text, though only what a browser printed means anything.
//!
//! ```
//! use consentinel::{json::Json, printed};
//! assert_eq!(printed::read("[1]"), Json::List(vec![Json::Integer(1)]));
//! ```

use alloc::{string::String, vec::Vec};

use crate::{
    json::Json,
    source::MAX_DEPTH,
    text::{after, all_digits, part},
};

/// Reads a value that the browser printed.
pub fn read(text: &str) -> Json {
    Reader { text, at: 0 }.value(MAX_DEPTH)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    /// The byte reached; zero at the end, which no JSON text has elsewhere.
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    fn take(&mut self) -> u8 {
        let byte = self.byte();
        self.at += 1;
        byte
    }

    fn value(&mut self, depth: usize) -> Json {
        match self.byte() {
            b'"' => match self.text() {
                Some(text) => Json::Text(text),
                None => Json::Foreign("a text with a lone surrogate"),
            },
            b'[' | b'{' if depth == 0 => {
                self.skip();
                Json::Foreign("a value nested too deeply")
            }
            b'[' => {
                let mut list = Vec::new();
                while self.goes_on() {
                    list.push(self.value(depth - 1));
                }
                Json::List(list)
            }
            b'{' => {
                let mut entries = Vec::new();
                while self.goes_on() {
                    let key = self.text().unwrap_or_default();
                    // The colon.
                    self.at += 1;
                    entries.push((key, self.value(depth - 1)));
                }
                Json::Object(entries)
            }
            _ => self.word(),
        }
    }

    /// Steps over the opening bracket or comma; or over the closing bracket, when nothing follows.
    fn goes_on(&mut self) -> bool {
        let is_end = |byte| matches!(byte, b']' | b'}' | 0);
        if !is_end(self.take()) {
            if !is_end(self.byte()) {
                return true;
            }
            self.at += 1;
        }
        false
    }

    /// Steps over a list or an object as a whole.
    fn skip(&mut self) {
        let mut open = 0;
        loop {
            match self.byte() {
                b'"' => {
                    self.text();
                    continue;
                }
                b'[' | b'{' => open += 1,
                b']' | b'}' => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 || self.at >= self.text.len() {
                return;
            }
        }
    }

    /// A text; nothing when it is not Unicode, as a lone surrogate is not.
    fn text(&mut self) -> Option<String> {
        self.at += 1;
        let mut out = String::new();
        let mut from = self.at;
        let mut is_whole = true;
        loop {
            let at = self.at;
            let byte = self.take();
            if !matches!(byte, b'"' | b'\\' | 0) {
                continue;
            }
            out.push_str(part(self.text, from, at));
            if byte != b'\\' {
                return is_whole.then_some(out);
            }
            let escape = self.take();
            let code = match escape {
                b'b' => 8,
                b't' => 9,
                b'n' => 10,
                b'f' => 12,
                b'r' => 13,
                b'u' => self.hex(),
                other => u32::from(other),
            };
            // `JSON.stringify` escapes the halves of a character only where they stand alone.
            match char::from_u32(code) {
                Some(character) => out.push(character),
                None => is_whole = false,
            }
            from = self.at;
        }
    }

    fn hex(&mut self) -> u32 {
        let mut code = 0;
        for _ in 0..4 {
            code = code * 16 + char::from(self.take()).to_digit(16).unwrap_or_default();
        }
        code
    }

    /// `true`, `false`, `null` or a number.
    fn word(&mut self) -> Json {
        let from = self.at;
        while !matches!(self.byte(), b',' | b']' | b'}' | 0) {
            self.at += 1;
        }
        let word = part(self.text, from, self.at);
        let negative = after(word, "-");
        let digits = negative.unwrap_or(word);
        match word {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "null" => Json::Foreign("null, undefined or a function"),
            // Eighteen digits always fit.
            _ if all_digits(digits) && digits.len() <= 18 => {
                let mut number = 0;
                for byte in digits.bytes() {
                    number = number * 10 + i64::from(byte - b'0');
                }
                Json::Integer(if negative.is_some() { -number } else { number })
            }
            _ => Json::Foreign("a fraction or a number out of range"),
        }
    }
}
