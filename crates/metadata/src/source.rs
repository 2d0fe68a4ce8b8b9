//! Where bytes come from.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    io,
};

/// Bytes that can be read at any offset: a file, a slice, an upload.
pub trait ReadAt {
    /// Size in bytes.
    fn len(&self) -> u64;

    /// Fills `buffer` from `offset` as far as possible in one go and says how many bytes it got;
    /// 0 at the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Whether there are no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ReadAt for &[u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.get(offset..));
        let rest = rest.unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

impl ReadAt for Vec<u8> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.as_slice().read_at(offset, buffer)
    }
}

/// Bytes read ahead; most metadata lies in them, so most files cost one read.
const HEAD: u64 = 32 * 1024;

thread_local! {
    /// The room for a head, for the next file that this thread reads.
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A source with its first 32 kB at hand.
pub(crate) struct Source<'a> {
    inner: &'a dyn ReadAt,
    head: Vec<u8>,
    len: u64,
    /// How many bytes may still be asked for.
    left: Cell<usize>,
}

impl<'a> Source<'a> {
    /// Reads the head. A source that cannot be read is empty, and one of which more than `most` bytes
    /// were asked for ends: parts that overlap would make a small file as slow as a huge one.
    pub(crate) fn new(inner: &'a dyn ReadAt, most: usize) -> Self {
        let len = inner.len();
        let mut source = Self {
            inner,
            head: Vec::new(),
            len,
            left: Cell::new(most),
        };
        source.head = source.fetch(0, ROOM.take(), len.min(HEAD) as usize);
        source
    }

    /// Size in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The first bytes, up to 32 kB.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Up to `len` bytes from `offset`; fewer at the end of the file. The caller bounds `len`.
    pub(crate) fn bytes(&self, offset: u64, len: usize) -> Cow<'_, [u8]> {
        if offset >= self.len {
            return Cow::Borrowed(&[]);
        }
        let len = len.min((self.len - offset) as usize).min(self.left.get());
        self.left.set(self.left.get() - len);
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        match start
            .checked_add(len)
            .and_then(|end| self.head.get(start..end))
        {
            Some(bytes) => Cow::Borrowed(bytes),
            None => Cow::Owned(self.fetch(offset, Vec::new(), len)),
        }
    }

    /// Exactly `len` bytes from `offset`, or nothing.
    pub(crate) fn exact(&self, offset: u64, len: usize) -> Option<Cow<'_, [u8]>> {
        let end = offset.checked_add(len as u64)?;
        if end > self.len {
            return None;
        }
        let bytes = self.bytes(offset, len);
        (bytes.len() == len).then_some(bytes)
    }

    /// Up to `len` bytes in the room that is given.
    fn fetch(&self, offset: u64, mut buffer: Vec<u8>, len: usize) -> Vec<u8> {
        buffer.resize(len, 0);
        let mut filled = 0;
        while filled < len {
            match self
                .inner
                .read_at(offset + filled as u64, &mut buffer[filled..])
            {
                Ok(0) => break,
                Ok(count) => filled += count.min(len - filled),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        buffer.truncate(filled);
        buffer
    }
}

impl Drop for Source<'_> {
    fn drop(&mut self) {
        // As full as it is: what is zeroed anew costs as much as reading into it.
        ROOM.set(std::mem::take(&mut self.head));
    }
}
