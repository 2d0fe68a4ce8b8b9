//! Moving files to their places, without replacing anything.

use std::{io, path::Path};

use domain::id::UploadId;
use store::rows::{Hash, RootRow};

use super::{Beside, Item, Settled, Texts, said};
use crate::{Inner, error::Error, files::Place, scan};

/// How many names are tried for a file beside others that have its own.
const TRIES: u32 = 200;

/// A file that goes to its place, or lies there unknown.
pub(super) struct Move {
    pub(super) at: usize,
    pub(super) item: Item,
    pub(super) id: Option<UploadId>,
    pub(super) hash: Hash,
    pub(super) texts: Texts,
}

/// Moves files to their places, syncs the folders and reads what is to be recorded.
pub(super) fn place(
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
    let disk = incoming.disk();
    let disk = disk.map_err(Error::file(
        "looking at the folder of files on their way in",
    ))?;
    let top = Path::new(&root.path);
    let (mut lying, mut places) = (Vec::new(), Vec::new());
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
                places.push(place);
                lying.push((at, item.folder, name, hash, id.is_some()));
            }
            None => settled.push((at, Settled::Refused(said::NO_NAME.to_owned()))),
        }
    }
    let synced = disk.sync_names(&places);
    synced.map_err(Error::file("syncing the folders of an import"))?;
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
