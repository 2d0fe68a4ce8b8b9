//! Proving a backup, and making a library of it again.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io,
    path::{Path, PathBuf},
};

use domain::problem::ProblemKind;
use serde::Serialize;
use store::{
    OpenOptions, Store,
    rows::{Hash, PlacedFile},
};

use super::{
    Told, blocking, hex,
    manifest::{Line, Manifest, Part, Totals},
    postgres, unhex,
};
use crate::{
    error::Error,
    files::{
        self, Place, survey,
        vault::{self, Vault},
    },
};

/// Files between two notes of how far it came.
const SOME: usize = 1_000;

/// What a backup holds, and whether that is what it should be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// When it was made, in UTC.
    pub created: String,
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// Pictures in it.
    pub pictures: u64,
    /// What there is of files.
    pub totals: Totals,
    /// Different contents that were read.
    pub read: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// Folders that come back with their files.
    pub comes_back: Vec<String>,
    /// Folders of the user's that stay where they are.
    pub stays: Vec<String>,
    /// What is wrong, in sentences; empty when the backup is whole.
    pub troubles: Vec<String>,
}

/// What to make of a backup.
#[derive(Debug, Clone)]
pub struct RestoreOptions {
    /// The folder of the backup.
    pub from: PathBuf,
    /// The new data folder: one that is empty, or not there.
    pub to: PathBuf,
    /// The database to fill, where the backup is one of PostgreSQL.
    pub database: Option<String>,
    /// Whether what was copied of folders of the user's goes into the new data folder too.
    pub linked: bool,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Pictures in the library.
    pub pictures: u64,
    /// Files that were put back.
    pub files: u64,
    /// Bytes of those.
    pub bytes: u64,
    /// Where each folder lies now whose files were put back.
    pub folders: Vec<String>,
}

/// Reads every byte of a backup and compares it with the manifest; changes nothing.
pub async fn check(folder: &Path, told: Told<'_>) -> Result<Checked, Error> {
    let vault = Vault::look(folder);
    let manifest = Manifest::read(&vault, folder)?;
    let mut checked = Checked {
        created: manifest.created_at.clone(),
        engine: manifest.engine.clone(),
        pictures: manifest.rows.get("images").copied().unwrap_or(0),
        totals: manifest.totals,
        ..Checked::default()
    };
    let (back, stay): (Vec<_>, Vec<_>) =
        manifest.roots.iter().partition(|root| root.place.is_some());
    checked.comes_back = back.into_iter().map(|root| root.path.clone()).collect();
    checked.stays = stay.into_iter().map(|root| root.path.clone()).collect();
    let parts = [
        ("database", &manifest.database),
        ("list of files", &manifest.files),
    ];
    for (what, part) in parts {
        checked
            .troubles
            .extend(part_trouble(&vault, what, part).await?);
    }
    if checked.troubles.is_empty() && manifest.engine == "sqlite" {
        checked.troubles =
            database_troubles(&vault.path(&manifest.database.name), &manifest.rows).await?;
    }
    let extras: Vec<(Hash, u64)> = manifest
        .data
        .iter()
        .filter_map(|extra| Some((unhex(&extra.blake3)?, extra.size)))
        .collect();
    let mut objects = Objects {
        vault,
        seen: HashSet::new(),
        read: 0,
        bytes: 0,
        troubles: Vec::new(),
    };
    objects = blocking(move || {
        for (hash, size) in &extras {
            objects.look(hash, *size, "a file of settings");
        }
        objects
    })
    .await?;
    let mut lines = Lines::open(&objects.vault, &manifest)?;
    let mut done = 0;
    loop {
        let some = lines.next(SOME)?;
        if some.is_empty() {
            break;
        }
        done += some.len() as u64;
        objects = blocking(move || {
            for line in some.iter().filter(|line| line.kept) {
                match line.hash() {
                    Some(hash) => objects.look(&hash, line.size, &line.path),
                    None => objects.troubles.push(format!("{} has no hash.", line.path)),
                }
            }
            objects
        })
        .await?;
        told(done, manifest.totals.files);
    }
    (checked.read, checked.bytes) = (objects.read, objects.bytes);
    checked.troubles.extend(objects.troubles);
    Ok(checked)
}

/// What is wrong with a part of a backup.
async fn part_trouble(vault: &Vault, what: &str, part: &Part) -> Result<Option<String>, Error> {
    let path = vault.path(&part.name);
    let found = blocking(move || vault::hash_at(&path)).await?;
    Ok(match found {
        Ok((hash, _)) if hex(&hash) == part.blake3 => None,
        Ok(_) => Some(format!("The {what} ({}) is damaged.", part.name)),
        Err(_) => Some(format!("The {what} ({}) cannot be read.", part.name)),
    })
}

/// What is wrong inside a copy of a database, whose rows were counted when it was made.
async fn database_troubles(
    path: &Path,
    rows: &BTreeMap<String, u64>,
) -> Result<Vec<String>, Error> {
    let copy = Store::open_to_look(&format!("sqlite:{}", path.display())).await?;
    let mut troubles = copy.whole_check().await?;
    if copy.schema_version().await? == store::newest_schema() && copy.row_counts().await? != *rows {
        troubles.push("The database has other rows than the manifest says.".to_owned());
    }
    copy.close().await;
    Ok(troubles)
}

