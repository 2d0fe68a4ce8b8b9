//! Taking files in by the group.
//!
//! The bytes of up to [`GROUP`] files go to the folder of files on their way in and are synced together; then
//! each is moved to its place without replacing anything, the folders are synced, and one transaction records
//! all of them. A kill at any moment leaves files that the next start sweeps, or whole files in their place
//! that the next run, or the next scan, records. What is there already is known by its bytes.

mod place;
mod stage;

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use domain::{id::UploadId, time::Timestamp, upload::with_ending};
use media::archive::Foreign;
use store::rows::{Hash, RootRow, ScannedFile};

pub(super) use self::stage::open_below;
use self::{
    place::{Move, place},
    stage::Stage,
};
use super::{blocking, said};
use crate::{Inner, error::Error, files::PlainFile, keeper, scan, uploads};

/// Files that are synced and recorded together.
const GROUP: usize = 32;
/// And bytes; a group has at least one file.
const GROUP_BYTES: u64 = 256 << 20;
/// Larger texts beside a picture are not its recipe, in bytes.
pub(super) const BESIDE: u64 = 2 << 20;

/// A file that is to be taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Which one of its source.
    pub(super) at: usize,
    /// Its name there.
    pub(super) shown: String,
    /// Its path below the folder that was named, where it is a file.
    pub(super) inside: String,
    /// Where it goes, in the folder of what was given to the gallery.
    pub(super) folder: String,
    pub(super) name: String,
    /// How many bytes it is said to have.
    pub(super) size: u64,
    /// And which checksum.
    pub(super) crc32: Option<u32>,
    pub(super) modified: Option<Timestamp>,
    /// The texts beside it, which may hold its recipe.
    pub(super) beside: Vec<Beside>,
}

/// A text beside a picture, in the same source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Beside {
    pub(super) at: usize,
    pub(super) inside: String,
    /// Its ending, with the dot.
    pub(super) ending: String,
    /// Whether it stands behind the whole name of the picture, as in `a.png.xmp`.
    pub(super) whole: bool,
}

/// Texts that go beside a picture: what is added to its name, or to its name without ending, and their bytes.
type Texts = Vec<(Beside, Vec<u8>)>;

/// Where the bytes of items are.
pub(super) enum Source {
    /// In an open archive.
    Zip(Box<Foreign<PlainFile>>),
    /// Below a folder.
    Folder(PathBuf),
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It came in as this picture.
    Taken(i64),
    /// It lay in its place and is this picture.
    There(i64),
    /// The library had its bytes elsewhere, as this picture.
    Same(i64),
    /// It was not taken, for this reason.
    Refused(String),
}

impl Fate {
    /// The picture that it is.
    pub(super) fn key(&self) -> Option<i64> {
        match self {
            Self::Taken(key) | Self::There(key) | Self::Same(key) => Some(*key),
            Self::Refused(_) => None,
        }
    }
}

/// What became of an item before anything is moved.
enum Staged {
    /// It lies in its place as a picture that is known.
    Known(i64),
    /// It lies in its place, and nobody knows it.
    Lies(Hash, Texts),
    /// Its bytes are on their way in.
    Arrived(UploadId, Hash, Texts),
    Refused(String),
}

/// What became of an item before it is recorded.
enum Settled {
    Known(i64),
    Same(i64),
    /// The same bytes as an earlier one of its group.
    As(usize),
    /// It lies in its place now, came with this move, and is to be recorded.
    Placed(Box<ScannedFile>, Hash, bool),
    Refused(String),
}

/// Takes files in.
pub(super) struct Taker {
    pub(super) inner: Arc<Inner>,
    pub(super) root: RootRow,
    /// Whether a file of the right size in its place is taken for the right one without reading it.
    pub(super) trusting: bool,
}

/// How many of the first items make a group.
fn group(items: &[Item]) -> usize {
    let mut bytes = 0_u64;
    let within = items.iter().take(GROUP).take_while(|item| {
        bytes = bytes.saturating_add(item.size);
        bytes <= GROUP_BYTES
    });
    within.count().max(1).min(items.len())
}

impl Taker {
    /// Takes all items in, group by group; gives what became of each of them. After each group `tell` learns of it. The
    /// bytes of a group are fetched while those of the one before are put into their places: the first needs the
    /// processor, the second waits for the disk.
    pub(super) async fn all(
        &self,
        source: Source,
        items: &[Item],
        mut tell: impl FnMut(&[Item], &[Fate]),
    ) -> Result<Vec<Fate>, Error> {
        let mut all = Vec::with_capacity(items.len());
        let (mut now, mut later) = items.split_at(group(items));
        let (mut source, mut staged) = self.stage(source, now).await?;
        loop {
            let (next, rest) = later.split_at(group(later));
            let (settled, following) =
                tokio::join!(self.finish(now, staged), self.stage(source, next));
            let fates = match settled {
                Ok(fates) => fates,
                Err(error) => {
                    if let Ok((_, staged)) = following {
                        self.give_up(staged).await?;
                    }
                    return Err(error);
                }
            };
            tell(now, &fates);
            all.extend(fates);
            (source, staged) = following?;
            if next.is_empty() {
                return Ok(all);
            }
            (now, later) = (next, rest);
        }
    }

