//! A copy of the whole library in another folder.
//!
//! The database comes first, as it was at one moment; then the files that it names, each content once. A file that
//! comes meanwhile belongs to the next backup. What an interrupted one copied is not copied again.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::problem::ProblemKind;
use serde::Serialize;
use store::{
    Engine, Store,
    rows::{HeldFile, RootRow},
};

pub use super::manifest::Totals;
use super::{
    Told, blocking, hex, look,
    manifest::{Extra, FORMAT, Folder, Line, Manifest, Part, word},
    postgres,
};
use crate::{
    Options,
    error::Error,
    files::{
        self, OpenFile, Place, survey,
        vault::{self, Lines, Named, Vault},
    },
    scan,
};

/// Files between two looks at the database.
const PAGE: u32 = 1_000;
/// Files of the data folder that go along.
const EXTRAS: [&str; 1] = ["rules.toml"];

/// What to back up, and where to.
#[derive(Debug, Clone)]
pub struct BackupOptions {
    /// The folder of the backup.
    pub folder: PathBuf,
    /// Whether to copy also what lies in folders of the user's.
    pub linked: bool,
    /// Whether to remove bytes that no file of the library has any more.
    pub prune: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// Pictures in the copy of the database.
    pub pictures: u64,
    /// Bytes of that copy.
    pub database_bytes: u64,
    /// Files of the library.
    pub totals: Totals,
    /// Files whose bytes were copied now; the others were there already.
    pub copied: u64,
    /// Bytes of those.
    pub copied_bytes: u64,
    /// What was removed of earlier backups; `None` where that was not asked for.
    pub pruned: Option<Pruned>,
}

/// What came of removing bytes that no file of the library has any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// Contents that no file has.
    pub objects: u64,
    /// Bytes of those.
    pub bytes: u64,
    /// Whether they were left, because they are more than half of all: so much is gone rather by mistake than by
    /// intention.
    pub left: bool,
}

/// Copies a library that may be in use, and only reads it.
pub async fn backup(
    options: &Options,
    what: &BackupOptions,
    told: Told<'_>,
) -> Result<Backup, Error> {
    let live = look(options).await?;
    let made = copy(&live, options, what, told).await;
    live.close().await;
    made
}

async fn copy(
    live: &Store,
    options: &Options,
    what: &BackupOptions,
    told: Told<'_>,
) -> Result<Backup, Error> {
    let roots = live.roots().await?;
    refuse_inside(options, what, &roots)?;
    let folder = what.folder.clone();
    let vault = blocking(move || Vault::open(&folder)).await?;
    let vault = vault.map_err(Error::file("making the folder of a backup"))?;
    let vault = vault.ok_or_else(busy)?;
    let mark = format!("{:032x}", options.clock.mint());
    let (database, listed) = match live.engine() {
        Engine::Sqlite => {
            let name = format!("library-{mark}.db");
            let path = vault.path(&name);
            copy_sqlite(live, &path).await?;
            let url = format!("sqlite:{}", path.display());
            (name, Store::open_to_look(&url).await?)
        }
        Engine::Postgres => {
            let name = format!("library-{mark}.dump");
            postgres::dump(options, &vault.path(&name)).await?;
            (name, live.clone())
        }
    };
    let rows = listed.row_counts().await?;
    let roots = listed.roots().await?;
    let data = blocking({
        let data = options.data_dir.clone();
        move || files::real_folder(&data)
    });
    let data = data
        .await?
        .map_err(Error::file("looking at the data folder"))?;
    let path = vault.path(&database);
    let hashed = blocking(move || vault::hash_at(&path)).await?;
    let (hash, size) = hashed.map_err(Error::file("reading the copy of the database"))?;
    let list_name = format!("files-{mark}.jsonl");
    let lines = Lines::create(&vault.path(&list_name)).map_err(Error::file("writing a backup"))?;
    let roots = own_and_there(roots, data.clone()).await?;
    let mut work = Work {
        vault,
        lines,
        roots: Arc::new(roots),
        linked: what.linked,
        named: what.prune.then(Named::default),
        totals: Totals::default(),
        copied: 0,
        copied_bytes: 0,
    };
    let total = rows.get("locations").copied().unwrap_or(0);
    let mut after = i64::MIN;
    loop {
        let page = listed.held_files(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.location;
        let taken = blocking(move || work.take(&page).map(|()| work)).await?;
        work = taken.map_err(Error::file("copying files into a backup"))?;
        told(work.totals.files, total);
    }
    if live.engine() == Engine::Sqlite {
        listed.close().await;
    }
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        created: options.clock.now(),
        created_at: options.clock.now().minute_text(),
        engine: word(live.engine()).to_owned(),
        schema: live.schema_version().await?,
        database: Part::new(database, &hash, size),
        files: Part::new(list_name, &[0; 32], 0),
        data: Vec::new(),
        rows,
        roots: Vec::new(),
        totals: Totals::default(),
    };
    let folder = what.folder.clone();
    let done = blocking(move || work.end(manifest, &folder, &data)).await?;
    done.map_err(Error::file("writing a backup"))
}

