//! The places beside the library: pictures that are in no result unless it asks for them, and those whose
//! files are gone.

use serde::{Deserialize, Serialize};

use crate::query::{Atom, Field, Has, Query};

/// One of the places. Each is a result of its own, with the library's filters and orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aside {
    /// What was put into the trash.
    Trash,
    /// What is left out of every other result.
    Hidden,
    /// Pictures whose files are not where they were.
    Missing,
}

impl Aside {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Trash, Self::Hidden, Self::Missing];

    /// What its pictures are.
    pub fn has(self) -> Has {
        match self {
            Self::Trash => Has::Trashed,
            Self::Hidden => Has::Hidden,
            Self::Missing => Has::Missing,
        }
    }

    /// All of it.
    pub fn query(self) -> Query {
        Query::default().with_toggled(Field::Is, self.has().word())
    }

    /// The place that a query is in: the first of [`ALL`](Self::ALL) that it asks for, and for nothing
    /// else that a picture could be instead.
    pub fn of(query: &Query) -> Option<Self> {
        Self::ALL.into_iter().find(|place| {
            query.filters.iter().any(|filter| {
                let only = filter.any.as_slice();
                matches!(only, [one] if !one.not && one.atom == Atom::Has(place.has()))
            })
        })
    }
}

/// How many pictures are in each place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsideCounts {
    /// [`Aside::Trash`].
    pub trash: u64,
    /// [`Aside::Hidden`].
    pub hidden: u64,
    /// [`Aside::Missing`].
    pub missing: u64,
}

impl AsideCounts {
    /// Those of one place.
    pub fn of(self, place: Aside) -> u64 {
        match place {
            Aside::Trash => self.trash,
            Aside::Hidden => self.hidden,
            Aside::Missing => self.missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_where_nothing_else_can_be() {
        for place in Aside::ALL {
            assert_eq!(Aside::of(&place.query()), Some(place));
        }
        for (text, place) in [
            ("", None),
            ("is=favourite", None),
            ("is=trashed&q=fox", Some(Aside::Trash)),
            ("is=hidden,favourite", None),
            ("is=-trashed", None),
            ("is=missing&is=trashed", Some(Aside::Trash)),
        ] {
            assert_eq!(Aside::of(&Query::parse(text)), place, "{text}");
        }
        assert_eq!(Aside::Trash.query().to_string(), "is=trashed");
    }
}
