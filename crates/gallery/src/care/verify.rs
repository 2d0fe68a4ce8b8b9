//! Whether the files and the database are what they should be.
//!
//! Files are told from the database in pages, so memory does not grow with the library. How far it came is kept
//! in a setting after each page; whoever is interrupted goes on there.

mod pieces;
mod strays;

use std::{collections::HashMap, io, path::Path, sync::Arc};

use domain::time::Timestamp;
use futures::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use store::{
    Store, StoreError,
    rows::{HeldFile, RootRow},
};

pub(crate) use pieces::{Looked, look_again, look_around, next_piece};

use super::{Told, blocking, shown};
use crate::{
    Options,
    error::Error,
    files::{self, Place, vault},
    owner, scan,
};

/// Files between two notes of how far it came.
const PAGE: u32 = 1_000;
/// The setting that remembers how far the last one came.
const POSITION: &str = "verify.position";
/// The setting that remembers which part is next, by the number of parts.
const TURN: &str = "verify.turn";

/// How closely files are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// Their sizes and times, and a quick look at the database.
    Fast,
    /// Every byte of every file.
    Whole,
    /// The same of one file in so many, each time of others.
    OneIn(u64),
}

impl Depth {
    /// So many percent of the files, each time others, until all were read.
    pub fn percent(percent: f64) -> Self {
        if percent >= 100.0 {
            return Self::Whole;
        }
        Self::OneIn((100.0 / percent.max(0.001)).ceil() as u64)
    }
}

/// What to verify.
#[derive(Debug, Clone, Copy)]
pub struct VerifyOptions {
    /// How closely.
    pub depth: Depth,
    /// Whether to begin at the beginning, although another one was interrupted.
    pub restart: bool,
}

/// What may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The database is damaged.
    Database,
    /// A folder is not there; nothing is said about its files.
    Offline,
    /// A file is gone.
    Missing,
    /// A file has another size or time than when it was read.
    Changed,
    /// A file looks the same, but its bytes are others.
    Damaged,
    /// A file cannot be read.
    Unreadable,
    /// A file among the originals that no picture knows.
    Orphan,
    /// A thumbnail of no picture.
    StrayThumbnail,
    /// A file on its way in that nobody will go on with.
    Leftover,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// The file or folder, or a sentence about the database.
    pub what: String,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Whether it went on with one that was interrupted.
    pub resumed: bool,
    /// Files that were looked at.
    pub files: u64,
    /// Files whose bytes were read.
    pub read: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// Files of which no hash is known yet, so that reading them proved only that they can be read.
    pub without_hash: u64,
    /// Files in folders that are not there.
    pub not_reached: u64,
    /// How often each kind of thing was found.
    pub found: std::collections::BTreeMap<FindingKind, u64>,
}

impl Verification {
    /// Whether anything was found.
    pub fn is_fine(&self) -> bool {
        self.found.is_empty()
    }
}

/// How far one came that was interrupted.
#[derive(Serialize, Deserialize)]
struct Position {
    depth: Depth,
    turn: u64,
    after: i64,
    so_far: Verification,
}

/// Looks at a library that may be in use, and changes nothing but the note of how far it came. Each finding is
/// told at once.
pub async fn verify(
    options: &Options,
    how: VerifyOptions,
    found: &mut (dyn FnMut(Finding) + Send),
    told: Told<'_>,
) -> Result<Verification, Error> {
    refuse_nothing(options)?;
    let came = look_through(options, how, found, told).await;
    match came {
        // What kept it from going on is what was looked for.
        Err(Error::Store(StoreError::Corrupt(line))) => {
            let kind = FindingKind::Database;
            found(Finding { kind, what: line });
            let mut came = Verification::default();
            came.found.insert(kind, 1);
            Ok(came)
        }
        came => came,
    }
}

