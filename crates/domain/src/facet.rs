//! Counts beside the grid: which values occur in a result, and how often.

use serde::{Deserialize, Serialize};

use crate::{
    id::SetId,
    photoset::{SetCount, SetKind},
    query::Field,
    tag::TagColour,
    time::Timestamp,
};

/// Facets of one result. While the index loads all of them are empty and `counting` is set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Facets {
    /// Whether the counts are still being made ready.
    pub counting: bool,
    /// One list for each of [`Field::FACETS`], in that order.
    pub values: Vec<ValueFacet>,
    /// One histogram per number facet.
    pub numbers: Vec<NumberFacet>,
    /// Colours of the listed tags that have one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colours: Vec<(String, TagColour)>,
    /// Photosets and saved searches, each followed by those that lie in it; counted in the whole library.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<SetLink>,
}

/// A photoset as a line of the panel beside the grid.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SetLink {
    /// Which.
    pub id: SetId,
    /// What it is called.
    pub name: String,
    /// What it shows, as in an address.
    pub query: String,
    /// What decides about its pictures.
    pub kind: SetKind,
    /// How many photosets it lies in.
    pub depth: usize,
    /// How many pictures it shows.
    pub pictures: u64,
}

impl From<&SetCount> for SetLink {
    fn from(one: &SetCount) -> Self {
        Self {
            id: one.id,
            name: one.set.name.clone(),
            query: one.query().to_string(),
            kind: one.set.kind,
            depth: one.depth,
            pictures: one.pictures,
        }
    }
}

/// The values of one field in a result, most frequent first (months: newest first).
///
/// A field's own filter is left out when its counts are made, so that ticking one checkpoint still
/// shows how many pictures the others would add.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValueFacet {
    /// Which field.
    pub field: Field,
    /// The most frequent values and every ticked one; of dates the months, newest first. A value is
    /// plain text as [`Query::with_toggled`](crate::query::Query::with_toggled) takes it; a folder's
    /// count holds what is below it.
    pub values: Vec<ValueCount>,
    /// How many different values there are in all.
    pub distinct: u64,
}

/// A value and how many pictures of the result have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueCount {
    /// The value, not quoted and not encoded.
    pub value: String,
    /// Number of pictures.
    pub count: u64,
}

/// How a number is spread over a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumberFacet {
    /// Which field.
    pub field: Field,
    /// Smallest value in the result; for dates milliseconds.
    pub min: f64,
    /// Largest value in the result.
    pub max: f64,
    /// Counts of equally wide bins from `min` to `max`.
    pub bins: Vec<u64>,
}

/// One stretch of the scrubber: the pictures of one month in the order of the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineMark {
    /// Position of the month's first picture in the result.
    pub position: u64,
    /// A moment in that month.
    pub month: Timestamp,
}
