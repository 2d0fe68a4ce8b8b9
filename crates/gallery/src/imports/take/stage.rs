//! The work before anything is moved: what is new is written and synced, what lies there is compared.

use std::{collections::HashMap, io, path::Path};

use domain::id::UploadId;
use media::archive::{CopyError, Crc32};
use metadata::{Limits, ReadAt as _};
use store::rows::Hash;

use super::{BESIDE, Item, Source, Staged, Texts, said};
use crate::{
    Inner,
    error::Error,
    files::{Disk, Growing, OpenFile, Place},
    uploads,
};

/// Bytes that are copied at a time.
const PIECE: usize = 64 << 10;

/// The work before anything is moved.
pub(super) struct Stage<'a> {
    inner: &'a Inner,
    root: &'a Path,
    trusting: bool,
    disk: Disk,
}

impl<'a> Stage<'a> {
    pub(super) fn new(inner: &'a Inner, root: &'a Path, trusting: bool) -> Result<Self, Error> {
        let disk = inner.data.incoming().disk();
        Ok(Self {
            inner,
            root,
            trusting,
            disk: disk.map_err(Error::file("making the folder of files on their way in"))?,
        })
    }

    pub(super) fn all(
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
            give_up(self.inner, &staged);
            return Err(error);
        }
        Ok(staged)
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

/// Removes what came. What stays is swept at the next start.
pub(super) fn give_up(inner: &Inner, staged: &[Staged]) {
    for one in staged {
        if let Staged::Arrived(id, ..) = one {
            let _ = inner.data.incoming().remove(*id);
        }
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
pub(in crate::imports) fn open_below(top: &Path, inside: &str) -> Option<OpenFile> {
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