/// Copies a SQLite database, and believes the copy only when it is whole and holds all that was committed before.
pub(super) async fn copy_sqlite(live: &Store, to: &Path) -> Result<(), Error> {
    let change = live.change_now().await?;
    live.copy_into(to).await?;
    let path = to.to_owned();
    let synced = blocking(move || survey::sync_file(&path)).await?;
    synced.map_err(Error::file("writing a copy of the database"))?;
    let copy = Store::open_to_look(&format!("sqlite:{}", to.display())).await?;
    let damage = copy.whole_check().await?;
    let shown = copy.change_now().await?;
    copy.close().await;
    if let Some(line) = damage.first() {
        return Err(Error::told(
            ProblemKind::Internal,
            format!(
                "The copy of the database is damaged ({line}), so it does not count; the database itself may be. \
                 Nothing was changed; look with `proofsheet verify`."
            ),
        ));
    }
    if shown < change {
        return Err(Error::told(
            ProblemKind::Internal,
            "The copy of the database lacks what was committed before, so it does not count. Nothing was \
             changed; try again.",
        ));
    }
    Ok(())
}

fn busy() -> Error {
    Error::told(
        ProblemKind::Busy,
        "Another backup is written into this folder right now. Nothing was changed; wait until it has ended.",
    )
}

/// A backup inside the library would go with it, and would be taken for a part of it.
fn refuse_inside(options: &Options, what: &BackupOptions, roots: &[RootRow]) -> Result<(), Error> {
    let here = what
        .folder
        .ancestors()
        .find_map(|path| files::real_folder(path).ok());
    let here = here.unwrap_or_else(|| what.folder.clone());
    let data = files::real_folder(&options.data_dir).ok();
    let mut taken = data
        .into_iter()
        .chain(roots.iter().map(|root| PathBuf::from(&root.path)));
    let Some(taken) = taken.find(|taken| here.starts_with(taken)) else {
        return Ok(());
    };
    Err(Error::told(
        ProblemKind::Invalid,
        format!(
            "A backup in {} would be lost together with what it is a backup of. Nothing was changed; choose a \
             folder on another disk.",
            taken.display()
        ),
    ))
}

/// A root as it is backed up.
struct Source {
    folder: Folder,
    there: bool,
}

async fn own_and_there(roots: Vec<RootRow>, data: PathBuf) -> Result<HashMap<i64, Source>, Error> {
    blocking(move || {
        let source = |row: RootRow| {
            let there = scan::is_there(&row);
            let folder = Folder::of(row, &data);
            (folder.key, Source { folder, there })
        };
        roots.into_iter().map(source).collect()
    })
    .await
}

/// A backup that is being written.
struct Work {
    vault: Vault,
    lines: Lines,
    roots: Arc<HashMap<i64, Source>>,
    linked: bool,
    /// What is not removed; nothing is where there is none.
    named: Option<Named>,
    totals: Totals,
    copied: u64,
    copied_bytes: u64,
}

impl Work {
    /// Copies and lists some files.
    fn take(&mut self, page: &[HeldFile]) -> io::Result<()> {
        let roots = Arc::clone(&self.roots);
        for file in page {
            let Some(source) = roots.get(&file.root) else {
                continue;
            };
            let line = self.one(file, source)?;
            if let Some(named) = &mut self.named {
                // Also what the library knows while the file has other bytes, or is away.
                let hashes = [line.hash(), file.content_hash];
                named.hashes.extend(hashes.into_iter().flatten());
                if hashes == [None, None] {
                    named.sizes.insert(line.size);
                }
            }
            self.totals.files += 1;
            if line.kept {
                self.totals.kept += 1;
                self.totals.kept_bytes += line.size;
            }
            self.lines.add(&serde_json::to_string(&line)?)?;
        }
        self.vault.settle()
    }

