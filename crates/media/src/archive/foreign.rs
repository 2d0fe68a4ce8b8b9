//! ZIP archives of any size that come from anywhere, read file by file.
//!
//! Nothing that an archive says is believed: not how large its files are, not how many there are, not what
//! they are called. Names are handed on as they stand; [`names`](crate::names) says where they would lead.

use std::io::{self, Read, Seek};

use domain::time::Timestamp;
use zip::{
    CompressionMethod, ZipReadOptions,
    read::{Config, OwnedZipFileEntry},
    unstable::read::ZipIterable,
};

use super::Crc32;

/// Bytes that are handed over at a time.
const PIECE: usize = 64 << 10;
/// What UNIX says of a file's kind.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const LINK: u32 = 0o120_000;

/// What is taken out of an archive at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Files and folders.
    pub entries: u64,
    /// Bytes of one file.
    pub largest: u64,
    /// So many times its packed size a file may have, and all that was taken out of an archive in relation to
    /// that archive.
    pub ratio: u64,
    /// Up to so many bytes of a file nobody asks for the ratio.
    pub small: u64,
    /// And up to so many bytes of all files of an archive.
    pub small_whole: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            entries: 250_000,
            largest: 16 << 30,
            ratio: 200,
            small: 16 << 20,
            small_whole: 1 << 30,
        }
    }
}

/// What an entry of an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file that can be read.
    File,
    /// A folder.
    Folder,
    /// A link to something else.
    Link,
    /// A device, a pipe or another thing that is no file.
    Special,
    /// A file that needs a password.
    Encrypted,
    /// A file that is packed in a way that is not known here.
    Packed,
}

/// What an archive says of one of its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path, as it stands there.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// How many bytes it is said to have.
    pub size: u64,
    /// And in the archive.
    pub packed: u64,
    /// CRC-32 of its bytes, as it is said.
    pub crc32: u32,
    /// When it was last written; ZIP knows no time zone, so this is taken for UTC.
    pub modified: Option<Timestamp>,
}

/// Why an archive is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is no archive, or its directory is damaged or cut off.
    #[error("damaged")]
    Damaged,
    /// It holds so many entries.
    #[error("{0} entries")]
    TooMany(u64),
}

/// Why a file of an archive is not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Its bytes are damaged, not those of its checksum, or more or fewer than the archive says.
    #[error("damaged")]
    Damaged,
    /// It has more bytes than anybody needs.
    #[error("too large")]
    Large,
    /// It grows out of all proportion.
    #[error("a bomb")]
    Bomb,
    /// Whoever gets the bytes did not take them.
    #[error("not taken")]
    Taker(#[source] io::Error),
}

/// An open archive.
pub struct Foreign<R> {
    source: R,
    entries: Vec<OwnedZipFileEntry>,
    bounds: Bounds,
    /// Bytes of the archive.
    length: u64,
    /// Bytes that were taken out so far.
    taken: u64,
}

