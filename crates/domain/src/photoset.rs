//! Photosets: pictures that somebody put together, in an order of their own, or a filter under a name.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    id::{ImageId, SetId},
    query::Query,
    tag::clean_name,
};

/// Most characters of a photoset's name, of a credit and of an address.
pub const LONGEST_LINE: usize = 200;
/// Most characters of a description.
pub const LONGEST_DESCRIPTION: usize = 10_000;
/// Most credits, and most tags, of one photoset.
pub const MOST_LINES: usize = 50;
/// So deep photosets lie in each other at most.
pub const DEEPEST: usize = 8;

/// What decides which pictures are in a photoset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetKind {
    /// Whoever puts them there.
    #[default]
    Manual,
    /// A filter: it holds what the filter finds, at any time.
    Smart,
    /// A filter that is only kept to be asked again.
    Search,
}

/// A photoset, without its pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Photoset {
    /// Its name, which need not be its own alone.
    pub name: String,
    /// What decides which pictures are in it.
    pub kind: SetKind,
    /// The photoset that it lies in.
    pub parent: Option<SetId>,
    /// The filter of [`SetKind::Smart`] and [`SetKind::Search`], as in an address.
    pub query: String,
    /// What it is about.
    pub description: String,
    /// The year that it is of.
    pub year: Option<u16>,
    /// Where it comes from: an address of the web, which is shown as a link and never asked.
    pub source: String,
    /// Who is in it or made it.
    pub credits: Vec<String>,
    /// Tags of its own.
    pub tags: Vec<String>,
    /// The picture that stands for it; the first one where none was chosen.
    pub cover: Option<ImageId>,
}

/// Why something is no photoset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// It has no name.
    #[error("A photoset needs a name. Nothing was changed; type at least one letter.")]
    Nameless,
    /// A name, a credit or an address is too long.
    #[error(
        "One of these lines has more than {LONGEST_LINE} letters. Nothing was changed; shorten it, or \
         write it into the description."
    )]
    Long,
    /// The description is too long.
    #[error(
        "The description has more than {LONGEST_DESCRIPTION} letters. Nothing was changed; shorten it."
    )]
    LongDescription,
    /// There are too many credits or tags.
    #[error(
        "A photoset has at most {MOST_LINES} credits and {MOST_LINES} tags. Nothing was changed."
    )]
    Many,
    /// The source is no address of the web.
    #[error(
        "The source has to be an address that begins with http:// or https://. Nothing was changed."
    )]
    Source,
    /// The year is none.
    #[error("A year is a number from 1 to 9999. Nothing was changed.")]
    Year,
    /// A tag has a sign in it that stands for something else.
    #[error("A tag has no comma and no star in it. Nothing was changed; leave it out.")]
    Tag,
}

impl Photoset {
    /// A photoset of a name.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The same as it is kept: without spaces at the ends, without empty lines, and with the filter in its
    /// canonical form.
    pub fn checked(self) -> Result<Self, SetError> {
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines = |lines: &[String]| -> Vec<String> {
            let lines = lines.iter().map(|text| line(text));
            lines.filter(|text| !text.is_empty()).collect()
        };
        let name = line(&self.name);
        if name.is_empty() {
            return Err(SetError::Nameless);
        }
        let (credits, source) = (lines(&self.credits), self.source.trim().to_owned());
        let mut tags = Vec::new();
        for tag in lines(&self.tags) {
            tags.push(clean_name(&tag).map_err(|_| SetError::Tag)?);
        }
        if credits.len() > MOST_LINES || tags.len() > MOST_LINES {
            return Err(SetError::Many);
        }
        let long = |text: &String| text.chars().count() > LONGEST_LINE;
        if credits.iter().any(long) || long(&name) || long(&source) {
            return Err(SetError::Long);
        }
        if self.description.chars().count() > LONGEST_DESCRIPTION {
            return Err(SetError::LongDescription);
        }
        let is_web = source.starts_with("https://") || source.starts_with("http://");
        if !source.is_empty() && !is_web {
            return Err(SetError::Source);
        }
        if self.year.is_some_and(|year| !(1..=9999).contains(&year)) {
            return Err(SetError::Year);
        }
        let query = match self.kind {
            SetKind::Manual => String::new(),
            SetKind::Smart => Query::parse(&self.query).filter_part().to_string(),
            // Its order is a part of what was asked.
            SetKind::Search => Query::parse(&self.query).from_the_top().to_string(),
        };
        Ok(Self {
            name,
            query,
            description: self.description.trim().to_owned(),
            source,
            credits,
            tags,
            ..self
        })
    }

    /// The name as a part of an address: `summer-in-oslo`.
    pub fn slug(&self) -> String {
        let mut slug = String::new();
        for letter in self.name.chars().flat_map(char::to_lowercase) {
            if letter.is_alphanumeric() {
                slug.push(letter);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.trim_end_matches('-').to_owned()
    }
}

/// A photoset as it stands in an address: its id, after its name for whoever reads it. Only the id counts,
/// so an address outlives another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetRef {
    /// Which.
    pub id: SetId,
    /// What it was called.
    pub slug: String,
}

impl SetRef {
    /// How a photoset is named in an address.
    pub fn new(id: SetId, set: &Photoset) -> Self {
        Self {
            id,
            slug: set.slug(),
        }
    }

