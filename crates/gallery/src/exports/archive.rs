//! Sending an archive: any range of it, with flat memory.

use std::{
    io,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use domain::time::Timestamp;
use futures::Stream;
use media::archive::{Entry, Layout, Segment};
use metadata::ReadAt;
use tokio::sync::mpsc;

use super::{
    plan::{PlannedFile, Source},
    prepare,
};
use crate::files::OpenFile;

/// Bytes read at a time.
const PIECE: u64 = 256 << 10;
/// Pieces that wait for a slow reader.
const AHEAD: usize = 4;

/// Where every byte of a planned archive lies.
pub(super) fn layout(plan: &[PlannedFile]) -> Layout {
    let entry = |file: &PlannedFile| Entry {
        name: file.name.clone(),
        size: file.size,
        crc32: file.crc32,
        modified: file.modified,
    };
    Layout::new(plan.iter().map(entry).collect())
}

/// A plan that is ready to be sent.
pub(super) struct Ready {
    sources: Vec<(u64, Source)>,
    layout: Layout,
    spool: PathBuf,
    created: Timestamp,
}

impl Ready {
    pub(super) fn new(plan: Vec<PlannedFile>, spool: PathBuf, created: Timestamp) -> Self {
        let layout = layout(&plan);
        let sources = plan
            .into_iter()
            .map(|file| (file.size, file.source))
            .collect();
        Self {
            sources,
            layout,
            spool,
            created,
        }
    }
}

/// An archive whose length and every byte are known.
pub struct Archive {
    ready: Arc<Ready>,
}

impl Archive {
    pub(super) fn new(ready: Arc<Ready>) -> Self {
        Self { ready }
    }

    /// Length in bytes.
    #[expect(
        clippy::len_without_is_empty,
        reason = "an archive always has a trailer"
    )]
    pub fn len(&self) -> u64 {
        self.ready.layout.len()
    }

    /// The same for the same archive, for `ETag`; without quotes.
    pub fn tag(&self) -> &str {
        self.ready.layout.tag()
    }

    /// When it was asked for.
    pub fn created(&self) -> Timestamp {
        self.ready.created
    }

    /// The bytes of a range in order. A picture that changed since the archive was prepared ends
    /// the stream with an error; wrong bytes are never sent.
    pub fn stream(&self, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + use<> {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let ready = Arc::clone(&self.ready);
        tokio::task::spawn_blocking(move || {
            let mut out = Out { sender };
            if let Err(error) = send(&ready, range, &mut out) {
                tracing::warn!(%error, "an archive could not be sent to its end");
                let _ = out.sender.blocking_send(Err(error));
            }
        });
        futures::stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|piece| (piece, receiver))
        })
    }
}

struct Out {
    sender: mpsc::Sender<io::Result<Bytes>>,
}

impl Out {
    /// Hands a piece over; the reader that went away stops everything.
    fn give(&mut self, bytes: Vec<u8>) -> bool {
        self.sender.blocking_send(Ok(bytes.into())).is_ok()
    }
}

fn send(ready: &Ready, range: Range<u64>, out: &mut Out) -> io::Result<()> {
    for segment in ready.layout.segments(range) {
        let going = match segment {
            Segment::Bytes(bytes) => out.give(bytes),
            Segment::Entry { index, offset, len } => {
                let (size, source) = &ready.sources[index];
                send_file(ready, *size, source, offset..offset + len, out)?
            }
        };
        if !going {
            return Ok(());
        }
    }
    Ok(())
}

fn send_file(
    ready: &Ready,
    size: u64,
    source: &Source,
    part: Range<u64>,
    out: &mut Out,
) -> io::Result<bool> {
    match source {
        Source::Original { path, mtime_ns } => {
            let file = open_unchanged(path, size, *mtime_ns)?;
            send_part(&file, part, out)
        }
        Source::Spool { offset } => {
            let (file, _) = OpenFile::open(&ready.spool)?;
            send_part(&file, part.start + offset..part.end + offset, out)
        }
        Source::Stripped {
            path,
            mtime_ns,
            size: original,
            format,
        } => {
            open_unchanged(path, *original, *mtime_ns)?;
            let (bytes, _) = prepare::stripped(path, *format)
                .map_err(|error| io::Error::other(error.chain()))?;
            if bytes.len() as u64 != size {
                return Err(changed());
            }
            Ok(out.give(bytes[part.start as usize..part.end as usize].to_vec()))
        }
    }
}

fn send_part(file: &OpenFile, part: Range<u64>, out: &mut Out) -> io::Result<bool> {
    let mut at = part.start;
    while at < part.end {
        let mut buffer = vec![0; PIECE.min(part.end - at) as usize];
        let count = file.read_at(at, &mut buffer)?;
        if count == 0 {
            return Err(changed());
        }
        buffer.truncate(count);
        at += count as u64;
        if !out.give(buffer) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn open_unchanged(path: &Path, size: u64, mtime_ns: i64) -> io::Result<OpenFile> {
    let (file, stat) = OpenFile::open(path)?;
    if stat.size == size && stat.mtime_ns == mtime_ns {
        Ok(file)
    } else {
        Err(changed())
    }
}

fn changed() -> io::Error {
    io::Error::other("a picture changed after the archive was prepared")
}
