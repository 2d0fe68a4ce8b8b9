//! What other tools are told and tell: tables of pictures, and decisions that come from elsewhere.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

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

/// What a file of another tool would do, or has done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brought {
    /// Whether it was read as a log of executions, whose further columns are parameters.
    pub log: bool,
    /// Lines about a picture.
    pub lines: u64,
    /// Lines whose picture is in the library.
    pub matched: u64,
    /// Changes of verdicts, stars, favourites and labels.
    pub judged: u64,
    /// Tags that come onto pictures.
    pub tagged: u64,
    /// Notes that pictures get that have none.
    pub notes: u64,
    /// Personas that change.
    pub personas: u64,
    /// Executions that become known.
    pub executions: u64,
    /// Values of parameters that come or change.
    pub parameters: u64,
    /// Prompts, models and dates that pictures get whose files do not say how they were made.
    pub recipes: u64,
    /// Lines whose picture is not in the library.
    pub unmatched: u64,
    /// Lines that mean several pictures, or several lines that say different things of one.
    pub conflicting: u64,
    /// Values that stay, because somebody set another one.
    pub kept: u64,
    /// Lines of executions that have not ended well.
    pub unfinished: u64,
    /// Files in an archive, or beside pictures, that could not be read.
    pub unread: u64,
    /// Some names of lines that were not matched or are not clear.
    pub examples: Vec<String>,
    /// Columns that mean nothing here.
    pub unknown: Vec<String>,
    /// Some files that could not be read, each with its reason.
    pub troubles: Vec<String>,
}

impl Brought {
    /// How many changes that is.
    pub fn changes(&self) -> u64 {
        let said = self.personas + self.executions + self.parameters + self.recipes;
        self.judged + self.tagged + self.notes + said
    }
}

/// A log of executions that is followed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FollowedLog {
    /// Where it is on the machine of the server.
    pub path: String,
    /// Lines about a picture, when it was last read.
    pub lines: u64,
    /// Lines that were attached to their pictures since the start.
    pub attached: u64,
    /// Lines whose picture is not here yet.
    pub waiting: u64,
    /// Lines that mean several pictures, or say something else than another line.
    pub unclear: u64,
    /// Values that stay, because somebody set another one.
    pub kept: u64,
    /// Rows of executions that have not ended well.
    pub unfinished: u64,
    /// When its lines were last compared.
    pub read: Option<Timestamp>,
    /// Why it cannot be read at the moment.
    pub trouble: Option<String>,
}

/// What writing XMP files beside pictures would do, or has done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sidecars {
    /// Files that are new or say something else now.
    pub written: u64,
    /// Files that say it already.
    pub same: u64,
    /// Files of other programs, which stay as they are.
    pub foreign: u64,
    /// Pictures in folders that do not allow it.
    pub closed: u64,
    /// Pictures of which there is nothing to say, and that have no such file.
    pub silent: u64,
    /// Files that could not be written.
    pub failed: u64,
    /// Some of those, each with its reason.
    pub troubles: Vec<String>,
}
