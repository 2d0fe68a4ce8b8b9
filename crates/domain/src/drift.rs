//! What is on the disk compared with what is known of it.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// How files may differ from what is known of them, by their sizes and times alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftKind {
    /// A file is gone.
    Missing,
    /// A file has another size or time than when it was read.
    Changed,
    /// A file cannot be looked at.
    Unreadable,
    /// A file among the originals that no picture knows.
    Orphan,
    /// A thumbnail of no picture.
    StrayThumbnail,
    /// A file on its way in that nobody will go on with.
    Leftover,
}

impl DriftKind {
    /// All kinds, in the order in which they are told.
    pub const ALL: [Self; 6] = [
        Self::Missing,
        Self::Changed,
        Self::Unreadable,
        Self::Orphan,
        Self::StrayThumbnail,
        Self::Leftover,
    ];
}

/// Files that differ in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftLine {
    /// How.
    pub kind: DriftKind,
    /// How many.
    pub count: u64,
    /// Some of them by their path.
    pub examples: Vec<String>,
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// Files of pictures that were looked at.
    pub files: u64,
    /// Watched folders that are not there, about whose files nothing is said.
    pub away: Vec<String>,
    /// What differs, each kind once; empty when nothing does.
    pub lines: Vec<DriftLine>,
    /// When it ended.
    pub at: Timestamp,
}

/// How comparing stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compared {
    /// Nobody asked since the server started.
    #[default]
    Never,
    /// It goes on, and so many files of pictures were looked at.
    Looking(u64),
    /// It ended.
    Done(Drift),
    /// It could not be done, for this reason in words.
    Failed(String),
}
