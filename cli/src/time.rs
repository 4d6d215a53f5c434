//! Points in time as people and spreadsheets read them. There is no clock here, and no time zone
//! but UTC: two auditors must see the same line.

use jiff::Timestamp;

/// Milliseconds since 1970 as ISO 8601 in UTC: `2026-01-31T09:05:00.000Z`.
pub fn iso(at_ms: i64) -> String {
    match Timestamp::from_millisecond(at_ms) {
        Ok(time) => format!("{time:.3}"),
        // A record may name a time after the year 9999, for which ISO 8601 has no agreed form: the
        // number itself says what the record says.
        Err(_) => at_ms.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::iso;

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
    }
}
