//! Points in time as an argument: milliseconds since 1970-01-01 UTC. There is no clock here.

use crate::json::MAX_INTEGER;

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (as `Date.now()` counts).
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct UnixMillis(pub i64);

/// One day in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

/// What a clock in JavaScript can count to (ECMA-262 §21.4.1.1): a hundred million days.
const MAX_DAYS: i64 = 100_000_000;

impl UnixMillis {
    /// The time `days` later; stays at the last representable time instead of overflowing.
    pub fn plus_days(self, days: i64) -> UnixMillis {
        // Nobody counts further than MAX_DAYS; a saturating product would need 128 bits.
        UnixMillis(self.0.saturating_add(days.clamp(-MAX_DAYS, MAX_DAYS) * DAY_MS))
    }

    /// The number a record holds: never negative, never beyond what JSON keeps exactly.
    pub fn to_record(self) -> i64 {
        self.0.clamp(0, MAX_INTEGER)
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (month 1 to 12).
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years are counted from March, so that the leap day is the last day of a year.
    let shifted = if month > 2 { year } else { year - 1 };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}
