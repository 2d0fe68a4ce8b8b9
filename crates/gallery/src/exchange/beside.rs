//! XMP files beside pictures: read whoever wrote them, written where a folder allows it.
//!
//! A file is called as darktable calls it, `a.png.xmp`; `a.xmp`, as Lightroom calls it, is read where there is
//! no such file. Only files that are as we wrote them are ever written again.

use std::{
    collections::{HashMap, HashSet},
    io,
    path::Path,
    sync::Arc,
};

use domain::{exchange::Sidecars, facts::Facts, query::Query};
use store::rows::{FileRow, RootRow};

use super::{
    archive::tags,
    lines::{Line, Read},
    plan::EXAMPLES,
    xmp,
};
use crate::{
    Inner, Search,
    error::Error,
    files::{OpenFile, Place},
    scan,
};

/// Pictures of a piece.
const PIECE: usize = 1_000;

/// What the files beside the pictures of a query say.
pub(super) async fn read(inner: &Arc<Inner>, query: &Query) -> Result<Read, Error> {
    let keys = Search::new(inner).keys_of(query).await?;
    let mut read = Read::default();
    for keys in keys.chunks(PIECE) {
        let files = inner.store.files_of(keys).await?;
        let found = tokio::task::spawn_blocking(move || {
            let there = files.iter().filter(|file| !file.missing);
            there.filter_map(look).collect::<Vec<_>>()
        });
        for (name, line) in found.await.map_err(|_| Error::Worker)? {
            read.take(&name, line);
        }
    }
    Ok(read)
}

/// What lies beside a file, and what it says.
fn look(file: &FileRow) -> Option<(String, Result<Line, &'static str>)> {
    let place = Place::new(Path::new(&file.root_path), &file.folder, &file.name)?;
    let stem = file
        .name
        .rsplit_once('.')
        .map_or(file.name.as_str(), |(stem, _)| stem);
    for start in [file.name.as_str(), stem] {
        for ending in ["xmp", "XMP"] {
            let name = format!("{start}.{ending}");
            let bytes = match bytes(&place.neighbour(&name)) {
                Ok(Some(bytes)) => bytes,
                Ok(None) => continue,
                Err(_) => return Some((name, Err("it may not be read, or is larger than 1 MB"))),
            };
            let line = xmp::read(&name, &bytes).map(|line| Line {
                key: Some(file.image),
                ..line
            });
            return Some((name, line));
        }
    }
    None
}

fn bytes(place: &Place) -> io::Result<Option<Vec<u8>>> {
    match OpenFile::open(place) {
        Ok((file, _)) => file.read_all(xmp::MOST_BYTES).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What becomes of the file beside one picture.
enum Fate {
    Written,
    Same,
    Foreign,
    Silent,
    Failed(String),
}

/// Writes what is thought of the pictures of a query beside them; a dry run only counts.
pub(super) async fn write(inner: &Arc<Inner>, query: &Query, dry: bool) -> Result<Sidecars, Error> {
    let keys = Search::new(inner).keys_of(query).await?;
    let names = inner.store.tags().await?;
    let names: HashMap<i64, String> = names
        .into_iter()
        .map(|(key, tag)| (key, tag.name))
        .collect();
    let names = Arc::new(names);
    let roots = inner.store.roots().await?;
    let open = tokio::task::spawn_blocking(move || open_roots(&roots));
    let open = Arc::new(open.await.map_err(|_| Error::Worker)?);
    let mut told = Sidecars::default();
    for keys in keys.chunks(PIECE) {
        let files = inner.store.files_of(keys).await?;
        let rows = inner.store.index_rows_of(keys).await?;
        let (names, open) = (Arc::clone(&names), Arc::clone(&open));
        let piece = tokio::task::spawn_blocking(move || {
            let rows: HashMap<i64, Facts> = rows.into_iter().map(|row| (row.key, row)).collect();
            let mut told = Sidecars::default();
            for file in files.iter().filter(|file| !file.missing) {
                let Some(row) = rows.get(&file.image) else {
                    continue;
                };
                let tags = tags(row, &names);
                if open.contains(&file.root_path) {
                    count(&mut told, file, settle(file, row, &tags, dry));
                } else if xmp::says(row, &tags) {
                    told.closed += 1;
                } else {
                    told.silent += 1;
                }
            }
            told
        });
        add(&mut told, piece.await.map_err(|_| Error::Worker)?);
    }
    Ok(told)
}

/// The paths of the folders that allow it, and that are there as they were added.
fn open_roots(roots: &[RootRow]) -> HashSet<String> {
    let open = roots.iter().filter(|root| root.allow_sidecars);
    let open = open.filter(|root| scan::is_there(root));
    open.map(|root| root.path.clone()).collect()
}

fn settle(file: &FileRow, row: &Facts, tags: &[&str], dry: bool) -> Fate {
    let place = Place::new(Path::new(&file.root_path), &file.folder, &file.name);
    let Some(place) = place.map(|place| place.neighbour(&format!("{}.xmp", file.name))) else {
        return Fate::Failed("its name leads out of the folder".to_owned());
    };
    // A link, a folder, a file that is too large or may not be read is nobody's but its owner's.
    let Ok(now) = bytes(&place) else {
        return Fate::Foreign;
    };
    let text = xmp::written(row, tags);
    match &now {
        Some(now) if now == text.as_bytes() => return Fate::Same,
        Some(now) if !xmp::is_ours(now) => return Fate::Foreign,
        None if !xmp::says(row, tags) => return Fate::Silent,
        _ => {}
    }
    if dry {
        return Fate::Written;
    }
    match place.write(text.as_bytes(), now.is_some()) {
        Ok(()) => Fate::Written,
        // Somebody else was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Fate::Foreign,
        Err(error) => Fate::Failed(reason(&error)),
    }
}

fn reason(error: &io::Error) -> String {
    let why = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "its folder may not be written"
        }
        _ if crate::error::is_full(error) => "the disk is full",
        io::ErrorKind::InvalidFilename => "its name would be too long",
        _ => "it could not be written",
    };
    why.to_owned()
}

fn count(told: &mut Sidecars, file: &FileRow, fate: Fate) {
    match fate {
        Fate::Written => told.written += 1,
        Fate::Same => told.same += 1,
        Fate::Foreign => told.foreign += 1,
        Fate::Silent => told.silent += 1,
        Fate::Failed(why) => {
            told.failed += 1;
            told.troubles.push(format!("{}.xmp: {why}.", file.name));
        }
    }
    told.troubles.truncate(EXAMPLES);
}

fn add(told: &mut Sidecars, piece: Sidecars) {
    told.written += piece.written;
    told.same += piece.same;
    told.foreign += piece.foreign;
    told.closed += piece.closed;
    told.silent += piece.silent;
    told.failed += piece.failed;
    told.troubles.extend(piece.troubles);
    told.troubles.truncate(EXAMPLES);
}
