//! Taking over what another gallery left.

mod archives;
mod folders;
mod hostile;
mod unpacked;

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::{import::Imported, photoset::Photoset};
use gallery::ImportHow;
use tempfile::TempDir;
use testkit::{Library, archive::Entry, picture};

pub(crate) fn how() -> ImportHow {
    ImportHow {
        actor: "me".to_owned(),
        ..ImportHow::default()
    }
}

pub(crate) fn dry() -> ImportHow {
    ImportHow { dry: true, ..how() }
}

/// A folder of files that are to be imported.
pub(crate) fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

pub(crate) fn pictures(count: u32) -> Vec<Entry> {
    let one = |seed| Entry::new(&format!("{seed:05}.png"), &picture::a1111("a dune", seed));
    (0..count).map(one).collect()
}

pub(crate) async fn archives(library: &Library, folder: &Path, how: &ImportHow) -> Imported {
    let imports = library.gallery.imports();
    let imported = imports.archives(folder, None, how, &|_| ()).await;
    imported.unwrap_or_else(|error| panic!("{}", error.chain()))
}

/// The files below a folder, with their paths inside it, sorted.
pub(crate) fn files(top: &Path) -> Vec<String> {
    let (mut left, mut found) = (vec![top.to_owned()], Vec::new());
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                left.push(path);
            } else {
                let inside = path.strip_prefix(top).unwrap();
                found.push(inside.to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn originals(library: &Library) -> PathBuf {
    library.data().join("originals")
}

/// Nothing is left of what was on its way.
pub(crate) fn nothing_waits(library: &Library) {
    let left = fs::read_dir(library.data().join("incoming"));
    assert_eq!(left.into_iter().flatten().count(), 0);
}

pub(crate) async fn sets(library: &Library) -> Vec<(Photoset, u64)> {
    let sets = library.gallery.sets().list().await.unwrap();
    sets.into_iter()
        .map(|one| (one.set, one.pictures))
        .collect()
}

/// The sentences about an entry.
pub(crate) fn about<'a>(imported: &'a Imported, entry: &str) -> Vec<&'a str> {
    let troubles = imported.troubles.iter();
    let own = troubles.filter(|trouble| trouble.entry.as_deref() == Some(entry));
    own.map(|trouble| trouble.message.as_str()).collect()
}
