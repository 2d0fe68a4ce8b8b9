//! How work that reads a whole file shows that it lives, and learns that nobody wants it any more.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use metadata::ReadAt;

use crate::{error::Error, files::OpenFile};

/// How much of a file is read between two beats.
const PIECE: u64 = 1 << 20;

/// The signs of life of one piece of work. A large file on a slow disk takes minutes, and that is no
/// fault of the file; a decoder that takes minutes is stuck.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    closed: Arc<AtomicBool>,
    unwanted: AtomicBool,
    reading: AtomicBool,
    beats: AtomicU64,
}

impl Pulse {
    /// The pulse of a piece of a pool, which stops reading when `closed` turns true.
    pub(super) fn new(closed: Arc<AtomicBool>) -> Self {
        Self {
            closed,
            ..Self::default()
        }
    }

    /// Says that bytes are read next. Fails as interrupted when nobody wants them any more.
    pub(crate) fn reads(&self) -> io::Result<()> {
        self.reading.store(true, Relaxed);
        self.beats.fetch_add(1, Relaxed);
        if self.unwanted.load(Relaxed) || self.closed.load(Relaxed) {
            return Err(io::Error::new(
                io::ErrorKind::Interrupted,
                "nobody waits for it any more",
            ));
        }
        Ok(())
    }

    /// Says that reading is over and work on what was read begins.
    pub(crate) fn works(&self) {
        self.reading.store(false, Relaxed);
        self.beats.fetch_add(1, Relaxed);
    }

    /// Reads a file of `size` bytes from its beginning, piece by piece.
    pub(crate) fn read(
        &self,
        file: &OpenFile,
        size: u64,
        mut take: impl FnMut(&[u8]),
    ) -> io::Result<()> {
        let mut buffer = vec![0; size.min(PIECE) as usize];
        let mut offset = 0;
        while offset < size {
            self.reads()?;
            let count = file.read_at(offset, &mut buffer)?;
            if count == 0 {
                break;
            }
            take(&buffer[..count]);
            offset += count as u64;
        }
        self.works();
        Ok(())
    }

    /// All bytes of a file of `size` bytes, refusing more than `limit`.
    pub(crate) fn read_all(&self, file: &OpenFile, size: u64, limit: u64) -> io::Result<Vec<u8>> {
        if size > limit {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "over the limit",
            ));
        }
        let mut bytes = Vec::with_capacity(size as usize);
        self.read(file, size, |part| bytes.extend_from_slice(part))?;
        Ok(bytes)
    }

    /// How often it beat so far.
    pub(super) fn beats(&self) -> u64 {
        self.beats.load(Relaxed)
    }

    /// Why it does not beat any more.
    pub(super) fn stuck(&self) -> Error {
        if self.reading.load(Relaxed) {
            Error::file("reading a file")(io::ErrorKind::TimedOut.into())
        } else {
            Error::Worker
        }
    }
}

/// Somebody waits for a piece of work, as long as this is not dropped.
pub(super) struct Wanted(Arc<Pulse>);

impl Wanted {
    pub(super) fn new(pulse: &Arc<Pulse>) -> Self {
        Self(Arc::clone(pulse))
    }
}

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.unwanted.store(true, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whole_with_a_beat_for_each_piece() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        let bytes: Vec<u8> = (0..3 * PIECE + 5).map(|at| (at % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let (file, stat) = OpenFile::open_named(&path).unwrap();
        let pulse = Pulse::default();
        assert!(pulse.read_all(&file, stat.size, stat.size).unwrap() == bytes);
        assert_eq!(pulse.beats(), 5);
        let over = pulse.read_all(&file, stat.size, stat.size - 1).unwrap_err();
        assert_eq!(over.kind(), io::ErrorKind::FileTooLarge);
        pulse.closed.store(true, Relaxed);
        let closed = pulse.read_all(&file, stat.size, stat.size).unwrap_err();
        assert_eq!(closed.kind(), io::ErrorKind::Interrupted);
    }
}
