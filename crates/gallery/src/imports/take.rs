//! Taking files in by the group.
//!
//! The bytes of up to [`GROUP`] files go to the folder of files on their way in and are synced together; then
//! each is moved to its place without replacing anything, the folders are synced, and one transaction records
//! all of them. A kill at any moment leaves files that the next start sweeps, or whole files in their place
//! that the next run, or the next scan, records. What is there already is known by its bytes.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{id::UploadId, time::Timestamp, upload::with_ending};
use media::archive::{CopyError, Crc32, Foreign};
use metadata::{Limits, ReadAt as _};
use store::rows::{Hash, RootRow, ScannedFile};

use super::{blocking, said};
use crate::{
    Inner,
    error::Error,
    files::{Disk, Growing, OpenFile, Place, PlainFile},
    keeper, scan, uploads,
};

/// Files that are synced and recorded together.
const GROUP: usize = 32;
/// And bytes; a group has at least one file.
const GROUP_BYTES: u64 = 256 << 20;
/// Bytes that are copied at a time.
const PIECE: usize = 64 << 10;
/// Larger texts beside a picture are not its recipe, in bytes.
pub(super) const BESIDE: u64 = 2 << 20;
/// How many names are tried for a file beside others that have its own.
const TRIES: u32 = 200;

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
pub(super) fn group(items: &[Item]) -> usize {
    let mut bytes = 0_u64;
    let within = items.iter().take(GROUP).take_while(|item| {
        bytes = bytes.saturating_add(item.size);
        bytes <= GROUP_BYTES
    });
    within.count().max(1).min(items.len())
}

impl Taker {
    /// Takes one group in; gives its source back with what became of each of them.
    pub(super) async fn take(
        &self,
        source: Source,
        items: &[Item],
    ) -> Result<(Source, Vec<Fate>), Error> {
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
        let staged = staged?;
        let _one_at_a_time = self.inner.receiver.placing().await;
        let settled = self.settle(items, staged).await?;
        let fates = self.record(settled).await?;
        Ok((source, fates))
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

/// The work before anything is moved.
struct Stage<'a> {
    inner: &'a Inner,
    root: &'a Path,
    trusting: bool,
    disk: Disk,
}

impl<'a> Stage<'a> {
    fn new(inner: &'a Inner, root: &'a Path, trusting: bool) -> Result<Self, Error> {
        let disk = inner.data.incoming().disk();
        Ok(Self {
            inner,
            root,
            trusting,
            disk: disk.map_err(Error::file("making the folder of files on their way in"))?,
        })
    }

    fn all(
        &self,
        source: &mut Source,
        items: &[Item],
        known: &HashMap<usize, i64>,
    ) -> Result<Vec<Staged>, Error> {
        let (mut staged, mut growing) = (Vec::with_capacity(items.len()), Vec::new());
        let all = items.iter().enumerate().try_for_each(|(at, item)| {
            let (one, file) = self.one(source, item, known.get(&at).copied())?;
            staged.push(one);
            growing.extend(file);
            Ok(())
        });
        let writing = Error::file("writing files on their way in");
        let synced = all.and_then(|()| self.disk.sync(growing).map_err(writing));
        if let Err(error) = synced {
            self.give_up(&staged);
            return Err(error);
        }
        Ok(staged)
    }

    /// Removes what came. What stays is swept at the next start.
    fn give_up(&self, staged: &[Staged]) {
        for one in staged {
            if let Staged::Arrived(id, ..) = one {
                let _ = self.inner.data.incoming().remove(*id);
            }
        }
    }

    fn one(
        &self,
        source: &mut Source,
        item: &Item,
        known: Option<i64>,
    ) -> Result<(Staged, Option<Growing>), Error> {
        if let Some(found) = self.lies(source, item, known) {
            return Ok((found, None));
        }
        let beside = texts(source, item);
        let id = UploadId(self.inner.options.clock.mint());
        match self.copy(source, item, id) {
            Ok(Ok((hash, file))) => Ok((Staged::Arrived(id, hash, beside), Some(file))),
            other => {
                let incoming = self.inner.data.incoming();
                let removed = incoming.remove(id);
                let why = other.map(|refused| refused.err().unwrap_or_default())?;
                removed.map_err(Error::file("removing a file that was not taken"))?;
                Ok((Staged::Refused(why), None))
            }
        }
    }

