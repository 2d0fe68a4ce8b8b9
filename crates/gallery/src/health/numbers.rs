//! Numbers to be watched while a server runs: none of them tells a path, a name or a prompt.

use domain::scan::RootState;

use super::Health;
use crate::{care, error::Error, files};

/// How a library is right now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Pictures in the library.
    pub pictures: u64,
    /// Watched folders that are as they should be.
    pub roots_online: u64,
    /// Watched folders that are not there.
    pub roots_offline: u64,
    /// Watched folders of which so much is gone that somebody has to decide.
    pub roots_suspicious: u64,
    /// Files that a scan has met and not yet read.
    pub scan_backlog: u64,
    /// Pictures that wait for hash and thumbnails.
    pub waiting: u64,
    /// Files on their way in.
    pub uploads_open: u64,
    /// Pictures in the index.
    pub index_rows: u64,
    /// Bytes that the index takes.
    pub index_bytes: u64,
    /// Bytes that the database takes on its disk.
    pub database_bytes: u64,
    /// Bytes free where the data folder lies.
    pub free_bytes: Option<u64>,
    /// Bytes of main memory that the process takes.
    pub memory_bytes: Option<u64>,
    /// Seconds since the day of the last good snapshot of the database.
    pub snapshot_age: Option<u64>,
    /// Whether what is free is kept for clearing up, so that new files wait.
    pub short_of_room: bool,
}

impl Health<'_> {
    /// Numbers to be watched. Asks the database little enough to be called every few seconds.
    pub async fn numbers(&self) -> Result<Numbers, Error> {
        let store = &self.inner.store;
        let roots = store.roots().await?;
        let state = |state| roots.iter().filter(|root| root.state == state).count() as u64;
        let kept = self.inner.keeper.snapshot();
        let progress = crate::scan::Scans::new(self.inner).progress();
        let (data, snapshots) = (
            self.inner.data.path().to_owned(),
            self.inner.data.snapshots(),
        );
        let engine = store.engine();
        let looked = tokio::task::spawn_blocking(move || {
            let free = files::space(&data).ok().map(|(free, _)| free);
            (
                free,
                files::survey::memory(),
                care::last_snapshot(&snapshots, engine),
            )
        });
        let (free_bytes, memory_bytes, last) = looked.await.map_err(|_| Error::Worker)?;
        let now = self.inner.options.clock.now();
        Ok(Numbers {
            pictures: store.total().await?,
            roots_online: state(RootState::Online),
            roots_offline: state(RootState::Offline),
            roots_suspicious: state(RootState::Suspicious),
            scan_backlog: progress
                .seen
                .saturating_sub(progress.read + progress.unchanged),
            waiting: store.waiting().await?,
            uploads_open: store.open_uploads().await?.len() as u64,
            index_rows: kept.index.len() as u64,
            index_bytes: kept.index.memory() as u64,
            database_bytes: store.bytes().await?,
            free_bytes,
            memory_bytes,
            snapshot_age: last.map(|last| ((now.0 - last.0) / 1000).max(0) as u64),
            short_of_room: self.inner.ballast.is_short(),
        })
    }
}
