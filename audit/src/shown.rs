//! A notice as its visitors read it: both layers in its language, as a text and as a page of HTML, from
//! nothing but the notice itself, of whatever layout. Its looks are the site's and are not in it.
//!
//! What opens behind a summary stands after it and a `[+]`, and the states of a switch in brackets; whoever shows a
//! notice says so beside it ([`MARKS`], or words of the page).
//!
//! DIFFERENCE: lines that count (how many partners, how many stored items) are left out, because their
//! forms are the browser's affair; the lists that they count are there. Countries have the names that the notice
//! brings, and their codes where it has none, where a browser knows all.

use consentinel::json::Json;
use serde_json::{Value, json};

use crate::spans::Spans;

/// What the marks in a notice mean, in the program's own language.
pub const MARKS: &str =
    "[+]: what follows opens at a press; other brackets: a control, or the states of a switch";

/// A part of what is shown.
enum Part {
    /// A heading of this level.
    Heading(u8, String),
    /// A paragraph.
    Words(String),
    /// The labels of controls beside each other.
    Buttons(Vec<String>),
    /// Names and what stands beside them.
    Pairs(Vec<(String, String)>),
}

/// What a visitor reads, in the order of the layers.
fn parts(notice: &Json) -> Vec<Part> {
    let empty = Json::object();
    let texts = notice.field("texts").unwrap_or(&empty);
    let controller = notice.field("controller").unwrap_or(&empty);
    let text = |key: &str| String::from(texts.text_at(key));
    let intro = text("intro").replace("{controller}", controller.text_at("name"));
    let mut parts = vec![Part::Heading(1, text("title")), Part::Words(intro)];
    let spans = Spans::of(notice.text_at("language"));
    let categories = notice.list_at("categories");
    let title = |category: &Json| String::from(category.text_at("title"));
    let description = |category: &Json| String::from(category.text_at("description"));
    // The lines of a category: its summary, and what opens behind it where that says more. Notices of
    // version 0.1.0 have no summary, and in full the first layer shows none.
    let lines = |category: &Json| {
        let texts = ["summary", "description"].map(|key| category.text_at(key));
        let [summary, description] = texts;
        let is_short = !summary.is_empty() && summary != description;
        if is_short { format!("{summary} [+] {description}") } else { String::from(description) }
    };
    let is_full = notice.field("full").is_some();
    if is_full && !texts.text_at("nothing").is_empty() {
        parts.push(Part::Words(text("nothing")));
    }
    let told = categories.iter().map(|category| {
        (title(category), if is_full { description(category) } else { lines(category) })
    });
    parts.push(Part::Pairs(told.collect()));
    parts.push(Part::Words(text("rights")));
    if notice.field("reloads").is_some() {
        parts.push(Part::Words(text("reloadOnGrant")));
    }
    parts.push(Part::Pairs(addresses(notice, controller, texts)));
    parts.push(Part::Buttons(vec![text("rejectAll"), text("acceptAll"), text("settings")]));

    parts.push(Part::Heading(1, text("settingsTitle")));
    parts.push(Part::Words(text("settingsIntro")));
    for category in categories {
        let is_necessary = category.field("necessary") == Some(&Json::Bool(true));
        let state =
            if is_necessary { text("necessary") } else { text("on") + " / " + &text("off") };
        parts.push(Part::Heading(2, title(category)));
        parts.push(Part::Words(format!("[{state}] {}", lines(category))));
        for service in category.list_at("services") {
            let field = |key: &str| String::from(service.text_at(key));
            parts.push(Part::Heading(3, field("name")));
            parts.push(Part::Pairs(filled([
                (text("purpose"), field("summary")),
                (text("provider"), field("provider")),
                (text("country"), country(service.text_at("country"), texts)),
                (text("privacyPolicy"), field("policyUrl")),
            ])));
        }
        for item in category.list_at("items") {
            let field = |key: &str| String::from(item.text_at(key));
            let kept = |key: &str| match item.text_at(key) {
                span @ ("session" | "persistent") => text(span),
                span => spans.say(span),
            };
            let party = if item.text_at("party") == "first" { "partyFirst" } else { "partyThird" };
            parts.push(Part::Pairs(filled([
                (text("name"), field("name")),
                (text("type"), kind(item.text_at("kind"), texts)),
                (text("purpose"), field("purpose")),
                (text("duration"), kept("duration")),
                (text("party"), text(party)),
            ])));
        }
    }
    let field = |key: &str| String::from(controller.text_at(key));
    let whole = [field("name"), field("address"), field("contact")];
    let whole: Vec<String> = whole.into_iter().filter(|part| !part.is_empty()).collect();
    parts.push(Part::Words(whole.join(" · ")));
    parts.push(Part::Buttons(vec![text("rejectAll"), text("acceptAll"), text("save")]));
    parts
}

