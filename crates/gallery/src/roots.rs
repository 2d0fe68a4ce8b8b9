//! Watched folders: adding, removing, choosing, deciding.

mod choose;
mod name;
mod reachable;
mod relocate;
pub(crate) mod told;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{
    id::RootId,
    problem::ProblemKind,
    scan::{Root, RootRole, RootState},
};
use store::{
    StoreError,
    rows::{NewRoot, RootCount, RootKind, RootRow},
};
use tokio::sync::Mutex;

pub(crate) use self::reachable::{Reachable, reachable};
use self::{
    choose::real_folder,
    name::{find, refuse_unwritable},
};
use crate::{
    Gallery, Inner, demo,
    error::{Error, not_found},
    files, keeper, scan,
};

/// How many pictures each root has, kept until the library changes: counting walks through all files.
#[derive(Default)]
pub(crate) struct Counts {
    /// The change at which was counted. Whoever comes while somebody counts waits for the result.
    kept: Mutex<Option<(i64, Vec<RootCount>)>>,
}

impl Counts {
    async fn of(&self, store: &store::Store) -> Result<Vec<RootCount>, Error> {
        let mut kept = self.kept.lock().await;
        // The number first: what changes while it is counted is counted again the next time.
        let now = store.change_now().await?;
        if let Some((_, counts)) = kept.as_ref().filter(|(change, _)| *change == now) {
            return Ok(counts.clone());
        }
        let counts = store.root_counts().await?;
        *kept = Some((now, counts.clone()));
        Ok(counts)
    }
}

/// Watched folders.
pub struct Roots<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Watched folders.
    pub fn roots(&self) -> Roots<'_> {
        Roots { inner: &self.inner }
    }
}

impl Roots<'_> {
    /// All watched folders, in the order in which they were added.
    pub async fn all(&self) -> Result<Vec<Root>, Error> {
        let counts = self.inner.root_counts.of(&self.inner.store).await?;
        let rows = self.inner.store.roots().await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let count = counts.iter().find(|count| count.root == row.key);
                root(
                    row,
                    count.map_or(0, |count| count.images),
                    count.map_or(0, |count| count.missing),
                )
            })
            .collect())
    }

    /// Watches a folder and begins to read it. A folder that is watched already is answered as it
    /// is; one inside or around a watched one is refused.
    pub async fn add(&self, path: &str) -> Result<Root, Error> {
        let (real, text) = real_folder(path).await?;
        self.watch(real, text, RootRole::Output).await
    }

    async fn watch(&self, real: PathBuf, text: String, role: RootRole) -> Result<Root, Error> {
        let mut taken = Vec::new();
        for other in self.inner.store.roots().await? {
            if other.path == text {
                return self.watched(other, role).await;
            }
            refuse_nested(&real, Path::new(&other.path))?;
            taken.push(other.name);
        }
        let clock = &self.inner.options.clock;
        let row = self
            .inner
            .store
            .add_root(NewRoot {
                id: RootId(clock.mint()),
                name: free_name(&short_name(&real), &taken),
                path: text,
                kind: RootKind::Linked,
                allow_delete: false,
                allow_organise: false,
                allow_sidecars: false,
                role,
                added: clock.now(),
            })
            .await?;
        scan::request(self.inner);
        Ok(root(row, 0, 0))
    }

    /// A folder that is watched already. Whoever asks for reference images means it; else it stays what it is.
    async fn watched(&self, mut row: RootRow, role: RootRole) -> Result<Root, Error> {
        if role == RootRole::Input && row.role != role {
            self.set_role(row.id, role).await?;
            row.role = role;
        }
        Ok(root(row, 0, 0))
    }

    /// What the pictures of a watched folder are: what was made, or what others were made from.
    pub async fn set_role(&self, id: RootId, role: RootRole) -> Result<(), Error> {
        self.inner.store.set_root_role(id, role).await?;
        keeper::catch_up(self.inner).await
    }

    /// Stops watching a folder. Its files stay; what was known about them is forgotten.
    pub async fn remove(&self, id: RootId) -> Result<(), Error> {
        self.inner.store.remove_root(id).await?;
        scan::request(self.inner);
        keeper::catch_up(self.inner).await
    }

    /// Whether emptying the trash may delete the files of a folder. Nothing else ever does.
    pub async fn allow_delete(&self, id: RootId, allowed: bool) -> Result<(), Error> {
        Ok(self.inner.store.allow_delete(id, allowed).await?)
    }

    /// Whether files of a folder may be renamed and moved. Only where files can be written.
    pub async fn allow_organise(&self, id: RootId, allowed: bool) -> Result<(), Error> {
        if allowed {
            self.refuse_unwritable(id).await?;
        }
        Ok(self.inner.store.allow_organise(id, allowed).await?)
    }

    /// Whether XMP files may be written beside the pictures of a folder. Only where files can be written.
    pub async fn allow_sidecars(&self, id: RootId, allowed: bool) -> Result<(), Error> {
        if allowed {
            self.refuse_unwritable(id).await?;
        }
        Ok(self.inner.store.allow_sidecars(id, allowed).await?)
    }

    async fn refuse_unwritable(&self, id: RootId) -> Result<(), Error> {
        let rows = self.inner.store.roots().await?;
        refuse_unwritable(&find(&rows, id)?.path).await
    }

    /// Answers a suspicious scan. `gone` believes that the files were removed and reads the folder
    /// again without the brake; else everything stays as it is until the next scan.
    pub async fn decide(&self, id: RootId, gone: bool) -> Result<(), Error> {
        let rows = self.inner.store.roots().await?;
        let row = rows
            .into_iter()
            .find(|row| row.id == id)
            .ok_or_else(not_found)?;
        if gone {
            self.inner.scanner.believe(row.key);
        }
        self.inner
            .store
            .update_root_state(id, RootState::Online, 0)
            .await?;
        scan::request(self.inner);
        Ok(())
    }

    /// Paints the demo pictures into the data folder, once, and watches them.
    pub async fn load_demo(&self) -> Result<(), Error> {
        let folder = self.inner.data.demo();
        let options = &self.inner.options;
        let noticed = self.inner.scanner.requester();
        demo::paint_library(&folder, options.clock.now(), options.workers, noticed)?;
        self.add(&folder.to_string_lossy()).await.map(|_| ())
    }
}

