//! The boxes of MP4, MOV and AVIF files.

use super::{Found, c2pa, xmp};
use crate::{
    bytes::{be32, be64, until_nul},
    source::Source,
};

/// One box: its kind and where its content lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Boxed {
    pub(super) kind: [u8; 4],
    pub(super) start: u64,
    pub(super) end: u64,
}

impl Boxed {
    /// The content as a whole, if it is not longer than `most`.
    pub(super) fn content(self, source: &Source<'_>, most: usize) -> Option<Vec<u8>> {
        let len = usize::try_from(self.end - self.start)
            .ok()
            .filter(|&len| len <= most)?;
        source
            .exact(self.start, len)
            .map(std::borrow::Cow::into_owned)
    }
}

/// The boxes between two offsets. A box that ends beyond `end` is cut there.
pub(super) fn boxes(source: &Source<'_>, found: &mut Found, start: u64, end: u64) -> Vec<Boxed> {
    let mut all = Vec::new();
    let mut at = start;
    while let Some(header) = source.exact(at, 8).filter(|_| at.saturating_add(8) <= end) {
        if !found.header() {
            break;
        }
        let kind = [header[4], header[5], header[6], header[7]];
        let (head, len) = match be32(&header, 0).unwrap_or(0) {
            0 => (8, end - at),
            1 => (16, be64(&source.bytes(at + 8, 8), 0).unwrap_or(0)),
            len => (8, u64::from(len)),
        };
        if len < head {
            break;
        }
        let after = at.saturating_add(len);
        if after > end {
            found.truncated();
        }
        all.push(Boxed {
            kind,
            start: (at + head).min(end),
            end: after.min(end),
        });
        at = after;
    }
    all
}

/// The boxes inside a box, `skip` bytes into its content.
pub(super) fn children(
    source: &Source<'_>,
    found: &mut Found,
    parent: Boxed,
    skip: u64,
) -> Vec<Boxed> {
    boxes(source, found, parent.start.saturating_add(skip), parent.end)
}

/// The first box of a kind.
pub(super) fn first(all: &[Boxed], kind: [u8; 4]) -> Option<Boxed> {
    all.iter().copied().find(|found| found.kind == kind)
}

/// Whose a box without a kind of its own is: provenance, and XMP as Adobe writes it.
const MANIFEST: [u8; 16] = *b"\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81";
const XMP: [u8; 16] = *b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";

/// Reads the boxes that only an id of 16 bytes tells apart.
pub(super) fn foreign(source: &Source<'_>, found: &mut Found, all: &[Boxed]) {
    for part in all.iter().filter(|part| part.kind == *b"uuid") {
        let id = source.bytes(part.start, 16);
        let limit = found.limit;
        if *id == MANIFEST && !found.has_manifest {
            let Some(body) = part.content(source, found.manifest_limit()) else {
                continue;
            };
            // Version and flags, the purpose, an offset, then the manifest.
            let rest = body.get(20..).unwrap_or_default();
            let purpose = until_nul(rest);
            if purpose == b"manifest" {
                c2pa::read(rest.get(purpose.len() + 9..).unwrap_or_default(), found);
            }
        } else if *id == XMP
            && let Some(body) = part.content(source, limit)
        {
            xmp::read(body.get(16..).unwrap_or_default(), found);
        }
    }
}
