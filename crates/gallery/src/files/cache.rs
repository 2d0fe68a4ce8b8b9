//! Thumbnails on disk: named by the content of their picture, so that they are never stale, and
//! kept under a size limit by removing what was not looked at for longest.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use domain::image::ThumbSize;

/// A file's time is renewed at most this often when it is read, to spare the disk.
const RENEW_AFTER: Duration = Duration::from_hours(24);

/// The thumbnail folder.
pub(crate) struct ThumbCache {
    folder: PathBuf,
    limit: AtomicU64,
    /// Whether nothing more is kept, because the disk is full.
    closed: Arc<AtomicBool>,
    /// Bytes in the folder: counted at the start, then kept by additions.
    used: AtomicU64,
    /// Whether they were counted.
    measured: AtomicBool,
}

impl ThumbCache {
    /// A cache in `folder` of at most about `limit` bytes, which keeps nothing more while it is `closed`.
    pub(crate) fn new(folder: PathBuf, limit: u64, closed: Arc<AtomicBool>) -> Self {
        Self {
            folder,
            limit: AtomicU64::new(limit),
            closed,
            used: AtomicU64::new(0),
            measured: AtomicBool::new(false),
        }
    }

    /// Counts what is there; reads the whole folder, so it belongs on a background thread.
    pub(crate) fn measure(&self) {
        let bytes = self.entries().iter().map(|entry| entry.bytes).sum();
        self.used.store(bytes, Ordering::Relaxed);
        self.measured.store(true, Ordering::Relaxed);
    }

    /// Bytes in the folder; likewise, because they may not have been counted yet.
    pub(crate) fn used(&self) -> u64 {
        if !self.measured.load(Ordering::Relaxed) {
            self.measure();
        }
        self.used.load(Ordering::Relaxed)
    }

    /// Changes the limit, counts what is there and removes what is over it; likewise.
    pub(crate) fn resize(&self, limit: u64) {
        self.limit.store(limit, Ordering::Relaxed);
        self.measure();
        if self.used() > limit {
            self.evict();
        }
    }

    /// Where a thumbnail is kept. The version in the name changes when thumbnails are made
    /// differently.
    fn path(&self, content: &[u8; 32], size: ThumbSize) -> PathBuf {
        let name = blake3::Hash::from_bytes(*content).to_hex();
        self.folder
            .join(&name[..2])
            .join(format!("{name}-{}-v1.webp", size.pixels()))
    }

    /// A kept thumbnail.
    pub(crate) fn read(
        &self,
        content: &[u8; 32],
        size: ThumbSize,
        now: SystemTime,
    ) -> Option<Vec<u8>> {
        let path = self.path(content, size);
        let bytes = fs::read(&path).ok()?;
        if !is_whole(&bytes) {
            // A power cut may leave a name without all its bytes; what is gone is drawn again.
            let _ = fs::remove_file(&path);
            return None;
        }
        renew(&path, now);
        Some(bytes)
    }

    /// Whether a thumbnail is kept.
    pub(crate) fn has(&self, content: &[u8; 32], size: ThumbSize) -> bool {
        self.path(content, size).exists()
    }

    /// Keeps a thumbnail.
    pub(crate) fn write(
        &self,
        content: &[u8; 32],
        size: ThumbSize,
        bytes: &[u8],
    ) -> io::Result<()> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let path = self.path(content, size);
        // One that is drawn again takes the place of itself.
        let before = fs::metadata(&path).map_or(0, |metadata| metadata.len());
        super::write_whole(&path, bytes)?;
        let written = bytes.len() as u64;
        let count = |used: u64| Some((used + written).saturating_sub(before));
        let _ = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, count);
        if self.used.load(Ordering::Relaxed) > self.limit.load(Ordering::Relaxed) {
            self.evict();
        }
        Ok(())
    }

    /// Removes what was not looked at for longest until a tenth of the limit is free.
    fn evict(&self) {
        let limit = self.limit.load(Ordering::Relaxed);
        let mut entries = self.entries();
        entries.sort_unstable_by_key(|entry| entry.modified);
        let mut used: u64 = entries.iter().map(|entry| entry.bytes).sum();
        for entry in entries {
            if used <= limit / 10 * 9 {
                break;
            }
            if fs::remove_file(&entry.path).is_ok() {
                used -= entry.bytes;
            }
        }
        self.used.store(used, Ordering::Relaxed);
    }

    fn entries(&self) -> Vec<Entry> {
        let folders = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        folders
            .flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten())
            .filter_map(|entry| {
                let metadata = entry.metadata().ok()?;
                let modified = metadata.modified().ok()?;
                Some(Entry {
                    path: entry.path(),
                    bytes: metadata.len(),
                    modified,
                })
            })
            .collect()
    }
}