    /// Fetches the bytes of one group; gives its source back with what is to be done with each of them.
    async fn stage(&self, source: Source, items: &[Item]) -> Result<(Source, Vec<Staged>), Error> {
        if items.is_empty() {
            return Ok((source, Vec::new()));
        }
        let places: Vec<(String, String)> = items
            .iter()
            .map(|item| (item.folder.clone(), item.name.clone()))
            .collect();
        let known = self.inner.store.images_at(self.root.key, &places).await?;
        let known: HashMap<usize, i64> = known.into_iter().collect();
        let (inner, root) = (Arc::clone(&self.inner), PathBuf::from(&self.root.path));
        let (own, trusting) = (items.to_vec(), self.trusting);
        let (source, staged) = blocking(move || {
            let mut source = source;
            let staged = Stage::new(&inner, &root, trusting);
            let staged = staged.and_then(|stage| stage.all(&mut source, &own, &known));
            (source, staged)
        })
        .await?;
        Ok((source, staged?))
    }

    /// Puts one group into its places and records it.
    async fn finish(&self, items: &[Item], staged: Vec<Staged>) -> Result<Vec<Fate>, Error> {
        let _one_at_a_time = self.inner.receiver.placing().await;
        let settled = self.settle(items, staged).await?;
        self.record(settled).await
    }

    /// Removes what was fetched and is not put into its place.
    async fn give_up(&self, staged: Vec<Staged>) -> Result<(), Error> {
        let inner = Arc::clone(&self.inner);
        blocking(move || stage::give_up(&inner, &staged)).await
    }

    /// Moves what is new to its place.
    async fn settle(&self, items: &[Item], staged: Vec<Staged>) -> Result<Vec<Settled>, Error> {
        let mut settled = Vec::with_capacity(staged.len());
        let mut moves = Vec::new();
        let mut first: HashMap<Hash, usize> = HashMap::new();
        let mut superfluous = Vec::new();
        for (at, one) in staged.into_iter().enumerate() {
            settled.push(match one {
                Staged::Known(key) => Settled::Known(key),
                Staged::Refused(why) => Settled::Refused(why),
                Staged::Lies(hash, texts) => {
                    first.entry(hash).or_insert(at);
                    moves.push((at, None, hash, texts));
                    Settled::As(at)
                }
                Staged::Arrived(id, hash, texts) => {
                    let same = uploads::same(&self.inner, hash).await?;
                    let earlier = first.get(&hash).copied();
                    if let Some(key) = same {
                        superfluous.push(id);
                        Settled::Same(key)
                    } else if let Some(earlier) = earlier {
                        superfluous.push(id);
                        Settled::As(earlier)
                    } else {
                        first.insert(hash, at);
                        moves.push((at, Some(id), hash, texts));
                        Settled::As(at)
                    }
                }
            });
        }
        let moves = moves.into_iter().map(|(at, id, hash, texts)| Move {
            at,
            item: items[at].clone(),
            id,
            hash,
            texts,
        });
        let moves: Vec<Move> = moves.collect();
        let (inner, root) = (Arc::clone(&self.inner), self.root.clone());
        let placed = blocking(move || place(&inner, &root, moves, &superfluous)).await??;
        for (at, one) in placed {
            settled[at] = one;
        }
        Ok(settled)
    }

    /// Records what lies in its place now, all of it or nothing.
    async fn record(&self, settled: Vec<Settled>) -> Result<Vec<Fate>, Error> {
        let mut files = Vec::new();
        let mut fates: Vec<Option<Fate>> = Vec::with_capacity(settled.len());
        let (mut recorded, mut as_others) = (Vec::new(), Vec::new());
        for (at, one) in settled.into_iter().enumerate() {
            fates.push(match one {
                Settled::Known(key) => Some(Fate::There(key)),
                Settled::Same(key) => Some(Fate::Same(key)),
                Settled::Refused(why) => Some(Fate::Refused(why)),
                Settled::As(other) => {
                    as_others.push((at, other));
                    None
                }
                Settled::Placed(file, hash, came) => {
                    files.push((*file, hash));
                    recorded.push((at, came));
                    None
                }
            });
        }
        if !files.is_empty() {
            let done = self.inner.store.record_hashed(files).await?;
            for ((at, came), row) in recorded.into_iter().zip(&done.rows) {
                let fate = if came { Fate::Taken } else { Fate::There };
                fates[at] = Some(fate(row.image));
            }
            if let Some(fresh) = done.fresh {
                keeper::offer(&self.inner, done.change, fresh);
            }
            scan::wake(&self.inner);
        }
        for (at, other) in as_others {
            fates[at] = fates[other].as_ref().map(|fate| match fate.key() {
                Some(key) => Fate::Same(key),
                None => fate.clone(),
            });
        }
        let gone = || Fate::Refused(said::CHANGED.to_owned());
        Ok(fates
            .into_iter()
            .map(|fate| fate.unwrap_or_else(gone))
            .collect())
    }
}

/// The name under which a file of this format goes to its place.
pub(super) fn named(name: &str, head: &[u8]) -> Option<String> {
    domain::image::Format::sniff(head).map(|format| with_ending(name, format))
}
