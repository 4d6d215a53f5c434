//! Charts as SVG: bars of parts, and a line of time. Colours are the classes of parts (`granted`, `denied`, the words of
//! actions) of whoever shows them; every chart stands above a table that says the same (`counts`, `told`).
//!
//! Foreign texts go into text nodes alone, which the crate escapes; attributes hold ours.

use std::collections::BTreeMap;

use consentinel::record::{Action, Record, Text as Name};
use serde_json::{Value, json};
use svg::{
    Document,
    node::element::{Group, Line, Rectangle, Style, Text, Title},
};

use crate::{
    counts::{By, Counts, Decisions, OTHER},
    time::{day, day_number, numbered_day},
};

/// How wide charts are, in units of their own.
const WIDTH: f64 = 720.0;
/// Where bars begin: names stand before.
const LEFT: f64 = 190.0;
/// Where bars end: numbers stand behind.
const RIGHT: f64 = 650.0;
/// The height of a bar with its space.
const ROW: f64 = 24.0;
/// The height of a chart of days, and where its bars begin: numbers stand before.
const TALL: f64 = 190.0;
const AXIS: f64 = 56.0;
/// The most bars of a chart: of more rows the first ones, and more days share bars.
const MOST: usize = 366;
/// The most lines of a scale, and the most days named below it.
const MOST_LINES: u64 = 4;
const MOST_DAYS: usize = 6;
/// The longest name.
const LETTERS: usize = 24;
/// How far from its row's upper edge the base line of a text is.
const BASE: f64 = 16.0;
/// The actions in the order in which they are stacked: what grants below.
const STACK: [&str; 8] =
    ["accept-all", "save", "once", "import", "withdraw", OTHER, "opt-out", "reject-all"];

/// The style of a picture that stands alone: colours that people tell apart who see few (Okabe and Ito).
const STYLE: &str = "text{font:13px sans-serif}.title{font-size:18px}.scale{stroke:#ccc}\
.accept-all,.granted{fill:#0072b2}.reject-all,.denied{fill:#e69f00}.save{fill:#009e73}.withdraw{fill:#cc79a7}\
.once{fill:#56b4e9}.opt-out{fill:#d55e00}.import{fill:#f0e442}.other{fill:#999}.ground{fill:#fff}";

/// A bar: its name, and its parts by their classes.
struct Bar {
    name: String,
    parts: Vec<(&'static str, u64)>,
}

/// Whatever a chart is made of, and its height.
type Drawn = (Group, f64);

/// The chart of a table. `names` says how names are to be read where that is not as they are.
pub fn of(counts: &Counts, by: By, names: &BTreeMap<String, String>) -> String {
    let (drawn, height) = drawn(counts, by, names);
    document(height).add(drawn).to_string()
}

/// All tables as lists of objects, each with its chart: `{ day: { rows, chart }, … }`. `names` says how the names of a
/// table are to be read in its chart: `{ category: { id: title }, … }`.
pub fn tables(counts: &Counts, names: &BTreeMap<String, BTreeMap<String, String>>) -> Value {
    let none = BTreeMap::new();
    let tables = By::ALL.map(|by| {
        let chart = of(counts, by, names.get(by.word()).unwrap_or(&none));
        (String::from(by.word()), json!({ "rows": counts.list(by), "chart": chart }))
    });
    Value::Object(tables.into_iter().collect())
}

/// The charts of these tables below each other, as a picture that stands alone.
pub fn picture(counts: &Counts, by: &[By]) -> String {
    let mut group = Group::new();
    let mut top = 0.0;
    for by in by {
        top += 2.0 * ROW;
        let title = format!("decisions by {}", by.word());
        group = group.add(label(8.0, top - ROW, "start", &title).set("class", "title"));
        let mut x = 8.0;
        for class in classes(*by) {
            group = group.add(part(class, x, top - 12.0, 12.0, 12.0));
            group = group.add(label(x + 18.0, top - 2.0, "start", class));
            x += 110.0;
        }
        let (drawn, height) = drawn(counts, *by, &BTreeMap::new());
        group = group.add(drawn.set("transform", format!("translate(0 {})", top + 8.0)));
        top += height + ROW;
    }
    let picture = document(top).set("width", WIDTH).set("height", top).add(Style::new(STYLE));
    picture.add(part("ground", 0.0, 0.0, WIDTH, top)).add(group).to_string()
}

/// The classes of the parts of each bar.
fn classes(by: By) -> Vec<&'static str> {
    if by == By::Category { vec!["granted", "denied"] } else { STACK.to_vec() }
}

