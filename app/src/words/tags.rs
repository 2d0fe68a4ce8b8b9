//! Tags and notes in words.

use domain::tag::{TagColour, TagStep, TagVerb};

use super::many;

/// Asks for a tag.
pub const ADD: &str = "Add a tag";
/// Said where no tag is there yet.
pub const NONE: &str = "No tags yet";
/// How tags come about.
pub const HOW: &str = "Select pictures and press T, or open one and press T, and type what it is: \
                       portrait, to print, for Ada. A tag is there from the first time that it is used.";
/// Said when nothing is called so.
pub const NOT_FOUND: &str = "No tag is called so.";
/// Asks for a note.
pub const WRITE: &str = "Write something about this picture";
/// Said while a note is being written.
pub const UNSAVED: &str = "Not saved yet";
/// Said while a note is on its way.
pub const SAVING: &str = "Saving";
/// Said of a note that is safe.
pub const SAVED: &str = "Saved";
/// Said when somebody else changed a note while it was being written.
pub const CHANGED: &str = "Somebody changed this note while you were writing. Nothing was overwritten, \
                           and what you typed is still here. Theirs says:";
/// The same, when it was taken away.
pub const TAKEN_AWAY: &str = "Somebody took this note away while you were writing. What you typed is \
                              still here.";

/// Said when somebody else changed a note that was left before that was known.
pub const CHANGED_SINCE: &str = "Somebody changed the note of the picture that you left, so yours was \
                                 not saved over it.";

/// What was typed into a note that was left before it was known that it could not be saved.
pub fn not_saved(why: &str, text: &str) -> String {
    format!("{why} You had written: {text}")
}

/// What the tag editor is about.
pub fn title(pictures: u64) -> String {
    if pictures == 1 {
        "Tags of this picture".to_owned()
    } else {
        format!("Tags of {}", super::pictures(pictures))
    }
}

/// What was done to so many pictures: `Tagged 1,204 pictures “portrait”`.
pub fn done(name: &str, on: bool, pictures: u64) -> String {
    let pictures = many(pictures, "picture", "pictures");
    if on {
        format!("Tagged {pictures} “{name}”")
    } else {
        format!("Took “{name}” off {pictures}")
    }
}

/// What an operation did with a tag: `Renamed “cat” to “cats”, on 12 pictures`.
pub fn step(step: &TagStep, pictures: u64) -> String {
    let name = &step.name;
    let to = step.to.as_deref().unwrap_or_default();
    let on = many(pictures, "picture", "pictures");
    match step.verb {
        TagVerb::Put => done(name, true, pictures),
        TagVerb::TakeOff => done(name, false, pictures),
        TagVerb::Rename => format!("Renamed the tag “{name}” to “{to}”, on {on}"),
        TagVerb::Merge => format!("Merged the tag “{name}” into “{to}”, on {on}"),
        TagVerb::Delete => format!("Deleted the tag “{name}”, on {on}"),
        TagVerb::Colour => format!("Coloured the tag “{name}”, on {on}"),
    }
}

/// Said when a tag was there, or not there, already.
pub fn nothing(name: &str, on: bool) -> String {
    if on {
        format!("“{name}” was on all of them already")
    } else {
        format!("“{name}” was on none of them")
    }
}

/// Offers to make a tag.
pub fn create(name: &str) -> String {
    format!("Create “{name}”")
}

/// Takes a tag off.
pub fn take_off(name: &str) -> String {
    format!("Take off {name}")
}

/// Puts a tag that only some of the chosen pictures have on all of them.
pub fn put_on_all(name: &str, some: u64, all: u64) -> String {
    format!(
        "{name}, on {} of {}; put it on all",
        super::count(some),
        super::count(all)
    )
}

/// `3 of 12`
pub fn some_of(some: u64, all: u64) -> String {
    format!("{} of {}", super::count(some), super::count(all))
}

/// What a note's change is called.
pub fn noted(text: &str) -> String {
    if text.is_empty() {
        "Took the note off 1 picture".to_owned()
    } else {
        "Wrote a note about 1 picture".to_owned()
    }
}

/// A colour as a choice.
pub fn colour(colour: Option<TagColour>) -> &'static str {
    match colour {
        None => "No colour",
        Some(TagColour::Red) => "Red",
        Some(TagColour::Orange) => "Orange",
        Some(TagColour::Yellow) => "Yellow",
        Some(TagColour::Green) => "Green",
        Some(TagColour::Blue) => "Blue",
        Some(TagColour::Purple) => "Purple",
    }
}

/// How many pictures have a tag, those that are out of sight apart.
pub fn used(pictures: u64, out_of_sight: u64) -> String {
    let shown = super::pictures(pictures);
    if out_of_sight == 0 {
        shown
    } else {
        format!(
            "{shown} and {} hidden or in the trash",
            super::count(out_of_sight)
        )
    }
}

/// `12 tags`
pub fn all(tags: u64) -> String {
    many(tags, "tag", "tags")
}

/// What became of a tag that got another name.
pub fn renamed(name: &str, to: &str) -> String {
    format!("Renamed “{name}” to “{to}”")
}

/// What became of a tag that another one took the place of.
pub fn merged(name: &str, into: &str, pictures: u64) -> String {
    format!(
        "Merged “{name}” into “{into}” on {}",
        super::pictures(pictures)
    )
}

/// Asks what takes a tag's place.
pub fn merge_question(name: &str) -> String {
    format!("Its pictures get another tag in the place of “{name}”:")
}

/// What became of a tag that was deleted.
pub fn deleted(name: &str, pictures: u64) -> String {
    format!(
        "Deleted “{name}” and took it off {}",
        super::pictures(pictures)
    )
}

/// What became of a tag that got another colour.
pub fn coloured(name: &str, colour: Option<TagColour>) -> String {
    match colour {
        Some(colour) => format!("“{name}” is {} now", colour.word()),
        None => format!("“{name}” has no colour any more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_a_sentence() {
        assert_eq!(
            done("portrait", true, 1204),
            "Tagged 1,204 pictures “portrait”"
        );
        assert_eq!(done("a b", false, 1), "Took “a b” off 1 picture");
        assert_eq!(used(1, 2), "1 picture and 2 hidden or in the trash");
    }
}