impl<R: Read + Seek> Foreign<R> {
    /// Reads the directory of an archive of so many bytes.
    pub fn open(mut source: R, length: u64, bounds: Bounds) -> Result<Self, OpenError> {
        let damaged = |_| OpenError::Damaged;
        let mut archive = ZipIterable::try_new(&mut source, Config::default()).map_err(damaged)?;
        let count = archive.len() as u64;
        if count > bounds.entries {
            return Err(OpenError::TooMany(count));
        }
        let mut entries = Vec::with_capacity(archive.len());
        let files = archive.files().map_err(damaged)?;
        for entry in files {
            entries.push(entry.map_err(damaged)?.into());
        }
        Ok(Self {
            source,
            entries,
            bounds,
            length,
            taken: 0,
        })
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What it says of an entry; `None` behind the last one.
    pub fn look(&self, index: usize) -> Option<Listed> {
        let entry = self.entries.get(index)?;
        let known = matches!(
            entry.compression(),
            CompressionMethod::Stored | CompressionMethod::Deflated
        );
        let mode = entry.unix_mode().unwrap_or_default() & KIND;
        let kind = if entry.is_symlink() || mode == LINK {
            Kind::Link
        } else if entry.is_dir() {
            Kind::Folder
        } else if mode != 0 && mode != REGULAR {
            Kind::Special
        } else if entry.encrypted() {
            Kind::Encrypted
        } else if !known {
            Kind::Packed
        } else {
            Kind::File
        };
        let name = entry.name().map_or_else(
            |_| String::from_utf8_lossy(entry.name_raw()).into_owned(),
            std::borrow::Cow::into_owned,
        );
        let modified = entry.last_modified().and_then(|at| {
            let date = (
                i32::from(at.year()),
                u32::from(at.month()),
                u32::from(at.day()),
            );
            let time = (
                u32::from(at.hour()),
                u32::from(at.minute()),
                u32::from(at.second()),
            );
            Timestamp::from_parts(date, time, 0)
        });
        Some(Listed {
            name,
            kind,
            size: entry.size(),
            packed: entry.compressed_size(),
            crc32: entry.crc32(),
            modified,
        })
    }

    /// The first bytes of a file, fewer where it has no more or cannot be read.
    pub fn head(&mut self, index: usize, length: usize) -> Vec<u8> {
        let mut head = Vec::with_capacity(length);
        if let Some(entry) = self.entries.get(index)
            && let Ok(file) = entry
                .as_ref()
                .with_reader(&mut self.source, ZipReadOptions::default())
        {
            // What came before an error counts.
            let _ = file.take(length as u64).read_to_end(&mut head);
        }
        head
    }

    /// Hands the bytes of a file over, piece by piece. With an error none of them counts.
    pub fn copy(
        &mut self,
        index: usize,
        mut each: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<(), CopyError> {
        let Some(entry) = self.entries.get(index) else {
            return Err(CopyError::Damaged);
        };
        let (said, packed, crc32) = (entry.size(), entry.compressed_size(), entry.crc32());
        if said > self.bounds.largest {
            return Err(CopyError::Large);
        }
        let opened = entry
            .as_ref()
            .with_reader(&mut self.source, ZipReadOptions::default());
        let mut file = opened.map_err(|_| CopyError::Damaged)?;
        let (mut piece, mut size, mut check) = (vec![0; PIECE], 0_u64, Crc32::new());
        loop {
            let read = match file.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // Too few bytes and a wrong checksum both end here.
                Err(_) => return Err(CopyError::Damaged),
            };
            size += read as u64;
            self.taken += read as u64;
            if size > said {
                return Err(CopyError::Damaged);
            }
            let swells = |bytes: u64, of: u64, small: u64| {
                bytes > small && bytes > of.saturating_mul(self.bounds.ratio)
            };
            if swells(size, packed, self.bounds.small)
                || swells(self.taken, self.length, self.bounds.small_whole)
            {
                return Err(CopyError::Bomb);
            }
            check.update(&piece[..read]);
            each(&piece[..read]).map_err(CopyError::Taker)?;
        }
        if size != said {
            return Err(CopyError::Damaged);
        }
        if check.finalize() != crc32 {
            return Err(CopyError::Damaged);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use proptest::prelude::*;
    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;
    use crate::archive::crc32;

    /// A file of an archive as it is written below, whatever it says of itself.
    #[derive(Debug, Clone)]
    struct Raw {
        name: Vec<u8>,
        bytes: Vec<u8>,
        size: u32,
        crc32: u32,
        flags: u16,
        mode: u32,
    }

    impl Raw {
        fn new(name: &str, bytes: &[u8]) -> Self {
            Self {
                name: name.into(),
                bytes: bytes.to_vec(),
                size: bytes.len() as u32,
                crc32: crc32(bytes),
                flags: 0x800,
                mode: 0o100_644,
            }
        }
    }

    /// An archive of stored files, byte by byte.
    fn raw(files: &[Raw]) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for file in files {
            let at = out.len() as u32;
            let mut common = Vec::new();
            for word in [20, file.flags, 0, 0, 0x5021] {
                common.extend(word.to_le_bytes());
            }
            common.extend(file.crc32.to_le_bytes());
            common.extend((file.bytes.len() as u32).to_le_bytes());
            common.extend(file.size.to_le_bytes());
            common.extend((file.name.len() as u16).to_le_bytes());
            common.extend([0, 0]);
            out.extend(b"PK\x03\x04");
            out.extend(&common);
            out.extend(&file.name);
            out.extend(&file.bytes);
            directory.extend(b"PK\x01\x02\x14\x03");
            directory.extend(&common);
            directory.extend([0; 6]);
            directory.extend((file.mode << 16).to_le_bytes());
            directory.extend(at.to_le_bytes());
            directory.extend(&file.name);
        }
        let at = out.len() as u32;
        out.extend(&directory);
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend((files.len() as u16).to_le_bytes());
        out.extend((files.len() as u16).to_le_bytes());
        out.extend((directory.len() as u32).to_le_bytes());
        out.extend(at.to_le_bytes());
        out.extend([0, 0]);
        out
    }

    fn open(bytes: &[u8]) -> Result<Foreign<Cursor<&[u8]>>, OpenError> {
        Foreign::open(Cursor::new(bytes), bytes.len() as u64, Bounds::default())
    }

    fn copied(archive: &mut Foreign<Cursor<&[u8]>>, index: usize) -> Result<Vec<u8>, CopyError> {
        let mut all = Vec::new();
        archive.copy(index, |piece| {
            all.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn files_of_one_name_are_all_there() {
        let files = [Raw::new("a.png", b"one"), Raw::new("a.png", b"two")];
        let bytes = raw(&files);
        let mut archive = open(&bytes).unwrap();
        assert_eq!(archive.len(), 2);
        assert_eq!(archive.look(0).unwrap().name, archive.look(1).unwrap().name);
        assert_eq!(copied(&mut archive, 0).unwrap(), b"one");
        assert_eq!(copied(&mut archive, 1).unwrap(), b"two");
        assert_eq!(archive.head(1, 2), b"tw");
        assert_eq!(archive.look(2), None);
    }

    #[test]
    fn what_is_no_plain_file_is_told() {
        let link = Raw {
            mode: 0o120_777,
            ..Raw::new("link.png", b"/etc/passwd")
        };
        let device = Raw {
            mode: 0o020_644,
            ..Raw::new("device", b"")
        };
        let locked = Raw {
            flags: 0x801,
            ..Raw::new("locked.png", b"................")
        };
        let plain = Raw {
            mode: 0,
            ..Raw::new("plain.png", b"p")
        };
        let bytes = raw(&[link, device, locked, plain, Raw::new("folder/", b"")]);
        let archive = open(&bytes).unwrap();
        let kinds: Vec<Kind> = (0..5).map(|at| archive.look(at).unwrap().kind).collect();
        let expected = [
            Kind::Link,
            Kind::Special,
            Kind::Encrypted,
            Kind::File,
            Kind::Folder,
        ];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn files_that_lie_are_not_believed() {
        let more = Raw {
            size: 2,
            ..Raw::new("more.png", b"four")
        };
        let fewer = Raw {
            size: 9,
            ..Raw::new("fewer.png", b"four")
        };
        let other = Raw {
            crc32: 7,
            ..Raw::new("other.png", b"four")
        };
        let bytes = raw(&[more, fewer, other]);
        let mut archive = open(&bytes).unwrap();
        assert!(matches!(copied(&mut archive, 0), Err(CopyError::Damaged)));
        assert!(matches!(copied(&mut archive, 1), Err(CopyError::Damaged)));
        assert!(matches!(copied(&mut archive, 2), Err(CopyError::Damaged)));
    }

    #[test]
    fn a_file_that_swells_is_left_where_it_begins_to() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file("bomb.png", options).unwrap();
        writer.write_all(&vec![0; 4 << 20]).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        let bounds = Bounds {
            small: 1 << 20,
            ..Bounds::default()
        };
        let mut archive = Foreign::open(Cursor::new(&bytes), bytes.len() as u64, bounds).unwrap();
        let mut given = 0;
        let ended = archive.copy(0, |piece| {
            given += piece.len();
            Ok(())
        });
        assert!(matches!(ended, Err(CopyError::Bomb)));
        assert!(given <= 1 << 20, "{given}");
        // Small ones by the thousand come to the same.
        let bounds = Bounds {
            small_whole: 6 << 20,
            ..Bounds::default()
        };
        let mut archive = Foreign::open(Cursor::new(&bytes), bytes.len() as u64, bounds).unwrap();
        assert!(archive.copy(0, |_| Ok(())).is_ok());
        assert!(matches!(archive.copy(0, |_| Ok(())), Err(CopyError::Bomb)));
        let bounds = Bounds {
            largest: 100,
            ..Bounds::default()
        };
        let mut archive = Foreign::open(Cursor::new(&bytes), bytes.len() as u64, bounds).unwrap();
        assert!(matches!(archive.copy(0, |_| Ok(())), Err(CopyError::Large)));
    }

    #[test]
    fn archives_that_are_none_or_too_many_are_refused() {
        assert!(matches!(open(b""), Err(OpenError::Damaged)));
        assert!(matches!(
            open(b"PK\x03\x04 and nothing else"),
            Err(OpenError::Damaged)
        ));
        let bytes = raw(&[Raw::new("a", b"a"), Raw::new("b", b"b")]);
        let bounds = Bounds {
            entries: 1,
            ..Bounds::default()
        };
        let refused = Foreign::open(Cursor::new(&bytes), bytes.len() as u64, bounds);
        assert!(matches!(refused, Err(OpenError::TooMany(2))));
        // Cut off anywhere it is no archive any more.
        for at in 0..bytes.len() - 1 {
            assert!(open(&bytes[..at]).is_err(), "{at}");
        }
    }

    proptest! {
        /// Whatever bytes an archive has, what is handed over is what its checksum says, and no panic.
        #[test]
        fn damage_is_never_handed_over_as_whole(at in 0_usize..400, with in 1_u8..=255) {
            let files = [Raw::new("one.png", b"the first file"), Raw::new("b/two.png", &[7; 90])];
            let mut bytes = raw(&files);
            let at = at % bytes.len();
            bytes[at] ^= with;
            if let Ok(mut archive) = open(&bytes) {
                for index in 0..archive.len() {
                    let said = archive.look(index).unwrap();
                    let _ = archive.head(index, 32);
                    if let Ok(all) = copied(&mut archive, index) {
                        prop_assert_eq!(crc32(&all), said.crc32);
                        prop_assert_eq!(all.len() as u64, said.size);
                    }
                }
            }
        }
    }
}
