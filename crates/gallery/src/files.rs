//! The only place that touches files: paths inside roots, the data folder, the thumbnail cache.

mod ballast;
mod brought;
mod cache;
#[cfg(not(feature = "faults"))]
pub(crate) mod faults;
#[cfg(feature = "faults")]
pub mod faults;
mod incoming;
mod picker;
mod place;
pub(crate) mod survey;
mod tree;
pub(crate) mod vault;

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Read, Write},
    os::unix::fs::{FileExt, MetadataExt},
    path::{Path, PathBuf},
};

use domain::id::ExportId;

use self::faults::Call;
pub(crate) use ballast::BallastFile;
pub(crate) use brought::Brought;
pub(crate) use cache::ThumbCache;
pub(crate) use incoming::{Disk, Growing, Incoming};
pub(crate) use picker::{Allowed, Refusal, list_folder};
pub(crate) use place::{Place, is_reached};
pub(crate) use tree::{Below, Found, Odd, PlainFile, Unpacked, below};

use crate::error::Error;

/// What tells whether a file is still the one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    /// Size in bytes.
    pub(crate) size: u64,
    /// Time of the last change in nanoseconds since 1970.
    pub(crate) mtime_ns: i64,
    /// Number of the file on its device.
    pub(crate) inode: u64,
    /// Number of the device.
    pub(crate) dev: u64,
}

impl Stat {
    /// The facts of file metadata.
    pub(crate) fn of(metadata: &fs::Metadata) -> Self {
        Self {
            size: metadata.size(),
            mtime_ns: metadata.mtime().saturating_mul(1_000_000_000) + metadata.mtime_nsec(),
            inode: metadata.ino(),
            dev: metadata.dev(),
        }
    }

    /// Whether a file looks as it was recorded, by its size and the time of its last change.
    pub(crate) fn is_as(&self, size: u64, mtime_ns: i64) -> bool {
        (self.size, self.mtime_ns) == (size, mtime_ns)
    }

    /// The same, or as one that was recorded so soon after its change that the next scan reads it once more: then a
    /// nanosecond less was noted (see `scan/read.rs`), and only its bytes tell for certain.
    pub(crate) fn may_be_as(&self, size: u64, mtime_ns: i64) -> bool {
        self.is_as(size, mtime_ns) || self.is_as(size, mtime_ns + 1)
    }

    /// A short word that changes whenever the bytes of the file do.
    pub(crate) fn stamp(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.size.to_le_bytes());
        hasher.update(&self.mtime_ns.to_le_bytes());
        hasher.update(&self.inode.to_le_bytes());
        hasher.finalize().to_hex().as_str()[..12].to_owned()
    }
}

/// Runs work that waits for disks.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Error::Worker)
}

/// Looks at a file without opening it; links are not followed.
pub(crate) fn stat(path: &Path) -> io::Result<Stat> {
    faults::look();
    fs::symlink_metadata(path).map(|metadata| Stat::of(&metadata))
}

/// Whether something is at this path.
pub(crate) fn exists(path: &Path) -> bool {
    faults::look();
    fs::symlink_metadata(path).is_ok()
}

fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}

/// A file that is read at positions, for the metadata reader.
pub(crate) struct OpenFile {
    file: File,
    length: u64,
}

impl OpenFile {
    /// Opens a picture for reading; a link, folder or device is refused.
    pub(crate) fn open(place: &Place) -> io::Result<(Self, Stat)> {
        // Opening a device may do something, so it is looked at first.
        if !fs::symlink_metadata(place.path())?.is_file() {
            return Err(not_a_file());
        }
        Self::open_seen(place)
    }

    /// The same for what a walk has just seen to be a plain file.
    pub(crate) fn open_seen(place: &Place) -> io::Result<(Self, Stat)> {
        Self::regular(place.open()?)
    }

    /// Opens a file that somebody named or that is the gallery's own; links are followed.
    pub(crate) fn open_named(path: &Path) -> io::Result<(Self, Stat)> {
        if !fs::metadata(path)?.is_file() {
            return Err(not_a_file());
        }
        Self::regular(File::open(path)?)
    }

    fn regular(file: File) -> io::Result<(Self, Stat)> {
        faults::look();
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(not_a_file());
        }
        let stat = Stat::of(&metadata);
        let length = stat.size;
        Ok((Self { file, length }, stat))
    }

    /// How the file looks now.
    pub(crate) fn stat(&self) -> io::Result<Stat> {
        self.file.metadata().map(|metadata| Stat::of(&metadata))
    }

    /// Its bytes from where it was read to, in a row.
    pub(crate) fn reader(&self) -> impl Read + '_ {
        &self.file
    }

    /// The plain file, for streaming.
    pub(crate) fn into_file(self) -> File {
        self.file
    }

    /// All bytes, refusing more than `limit`.
    pub(crate) fn read_all(&self, limit: u64) -> io::Result<Vec<u8>> {
        if self.length > limit {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "over the limit",
            ));
        }
        let mut bytes = Vec::with_capacity(self.length as usize);
        (&self.file).take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl metadata::ReadAt for OpenFile {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }
}