fn drawn(counts: &Counts, by: By, names: &BTreeMap<String, String>) -> Drawn {
    let name = |name: &String| names.get(name).unwrap_or(name).clone();
    match by {
        By::Day => columns(&days(counts.of(by))),
        By::Category => rows(counts.categories.iter().map(|(id, (granted, denied))| Bar {
            name: name(id),
            parts: vec![("granted", *granted), ("denied", *denied)],
        })),
        By::Language | By::Revision => {
            rows(counts.of(by).map(|(key, row)| Bar { name: name(key), parts: stacked(&[row]) }))
        }
    }
}

/// How many of each action there are in these rows together.
fn stacked(rows: &[&Decisions]) -> Vec<(&'static str, u64)> {
    let count = |word: &str| rows.iter().filter_map(|row| row.actions.get(word)).sum();
    STACK.map(|action| (action, count(action))).to_vec()
}

/// A bar for each day from the first to the last, also for those without decisions; where they are too many, for each
/// span of so many days. What is no day, because a clock was beyond all calendars, is in the table alone.
fn days<'a>(rows: impl Iterator<Item = (&'a String, &'a Decisions)>) -> Vec<Bar> {
    let rows: Vec<(i64, &Decisions)> =
        rows.filter_map(|(day, row)| Some((day_number(day)?, row))).collect();
    let numbers = || rows.iter().map(|(number, _)| *number);
    let (Some(first), Some(last)) = (numbers().min(), numbers().max()) else { return Vec::new() };
    let span = (last - first) / MOST as i64 + 1;
    let mut slots: BTreeMap<i64, Vec<&Decisions>> = BTreeMap::new();
    for (number, row) in rows {
        slots.entry((number - first) / span).or_default().push(row);
    }
    let bars = (0..=(last - first) / span).map(|slot| {
        let from = first + slot * span;
        let mut name = numbered_day(from);
        if span > 1 {
            // As ISO 8601 writes an interval.
            name = format!("{name}/{}", numbered_day((from + span - 1).min(last)));
        }
        Bar { name, parts: stacked(slots.get(&slot).map_or(&[][..], Vec::as_slice)) }
    });
    bars.collect()
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
    Text::new(text).set("x", rounded(x)).set("y", rounded(y)).set("text-anchor", anchor)
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// A name that has room, and that every reader of XML takes.
fn shortened(name: &str) -> String {
    let is_none = |letter: char| letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}');
    let mut letters = name.chars().map(|letter| if is_none(letter) { '\u{fffd}' } else { letter });
    let mut short: String = letters.by_ref().take(LETTERS).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

/// Bars below each other, each as long as its share.
fn rows(bars: impl Iterator<Item = Bar>) -> Drawn {
    let mut chart = Group::new();
    let mut top = 0.0;
    for bar in bars.take(MOST) {
        let whole = sum(&bar);
        chart = chart.add(label(LEFT - 8.0, top + BASE, "end", &shortened(&bar.name)));
        let mut x = LEFT;
        for (class, count) in bar.parts.iter().filter(|(_, count)| *count > 0) {
            let width = (RIGHT - LEFT) * *count as f64 / whole.max(1) as f64;
            chart = chart.add(part(class, x, top + 4.0, width, ROW - 8.0));
            x += width;
        }
        chart = chart.add(label(RIGHT + 8.0, top + BASE, "start", &whole.to_string()));
        top += ROW;
    }
    (chart, top)
}

fn part(class: &str, x: f64, y: f64, width: f64, height: f64) -> Rectangle {
    Rectangle::new()
        .set("class", class)
        .set("x", rounded(x))
        .set("y", rounded(y))
        .set("width", rounded(width))
        .set("height", rounded(height))
}

/// The distance of the lines of a scale: 1, 2 or 5 with noughts behind, at most [`MOST_LINES`] of them.
fn step(most: u64) -> u64 {
    let mut ten = 1u64;
    loop {
        let steps = [1, 2, 5].map(|digit| ten.saturating_mul(digit));
        if let Some(step) = steps.into_iter().find(|step| most / step <= MOST_LINES) {
            return step;
        }
        ten = ten.saturating_mul(10);
    }
}