/// Whether these are all bytes of a WebP file: its head says how many follow (RFC 9649).
fn is_whole(bytes: &[u8]) -> bool {
    let Some((head, _)) = bytes.split_first_chunk::<12>() else {
        return false;
    };
    let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    head.starts_with(b"RIFF") && head.ends_with(b"WEBP") && length as usize + 8 == bytes.len()
}

struct Entry {
    path: PathBuf,
    bytes: u64,
    modified: SystemTime,
}

fn renew(path: &Path, now: SystemTime) {
    let old = fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age > RENEW_AFTER));
    if old && let Ok(file) = File::options().write(true).open(path) {
        let _ = file.set_modified(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_stays_under_its_limit_and_keeps_what_was_used_last() {
        let folder = tempfile::tempdir().unwrap();
        let cache = ThumbCache::new(folder.path().to_owned(), 10_000, Arc::default());
        let content = |number: u8| [number; 32];
        let webp = [b"RIFF", &992_u32.to_le_bytes()[..], b"WEBP", &[0; 988]].concat();
        for number in 0..20 {
            cache
                .write(&content(number), ThumbSize::Small, &webp)
                .unwrap();
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(number));
            let path = cache.path(&content(number), ThumbSize::Small);
            if let Ok(file) = File::options().write(true).open(path) {
                file.set_modified(at).unwrap();
            }
        }
        cache.measure();
        assert!(cache.used.load(Ordering::Relaxed) <= 10_000);
        let now = SystemTime::UNIX_EPOCH;
        assert_eq!(cache.read(&content(0), ThumbSize::Small, now), None);
        assert!(cache.read(&content(18), ThumbSize::Small, now).is_some());
    }

    #[test]
    fn a_smaller_limit_removes_at_once_what_is_over_it() {
        let folder = tempfile::tempdir().unwrap();
        let cache = ThumbCache::new(folder.path().to_owned(), 20_000, Arc::default());
        let webp = [b"RIFF", &992_u32.to_le_bytes()[..], b"WEBP", &[0; 988]].concat();
        for number in 0..20 {
            cache.write(&[number; 32], ThumbSize::Small, &webp).unwrap();
            let path = cache.path(&[number; 32], ThumbSize::Small);
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(number));
            let file = File::options().write(true).open(path).unwrap();
            file.set_modified(at).unwrap();
        }
        assert_eq!(cache.used(), 20_000);
        cache.resize(10_000);
        assert_eq!(cache.used(), 9_000);
        let kept = |number: u8| cache.has(&[number; 32], ThumbSize::Small);
        assert!((11..20).all(kept) && !(0..11).any(kept));
        cache.resize(30_000);
        cache.write(&[50; 32], ThumbSize::Small, &webp).unwrap();
        assert_eq!(cache.used(), 10_000);
        // One that is drawn again is counted once.
        cache.write(&[50; 32], ThumbSize::Small, &webp).unwrap();
        assert_eq!(cache.used(), 10_000);
    }

    #[test]
    fn half_a_thumbnail_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let cache = ThumbCache::new(folder.path().to_owned(), 10_000, Arc::default());
        let webp = [b"RIFF", &12_u32.to_le_bytes()[..], b"WEBP", &[1; 8]].concat();
        let read = |bytes: &[u8]| {
            cache.write(&[1; 32], ThumbSize::Small, bytes).unwrap();
            cache.read(&[1; 32], ThumbSize::Small, SystemTime::UNIX_EPOCH)
        };
        assert_eq!(read(&webp), Some(webp.clone()));
        for cut in [0, 4, 12, webp.len() - 1] {
            assert_eq!(read(&webp[..cut]), None, "cut at {cut}");
            assert!(!cache.has(&[1; 32], ThumbSize::Small));
        }
    }
}
