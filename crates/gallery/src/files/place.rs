//! A file inside a root.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write as _},
    path::{Component, Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, Mode, OFlags, RenameFlags},
    io::Errno,
};
use serde::{Deserialize, Serialize};

use super::{
    Stat,
    faults::{self, Call},
};

/// Where a file of a root lies. However it came to be, it does not lead out of the root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    root: PathBuf,
    inside: PathBuf,
}

impl Place {
    /// The place of a file in a folder of a root, or `None` when folder or name try to leave it.
    pub(crate) fn new(root: &Path, folder: &str, name: &str) -> Option<Self> {
        let plain = |text: &str| {
            !text.contains('\0')
                && Path::new(text)
                    .components()
                    .all(|part| matches!(part, Component::Normal(_)))
        };
        let one = Path::new(name).components().count() == 1;
        (plain(folder) && plain(name) && one).then(|| Self {
            root: root.to_owned(),
            inside: Path::new(folder).join(name),
        })
    }

    /// The place of a file of the gallery's own in one of its folders.
    pub(super) fn of_ours(folder: &Path, name: &str) -> Self {
        Self {
            root: folder.to_owned(),
            inside: PathBuf::from(name),
        }
    }

    /// The file's own name.
    pub(crate) fn name(&self) -> &str {
        let name = self.inside.file_name().and_then(|name| name.to_str());
        name.unwrap_or_default()
    }

    /// A file of this name in the same folder.
    pub(crate) fn neighbour(&self, name: &str) -> Self {
        Self {
            root: self.root.clone(),
            inside: self.inside.with_file_name(name),
        }
    }

    /// Where programs put what they say about this file: `a.txt`, `a.json` and `a.xmp` beside
    /// `a.png`, and the same after the whole name.
    pub(crate) fn beside(&self) -> Vec<Self> {
        let stem = self.inside.with_extension("");
        let endings = ["txt", "json", "xmp"];
        let after = |start: &Path, ending: &str| {
            let mut inside = start.as_os_str().to_owned();
            inside.push(".");
            inside.push(ending);
            Self {
                root: self.root.clone(),
                inside: inside.into(),
            }
        };
        let starts = [stem.as_path(), self.inside.as_path()];
        let all = starts.map(|start| endings.map(|ending| after(start, ending)));
        all.into_iter().flatten().collect()
    }

    /// The whole path.
    pub(crate) fn path(&self) -> PathBuf {
        self.root.join(&self.inside)
    }

    /// Deletes the file that lies here, on the disk itself when it returns. No link on the way below the
    /// root is followed.
    pub(crate) fn remove(&self) -> io::Result<()> {
        let folder = self.above()?;
        faults::before(Call::Remove)?;
        rustix::fs::unlinkat(&folder, self.name(), AtFlags::empty())?;
        faults::before(Call::Sync)?;
        folder.sync_all()
    }

    /// Takes in a file of the gallery's own from another folder of the same disk, on the disk itself when it
    /// returns. The folders above are made. A file that is here already stays, which is an error of its own
    /// kind.
    pub(super) fn receive(&self, from: &File, name: &str) -> io::Result<()> {
        self.make_above(true)?;
        self.take(from, name)?;
        self.sync_above()
    }

    /// Makes sure that the folder of this file knows which files it has.
    pub(crate) fn sync_above(&self) -> io::Result<()> {
        faults::before(Call::Sync)?;
        self.above()?.sync_all()
    }

