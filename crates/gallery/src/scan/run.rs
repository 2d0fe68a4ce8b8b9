//! One pass over the watched folders.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{id::RootId, scan::RootState};
use store::rows::{KnownFile, RootRow};

use super::{lock, read::Todo};
use crate::{Inner, error::Error, files, keeper};

mod identity;
mod pass;
mod seen;

use identity::Disk;
pub(crate) use identity::{are_enough, how_many_there, samples};
use pass::Pass;
use seen::Seen;

/// Known files fetched at a time: few enough that what else runs on the thread hardly waits.
const KNOWN_PAGE: u32 = 4_096;
/// This many files may always turn missing in one scan,
const FEW: usize = 50;
/// and so may this share of a root: one in fifty.
const SHARE: usize = 50;

/// Scans every root; one that fails does not stop the others.
pub(super) async fn everything(inner: &Arc<Inner>) -> Result<(), Error> {
    let mut failed = Ok(());
    for root in inner.store.roots().await? {
        if inner.scanner.is_stopped() {
            return Ok(());
        }
        if inner.scanner.is_cut() {
            break;
        }
        if root.paused {
            continue;
        }
        match scan_root(inner, &root).await {
            // Somebody stopped watching it meanwhile.
            Err(Error::Store(store::StoreError::NotFound(_))) | Ok(()) => {}
            Err(error) => failed = Err(error),
        }
    }
    keeper::catch_up(inner).await?;
    failed
}

/// Scans one root; nothing happens when it is gone or paused.
pub(super) async fn one(inner: &Arc<Inner>, id: RootId) -> Result<(), Error> {
    let roots = inner.store.roots().await?;
    let root = roots.iter().find(|root| root.id == id && !root.paused);
    let read = match root {
        Some(root) => scan_root(inner, root).await,
        None => Ok(()),
    };
    keeper::catch_up(inner).await?;
    match read {
        Err(Error::Store(store::StoreError::NotFound(_))) => Ok(()),
        read => read,
    }
}

/// Reads paths that changed. A path that is gone means a move or a removal: then its whole root is
/// looked at, so that moved files are recognised. So it is when the root itself is named, or is there again.
pub(super) async fn changed(
    inner: &Arc<Inner>,
    dirty: HashMap<i64, HashSet<PathBuf>>,
) -> Result<(), Error> {
    for root in inner.store.roots().await? {
        let Some(paths) = dirty.get(&root.key).filter(|_| !root.paused) else {
            continue;
        };
        let place = Path::new(&root.path);
        if root.state == RootState::Offline
            || paths
                .iter()
                .any(|path| path == place || !files::exists(path))
        {
            scan_root(inner, &root).await?;
            continue;
        }
        // What has the same name on another disk is another file.
        let has_files = !root.identity.samples.is_empty();
        if disk(inner, &root, has_files).await?.is_none() {
            continue;
        }
        let mut pass = Pass::new(inner, &root);
        for path in paths.iter().filter(|path| files::is_reached(place, path)) {
            let walk = pass.walk(path.clone());
            pass.gather(walk, |entry| Some(Todo { entry, moved: None }))
                .await?;
        }
        // Many that came together are one transaction.
        pass.flush().await?;
        pass.end().await?;
    }
    keeper::catch_up(inner).await
}

async fn scan_root(inner: &Arc<Inner>, root: &RootRow) -> Result<(), Error> {
    let mut pass = Pass::new(inner, root);
    // The disk and the database are asked at the same time.
    let walk = pass.walk(PathBuf::from(&root.path));
    let known = known_files(inner, root.key).await?;
    let has_files = !known.is_empty();
    if disk(inner, root, has_files).await?.is_none() {
        return Ok(());
    }
    // To order a million takes a second, which nobody who asks for a page should wait.
    let seen = tokio::task::spawn_blocking(move || Seen::new(known));
    let mut seen = seen.await.map_err(|_| Error::Worker)?;
    pass.follow(walk, |entry| seen.meet(entry)).await?;
    // A disk that went away meanwhile says nothing about the files that were not met.
    let Some(disk) = disk(inner, root, has_files).await? else {
        return Ok(());
    };
    pass.end().await?;
    if inner.scanner.is_cut() {
        return Ok(());
    }
    if pass.read > seen.known.len() {
        inner.store.gather_statistics().await?;
    }
    inner.store.touch_seen(root.key, &seen.returned).await?;
    settle_missing(inner, root, &seen, &pass).await?;
    // As long as ordering them does it take to forget them.
    tokio::task::spawn_blocking(move || drop(seen));
    identity::keep(inner, root, disk).await?;
    inner
        .store
        .set_root_scanned(root.id, inner.options.clock.now())
        .await?;
    Ok(())
}

/// Whether a root is there right now, and is the folder that was added.
pub(crate) fn is_there(root: &RootRow) -> bool {
    let has_files = !root.identity.samples.is_empty();
    identity::check(Path::new(&root.path), &root.identity, has_files).is_some()
}

/// The disk of a root that is what it should be; any other root becomes offline.
async fn disk(inner: &Arc<Inner>, root: &RootRow, has_files: bool) -> Result<Option<Disk>, Error> {
    let (place, identity) = (PathBuf::from(&root.path), root.identity.clone());
    let found = tokio::task::spawn_blocking(move || identity::check(&place, &identity, has_files));
    let found = found.await.map_err(|_| Error::Worker)?;
    if found.is_none() {
        let offline = RootState::Offline;
        inner.store.update_root_state(root.id, offline, 0).await?;
    }
    Ok(found)
}

/// Decides about the known files that were not met: they turn missing, unless so many are gone at
/// once that it looks like an accident.
async fn settle_missing(
    inner: &Arc<Inner>,
    root: &RootRow,
    seen: &Seen,
    pass: &Pass<'_>,
) -> Result<(), Error> {
    let hidden = |file: &KnownFile| {
        let unreadable = &mut pass.unreadable.iter();
        unreadable.any(|path| Path::new(&inside(&file.folder, &file.name)).starts_with(path))
    };
    let total = seen.known.len();
    let unmet: Vec<&KnownFile> = seen
        .known
        .iter()
        .zip(&seen.met)
        .filter(|(file, met)| !**met && !pass.moved.contains(&file.location) && !hidden(file))
        .map(|(file, _)| file)
        .collect();
    let newly = unmet.iter().filter(|file| file.missing_scans < 2).count();
    let believed = lock(&inner.scanner.believed).remove(&root.key);
    if newly > FEW.max(total / SHARE) && !believed {
        inner
            .store
            .update_root_state(root.id, RootState::Suspicious, newly as u64)
            .await?;
        return Ok(());
    }
    let locations: Vec<i64> = unmet
        .iter()
        .filter(|file| file.missing_scans < 2)
        .map(|file| file.location)
        .collect();
    // Somebody who says that the files were removed need not wait for a second scan to agree.
    for _ in 0..if believed { 2 } else { 1 } {
        inner
            .store
            .mark_missing(&locations, inner.options.clock.now())
            .await?;
    }
    if root.state != RootState::Online {
        inner
            .store
            .update_root_state(root.id, RootState::Online, 0)
            .await?;
    }
    Ok(())
}

async fn known_files(inner: &Inner, root: i64) -> Result<Vec<KnownFile>, Error> {
    let mut known = Vec::new();
    let mut after = i64::MIN;
    loop {
        let page = inner.store.known_files(root, after, KNOWN_PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(known);
        };
        after = last.location;
        known.extend(page);
    }
}

/// The path of a file inside its root.
fn inside(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}
