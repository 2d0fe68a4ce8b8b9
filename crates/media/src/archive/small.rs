//! Archives of many small files: compressed while they are made, and read with limits.

use std::{
    io::{self, Cursor, Read, Write},
    sync::{Arc, Mutex, PoisonError},
};

use zip::{
    CompressionMethod, ZipArchive, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// Most files of an archive that is read.
const MOST_FILES: usize = 250_000;
/// Most bytes of all its files together.
const MOST_BYTES: u64 = 512 << 20;

/// What was written and not yet taken.
#[derive(Debug, Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Out {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut out = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes an archive whose length nobody knows before its end.
pub struct Packer {
    writer: ZipWriter<StreamWriter<Out>>,
    out: Out,
}

impl Default for Packer {
    fn default() -> Self {
        let out = Out::default();
        Self {
            writer: ZipWriter::new_stream(out.clone()),
            out,
        }
    }
}

impl Packer {
    /// Adds a file. Its name is a path with `/`, made safe and unique by the caller.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.writer.start_file(name, options)?;
        self.writer.write_all(bytes)
    }

    /// The bytes of the archive since they were last taken.
    pub fn take(&mut self) -> Vec<u8> {
        self.out.take()
    }

    /// The rest of it.
    pub fn finish(self) -> io::Result<Vec<u8>> {
        self.writer.finish()?;
        Ok(self.out.take())
    }
}

/// Why an archive is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnpackError {
    /// It is no archive, or its directory is damaged.
    Damaged,
    /// It holds more files, or more bytes, than anybody needs.
    TooMuch,
}

/// Whether bytes begin like an archive.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Hands the files of an archive over one after the other, those whose name is wanted: the name, and the
/// bytes, or `None` when the file is damaged, encrypted or larger than `largest`.
pub fn unpack(
    archive: &[u8],
    largest: u64,
    wanted: impl Fn(&str) -> bool,
    mut each: impl FnMut(&str, Option<&[u8]>),
) -> Result<(), UnpackError> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).map_err(|_| UnpackError::Damaged)?;
    if archive.len() > MOST_FILES {
        return Err(UnpackError::TooMuch);
    }
    let (mut total, mut bytes) = (0, Vec::new());
    for index in 0..archive.len() {
        let name = archive.name_for_index(index).and_then(Result::ok);
        let name = name.map(std::borrow::Cow::into_owned);
        let Some(name) = name.filter(|name| wanted(name)) else {
            continue;
        };
        bytes.clear();
        // What a file says of its own size is not believed.
        let read = archive
            .by_index(index)
            .map_err(io::Error::from)
            .and_then(|file| file.take(largest + 1).read_to_end(&mut bytes));
        total += bytes.len() as u64;
        if total > MOST_BYTES {
            return Err(UnpackError::TooMuch);
        }
        let whole = read.is_ok() && bytes.len() as u64 <= largest;
        each(&name, whole.then_some(&*bytes));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut packer = Packer::default();
        let mut archive = Vec::new();
        for (name, bytes) in files {
            packer.add(name, bytes).unwrap();
            archive.extend(packer.take());
        }
        archive.extend(packer.finish().unwrap());
        archive
    }

    #[test]
    fn what_is_packed_piece_by_piece_is_unpacked() {
        let large = vec![b'a'; 5_000];
        let files: [(&str, &[u8]); 4] = [
            ("a/Ödön 漢.xmp", b"one"),
            ("b.txt", b"not wanted"),
            ("empty.xmp", b""),
            ("large.xmp", &large),
        ];
        let archive = packed(&files);
        assert!(is_archive(&archive) && archive.len() < 1_500);
        let mut found = Vec::new();
        unpack(
            &archive,
            4_000,
            |name| name != "b.txt",
            |name, bytes| found.push((name.to_owned(), bytes.map(<[u8]>::to_vec))),
        )
        .unwrap();
        let expected = [
            ("a/Ödön 漢.xmp".to_owned(), Some(b"one".to_vec())),
            ("empty.xmp".to_owned(), Some(Vec::new())),
            ("large.xmp".to_owned(), None),
        ];
        assert_eq!(found, expected);
        assert!(is_archive(&packed(&[])));
    }

    #[test]
    fn damage_is_told_and_never_a_panic() {
        let archive = packed(&[("a.xmp", b"some text"), ("b.xmp", b"another")]);
        let all = |bytes: &[u8]| {
            let mut whole = 0;
            let read = unpack(
                bytes,
                100,
                |_| true,
                |_, bytes| {
                    whole += usize::from(bytes.is_some());
                },
            );
            read.map(|()| whole)
        };
        assert_eq!(all(&archive), Ok(2));
        assert_eq!(all(b""), Err(UnpackError::Damaged));
        for at in 0..archive.len() {
            let _ = all(&archive[..at]);
            let mut damaged = archive.clone();
            damaged[at] ^= 0x55;
            let _ = all(&damaged);
        }
        // The first file's bytes: it alone is lost.
        let mut damaged = archive.clone();
        damaged[40] ^= 0x55;
        assert_eq!(all(&damaged), Ok(1));
    }
}