/// Bars beside each other, each as high as its number, over an axis of time.
fn columns(bars: &[Bar]) -> Drawn {
    let most = bars.iter().map(sum).max().unwrap_or_default().max(1);
    let wide = ((WIDTH - AXIS) / bars.len().max(1) as f64).min(60.0);
    let ground = TALL - ROW;
    let high = |count: u64| (ground - BASE) * count as f64 / most as f64;
    let place = |at: usize| AXIS + wide * at as f64;
    let mut chart = Group::new();
    for line in 0..=most / step(most) {
        let count = line * step(most);
        let y = rounded(ground - high(count));
        let line = Line::new().set("x1", AXIS).set("x2", WIDTH).set("y1", y).set("y2", y);
        chart = chart.add(line.set("class", "scale"));
        chart = chart.add(label(AXIS - 8.0, y + 4.0, "end", &count.to_string()));
    }
    for (at, bar) in bars.iter().enumerate().filter(|(_, bar)| sum(bar) > 0) {
        let mut y = ground;
        let mut column = Group::new().add(Title::new(format!("{}: {}", bar.name, sum(bar))));
        for (class, count) in bar.parts.iter().filter(|(_, count)| *count > 0) {
            y -= high(*count);
            column = column.add(part(class, place(at) + wide * 0.1, y, wide * 0.8, high(*count)));
        }
        chart = chart.add(column);
    }
    // As many days as have room: each stands below the middle of its bar, but at the edges inside.
    let room = (wide * bars.len() as f64 / 100.0).floor() as usize + 1;
    let named = bars.len().min(MOST_DAYS).min(room);
    for number in 0..named {
        let last = bars.len() - 1;
        let at = if named > 1 { number * last / (named - 1) } else { 0 };
        let name = bars.get(at).map_or("", |bar| bar.name.as_str());
        let is_end = named > 1 && number + 1 == named;
        let (text, x, anchor) = if number == 0 {
            (name.split('/').next(), place(at), "start")
        } else if is_end {
            (name.split('/').next_back(), place(at + 1), "end")
        } else {
            (name.split('/').next(), place(at) + wide / 2.0, "middle")
        };
        chart = chart.add(label(x, TALL - 6.0, anchor, text.unwrap_or_default()));
    }
    (chart, TALL)
}

/// What held for one browser, on a line of time: a row for each category and service, from each decision to the
/// next, or to its end.
pub fn timeline(records: &[Record], titles: &BTreeMap<String, String>) -> String {
    let mut decisions: Vec<&Record> =
        records.iter().filter(|record| record.action != Action::Once).collect();
    decisions.sort_by_key(|record| (record.at_ms, record.sequence));
    let mut names: Vec<&Name> =
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
        chart = chart.add(label(
            LEFT - 8.0,
            top + BASE,
            "end",
            &shortened(titles.get(name.as_str()).map_or(name.as_str(), String::as_str)),
        ));
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{MOST, days, step, sum};
    use crate::counts::Decisions;

    fn bars(counted: &[(&str, u64)]) -> Vec<(String, u64)> {
        let rows: Vec<(String, Decisions)> = counted
            .iter()
            .map(|(day, count)| {
                let actions = BTreeMap::from([("accept-all", *count)]);
                (String::from(*day), Decisions { actions, ..Decisions::default() })
            })
            .collect();
        let bars = days(rows.iter().map(|(day, row)| (day, row)));
        bars.iter().map(|bar| (bar.name.clone(), sum(bar))).collect()
    }

    #[test]
    fn days_without_decisions_have_their_place() {
        let of = |day: &str, count| (String::from(day), count);
        assert_eq!(
            bars(&[("2026-02-27", 2), ("2026-03-02", 1)]),
            [of("2026-02-27", 2), of("2026-02-28", 0), of("2026-03-01", 0), of("2026-03-02", 1)]
        );
        assert_eq!(bars(&[]), []);
    }

    #[test]
    fn no_span_of_time_makes_more_bars_than_have_room_and_none_loses_a_decision() {
        for (first, last) in [
            ("2026-01-01", "2027-01-01"),
            ("2026-01-01", "2027-01-02"),
            ("1970-01-01", "2026-11-27"),
            ("1970-01-01", "9999-12-30"),
        ] {
            let bars = bars(&[(first, 2), ("2026-06-01", 5), (last, 3)]);
            assert!(bars.len() <= MOST && bars.len() > MOST / 2, "{first} {}", bars.len());
            assert_eq!(bars.iter().map(|(_, count)| count).sum::<u64>(), 10);
            assert!(bars.first().is_some_and(|(name, _)| name.starts_with(first)));
            assert!(bars.last().is_some_and(|(name, _)| name.ends_with(last)), "{bars:?}");
        }
        // A clock beyond the calendar is no day.
        assert_eq!(bars(&[("2026-06-01", 1), ("9007199254", 7)]).len(), 1);
    }

    #[test]
    fn a_scale_has_few_lines_at_round_numbers() {
        for (most, want) in [(1, 1), (4, 1), (5, 2), (10, 5), (99, 20), (100_000, 50_000)] {
            assert_eq!(step(most), want, "{most}");
        }
        assert!(step(u64::MAX) > 0);
    }
}
