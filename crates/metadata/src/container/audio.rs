//! Sound files, whose words `ComfyUI` and others write: they are no pictures, so their format stays
//! unknown, but what they say about their making is read.

use super::{Found, id3, vorbis};
use crate::{
    bytes::{le32, text, until_nul},
    source::Source,
};

/// Reads a sound file; `false` when it is none.
pub(super) fn read(source: &Source<'_>, found: &mut Found) -> bool {
    match source.head() {
        [b'I', b'D', b'3', ..] => {
            let end = id3::read(source, found, 0);
            found.complete = end.is_some_and(|end| end <= source.len());
        }
        [b'f', b'L', b'a', b'C', ..] => vorbis::read_flac(source, found),
        [b'O', b'g', b'g', b'S', ..] => vorbis::read_ogg(source, found),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'A',
            b'V',
            b'E',
            ..,
        ] => wave(source, found),
        _ => return false,
    }
    true
}

/// WAV: a `LIST` of `INFO` texts, and sometimes an ID3 tag as a chunk.
fn wave(source: &Source<'_>, found: &mut Found) {
    let mut at = 12;
    while let Some(header) = source.exact(at, 8) {
        if !found.header() {
            return;
        }
        let len = le32(&header, 4).map_or(0, u64::from);
        match &header[..4] {
            b"LIST" => {
                let most = found.budget as u64;
                info(&source.bytes(at + 8, len.min(most) as usize), found);
            }
            b"id3 " | b"ID3 " => {
                id3::read(source, found, at + 8);
            }
            _ => {}
        }
        at += 8 + len + (len & 1);
    }
    // The last chunk may lack the byte that would make its length even.
    found.complete = at <= source.len() + 1;
    if !found.complete {
        found.truncated();
    }
}

fn info(list: &[u8], found: &mut Found) {
    let Some(mut rest) = list.strip_prefix(b"INFO") else {
        return;
    };
    while let (Some(kind), Some(len)) = (rest.get(..4), le32(rest, 4)) {
        if !found.header() {
            return;
        }
        let end = (len as usize).saturating_add(8);
        let body = rest.get(8..end.min(rest.len())).unwrap_or_default();
        let key = match kind {
            b"ICMT" => "comment".into(),
            b"ISFT" => "encoder".into(),
            b"INAM" => "title".into(),
            other => text(other),
        };
        let value = text(until_nul(body));
        if !value.is_empty() {
            found.text("wav:INFO", &key, &value);
        }
        rest = rest.get(end.saturating_add(end & 1)..).unwrap_or_default();
    }
}
