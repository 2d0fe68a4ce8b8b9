//! Archives of pictures, each as a photoset.

mod listing;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{
    import::{Imported, Step},
    photoset::LONGEST_LINE,
};
use media::{
    archive::{Bounds, Foreign},
    names::{Unique, seen_name},
};
use store::rows::RootRow;

pub(super) use self::listing::items_below;
use self::listing::{Listing, list, list_below};
use super::{
    How, Told, below, blocking,
    details::{Details, KINDS, line, without_ending},
    own_root, said, sets,
    take::{Fate, Item, Source, Taker},
    unpack::{self, Ended},
};
use crate::{
    Inner,
    error::{Error, disk_full},
    files::{self, Below, PlainFile, Unpacked},
    keeper, uploads,
};

/// How RAR archives of the fourth and of the fifth kind begin.
const RAR: &[u8] = b"Rar!\x1a\x07";
/// Bytes by which a picture is known.
pub(super) const HEAD: usize = 32;

/// What came out of looking at an archive.
enum Opened {
    /// Its items, the bytes they are in, and what is removed when they are done.
    Items(Source, Vec<Item>, Option<Unpacked>),
    /// Nothing can be taken from it, for this reason.
    Refused(String),
}

/// One archive below the folder that was named.
struct Archive<'a> {
    /// Its path there.
    shown: String,
    path: PathBuf,
    size: u64,
    details: Option<&'a Details>,
    /// What its photoset is called, and its folder.
    set: String,
    folder: String,
}

/// Takes the pictures of all archives below a folder in. Tells which details were used, by their names.
pub(super) async fn all(
    inner: &Arc<Inner>,
    folder: &Path,
    details: &[Details],
    how: &How,
    told: Told<'_>,
    imported: &mut Imported,
) -> Result<HashSet<String>, Error> {
    let (files, odd) = below(folder).await?;
    for (path, odd) in odd {
        imported.refused += 1;
        imported.trouble(&path, None, said::odd(odd));
    }
    let files = files.into_iter().filter(|file| is_first(&file.name));
    let mut folders = Unique::default();
    let archives: Vec<Archive<'_>> = files
        .map(|file| Archive::of(folder, &file, details, &mut folders))
        .collect();
    let of = archives.len() as u64;
    let mut run = sets::Run {
        archives: archives.iter().map(|one| one.shown.clone()).collect(),
        given: HashSet::new(),
    };
    for (number, archive) in (1..).zip(&archives) {
        imported.archives += 1;
        let tell = |done: usize, items: usize| {
            told(&Step {
                name: archive.shown.clone(),
                done: done as u64,
                of: items as u64,
                archive: (number, of),
            });
        };
        tell(0, 0);
        one(inner, &mut run, archive, how, &tell, imported).await?;
    }
    let used = archives.iter().filter_map(|archive| archive.details);
    Ok(used.map(|details| details.name.clone()).collect())
}

impl<'a> Archive<'a> {
    fn of(top: &Path, file: &Below, details: &'a [Details], folders: &mut Unique) -> Self {
        let named = details.iter().find(|one| one.names(&file.name));
        let details = named.or_else(|| details.iter().find(|one| one.speaks_of(&file.name)));
        let own = line(without_ending(&file.name), LONGEST_LINE);
        let name = details.map_or(own, |details| details.name.clone());
        let wanted = seen_name(&name);
        let folder = folders.take(&wanted);
        // Two of one name are two photosets.
        let set = if folder == wanted {
            name
        } else {
            folder.clone()
        };
        Self {
            shown: file.path(),
            path: top.join(file.path()),
            size: file.size,
            details,
            set,
            folder,
        }
    }
}

fn ending(name: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.to_ascii_lowercase()
}

/// Whether a file is called like an archive, and not like the second or a later part of one.
fn is_first(name: &str) -> bool {
    let stem = without_ending(name).to_ascii_lowercase();
    let part = stem
        .rsplit_once(".part")
        .and_then(|(_, part)| part.parse::<u32>().ok());
    KINDS.contains(&ending(name).as_str()) && part.is_none_or(|part| part <= 1)
}

