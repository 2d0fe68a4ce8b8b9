//! What is in a backup, as it says itself. `manifest.json` names everything else with its hash and is written last,
//! so that a backup is either whole or none.

use std::{collections::BTreeMap, io, path::Path};

use domain::{id::RootId, problem::ProblemKind, time::Timestamp};
use serde::{Deserialize, Serialize};
use store::{
    Engine,
    rows::{Hash, RootKind, RootRow},
};

use super::{hex, unhex};
use crate::{
    error::Error,
    files::{self, survey, vault::Vault},
};

/// What this program writes, and reads.
pub(super) const FORMAT: u32 = 1;
/// Its name.
const NAME: &str = "manifest.json";

/// The whole of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: u32,
    /// The program's version.
    pub(super) program: String,
    pub(super) created: Timestamp,
    /// The same for people.
    pub(super) created_at: String,
    /// `sqlite` or `postgres`.
    pub(super) engine: String,
    pub(super) schema: i64,
    pub(super) database: Part,
    /// One line of JSON for each file of the library, see [`Line`].
    pub(super) files: Part,
    /// Files of the data folder that are neither pictures nor made of them.
    pub(super) data: Vec<Extra>,
    /// Rows of each table, where they were counted in the copy.
    pub(super) rows: BTreeMap<String, u64>,
    pub(super) roots: Vec<Folder>,
    pub(super) totals: Totals,
}

/// A file of the backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) blake3: String,
}

/// A file of the data folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Extra {
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) blake3: String,
}

/// A watched folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Folder {
    pub(super) key: i64,
    pub(super) id: RootId,
    pub(super) name: String,
    pub(super) path: String,
    /// Where it goes in a new data folder, when it is the gallery's own.
    pub(super) place: Option<String>,
}

/// What there is of files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Files of the library.
    pub files: u64,
    /// Those whose bytes the backup holds.
    pub kept: u64,
    /// Bytes of those.
    pub kept_bytes: u64,
    /// Those that lie in folders of the user's and were only listed.
    pub listed: u64,
    /// Those that are gone, or in folders that are not there.
    pub missing: u64,
    /// Those that could not be read.
    pub unreadable: u64,
    /// Those whose bytes were others than the library knew.
    pub changed: u64,
}

/// A file of the library.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Line {
    /// Its key in the database.
    pub(super) file: i64,
    /// Key of its root.
    pub(super) root: i64,
    /// Path inside the root.
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) mtime_ns: i64,
    pub(super) blake3: Option<String>,
    /// Whether its bytes are in the backup.
    pub(super) kept: bool,
}

impl Line {
    pub(super) fn hash(&self) -> Option<Hash> {
        self.blake3.as_deref().and_then(unhex)
    }
}

impl Part {
    pub(super) fn new(name: String, hash: &Hash, size: u64) -> Self {
        let blake3 = hex(hash);
        Self { name, size, blake3 }
    }
}

impl Folder {
    /// A root, whose own place is told by where it lies: below the data folder, or anywhere as managed.
    pub(super) fn of(root: RootRow, data: &Path) -> Self {
        let inside = Path::new(&root.path).strip_prefix(data).ok();
        let inside = inside.and_then(Path::to_str).map(str::to_owned);
        let managed = (root.kind == RootKind::Managed).then(|| format!("originals-{}", root.key));
        Self {
            key: root.key,
            id: root.id,
            name: root.name,
            path: root.path,
            place: inside.or(managed),
        }
    }
}

impl Manifest {
    /// The one in a folder; whatever is not one is told in words.
    pub(super) fn read(vault: &Vault, folder: &Path) -> Result<Self, Error> {
        let text = match files::read_text(&vault.path(NAME)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::told(
                    ProblemKind::NotFound,
                    format!(
                        "There is no whole backup in {}: {NAME} is not there. Nothing was changed; name the \
                         folder that was given to `proofsheet backup`, or make the backup to its end.",
                        folder.display()
                    ),
                ));
            }
            Err(error) => return Err(Error::file("reading a backup's manifest")(error)),
        };
        let manifest: Self = serde_json::from_str(&text).map_err(|_| {
            Error::told(
                ProblemKind::Invalid,
                "The manifest of this backup is damaged, or of a newer Proofsheet. Nothing was changed; \
                 use another backup, or a newer Proofsheet.",
            )
        })?;
        if manifest.format != FORMAT || manifest.schema > store::newest_schema() {
            return Err(Error::told(
                ProblemKind::Conflict,
                format!(
                    "This backup was made by a newer Proofsheet ({}). Nothing was changed; use that one.",
                    manifest.program
                ),
            ));
        }
        Ok(manifest)
    }

    /// Makes it the one of a folder. What earlier ones named is removed afterwards.
    pub(super) fn write(&self, vault: &Vault, folder: &Path) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        let part = vault.path("manifest.part");
        files::write_whole(&part, &text)?;
        survey::sync_file(&part)?;
        survey::replace(&part, &vault.path(NAME))?;
        let own = [self.database.name.as_str(), self.files.name.as_str()];
        for one in survey::list(folder)? {
            let ours = one.name.starts_with("library-") || one.name.starts_with("files-");
            if ours && !one.folder && !own.contains(&one.name.as_str()) {
                files::remove(&folder.join(one.name))?;
            }
        }
        Ok(())
    }
}

/// The word for an engine.
pub(super) fn word(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}
