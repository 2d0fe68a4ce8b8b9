//! Vorbis comments: `KEY=value` pairs in FLAC files and in the second packet of Ogg streams.

use super::Found;
use crate::{
    bytes::{be32, le32, text},
    source::Source,
};

/// FLAC: blocks of which the fourth kind holds the comments.
pub(super) fn read_flac(source: &Source<'_>, found: &mut Found) {
    let mut at = 4;
    while let Some(header) = source.exact(at, 4) {
        if !found.header() {
            return;
        }
        let word = be32(&header, 0).unwrap_or(0);
        let len = (word & 0x00ff_ffff) as usize;
        if (word >> 24) & 0x7f == 4 {
            comments(&source.bytes(at + 4, len.min(found.budget)), found);
        }
        at += 4 + len as u64;
        if word >> 31 == 1 {
            found.complete = at <= source.len();
            return;
        }
    }
    found.truncated();
}

/// Ogg: the second packet of the first stream, which may be spread over pages.
pub(super) fn read_ogg(source: &Source<'_>, found: &mut Found) {
    let (mut at, mut packet, mut ended) = (0, Vec::new(), 0);
    let mut stream = None;
    while let Some(header) = source
        .exact(at, 27)
        .filter(|head| head.starts_with(b"OggS"))
    {
        if !found.header() {
            return;
        }
        let count = usize::from(header[26]);
        let table = source.bytes(at + 27, count);
        let len: usize = table.iter().map(|size| usize::from(*size)).sum();
        let body_at = at + 27 + count as u64;
        at = body_at + len as u64;
        let serial = le32(&header, 14);
        if *stream.get_or_insert(serial) != serial {
            continue;
        }
        let body = source.bytes(body_at, len);
        let mut start = 0;
        for &size in table.iter() {
            let end = start + usize::from(size);
            if ended == 1 {
                packet.extend_from_slice(body.get(start..end).unwrap_or_default());
            }
            start = end;
            ended += u32::from(size < 255);
            if ended > 1 || packet.len() > found.budget {
                found.complete = ended > 1;
                let words = packet
                    .strip_prefix(b"OpusTags")
                    .or_else(|| packet.strip_prefix(b"\x03vorbis"));
                comments(words.unwrap_or_default(), found);
                return;
            }
        }
    }
    found.truncated();
}

/// The vendor's name, the count, and each pair with its length before it.
fn comments(bytes: &[u8], found: &mut Found) {
    let Some(vendor) = le32(bytes, 0) else { return };
    let mut at = (vendor as usize).saturating_add(4);
    let Some(count) = le32(bytes, at) else { return };
    at += 4;
    for _ in 0..count {
        let Some(len) = le32(bytes, at) else { return };
        let start = at + 4;
        at = start.saturating_add(len as usize);
        let Some(pair) = bytes.get(start..at) else {
            found.truncated();
            return;
        };
        if !found.header() {
            return;
        }
        let pair = text(pair);
        if let Some((key, value)) = pair.split_once('=')
            && !value.is_empty()
            && !key.eq_ignore_ascii_case("METADATA_BLOCK_PICTURE")
        {
            found.text("vorbis", key, value);
        }
    }
}
