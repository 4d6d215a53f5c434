//! Who did it: the first script on a stack that is not Consentinel's, else the page whose markup asked.

use consentinel_catalogue::found::bare;
use serde_json::Value;

/// Who asked for something.
pub struct Initiator {
    /// An address; empty where nobody can tell.
    pub by: String,
    /// Whether it was the parser, for an element of the page's own markup.
    pub is_parser: bool,
    /// Whether nobody is named, as for what loads once it comes into view.
    pub is_nobody: bool,
}

/// Who a request is from, by the browser's `initiator`; `page` is the address of the document.
pub fn initiator(told: Option<&Value>, page: &str) -> Initiator {
    let kind = told.and_then(|told| told.get("type")).and_then(Value::as_str).unwrap_or_default();
    let mut frames = Vec::new();
    let mut stack = told.and_then(|told| told.get("stack"));
    while let Some(part) = stack {
        let calls = part.get("callFrames").and_then(Value::as_array).into_iter().flatten();
        frames.extend(
            calls.filter_map(|call| call.get("url")).filter_map(Value::as_str).map(str::to_owned),
        );
        stack = part.get("parent");
    }
    let named = told.and_then(|told| told.get("url")).and_then(Value::as_str).unwrap_or_default();
    // What is preloaded was found by the look-ahead of the parser.
    let is_parser = matches!(kind, "parser" | "preload");
    let by = if frames.is_empty() && named.starts_with("http") && !is_own(named) {
        named.to_owned()
    } else {
        setter(&frames, page)
    };
    Initiator { by: bare(&by), is_parser, is_nobody: kind == "other" && frames.is_empty() }
}

/// The first of these scripts that is not Consentinel's; the page where no script is known, and nobody where all are
/// Consentinel's: it gave back what it had held, and said of whom that was.
pub fn setter(frames: &[String], page: &str) -> String {
    if !frames.is_empty() && frames.iter().all(|url| is_own(url) || url.starts_with("wasm://")) {
        return String::new();
    }
    let foreign = frames.iter().find(|url| url.starts_with("http") && !is_own(url));
    bare(foreign.map_or(page, String::as_str))
}

/// The addresses of scripts on a stack as V8 prints it, the innermost first.
pub fn frames_in(stack: &str) -> Vec<String> {
    let lines = stack.lines().filter_map(|line| line.trim().strip_prefix("at "));
    lines.filter_map(frame).collect()
}

/// `name (address:line:column)`, or the part in brackets alone.
fn frame(line: &str) -> Option<String> {
    let bracketed = line.strip_suffix(')').and_then(|line| line.rsplit_once(" ("));
    let place = bracketed.map_or(line, |(_, place)| place);
    let mut parts = place.rsplitn(3, ':');
    let (column, row, address) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = address.starts_with("http://") || address.starts_with("https://");
    (is_number(column) && is_number(row) && is_address).then(|| address.to_owned())
}

/// Whether a script is one of Consentinel's files, by its name.
fn is_own(url: &str) -> bool {
    bare(url)
        .rsplit('/')
        .next()
        .is_some_and(|file| file.starts_with("consentinel") && file.ends_with(".js"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_script_that_is_not_ours_did_it() {
        let stack = "Error\n    at note (<anonymous>:9:1)\n    at set cookie (https://a.example/js/consentinel.js:1:2)\n    at https://v.example/tag.js?x=(1):3:4\n    at f (https://a.example/:5:6)";
        let frames = frames_in(stack);
        assert_eq!(frames.first().map(String::as_str), Some("https://a.example/js/consentinel.js"));
        assert_eq!(setter(&frames, "https://a.example/"), "https://v.example/tag.js");
        assert_eq!(
            setter(&frames_in("nonsense\nat x (:::)"), "https://a.example/#b"),
            "https://a.example/"
        );
    }

    #[test]
    fn requests_name_scripts_parents_and_markup() {
        let page = "https://a.example/";
        let call = |url: &str| json!([{ "url": url }]);
        let parent = json!({ "type": "script", "stack": {
            "callFrames": call("https://a.example/consentinel.js"),
            "parent": { "callFrames": call("https://v.example/tag.js?1") },
        }});
        for (told, by, is_parser, is_nobody) in [
            (parent, "https://v.example/tag.js", false, false),
            (json!({ "type": "parser", "url": page }), page, true, false),
            (json!({ "type": "other" }), page, false, true),
        ] {
            let from = initiator(Some(&told), page);
            assert_eq!(
                (from.by.as_str(), from.is_parser, from.is_nobody),
                (by, is_parser, is_nobody)
            );
        }
    }
}