fn addresses(notice: &Json, controller: &Json, texts: &Json) -> Vec<(String, String)> {
    let mut all = filled(
        ["privacyPolicy", "cookiePolicy"]
            .map(|key| (String::from(texts.text_at(key)), String::from(controller.text_at(key)))),
    );
    let own = notice.list_at("links").iter();
    all.extend(
        own.map(|link| (String::from(link.text_at("title")), String::from(link.text_at("url")))),
    );
    all
}

/// The name of a country, where the texts bring it: they name some, as `US United States, GB United Kingdom`.
fn country(code: &str, texts: &Json) -> String {
    let named = texts.text_at("countries").split(',');
    let mut named = named.filter_map(|entry| entry.trim().split_once(' '));
    let name = named.find(|(other, _)| *other == code).map_or(code, |(_, name)| name);
    String::from(name)
}

/// The word of the texts for a kind of item.
fn kind(kind: &str, texts: &Json) -> String {
    let key = match kind {
        "cookie" => "kindCookie",
        "local-storage" => "kindLocal",
        "session-storage" => "kindSession",
        "indexed-db" => "kindDatabase",
        "cache-storage" => "kindCache",
        _ => "kindWorker",
    };
    String::from(texts.text_at(key))
}

fn filled<const N: usize>(pairs: [(String, String); N]) -> Vec<(String, String)> {
    pairs.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// A text for a terminal.
pub fn text(notice: &Json) -> String {
    let mut out = format!("{MARKS}\n");
    for part in parts(notice) {
        let lines = match part {
            Part::Heading(level, text) => format!("\n{} {text}", "#".repeat(usize::from(level))),
            Part::Words(text) => text,
            Part::Buttons(labels) => {
                labels.iter().map(|label| format!("[{label}]")).collect::<Vec<_>>().join(" ")
            }
            Part::Pairs(pairs) => {
                let pairs = pairs.iter().map(|(name, text)| format!("- {name}: {text}"));
                pairs.collect::<Vec<_>>().join("\n")
            }
        };
        // What stands in a policy is a stranger's, and a terminal does what it is told.
        let is_harmless = |character: &char| *character == '\n' || !character.is_control();
        out.extend(lines.chars().filter(is_harmless));
        out.push('\n');
    }
    out
}

/// The same as a list for the page, which makes text nodes of it: `{kind, level, text, labels, pairs}`.
pub fn list(notice: &Json) -> Value {
    let parts = parts(notice).into_iter().map(|part| match part {
        Part::Heading(level, text) => json!({ "kind": "heading", "level": level, "text": text }),
        Part::Words(text) => json!({ "kind": "words", "text": text }),
        Part::Buttons(labels) => json!({ "kind": "buttons", "labels": labels }),
        Part::Pairs(pairs) => json!({ "kind": "pairs", "pairs": pairs }),
    });
    json!({
        "language": notice.text_at("language"),
        "direction": direction(notice),
        "parts": parts.collect::<Vec<_>>(),
    })
}

fn direction(notice: &Json) -> &'static str {
    let language = notice.text_at("language");
    let is_right_to_left = language.starts_with("ar") || language.starts_with("he");
    if is_right_to_left { "rtl" } else { "ltr" }
}

/// A page of HTML, without script and without anything from elsewhere.
pub fn page(notice: &Json, hash: &str) -> String {
    let language = escaped(notice.text_at("language"));
    let direction = direction(notice);
    let body = body(notice, 0);
    format!(
        "<!doctype html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">\n\
         <title>{hash}</title>\n{body}<hr>\n<p lang=\"en\" dir=\"ltr\">{MARKS}.<br>SHA-256 <code>{hash}</code></p>\n</html>\n"
    )
}

/// A notice as part of another page, marked with its language; its headings are `deeper` levels below.
pub fn inside(notice: &Json, deeper: u8) -> String {
    let language = escaped(notice.text_at("language"));
    let (direction, body) = (direction(notice), body(notice, deeper));
    format!("<div class=\"notice\" lang=\"{language}\" dir=\"{direction}\">\n{body}</div>\n")
}

fn body(notice: &Json, deeper: u8) -> String {
    let mut body = String::new();
    for part in parts(notice) {
        match part {
            Part::Heading(level, text) => {
                let level = level.saturating_add(deeper);
                body.push_str(&format!("<h{level}>{}</h{level}>\n", escaped(&text)));
            }
            Part::Words(text) => body.push_str(&format!("<p>{}</p>\n", escaped(&text))),
            Part::Buttons(labels) => {
                let labels = labels.iter();
                let labels =
                    labels.map(|label| format!("<button disabled>{}</button>", escaped(label)));
                body.push_str(&format!("<p>{}</p>\n", labels.collect::<Vec<_>>().join(" ")));
            }
            Part::Pairs(pairs) => {
                body.push_str("<dl>\n");
                for (name, text) in pairs {
                    body.push_str(&format!(
                        "<dt>{}</dt><dd>{}</dd>\n",
                        escaped(&name),
                        escaped(&text)
                    ));
                }
                body.push_str("</dl>\n");
            }
        }
    }
    body
}

/// A text that stands in HTML, in an attribute too.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(character),
        }
    }
    out
}
