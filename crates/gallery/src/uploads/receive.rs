//! Bytes of one file, from the network to the disk.

use std::{io, time::Duration};

use bytes::Bytes;
use domain::{problem::ProblemKind, upload::Upload};
use futures::{Stream, StreamExt as _};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use tokio::sync::mpsc;

use super::Turn;
use crate::{
    error::Error,
    files::{Growing, Incoming},
};

/// Longest wait for the next bytes of a sender.
const PATIENCE: Duration = Duration::from_mins(1);
/// Pieces that may wait to be written.
const AHEAD: usize = 16;

/// What bytes must hash to, by an algorithm that the protocol tus knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-1, which every tus server has to know.
    Sha1(Vec<u8>),
    /// SHA-256.
    Sha256(Vec<u8>),
}

/// What came of adding bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// They are kept.
    Kept(Upload),
    /// They were not those of the checksum, so none of them is kept.
    Garbled,
}

pub(super) enum Received {
    /// All bytes are here.
    Whole(Turn),
    /// Only so many.
    Part(Turn, u64),
    /// They were other ones than those that were promised.
    Garbled,
}

enum Hashing {
    Sha1(Sha1, Vec<u8>),
    Sha256(Sha256, Vec<u8>),
}

impl Hashing {
    fn new(checksum: Checksum) -> Self {
        match checksum {
            Checksum::Sha1(wanted) => Self::Sha1(Sha1::new(), wanted),
            Checksum::Sha256(wanted) => Self::Sha256(Sha256::new(), wanted),
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hasher, _) => hasher.update(bytes),
            Self::Sha256(hasher, _) => hasher.update(bytes),
        }
    }

    fn holds(self) -> bool {
        match self {
            Self::Sha1(hasher, wanted) => hasher.finalize()[..] == wanted,
            Self::Sha256(hasher, wanted) => hasher.finalize()[..] == wanted,
        }
    }
}

/// How the bytes of a sender ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// As they should.
    Whole,
    /// The sender is gone, or too slow.
    Broken,
    /// More came than was said.
    TooMuch,
}

/// Writes what comes at the end of a file, from an offset to at most its length. The thread that writes goes on
/// to the disk also when whoever asked goes away, and keeps the turn until then.
pub(super) async fn receive<S>(
    incoming: Incoming,
    turn: Turn,
    (offset, length): (u64, u64),
    mut body: S,
    checksum: Option<Checksum>,
) -> Result<Received, Error>
where
    S: Stream<Item = Result<Bytes, io::Error>> + Send + Unpin,
{
    let (sender, pieces) = mpsc::channel(AHEAD);
    let id = turn.id;
    let write = move || {
        let growing = incoming.grow(id)?;
        write(growing, pieces, offset, checksum.map(Hashing::new)).map(|written| (written, turn))
    };
    let writing = tokio::task::spawn_blocking(write);
    let mut left = length - offset;
    let end = loop {
        match tokio::time::timeout(PATIENCE, body.next()).await {
            Ok(Some(Ok(bytes))) => {
                let Some(rest) = left.checked_sub(bytes.len() as u64) else {
                    break End::TooMuch;
                };
                left = rest;
                if sender.send(Some(bytes)).await.is_err() {
                    // The disk refused; the thread tells why.
                    break End::Broken;
                }
            }
            Ok(None) => break End::Whole,
            Ok(Some(Err(_))) | Err(_) => break End::Broken,
        }
    };
    if end == End::TooMuch {
        // Nothing of what does not fit is kept.
        let _ = sender.send(None).await;
    }
    drop(sender);
    let written = writing.await.map_err(|_| Error::Worker)?;
    let (written, turn) = written.map_err(Error::file("writing an upload"))?;
    match (end, written) {
        (End::TooMuch, _) => Err(Error::told(
            ProblemKind::TooLarge,
            "More bytes came than were announced for this file, so they were not kept. What was here before is \
             safe; send the file anew.",
        )),
        (End::Broken, _) => Err(Error::told(
            ProblemKind::Unreachable,
            "The connection broke while this file was sent. What came is safe; go on from there.",
        )),
        (End::Whole, None) => Ok(Received::Garbled),
        (End::Whole, Some(now)) if now == length => Ok(Received::Whole(turn)),
        (End::Whole, Some(now)) => Ok(Received::Part(turn, now)),
    }
}

/// Writes pieces until no more come, and says how long the file is then; `None` when they were not those that
/// were promised and were taken off again. A piece that is `None` takes them off too.
fn write(
    mut growing: Growing,
    mut pieces: mpsc::Receiver<Option<Bytes>>,
    offset: u64,
    mut hashing: Option<Hashing>,
) -> io::Result<Option<u64>> {
    let mut keep = true;
    while let Some(piece) = pieces.blocking_recv() {
        let Some(piece) = piece else {
            keep = false;
            break;
        };
        growing.add(&piece)?;
        if let Some(hashing) = &mut hashing {
            hashing.add(&piece);
        }
    }
    let holds = keep && hashing.is_none_or(Hashing::holds);
    if !holds {
        growing.cut(offset)?;
    }
    let length = growing.length();
    growing.sync()?;
    Ok(holds.then_some(length))
}