/// The gallery's own folder, locked for one process.
pub(crate) struct DataFolder {
    path: PathBuf,
    /// The folder of thumbnails by its real path.
    thumbs: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Creates the folder where needed and takes its lock.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        for part in ["", "exports", "thumbs"] {
            fs::create_dir_all(path.join(part)).map_err(Error::file("making the data folder"))?;
        }
        let lock =
            File::create(path.join("LOCK")).map_err(Error::file("locking the data folder"))?;
        if lock.try_lock().is_err() {
            return Err(Error::told(
                domain::problem::ProblemKind::Conflict,
                format!(
                    "Another Proofsheet already works with the data in {}. Nothing was changed. \
                     Use that one, stop it first, or choose another folder with --data-dir.",
                    path.display()
                ),
            ));
        }
        let thumbs = path.join("thumbs");
        Ok(Self {
            path: path.to_owned(),
            thumbs: fs::canonicalize(&thumbs).unwrap_or(thumbs),
            _lock: lock,
        })
    }

    /// The folder of the embedded database and everything else.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the user's own rules for reading recipes are, if there are any.
    pub(crate) fn rules(&self) -> PathBuf {
        self.path.join("rules.toml")
    }

    /// The folder of thumbnails. It may lie inside a watched folder, where nothing in it counts as
    /// a picture: each thumbnail would get thumbnails of its own.
    pub(crate) fn thumbs(&self) -> &Path {
        &self.thumbs
    }

    /// Where the demo pictures live.
    pub(crate) fn demo(&self) -> PathBuf {
        self.path.join("demo")
    }

    /// Where files grow that are on their way in.
    pub(crate) fn incoming(&self) -> Incoming {
        Incoming::new(&self.path)
    }

    /// Where the gallery keeps files that were given to it.
    pub(crate) fn originals(&self) -> PathBuf {
        self.path.join("originals")
    }

    /// Where archives lie that were sent, until their pictures are taken in.
    pub(crate) fn archives(&self) -> PathBuf {
        self.path.join("archives")
    }

    /// Where copies of the database are kept.
    pub(crate) fn snapshots(&self) -> PathBuf {
        self.path.join("snapshots")
    }

    /// Where an export keeps the texts it made when it was prepared for the n-th time.
    pub(crate) fn spool(&self, export: &str, time: u32) -> PathBuf {
        let name = format!("{export}-{time}.spool");
        self.path.join("exports").join(name)
    }

    /// Removes texts of exports that are not among these; what is called otherwise is left alone.
    pub(crate) fn keep_spools(&self, exports: &HashSet<ExportId>) -> io::Result<()> {
        let entries = match fs::read_dir(self.path.join("exports")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            let spool = path.extension().is_some_and(|ending| ending == "spool");
            let Some(stem) = stem.filter(|_| spool) else {
                continue;
            };
            let id = stem.split_once('-').map_or(stem, |(id, _)| id);
            if id.parse().is_ok_and(|id| !exports.contains(&id)) {
                remove(&path)?;
            }
        }
        Ok(())
    }

    /// Where the name of this folder is kept, by which those who share a database tell theirs apart.
    pub(crate) fn place(&self) -> PathBuf {
        self.path.join("exports").join("place")
    }
}

/// Writes a whole file so that nobody ever sees half of it: beside it first, then renamed.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let part = path.with_extension(format!("part-{:?}", std::thread::current().id()));
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

/// A whole text file of the user's.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

/// Makes a folder and those above it.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Removes a folder of ours with all that is in it; one that is already gone is fine.
pub(crate) fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// The folders inside one; none when it is not there.
pub(crate) fn folders(path: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Gives a file the time of its last change.
pub(crate) fn set_modified(path: &Path, at: domain::time::Timestamp) -> io::Result<()> {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_millis(at.0.max(0) as u64);
    File::options().write(true).open(path)?.set_modified(time)
}

/// A file that grows at its end; says where each piece went.
pub(crate) struct Spool {
    file: io::BufWriter<File>,
    length: u64,
}

impl Spool {
    /// Starts an empty file.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: io::BufWriter::new(File::create(path)?),
            length: 0,
        })
    }

    /// Adds a piece and says at which offset it begins.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let offset = self.length;
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(offset)
    }

    /// Makes sure that everything is in the file.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }
}

/// Removes a file of ours; one that is already gone is fine.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    let removed = faults::before(Call::Remove).and_then(|()| fs::remove_file(path));
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// The real place of a folder, without links; fails when it is not a folder that can be listed.
pub(crate) fn real_folder(path: &Path) -> io::Result<PathBuf> {
    let real = fs::canonicalize(path)?;
    fs::read_dir(&real).map(|_| real)
}

/// The real place of a file, without links.
pub(crate) fn real_path(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

/// Whether this account may make files in a folder.
pub(crate) fn is_writable(path: &Path) -> bool {
    use rustix::fs::Access;
    rustix::fs::access(path, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// Whether a folder holds nothing at all, or nothing that may be seen.
pub(crate) fn is_empty(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

/// What tells the file system on which a folder lies from others that the system gives the same device number, one
/// after the other; `None` where it has no such mark.
pub(crate) fn filesystem(path: &Path) -> io::Result<Option<String>> {
    let mark = rustix::fs::statvfs(path)?.f_fsid;
    Ok((mark != 0).then(|| format!("{mark:016x}")))
}

/// Bytes that this account may still write where `path` lies, and the kind of its file system.
pub(crate) fn space(path: &Path) -> io::Result<(u64, i64)> {
    let info = rustix::fs::statfs(path)?;
    Ok((
        info.f_bavail as u64 * info.f_bsize as u64,
        info.f_type as i64,
    ))
}
