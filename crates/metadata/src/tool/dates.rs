//! When a picture was made, where a keyword of its own says so.

use domain::{recipe::Recipe, time::Timestamp};

use super::Texts;

/// Keywords of the moment of making: PNG's own, and that of video nodes. What editors note on each
/// change does not count.
const KEYS: &[&str] = &["Creation Time", "CreationTime"];

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Adds the moment, unless the record itself told it.
pub(super) fn add(texts: &Texts<'_>, recipe: &mut Recipe) {
    let mut told = KEYS.iter().filter_map(|key| texts.named(key));
    recipe.made = recipe.made.or_else(|| told.find_map(moment));
}

/// `2026-05-31 14:03:59`, also with `T` and a zone, or `Sun, 31 May 2026 14:03:59 GMT`.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_matches('"');
    if text.len() > 60 || !text.is_ascii() {
        return None;
    }
    let (start, time) = text.split_at(text.find(':')?.checked_sub(2)?);
    let time = time.trim_start();
    let mut date = start
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty());
    let first = date.next()?;
    let (year, month, day) = if first.len() == 4 {
        let day = date.nth(1)?.trim_end_matches(['T', 't']);
        let month = start.split('-').nth(1)?;
        (first.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    } else {
        let is_day = first.bytes().all(|byte| byte.is_ascii_digit());
        let day = if is_day { first } else { date.next()? };
        let name = date.next()?.to_ascii_lowercase();
        let month = MONTHS.iter().position(|month| name.starts_with(month))?;
        (
            date.next()?.parse().ok()?,
            month as u32 + 1,
            day.parse().ok()?,
        )
    };
    let clock = time.get(..8)?;
    let mut parts = clock.split(':').map(str::parse);
    let mut part = || parts.next()?.ok();
    let made = Timestamp::from_parts((year, month, day), (part()?, part()?, part()?), 0)?;
    Some(Timestamp(
        made.0 - minutes_east(&time[8..]).unwrap_or(0) * 60_000,
    ))
}

/// `+02:00` or `+0200` in minutes, behind a fraction of a second.
fn minutes_east(text: &str) -> Option<i64> {
    let at = text.find(['+', '-'])?;
    let digits: String = text[at..].chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..4)?.parse().ok()?;
    let total = hours.min(24) * 60 + minutes.min(60);
    Some(if text[at..].starts_with('-') {
        -total
    } else {
        total
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_both_spellings() {
        let want = Timestamp::from_parts((2026, 5, 31), (12, 3, 59), 0);
        for text in [
            "2026-05-31 12:03:59",
            "2026-05-31T14:03:59+02:00",
            "2026-05-31T12:03:59.123Z",
            "\"2026-05-31 07:03:59 -0500\"",
            "Sun, 31 May 2026 12:03:59 GMT",
            "31 May 2026 14:03:59 +0200",
        ] {
            assert_eq!(moment(text), want, "{text}");
        }
        for text in [
            "",
            ":",
            "today",
            "1:2",
            "2026-05-31",
            "99:99:99",
            "2026-13-31 12:03:59",
            "a:b:c 12:03:59",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
