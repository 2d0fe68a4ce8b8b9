//! A file that somebody brought and that is needed on the disk for a moment.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Lies in the data folder until it is dropped.
pub(crate) struct Brought(PathBuf);

impl Brought {
    /// Writes it.
    pub(crate) fn new(path: PathBuf, bytes: &[u8]) -> io::Result<Self> {
        let brought = Self(path);
        fs::write(&brought.0, bytes)?;
        Ok(brought)
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Brought {
    fn drop(&mut self) {
        // What SQLite may put beside it as well.
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut path = self.0.clone().into_os_string();
            path.push(ending);
            let _ = fs::remove_file(path);
        }
    }
}