    /// What people read: the words of the name.
    pub fn words(&self) -> String {
        self.slug.replace('-', " ")
    }
}

impl fmt::Display for SetRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.slug.is_empty() {
            write!(out, "{}", self.id)
        } else {
            write!(out, "{}-{}", self.slug, self.id)
        }
    }
}

/// The text names no photoset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSet;

impl FromStr for SetRef {
    type Err = NoSet;

    fn from_str(text: &str) -> Result<Self, NoSet> {
        let (slug, id) = text.rsplit_once('-').unwrap_or(("", text));
        Ok(Self {
            id: id.parse().map_err(|_| NoSet)?,
            slug: slug.to_owned(),
        })
    }
}

/// A photoset with what is told of it in lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetCount {
    /// Which.
    pub id: SetId,
    /// What it is.
    pub set: Photoset,
    /// Pictures that `set=` finds, those of the photosets in it included.
    pub pictures: u64,
    /// The address of the picture that stands for it, when it has any.
    pub thumb: Option<String>,
    /// How many photosets it lies in.
    pub depth: usize,
}

impl SetCount {
    /// A photoset of which nothing is counted.
    pub fn of(id: SetId, set: &Photoset) -> Self {
        Self {
            id,
            set: set.clone(),
            pictures: 0,
            thumb: None,
            depth: 0,
        }
    }

    /// What it shows: its pictures in their order, or what its filter finds.
    pub fn query(&self) -> Query {
        let own = SetRef::new(self.id, &self.set).to_string();
        match self.set.kind {
            SetKind::Search => Query::parse(&self.set.query),
            SetKind::Smart => Query::parse(&format!("set={own}")),
            SetKind::Manual => Query::parse(&format!("set={own}&sort=place")),
        }
    }
}

/// What an operation did with a photoset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetVerb {
    /// Made it.
    Create,
    /// Changed what it is called, or anything else of it.
    Edit,
    /// Took it away, with its pictures in it.
    Delete,
    /// Put pictures into it.
    Put,
    /// Took pictures out of it.
    TakeOut,
    /// Put pictures in another place of its order.
    Arrange,
}

impl SetVerb {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Create,
        Self::Edit,
        Self::Delete,
        Self::Put,
        Self::TakeOut,
        Self::Arrange,
    ];

    /// Its word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Put => "put",
            Self::TakeOut => "out",
            Self::Arrange => "arrange",
        }
    }
}

/// An operation's part in a photoset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetStep {
    /// What it did.
    pub verb: SetVerb,
    /// What the photoset was called then.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photoset_is_kept_tidy() {
        let set = Photoset {
            name: "  Summer  in Oslo ".to_owned(),
            kind: SetKind::Smart,
            query: "rating=5&sort=name&image=0".to_owned(),
            source: " https://example.org/a ".to_owned(),
            credits: vec![" Ada ".to_owned(), String::new()],
            ..Photoset::default()
        };
        let kept = set.checked().unwrap();
        assert_eq!(kept.name, "Summer in Oslo");
        assert_eq!(kept.query, "rating=5&sort=name");
        assert_eq!(kept.source, "https://example.org/a");
        assert_eq!(kept.credits, ["Ada"]);
        assert_eq!(kept.clone().checked(), Ok(kept));
    }

    #[test]
    fn what_is_no_photoset_says_why() {
        let with = |change: fn(&mut Photoset)| {
            let mut set = Photoset::named("a");
            change(&mut set);
            set.checked().unwrap_err()
        };
        assert_eq!(with(|set| set.name = " ".to_owned()), SetError::Nameless);
        assert_eq!(
            with(|set| set.name = "a".repeat(LONGEST_LINE + 1)),
            SetError::Long
        );
        assert_eq!(
            with(|set| set.source = "javascript:alert(1)".to_owned()),
            SetError::Source
        );
        assert_eq!(with(|set| set.year = Some(0)), SetError::Year);
        assert_eq!(with(|set| set.tags = vec!["a,b".to_owned()]), SetError::Tag);
        assert_eq!(
            with(|set| set.credits = vec!["a".to_owned(); MOST_LINES + 1]),
            SetError::Many
        );
        assert_eq!(
            with(|set| set.description = "a".repeat(LONGEST_DESCRIPTION + 1)),
            SetError::LongDescription
        );
    }

    #[test]
    fn an_address_names_a_photoset_by_its_id() {
        let own = SetRef::new(SetId(7), &Photoset::named("Für Élise & co."));
        assert_eq!(own.slug, "für-élise-co");
        assert_eq!(own.to_string().parse(), Ok(own.clone()));
        assert_eq!(own.words(), "für élise co");
        let bare = SetRef::new(SetId(7), &Photoset::named("…"));
        assert_eq!(bare.to_string(), SetId(7).to_string());
        assert_eq!(bare.to_string().parse::<SetRef>(), Ok(bare));
        assert_eq!("summer".parse::<SetRef>(), Err(NoSet));
    }
}
