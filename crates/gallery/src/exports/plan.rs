//! What an archive consists of, as it is kept in the database.

use std::io::{Read, Write};

use domain::{image::Format, time::Timestamp};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use serde::{Deserialize, Serialize};

use crate::files::Place;

/// Most bytes of a plan once unpacked: far above what the largest export needs.
const MOST_BYTES: u64 = 512 << 20;

/// One file of the archive and where its bytes come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlannedFile {
    /// Path inside the archive.
    pub(super) name: String,
    /// Bytes.
    pub(super) size: u64,
    /// CRC-32.
    pub(super) crc32: u32,
    /// Time of the last change.
    pub(super) modified: Timestamp,
    /// Where the bytes come from.
    pub(super) source: Source,
}

/// Where the bytes of a file of an archive come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Source {
    /// A picture as it is; the file must still be the same one when it is sent.
    Original {
        /// Where it lies.
        place: Place,
        /// [`Stat::stamp`](crate::files::Stat::stamp) of the file.
        stamp: String,
    },
    /// A picture without anything but its pixels, made again while it is sent.
    Stripped {
        /// Where it lies.
        place: Place,
        /// [`Stat::stamp`](crate::files::Stat::stamp) of the original.
        stamp: String,
        /// Kind of file.
        format: Format,
    },
    /// A text of ours.
    Spool {
        /// Where it begins in the spool file.
        offset: u64,
    },
}

/// An archive as the database holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Plan {
    /// Keys of the pictures that were asked for, in their order.
    pub(super) keys: Vec<i64>,
    /// How often it was prepared to its end; each time has a spool file of its own, so that whoever fetches an
    /// earlier one gets that.
    pub(super) time: u32,
    /// What it consists of, once that is known.
    pub(super) files: Vec<PlannedFile>,
}

/// A plan as it is kept.
pub(super) fn pack(plan: &Plan) -> Vec<u8> {
    deflate(&serde_json::to_vec(plan).unwrap_or_default())
}

/// A kept plan; `None` when it is damaged.
pub(super) fn unpack(bytes: &[u8]) -> Option<Plan> {
    serde_json::from_slice(&inflate(bytes)?).ok()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    // Writing into memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    DeflateDecoder::new(bytes)
        .take(MOST_BYTES)
        .read_to_end(&mut out)
        .ok()?;
    Some(out)
}