fn refuse_nothing(options: &Options) -> Result<(), Error> {
    if options.database.is_none() && !files::exists(&options.data_dir.join("proofsheet.db")) {
        return Err(super::no_library(&options.data_dir));
    }
    Ok(())
}

/// Looks at every file of such a library by its size and time, and at all that belongs to nobody, and notes nowhere
/// how far it came. Answers how many files that were.
pub(crate) async fn glance(
    options: &Options,
    found: &mut (dyn FnMut(Finding) + Send),
) -> Result<u64, Error> {
    refuse_nothing(options)?;
    let store = owner::open_beside(options).await?;
    let at_once = options.workers.max(1);
    let came = glance_with(&store, (options, at_once), found, &|_| ()).await;
    store.close().await;
    came
}

/// The same with a database that is open, looking at so many files at once; `told` hears how many files that were
/// so far.
pub(crate) async fn glance_with(
    store: &Store,
    (options, at_once): (&Options, usize),
    found: &mut (dyn FnMut(Finding) + Send),
    told: &(dyn Fn(u64) + Send + Sync),
) -> Result<u64, Error> {
    let mut tell = |finding, _: Option<i64>| found(finding);
    let mut run = Run {
        roots: roots(store).await?,
        position: Position {
            depth: Depth::Fast,
            turn: 0,
            after: i64::MIN,
            so_far: Verification::default(),
        },
        store: store.clone(),
        options,
        at_once,
        found: &mut tell,
    };
    loop {
        let page = run.store.held_files(run.position.after, PAGE).await?;
        let Some(last) = page.last() else { break };
        run.position.after = last.location;
        run.page(page).await?;
        told(run.position.so_far.files);
    }
    strays::look(&mut run).await?;
    Ok(run.position.so_far.files)
}

async fn look_through(
    options: &Options,
    how: VerifyOptions,
    found: &mut (dyn FnMut(Finding) + Send),
    told: Told<'_>,
) -> Result<Verification, Error> {
    let store = owner::open_beside(options).await?;
    let mut tell = |finding, _: Option<i64>| found(finding);
    let mut run = Run {
        roots: roots(&store).await?,
        position: begin(&store, how).await?,
        store,
        options,
        at_once: options.workers.max(1),
        found: &mut tell,
    };
    run.database().await?;
    run.files(told).await?;
    strays::look(&mut run).await?;
    let came = run.end().await;
    run.store.close().await;
    came
}

/// What one needs on its way.
struct Run<'a> {
    options: &'a Options,
    store: Store,
    roots: HashMap<i64, (Arc<RootRow>, bool)>,
    position: Position,
    /// Files that are read at a time.
    at_once: usize,
    /// Is told each finding, and the key of its file where it is about one that the library holds.
    found: &'a mut (dyn FnMut(Finding, Option<i64>) + Send),
}

/// The roots by key, and whether each is there.
async fn roots(store: &Store) -> Result<HashMap<i64, (Arc<RootRow>, bool)>, Error> {
    let rows = store.roots().await?;
    blocking(move || {
        let with_state = |row: RootRow| {
            let there = scan::is_there(&row);
            (row.key, (Arc::new(row), there))
        };
        rows.into_iter().map(with_state).collect()
    })
    .await
}

/// The paths of the watched folders that are not there.
pub(crate) async fn away(store: &Store) -> Result<Vec<String>, Error> {
    let roots = roots(store).await?;
    let gone = roots.values().filter(|(_, there)| !there);
    let mut gone: Vec<String> = gone.map(|(row, _)| row.path.clone()).collect();
    gone.sort();
    Ok(gone)
}

async fn begin(store: &Store, how: VerifyOptions) -> Result<Position, Error> {
    let kept = store.setting(POSITION).await?.unwrap_or_default();
    if let Ok(mut position) = serde_json::from_str::<Position>(&kept)
        && position.depth == how.depth
        && !how.restart
    {
        position.so_far.resumed = true;
        return Ok(position);
    }
    let turn = match how.depth {
        Depth::OneIn(parts) => turn(store, parts).await? % parts,
        Depth::Fast | Depth::Whole => 0,
    };
    Ok(Position {
        depth: how.depth,
        turn,
        after: i64::MIN,
        so_far: Verification::default(),
    })
}