/// The folder in which the gallery keeps what was given to it; it is watched like any other.
pub(crate) async fn managed(inner: &Inner) -> Result<RootRow, Error> {
    let path = inner.data.originals();
    let made = tokio::task::spawn_blocking(move || {
        files::make_folder(&path).and_then(|()| files::real_folder(&path))
    });
    let made = made.await.map_err(|_| Error::Worker)?;
    let real = made.map_err(Error::file("making the folder for uploads"))?;
    let text = real.to_string_lossy().into_owned();
    let mut taken = Vec::new();
    for other in inner.store.roots().await? {
        if other.path == text {
            return Ok(other);
        }
        refuse_nested(&real, Path::new(&other.path))?;
        taken.push(other.name);
    }
    let clock = &inner.options.clock;
    let new = NewRoot {
        id: RootId(clock.mint()),
        name: free_name("Uploads", &taken),
        path: text.clone(),
        kind: RootKind::Managed,
        allow_delete: true,
        allow_organise: true,
        allow_sidecars: false,
        role: RootRole::Output,
        added: clock.now(),
    };
    match inner.store.add_root(new).await {
        // Somebody else began to watch it a moment ago.
        Err(StoreError::Conflict(_)) => {
            let rows = inner.store.roots().await?;
            let row = rows.into_iter().find(|row| row.path == text);
            row.ok_or_else(not_found)
        }
        added => Ok(added?),
    }
}

fn root(row: RootRow, images: u64, missing: u64) -> Root {
    Root {
        id: row.id,
        name: row.name,
        path: row.path,
        state: row.state,
        images,
        missing,
        vanished: row.vanished,
        scanned: row.scanned,
        allow_delete: row.allow_delete,
        allow_organise: row.allow_organise,
        allow_sidecars: row.allow_sidecars,
        paused: row.paused,
        managed: row.kind == RootKind::Managed,
        role: row.role,
    }
}

/// The name by which people know a folder: its own, or with the one above when that says more.
fn short_name(path: &Path) -> String {
    let name = |path: &Path| {
        path.file_name().map_or_else(
            || "/".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
    };
    match (name(path), path.parent()) {
        (own, Some(parent))
            if matches!(
                own.as_str(),
                "output" | "outputs" | "Output" | "images" | "input"
            ) =>
        {
            format!("{} {own}", name(parent))
        }
        (own, _) => own,
    }
}

/// A name that no other root has, because `folder=` filters by it.
fn free_name(name: &str, taken: &[String]) -> String {
    let numbered = (2..).map(|number| format!("{name} {number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| !taken.contains(name))
        .unwrap_or_default()
}

fn refuse_nested(new: &Path, watched: &Path) -> Result<(), Error> {
    let sentence = if new.starts_with(watched) {
        format!(
            "This folder lies inside {}, which is watched already, so its pictures are in the \
             library. Nothing was changed.",
            watched.display()
        )
    } else if watched.starts_with(new) {
        format!(
            "{} lies inside this folder and is watched already. Nothing was changed; stop \
             watching it first, then add this one.",
            watched.display()
        )
    } else {
        return Ok(());
    };
    Err(Error::told(ProblemKind::Conflict, sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_have_telling_names() {
        assert_eq!(
            short_name(Path::new("/home/a/ComfyUI/output")),
            "ComfyUI output"
        );
        assert_eq!(short_name(Path::new("/mnt/pictures")), "pictures");
        assert_eq!(short_name(Path::new("/")), "/");
    }

    #[test]
    fn a_root_inside_another_is_refused_both_ways() {
        let outer = Path::new("/a/b");
        assert!(refuse_nested(Path::new("/a/b/c"), outer).is_err());
        assert!(refuse_nested(Path::new("/a"), outer).is_err());
        assert!(refuse_nested(Path::new("/a/bc"), outer).is_ok());
    }
}
