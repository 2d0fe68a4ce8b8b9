//! ZIP files by arithmetic: every byte of an archive is known from the sizes and checksums of its
//! files, before any of them is read.
//!
//! Files are stored, not compressed: pictures do not get smaller, and so the length of the archive
//! and the place of each byte follow. That gives the server `Content-Length`, ranges and resumed
//! downloads with flat memory. Sizes, offsets and counts beyond the old limits use Zip64; names
//! are UTF-8. The format is PKWARE's APPNOTE 6.3.10; the extended timestamp is Info-ZIP's.
//!
//! Many small texts are another matter: [`Packer`] compresses them while they are made, and [`unpack`]
//! reads an archive of such that came from anywhere. [`Foreign`] reads archives of any size, file by file.

mod foreign;
mod headers;
mod small;

use std::ops::Range;

use domain::time::Timestamp;

pub use foreign::{Bounds, CopyError, Foreign, Kind, Listed, OpenError};
pub use small::{Packer, UnpackError, is_archive, unpack};

/// Computes CRC-32 over parts of a file as they are read.
pub use crc32fast::Hasher as Crc32;
/// The CRC-32 of bytes that are all there.
pub use crc32fast::hash as crc32;

/// Pieces of the directory come in about this many bytes.
const DIRECTORY_PIECE: usize = 64 << 10;

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path inside the archive with `/`, as [`names`](crate::names) makes it safe and unique.
    pub name: String,
    /// Bytes of the file.
    pub size: u64,
    /// CRC-32 of the file.
    pub crc32: u32,
    /// When the file was last written. Before 1980 and after 2107 the nearest day that ZIP knows.
    pub modified: Timestamp,
}

/// A piece of an archive, in the order in which it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Bytes of the archive's own structure.
    Bytes(Vec<u8>),
    /// Bytes of a file, which the caller reads.
    Entry {
        /// Which entry, by its position in [`Layout::new`].
        index: usize,
        /// First byte inside the file.
        offset: u64,
        /// Number of bytes; never 0.
        len: u64,
    },
}

/// Where everything in an archive lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    entries: Vec<Entry>,
    /// Where each local header starts; one more for where the directory starts.
    files: Vec<u64>,
    /// Where each directory record starts; one more for where the trailer starts.
    records: Vec<u64>,
    len: u64,
    tag: String,
}

impl Layout {
    /// Lays out an archive with these files in this order.
    ///
    /// A name of more than 65,535 bytes is cut, as the format has no room for it.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        let mut files = Vec::with_capacity(entries.len() + 1);
        let mut records = Vec::with_capacity(entries.len() + 1);
        let mut check = Crc32::new();
        let mut at = 0_u64;
        for entry in &mut entries {
            entry
                .name
                .truncate(entry.name.floor_char_boundary(usize::from(u16::MAX)));
            files.push(at);
            at += headers::local_len(entry) + entry.size;
            check.update(&headers::local(entry));
            check.update(&entry.size.to_le_bytes());
        }
        files.push(at);
        for (entry, &offset) in entries.iter().zip(&files) {
            records.push(at);
            at += headers::record_len(entry, offset);
        }
        records.push(at);
        let mut layout = Self {
            entries,
            files,
            records,
            len: 0,
            tag: String::new(),
        };
        layout.len = at + layout.trailer().len() as u64;
        layout.tag = format!("{:x}-{:08x}", layout.len, check.finalize());
        layout
    }

    /// Bytes of the whole archive.
    #[expect(
        clippy::len_without_is_empty,
        reason = "even an archive of nothing has a trailer"
    )]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// The files, in their order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Equal for equal archives and, but for chance, different for different ones: the stuff of an
    /// `ETag`, without quotes.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The pieces that make up `range` of the archive, in order and without gaps. What lies beyond
    /// the end is left out.
    pub fn segments(&self, range: Range<u64>) -> Segments<'_> {
        Segments {
            layout: self,
            at: range.start,
            end: range.end.min(self.len),
        }
    }

    fn trailer(&self) -> Vec<u8> {
        let start = bound(&self.files);
        headers::trailer(self.entries.len() as u64, start..bound(&self.records))
    }

    /// The piece at `at`, as long as it goes up to `end`.
    fn segment(&self, at: u64, end: u64) -> Segment {
        if at < bound(&self.files) {
            return self.file_segment(at, end);
        }
        let (start, bytes) = if at < bound(&self.records) {
            let first = self.records.partition_point(|&start| start <= at) - 1;
            (self.records[first], self.directory_from(first, end))
        } else {
            (bound(&self.records), self.trailer())
        };
        Segment::Bytes(slice(&bytes, at - start, end - start))
    }

    fn file_segment(&self, at: u64, end: u64) -> Segment {
        let index = self.files.partition_point(|&start| start <= at) - 1;
        let entry = &self.entries[index];
        let start = self.files[index];
        let data = start + headers::local_len(entry);
        if at < data {
            return Segment::Bytes(slice(&headers::local(entry), at - start, end - start));
        }
        let offset = at - data;
        Segment::Entry {
            index,
            offset,
            len: (end - at).min(entry.size - offset),
        }
    }

    fn directory_from(&self, first: usize, end: u64) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(DIRECTORY_PIECE);
        for index in first..self.entries.len() {
            if bytes.len() >= DIRECTORY_PIECE || self.records[index] >= end {
                break;
            }
            bytes.extend(headers::record(&self.entries[index], self.files[index]));
        }
        bytes
    }
}

/// The pieces of a range of an archive; see [`Layout::segments`].
#[derive(Debug, Clone)]
pub struct Segments<'a> {
    layout: &'a Layout,
    at: u64,
    end: u64,
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        if self.at >= self.end {
            return None;
        }
        let segment = self.layout.segment(self.at, self.end);
        self.at += match &segment {
            Segment::Bytes(bytes) => bytes.len() as u64,
            Segment::Entry { len, .. } => *len,
        };
        Some(segment)
    }
}

/// The last start, which is where the next part of the archive begins.
fn bound(starts: &[u64]) -> u64 {
    starts.last().copied().unwrap_or_default()
}

/// `bytes[from..to]`, as far as there are bytes.
fn slice(bytes: &[u8], from: u64, to: u64) -> Vec<u8> {
    let to = usize::try_from(to).unwrap_or(usize::MAX).min(bytes.len());
    bytes[(from as usize).min(to)..to].to_vec()
}
