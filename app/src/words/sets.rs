//! Photosets in words.

use domain::photoset::{SetKind, SetStep, SetVerb};

use super::many;

/// What the page of photosets is for.
pub const ABOUT: &str = "Pictures that belong together, in an order of their own. A picture can be in any \
                         number of photosets, and its file stays where it is.";
/// Said while there is none.
pub const NONE: &str = "No photosets yet";
/// How photosets come about.
pub const HOW: &str = "Select pictures and press B, or open one and press B, and type a name: summer in \
                       Oslo, for Ada, to print.";
/// Asks for a photoset.
pub const FIND: &str = "Find or name a photoset";
/// Said when a picture's address leads to none.
pub const NO_PICTURE: &str = "This address leads to no picture of this gallery. Open a picture, copy the \
                              address that the browser shows, and paste that.";
/// What the address of a picture is pasted for.
pub const BY_ADDRESS: &str = "Add a picture by its address";
/// What a deleted photoset leaves.
pub const DELETE_ABOUT: &str =
    "Its pictures stay in the library. History can bring it back for 30 days.";
/// How the order is changed.
pub const ARRANGE: &str =
    "Drag pictures to another place, or move them by Alt+Shift and an arrow key.";

/// What an operation did with a photoset: `Put 3 pictures into “Oslo”`.
pub fn step(step: &SetStep, pictures: u64) -> String {
    let name = &step.name;
    match step.verb {
        SetVerb::Create if pictures == 0 => format!("Made the photoset “{name}”"),
        SetVerb::Create => {
            let pictures = many(pictures, "picture", "pictures");
            format!("Made the photoset “{name}” of {pictures}")
        }
        SetVerb::Edit => format!("Edited the photoset “{name}”"),
        SetVerb::Delete => format!("Deleted the photoset “{name}”"),
        SetVerb::Put => put(name, true, pictures),
        SetVerb::TakeOut => put(name, false, pictures),
        SetVerb::Arrange => arranged(name, pictures),
    }
}

/// `Put 3 pictures into “Oslo”`
pub fn put(name: &str, on: bool, pictures: u64) -> String {
    let pictures = many(pictures, "picture", "pictures");
    if on {
        format!("Put {pictures} into “{name}”")
    } else {
        format!("Took {pictures} out of “{name}”")
    }
}

/// `Moved 3 pictures in “Oslo”`
pub fn arranged(name: &str, pictures: u64) -> String {
    format!(
        "Moved {} in “{name}”",
        many(pictures, "picture", "pictures")
    )
}

/// Said when all were in it already, or none.
pub fn nothing(name: &str, on: bool) -> String {
    if on {
        format!("All of them are in “{name}” already")
    } else {
        format!("None of them is in “{name}”")
    }
}

/// What the dialog is about.
pub fn title(pictures: u64) -> String {
    format!("Photosets of {}", super::pictures(pictures))
}

/// Offers to make a photoset.
pub fn create(name: &str) -> String {
    format!("Make the photoset “{name}”")
}

/// How many of the chosen pictures are in a photoset: `all`, `3 of 12`.
pub fn share(some: u64, all: u64) -> String {
    if some == all {
        "in it".to_owned()
    } else {
        super::tags::some_of(some, all)
    }
}

/// What a photoset is.
pub fn kind(kind: SetKind) -> &'static str {
    match kind {
        SetKind::Manual => "Photoset",
        SetKind::Smart => "Smart photoset",
        SetKind::Search => "Saved search",
    }
}

/// What decides about the pictures of a photoset.
pub fn kind_about(kind: SetKind) -> &'static str {
    match kind {
        SetKind::Manual => "You choose its pictures and their order.",
        SetKind::Smart => "It always holds what its filter finds.",
        SetKind::Search => "A filter under a name, to ask it again.",
    }
}
