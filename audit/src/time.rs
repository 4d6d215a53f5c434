//! Points in time as people and spreadsheets read and write them. There is no time zone but UTC: two
//! auditors must see the same line. There is no clock here.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// The length of a day.
const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970 as ISO 8601 in UTC: `2026-01-31T09:05:00.000Z`.
pub fn iso(at_ms: i64) -> String {
    match Timestamp::from_millisecond(at_ms) {
        Ok(time) => format!("{time:.3}"),
        // A record may name a time after the year 9999, for which ISO 8601 has no agreed form: the
        // number itself says what the record says.
        Err(_) => at_ms.to_string(),
    }
}

/// The same as every spreadsheet takes it for a time, to the second: `2026-01-31 09:05:00`; nothing
/// after the year 9999.
pub fn for_spreadsheets(at_ms: i64) -> String {
    let time = iso(at_ms);
    match time.split_once('T') {
        Some((day, rest)) => [day, " ", rest.get(..8).unwrap_or(rest)].concat(),
        None => String::new(),
    }
}

/// The day: `2026-01-31`.
pub fn day(at_ms: i64) -> String {
    let mut text = iso(at_ms);
    text.truncate(10);
    text
}

/// The number of such a day since 1970; nothing for what is none, such as a time beyond ISO 8601.
pub fn day_number(day: &str) -> Option<i64> {
    let first: DateTime = day.parse().ok()?;
    Some(first.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second().div_euclid(DAY_MS / 1000))
}

/// The day of this number.
pub fn numbered_day(number: i64) -> String {
    day(number.saturating_mul(DAY_MS))
}

/// A time as an argument, in milliseconds since 1970: ISO 8601, in UTC where it has no zone; or a day, which is its
/// first moment in UTC.
pub fn argument(text: &str) -> Result<i64, String> {
    let in_utc = |text: &str| {
        let time: DateTime = text.parse().ok()?;
        Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    let time = text.parse().ok().or_else(|| in_utc(text));
    let help = "give a time such as `2026-01-31T09:05:00Z`, or a day, which begins at 00:00 UTC";
    time.map(Timestamp::as_millisecond).ok_or_else(|| String::from(help))
}

#[cfg(test)]
mod tests {
    use super::{argument, for_spreadsheets, iso};

    #[test]
    fn every_time_a_record_can_hold_has_a_text() {
        for (at_ms, want) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1, "1970-01-01T00:00:00.001Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_769_850_300_120, "2026-01-31T09:05:00.120Z"),
            (9_007_199_254_740_991, "9007199254740991"),
        ] {
            assert_eq!(iso(at_ms), want);
        }
        assert_eq!(for_spreadsheets(1_769_850_300_120), "2026-01-31 09:05:00");
        assert_eq!(for_spreadsheets(9_007_199_254_740_991), "");
    }

    #[test]
    fn a_day_is_its_first_moment_in_utc() {
        assert_eq!(argument("2026-01-31"), argument("2026-01-31T00:00:00Z"));
        assert_eq!(argument("2026-01-31T01:00:00+01:00"), argument("2026-01-31"));
        assert_eq!(argument("1970-01-01"), Ok(0));
        assert!(argument("yesterday").is_err());
    }

    #[test]
    fn a_time_without_a_zone_is_in_utc() {
        for text in ["2026-05-03T12:00", "2026-05-03 12:00", "2026-05-03 12:00:00", "2026-05-03T12"]
        {
            assert_eq!(argument(text), argument("2026-05-03T12:00:00Z"), "{text}");
        }
    }
}
