//! The folder picker's view of the disk: folder names and a count of pictures, nothing else.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use domain::{
    image::Format,
    scan::{FolderEntry, FolderListing},
};

/// Folders listed at most; a folder with more is usable by typing the path.
const MOST: usize = 2_000;

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

/// Lists a folder; the home folder when `path` is `None`.
pub(crate) fn list_folder(path: Option<&Path>, home: Option<&Path>) -> io::Result<FolderListing> {
    let home = home.map_or_else(|| PathBuf::from("/"), Path::to_owned);
    let folder = fs::canonicalize(path.unwrap_or(&home))?;
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
    let place = |path: PathBuf, name: &str| {
        path.is_dir().then(|| FolderEntry {
            name: name.to_owned(),
            path: path.to_string_lossy().into_owned(),
        })
    };
    let known = KNOWN
        .into_iter()
        .filter_map(|name| place(home.join(name), name));
    let places = place(home.clone(), "Home")
        .into_iter()
        .chain(known)
        .collect();
    Ok(FolderListing {
        parent: folder
            .parent()
            .map(|parent| parent.to_string_lossy().into_owned()),
        path: folder.to_string_lossy().into_owned(),
        folders,
        pictures,
        places,
    })
}
