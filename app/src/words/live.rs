//! What is said of pictures that arrive while the page is open.

use domain::time::Timestamp;

use super::{count, many, moment, pictures};

/// Names the switch.
pub const FOLLOW: &str = "Follow new pictures";
/// What the switch does.
pub const FOLLOW_HOW: &str = "Follow: new pictures go on top by themselves";
/// Said when somebody follows where the newest do not come first.
pub const ORDER: &str = "New pictures go on top by themselves where the newest come first. Choose that order to follow them.";
/// Names the session: what has come since somebody opened the gallery.
pub const SESSION: &str = "This session";
/// What the session is.
pub const SESSION_ABOUT: &str =
    "What arrives while you generate, newest first. P, X, U and stars judge the newest picture.";
/// Begins a session without script.
pub const FROM_NOW: &str = "Show what arrives from now on";
/// Begins another session.
pub const ANEW: &str = "Begin anew";
/// What that does.
pub const ANEW_ABOUT: &str =
    "Shows only what arrives from now on. What is there stays in the library.";
/// Said while nothing has come in a session.
pub const WAITING: &str = "Waiting for the first picture";

/// What the pill says: `24 new`.
pub fn pill(fresh: u64) -> String {
    format!("{} new", count(fresh))
}

/// The same for screen readers.
pub fn waiting(fresh: u64) -> String {
    many(fresh, "new picture", "new pictures")
}

/// Said to screen readers when pictures came on top: `2 new pictures on top, 26 pictures in all`.
pub fn came(fresh: u64, total: u64) -> String {
    format!("{} on top, {} in all", waiting(fresh), pictures(total))
}

/// Heads a session: `New since 31 May 2026, 14:03 UTC`.
pub fn since(begun: Timestamp) -> String {
    format!("New since {} UTC", moment(begun))
}

/// Where the first picture is expected: `Watching 3 folders.`
pub fn watching(folders: u64) -> String {
    match folders {
        0 => "No folder is watched yet.".to_owned(),
        folders => format!("Watching {}.", many(folders, "folder", "folders")),
    }
}

/// Describes the newest picture.
pub fn newest(caption: &str) -> String {
    format!("Newest: {caption}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_is_counted_in_words() {
        assert_eq!(pill(1_024), "1,024 new");
        assert_eq!(came(1, 26), "1 new picture on top, 26 pictures in all");
        assert_eq!(since(Timestamp(0)), "New since 1 Jan 1970, 00:00 UTC");
        assert_eq!(watching(1), "Watching 1 folder.");
        assert_eq!(watching(3), "Watching 3 folders.");
        assert_eq!(came(2, 26), "2 new pictures on top, 26 pictures in all");
    }
}