/// Takes the pictures of one archive in and makes its photoset.
async fn one(
    inner: &Arc<Inner>,
    run: &mut sets::Run,
    archive: &Archive<'_>,
    how: &How,
    tell: &(dyn Fn(usize, usize) + Send + Sync),
    imported: &mut Imported,
) -> Result<(), Error> {
    let (opened, listing) = open(inner, archive, imported).await?;
    let (source, items, _unpacked) = match opened {
        Opened::Items(source, items, unpacked) => (source, items, unpacked),
        Opened::Refused(why) => {
            imported.unread += 1;
            imported.trouble(&archive.shown, None, why);
            return Ok(());
        }
    };
    imported.beside += listing.beside;
    imported.other += listing.other;
    imported.nested += listing.nested;
    imported.renamed += listing.renamed;
    for (entry, why) in listing.refused {
        imported.refused += 1;
        imported.trouble(&archive.shown, Some(&entry), why);
    }
    tell(0, items.len());
    let Some(root) = own_root(inner, how.dry).await? else {
        count_new(&items, imported);
        imported.made += u64::from(!items.is_empty());
        return Ok(());
    };
    let keys = if how.dry {
        let known = look(inner, &root, &items, imported).await?;
        known.into_iter().flatten().collect()
    } else {
        let free = room(inner).await?;
        let wanted: u64 = items.iter().map(|item| item.size).sum();
        if matches!(source, Source::Zip(_))
            && wanted > free
            && !lies_there(inner, &root, &items).await?
        {
            imported.unread += 1;
            imported.trouble(&archive.shown, None, said::NO_ROOM);
            return Ok(());
        }
        let taker = Taker {
            inner: Arc::clone(inner),
            root,
            trusting: how.trusting,
        };
        let fates = take_all(&taker, source, &items, &archive.shown, tell, imported).await?;
        fates.iter().filter_map(Fate::key).collect()
    };
    keeper::catch_up(inner).await?;
    if items.is_empty() {
        return Ok(());
    }
    let set = sets::OfArchive {
        archive: &archive.shown,
        name: &archive.set,
        details: archive.details,
    };
    sets::put(inner, run, &set, keys, how, imported).await
}

/// Takes all items in and counts what became of each of them.
pub(super) async fn take_all(
    taker: &Taker,
    source: Source,
    items: &[Item],
    shown: &str,
    tell: &(dyn Fn(usize, usize) + Send + Sync),
    imported: &mut Imported,
) -> Result<Vec<Fate>, Error> {
    let mut done = 0;
    let count = |now: &[Item], fates: &[Fate]| {
        for (item, fate) in now.iter().zip(fates) {
            match fate {
                Fate::Taken(_) => {
                    imported.taken += 1;
                    imported.bytes += item.size;
                }
                Fate::There(_) => imported.there += 1,
                Fate::Same(_) => imported.same += 1,
                Fate::Refused(why) => {
                    imported.refused += 1;
                    imported.trouble(shown, Some(&item.shown), why);
                }
            }
        }
        done += now.len();
        tell(done, items.len());
    };
    taker.all(source, items, count).await
}

/// Counts what would come in and what is there, without touching anything. Gives the pictures that are known.
pub(super) async fn look(
    inner: &Inner,
    root: &RootRow,
    items: &[Item],
    imported: &mut Imported,
) -> Result<Vec<Option<i64>>, Error> {
    let places: Vec<(String, String)> = items
        .iter()
        .map(|item| (item.folder.clone(), item.name.clone()))
        .collect();
    let known = inner.store.images_at(root.key, &places).await?;
    let (top, own) = (PathBuf::from(&root.path), items.to_vec());
    let there = blocking(move || {
        let lies = |item: &Item| {
            let place = files::Place::new(&top, &item.folder, &item.name);
            let stat = place.and_then(|place| files::stat(&place.path()).ok());
            stat.is_some_and(|stat| stat.size == item.size)
        };
        own.iter().map(lies).collect::<Vec<bool>>()
    });
    for (item, there) in items.iter().zip(there.await?) {
        if there {
            imported.there += 1;
        } else {
            imported.taken += 1;
            imported.bytes += item.size;
        }
    }
    let mut keys = vec![None; items.len()];
    for (at, key) in known {
        keys[at] = Some(key);
    }
    Ok(keys)
}

pub(super) fn count_new(items: &[Item], imported: &mut Imported) {
    imported.taken += items.len() as u64;
    imported.bytes += items.iter().map(|item| item.size).sum::<u64>();
}