    /// Whether an item lies in its place already, byte for byte.
    fn lies(&self, source: &mut Source, item: &Item, known: Option<i64>) -> Option<Staged> {
        let place = Place::new(self.root, &item.folder, &item.name)?;
        let (file, stat) = OpenFile::open(&place).ok()?;
        if stat.size != item.size {
            return None;
        }
        if let Some(key) = known.filter(|_| self.trusting) {
            return Some(Staged::Known(key));
        }
        let (hash, crc32) = read(&file).ok()?;
        let expected = match item.crc32 {
            Some(crc32) => crc32,
            None => checksum(source, item)?,
        };
        (crc32 == expected).then(|| match known {
            Some(key) => Staged::Known(key),
            None => Staged::Lies(hash, texts(source, item)),
        })
    }

    /// Writes the bytes of an item; the reason in words when they are not to be taken.
    fn copy(
        &self,
        source: &mut Source,
        item: &Item,
        id: UploadId,
    ) -> Result<Result<(Hash, Growing), String>, Error> {
        let writing = Error::file("writing files on their way in");
        let incoming = self.inner.data.incoming();
        let mut file = match incoming.begin(id) {
            Ok(file) => file,
            Err(error) => return Err(writing(error)),
        };
        let mut hasher = blake3::Hasher::new();
        let copied = bytes(source, (item.at, &item.inside), |piece| {
            hasher.update(piece);
            file.add(piece)
        });
        match copied {
            Ok(()) => {}
            Err(CopyError::Taker(error)) => return Err(writing(error)),
            Err(other) => return Ok(Err(said::not_copied(&other).to_owned())),
        }
        if let Some(at) = item.modified {
            file.date(at).map_err(writing)?;
        }
        let opened = incoming.open(id);
        let opened = opened.map_err(Error::file("reading a file on its way in"))?;
        let rules = self.inner.reader.rules();
        let reading = metadata::read_with(&opened, &Limits::default(), &rules);
        if reading.format.is_none() {
            return Ok(Err(said::NO_PICTURE.to_owned()));
        }
        if !reading.complete {
            return Ok(Err(said::CUT_OFF.to_owned()));
        }
        Ok(Ok((hasher.finalize().into(), file)))
    }
}

/// The texts beside an item; one that cannot be read is left out.
fn texts(source: &mut Source, item: &Item) -> Texts {
    let mut texts = Texts::new();
    for beside in &item.beside {
        let mut text = Vec::new();
        let read = bytes(source, (beside.at, &beside.inside), |piece| {
            text.extend_from_slice(piece);
            let small = text.len() as u64 <= BESIDE;
            small
                .then_some(())
                .ok_or_else(|| io::ErrorKind::FileTooLarge.into())
        });
        if read.is_ok() {
            texts.push((beside.clone(), text));
        }
    }
    texts
}

/// Hands the bytes of a file of a source over.
fn bytes(
    source: &mut Source,
    (at, inside): (usize, &str),
    mut each: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<(), CopyError> {
    match source {
        Source::Zip(archive) => archive.copy(at, each),
        Source::Folder(top) => {
            let file = open_below(top, inside).ok_or(CopyError::Damaged)?;
            if file.len() > uploads::MOST {
                return Err(CopyError::Large);
            }
            let (mut piece, mut offset) = (vec![0; PIECE], 0);
            loop {
                let read = file.read_at(offset, &mut piece);
                match read.map_err(|_| CopyError::Damaged)? {
                    0 => return Ok(()),
                    read => {
                        each(&piece[..read]).map_err(CopyError::Taker)?;
                        offset += read as u64;
                    }
                }
            }
        }
    }
}

/// Opens a plain file below a folder; no link on the way is followed.
pub(super) fn open_below(top: &Path, inside: &str) -> Option<OpenFile> {
    let (folder, name) = inside.rsplit_once('/').unwrap_or(("", inside));
    let place = Place::new(top, folder, name)?;
    OpenFile::open(&place).ok().map(|(file, _)| file)
}

fn checksum(source: &mut Source, item: &Item) -> Option<u32> {
    let mut check = Crc32::new();
    let read = bytes(source, (item.at, &item.inside), |piece| {
        check.update(piece);
        Ok(())
    });
    read.ok().map(|()| check.finalize())
}

/// The hash and the checksum of a file's bytes.
fn read(file: &OpenFile) -> io::Result<(Hash, u32)> {
    let (mut hasher, mut check) = (blake3::Hasher::new(), Crc32::new());
    let (mut piece, mut at) = (vec![0; PIECE], 0);
    loop {
        match file.read_at(at, &mut piece)? {
            0 => return Ok((hasher.finalize().into(), check.finalize())),
            read => {
                hasher.update(&piece[..read]);
                check.update(&piece[..read]);
                at += read as u64;
            }
        }
    }
}

/// A file that goes to its place, or lies there unknown.
struct Move {
    at: usize,
    item: Item,
    id: Option<UploadId>,
    hash: Hash,
    texts: Texts,
}

/// Moves files to their places, syncs the folders and reads what is to be recorded.
fn place(
    inner: &Inner,
    root: &RootRow,
    moves: Vec<Move>,
    superfluous: &[UploadId],
) -> Result<Vec<(usize, Settled)>, Error> {
    let incoming = inner.data.incoming();
    for id in superfluous {
        let removed = incoming.remove(*id);
        removed.map_err(Error::file("removing a file that is there already"))?;
    }
    let top = Path::new(&root.path);
    let mut lying = Vec::new();
    let mut above: HashMap<String, Place> = HashMap::new();
    let mut settled = Vec::new();
    for one in moves {
        let Move {
            at,
            item,
            id,
            hash,
            texts,
        } = one;
        let name = match id {
            None => Some(item.name.clone()),
            Some(id) => move_in(inner, top, &item, id)?,
        };
        match name.and_then(|name| Some((Place::new(top, &item.folder, &name)?, name))) {
            Some((place, name)) => {
                for (beside, text) in texts {
                    put_beside(&place, &name, &beside, &text)?;
                }
                above.entry(item.folder.clone()).or_insert(place);
                lying.push((at, item.folder, name, hash, id.is_some()));
            }
            None => settled.push((at, Settled::Refused(said::NO_NAME.to_owned()))),
        }
    }
    for place in above.values() {
        let synced = place.sync_above();
        synced.map_err(Error::file("syncing the folder of an import"))?;
    }
    for (at, folder, name, hash, came) in lying {
        let file = scan::read_whole(inner, (root.key, top), &folder, &name);
        settled.push((
            at,
            match file {
                Ok(file) => Settled::Placed(Box::new(file), hash, came),
                Err(_) => Settled::Refused(said::CHANGED.to_owned()),
            },
        ));
    }
    Ok(settled)
}

/// Writes a text beside a picture before that is read. One that is there stays.
fn put_beside(picture: &Place, name: &str, beside: &Beside, text: &[u8]) -> Result<(), Error> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let start = if beside.whole { name } else { stem };
    let place = picture.neighbour(&format!("{start}{}", beside.ending));
    match place.write(text, false) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(Error::file("writing a text beside a picture")(error))
        }
        _ => Ok(()),
    }
}

/// Moves a file to its place, under another name where its own is taken; tells which. `None`: all that were
/// tried are taken.
fn move_in(inner: &Inner, top: &Path, item: &Item, id: UploadId) -> Result<Option<String>, Error> {
    let incoming = inner.data.incoming();
    let (stem, ending) = item.name.rsplit_once('.').unwrap_or((&item.name, "bin"));
    for number in 1..=TRIES {
        let name = match number {
            1 => item.name.clone(),
            _ => format!("{stem} ({number}).{ending}"),
        };
        let Some(place) = Place::new(top, &item.folder, &name) else {
            break;
        };
        match incoming.move_quietly(id, &place) {
            Ok(()) => return Ok(Some(name)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::file("moving a file to its place")(error)),
        }
    }
    let removed = incoming.remove(id);
    removed.map_err(Error::file("removing a file that has no place"))?;
    Ok(None)
}

/// The name under which a file of this format goes to its place.
pub(super) fn named(name: &str, head: &[u8]) -> Option<String> {
    domain::image::Format::sniff(head).map(|format| with_ending(name, format))
}
