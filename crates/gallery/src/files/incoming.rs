//! Files on their way in: they grow in a folder of the gallery's own, where nothing counts as a picture, and
//! are moved to their place once they are whole.

use std::{
    collections::HashSet,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use domain::{id::UploadId, time::Timestamp};
use rustix::fs::OFlags;

use super::{
    OpenFile, Place, Unpacked,
    faults::{self, Call},
};

/// What the names of growing files end in.
const ENDING: &str = "part";
/// What the names of folders end in that archives are unpacked into.
const UNPACKED: &str = "unpacked";
/// Fewer files than this are synced one by one, which keeps nobody else's files waiting.
const FEW: usize = 4;

/// The folder of growing files.
#[derive(Debug, Clone)]
pub(crate) struct Incoming {
    folder: PathBuf,
}

impl Incoming {
    /// The folder inside the data folder, which holds nothing else.
    pub(super) fn new(data: &Path) -> Self {
        Self {
            folder: data.join("incoming"),
        }
    }

    /// Starts an empty file.
    pub(crate) fn create(&self, id: UploadId) -> io::Result<()> {
        self.begin(id)?;
        self.sync()
    }

    /// Starts a file that is not missed when the power fails before it is synced.
    pub(crate) fn begin(&self, id: UploadId) -> io::Result<Growing> {
        private(&self.folder)?;
        faults::before(Call::Make)?;
        let file = Self::options().create_new(true).open(self.path(id))?;
        Ok(Growing { file, length: 0 })
    }

    /// The disk of these files, to be asked for before the first of a group is written: a sync tells of what
    /// went wrong since then.
    pub(crate) fn disk(&self) -> io::Result<Disk> {
        private(&self.folder)?;
        File::open(&self.folder).map(Disk)
    }

    /// A new private folder to unpack an archive into.
    pub(crate) fn unpacked(&self, id: UploadId) -> io::Result<Unpacked> {
        private(&self.folder)?;
        let path = self.folder.join(format!("{id}.{UNPACKED}"));
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Unpacked::new(path))
    }

    /// Removes folders that an earlier run left.
    pub(crate) fn sweep_unpacked(&self) -> io::Result<()> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            let left = path.extension().is_some_and(|ending| ending == UNPACKED);
            if left && !path.is_symlink() {
                fs::remove_dir_all(path)?;
            }
        }
        Ok(())
    }

    /// How many bytes of one are here; `None` when there is no such file.
    pub(crate) fn length(&self, id: UploadId) -> io::Result<Option<u64>> {
        match fs::symlink_metadata(self.path(id)) {
            Ok(facts) => Ok(Some(facts.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// One that more is to be added to.
    pub(crate) fn grow(&self, id: UploadId) -> io::Result<Growing> {
        let file = Self::options().append(true).open(self.path(id))?;
        let length = file.metadata()?.len();
        Ok(Growing { file, length })
    }

    /// One to be read.
    pub(crate) fn open(&self, id: UploadId) -> io::Result<OpenFile> {
        OpenFile::open(&self.place(id)).map(|(file, _)| file)
    }

    /// Where one lies.
    pub(crate) fn place(&self, id: UploadId) -> Place {
        Place::of_ours(&self.folder, &name(id))
    }

    /// Moves one to its place, on the disk itself when it returns. A file that is there already stays, which
    /// is an error of its own kind.
    pub(crate) fn move_to(&self, id: UploadId, place: &Place) -> io::Result<()> {
        place.receive(&File::open(&self.folder)?, &name(id))
    }

    /// The same without making sure of it or of the folders that are made: [`Disk::sync_names`] does that for several
    /// at once.
    pub(crate) fn move_quietly(&self, id: UploadId, place: &Place) -> io::Result<()> {
        place.receive_quietly(&File::open(&self.folder)?, &name(id))
    }

    /// Removes one; nothing happens when it is gone already.
    pub(crate) fn remove(&self, id: UploadId) -> io::Result<()> {
        super::remove(&self.path(id))
    }

    /// All that are here.
    pub(crate) fn all(&self) -> io::Result<Vec<UploadId>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let id = |entry: fs::DirEntry| {
            let name = entry.file_name();
            let (id, ending) = name.to_str()?.split_once('.')?;
            (ending == ENDING).then(|| id.parse().ok())?
        };
        Ok(entries.filter_map(Result::ok).filter_map(id).collect())
    }

    fn path(&self, id: UploadId) -> PathBuf {
        self.folder.join(name(id))
    }

    fn sync(&self) -> io::Result<()> {
        faults::before(Call::Sync)?;
        File::open(&self.folder)?.sync_all()
    }

    /// No link is followed.
    fn options() -> OpenOptions {
        let mut options = OpenOptions::new();
        options
            .write(true)
            .mode(0o644)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
        options
    }
}

/// Makes a folder that nobody else reads: what is not whole is nobody's business. In its place a file is one
/// like any other.
fn private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The disk on which files grow.
pub(crate) struct Disk(File);

impl Disk {
    /// Makes sure that all bytes of some files survive a power cut: with one sync for all of them where the
    /// system can. After an error nothing is known of any of them.
    pub(crate) fn sync(&self, files: Vec<Growing>) -> io::Result<()> {
        faults::before(Call::Sync)?;
        if files.len() < FEW || !sync_disk(&self.0)? {
            return files.into_iter().try_for_each(Growing::sync);
        }
        Ok(())
    }

    /// Makes sure that some files of one root, which were moved there from here, are found after a power cut: with
    /// one sync for all of them where the system can.
    pub(crate) fn sync_names(&self, places: &[Place]) -> io::Result<()> {
        let folders: HashSet<PathBuf> = places.iter().map(Place::folder).collect();
        if folders.len() >= FEW {
            faults::before(Call::Sync)?;
            // What was renamed lies on this disk too.
            if sync_disk(&self.0)? {
                return Ok(());
            }
        }
        Place::sync_all_above(places)
    }
}

/// Syncs the disk on which a folder lies; `false` where the system cannot do that.
#[cfg(target_os = "linux")]
fn sync_disk(folder: &File) -> io::Result<bool> {
    match rustix::fs::syncfs(folder) {
        Err(rustix::io::Errno::NOSYS) => Ok(false),
        synced => synced.map(|()| true).map_err(io::Error::from),
    }
}

#[cfg(not(target_os = "linux"))]
fn sync_disk(_: &File) -> io::Result<bool> {
    Ok(false)
}

fn name(id: UploadId) -> String {
    format!("{id}.{ENDING}")
}

/// A file that grows at its end.
pub(crate) struct Growing {
    file: File,
    length: u64,
}

impl Growing {
    /// How many bytes it has.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Adds some.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (bytes, written) = faults::cut(bytes);
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        written
    }

    /// Takes off what is beyond a length.
    pub(crate) fn cut(&mut self, length: u64) -> io::Result<()> {
        faults::before(Call::Write)?;
        self.file.set_len(length)?;
        self.length = length;
        Ok(())
    }

    /// Gives it the time of its last change.
    pub(crate) fn date(&self, at: Timestamp) -> io::Result<()> {
        let millis = std::time::Duration::from_millis(at.0.max(0).cast_unsigned());
        self.file.set_modified(std::time::UNIX_EPOCH + millis)
    }

    /// Makes sure that all of it survives a power cut. After an error nothing is known of what was written, also
    /// earlier, and to try again would hide that: the file is emptied.
    pub(crate) fn sync(self) -> io::Result<()> {
        let synced = faults::before(Call::Sync).and_then(|()| self.file.sync_data());
        if synced.is_err() {
            self.file.set_len(0)?;
        }
        synced
    }
}