/// Whether all items lie in their places, as far as their sizes tell.
async fn lies_there(inner: &Inner, root: &RootRow, items: &[Item]) -> Result<bool, Error> {
    let mut counted = Imported::default();
    look(inner, root, items, &mut counted).await?;
    Ok(counted.taken == 0)
}

/// How many bytes the disk takes. A system that does not tell takes any.
async fn room(inner: &Inner) -> Result<u64, Error> {
    let data = inner.data.path().to_owned();
    let free = blocking(move || files::space(&data)).await?;
    let free = free.map_or(u64::MAX, |(free, _)| free.saturating_sub(uploads::RESERVE));
    if free == 0 {
        return Err(Error::Told(disk_full()));
    }
    Ok(free)
}

/// Opens an archive, by what it is and not by what it is called, and lists it.
async fn open(
    inner: &Arc<Inner>,
    archive: &Archive<'_>,
    imported: &mut Imported,
) -> Result<(Opened, Listing), Error> {
    let path = archive.path.clone();
    let begins = blocking(move || -> std::io::Result<(Vec<u8>, PlainFile)> {
        let (file, _) = files::OpenFile::open_named(&path)?;
        let mut head = vec![0; HEAD];
        let read = metadata::ReadAt::read_at(&file, 0, &mut head)?;
        head.truncate(read);
        Ok((head, file.into_file()))
    });
    let Ok((head, file)) = begins.await? else {
        let refused = Opened::Refused(said::UNREADABLE.to_owned());
        return Ok((refused, Listing::default()));
    };
    if head.starts_with(RAR) {
        return rar(inner, archive, imported).await;
    }
    // One that begins with something else may still be a ZIP: its directory stands at the end.
    if !head.starts_with(b"PK") && matches!(ending(&archive.shown).as_str(), "rar" | "cbr") {
        let refused = Opened::Refused(said::NO_ARCHIVE.to_owned());
        return Ok((refused, Listing::default()));
    }
    let (size, folder) = (archive.size, archive.folder.clone());
    let opened = blocking(move || {
        let opened = Foreign::open(file, size, Bounds::default());
        match opened {
            Err(error) => (Opened::Refused(said::not_opened(error)), Listing::default()),
            Ok(mut archive) => {
                let mut listing = list(&mut archive, &folder);
                let items = std::mem::take(&mut listing.items);
                (
                    Opened::Items(Source::Zip(Box::new(archive)), items, None),
                    listing,
                )
            }
        }
    });
    // A reader that falls over a hostile archive takes nothing else with it.
    Ok(opened.await.unwrap_or_else(|_| {
        let damaged = said::not_opened(media::archive::OpenError::Damaged);
        (Opened::Refused(damaged), Listing::default())
    }))
}

/// Unpacks a RAR archive and lists what came out.
async fn rar(
    inner: &Arc<Inner>,
    archive: &Archive<'_>,
    imported: &mut Imported,
) -> Result<(Opened, Listing), Error> {
    let refused = |why: &str| Ok((Opened::Refused(why.to_owned()), Listing::default()));
    let (unpacked, whole) = match unpack::unpack(inner, &archive.path, archive.size).await? {
        Ended::Whole(folder) => (folder, true),
        Ended::Part(folder) => (folder, false),
        Ended::NoTool => return refused(said::NO_TOOL),
        Ended::Still => return refused(said::TOO_SLOW),
        Ended::Bomb => return refused(said::RAR_BOMB),
    };
    let folder = archive.folder.clone();
    let listed = blocking(move || {
        let found = files::below(unpacked.path(), true);
        let (files, odd) = found.map_err(Error::file("looking at what was unpacked"))?;
        Ok::<_, Error>((list_below(unpacked.path(), &files, odd, &folder), unpacked))
    });
    let (mut listing, unpacked) = listed.await??;
    let items = std::mem::take(&mut listing.items);
    if !whole {
        if items.is_empty() {
            return refused(said::NOT_UNPACKED);
        }
        imported.trouble(&archive.shown, None, said::PARTLY_UNPACKED);
    }
    let source = Source::Folder(unpacked.path().to_owned());
    Ok((Opened::Items(source, items, Some(unpacked)), listing))
}
