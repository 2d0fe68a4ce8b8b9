//! A folder of backups: the bytes of each picture once, under the hash of them, in `objects/`.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Read, Write as _},
    path::{Path, PathBuf},
};

use store::rows::Hash;

use super::{OpenFile, Place, Stat, survey};

/// Bytes read at a time.
const PIECE: usize = 1 << 20;
/// Files that are synced together: one by one costs three times as much.
const GROUP: usize = 32;

/// The folder.
pub(crate) struct Vault {
    folder: PathBuf,
    /// Whole files that are not certain to be on the disk yet, and where they go.
    waiting: Vec<(PathBuf, PathBuf)>,
    made: u64,
    _lock: Option<File>,
}

/// What came of a file that was to be kept.
pub(crate) struct Kept {
    pub(crate) hash: Hash,
    pub(crate) size: u64,
    /// Whether its bytes were not there before.
    pub(crate) new: bool,
}

impl Vault {
    /// Makes the folder where needed and keeps it for this process alone; `None` when another has it.
    pub(crate) fn open(folder: &Path) -> io::Result<Option<Self>> {
        fs::create_dir_all(folder.join("objects"))?;
        let lock = File::create(folder.join("LOCK"))?;
        if lock.try_lock().is_err() {
            return Ok(None);
        }
        let vault = Self {
            _lock: Some(lock),
            ..Self::look(folder)
        };
        let coming = vault.coming();
        if super::exists(&coming) {
            fs::remove_dir_all(&coming)?;
        }
        fs::create_dir_all(&coming)?;
        Ok(Some(vault))
    }

    /// The folder as it is, for reading.
    pub(crate) fn look(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            waiting: Vec::new(),
            made: 0,
            _lock: None,
        }
    }

    /// Where a file of the folder lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Where the bytes with a hash lie.
    pub(crate) fn object(&self, hash: &Hash) -> PathBuf {
        let name = blake3::Hash::from_bytes(*hash).to_hex();
        self.folder
            .join("objects")
            .join(&name[..2])
            .join(name.as_str())
    }

    /// Whether so many bytes with a hash are kept.
    pub(crate) fn has(&self, hash: &Hash, size: u64) -> bool {
        super::stat(&self.object(hash)).is_ok_and(|stat| stat.size == size)
    }

    /// Where files grow that are not whole yet.
    fn coming(&self) -> PathBuf {
        self.folder.join("objects").join("coming")
    }

    /// Keeps the bytes of a file.
    pub(crate) fn keep(&mut self, file: &OpenFile) -> io::Result<Kept> {
        self.made += 1;
        let part = self.coming().join(self.made.to_string());
        let kept = copy(&mut file.reader(), &mut File::create(&part)?);
        let (hash, size) = match kept {
            Ok(kept) => kept,
            Err(error) => {
                let _ = fs::remove_file(&part);
                return Err(error);
            }
        };
        let place = self.object(&hash);
        let waits = self.waiting.iter().any(|(_, other)| *other == place);
        if waits || self.has(&hash, size) {
            fs::remove_file(&part)?;
            return Ok(Kept {
                hash,
                size,
                new: false,
            });
        }
        self.waiting.push((part, place));
        if self.waiting.len() >= GROUP {
            self.settle()?;
        }
        Ok(Kept {
            hash,
            size,
            new: true,
        })
    }

    /// Makes sure that all that was kept is on the disk. Only then do files get the names under which they
    /// count as whole.
    pub(crate) fn settle(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        sync_all(&self.folder, &self.waiting)?;
        for (part, place) in self.waiting.drain(..) {
            if let Some(above) = place.parent() {
                fs::create_dir_all(above)?;
            }
            fs::rename(part, place)?;
        }
        Ok(())
    }

    /// Ends keeping: the names are on the disk as well.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.settle()?;
        fs::remove_dir_all(self.coming())?;
        let objects = self.folder.join("objects");
        for one in survey::list(&objects)? {
            survey::sync_folder(&objects.join(one.name))?;
        }
        survey::sync_folder(&objects)?;
        survey::sync_folder(&self.folder)
    }

    /// The objects that nothing names. What is called otherwise than an object is none, and is left out.
    pub(crate) fn unnamed(&self, named: &Named) -> io::Result<Unnamed> {
        let objects = self.folder.join("objects");
        let mut found = Unnamed::default();
        for folder in survey::list(&objects)?.into_iter().filter(|one| one.folder) {
            let inside = objects.join(&folder.name);
            for one in survey::list(&inside)? {
                let hash = blake3::Hash::from_hex(&one.name).ok();
                let path = inside.join(&one.name);
                let Some(hash) = hash
                    .map(Hash::from)
                    .filter(|hash| self.object(hash) == path)
                else {
                    continue;
                };
                found.of += 1;
                if !named.hashes.contains(&hash) && !named.sizes.contains(&one.stat.size) {
                    found.bytes += one.stat.size;
                    found.paths.push(path);
                }
            }
        }
        Ok(found)
    }

    /// Puts the bytes with a hash to a place where nothing is, with the time that their file had. Answers how it
    /// looks there, or nothing when the bytes are not those that were kept.
    pub(crate) fn put(&self, hash: &Hash, place: &Path, mtime_ns: i64) -> io::Result<Option<Stat>> {
        if let Some(above) = place.parent() {
            fs::create_dir_all(above)?;
        }
        let mut file = File::options().write(true).create_new(true).open(place)?;
        let (found, _) = copy(&mut File::open(self.object(hash))?, &mut file)?;
        if found != *hash {
            return Ok(None);
        }
        let since = std::time::Duration::from_nanos(mtime_ns.max(0).cast_unsigned());
        file.set_modified(std::time::UNIX_EPOCH + since)?;
        if cfg!(not(target_os = "linux")) {
            file.sync_all()?;
        }
        Ok(Some(Stat::of(&file.metadata()?)))
    }
}

