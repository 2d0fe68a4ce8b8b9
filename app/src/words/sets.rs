//! Photosets in words.

use domain::{
    id::ImageId,
    photoset::{SetKind, SetStep, SetVerb},
    query::Query,
};

use super::many;

/// What the page of photosets is for.
pub const ABOUT: &str = "Pictures that belong together, in an order of their own. A picture can be in any \
                         number of photosets, and its file stays where it is.";
/// Makes another one.
pub const NEW: &str = "New photoset, or keep this filter…";
/// Said while there is none.
pub const NONE: &str = "No photosets yet";
/// How photosets come about.
pub const HOW: &str = "Select pictures and press B, or open one and press B, and type a name: summer in \
                       Oslo, for Ada, to print.";
/// Said while there is no photoset to choose.
pub const HOW_NAME: &str = "Type a name and press Enter to make a photoset of these pictures.";
/// Said where there is no order to change.
pub const ARRANGE_WHERE: &str = "Open a photoset in its own order to move pictures in it";
/// What the form of a new photoset is called.
pub const NEW_TITLE: &str = "New photoset";
/// What the form of one that is there is called.
pub const EDIT_TITLE: &str = "Edit the photoset";
/// Said of the filter that a smart photoset or a saved search would keep.
pub const NO_FILTER: &str = "Nothing is filtered now: choose filters first, and then come back.";
/// What the lines of the credits are.
pub const CREDITS: &str = "Credits, one in each line";
/// What the tags of a photoset are.
pub const TAGS: &str = "Tags of its own, with commas between them";
/// Said of a photoset that is no more.
pub const GONE: &str = "There is no such photoset any more. History can bring it back.";
/// Chooses the picture that stands for a photoset.
pub const COVER: &str = "Use as cover";
/// Which picture that is.
pub const COVER_HOW: &str = "The picture that has the focus stands for this photoset";
/// Said of a photoset that lies in another one.
pub const INSIDE: &str = "in another one";
/// Moves pictures towards the beginning.
pub const EARLIER: &str = "Earlier in the photoset (Alt+Shift+←)";
/// Moves pictures towards the end.
pub const LATER: &str = "Later in the photoset (Alt+Shift+→)";
/// Takes pictures out of the photoset that is shown.
pub const OUT: &str = "Take out of the photoset";
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
pub const ARRANGE: &str = "Drag pictures to another place, or select them and use the arrows in the bar below; \
                           Alt+Shift and an arrow key do the same.";

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

/// The filter that a photoset keeps, in words.
pub fn filter(query: &str) -> String {
    let chips = Query::parse(query).chips();
    let labels: Vec<String> = chips.into_iter().map(|chip| chip.label).collect();
    format!("The filter: {}.", labels.join(", "))
}

/// The host of an address, to be read.
pub fn host(address: &str) -> &str {
    let rest = address.split("://").nth(1).unwrap_or(address);
    rest.split('/').next().unwrap_or(rest)
}

/// The picture that an address of this gallery opens.
pub fn image_in(address: &str) -> Option<ImageId> {
    let (_, query) = address.trim().split_once('?')?;
    Query::parse(query).image
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_gallery_names_its_picture() {
        let id = ImageId(7);
        let address = format!(" https://gallery.local:4433/?q=a&image={id} ");
        assert_eq!(image_in(&address), Some(id));
        assert_eq!(image_in("https://gallery.local/?q=a"), None);
        assert_eq!(image_in("nothing"), None);
        assert_eq!(host("https://example.org/a/b"), "example.org");
    }
}