/// The contents of a backup, each looked at once.
struct Objects {
    vault: Vault,
    seen: HashSet<Hash>,
    read: u64,
    bytes: u64,
    troubles: Vec<String>,
}

impl Objects {
    fn look(&mut self, hash: &Hash, size: u64, path: &str) {
        if !self.seen.insert(*hash) {
            return;
        }
        let trouble = match vault::hash_at(&self.vault.object(hash)) {
            Ok((found, bytes)) => {
                self.read += 1;
                self.bytes += bytes;
                if found == *hash && bytes == size {
                    return;
                }
                "is damaged"
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => "is not there",
            Err(_) => "cannot be read",
        };
        self.troubles.push(format!("The copy of {path} {trouble}."));
    }
}

/// The list of files of a backup.
struct Lines(Box<dyn Iterator<Item = io::Result<String>> + Send>);

impl Lines {
    fn open(vault: &Vault, manifest: &Manifest) -> Result<Self, Error> {
        let lines = vault::lines(&vault.path(&manifest.files.name));
        let lines = lines.map_err(Error::file("reading a backup's list of files"))?;
        Ok(Self(Box::new(lines)))
    }

    /// The next of them; none at the end. A line that is damaged ends it, which its hash told before.
    fn next(&mut self, most: usize) -> Result<Vec<Line>, Error> {
        let some: io::Result<Vec<String>> = self.0.by_ref().take(most).collect();
        let some = some.map_err(Error::file("reading a backup's list of files"))?;
        Ok(some
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect())
    }
}

/// Makes a library of a backup. It is whole when this returns, or nothing of it is left.
pub async fn restore(what: &RestoreOptions, told: Told<'_>) -> Result<Restored, Error> {
    let vault = Vault::look(&what.from);
    let manifest = Manifest::read(&vault, &what.from)?;
    if manifest.engine == "postgres" && what.database.is_none() {
        return Err(Error::told(
            ProblemKind::Invalid,
            "This is a backup of a PostgreSQL database. Nothing was changed; name an empty database to put it \
             into with --database.",
        ));
    }
    for (name, part) in [
        ("database", &manifest.database),
        ("list of files", &manifest.files),
    ] {
        if let Some(trouble) = part_trouble(&vault, name, part).await? {
            return Err(damaged(&trouble));
        }
    }
    let to = what.to.clone();
    let made = blocking(move || Made::begin(&to)).await??;
    let restored = fill(what, vault, manifest, &made.folder, told).await?;
    made.keep();
    Ok(restored)
}

fn damaged(trouble: &str) -> Error {
    Error::told(
        ProblemKind::Invalid,
        format!(
            "{trouble} So this backup is not restored, and nothing was left behind. `proofsheet restore --check` \
             tells all that is wrong with it."
        ),
    )
}

/// A folder that is being filled; emptied again unless it is kept.
struct Made {
    folder: PathBuf,
    new: bool,
    keep: bool,
}

impl Made {
    fn begin(folder: &Path) -> Result<Self, Error> {
        let new = !files::exists(folder);
        if !new && !files::is_empty(folder) {
            return Err(Error::told(
                ProblemKind::Conflict,
                format!(
                    "{} is not empty. Nothing was changed; a library is restored into an empty folder, or one \
                     that is not there yet.",
                    folder.display()
                ),
            ));
        }
        files::make_folder(folder).map_err(Error::file("making the data folder"))?;
        let real = files::real_folder(folder).map_err(Error::file("making the data folder"))?;
        Ok(Self {
            folder: real,
            new,
            keep: false,
        })
    }