    /// Makes sure of the names of files of one root, and of those of all folders above them. Each folder is asked
    /// for once.
    pub(super) fn sync_all_above<'a>(places: impl IntoIterator<Item = &'a Self>) -> io::Result<()> {
        let mut folders = BTreeSet::new();
        for place in places {
            let above = place.inside.ancestors().skip(1);
            folders.extend(above.map(|above| (place.root.as_path(), above)));
        }
        for (root, folder) in folders {
            faults::before(Call::Sync)?;
            open_folder(root, folder)?.sync_all()?;
        }
        Ok(())
    }

    /// [`Place::receive`] without making sure of anything, the folders above included.
    pub(super) fn receive_quietly(&self, from: &File, name: &str) -> io::Result<()> {
        self.make_above(false)?;
        self.take(from, name)
    }

    fn take(&self, from: &File, name: &str) -> io::Result<()> {
        let folder = self.above()?;
        let here = self.name();
        faults::before(Call::Move)?;
        match rustix::fs::renameat_with(from, name, &folder, here, RenameFlags::NOREPLACE) {
            // A file system that does not know it: a second name is given only where there is none.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                rustix::fs::linkat(from, name, &folder, here, AtFlags::empty())?;
                rustix::fs::unlinkat(from, name, AtFlags::empty())?;
            }
            moved => moved?,
        }
        Ok(())
    }

    /// Makes the folders above where they are not there; when it makes sure, on the disk itself. No link on the way
    /// is followed.
    fn make_above(&self, sure: bool) -> io::Result<()> {
        let above = self.inside.parent().unwrap_or(Path::new(""));
        if fs::symlink_metadata(self.root.join(above)).is_ok() {
            return Ok(());
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut folder = File::open(&self.root)?;
        for part in above.components() {
            let part = part.as_os_str();
            faults::before(Call::Make)?;
            match rustix::fs::mkdirat(&folder, part, Mode::RWXU | Mode::RWXG | Mode::RWXO) {
                // A folder is there for certain only when the one above it says so.
                Ok(()) if sure => folder.sync_all()?,
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
            folder = File::from(rustix::fs::openat(&folder, part, flags, Mode::empty())?);
        }
        Ok(())
    }

    /// Moves the file or folder that lies here to another place on the same disk. The folders above it are
    /// made. What is there already stays, which is an error of its own kind. For certain it has moved once
    /// [`Place::sync_above`] returned for both places.
    pub(crate) fn go_quietly(&self, to: &Self) -> io::Result<()> {
        to.make_above(true)?;
        to.take(&self.above()?, self.name())
    }

    /// Takes away the name of a file that has another one too.
    pub(crate) fn drop_name(&self) -> io::Result<()> {
        faults::before(Call::Remove)?;
        Ok(rustix::fs::unlinkat(
            &self.above()?,
            self.name(),
            AtFlags::empty(),
        )?)
    }

    /// How what lies here looks; no link is followed.
    pub(crate) fn stat(&self) -> io::Result<Stat> {
        super::stat(&self.path())
    }

    /// The folder in which it lies, by its path, and the root.
    pub(crate) fn folder(&self) -> PathBuf {
        let path = self.path();
        path.parent().map(Path::to_owned).unwrap_or(path)
    }

    /// The folder in which the file lies. No link on the way below the root is followed.
    fn above(&self) -> io::Result<File> {
        open_folder(&self.root, self.inside.parent().unwrap_or(Path::new("")))
    }

    /// Writes a whole file here, so that nobody ever sees half of it: under a hidden name first, then
    /// renamed. Without `replace` a file that is here meanwhile stays, which is an error of its own kind.
    pub(crate) fn write(&self, bytes: &[u8], replace: bool) -> io::Result<()> {
        let folder = self.above()?;
        let part = format!(".proofsheet-{:?}.part", std::thread::current().id());
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::ROTH;
        let mut file = File::from(rustix::fs::openat(&folder, part.as_str(), flags, mode)?);
        let written = file.write_all(bytes).and_then(|()| file.sync_data());
        let placed = written.and_then(|()| {
            if replace {
                return Ok(rustix::fs::renameat(
                    &folder,
                    part.as_str(),
                    &folder,
                    self.name(),
                )?);
            }
            // A second name is given only where there is none; not every disk knows how.
            match rustix::fs::linkat(
                &folder,
                part.as_str(),
                &folder,
                self.name(),
                AtFlags::empty(),
            ) {
                Ok(()) => Ok(rustix::fs::unlinkat(
                    &folder,
                    part.as_str(),
                    AtFlags::empty(),
                )?),
                Err(Errno::EXIST) => Err(Errno::EXIST.into()),
                Err(_)
                    if rustix::fs::statat(&folder, self.name(), AtFlags::SYMLINK_NOFOLLOW)
                        .is_ok() =>
                {
                    Err(Errno::EXIST.into())
                }
                Err(_) => Ok(rustix::fs::renameat(
                    &folder,
                    part.as_str(),
                    &folder,
                    self.name(),
                )?),
            }
        });
        if placed.is_err() {
            let _ = rustix::fs::unlinkat(&folder, part.as_str(), AtFlags::empty());
        }
        placed
    }

    /// Opens what lies here, unless a part of the way below the root became a link: a scan does not
    /// follow links, so whoever swaps a folder for one shows nothing that lies elsewhere. A pipe is
    /// not waited for.
    pub(super) fn open(&self) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        match open_beneath(&self.root, &self.inside, flags) {
            // A kernel or a sandbox that does not know the call.
            Err(Errno::NOSYS) => {
                let opened = rustix::fs::open(self.path(), flags, Mode::empty())?;
                Ok(File::from(opened))
            }
            opened => Ok(opened?),
        }
    }
}