/// Which part is next of so many.
async fn turn(store: &Store, parts: u64) -> Result<u64, Error> {
    let kept = store.setting(TURN).await?.unwrap_or_default();
    let known = kept.split_once('/').and_then(|(turn, of)| {
        let same = of.parse() == Ok(parts);
        same.then(|| turn.parse().ok())?
    });
    Ok(known.unwrap_or(0))
}

/// What looking at a file told.
enum Look {
    Fine { read: Option<u64> },
    Wrong(FindingKind),
}

impl Run<'_> {
    fn find(&mut self, kind: FindingKind, what: String) {
        self.find_of(kind, what, None);
    }

    fn find_of(&mut self, kind: FindingKind, what: String, file: Option<i64>) {
        *self.position.so_far.found.entry(kind).or_default() += 1;
        (self.found)(Finding { kind, what }, file);
    }

    /// Looks at the database, and names the folders that are not there. Both were told already where an
    /// interrupted one goes on.
    async fn database(&mut self) -> Result<(), Error> {
        if self.position.so_far.resumed {
            return Ok(());
        }
        let damage = match self.position.depth {
            Depth::Fast => self.store.quick_check().await?,
            Depth::Whole | Depth::OneIn(_) => self.store.whole_check().await?,
        };
        for line in damage {
            self.find(FindingKind::Database, line);
        }
        let gone = self.roots.values().filter(|(_, there)| !there);
        let mut gone: Vec<String> = gone.map(|(row, _)| row.path.clone()).collect();
        gone.sort();
        for path in gone {
            self.find(FindingKind::Offline, path);
        }
        Ok(())
    }

    async fn files(&mut self, told: Told<'_>) -> Result<(), Error> {
        let total = self.store.row_counts().await?;
        let total = total.get("locations").copied().unwrap_or(0);
        loop {
            let page = self.store.held_files(self.position.after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            let after = last.location;
            self.page(page).await?;
            self.position.after = after;
            let note = serde_json::to_string(&self.position).unwrap_or_default();
            self.store.set_setting(POSITION, &note).await?;
            let so_far = &self.position.so_far;
            told(so_far.files + so_far.not_reached, total);
        }
    }

    /// Looks at some files, several at once.
    async fn page(&mut self, page: Vec<HeldFile>) -> Result<(), Error> {
        let (depth, turn) = (self.position.depth, self.position.turn);
        let looking = page.into_iter().filter_map(|file| {
            let (root, there) = self.roots.get(&file.root)?;
            let (root, there) = (Arc::clone(root), *there);
            Some(async move {
                if !there {
                    return Ok((file, root, None));
                }
                let read = match depth {
                    Depth::Fast => false,
                    Depth::Whole => true,
                    Depth::OneIn(parts) => part_of(file.location, parts) == turn,
                };
                blocking(move || {
                    let look = look_at(&file, &root.path, read);
                    (file, root, Some(look))
                })
                .await
            })
        });
        let looked: Vec<_> = stream::iter(looking.collect::<Vec<_>>())
            .buffered(self.at_once)
            .collect()
            .await;
        let mut looked: Vec<_> = looked.into_iter().collect::<Result<_, Error>>()?;
        self.forget_lost(&mut looked).await?;
        for (file, root, look) in looked {
            let so_far = &mut self.position.so_far;
            match look {
                None => so_far.not_reached += 1,
                Some(Look::Fine { read }) => {
                    so_far.files += 1;
                    if let Some(bytes) = read {
                        so_far.read += 1;
                        so_far.bytes += bytes;
                        so_far.without_hash += u64::from(file.content_hash.is_none());
                    }
                }
                Some(Look::Wrong(kind)) => {
                    so_far.files += 1;
                    let path = shown(&root.path, &file.folder, &file.name);
                    self.find_of(kind, path, Some(file.location));
                }
            }
        }
        Ok(())
    }

    /// A disk that went away meanwhile says nothing about its files.
    async fn forget_lost(
        &mut self,
        looked: &mut [(HeldFile, Arc<RootRow>, Option<Look>)],
    ) -> Result<(), Error> {
        let lost = |look: &Option<Look>| {
            let lost = [FindingKind::Missing, FindingKind::Unreadable];
            matches!(look, Some(Look::Wrong(kind)) if lost.contains(kind))
        };
        let mut doubted: Vec<i64> = Vec::new();
        for (file, _, look) in looked.iter() {
            if lost(look) && !doubted.contains(&file.root) {
                doubted.push(file.root);
            }
        }
        for key in doubted {
            let Some((root, _)) = self.roots.get(&key) else {
                continue;
            };
            let (row, path) = (Arc::clone(root), root.path.clone());
            if blocking(move || scan::is_there(&row)).await? {
                continue;
            }
            if let Some((_, there)) = self.roots.get_mut(&key) {
                *there = false;
            }
            self.find(FindingKind::Offline, path);
            let own = looked.iter_mut().filter(|(file, ..)| file.root == key);
            own.for_each(|(_, _, look)| *look = None);
        }
        Ok(())
    }

    /// Forgets how far it came, and notes which part is next.
    async fn end(&mut self) -> Result<Verification, Error> {
        if let Depth::OneIn(parts) = self.position.depth {
            let next = format!("{}/{parts}", (self.position.turn + 1) % parts);
            self.store.set_setting(TURN, &next).await?;
        }
        self.store.set_setting(POSITION, "").await?;
        Ok(std::mem::take(&mut self.position.so_far))
    }

    fn now(&self) -> Timestamp {
        self.options.clock.now()
    }
}

