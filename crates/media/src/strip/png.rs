//! PNG and APNG.

use super::{Walk, minimal_exif, orientation};
use crate::archive::Crc32;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Chunks that decide what is seen, with the most bytes that the specification gives each; a longer
/// one is not what it says. Everything else goes: text, EXIF, times, private chunks, palettes that
/// are only suggested.
const ALLOWED: [(&[u8; 4], usize); 15] = [
    (b"IHDR", 13),
    (b"PLTE", 768),
    (b"tRNS", 256),
    (b"IDAT", usize::MAX),
    (b"IEND", 0),
    (b"gAMA", 4),
    (b"cHRM", 32),
    (b"sRGB", 1),
    (b"cICP", 4),
    (b"sBIT", 4),
    (b"pHYs", 9),
    (b"bKGD", 6),
    (b"acTL", 8),
    (b"fcTL", 26),
    (b"fdAT", usize::MAX),
];

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut walk = Walk(bytes);
    if walk.array::<8>()? != SIGNATURE {
        return None;
    }
    let turned = find_exif(walk.0).and_then(orientation);
    let mut out = Vec::with_capacity(bytes.len());
    out.extend(SIGNATURE);
    loop {
        let chunk = next_chunk(&mut walk)?;
        match &chunk.kind {
            kind if is_allowed(*kind, chunk.data) => push_chunk(&mut out, chunk.kind, chunk.data),
            b"iCCP" => push_profile(&mut out, chunk.data),
            _ => {}
        }
        match &chunk.kind {
            b"IHDR" => {
                if let Some(orientation) = turned {
                    push_chunk(&mut out, *b"eXIf", &minimal_exif(orientation));
                }
            }
            b"IEND" => return Some(out),
            _ => {}
        }
    }
}

fn is_allowed(kind: [u8; 4], data: &[u8]) -> bool {
    ALLOWED
        .iter()
        .any(|&(allowed, most)| *allowed == kind && data.len() <= most)
}

struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
}

/// The checksum is passed over: a wrong one is written right again.
fn next_chunk<'a>(walk: &mut Walk<'a>) -> Option<Chunk<'a>> {
    let len = usize::try_from(u32::from_be_bytes(walk.array()?)).ok()?;
    let kind = walk.array()?;
    let data = walk.take(len)?;
    walk.array::<4>()?;
    Some(Chunk { kind, data })
}

/// The EXIF block in front of the pixels, which is where decoders look for it.
fn find_exif(chunks: &[u8]) -> Option<&[u8]> {
    let mut walk = Walk(chunks);
    loop {
        let chunk = next_chunk(&mut walk)?;
        match &chunk.kind {
            b"eXIf" => return Some(chunk.data),
            b"IDAT" | b"IEND" => return None,
            _ => {}
        }
    }
}

fn push_chunk(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let len = u32::try_from(data.len()).unwrap_or_default(); // came from 32 bits
    let mut check = Crc32::new();
    check.update(&kind);
    check.update(data);
    out.extend(len.to_be_bytes());
    out.extend(kind);
    out.extend(data);
    out.extend(check.finalize().to_be_bytes());
}

/// A profile with another name: the name is free text and may say anything.
fn push_profile(out: &mut Vec<u8>, data: &[u8]) {
    let Some(end) = data.iter().take(80).position(|&byte| byte == 0) else {
        return;
    };
    let mut renamed = b"ICC profile".to_vec();
    renamed.extend(&data[end..]);
    push_chunk(out, *b"iCCP", &renamed);
}
