//! JPEG.

use super::{Walk, minimal_exif, orientation};

/// What EXIF in a JPEG begins with, before the TIFF block.
const EXIF: &[u8] = b"Exif\0\0";

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut walk = Walk(bytes);
    if walk.array::<2>()? != [0xff, 0xd8] {
        return None;
    }
    let turned = find_exif(walk.0).and_then(orientation);
    let mut out = Vec::with_capacity(bytes.len());
    out.extend([0xff, 0xd8]);
    let mut exif = turned.map(|orientation| [EXIF, &minimal_exif(orientation)].concat());
    loop {
        let marker = next_marker(&mut walk)?;
        // JFIF wants to be first; EXIF comes right behind it or takes its place.
        if marker != 0xe0
            && let Some(exif) = exif.take()
        {
            push_segment(&mut out, 0xe1, &exif);
        }
        match marker {
            0xd9 => {
                out.extend([0xff, 0xd9]);
                return Some(out);
            }
            0x01 | 0xd0..=0xd7 => continue, // stand alone and mean nothing here
            _ => {}
        }
        let data = next_segment(&mut walk)?;
        if let Some(kept) = allowed(marker, data) {
            push_segment(&mut out, marker, kept);
        }
        if marker == 0xda {
            out.extend(scan(&mut walk));
        }
    }
}

/// What of a segment decides what is seen.
fn allowed(marker: u8, data: &[u8]) -> Option<&[u8]> {
    match marker {
        // JFIF up to the size of its thumbnail, which `push_segment` says is none.
        0xe0 if data.starts_with(b"JFIF\0") => data.get(..12),
        0xe2 if data.starts_with(b"ICC_PROFILE\0") => Some(data),
        0xee if data.starts_with(b"Adobe") => data.get(..12),
        // Frames, tables, scans, restart intervals, number of lines.
        0xc0..=0xcf | 0xda..=0xdd => Some(data),
        _ => None,
    }
}

fn push_segment(out: &mut Vec<u8>, marker: u8, data: &[u8]) {
    // JFIF ends with the size of a thumbnail, which is never kept.
    let thumbnail: &[u8] = if marker == 0xe0 { &[0, 0] } else { &[] };
    let len = (data.len() + thumbnail.len() + 2) as u16; // came from 16 bits
    out.extend([0xff, marker]);
    out.extend(len.to_be_bytes());
    out.extend(data);
    out.extend(thumbnail);
}

/// The next marker, over any filling bytes in front of it.
fn next_marker(walk: &mut Walk<'_>) -> Option<u8> {
    if walk.byte()? != 0xff {
        return None;
    }
    loop {
        match walk.byte()? {
            0xff => {}
            marker => return Some(marker),
        }
    }
}

fn next_segment<'a>(walk: &mut Walk<'a>) -> Option<&'a [u8]> {
    let len = usize::from(u16::from_be_bytes(walk.array()?));
    walk.take(len.checked_sub(2)?)
}

/// The compressed pixels up to the next marker that is not part of them.
fn scan<'a>(walk: &mut Walk<'a>) -> &'a [u8] {
    let bytes = walk.0;
    let mut at = 0;
    let end = loop {
        let Some(found) = bytes[at..].iter().position(|&byte| byte == 0xff) else {
            break bytes.len();
        };
        match bytes.get(at + found + 1) {
            // A stuffed byte and the restart markers belong to the pixels.
            Some(0x00 | 0xd0..=0xd7) => at += found + 2,
            Some(0xff) => at += found + 1,
            _ => break at + found,
        }
    };
    walk.0 = &bytes[end..];
    &bytes[..end]
}

/// The TIFF bytes of the EXIF segment in front of the pixels.
fn find_exif(segments: &[u8]) -> Option<&[u8]> {
    let mut walk = Walk(segments);
    loop {
        let marker = next_marker(&mut walk)?;
        if matches!(marker, 0x01 | 0xd0..=0xd7) {
            continue;
        }
        if matches!(marker, 0xd9 | 0xda) {
            return None;
        }
        let data = next_segment(&mut walk)?;
        if marker == 0xe1
            && let Some(tiff) = data.strip_prefix(EXIF)
        {
            return Some(tiff);
        }
    }
}