    fn keep(mut self) {
        self.keep = true;
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        // A disk that refuses this as well leaves what a second try then says.
        if self.new {
            let _ = survey::remove_folder(&self.folder);
            return;
        }
        for one in survey::list(&self.folder).unwrap_or_default() {
            let path = self.folder.join(one.name);
            let _ = if one.folder {
                survey::remove_folder(&path)
            } else {
                files::remove(&path)
            };
        }
    }
}

async fn fill(
    what: &RestoreOptions,
    vault: Vault,
    manifest: Manifest,
    data: &Path,
    told: Told<'_>,
) -> Result<Restored, Error> {
    let places = places(&manifest, data, what.linked);
    for extra in &manifest.data {
        let hash = unhex(&extra.blake3).ok_or_else(|| damaged("Its manifest is damaged."))?;
        let (Some(place), data) = (Place::new(data, "", &extra.path), data) else {
            return Err(damaged("Its manifest is damaged."));
        };
        let put = vault.put(&hash, &place.path(), 0);
        if put.map_err(Error::file("putting files back"))?.is_none() {
            return Err(damaged(&format!(
                "The copy of {} in {} is damaged.",
                extra.path,
                data.display()
            )));
        }
    }
    let mut lines = Lines::open(&vault, &manifest)?;
    let mut work = Putting {
        vault,
        places,
        placed: Vec::new(),
        files: 0,
        bytes: 0,
    };
    let mut seen = 0;
    loop {
        let some = lines.next(SOME)?;
        if some.is_empty() {
            break;
        }
        seen += some.len() as u64;
        let put = blocking(move || work.put(&some).map(|()| work)).await?;
        work = put?;
        told(seen, manifest.totals.files);
    }
    let folder = data.to_owned();
    let synced = blocking(move || vault::sync_all(&folder, &[])).await?;
    synced.map_err(Error::file("putting files back"))?;
    let pictures = database(what, &manifest, &work, data).await?;
    Ok(Restored {
        pictures,
        files: work.files,
        bytes: work.bytes,
        folders: {
            let mut folders: Vec<String> = work
                .places
                .values()
                .map(|path| path.display().to_string())
                .collect();
            folders.sort();
            folders
        },
    })
}

/// Where the roots go whose files come back.
fn places(manifest: &Manifest, data: &Path, linked: bool) -> HashMap<i64, PathBuf> {
    let roots = manifest.roots.iter();
    let place = |root: &super::manifest::Folder| {
        let inside = match &root.place {
            Some(place) => place.clone(),
            None if linked => format!("linked/{}", root.key),
            None => return None,
        };
        let (folder, name) = inside.rsplit_once('/').unwrap_or(("", &inside));
        Some((root.key, Place::new(data, folder, name)?.path()))
    };
    roots.filter_map(place).collect()
}

/// Files that are put back.
struct Putting {
    vault: Vault,
    places: HashMap<i64, PathBuf>,
    placed: Vec<PlacedFile>,
    files: u64,
    bytes: u64,
}

impl Putting {
    fn put(&mut self, some: &[Line]) -> Result<(), Error> {
        for line in some.iter().filter(|line| line.kept) {
            let Some(root) = self.places.get(&line.root) else {
                continue;
            };
            let (folder, name) = line.path.rsplit_once('/').unwrap_or(("", &line.path));
            let place = Place::new(root, folder, name).zip(line.hash());
            let (place, hash) = place.ok_or_else(|| damaged("Its list of files is damaged."))?;
            let put = self.vault.put(&hash, &place.path(), line.mtime_ns);
            let Some(stat) = put.map_err(Error::file("putting files back"))? else {
                return Err(damaged(&format!("The copy of {} is damaged.", line.path)));
            };
            self.files += 1;
            self.bytes += stat.size;
            self.placed.push(PlacedFile {
                location: line.file,
                inode: stat.inode,
                dev: stat.dev,
                mtime_ns: stat.mtime_ns,
                stamp: stat.stamp(),
            });
        }
        Ok(())
    }
}

/// The database comes last: without it a folder is no library.
async fn database(
    what: &RestoreOptions,
    manifest: &Manifest,
    work: &Putting,
    data: &Path,
) -> Result<u64, Error> {
    let copy = work.vault.path(&manifest.database.name);
    let growing = data.join("restoring.db");
    let url = if manifest.engine == "postgres" {
        let url = what.database.clone().unwrap_or_default();
        postgres::fill(&url, &copy).await?;
        url
    } else {
        let (from, to) = (copy, growing.clone());
        let copied = blocking(move || vault::copy_file(&from, &to)).await?;
        let hash = copied.map_err(Error::file("putting the database back"))?;
        if hex(&hash) != manifest.database.blake3 {
            return Err(damaged("The database of the backup is damaged."));
        }
        format!("sqlite:{}", growing.display())
    };
    let store = Store::open(&url, OpenOptions::default()).await?;
    let settled = settle(&store, manifest, work).await;
    store.close().await;
    let pictures = settled?;
    if manifest.engine != "postgres" {
        let to = data.join("proofsheet.db");
        let placed = blocking(move || {
            for ending in ["-wal", "-shm"] {
                let mut beside = growing.clone().into_os_string();
                beside.push(ending);
                files::remove(Path::new(&beside))?;
            }
            survey::sync_file(&growing)?;
            survey::replace(&growing, &to)
        });
        placed
            .await?
            .map_err(Error::file("putting the database back"))?;
    }
    Ok(pictures)
}

/// Tells the database where its files lie now, then compares it with the manifest.
async fn settle(store: &Store, manifest: &Manifest, work: &Putting) -> Result<u64, Error> {
    for root in &manifest.roots {
        if let Some(path) = work.places.get(&root.key) {
            files::make_folder(path).map_err(Error::file("putting files back"))?;
            store.move_root(root.id, &path.to_string_lossy()).await?;
        }
    }
    for some in work.placed.chunks(SOME) {
        store.place_files(some).await?;
    }
    if let Some(line) = store.whole_check().await?.first() {
        return Err(damaged(&format!(
            "The restored database is damaged ({line})."
        )));
    }
    let rows = store.row_counts().await?;
    if manifest.engine == "sqlite"
        && manifest.schema == store::newest_schema()
        && rows != manifest.rows
    {
        return Err(damaged(
            "The restored database has other rows than the manifest says.",
        ));
    }
    Ok(rows.get("images").copied().unwrap_or(0))
}
