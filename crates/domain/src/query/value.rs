//! From the text of one value to a condition.

use super::{Atom, Field, FieldKind, Has, SortBy, SortKey, TimePoint, TimeRange, View};
use crate::{
    image::Format,
    judgement::{Label, Verdict},
    number,
    time::{Timestamp, days_in_month},
};

/// Single spaces, none at the ends; `None` when nothing is left.
pub(super) fn clean_space(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The text of a condition in the form that is kept; `None` when nothing is left.
pub(super) fn clean_text(field: Field, text: &str) -> Option<String> {
    let text = clean_space(text)?;
    match field {
        Field::Folder => {
            let inner = text.trim_matches(|letter| letter == '/' || letter == ' ');
            (!inner.is_empty()).then(|| inner.to_owned())
        }
        Field::Format => Some(
            Format::from_name(&format!("x.{text}")).map_or(text, |format| format.word().to_owned()),
        ),
        Field::State => one_of(&Verdict::ALL.map(Verdict::word), &text),
        Field::Label => one_of(&Label::WORDS, &text),
        _ => Some(text),
    }
}

/// The word that a text is, in any case.
fn one_of(words: &[&'static str], text: &str) -> Option<String> {
    let word = words.iter().find(|word| word.eq_ignore_ascii_case(text));
    word.map(|word| (*word).to_owned())
}

/// The condition that a text stands for in a field.
pub(super) fn parse_atom(field: Field, text: &str) -> Option<Atom> {
    let trimmed = text.trim();
    let atom = match field.kind() {
        FieldKind::Text => Atom::Text(clean_text(field, text)?),
        FieldKind::Whole => {
            let (from, to) = parse_range(trimmed, parse_whole)?;
            Atom::Whole(from, to)
        }
        FieldKind::Number => {
            let (from, to) = parse_range(trimmed, parse_number)?;
            Atom::Number(from, to)
        }
        FieldKind::Size => {
            let (w, h) = trimmed.split_once(['x', 'X', '×'])?;
            Atom::Size(parse_pixels(w)?, parse_pixels(h)?)
        }
        FieldKind::Ratio => {
            let (w, h) = trimmed.split_once(':')?;
            Atom::Ratio(parse_pixels(w)?, parse_pixels(h)?)
        }
        FieldKind::Time => {
            let (from, to) = parse_range(trimmed, parse_time)?;
            Atom::Time(TimeRange { from, to })
        }
        FieldKind::Has => {
            let word = trimmed.to_ascii_lowercase();
            let has = Has::ALL.into_iter().find(|has| has.word() == word)?;
            Atom::Has(has)
        }
    };
    atom.canonical(field)
}

/// `a`, `a..b`, `a..`, `..b` or `..`; a single value is both ends.
fn parse_range<T: Copy>(
    text: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Option<(Option<T>, Option<T>)> {
    let Some((from, to)) = text.split_once("..") else {
        return read(text).map(|one| (Some(one), Some(one)));
    };
    let end = |text: &str| match text.trim() {
        "" => Some(None),
        text => read(text).map(Some),
    };
    Some((end(from)?, end(to)?))
}

fn parse_whole(text: &str) -> Option<u64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

fn parse_pixels(text: &str) -> Option<u32> {
    parse_whole(text.trim()).and_then(|value| u32::try_from(value).ok())
}

fn parse_number(text: &str) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    (plain && text.len() <= 24).then(|| number::parse(text))?
}

/// The seconds of the years 1 to 9999.
const YEARS: std::ops::Range<i64> = -62_135_596_800..253_402_300_800;

/// A second as in `2026-05-31t14:03:22z`; the `z` may be missing.
fn parse_second(word: &str) -> Option<TimePoint> {
    let (day, time) = word.trim_end_matches('z').split_once('t')?;
    let Some(TimePoint::Day(year, month, day)) = parse_time(day) else {
        return None;
    };
    let mut parts = time.split(':').map(|part| {
        let two = part.len() == 2;
        two.then(|| parse_pixels(part)).flatten()
    });
    let time = (parts.next()??, parts.next()??, parts.next()??);
    let moment = Timestamp::from_parts((year, month, day), time, 0)?;
    let point = TimePoint::Second(moment.0.div_euclid(1_000));
    (parts.next().is_none() && time.2 < 60).then_some(point)
}

fn parse_time(text: &str) -> Option<TimePoint> {
    let word = text.trim().to_ascii_lowercase();
    if word == "today" {
        return Some(TimePoint::DaysAgo(0));
    }
    if word == "yesterday" {
        return Some(TimePoint::DaysAgo(1));
    }
    if let Some(days) = word.strip_suffix('d') {
        return parse_pixels(days).map(TimePoint::DaysAgo);
    }
    if word.len() > 10 {
        return parse_second(&word);
    }
    let mut parts = word.split('-');
    let year = parts
        .next()
        .filter(|year| year.len() == 4)
        .and_then(parse_pixels)? as i32;
    let mut next = || {
        parts
            .next()
            .map(|part| parse_pixels(part).filter(|_| part.len() <= 2))
    };
    let point = match (next(), next(), next()) {
        (None, ..) => TimePoint::Year(year),
        (Some(month), None, _) => TimePoint::Month(year, month?),
        (Some(month), Some(day), None) => TimePoint::Day(year, month?, day?),
        _ => return None,
    };
    point.is_valid().then_some(point)
}

impl TimePoint {
    /// Whether there is such a day, month or year (1 to 9999).
    pub(super) fn is_valid(self) -> bool {
        let (year, month, day) = match self {
            Self::Year(year) => (year, 1, 1),
            Self::Month(year, month) => (year, month, 1),
            Self::Day(year, month, day) => (year, month, day),
            Self::Second(second) => return YEARS.contains(&second),
            Self::DaysAgo(_) => return true,
        };
        let days = days_in_month(year, month).unwrap_or(0);
        (1..=9999).contains(&year) && (1..=days).contains(&day)
    }
}

/// One key as in `sort=`.
pub(super) fn parse_sort_by(text: &str) -> Option<SortBy> {
    let text = text.to_ascii_lowercase();
    let (descending, word) = text
        .strip_prefix('-')
        .map_or((false, &*text), |word| (true, word));
    if let Some(number) = word.strip_prefix("random") {
        let number = match number.strip_prefix(':') {
            Some(number) => parse_pixels(number)?,
            None if number.is_empty() => 0,
            None => return None,
        };
        return Some(SortBy {
            key: SortKey::Random(number),
            descending: false,
        });
    }
    let key = SortKey::ALL.into_iter().find(|key| key.word() == word)?;
    Some(SortBy { key, descending })
}

/// As in `view=`.
pub(super) fn parse_view(text: &str) -> Option<View> {
    match text.to_ascii_lowercase().as_str() {
        "grid" => Some(View::Grid),
        "list" => Some(View::List),
        _ => None,
    }
}
