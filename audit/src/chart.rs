//! Charts as SVG: bars of parts, and a line of time. Colours are the classes `granted`, `denied`, `other` of whoever
//! shows them; every chart stands above a table that says the same (`counts`, `told`).
//!
//! Foreign texts go into text nodes alone, which the crate escapes; attributes hold ours.

use consentinel::record::{Action, Record};
use svg::{
    Document,
    node::element::{Group, Line, Rectangle, Text, Title},
};

use crate::{
    counts::{By, Counts},
    time::day,
};

/// How wide charts are, in units of their own.
const WIDTH: f64 = 720.0;
/// Where bars begin: names stand before.
const LEFT: f64 = 190.0;
/// Where bars end: numbers stand behind.
const RIGHT: f64 = 650.0;
/// The height of a bar with its space.
const ROW: f64 = 24.0;
/// The height of a chart of days.
const TALL: f64 = 190.0;
/// The most bars beside each other; further days are in the table alone.
const MOST: usize = 366;
/// The longest name.
const LETTERS: usize = 24;
/// How far from its row's upper edge the base line of a text is.
const BASE: f64 = 16.0;

/// A bar: its name, and its parts by their classes.
struct Bar {
    name: String,
    parts: Vec<(&'static str, u64)>,
}

/// The chart of a table.
pub fn of(counts: &Counts, by: By) -> String {
    let bars: Vec<Bar> = if by == By::Category {
        let rows = counts.categories.iter().map(|(name, (granted, denied))| Bar {
            name: name.clone(),
            parts: vec![("granted", *granted), ("denied", *denied)],
        });
        rows.collect()
    } else {
        let rows = counts.of(by).map(|(name, row)| {
            let of = |actions: &[Action]| {
                let counts = actions.iter().map(|action| row.actions.get(action.word()));
                counts.map(|count| count.copied().unwrap_or_default()).sum()
            };
            let parts = vec![
                ("granted", of(&[Action::AcceptAll])),
                ("other", of(&[Action::Save, Action::Once])),
                ("denied", of(&[Action::RejectAll, Action::Withdraw])),
            ];
            Bar { name: name.clone(), parts }
        });
        rows.collect()
    };
    if by == By::Day { columns(&bars) } else { rows(&bars) }
}

fn sum(bar: &Bar) -> u64 {
    bar.parts.iter().map(|(_, count)| count).sum()
}

fn document(height: f64) -> Document {
    Document::new()
        .set("viewBox", (0.0, 0.0, WIDTH, height))
        .set("class", "chart")
        // What it shows stands in the table beside it.
        .set("aria-hidden", "true")
}

fn label(x: f64, y: f64, anchor: &str, text: &str) -> Text {
    Text::new(text).set("x", x).set("y", y).set("text-anchor", anchor)
}

fn shortened(name: &str) -> String {
    let mut short: String = name.chars().take(LETTERS).collect();
    if short.len() < name.len() {
        short.push('…');
    }
    short
}

/// Bars below each other, each as long as its share.
fn rows(bars: &[Bar]) -> String {
    let bars = bars.get(..MOST).unwrap_or(bars);
    let mut chart = document(ROW * bars.len() as f64);
    for (bar, at) in bars.iter().zip(0u32..) {
        let (top, whole) = (ROW * f64::from(at), sum(bar));
        chart = chart.add(label(LEFT - 8.0, top + BASE, "end", &shortened(&bar.name)));
        let mut x = LEFT;
        for (class, count) in &bar.parts {
            let width = (RIGHT - LEFT) * *count as f64 / whole.max(1) as f64;
            chart = chart.add(part(class, x, top + 4.0, width, ROW - 8.0));
            x += width;
        }
        chart = chart.add(label(RIGHT + 8.0, top + BASE, "start", &whole.to_string()));
    }
    chart.to_string()
}

fn part(class: &str, x: f64, y: f64, width: f64, height: f64) -> Rectangle {
    let place = |value: f64| (value * 100.0).round() / 100.0;
    Rectangle::new()
        .set("class", class)
        .set("x", place(x))
        .set("y", place(y))
        .set("width", place(width))
        .set("height", place(height))
}

/// Bars beside each other, each as high as its number.
fn columns(bars: &[Bar]) -> String {
    // Of more days the last ones.
    let bars = bars.get(bars.len().saturating_sub(MOST)..).unwrap_or(bars);
    let most = bars.iter().map(sum).max().unwrap_or_default().max(1);
    let step = (WIDTH / bars.len().max(1) as f64).min(60.0);
    let mut chart = document(TALL);
    let ground = TALL - ROW;
    for (bar, at) in bars.iter().zip(0u32..) {
        let x = step * f64::from(at);
        let mut y = ground;
        let mut column = Group::new().add(Title::new(format!("{}: {}", bar.name, sum(bar))));
        for (class, count) in &bar.parts {
            let height = (ground - BASE) * *count as f64 / most as f64;
            y -= height;
            column = column.add(part(class, x + step * 0.1, y, step * 0.8, height));
        }
        chart = chart.add(column);
    }
    if let (Some(first), Some(last)) = (bars.first(), bars.last()) {
        let end = step * bars.len() as f64;
        chart = chart.add(label(0.0, TALL - 6.0, "start", &first.name));
        if bars.len() > 2 && end > 200.0 {
            chart = chart.add(label(end, TALL - 6.0, "end", &last.name));
        }
        let highest = label(0.0, 12.0, "start", &format!("{most}"));
        chart = chart.add(highest);
    }
    chart.to_string()
}

/// What held for one browser, on a line of time: a row for each category and service, from each decision to the
/// next, or to its end.
pub fn timeline(records: &[Record]) -> String {
    let mut decisions: Vec<&Record> =
        records.iter().filter(|record| record.action != Action::Once).collect();
    decisions.sort_by_key(|record| (record.at_ms, record.sequence));
    let mut names: Vec<&String> =
        decisions.iter().flat_map(|record| record.granted.iter().chain(&record.denied)).collect();
    names.sort();
    names.dedup();
    let (Some(first), Some(last)) = (decisions.first(), decisions.last()) else {
        return String::new();
    };
    // No further than choices count for, whatever a clock said.
    let start = first.at_ms;
    let end = last.expires_at_ms.max(last.at_ms).max(start.saturating_add(1));
    let x = |at: i64| {
        let share = at.saturating_sub(start) as f64 / end.saturating_sub(start) as f64;
        LEFT + (RIGHT - LEFT) * share.clamp(0.0, 1.0)
    };
    let names = names.get(..40).unwrap_or(&names);
    let height = ROW * (names.len() + 1) as f64;
    let mut chart = document(height);
    for (name, at) in names.iter().zip(0u32..) {
        let top = ROW * f64::from(at);
        chart = chart.add(label(LEFT - 8.0, top + BASE, "end", &shortened(name)));
        for (position, record) in decisions.iter().enumerate() {
            let class = if record.granted.binary_search(name).is_ok() {
                "granted"
            } else if record.denied.binary_search(name).is_ok() {
                "denied"
            } else {
                continue;
            };
            let next = decisions.get(position + 1).map(|next| next.at_ms);
            let until = next.unwrap_or(i64::MAX).min(record.expires_at_ms).max(record.at_ms);
            let (from, to) = (x(record.at_ms), x(until));
            chart = chart.add(part(class, from, top + 4.0, (to - from).max(2.0), ROW - 8.0));
        }
    }
    for record in &decisions {
        let at = x(record.at_ms);
        let line = Line::new().set("x1", at).set("x2", at).set("y1", 0.0).set("y2", height - ROW);
        chart = chart.add(line.set("class", "mark"));
    }
    chart = chart.add(label(LEFT, height - 6.0, "start", &day(start)));
    chart.add(label(RIGHT, height - 6.0, "end", &day(end))).to_string()
}
