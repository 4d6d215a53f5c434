//! `cargo xtask services`: the entries of the catalogue by the age of their facts, the oldest first, and what of them is
//! old, what each keeps, and of which nobody knows what they keep. What an entry says is `consentinel_catalogue::entry`; looking facts up again is work for people.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use consentinel_audit::time::day_number;
use consentinel_catalogue::entry::{Entry, entry_of, ids};

/// After how many days a fact is old: vendors change hosts and names about once a year.
const OLD: i64 = 365;
const DAY_SECONDS: u64 = 86_400;

/// Prints them.
pub fn services() -> Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).context("asking the clock")?;
    let today = i64::try_from(since.as_secs() / DAY_SECONDS).context("asking the clock")?;
    let entries: Vec<Entry> = ids().filter_map(entry_of).collect();
    print!("{}", lines(&entries, today));
    Ok(())
}

/// A line for each entry, with the sources that are old, and how many are; `today` counts days since 1970.
fn lines(entries: &[Entry], today: i64) -> String {
    let unknown: Vec<&str> = entries
        .iter()
        .filter(|entry| !entry.knows_storage())
        .map(|entry| entry.id.as_str())
        .collect();
    let mut aged: Vec<(i64, &Entry)> = entries
        .iter()
        .filter_map(|entry| Some((today - entry.oldest().and_then(day_number)?, entry)))
        .collect();
    aged.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.id.cmp(&other.1.id)));
    let mut out = String::new();
    let mut old = 0;
    for (days, entry) in &aged {
        let sources = entry
            .sources
            .iter()
            .filter(|(_, source)| day_number(&source.date).is_some_and(|day| today - day > OLD));
        let named: Vec<String> = sources
            .map(|(name, source)| format!("{name} of {} ({})", source.date, source.url))
            .collect();
        let mark =
            if named.is_empty() { String::new() } else { format!("  old: {}", named.join(", ")) };
        old += usize::from(!named.is_empty());
        let keeps = match (entry.items.len(), &entry.keeps_nothing) {
            (0, None) => String::from("storage unknown"),
            (0, Some(_)) => String::from("keeps nothing"),
            (items, _) => format!("{items} items"),
        };
        out.push_str(&format!("{days:>5} days  {}, {keeps}{mark}\n", entry.id));
    }
    out.push_str(&format!(
        "of {} nothing is known of what they keep: {}\n",
        unknown.len(),
        unknown.join(", ")
    ));
    out + &format!("{} entries, {old} with a fact of more than {OLD} days\n", aged.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, dates: [&str; 2]) -> Entry {
        let source =
            |date: &str| serde_json::json!({ "url": "https://vendor.example", "date": date });
        serde_json::from_value(serde_json::json!({
            "$schema": "", "id": id, "name": id, "kinds": [], "category": "", "summary": "",
            "provider": { "name": id, "source": "a" },
            "sources": { "a": source(dates[0]), "b": source(dates[1]) },
        }))
        .unwrap()
    }

    #[test]
    fn the_oldest_comes_first_and_what_is_old_is_named() {
        let entries = [
            entry("new", ["2026-11-01", "2026-11-02"]),
            entry("stale", ["2026-11-01", "2025-01-01"]),
        ];
        let today = day_number("2026-11-03").unwrap();
        let lines = lines(&entries, today);
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(
            lines[0],
            "  671 days  stale, storage unknown  old: b of 2025-01-01 (https://vendor.example)"
        );
        assert_eq!(lines[1], "    2 days  new, storage unknown");
        assert_eq!(lines[2], "of 2 nothing is known of what they keep: new, stale");
        assert_eq!(lines[3], "2 entries, 1 with a fact of more than 365 days");
    }
}