/// What a backup names: by hash, or where none is known by size.
#[derive(Debug, Default)]
pub(crate) struct Named {
    pub(crate) hashes: HashSet<Hash>,
    pub(crate) sizes: HashSet<u64>,
}

/// Objects that nothing names.
#[derive(Debug, Default)]
pub(crate) struct Unnamed {
    /// All objects, whether something names them or not.
    pub(crate) of: u64,
    pub(crate) bytes: u64,
    pub(crate) paths: Vec<PathBuf>,
}

/// Makes sure that the bytes of files on the disk of a folder are there for certain; elsewhere than on Linux those
/// of the named ones, which are the first of each pair.
pub(crate) fn sync_all(folder: &Path, files: &[(PathBuf, PathBuf)]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        let _ = files;
        Ok(rustix::fs::syncfs(File::open(folder)?)?)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        let mut files = files.iter();
        files.try_for_each(|(file, _)| survey::sync_file(file))
    }
}

/// Copies all bytes; answers their hash and number.
fn copy(from: &mut impl Read, to: &mut impl io::Write) -> io::Result<(Hash, u64)> {
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; PIECE];
    let mut size = 0;
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok((hasher.finalize().into(), size)),
            Ok(read) => {
                hasher.update(&piece[..read]);
                to.write_all(&piece[..read])?;
                size += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The hash of the bytes of a file, and how many they are.
pub(crate) fn hash_of(mut file: impl Read) -> io::Result<(Hash, u64)> {
    copy(&mut file, &mut io::sink())
}

/// The same of a file that somebody named.
pub(crate) fn hash_at(path: &Path) -> io::Result<(Hash, u64)> {
    hash_of(File::open(path)?)
}

/// The same of a file in a root.
pub(crate) fn hash_in(place: &Place) -> io::Result<(Hash, u64)> {
    OpenFile::open(place).and_then(|(file, _)| hash_of(file.reader()))
}

/// Copies a file to where nothing is; answers the hash of its bytes.
pub(crate) fn copy_file(from: &Path, to: &Path) -> io::Result<Hash> {
    let mut file = File::options().write(true).create_new(true).open(to)?;
    let (hash, _) = copy(&mut File::open(from)?, &mut file)?;
    file.sync_all()?;
    Ok(hash)
}

/// A text file of lines that is written, and what will tell whether it is whole.
pub(crate) struct Lines {
    file: io::BufWriter<File>,
    hasher: blake3::Hasher,
    size: u64,
}

impl Lines {
    /// Starts an empty one.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: io::BufWriter::new(File::create(path)?),
            hasher: blake3::Hasher::new(),
            size: 0,
        })
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, line: &str) -> io::Result<()> {
        for bytes in [line.as_bytes(), b"\n"] {
            self.hasher.update(bytes);
            self.file.write_all(bytes)?;
            self.size += bytes.len() as u64;
        }
        Ok(())
    }

    /// All of it is on the disk when this returns.
    pub(crate) fn finish(mut self) -> io::Result<(Hash, u64)> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok((self.hasher.finalize().into(), self.size))
    }
}

/// The lines of a text file, one after the other.
pub(crate) fn lines(path: &Path) -> io::Result<io::Lines<io::BufReader<File>>> {
    Ok(io::BufRead::lines(io::BufReader::new(File::open(path)?)))
}
