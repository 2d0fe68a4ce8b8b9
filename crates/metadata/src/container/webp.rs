//! WebP: the chunks of a RIFF file, still or animated.

use super::{Found, c2pa, exif, xmp};
use crate::{
    bytes::{le16, le24, le32},
    source::Source,
};

pub(super) fn read(source: &Source<'_>, found: &mut Found) {
    let claimed = le32(source.head(), 4).map_or(0, u64::from) + 8;
    let end = claimed.min(source.len());
    let mut at = 12;
    while let Some(header) = source.exact(at, 8).filter(|_| at < end) {
        if !found.header() {
            return;
        }
        let len = le32(&header, 4).map_or(0, u64::from);
        let body = at + 8;
        match &header[..4] {
            b"VP8X" => {
                let head = source.bytes(body, 10);
                found.width = le24(&head, 4).map_or(0, |value| value + 1);
                found.height = le24(&head, 7).map_or(0, |value| value + 1);
            }
            b"VP8 " if found.width == 0 => {
                let head = source.bytes(body, 10);
                found.width = le16(&head, 6).map_or(0, |value| u32::from(value & 0x3fff));
                found.height = le16(&head, 8).map_or(0, |value| u32::from(value & 0x3fff));
            }
            b"VP8L" if found.width == 0 => {
                let bits = le32(&source.bytes(body, 5), 1).unwrap_or(0);
                found.width = (bits & 0x3fff) + 1;
                found.height = ((bits >> 14) & 0x3fff) + 1;
            }
            b"ANMF" => {
                // Two frames make an animation; each says how long it stays, in milliseconds.
                let millis = le24(&source.bytes(body, 16), 12).unwrap_or(0);
                found.animated = found.seconds.is_some();
                *found.seconds.get_or_insert(0.0) += f64::from(millis) / 1000.0;
            }
            b"EXIF" if len <= found.limit as u64 => {
                exif::read(&source.bytes(body, len as usize), found);
            }
            b"XMP " if len <= found.limit as u64 => {
                xmp::read(&source.bytes(body, len as usize), found);
            }
            b"C2PA" if len <= found.manifest_limit() as u64 => {
                c2pa::read(&source.bytes(body, len as usize), found);
            }
            _ => {}
        }
        at = body + len + (len & 1);
    }
    if !found.animated {
        found.seconds = None;
    }
    found.complete = claimed <= source.len() && at >= end;
    if !found.complete {
        found.truncated();
    }
}
