//! What of an archive or a folder is taken, and where it goes. That depends on the names in it alone, never on
//! what is on the disk, so a second run finds the same places.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use domain::{image::Format, import::Imported};
use media::{
    archive::{Foreign, Kind, Listed},
    names::{Unique, astray, seen_path},
};

use super::{HEAD, ending};
use crate::{
    files::{Below, Odd, PlainFile},
    imports::{
        details::{KINDS, without_ending},
        said,
        take::{BESIDE, Beside, Item, named, open_below},
    },
};

/// Further kinds, which are counted when they lie in an archive.
const OTHERS: [&str; 9] = ["7z", "tar", "gz", "tgz", "bz2", "xz", "zst", "lz4", "cab"];
/// What texts beside pictures end in, as [`Place::beside`](crate::files::Place::beside) looks for them.
const TEXTS: [&str; 3] = ["txt", "json", "xmp"];

/// What is counted while an archive is listed.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) items: Vec<Item>,
    taken: Unique,
    pub(super) other: u64,
    /// Texts that may belong to a picture, by their paths with `/`.
    texts: HashMap<String, (usize, String)>,
    pub(super) beside: u64,
    pub(super) nested: u64,
    pub(super) renamed: u64,
    /// Entries that are not taken, with the reason.
    pub(super) refused: Vec<(String, String)>,
}

/// Lists a ZIP archive.
pub(super) fn list(archive: &mut Foreign<PlainFile>, folder: &str) -> Listing {
    let mut listing = Listing::default();
    for at in 0..archive.len() {
        let Some(listed) = archive.look(at) else {
            break;
        };
        if listed.kind == Kind::Folder {
            continue;
        }
        let head = match listed.kind {
            Kind::File => archive.head(at, HEAD),
            _ => Vec::new(),
        };
        listing.meet(at, listed, &head, folder);
    }
    listing.pair();
    listing
}

impl Listing {
    /// Decides about one entry.
    fn meet(&mut self, at: usize, listed: Listed, head: &[u8], folder: &str) {
        let why = said::not_taken(listed.kind).or_else(|| astray(&listed.name).map(said::astray));
        if let Some(why) = why {
            self.refused.push((listed.name, why.to_owned()));
            return;
        }
        let ending = ending(&listed.name);
        let Some(name) = named(&listed.name, head) else {
            if KINDS.contains(&ending.as_str()) || OTHERS.contains(&ending.as_str()) {
                self.nested += 1;
            } else if Format::from_name(&listed.name).is_some() && !is_of_a_system(&listed.name) {
                self.refused
                    .push((listed.name, said::NO_PICTURE.to_owned()));
            } else {
                self.other += 1;
                if listed.size <= BESIDE && TEXTS.contains(&ending.as_str()) {
                    let path = listed.name.replace('\\', "/");
                    self.texts.insert(path, (at, listed.name));
                }
            }
            return;
        };
        let safe = seen_path(&name);
        let unique = self.taken.take(&safe);
        self.renamed += u64::from(unique != listed.name.replace('\\', "/"));
        let (inside, name) = unique.rsplit_once('/').unwrap_or(("", &unique));
        self.items.push(Item {
            at,
            shown: listed.name.clone(),
            inside: listed.name,
            folder: joined(folder, inside),
            name: name.to_owned(),
            size: listed.size,
            crc32: Some(listed.crc32),
            modified: listed.modified,
            beside: Vec::new(),
        });
    }

    /// Gives each picture the texts beside it.
    fn pair(&mut self) {
        let mut given = HashSet::new();
        for item in &mut self.items {
            let path = item.shown.replace('\\', "/");
            let stem = without_ending(&path);
            for (start, whole) in [(stem, false), (path.as_str(), true)] {
                for ending in TEXTS {
                    let ending = format!(".{ending}");
                    if let Some((at, inside)) = self.texts.get(&format!("{start}{ending}")) {
                        given.insert(*at);
                        item.beside.push(Beside {
                            at: *at,
                            inside: inside.clone(),
                            ending,
                            whole,
                        });
                    }
                }
            }
        }
        self.beside = given.len() as u64;
        self.other -= self.beside;
    }

    /// The same for a file below a folder.
    fn meet_below(&mut self, at: usize, file: &Below, head: &[u8], folder: &str) {
        let listed = Listed {
            name: file.path(),
            kind: Kind::File,
            size: file.size,
            packed: file.size,
            crc32: 0,
            modified: Some(file.modified),
        };
        self.meet(at, listed, head, folder);
        if let Some(item) = self.items.last_mut().filter(|item| item.at == at) {
            item.crc32 = None;
        }
    }
}

/// What macOS adds to archives of its own accord; it is called like the pictures that it belongs to.
fn is_of_a_system(name: &str) -> bool {
    let own = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.starts_with("__MACOSX/") || own.starts_with("._")
}

fn joined(folder: &str, inside: &str) -> String {
    if inside.is_empty() {
        folder.to_owned()
    } else {
        format!("{folder}/{inside}")
    }
}

/// Lists what another program unpacked.
pub(super) fn list_below(
    top: &Path,
    files: &[Below],
    odd: Vec<(String, Odd)>,
    folder: &str,
) -> Listing {
    let mut listing = Listing::default();
    for (path, odd) in odd {
        listing.refused.push((path, said::odd(odd).to_owned()));
    }
    for (at, file) in files.iter().enumerate() {
        if file.several_names {
            let why = said::SEVERAL_NAMES.to_owned();
            listing.refused.push((file.path(), why));
            continue;
        }
        listing.meet_below(at, file, &head_below(top, file), folder);
    }
    listing.pair();
    listing
}

/// The first bytes of a file below a folder.
fn head_below(top: &Path, file: &Below) -> Vec<u8> {
    let mut head = vec![0; HEAD];
    let opened = open_below(top, &file.path());
    let read = opened.and_then(|file| metadata::ReadAt::read_at(&file, 0, &mut head).ok());
    head.truncate(read.unwrap_or_default());
    head
}

/// The items of a folder that somebody named, and what of it is not taken.
pub(in crate::imports) fn items_below(
    top: &Path,
    files: &[Below],
    folder: &str,
    imported: &mut Imported,
) -> Vec<Item> {
    let mut listing = Listing::default();
    for (at, file) in files.iter().enumerate() {
        listing.meet_below(at, file, &head_below(top, file), folder);
    }
    listing.pair();
    imported.beside += listing.beside;
    imported.other += listing.other;
    imported.nested += listing.nested;
    imported.renamed += listing.renamed;
    for (path, why) in listing.refused {
        imported.refused += 1;
        imported.trouble(&path, None, why);
    }
    listing.items
}
