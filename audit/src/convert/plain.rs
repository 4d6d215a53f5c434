//! What other consent tools show as HTML, as plain text, which is all that a policy shows.
//!
//! Left out: what a link led to, and entities but for the few that texts are full of.

/// Tags behind which other words begin.
const BREAKS: [&str; 7] = ["p", "br", "li", "ul", "ol", "div", "h2"];
const ENTITIES: [(&str, &str); 6] = [
    ("&nbsp;", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    // Last, so that what it writes is not read again.
    ("&amp;", "&"),
];

/// The text without its markup.
///
/// ```
/// use consentinel_audit::convert::plain;
/// assert_eq!(plain("<p>We <b>count</b>.</p><p>You &amp; I: 1 < 2</p>"), "We count. You & I: 1 < 2");
/// ```
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('<') {
        out.push_str(before);
        let is_tag =
            behind.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '/');
        match behind.split_once('>').filter(|_| is_tag) {
            Some((tag, after)) => {
                let name = tag.trim_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
                if BREAKS.contains(&name.to_ascii_lowercase().as_str()) {
                    out.push(' ');
                }
                rest = after;
            }
            None => {
                out.push('<');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    for (entity, letter) in ENTITIES {
        out = out.replace(entity, letter);
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
