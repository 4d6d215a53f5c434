//! Notices as an earlier release showed them, made of today's: so that a record of then needs its policy alone. How each
//! arrangement differs stands in docs/record.md, "The notice".

use consentinel::{json::Json, notice::LAYOUT, policy::Policy};

/// The arrangements that are rebuilt from a policy: that of this release, and that of version 0.1.0. The first one was in
/// no release.
pub const LAYOUTS: [i64; 2] = [LAYOUT, 2];

/// An arrangement of [`LAYOUTS`] as an argument, or what to give instead.
pub fn layout_of(text: &str) -> Result<i64, String> {
    let known = text.parse().ok().filter(|layout| LAYOUTS.contains(layout));
    known.ok_or_else(|| format!("give {}", LAYOUTS.map(|layout| layout.to_string()).join(" or ")))
}

/// Today's notice of a policy in an arrangement of [`LAYOUTS`].
pub fn in_layout(layout: i64, policy: &Policy, notice: &Json) -> Json {
    let Json::Object(fields) = notice else { return notice.clone() };
    if layout == LAYOUT {
        return notice.clone();
    }
    let is_own_intro = policy.document.field("texts").is_some_and(|texts| {
        texts.field(notice.text_at("language")).is_some_and(|own| own.field("intro").is_some())
    });
    let fields = fields.iter().filter(|(key, _)| !matches!(key.as_str(), "full" | "links"));
    let fields = fields.map(|(key, value)| {
        let value = match key.as_str() {
            "layout" => Json::Integer(layout),
            "texts" => texts(value, is_own_intro),
            "categories" => list(value, |told| category(told, policy.document.text_at("id"))),
            _ => value.clone(),
        };
        (key.clone(), value)
    });
    Json::Object(fields.collect())
}

/// What is two texts today was one: that nothing is stored before an answer stood at the end of the introduction. Of signals
/// of a browser it said nothing.
fn texts(texts: &Json, is_own_intro: bool) -> Json {
    let intro = texts.text_at("intro");
    let space = if intro.ends_with('。') { "" } else { " " };
    let joined = format!("{intro}{space}{}", texts.text_at("nothing"));
    let older = if is_own_intro { intro } else { &joined };
    without(texts, &["nothing", "intro", "optedOut", "didOptOut"]).with_text("intro", older)
}

/// A category had no summary, and what Consentinel keeps had names without the id of the policy.
fn category(told: &Json, id: &str) -> Json {
    let items = told.field("items").cloned().unwrap_or_default();
    let items = list(&items, |item| {
        // An item of the policy names its category, and ours does not; the mark never had an id.
        let is_named =
            item.field("category").is_none() && item.text_at("kind") != "session-storage";
        let older = item.text_at("name").strip_suffix(id).filter(|_| is_named);
        match older.map(|name| name.trim_end_matches(['-', '.'])) {
            Some(older) => without(item, &["name"]).with_text("name", older),
            None => item.clone(),
        }
    });
    without(told, &["summary", "items"]).with("items", items)
}

fn list(value: &Json, change: impl Fn(&Json) -> Json) -> Json {
    Json::List(value.elements().iter().map(change).collect())
}

/// An object without these fields.
fn without(object: &Json, keys: &[&str]) -> Json {
    match object {
        Json::Object(fields) => {
            let fields = fields.iter().filter(|(key, _)| !keys.contains(&key.as_str()));
            Json::Object(fields.cloned().collect())
        }
        _ => object.clone(),
    }
}
