//! Files in the data folder that belong to nobody.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use domain::{id::UploadId, time::Timestamp};
use store::rows::{Hash, RootKind};

use super::{FindingKind, Run};
use crate::{
    care::{blocking, unhex},
    error::Error,
    files::survey::{self, Listed},
};

/// Files looked up at a time.
const SOME: usize = 1_000;
/// Milliseconds for which a file may belong to something that is not written down yet: a thumbnail is drawn before
/// its picture is finished.
const FRESH: i64 = 3_600_000;

/// Looks for them, folder by folder.
pub(super) async fn look(run: &mut Run<'_>) -> Result<(), Error> {
    originals(run).await?;
    thumbnails(run).await?;
    incoming(run).await
}

async fn list(folder: PathBuf) -> Result<Vec<Listed>, Error> {
    let listed = blocking(move || survey::list(&folder)).await?;
    listed.map_err(Error::file("looking through the data folder"))
}

/// Files in folders of our own that no picture knows.
async fn originals(run: &mut Run<'_>) -> Result<(), Error> {
    let managed = run
        .roots
        .values()
        .filter(|(row, there)| *there && row.kind == RootKind::Managed);
    let managed: Vec<_> = managed.map(|(row, _)| row.clone()).collect();
    for root in managed {
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            let listed = list(Path::new(&root.path).join(&folder)).await?;
            let (inner, files): (Vec<_>, Vec<_>) = listed.into_iter().partition(|one| one.folder);
            let below = inner.into_iter().map(|one| match folder.as_str() {
                "" => one.name,
                folder => format!("{folder}/{}", one.name),
            });
            folders.extend(below);
            let names: Vec<String> = files.into_iter().map(|file| file.name).collect();
            for some in names.chunks(SOME) {
                // In this order: a file that comes in is known by its upload until its picture knows it.
                let uploads = run.store.open_uploads().await?;
                let mut known = run.store.known_names(root.key, &folder, some).await?;
                let own = uploads
                    .into_iter()
                    .filter(|row| row.root == root.key && row.folder == folder);
                known.extend(own.map(|row| row.name));
                for name in some.iter().filter(|name| !belongs(name, &known)) {
                    let path = super::shown(&root.path, &folder, name);
                    run.find(FindingKind::Orphan, path);
                }
            }
        }
    }
    Ok(())
}

/// Whether a file is known, or is what programs put beside one that may be.
fn belongs(name: &str, known: &HashSet<String>) -> bool {
    let beside = [".xmp", ".txt", ".json"];
    known.contains(name) || beside.iter().any(|ending| name.ends_with(ending))
}

/// Thumbnails whose content no picture has.
async fn thumbnails(run: &mut Run<'_>) -> Result<(), Error> {
    let thumbs = run.options.data_dir.join("thumbs");
    let before = Timestamp(run.now().0 - FRESH);
    for folder in list(thumbs.clone()).await? {
        let inside = thumbs.join(&folder.name);
        for some in list(inside.clone()).await?.chunks(SOME) {
            let contents: Vec<Hash> = some.iter().filter_map(|one| content(&one.name)).collect();
            let known = run.store.known_contents(&contents).await?;
            let strays = some.iter().filter(|one| {
                let old = one.stat.mtime_ns / 1_000_000 < before.0;
                old && content(&one.name).is_none_or(|content| !known.contains(&content))
            });
            for stray in strays {
                let path = inside.join(&stray.name).display().to_string();
                run.find(FindingKind::StrayThumbnail, path);
            }
        }
    }
    Ok(())
}

/// The content whose thumbnail has a name.
fn content(name: &str) -> Option<Hash> {
    let (hash, rest) = name.split_once('-')?;
    rest.strip_suffix(".webp").and_then(|_| unhex(hash))
}

/// Files on their way in of which nobody knows.
async fn incoming(run: &mut Run<'_>) -> Result<(), Error> {
    let folder = run.options.data_dir.join("incoming");
    let listed = list(folder.clone()).await?;
    let rows = run.store.open_uploads().await?;
    let open: HashSet<UploadId> = rows.iter().map(|row| row.id).collect();
    for one in listed {
        let id = one.name.split('.').next().and_then(|id| id.parse().ok());
        let path = folder.join(&one.name);
        // One that came to its end meanwhile is not there any more.
        if id.is_none_or(|id| !open.contains(&id)) && crate::files::exists(&path) {
            run.find(FindingKind::Leftover, path.display().to_string());
        }
    }
    Ok(())
}
