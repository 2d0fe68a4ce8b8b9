//! JPEG: EXIF and XMP in `APP1`, provenance in `APP11`, comments, and the size in the frame header.

use super::{Found, c2pa, exif, xmp};
use crate::{
    bytes::{be16, be32, text},
    source::Source,
};

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const MORE_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const EXIF: &[u8] = b"Exif\0\0";

pub(super) fn read(source: &Source<'_>, found: &mut Found) {
    let mut at = 2;
    let (mut exif_block, mut more_xmp, mut manifest) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(header) = source.exact(at, 4) {
        if !found.header() {
            break;
        }
        if header[0] != 0xff {
            found.notice("bad-segment", "A segment does not start where it should.");
            break;
        }
        let marker = header[1];
        if matches!(marker, 0xff | 0x01 | 0xd0..=0xd7) {
            at += if marker == 0xff { 1 } else { 2 };
            continue;
        }
        if matches!(marker, 0xda | 0xd9) {
            // Pixels follow; whether they end is seen at the very end of the file.
            let tail = source.bytes(source.len().saturating_sub(64), 64);
            found.complete = tail.windows(2).any(|pair| pair == [0xff, 0xd9]);
            break;
        }
        let len = be16(&header, 2).map_or(0, usize::from).max(2) - 2;
        let body = at + 4;
        match marker {
            0xe1 | 0xfe => {
                let segment = source.bytes(body, len);
                if marker == 0xfe {
                    found.text("jpeg:COM", "", text(&segment).trim_end_matches('\0'));
                } else if let Some(block) = segment.strip_prefix(EXIF) {
                    // A record of more than 64 kB goes on in the next segment.
                    if exif_block.len() + block.len() <= found.limit {
                        exif_block.extend_from_slice(block);
                    }
                } else if let Some(packet) = segment.strip_prefix(XMP) {
                    xmp::read(packet, found);
                } else if let Some(part) = segment.strip_prefix(MORE_XMP) {
                    extend(&mut more_xmp, part, found.limit);
                }
            }
            0xeb => {
                let most = found.manifest_limit();
                add_boxes(&mut manifest, &source.bytes(body, len), most);
            }
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let frame = source.bytes(body, 5);
                found.height = be16(&frame, 1).map_or(0, u32::from);
                found.width = be16(&frame, 3).map_or(0, u32::from);
            }
            _ => {}
        }
        at = body + len as u64;
    }
    exif::read(&exif_block, found);
    if !more_xmp.is_empty() {
        xmp::read(&more_xmp, found);
    }
    if !manifest.is_empty() {
        c2pa::read(&manifest, found);
    }
    if !found.complete {
        found.truncated();
    }
}

/// Boxes in `APP11`: `JP`, a number for the box, a number for the part, then the box. Each further
/// part repeats the box's head.
fn add_boxes(whole: &mut Vec<u8>, segment: &[u8], most: usize) {
    let Some(part) = segment.strip_prefix(b"JP").and_then(|rest| rest.get(6..)) else {
        return;
    };
    let first = be32(segment, 4) == Some(1);
    let head = if be32(part, 0) == Some(1) { 16 } else { 8 };
    let body = part.get(if first { 0 } else { head }..).unwrap_or_default();
    if whole.len() + body.len() <= most {
        whole.extend_from_slice(body);
    }
}

/// Extended XMP: a digest of 32 bytes, the full length, the offset of this part, the part.
fn extend(whole: &mut Vec<u8>, part: &[u8], limit: usize) {
    let (Some(offset), Some(body)) = (be32(part, 36), part.get(40..)) else {
        return;
    };
    if offset as usize == whole.len() && whole.len() + body.len() <= limit {
        whole.extend_from_slice(body);
    }
}