/// Opens a folder of a root. No link on the way below the root is followed.
fn open_folder(root: &Path, inside: &Path) -> io::Result<File> {
    let inside = if inside.as_os_str().is_empty() {
        Path::new(".")
    } else {
        inside
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    match open_beneath(root, inside, flags) {
        Err(Errno::NOSYS) => {
            let flags = flags | OFlags::NOFOLLOW;
            let opened = rustix::fs::open(root.join(inside), flags, Mode::empty());
            Ok(File::from(opened?))
        }
        opened => Ok(opened?),
    }
}

#[cfg(target_os = "linux")]
fn open_beneath(root: &Path, inside: &Path, flags: OFlags) -> Result<File, Errno> {
    use rustix::fs::{CWD, ResolveFlags, openat, openat2};

    let folder = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = openat(CWD, root, folder, Mode::empty())?;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    openat2(root, inside, flags, Mode::empty(), resolve).map(File::from)
}

#[cfg(not(target_os = "linux"))]
fn open_beneath(_: &Path, _: &Path, _: OFlags) -> Result<File, Errno> {
    Err(Errno::NOSYS)
}

/// Whether a walk through a root comes to this path: no part of it is hidden or a link.
pub(crate) fn is_reached(root: &Path, path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(root) else {
        return false;
    };
    let mut here = root.to_owned();
    inside.components().all(|part| {
        here.push(part);
        let Component::Normal(name) = part else {
            return false;
        };
        let hidden = name.as_encoded_bytes().starts_with(b".");
        !hidden && fs::symlink_metadata(&here).is_ok_and(|facts| !facts.is_symlink())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(root: &Path, folder: &str, name: &str) -> Option<PathBuf> {
        Place::new(root, folder, name).map(|place| place.path())
    }

    #[test]
    fn paths_inside_a_root_stay_inside() {
        let root = Path::new("/root");
        assert_eq!(path(root, "", "a.png"), Some(PathBuf::from("/root/a.png")));
        assert_eq!(
            path(root, "a/b", "c.png"),
            Some(PathBuf::from("/root/a/b/c.png"))
        );
        for (folder, name) in [
            ("..", "a"),
            ("a/../..", "b"),
            ("/etc", "passwd"),
            ("", "../a"),
            ("", "a/b"),
            ("", ""),
            ("", "/etc/passwd"),
            ("a\0", "b"),
            ("", "."),
        ] {
            assert_eq!(path(root, folder, name), None, "{folder:?} {name:?}");
        }
    }

    #[test]
    fn a_file_is_deleted_where_it_lies_and_nowhere_else() {
        let outside = tempfile::tempdir().unwrap();
        let root = tempfile::tempdir().unwrap();
        for folder in ["", "b/c"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
            fs::write(root.path().join(folder).join("a.png"), "old").unwrap();
            let place = Place::new(root.path(), folder, "a.png").unwrap();
            place.remove().unwrap();
            assert!(!place.path().exists());
            let again = place.remove().unwrap_err();
            assert_eq!(again.kind(), io::ErrorKind::NotFound);
        }
        fs::write(outside.path().join("a.png"), "not yours").unwrap();
        fs::remove_dir(root.path().join("b/c")).unwrap();
        std::os::unix::fs::symlink(outside.path(), root.path().join("b/c")).unwrap();
        let place = Place::new(root.path(), "b/c", "a.png").unwrap();
        assert!(place.remove().is_err());
        assert!(outside.path().join("a.png").exists());
    }

    #[test]
    fn a_file_is_written_whole_where_it_belongs() {
        let outside = tempfile::tempdir().unwrap();
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("b")).unwrap();
        std::os::unix::fs::symlink(outside.path(), root.path().join("c")).unwrap();
        for folder in ["", "b"] {
            let place = Place::new(root.path(), folder, "a.xmp").unwrap();
            place.write(b"one", false).unwrap();
            let taken = place.write(b"two", false).unwrap_err();
            assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read(place.path()).unwrap(), b"one");
            place.write(b"two", true).unwrap();
            assert_eq!(fs::read(place.path()).unwrap(), b"two");
        }
        let place = Place::new(root.path(), "c", "a.xmp").unwrap();
        assert!(place.write(b"no", true).is_err());
        assert!(fs::read_dir(outside.path()).unwrap().next().is_none());
        // Nothing is left behind.
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 3);
        assert_eq!(fs::read_dir(root.path().join("b")).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_was_swapped_for_a_link_is_not_followed() {
        let outside = tempfile::tempdir().unwrap();
        let root = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("a.png"), "not yours").unwrap();
        fs::create_dir_all(root.path().join("b/c")).unwrap();
        fs::write(root.path().join("b/c/a.png"), "yours").unwrap();
        let place = Place::new(root.path(), "b/c", "a.png").unwrap();
        assert!(place.open().is_ok());
        fs::rename(root.path().join("b"), root.path().join("d")).unwrap();
        for target in [outside.path(), &root.path().join("d/c")] {
            fs::create_dir_all(root.path().join("b")).unwrap();
            std::os::unix::fs::symlink(target, root.path().join("b/c")).unwrap();
            assert!(fs::read(place.path()).is_ok(), "the link works");
            assert!(place.open().is_err(), "{target:?}");
            fs::remove_dir_all(root.path().join("b")).unwrap();
        }
    }

    proptest! {
        #[test]
        fn no_path_leaves_a_root(folder in "[./a\0\\\\]{0,12}", name in "[./a\0\\\\]{0,12}") {
            if let Some(path) = path(Path::new("/root"), &folder, &name) {
                prop_assert!(path.starts_with("/root"));
                prop_assert!(path.components().all(|part| part != Component::ParentDir));
            }
        }
    }
}
