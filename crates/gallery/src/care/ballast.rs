//! Room for clearing up.
//!
//! On a full disk SQLite cannot even note that something was deleted. So a file takes some room for as long as there
//! is plenty, and gives it back when there is none: what people do (judging, the trash, undo) goes on, while what
//! fills disks by itself waits until the file is there again.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use store::{OnFull, OpenOptions};

use crate::{
    Inner,
    error::{Error, disk_full},
    files::{self, BallastFile},
};

/// How often it is looked how much is free.
const LOOK: Duration = Duration::from_secs(2);
/// The file is made when so many times its size is free,
const PLENTY: u64 = 8;
/// and released when less than this part of its size is.
const SCARCE: u64 = 8;

/// The file, and whether there is so little room that it is for clearing up.
#[derive(Debug, Clone)]
pub(crate) struct Ballast {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    file: BallastFile,
    /// Its size; nothing is done where it is 0.
    bytes: u64,
    short: Arc<AtomicBool>,
}

impl Ballast {
    /// The one of a data folder. Looks at once, because a library on a full disk could not even be opened.
    pub(crate) fn new(data: &Path, bytes: u64) -> Self {
        let shared = Shared {
            file: BallastFile::new(data),
            bytes,
            short: Arc::default(),
        };
        let ballast = Self {
            shared: Arc::new(shared),
        };
        if let Ok((free, _)) = files::space(data)
            && ballast.is_scarce(free)
        {
            ballast.release();
        }
        ballast
    }

    fn is_scarce(&self, free: u64) -> bool {
        free < self.shared.bytes / SCARCE
    }

    /// Options of a store that tells when a write found no room.
    pub(crate) fn watching(&self) -> OpenOptions {
        let ballast = self.clone();
        OpenOptions {
            on_full: Some(OnFull::new(move || ballast.release())),
            ..OpenOptions::default()
        }
    }

    /// Gives the room back, if there is any to give.
    fn release(&self) {
        let Shared { file, bytes, short } = &*self.shared;
        if *bytes == 0 {
            return;
        }
        short.store(true, Ordering::SeqCst);
        if file.bytes() == 0 {
            return;
        }
        match file.release() {
            Ok(()) => tracing::warn!(
                "the disk with Proofsheet's data is full; {} MiB were set free for clearing up",
                bytes >> 20
            ),
            Err(error) => {
                tracing::error!(%error, "the room kept for a full disk could not be set free");
            }
        }
    }

    /// Makes it where there is plenty of room, releases it where there is none. Without it, as much of what is
    /// free is kept.
    pub(crate) fn look(&self, data: &Path) {
        let Shared { file, bytes, short } = &*self.shared;
        if *bytes == 0 {
            return;
        }
        let Ok((free, _)) = files::space(data) else {
            return;
        };
        let mut held = file.bytes() == *bytes;
        if held && self.is_scarce(free) {
            self.release();
            return;
        }
        if !held && free > bytes.saturating_mul(PLENTY) {
            match file.make(*bytes) {
                Ok(()) => held = true,
                Err(error) => tracing::warn!(%error, "no room could be kept for a full disk"),
            }
        }
        short.store(!held && free < bytes + bytes / SCARCE, Ordering::SeqCst);
    }

    /// The same as [`Ballast::is_short`], for what asks often.
    pub(crate) fn short(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.shared.short)
    }

    /// Whether what is left is for clearing up.
    pub(crate) fn is_short(&self) -> bool {
        self.shared.short.load(Ordering::SeqCst)
    }

    /// Fails while what is left is for clearing up. Asked by what fills disks by itself.
    pub(crate) fn room(&self) -> Result<(), Error> {
        if self.is_short() {
            return Err(Error::Told(disk_full()));
        }
        Ok(())
    }
}

/// Looks after it in the background.
pub(crate) fn start(inner: &Arc<Inner>) {
    if inner.options.ballast == 0 {
        return;
    }
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            let Some(inner) = weak.upgrade() else { return };
            let looked = tokio::task::spawn_blocking(move || inner.ballast.look(inner.data.path()));
            if looked.await.is_err() {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_given_back_once() {
        let data = tempfile::tempdir().unwrap();
        let ballast = Ballast::new(data.path(), 1 << 20);
        ballast.look(data.path());
        assert_eq!(ballast.shared.file.bytes(), 1 << 20);
        assert!(ballast.room().is_ok());
        ballast.release();
        assert!(ballast.room().is_err() && ballast.shared.file.bytes() == 0);
        ballast.look(data.path());
        assert!(ballast.room().is_ok() && ballast.shared.file.bytes() == 1 << 20);
    }

    #[test]
    fn where_there_never_was_plenty_what_is_free_is_kept_instead() {
        let data = tempfile::tempdir().unwrap();
        let (free, _) = files::space(data.path()).unwrap();
        // Larger than what is free, so it can never be made.
        let ballast = Ballast::new(data.path(), free * 2);
        ballast.look(data.path());
        assert!(ballast.room().is_err());
        // A quarter of what is free: not plenty, but enough for everything to go on.
        let ballast = Ballast::new(data.path(), free / 4);
        ballast.release();
        assert!(ballast.room().is_err());
        ballast.look(data.path());
        assert!(ballast.room().is_ok() && !files::exists(&data.path().join("ballast")));
    }

    #[test]
    fn without_a_size_there_is_none() {
        let data = tempfile::tempdir().unwrap();
        let ballast = Ballast::new(data.path(), 0);
        ballast.release();
        ballast.look(data.path());
        assert!(ballast.room().is_ok());
        assert!(!files::exists(&data.path().join("ballast")));
    }
}
