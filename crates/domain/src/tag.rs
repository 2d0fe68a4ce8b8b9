//! Tags and notes: names that people put on pictures, and what they write about them.

use serde::{Deserialize, Serialize};

use crate::{id::OperationId, judgement::Done, overlay::Part, text::normalise, time::Timestamp};

/// Most characters of a tag's name.
pub const LONGEST_NAME: usize = 100;

/// Most characters of a note.
pub const LONGEST_NOTE: usize = 10_000;

/// A colour by which people find a tag faster. It never says anything that the name does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TagColour {
    /// Red.
    Red,
    /// Orange.
    Orange,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Purple.
    Purple,
}

impl TagColour {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 6] = [
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Blue,
        Self::Purple,
    ];

    /// Its word, in the database's messages, in styles and for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Purple => "purple",
        }
    }
}

/// A tag as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tag {
    /// Its name as somebody typed it. Two tags never have names that [fold](fold_name) to the same.
    pub name: String,
    /// Its colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<TagColour>,
}

/// A tag and how many pictures have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagCount {
    /// The tag.
    pub tag: Tag,
    /// Pictures that `tag=` finds; of a selection, those of it.
    pub pictures: u64,
    /// Further ones that are hidden or in the trash.
    #[serde(default)]
    pub out_of_sight: u64,
}

/// Why a text is no name of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is left of it without its spaces.
    #[error("A tag needs a name. Nothing was changed; type at least one letter.")]
    Empty,
    /// It has too many characters; so many.
    #[error(
        "This name has {0} letters, and a tag's has {most} at most. Nothing was changed; choose a \
         shorter one, and write the rest into the note.",
        most = LONGEST_NAME
    )]
    Long(usize),
    /// It holds a character that stands for something else.
    #[error(
        "A tag's name has no “{0}” in it: a comma stands between two tags, and a star stands for any \
         letters in a search. Nothing was changed; leave it out."
    )]
    Sign(char),
    /// It holds a character that nobody can see.
    #[error(
        "This name has a character in it that cannot be shown, such as a line break. Nothing was \
         changed; type the name again."
    )]
    Control,
}

/// The name that a text is, with single spaces and none at its ends.
pub fn clean_name(text: &str) -> Result<String, NameError> {
    if let Some(sign) = text.chars().find(|letter| matches!(letter, ',' | '*')) {
        return Err(NameError::Sign(sign));
    }
    if text.trim().chars().any(char::is_control) {
        return Err(NameError::Control);
    }
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err(NameError::Empty),
        1..=LONGEST_NAME => Ok(name),
        long => Err(NameError::Long(long)),
    }
}

/// The form by which two names are the same tag.
pub fn fold_name(name: &str) -> String {
    normalise(name)
}

/// A note and which one of all that were ever written about its picture it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What it says; empty: there is none.
    pub text: String,
    /// Told back when the note is changed, so that nobody overwrites what they have not seen.
    pub version: i64,
}

/// What came of changing a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteSaved {
    /// It says this now.
    Saved {
        /// The note.
        note: Note,
        /// By this it can be taken back; `None`: it said so already.
        done: Done,
    },
    /// Somebody changed it meanwhile, so nothing was written.
    Changed {
        /// What it says now.
        note: Note,
    },
}

/// A note's text as it is kept: without spaces at its end and without what nobody can see. `None`
/// when it is too long.
pub fn clean_note(text: &str) -> Option<String> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let seen = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    let text: String = lines.chars().filter(seen).collect();
    let text = text.trim_end();
    (text.chars().count() <= LONGEST_NOTE).then(|| text.to_owned())
}

/// What an operation did with a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagVerb {
    /// Put it on pictures.
    Put,
    /// Took it off pictures.
    TakeOff,
    /// Gave it another name.
    Rename,
    /// Gave it another colour, or none.
    Colour,
    /// Put another tag in its place everywhere.
    Merge,
    /// Took it off everything, for good.
    Delete,
}

impl TagVerb {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Put,
        Self::TakeOff,
        Self::Rename,
        Self::Colour,
        Self::Merge,
        Self::Delete,
    ];

    /// Its word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::TakeOff => "off",
            Self::Rename => "rename",
            Self::Colour => "colour",
            Self::Merge => "merge",
            Self::Delete => "delete",
        }
    }
}

/// Which tag an operation was about, and what it did. Of one that takes another back, the same words
/// with [`Operation::undoes`](crate::judgement::Operation::undoes) say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagStep {
    /// What was done.
    pub verb: TagVerb,
    /// What the tag was called before.
    pub name: String,
    /// What it is called afterwards, or the tag that took its place.
    pub to: Option<String>,
}

/// What an operation changed of a picture's tags, note or edited values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A tag came or went.
    Tag {
        /// The tag as it is called now.
        name: String,
        /// Whether it came.
        on: bool,
    },
    /// The note changed.
    Note {
        /// What it said before; empty: there was none.
        before: String,
        /// What it said afterwards.
        after: String,
    },
    /// A value was set over what the file says.
    Field {
        /// Which.
        part: Part,
        /// What had been set before; empty: what the file says.
        before: String,
        /// What was set afterwards.
        after: String,
    },
    /// Duels came or went.
    Duel {
        /// How many of the operation's duels counted before.
        before: u64,
        /// How many count afterwards.
        after: u64,
    },
}

/// One line of what happened to a picture's tags, note, edited values and duels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRevision {
    /// The operation that did it.
    pub operation: OperationId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What it did.
    pub mark: Mark,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied_and_bad_ones_are_told_apart() {
        assert_eq!(clean_name("  Red   hair "), Ok("Red hair".to_owned()));
        assert_eq!(clean_name("漢字"), Ok("漢字".to_owned()));
        assert_eq!(clean_name(" \n"), Err(NameError::Empty));
        assert_eq!(clean_name("a\nb"), Err(NameError::Control));
        assert_eq!(clean_name("a\u{1b}b"), Err(NameError::Control));
        assert_eq!(clean_name("a,b"), Err(NameError::Sign(',')));
        assert_eq!(clean_name("a*"), Err(NameError::Sign('*')));
        let long = "é".repeat(LONGEST_NAME);
        assert_eq!(clean_name(&long), Ok(long.clone()));
        assert_eq!(clean_name(&format!("{long}é")), Err(NameError::Long(101)));
        assert_eq!(fold_name("ÄÖ  Straße"), fold_name("äö straße"));
    }

    #[test]
    fn notes_keep_their_lines_and_lose_what_nobody_can_see() {
        assert_eq!(
            clean_note("one\r\ntwo\r\tthree\u{0}\u{7} \n "),
            Some("one\ntwo\n\tthree".to_owned())
        );
        assert_eq!(clean_note(" \n"), Some(String::new()));
        assert_eq!(clean_note(&"x".repeat(LONGEST_NOTE + 1)), None);
    }
}
