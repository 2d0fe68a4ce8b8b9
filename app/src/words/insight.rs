//! How much is kept, and what a library is made of, in words.

use domain::{
    insight::{Copies, Holding, Tally},
    query::Field,
    time::Timestamp,
};

use super::{bytes, count, day, many, pictures, value};

/// What the bars of the page stand for.
pub const KEPT_BARS: &str = "A bar is the part of the decided pictures that was kept, the thin line how \
                             sure that is: with 95 % confidence the true rate lies on it. The upright \
                             line is all of them together. Pale values have fewer than five decisions \
                             and stand last.";
/// Said where what is asked of the verdict was left out.
pub const NO_VERDICT: &str = "The verdict that this address asks for is left out: it would decide the \
                              rate.";
/// Said where nobody has decided on anything yet.
pub const NOTHING_DECIDED: &str = "Go to a picture, in the grid or large, and press P to keep it or X to \
                                   reject it; U takes that back. From the first decision on this page \
                                   says what you keep, by checkpoint, LoRA, sampler and whatever else \
                                   your pictures were made with.";
/// Said where comparing takes longer.
pub const APART: &str =
    "Every prompt is read for this, which takes a moment in a library of this size.";
/// Leads to such a comparison.
pub const COMPARE: &str = "Compare";
/// Said of values of which a picture may have several.
pub const SEVERAL: &str = "A picture with several counts for each.";

/// A part of something: `30 %`. Only nothing is 0 % and only everything 100 %.
pub fn percent(part: f64) -> String {
    format!("{} %", whole_percent(part))
}

fn whole_percent(part: f64) -> u64 {
    let rounded = (part * 100.0).round() as u64;
    match part {
        part if part <= 0.0 => 0,
        part if part >= 1.0 => 100,
        _ => rounded.clamp(1, 99),
    }
}

/// `30 %`, or a dash while nothing is decided.
pub fn kept(tally: Tally) -> String {
    tally.rate().map_or_else(|| "–".to_owned(), percent)
}

/// `28–33 %`, or a dash while nothing is decided.
pub fn kept_between(tally: Tally) -> String {
    if tally.decided() == 0 {
        return "–".to_owned();
    }
    let (low, high) = tally.interval();
    format!("{}–{} %", whole_percent(low), whole_percent(high))
}

/// What is compared, in one sentence: `All: 312 of 1,024 decided kept, 30 %.`
pub fn kept_of(tally: Tally, whole: bool) -> String {
    let what = if whole { "All" } else { "This result" };
    format!(
        "{what}: {} of {} decided kept, {}.",
        count(tally.approved),
        count(tally.decided()),
        kept(tally)
    )
}

/// How sure that is.
pub fn kept_surely(tally: Tally) -> String {
    let (low, high) = tally.interval();
    format!(
        "With 95 % confidence the true rate lies between {} and {}.",
        percent(low),
        percent(high)
    )
}

/// Decided pictures that are not counted, and the offer to count them.
pub fn kept_in_trash(tally: Tally) -> String {
    format!(
        "{} in the trash {} not counted.",
        many(tally.decided(), "decided picture", "decided pictures"),
        if tally.decided() == 1 { "is" } else { "are" }
    )
}

/// The heading of a comparison.
pub fn compared_by(field: Field) -> &'static str {
    match field {
        Field::Date => "Month",
        other => other.label(),
    }
}

/// A value of a comparison as the page shows it.
pub fn compared_value(field: Field, text: &str) -> String {
    match field {
        Field::Steps | Field::Cfg => text.replacen("..", "–", 1),
        Field::LoraWeight => text.rsplit_once('@').map_or_else(
            || text.to_owned(),
            |(name, weight)| format!("{name} at {weight}"),
        ),
        _ => value(field, text),
    }
}

/// Leads to pictures that wait to be decided on.
pub fn start_with(number: u64) -> String {
    format!("Start with {}", pictures(number))
}

/// Leads to all values of a field.
pub fn compare_all(number: u64) -> String {
    format!("Compare all {}", count(number))
}

/// What the drawing of the months shows, for who does not see it.
pub fn kept_months(first: (&str, Tally), last: (&str, Tally)) -> String {
    format!(
        "Part that was kept, month by month: {} in {} to {} in {}. The table below has all months.",
        kept(first.1),
        compared_value(Field::Date, first.0),
        kept(last.1),
        compared_value(Field::Date, last.0)
    )
}

/// The name of a count that is a link.
pub fn counted(number: u64, what: &str, of: &str) -> String {
    format!("{} {what}, {of}", count(number))
}

/// From when to when pictures were made.
pub fn span(first: Timestamp, last: Timestamp) -> String {
    let (first, last) = (day(first), day(last));
    if first == last {
        first
    } else {
        format!("{first} to {last}")
    }
}

/// `1,024 pictures, 3.1 GB`
pub fn held(held: Holding) -> String {
    format!("{}, {}", pictures(held.pictures), bytes(held.bytes))
}

/// What copies take.
pub fn copies(copies: &Copies) -> String {
    if copies.files == 0 {
        return "No two files have the same content.".to_owned();
    }
    format!(
        "{} more than needed: {} with the same content as another file. One of each would free {}.",
        many(copies.files, "file", "files"),
        many(copies.contents, "picture", "pictures"),
        bytes(copies.bytes)
    )
}

/// Said while not every file was compared.
pub fn copies_waiting(waiting: u64) -> String {
    format!("{} still to be compared.", pictures(waiting))
}

/// The heading of what a library is made of.
pub fn held_by(field: Field) -> &'static str {
    match field {
        Field::Folder => "Watched folder",
        other => compared_by(other),
    }
}

/// Pictures without a value of a field.
pub fn held_without(field: Field) -> &'static str {
    match field {
        Field::Tool => "No recipe",
        _ => "Not known",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(approved: u64, rejected: u64) -> Tally {
        Tally {
            approved,
            rejected,
            undecided: 7,
        }
    }

    #[test]
    fn only_nothing_is_nothing_and_only_everything_everything() {
        for (part, text) in [
            (0.0, "0 %"),
            (0.001, "1 %"),
            (0.3047, "30 %"),
            (0.999, "99 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(percent(part), text);
        }
    }

    #[test]
    fn what_is_compared_is_one_sentence() {
        assert_eq!(
            kept_of(tally(312, 712), true),
            "All: 312 of 1,024 decided kept, 30 %."
        );
        assert_eq!(kept_between(tally(312, 712)), "28–33 %");
        assert_eq!(kept_between(tally(0, 0)), "–");
        assert_eq!(
            kept_surely(tally(8, 2)),
            "With 95 % confidence the true rate lies between 49 % and 94 %."
        );
    }

    #[test]
    fn values_are_shown_as_people_say_them() {
        let shown = compared_value;
        assert_eq!(shown(Field::Steps, "20..25"), "20–25");
        assert_eq!(shown(Field::Cfg, "7.5"), "7.5");
        assert_eq!(shown(Field::LoraWeight, "a@b@-0.5"), "a@b at -0.5");
        assert_eq!(shown(Field::Date, "2026-05"), "May 2026");
    }
}
