//! What other tools are told and tell: tables of pictures, and decisions that come from elsewhere.

use serde::{Deserialize, Serialize};

/// How pictures are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TableFormat {
    /// Lines of cells with commas between them (RFC 4180), for spreadsheets.
    Csv,
    /// A list of objects.
    Json,
    /// A list of file names and whether each was approved; undecided pictures are left out.
    Approvals,
}

impl TableFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Approvals];

    /// Its word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Approvals => "approvals",
        }
    }

    /// The name of the file.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Csv => "pictures.csv",
            Self::Json => "pictures.json",
            Self::Approvals => "approvals.json",
        }
    }
}

/// What a file of decisions would do, or has done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brought {
    /// Lines about a picture.
    pub lines: u64,
    /// Lines whose picture is in the library.
    pub matched: u64,
    /// Changes of verdicts, stars, favourites and labels.
    pub judged: u64,
    /// Tags that come onto pictures.
    pub tagged: u64,
    /// Personas that change.
    pub personas: u64,
    /// Lines whose picture is not in the library.
    pub unmatched: u64,
    /// Lines that mean several pictures, or several lines that say different things of one.
    pub conflicting: u64,
    /// Some names of the last two kinds.
    pub examples: Vec<String>,
    /// Columns that mean nothing here.
    pub unknown: Vec<String>,
}

impl Brought {
    /// How many changes that is.
    pub fn changes(&self) -> u64 {
        self.judged + self.tagged + self.personas
    }
}
