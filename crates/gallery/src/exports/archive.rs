//! Sending an archive: any range of it, with flat memory.

use std::{
    io,
    ops::Range,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use domain::time::Timestamp;
use futures::Stream;
use media::archive::{Entry, Layout, Segment};
use metadata::ReadAt;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::{
    plan::{PlannedFile, Source},
    prepare,
};
use crate::files::{OpenFile, Place};

/// Bytes handed over at a time: many small entries travel together, because every hand-over wakes
/// another thread.
const PIECE: usize = 512 << 10;
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
    /// A place among those that are being sent, also held by each of its streams.
    place: Arc<OwnedSemaphorePermit>,
}

impl Archive {
    pub(super) fn new(ready: Arc<Ready>, place: OwnedSemaphorePermit) -> Self {
        Self {
            ready,
            place: Arc::new(place),
        }
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
    /// the stream with an error; wrong bytes are never sent. A stream counts among those that are
    /// sent at once until it is dropped: bytes that nobody has fetched yet take memory too.
    pub fn stream(&self, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + use<> {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let ready = Arc::clone(&self.ready);
        let place = Arc::clone(&self.place);
        let sending = Arc::clone(&place);
        tokio::task::spawn_blocking(move || {
            let _sending = sending;
            let mut out = Out::new(sender);
            let sent = send(&ready, range, &mut out);
            // Good bytes before a bad place are good bytes; a reader that went away needs none.
            let _ = out.hand_over();
            if let Err(error) = sent {
                tracing::warn!(%error, "an archive could not be sent to its end");
                let _ = out.sender.blocking_send(Err(error));
            }
        });
        futures::stream::unfold((receiver, place), |(mut receiver, place)| async move {
            receiver
                .recv()
                .await
                .map(|piece| (piece, (receiver, place)))
        })
    }
}

/// Room for pieces, to be filled again when a piece was sent. Without it each piece is new memory that
/// has to be zeroed, and an allocator keeps tens of megabytes of them.
#[derive(Default)]
struct Rooms(Mutex<Vec<Vec<u8>>>);

impl Rooms {
    fn free(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Vec<u8> {
        let free = self.free().pop();
        free.unwrap_or_else(|| vec![0; PIECE])
    }
}

/// A filled piece, whose room comes back when it was sent.
struct Piece {
    room: Vec<u8>,
    filled: usize,
    rooms: Arc<Rooms>,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.room[..self.filled]
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        let room = std::mem::take(&mut self.room);
        self.rooms.free().push(room);
    }
}

/// Collects bytes and hands them over in pieces.
struct Out {
    sender: mpsc::Sender<io::Result<Bytes>>,
    rooms: Arc<Rooms>,
    piece: Vec<u8>,
    /// How much of `piece` is filled.
    filled: usize,
}

/// The reader went away, so the rest need not be read.
struct Gone;

impl Out {
    fn new(sender: mpsc::Sender<io::Result<Bytes>>) -> Self {
        Self {
            sender,
            rooms: Arc::default(),
            piece: Vec::new(),
            filled: 0,
        }
    }

    /// Where the next bytes go: at least one, at most `most`.
    fn room(&mut self, most: u64) -> &mut [u8] {
        if self.piece.is_empty() {
            self.piece = self.rooms.take();
        }
        let left = (PIECE - self.filled) as u64;
        let end = self.filled + left.min(most) as usize;
        &mut self.piece[self.filled..end]
    }

    /// Says how many bytes were put there.
    fn put(&mut self, count: usize) -> Result<(), Gone> {
        self.filled += count;
        if self.filled == PIECE {
            self.hand_over()
        } else {
            Ok(())
        }
    }

    fn give(&mut self, mut bytes: &[u8]) -> Result<(), Gone> {
        while !bytes.is_empty() {
            let room = self.room(bytes.len() as u64);
            let (now, later) = bytes.split_at(room.len());
            room.copy_from_slice(now);
            self.put(now.len())?;
            bytes = later;
        }
        Ok(())
    }

    /// Hands over what is filled.
    fn hand_over(&mut self) -> Result<(), Gone> {
        if self.filled == 0 {
            return Ok(());
        }
        let piece = Bytes::from_owner(Piece {
            room: std::mem::take(&mut self.piece),
            filled: std::mem::take(&mut self.filled),
            rooms: Arc::clone(&self.rooms),
        });
        let sent = self.sender.blocking_send(Ok(piece));
        sent.map_err(|_| Gone)
    }
}

/// Why a stream ends before its end.
enum End {
    Gone,
    Failed(io::Error),
}

impl From<Gone> for End {
    fn from(Gone: Gone) -> Self {
        Self::Gone
    }
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

fn send(ready: &Ready, range: Range<u64>, out: &mut Out) -> io::Result<()> {
    match send_segments(ready, range, out) {
        Ok(()) | Err(End::Gone) => Ok(()),
        Err(End::Failed(error)) => Err(error),
    }
}

fn send_segments(ready: &Ready, range: Range<u64>, out: &mut Out) -> Result<(), End> {
    // Opened once for all the texts in it.
    let mut spool = None;
    for segment in ready.layout.segments(range) {
        match segment {
            Segment::Bytes(bytes) => out.give(&bytes)?,
            Segment::Entry { index, offset, len } => {
                let (size, source) = &ready.sources[index];
                let part = offset..offset + len;
                match source {
                    Source::Original { place, stamp } => {
                        send_part(&open_unchanged(place, stamp)?, part, out)?;
                    }
                    Source::Spool { offset } => {
                        let file = match &mut spool {
                            Some(file) => file,
                            none => none.insert(OpenFile::open_named(&ready.spool)?.0),
                        };
                        send_part(file, part.start + offset..part.end + offset, out)?;
                    }
                    Source::Stripped {
                        place,
                        stamp,
                        format,
                    } => {
                        open_unchanged(place, stamp)?;
                        let (bytes, _) = prepare::stripped(place, *format, None)
                            .map_err(|error| io::Error::other(error.chain()))?;
                        if bytes.len() as u64 != *size {
                            return Err(changed().into());
                        }
                        out.give(&bytes[part.start as usize..part.end as usize])?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn send_part(file: &OpenFile, part: Range<u64>, out: &mut Out) -> Result<(), End> {
    let mut at = part.start;
    while at < part.end {
        let count = file.read_at(at, out.room(part.end - at))?;
        if count == 0 {
            return Err(changed().into());
        }
        at += count as u64;
        out.put(count)?;
    }
    Ok(())
}

fn open_unchanged(place: &Place, stamp: &str) -> io::Result<OpenFile> {
    let (file, stat) = OpenFile::open(place)?;
    if stat.stamp() == stamp {
        Ok(file)
    } else {
        Err(changed())
    }
}

fn changed() -> io::Error {
    io::Error::other("a picture changed after the archive was prepared")
}
