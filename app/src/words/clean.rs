//! Cleaning up by a plan, in words.

use super::{bytes, count, many};

/// What the page is for.
pub const LEAD: &str = "Choose what may go, look at it, then put it into the trash in one step. It can be \
                        taken back from there until its days in the trash are over. Favourites are never taken.";
/// Said as long as nothing is chosen.
pub const CHOOSE: &str =
    "Choose a verdict, stars or an age: without any of them everything would go.";

/// Out of what it is chosen.
pub fn scope(filters: &[String]) -> String {
    if filters.is_empty() {
        "Of all pictures".to_owned()
    } else {
        format!("Of the pictures with {}", filters.join(", "))
    }
}

/// A choice of stars.
pub fn below(stars: u8) -> String {
    if stars == 1 {
        "Unrated".to_owned()
    } else {
        format!("Fewer than {stars}, or unrated")
    }
}

/// A choice of age.
pub fn older(days: u32) -> String {
    match days {
        7 => "Older than a week".to_owned(),
        30 => "Older than a month".to_owned(),
        365 => "Older than a year".to_owned(),
        days => format!("Older than {days} days"),
    }
}

/// What would go.
pub fn sum(pictures: u64, size: u64) -> String {
    if pictures == 0 {
        return "Nothing would go".to_owned();
    }
    format!("{}, {}", many(pictures, "picture", "pictures"), bytes(size))
}

/// What is spared.
pub fn spared(favourites: u64) -> String {
    match favourites {
        0 => "No favourites are among them.".to_owned(),
        _ => format!(
            "{} that the rule would meet stay.",
            many(favourites, "favourite", "favourites")
        ),
    }
}

/// The button.
pub fn act(pictures: u64) -> String {
    format!(
        "Put {} into the trash",
        many(pictures, "picture", "pictures")
    )
}

/// The way to all of them.
pub fn see(pictures: u64, shown: u64) -> String {
    if pictures > shown {
        format!("See all {} in the grid", count(pictures))
    } else {
        "See them in the grid".to_owned()
    }
}
