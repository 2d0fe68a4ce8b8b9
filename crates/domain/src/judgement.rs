//! What somebody thinks of a picture.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ImageId, OperationId},
    organise::PlaceStep,
    overlay::FieldStep,
    photoset::SetStep,
    tag::TagStep,
    time::Timestamp,
};

/// Whether a picture is kept.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nobody has decided yet.
    #[default]
    Undecided,
    /// It is kept.
    Approved,
    /// It is not kept.
    Rejected,
}

impl Verdict {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 3] = [Self::Undecided, Self::Approved, Self::Rejected];

    /// Its word in queries.
    pub fn word(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// A colour that somebody gives a meaning of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// Key 6.
    Red,
    /// Key 7.
    Yellow,
    /// Key 8.
    Green,
    /// Key 9.
    Blue,
}

impl Label {
    /// All of them, in the order of their keys.
    pub const ALL: [Self; 4] = [Self::Red, Self::Yellow, Self::Green, Self::Blue];

    /// The words of all of them, and of a picture without any.
    pub const WORDS: [&'static str; 5] = ["red", "yellow", "green", "blue", "none"];

    /// Its word in queries.
    pub fn word(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
        }
    }
}

/// Most stars.
pub const MOST_STARS: u8 = 5;

/// Everything that is thought of one picture. The default is a picture as it came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Judgement {
    /// Whether it is kept.
    pub verdict: Verdict,
    /// Stars, 1 to 5; 0: not rated.
    pub rating: u8,
    /// Whether it is one of the favourites.
    pub favourite: bool,
    /// Its colour.
    pub label: Option<Label>,
    /// Whether it is left out of every result that does not ask for hidden ones.
    pub hidden: bool,
    /// Whether it is in the trash.
    pub trashed: bool,
}

/// One thing to set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// The verdict.
    Verdict(Verdict),
    /// The stars; more than [`MOST_STARS`] count as those.
    Rating(u8),
    /// Whether it is a favourite.
    Favourite(bool),
    /// The colour; none takes it off.
    Label(Option<Label>),
    /// Whether it is hidden.
    Hidden(bool),
    /// Into the trash, or out of it.
    Trash(bool),
}

impl Judgement {
    /// Whether it is left out of results that do not ask for such pictures.
    pub fn is_aside(&self) -> bool {
        self.hidden || self.trashed
    }

    /// What it is in the respect in which an edit would set it.
    pub fn part(&self, of: Edit) -> Edit {
        match of {
            Edit::Verdict(_) => Edit::Verdict(self.verdict),
            Edit::Rating(_) => Edit::Rating(self.rating),
            Edit::Favourite(_) => Edit::Favourite(self.favourite),
            Edit::Label(_) => Edit::Label(self.label),
            Edit::Hidden(_) => Edit::Hidden(self.hidden),
            Edit::Trash(_) => Edit::Trash(self.trashed),
        }
    }

    /// Whether nothing was ever said of it, or all was taken back.
    pub fn is_untouched(&self) -> bool {
        *self == Self::default()
    }

    /// The word of its label in queries.
    pub fn label_word(&self) -> &'static str {
        self.label.map_or("none", Label::word)
    }
}

impl Edit {
    /// What it sets.
    pub fn aspect(self) -> Aspect {
        match self {
            Self::Verdict(_) => Aspect::Verdict,
            Self::Rating(_) => Aspect::Rating,
            Self::Favourite(_) => Aspect::Favourite,
            Self::Label(_) => Aspect::Label,
            Self::Hidden(_) => Aspect::Hidden,
            Self::Trash(_) => Aspect::Trash,
        }
    }

    /// Whether pictures leave or join results by it that ask for nothing in particular.
    pub fn moves(self) -> bool {
        matches!(self, Self::Hidden(_) | Self::Trash(_))
    }

    /// What a picture is after it.
    pub fn apply(self, judgement: &mut Judgement) {
        match self {
            Self::Verdict(verdict) => judgement.verdict = verdict,
            Self::Rating(stars) => judgement.rating = stars.min(MOST_STARS),
            Self::Favourite(on) => judgement.favourite = on,
            Self::Label(label) => judgement.label = label,
            Self::Hidden(on) => judgement.hidden = on,
            Self::Trash(on) => judgement.trashed = on,
        }
    }
}

/// What an operation sets: a part of a judgement, or something that is kept beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// [`Judgement::verdict`].
    Verdict,
    /// [`Judgement::rating`].
    Rating,
    /// [`Judgement::favourite`].
    Favourite,
    /// [`Judgement::label`].
    Label,
    /// [`Judgement::hidden`].
    Hidden,
    /// [`Judgement::trashed`].
    Trash,
    /// A tag.
    Tag,
    /// The note.
    Note,
    /// A photoset.
    Set,
    /// A value of the recipe, the date, or the persona.
    Field,
    /// Which of two pictures is better.
    Duel,
    /// Where files lie.
    Place,
}

/// Something that somebody did to any number of pictures at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Which.
    pub id: OperationId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What it set.
    pub aspect: Aspect,
    /// To what it set that; of an operation that takes back, to what it had been set. `None` where it was
    /// not the same for every picture.
    pub edit: Option<Edit>,
    /// Which tag it was about, when it was about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<TagStep>,
    /// Which photoset it was about, when it was about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<SetStep>,
    /// Which value it was about, when it was about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldStep>,
    /// Whether its duels count since then, when it was about duels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<bool>,
    /// What it moved, when it was about files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceStep>,
    /// How many pictures it changed.
    pub pictures: u64,
    /// The operation that it took back.
    pub undoes: Option<OperationId>,
    /// The operation that took it back.
    pub undone_by: Option<OperationId>,
}

/// What came of an operation or of taking one back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// By this it can be taken back. `None`: there was nothing to change.
    pub operation: Option<OperationId>,
    /// Pictures that it changed.
    pub changed: u64,
    /// Pictures that were left as they are, because somebody changed them since.
    pub conflicts: u64,
}

/// What goes along with an operation that may be sent more than once, or late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Its id, which its sender made: what was done under it is not done again.
    pub operation: OperationId,
    /// What of the pictures was seen when it was decided, in the same respect. One that is something else
    /// by now was changed by somebody else: it is left as it is, and counted.
    #[serde(default)]
    pub seen: Vec<(ImageId, Edit)>,
}

/// What an operation changed of one picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// What was done.
    pub operation: Operation,
    /// What it was before.
    pub before: Edit,
    /// What it was afterwards.
    pub after: Edit,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_judgement_sets_what_it_is_already() {
        let own = Judgement {
            verdict: Verdict::Rejected,
            rating: 3,
            favourite: true,
            label: Some(Label::Blue),
            hidden: true,
            trashed: true,
        };
        let edits = [
            Edit::Verdict(Verdict::Approved),
            Edit::Rating(5),
            Edit::Favourite(false),
            Edit::Label(None),
            Edit::Hidden(false),
            Edit::Trash(false),
        ];
        for edit in edits {
            let mut after = own;
            edit.apply(&mut after);
            assert_ne!(after, own);
            own.part(edit).apply(&mut after);
            assert_eq!(after, own);
        }
    }
}
