//! A watched folder that lies elsewhere now.

use std::path::{Path, PathBuf};

use domain::{id::RootId, problem::ProblemKind, scan::Root};
use store::{
    StoreError,
    rows::{RootKind, RootRow},
};

use super::{Roots, name::find, refuse_nested, root};
use crate::{error::Error, scan};

impl Roots<'_> {
    /// Follows a watched folder that was moved: its pictures and all that is known of them are those of the
    /// folder at `path` from now on, and it is read there. Where the files of the old folder are not found, it
    /// is refused and nothing changes.
    pub async fn relocate(&self, id: RootId, path: &str) -> Result<Root, Error> {
        let rows = self.inner.store.roots().await?;
        let row = find(&rows, id)?;
        if row.kind == RootKind::Managed {
            return Err(Error::told(
                ProblemKind::Conflict,
                "This folder belongs to Proofsheet's own data. Nothing was changed; to move it, stop \
                 Proofsheet, move the whole data folder and start it with --data-dir.",
            ));
        }
        let (real, text) = self.allowed(path).await?;
        if row.path == text {
            return Ok(root(row.clone(), 0, 0));
        }
        for other in rows.iter().filter(|other| other.id != id) {
            refuse_nested(&real, Path::new(&other.path))?;
        }
        self.refuse_other(row, real).await?;
        match self.inner.store.relocate_root(id, &text).await {
            // Somebody else began to watch it a moment ago.
            Err(StoreError::Conflict(_)) => {
                return Err(Error::told(
                    ProblemKind::Conflict,
                    format!(
                        "{text} is watched already. Nothing was changed; choose another folder."
                    ),
                ));
            }
            done => done?,
        }
        scan::request(self.inner);
        let rows = self.inner.store.roots().await?;
        Ok(root(find(&rows, id)?.clone(), 0, 0))
    }

    /// Refuses a folder in which the files of a root are not found.
    async fn refuse_other(&self, row: &RootRow, real: PathBuf) -> Result<(), Error> {
        let samples = scan::samples(self.inner, row.key).await?;
        let all = samples.len();
        let looked = tokio::task::spawn_blocking(move || scan::how_many_there(&real, &samples));
        let there = looked.await.map_err(|_| Error::Worker)?;
        if scan::are_enough(there, all) {
            return Ok(());
        }
        Err(Error::told(
            ProblemKind::Conflict,
            format!(
                "This does not look like {}: of {all} of its files {there} were found here. Nothing was \
                 changed; choose the folder that holds what {} held.",
                row.name, row.path
            ),
        ))
    }
}
