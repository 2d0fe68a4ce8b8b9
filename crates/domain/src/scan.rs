//! Watched folders, and how far reading them is.

use serde::{Deserialize, Serialize};

use crate::{id::RootId, time::Timestamp};

/// Whether a watched folder can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RootState {
    /// As it should be.
    Online,
    /// Not there, or not the folder that it was; nothing was changed.
    Offline,
    /// So many files are gone at once that nothing was changed until somebody decides.
    Suspicious,
}

/// What the pictures of a watched folder are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RootRole {
    /// What was made: the library.
    #[default]
    Output,
    /// What others are made from: shown beside those, and else only where somebody asks for it.
    Input,
}

/// A folder that the gallery shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Which one.
    pub id: RootId,
    /// What people call it; the folders of its pictures begin with this.
    pub name: String,
    /// Where it is on the server.
    pub path: String,
    /// Whether it can be reached.
    pub state: RootState,
    /// Pictures in it.
    pub images: u64,
    /// Pictures whose file is gone for now.
    pub missing: u64,
    /// Files that would turn missing if a suspicious scan were believed.
    pub vanished: u64,
    /// When it was last read to the end.
    pub scanned: Option<Timestamp>,
    /// Whether emptying the trash may delete its files.
    pub allow_delete: bool,
    /// Whether its files may be renamed and moved.
    #[serde(default)]
    pub allow_organise: bool,
    /// Whether XMP files may be written beside its pictures.
    #[serde(default)]
    pub allow_sidecars: bool,
    /// Whether it is left alone: not read, and not looked at for changes.
    #[serde(default)]
    pub paused: bool,
    /// Whether it is the gallery's own folder, for what is given to it.
    #[serde(default)]
    pub managed: bool,
    /// What its pictures are.
    #[serde(default)]
    pub role: RootRole,
}

/// What a scan is doing right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanPhase {
    /// Nothing to do.
    Idle,
    /// Listing files and reading recipes.
    Reading,
    /// Hashing and making thumbnails in the background.
    Finishing,
}

/// Progress of reading the watched folders; counts are since the scan began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScanProgress {
    /// What is going on.
    pub phase: ScanPhase,
    /// Files found so far.
    pub seen: u64,
    /// Files whose recipe was read.
    pub read: u64,
    /// Files that were known and unchanged.
    pub unchanged: u64,
    /// Files hashed and given thumbnails.
    pub finished: u64,
    /// Files still waiting for that.
    pub waiting: u64,
    /// Files that could not be read.
    pub problems: u64,
    /// Files per second just now.
    pub rate: f64,
    /// Seconds left, when it can be told.
    pub eta: Option<u64>,
    /// New pictures since the server started.
    pub added: u64,
    /// Number of the newest change of the library.
    pub change: i64,
    /// Pictures in the library.
    pub total: u64,
}

/// A file that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanProblem {
    /// Name of the watched folder.
    pub root: String,
    /// Path inside it.
    pub path: String,
    /// A short stable word: `unreadable`, `empty`, `truncated`, `not-an-image`, `not-drawn`,
    /// `too-large`, `bad-name`, `disk-full`...
    pub code: String,
    /// What happened, what is safe, what to do.
    pub message: String,
    /// When it was noticed.
    pub at: Timestamp,
}

/// A folder of the server's disk, as the folder picker shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderListing {
    /// The folder itself.
    pub path: String,
    /// The one above, if any.
    pub parent: Option<String>,
    /// Folders in it, by name.
    pub folders: Vec<FolderEntry>,
    /// Pictures and videos directly in it.
    pub pictures: u64,
    /// Places worth a shortcut: home, well-known output folders that exist.
    pub places: Vec<FolderEntry>,
    /// Folders of picture programs: this one, one above it or one in it.
    #[serde(default)]
    pub layouts: Vec<Layout>,
}

/// The folder of a picture program, and where its pictures lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The program, as people write it.
    pub program: String,
    /// Its folder.
    pub folder: String,
    /// Where it saves pictures.
    pub outputs: Vec<FolderEntry>,
    /// Where it keeps pictures that it begins from.
    pub inputs: Vec<FolderEntry>,
}

/// A folder to go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderEntry {
    /// Its name.
    pub name: String,
    /// Its whole path.
    pub path: String,
}
