//! Moments in time as milliseconds, and the little calendar that filters and months need.

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01 UTC.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Milliseconds of one day.
pub const DAY: i64 = 86_400_000;

/// A day of the proleptic Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year, as people write it.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl Timestamp {
    /// The start of a day in UTC; `None` for a day that does not exist or a year outside 1–9999.
    pub fn from_date(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=9999).contains(&year) || day == 0 || day > days_in_month(year, month)? {
            return None;
        }
        Some(Self(days_from_civil(year, month, day) * DAY))
    }

    /// A moment from its parts in UTC; `None` when a part is out of range.
    pub fn from_parts(date: (i32, u32, u32), time: (u32, u32, u32), millis: u32) -> Option<Self> {
        let start = Self::from_date(date.0, date.1, date.2)?;
        if time.0 > 23 || time.1 > 59 || time.2 > 60 || millis > 999 {
            return None;
        }
        let seconds = i64::from(time.0) * 3600 + i64::from(time.1) * 60 + i64::from(time.2);
        Some(Self(start.0 + seconds * 1000 + i64::from(millis)))
    }

    /// The day in UTC.
    pub fn date(self) -> Date {
        civil_from_days(self.0.div_euclid(DAY))
    }

    /// Hour, minute and second in UTC.
    pub fn time(self) -> (u32, u32, u32) {
        let seconds = self.0.rem_euclid(DAY) / 1000;
        (
            (seconds / 3600) as u32,
            (seconds / 60 % 60) as u32,
            (seconds % 60) as u32,
        )
    }

    /// `2026-05-31`, in UTC.
    pub fn day_text(self) -> String {
        let Date { year, month, day } = self.date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `2026-05`, in UTC.
    pub fn month_text(self) -> String {
        let Date { year, month, .. } = self.date();
        format!("{year:04}-{month:02}")
    }

    /// `2026-05-31 14:03`, in UTC.
    pub fn minute_text(self) -> String {
        let (hour, minute, _) = self.time();
        format!("{} {hour:02}:{minute:02}", self.day_text())
    }
}

/// The number of days of a month; `None` when the month is not 1 to 12.
pub fn days_in_month(year: i32, month: u32) -> Option<u32> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

/// Days since 1970-01-01; the algorithm `days_from_civil` of Howard Hinnant's date papers.
fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year =
        (153 * (i64::from(month) + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`], from the same papers.
fn civil_from_days(days: i64) -> Date {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = (if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    }) as u32;
    let year = (year_of_era + era * 400) as i32 + i32::from(month <= 2);
    Date {
        year,
        month,
        day: (day_of_year - (153 * shifted + 2) / 5 + 1) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        assert_eq!(Timestamp::from_date(1970, 1, 1), Some(Timestamp(0)));
        assert_eq!(
            Timestamp::from_date(2024, 2, 29),
            Some(Timestamp(1_709_164_800_000))
        );
        assert_eq!(Timestamp::from_date(2023, 2, 29), None);
        assert_eq!(
            Timestamp(1_709_164_800_000 + 3_661_000).minute_text(),
            "2024-02-29 01:01"
        );
        assert_eq!(Timestamp(-1).day_text(), "1969-12-31");
    }

    #[test]
    fn every_day_survives_both_ways() {
        for day in -719_162..=2_932_896 {
            let Date {
                year,
                month,
                day: of_month,
            } = civil_from_days(day);
            assert_eq!(days_from_civil(year, month, of_month), day);
        }
    }
}
