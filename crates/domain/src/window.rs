//! Parts of a result by position.

use serde::{Deserialize, Serialize};

use crate::{
    id::ResultId,
    image::{ImageCard, RowFacts},
};

/// A run of positions in a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// First position, counted from 0.
    pub offset: u64,
    /// How many; the server answers at most [`Window::LIMIT`].
    pub len: u32,
}

impl Window {
    /// The most cards that one request may ask for.
    pub const LIMIT: u32 = 500;
}

/// A result that the server holds: what the page needs to scroll through it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultHead {
    /// Asks for its windows; `None` while the index still loads and only the first page is known.
    pub id: Option<ResultId>,
    /// Exact number of pictures in it; `None` while the index still loads.
    pub total: Option<u64>,
    /// The state of the library that it shows; a larger number is newer.
    pub change: i64,
    /// Position of the picture named by `image=` or `at=`, when it is in the result.
    pub at: Option<u64>,
}

/// Cards of one window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Position of the first card.
    pub offset: u64,
    /// The cards, without gaps.
    pub cards: Vec<ImageCard>,
    /// What the rows of a list say besides, one for each card; empty where a grid asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<RowFacts>,
}

/// What the first screen needs, in one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstPage {
    /// The held result.
    pub head: ResultHead,
    /// Its first window, or the one around the anchor.
    pub page: Page,
    /// Whether the library is empty and no folder is watched: show the first-run screen.
    pub first_run: bool,
}

/// A picture's place in a result and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbours {
    /// Its position, counted from 0.
    pub position: u64,
    /// Number of pictures in the result.
    pub total: u64,
    /// Up to two before it, nearest last.
    pub before: Vec<ImageCard>,
    /// Up to two after it, nearest first.
    pub after: Vec<ImageCard>,
}
