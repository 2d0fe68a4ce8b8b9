//! WebP, still and animated.

use super::{Walk, minimal_exif, orientation};

/// Flags of the extended header, from the container specification.
const HAS_PROFILE: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const HAS_EXIF: u8 = 0x08;
const HAS_ANIMATION: u8 = 0x02;

/// Background colour and number of repeats.
const ANIMATION_LEN: usize = 6;

/// Bytes of a frame's own header, in front of its chunks.
const FRAME_HEAD: usize = 16;

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut walk = Walk(bytes);
    let [b'R', b'I', b'F', b'F', size @ .., b'W', b'E', b'B', b'P'] = walk.array::<12>()? else {
        return None;
    };
    // What lies behind the announced size is not part of the picture.
    let len = usize::try_from(u32::from_le_bytes(size))
        .ok()?
        .checked_sub(4)?;
    let chunks = chunks(walk.take(len)?)?;
    let turned = find_exif(&chunks).and_then(orientation);
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    let mut extended = false;
    let mut pictures = 0;
    for (kind, data) in chunks {
        match &kind {
            b"VP8X" => {
                push_chunk(&mut out, kind, &header(data, turned.is_some())?);
                extended = true;
            }
            b"ICCP" | b"ALPH" if extended => push_chunk(&mut out, kind, data),
            b"ANIM" if extended => push_chunk(&mut out, kind, data.get(..ANIMATION_LEN)?),
            b"ANMF" if extended => {
                push_chunk(&mut out, kind, &frame(data)?);
                pictures += 1;
            }
            b"VP8 " | b"VP8L" if pictures == 0 => {
                push_chunk(&mut out, kind, data);
                pictures += 1;
            }
            _ => {}
        }
        if !extended && pictures > 0 {
            break; // without the extended header there is one picture and nothing else
        }
    }
    if let (Some(orientation), true) = (turned, extended) {
        push_chunk(&mut out, *b"EXIF", &minimal_exif(orientation));
    }
    let size = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&size.to_le_bytes());
    (pictures > 0).then_some(out)
}

/// Kind and content of a chunk.
type Chunk<'a> = ([u8; 4], &'a [u8]);

/// All chunks in a row; `None` when a length is a lie. Chunks fill up to even lengths; some writers
/// forget that at the very end.
fn chunks(bytes: &[u8]) -> Option<Vec<Chunk<'_>>> {
    let mut walk = Walk(bytes);
    let mut found = Vec::new();
    while !walk.is_empty() {
        let kind = walk.array()?;
        let len = usize::try_from(u32::from_le_bytes(walk.array()?)).ok()?;
        found.push((kind, walk.take(len)?));
        if len % 2 == 1 && !walk.is_empty() {
            walk.byte()?;
        }
    }
    Some(found)
}

fn push_chunk(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    out.extend(kind);
    out.extend((data.len() as u32).to_le_bytes()); // came from 32 bits
    out.extend(data);
    if data.len() % 2 == 1 {
        out.push(0);
    }
}

/// The extended header without the flags of what is gone, and with its reserved bits cleared.
fn header(data: &[u8], exif: bool) -> Option<[u8; 10]> {
    let mut header: [u8; 10] = data.get(..10)?.try_into().ok()?;
    header[0] &= HAS_PROFILE | HAS_ALPHA | HAS_ANIMATION;
    if exif {
        header[0] |= HAS_EXIF;
    }
    header[1..4].fill(0);
    Some(header)
}

/// A frame of an animation with its picture and alpha only; frames may hold unknown chunks.
fn frame(data: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = data.split_at_checked(FRAME_HEAD)?;
    let mut out = head.to_vec();
    for (kind, data) in chunks(rest)? {
        if matches!(&kind, b"ALPH" | b"VP8 " | b"VP8L") {
            push_chunk(&mut out, kind, data);
        }
    }
    Some(out)
}

/// The TIFF bytes of the EXIF chunk; some writers put the header of JPEG in front.
fn find_exif<'a>(chunks: &[Chunk<'a>]) -> Option<&'a [u8]> {
    let (_, data) = chunks.iter().find(|(kind, _)| kind == b"EXIF")?;
    Some(data.strip_prefix(b"Exif\0\0").unwrap_or(data))
}
