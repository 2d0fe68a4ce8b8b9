//! The folder picker's view of the disk: folder names, a count of pictures, and which program's folder it is;
//! nothing else, and only below the folders that were allowed.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use domain::{
    image::Format,
    scan::{FolderEntry, FolderListing, Layout},
};

use crate::layouts::{self, Program};

/// Folders listed at most; a folder with more is usable by typing the path.
const MOST: usize = 2_000;
/// So many folders inside the shown one are looked into for a program,
const INSIDE: usize = 200;
/// and so many above it.
const ABOVE: usize = 3;

/// Output folders that picture programs make, relative to the home folder.
const KNOWN: [&str; 9] = [
    "ComfyUI/output",
    "stable-diffusion-webui/outputs",
    "stable-diffusion-webui-forge/outputs",
    "invokeai/outputs/images",
    "Fooocus/outputs",
    "SwarmUI/Output",
    "StabilityMatrix/Images",
    "Pictures",
    "Downloads",
];

/// Why a folder cannot be chosen.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It lies outside the allowed folders, or would if it were there.
    Outside,
    /// It cannot be read.
    Unreadable(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// The folders below which one may be chosen, without links; those that are not there are left out.
pub(crate) struct Allowed(Vec<PathBuf>);

impl Allowed {
    /// Those that are there of some folders.
    pub(crate) fn of(parents: &[PathBuf]) -> Self {
        let real = parents.iter().filter_map(|one| fs::canonicalize(one).ok());
        Self(real.collect())
    }

    fn holds(&self, real: &Path) -> bool {
        self.0.iter().any(|parent| real.starts_with(parent))
    }

    /// The real place of a folder that may be chosen. A link counts as what it leads to. Whether something is
    /// there is told only of what lies inside.
    pub(crate) fn real_folder(&self, path: &Path) -> Result<PathBuf, Refusal> {
        if !path.is_absolute() {
            return Err(io::Error::from(io::ErrorKind::NotFound).into());
        }
        match fs::canonicalize(path) {
            Ok(real) if self.holds(&real) => {
                fs::read_dir(&real)?;
                Ok(real)
            }
            Ok(_) => Err(Refusal::Outside),
            Err(error) => {
                let nearest = path
                    .ancestors()
                    .find_map(|above| fs::canonicalize(above).ok());
                if nearest.is_some_and(|above| self.holds(&above)) {
                    Err(error.into())
                } else {
                    Err(Refusal::Outside)
                }
            }
        }
    }
}

/// Lists a folder; the home folder, or the first that is allowed, when `path` is `None`.
pub(crate) fn list_folder(
    path: Option<&Path>,
    home: Option<&Path>,
    allowed: &Allowed,
) -> Result<FolderListing, Refusal> {
    let home = home.and_then(|home| allowed.real_folder(home).ok());
    let folder = match (path, &home) {
        (Some(path), _) => allowed.real_folder(path)?,
        (None, Some(home)) => home.clone(),
        (None, None) => {
            let first = allowed.0.first().ok_or(Refusal::Outside)?;
            allowed.real_folder(first)?
        }
    };
    let mut folders = Vec::new();
    let mut pictures = 0;
    for entry in fs::read_dir(&folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() && folders.len() < MOST {
            folders.push(FolderEntry {
                path: entry.path().to_string_lossy().into_owned(),
                name,
            });
        } else if kind.is_file() && Format::from_name(&name).is_some() {
            pictures += 1;
        }
    }
    folders.sort_by_cached_key(|entry| entry.name.to_lowercase());
    let above = folder.parent().filter(|above| allowed.holds(above));
    Ok(FolderListing {
        parent: above.map(|above| above.to_string_lossy().into_owned()),
        layouts: layouts(&folder, &folders, allowed),
        places: places(home.as_deref(), allowed),
        path: folder.to_string_lossy().into_owned(),
        folders,
        pictures,
    })
}

/// Places worth a shortcut.
fn places(home: Option<&Path>, allowed: &Allowed) -> Vec<FolderEntry> {
    let place = |path: PathBuf, name: String| {
        let there = path.is_dir() && allowed.real_folder(&path).is_ok();
        there.then(|| FolderEntry {
            name,
            path: path.to_string_lossy().into_owned(),
        })
    };
    let home = home.into_iter();
    let known = home.clone().flat_map(|home| {
        let below = KNOWN.map(|name| place(home.join(name), name.to_owned()));
        std::iter::once(place(home.to_owned(), "Home".to_owned())).chain(below)
    });
    let others = allowed.0.iter().filter(|other| {
        let is_home = home.clone().any(|home| home == other.as_path());
        !is_home && other.parent().is_some()
    });
    let others = others.map(|other| place(other.clone(), other.to_string_lossy().into_owned()));
    known.chain(others).flatten().collect()
}

/// Folders of programs: the shown one, one above it or one in it.
fn layouts(folder: &Path, inside: &[FolderEntry], allowed: &Allowed) -> Vec<Layout> {
    let above = folder.ancestors().take(ABOVE + 1);
    let above = above
        .filter(|above| allowed.holds(above))
        .map(Path::to_owned);
    let inside = inside
        .iter()
        .take(INSIDE)
        .map(|entry| PathBuf::from(&entry.path));
    above
        .chain(inside)
        .filter_map(|folder| layout(&folder, allowed))
        .collect()
}

fn layout(folder: &Path, allowed: &Allowed) -> Option<Layout> {
    let program = layouts::recognise(|name| folder.join(name).exists())?;
    let real = |name: &&str| {
        let path = folder.join(name);
        let real = allowed.real_folder(&path).ok()?;
        Some(FolderEntry {
            name: (*name).to_owned(),
            path: real.to_string_lossy().into_owned(),
        })
    };
    let Program {
        name,
        outputs,
        inputs,
        ..
    } = program;
    let outputs: Vec<FolderEntry> = outputs.iter().find_map(real).into_iter().collect();
    let inputs: Vec<FolderEntry> = inputs.iter().filter_map(real).collect();
    (!outputs.is_empty()).then(|| Layout {
        program: (*name).to_owned(),
        folder: folder.to_string_lossy().into_owned(),
        outputs,
        inputs,
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// An allowed folder with one in it, and one beside it that is not allowed.
    struct Disk {
        folder: tempfile::TempDir,
        allowed: Allowed,
    }

    impl Disk {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            for name in ["home/pictures", "homework", "secret/deep"] {
                fs::create_dir_all(folder.path().join(name)).unwrap();
            }
            let allowed = Allowed::of(&[folder.path().join("home"), folder.path().join("none")]);
            Self { folder, allowed }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn list(&self, path: &Path) -> Result<FolderListing, Refusal> {
            list_folder(Some(path), Some(&self.path("home")), &self.allowed)
        }
    }

    #[test]
    fn only_allowed_folders_are_listed() {
        let disk = Disk::new();
        fs::write(disk.path("home/a.png"), "").unwrap();
        let listing = disk.list(&disk.path("home")).unwrap();
        assert_eq!(listing.parent, None, "there is no way up");
        assert_eq!((listing.folders.len(), listing.pictures), (1, 1));
        let inside = disk.list(&disk.path("home/pictures")).unwrap();
        assert_eq!(inside.parent, Some(listing.path.clone()));
        assert_eq!(
            list_folder(None, Some(&disk.path("home")), &disk.allowed).unwrap(),
            listing
        );
        // Without a home folder it begins where it is allowed.
        assert_eq!(
            list_folder(None, None, &disk.allowed).unwrap().path,
            listing.path
        );
        assert_eq!(
            list_folder(None, Some(&disk.path("secret")), &disk.allowed)
                .unwrap()
                .path,
            listing.path
        );
        let nothing = Allowed::of(&[]);
        assert!(matches!(
            list_folder(None, None, &nothing),
            Err(Refusal::Outside)
        ));
    }

    #[test]
    fn no_way_leads_out() {
        let disk = Disk::new();
        symlink(disk.path("secret"), disk.path("home/link")).unwrap();
        symlink("/", disk.path("home/pictures/all")).unwrap();
        for outside in [
            disk.path("secret"),
            disk.path("secret/deep"),
            disk.path("homework"),
            disk.path("secret/not-there"),
            disk.path("home/../secret"),
            disk.path("home/pictures/../../secret/deep"),
            disk.path("home/link"),
            disk.path("home/link/deep"),
            disk.path("home/link/not-there"),
            disk.path("home/pictures/all/etc"),
            disk.path("home").join(".."),
            PathBuf::from("/"),
            PathBuf::from("/etc"),
            PathBuf::from("/not-there"),
            PathBuf::from("//etc/../etc"),
        ] {
            let refused = disk.list(&outside);
            assert!(
                matches!(refused, Err(Refusal::Outside)),
                "{outside:?}: {refused:?}"
            );
        }
        for odd in ["", ".", "home", "../home", "etc/passwd"] {
            let refused = disk.list(Path::new(odd));
            assert!(matches!(refused, Err(Refusal::Unreadable(_))), "{odd:?}");
        }
        let nowhere = disk.list(&disk.path("home/not-there"));
        assert!(
            matches!(nowhere, Err(Refusal::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound)
        );
        fs::write(disk.path("home/file"), "").unwrap();
        assert!(matches!(
            disk.list(&disk.path("home/file")),
            Err(Refusal::Unreadable(_))
        ));
        // Links are not listed, and one that stays inside leads to what it means.
        assert_eq!(disk.list(&disk.path("home")).unwrap().folders.len(), 1);
        symlink(disk.path("home/pictures"), disk.path("home/near")).unwrap();
        let near = disk.list(&disk.path("home/near")).unwrap();
        assert!(near.path.ends_with("home/pictures"), "{}", near.path);
    }

    #[test]
    fn the_folder_of_a_program_is_seen_from_above_and_from_inside() {
        let disk = Disk::new();
        for name in ["main.py", "custom_nodes", "output/2026-11", "input"] {
            fs::create_dir_all(disk.path("home/ComfyUI").join(name)).unwrap();
        }
        let told = |path: &str| {
            let listing = disk.list(&disk.path(path)).unwrap();
            let layouts = listing.layouts.into_iter();
            layouts
                .map(|one| {
                    let names = |all: Vec<FolderEntry>| -> Vec<String> {
                        all.into_iter().map(|entry| entry.name).collect()
                    };
                    assert!(one.folder.ends_with("home/ComfyUI"), "{}", one.folder);
                    (one.program, names(one.outputs), names(one.inputs))
                })
                .collect::<Vec<_>>()
        };
        let comfy = (
            "ComfyUI".to_owned(),
            vec!["output".to_owned()],
            vec!["input".to_owned()],
        );
        for path in [
            "home",
            "home/ComfyUI",
            "home/ComfyUI/output",
            "home/ComfyUI/output/2026-11",
        ] {
            assert_eq!(told(path), std::slice::from_ref(&comfy), "{path}");
        }
        assert_eq!(told("home/pictures"), []);
        // What leads out of the allowed folders is not offered.
        fs::remove_dir(disk.path("home/ComfyUI/input")).unwrap();
        symlink(disk.path("secret"), disk.path("home/ComfyUI/input")).unwrap();
        assert_eq!(told("home/ComfyUI"), [(comfy.0, comfy.1, Vec::new())]);
        fs::remove_dir_all(disk.path("home/ComfyUI/output")).unwrap();
        symlink(disk.path("secret"), disk.path("home/ComfyUI/output")).unwrap();
        assert_eq!(told("home/ComfyUI"), []);
    }
}
