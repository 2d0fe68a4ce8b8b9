//! What a turn at a job is made of.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use store::rows::{JobRow, NewJobError};

use super::{Task, files, scan, verify, whole};
use crate::{Inner, error::Error};

/// What came of a piece of a job.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// Things that are done so far, failed ones among them.
    pub(super) done: u64,
    /// How many there are; 0 while that is not known.
    pub(super) total: u64,
    /// Where the next piece begins.
    pub(super) cursor: String,
    /// What failed in this piece.
    pub(super) errors: Vec<NewJobError>,
    /// What failed before and does no more.
    pub(super) settled: Vec<String>,
    /// A sentence about all of it, after the last piece.
    pub(super) ended: Option<String>,
}

/// How far work has come that tells it while it goes on.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) done: AtomicU64,
    pub(super) total: AtomicU64,
}

impl Told {
    pub(super) fn set(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> (u64, u64) {
        (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        )
    }
}

/// A job that is worked on.
pub(super) struct Turn {
    pub(super) row: JobRow,
    pub(super) task: Task,
    pub(super) told: Arc<Told>,
    /// Files of the library, once they were counted.
    pub(super) files: Option<u64>,
}

impl Turn {
    /// `None` when what is to be done cannot be understood.
    pub(super) fn new(row: JobRow) -> Option<Self> {
        let task = serde_json::from_str(&row.work).ok()?;
        let told = Arc::<Told>::default();
        told.set(row.job.done, row.job.total);
        Some(Self {
            row,
            task,
            told,
            files: None,
        })
    }

    /// Whether it can be cut off anywhere. What goes piece by piece is not: its next end is near.
    pub(super) fn is_whole(&self) -> bool {
        matches!(
            self.task,
            Task::Backup { .. } | Task::Import { .. } | Task::Export { .. } | Task::Scan { .. }
        )
    }

    /// Does the next piece.
    pub(super) async fn next(&mut self, inner: &Arc<Inner>) -> Result<Piece, Error> {
        match self.task.clone() {
            Task::Verify => verify::next(inner, self).await,
            Task::Recipes | Task::Thumbnails | Task::Hashes => files::next(inner, self).await,
            Task::Backup { folder, linked } => {
                whole::backup(inner, self, folder.as_ref(), linked).await
            }
            Task::Import { folder, sent } => {
                whole::import(inner, self, folder.as_ref(), sent.as_deref()).await
            }
            Task::Export { id } => whole::export(inner, self, id).await,
            Task::Scan { root } => scan::look(inner, self, root).await,
        }
    }

    /// How many files the library holds.
    pub(super) async fn files(&mut self, inner: &Inner) -> Result<u64, Error> {
        if let Some(files) = self.files {
            return Ok(files);
        }
        let counts = inner.store.row_counts().await?;
        let files = counts.get("locations").copied().unwrap_or(0);
        self.files = Some(files);
        Ok(files)
    }
}

/// The name of a file of the library among what failed: those of larger keys come later.
pub(super) fn of_file(location: i64) -> String {
    format!("file {location:020}")
}

/// The key in such a name.
pub(super) fn file_of(what: &str) -> Option<i64> {
    what.strip_prefix("file ")?.parse().ok()
}