    fn one(&mut self, file: &HeldFile, source: &Source) -> io::Result<Line> {
        let mut line = Line {
            file: file.location,
            root: file.root,
            path: match file.folder.as_str() {
                "" => file.name.clone(),
                folder => format!("{folder}/{}", file.name),
            },
            size: file.size,
            mtime_ns: file.mtime_ns,
            blake3: file.content_hash.as_ref().map(hex),
            kept: false,
        };
        let place = Place::new(Path::new(&source.folder.path), &file.folder, &file.name);
        let opened = match place.filter(|_| source.there) {
            Some(place) => OpenFile::open(&place),
            None => Err(io::ErrorKind::NotFound.into()),
        };
        let (open, stat) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                if error.kind() == io::ErrorKind::NotFound {
                    self.totals.missing += 1;
                } else {
                    self.totals.unreadable += 1;
                }
                // An earlier backup may have its bytes.
                line.kept = file
                    .content_hash
                    .is_some_and(|hash| self.vault.has(&hash, file.size));
                return Ok(line);
            }
        };
        let same = (stat.size, stat.mtime_ns) == (file.size, file.mtime_ns);
        let known = file.content_hash.filter(|_| same);
        (line.size, line.mtime_ns) = (stat.size, stat.mtime_ns);
        if source.folder.place.is_none() && !self.linked {
            self.totals.listed += 1;
            if known.is_none() {
                match vault::hash_of(open.reader()) {
                    Ok((hash, size)) => (line.blake3, line.size) = (Some(hex(&hash)), size),
                    Err(_) => self.totals.unreadable += 1,
                }
            }
            return Ok(line);
        }
        if let Some(hash) = known
            && self.vault.has(&hash, file.size)
        {
            line.kept = true;
            return Ok(line);
        }
        let kept = match self.vault.keep(&open) {
            Ok(kept) => kept,
            // The backup's own disk is full or broken: nothing would come of the other files either.
            Err(error) if crate::error::is_full(&error) => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "a file could not be copied into the backup");
                self.totals.unreadable += 1;
                return Ok(line);
            }
        };
        if file.content_hash.is_some_and(|hash| hash != kept.hash) {
            self.totals.changed += 1;
        }
        if kept.new {
            self.copied += 1;
            self.copied_bytes += kept.size;
        }
        line.blake3 = Some(hex(&kept.hash));
        line.size = kept.size;
        line.kept = true;
        Ok(line)
    }

    /// Writes down what the backup holds, which makes it one.
    fn end(mut self, mut manifest: Manifest, folder: &Path, data: &Path) -> io::Result<Backup> {
        for name in EXTRAS {
            let Ok((file, _)) = OpenFile::open_named(&data.join(name)) else {
                continue;
            };
            let kept = self.vault.keep(&file)?;
            if let Some(named) = &mut self.named {
                named.hashes.insert(kept.hash);
            }
            manifest.data.push(Extra {
                path: name.to_owned(),
                size: kept.size,
                blake3: hex(&kept.hash),
            });
        }
        self.vault.finish()?;
        let (hash, size) = self.lines.finish()?;
        manifest.files = Part::new(manifest.files.name, &hash, size);
        let mut roots: Vec<Folder> = self
            .roots
            .values()
            .map(|source| source.folder.clone())
            .collect();
        roots.sort_unstable_by_key(|root| root.key);
        manifest.roots = roots;
        manifest.totals = self.totals;
        manifest.write(&self.vault, folder)?;
        // Last: whatever interrupts it, the backup is whole.
        let pruned = self.named.map(|named| prune(&self.vault, &named));
        Ok(Backup {
            pictures: manifest.rows.get("images").copied().unwrap_or(0),
            database_bytes: manifest.database.size,
            totals: self.totals,
            copied: self.copied,
            copied_bytes: self.copied_bytes,
            pruned: pruned.transpose()?,
        })
    }
}

/// Removes the bytes that nothing names, unless they are most of all.
fn prune(vault: &Vault, named: &Named) -> io::Result<Pruned> {
    let found = vault.unnamed(named)?;
    let objects = found.paths.len() as u64;
    let left = objects > found.of / 2;
    if !left {
        found
            .paths
            .iter()
            .try_for_each(|path| files::remove(path))?;
    }
    Ok(Pruned {
        objects,
        bytes: found.bytes,
        left,
    })
}
