//! Looking after a library: whether its files and its database are what they should be (`verify`), copies of all
//! of it elsewhere (`backup`, `restore`) and of its database in the data folder (`snapshots`), and room for
//! clearing up on a full disk (`ballast`).
//!
//! Nothing here repairs by itself. What the terminal asks for works beside a running server: a backup only reads
//! the data folder, and a verification writes no more than how far it came.

mod backup;
mod ballast;
mod manifest;
mod postgres;
mod restore;
mod snapshots;
mod verify;

use std::{path::Path, sync::Arc};

use domain::problem::ProblemKind;
use store::Store;

pub use backup::{Backup, BackupOptions, Pruned, Totals, backup};
pub(crate) use ballast::Ballast;
pub(crate) use postgres::can_dump;
pub use restore::{Checked, RestoreOptions, Restored, check, restore};
pub(crate) use snapshots::{last as last_snapshot, take as take_snapshot};
pub use verify::{Depth, Finding, FindingKind, Verification, VerifyOptions, verify};
pub(crate) use verify::{Looked, away, glance, glance_with, look_again, look_around, next_piece};

use crate::{
    Inner, Options,
    error::Error,
    files::{self, blocking},
};

/// How far work has come that takes a while: files so far, and of how many.
pub(crate) type Told<'a> = &'a (dyn Fn(u64, u64) + Send + Sync);

/// Begins to keep room for clearing up, and to copy the database.
pub(crate) fn start(inner: &Arc<Inner>) {
    ballast::start(inner);
    snapshots::start(inner);
}

/// The database of a library that somebody may be using, to look at it alone.
async fn look(options: &Options) -> Result<Store, Error> {
    if options.database.is_none() && !files::exists(&options.data_dir.join("proofsheet.db")) {
        return Err(no_library(&options.data_dir));
    }
    let store = Store::open_to_look(&options.database()).await?;
    let found = store.schema_version().await?;
    if found != store::newest_schema() {
        store.close().await;
        return Err(other_version(found));
    }
    Ok(store)
}

fn no_library(data: &Path) -> Error {
    Error::told(
        ProblemKind::NotFound,
        format!(
            "There is no library in {}. Nothing was changed; name its data folder with --data-dir.",
            data.display()
        ),
    )
}

fn other_version(found: i64) -> Error {
    let known = store::newest_schema();
    if found > known {
        return store::StoreError::NewerSchema { found, known }.into();
    }
    Error::told(
        ProblemKind::Conflict,
        format!(
            "This library was last used by an older Proofsheet (its database has version {found}, this \
             program expects {known}). Nothing was changed; start this program once with `proofsheet \
             serve`, then try again."
        ),
    )
}

/// A hash as people write it.
fn hex(hash: &store::rows::Hash) -> String {
    blake3::Hash::from_bytes(*hash).to_hex().to_string()
}

/// A hash that people wrote.
fn unhex(text: &str) -> Option<store::rows::Hash> {
    blake3::Hash::from_hex(text).ok().map(Into::into)
}

/// Where a file lies, for people.
fn shown(root: &str, folder: &str, name: &str) -> String {
    let mut path = Path::new(root).join(folder);
    path.push(name);
    path.display().to_string()
}
