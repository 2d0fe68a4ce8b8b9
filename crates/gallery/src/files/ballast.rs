//! A file that does nothing but take room, until room is needed.

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::files;

/// Bytes written at a time.
const PIECE: usize = 1 << 20;

/// The file in the data folder.
#[derive(Debug, Clone)]
pub(crate) struct BallastFile(PathBuf);

impl BallastFile {
    /// Where it lies in a data folder.
    pub(crate) fn new(data: &Path) -> Self {
        Self(data.join("ballast"))
    }

    /// Bytes that it holds.
    pub(crate) fn bytes(&self) -> u64 {
        files::stat(&self.0).map_or(0, |stat| stat.size)
    }

    /// Makes it, of so many bytes. They are noise: a disk that compresses, or that leaves out zeros, would
    /// otherwise have no room to give back.
    pub(crate) fn make(&self, bytes: u64) -> io::Result<()> {
        let made = self.fill(bytes);
        if made.is_err() {
            let _ = files::remove(&self.0);
        }
        made
    }

    fn fill(&self, bytes: u64) -> io::Result<()> {
        let mut file = File::create(&self.0)?;
        let mut noise = blake3::Hasher::new().finalize_xof();
        let mut piece = vec![0; PIECE];
        let mut left = bytes as usize;
        while left > 0 {
            let some = left.min(PIECE);
            noise.fill(&mut piece[..some]);
            file.write_all(&piece[..some])?;
            left -= some;
        }
        file.sync_all()
    }

    /// Gives its room back.
    pub(crate) fn release(&self) -> io::Result<()> {
        files::remove(&self.0)
    }
}