/// The part of so many to which a file belongs. Keys in a row belong to different ones.
fn part_of(location: i64, parts: u64) -> u64 {
    let hash = blake3::hash(&location.to_le_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(first) % parts.max(1)
}

fn look_at(file: &HeldFile, root: &str, read: bool) -> Look {
    let Some(place) = Place::new(Path::new(root), &file.folder, &file.name) else {
        return Look::Wrong(FindingKind::Unreadable);
    };
    let stat = match files::stat(&place.path()) {
        Ok(stat) => stat,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Look::Wrong(FindingKind::Missing);
        }
        Err(_) => return Look::Wrong(FindingKind::Unreadable),
    };
    if !stat.may_be_as(file.size, file.mtime_ns) {
        return Look::Wrong(FindingKind::Changed);
    }
    if !read {
        return Look::Fine { read: None };
    }
    match vault::hash_in(&place) {
        Ok((hash, bytes)) if file.content_hash.is_none_or(|known| known == hash) => {
            Look::Fine { read: Some(bytes) }
        }
        Ok(_) => Look::Wrong(FindingKind::Damaged),
        Err(_) => Look::Wrong(FindingKind::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_one_in_so_many() {
        assert_eq!(Depth::percent(5.0), Depth::OneIn(20));
        assert_eq!(Depth::percent(7.0), Depth::OneIn(15));
        assert_eq!(Depth::percent(100.0), Depth::Whole);
        assert_eq!(Depth::percent(0.0), Depth::OneIn(100_000));
    }

    #[test]
    fn every_file_is_in_one_part_and_the_parts_are_about_as_large() {
        let mut sizes = [0; 20];
        for location in 0..10_000 {
            sizes[part_of(location, 20) as usize] += 1;
        }
        assert!(
            sizes.iter().all(|size| (400..600).contains(size)),
            "{sizes:?}"
        );
    }
}
