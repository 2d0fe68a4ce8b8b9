//! `ID3v2`, the tag before MP3 sound: text frames, comments and lyrics.

use std::borrow::Cow;

use super::Found;
use crate::{
    bytes::{be16, be32, text, utf16},
    source::Source,
};

/// Reads the tag that starts at an offset and returns where it ends; `None` when there is none.
pub(super) fn read(source: &Source<'_>, found: &mut Found, at: u64) -> Option<u64> {
    let header = source.exact(at, 10)?;
    if !header.starts_with(b"ID3") {
        return None;
    }
    let (version, flags) = (header[3], header[5]);
    let len = seven_bits(be32(&header, 6)?)?;
    let most = found.budget.min(found.limit.saturating_mul(4));
    let whole = source.bytes(at + 10, len.min(most));
    if whole.len() < len {
        found.notice(
            "text-limit",
            "An ID3 tag is too long or cut; the rest was not read.",
        );
    }
    // Before version 4 the tag as a whole is escaped, since then each frame is.
    let body: Cow<'_, [u8]> = if flags & 0x80 != 0 && version < 4 {
        Cow::Owned(without_stuffing(&whole))
    } else {
        whole
    };
    let skip = if flags & 0x40 == 0 {
        0
    } else {
        match (version, be32(&body, 0)?) {
            (4, size) => seven_bits(size)?,
            (_, size) => (size as usize).saturating_add(4),
        }
    };
    frames(body.get(skip..).unwrap_or_default(), version, found);
    Some(at + 10 + len as u64)
}

fn frames(mut rest: &[u8], version: u8, found: &mut Found) {
    while let Some((name, body, after)) = frame(rest, version, found) {
        if !found.header() || found.budget == 0 {
            return;
        }
        if let Some(body) = body {
            words(name, &body, found);
        }
        rest = after;
    }
}

type Frame<'a> = (&'a [u8], Option<Cow<'a, [u8]>>, &'a [u8]);

/// The first frame: its name, its content, and what follows it.
fn frame<'a>(bytes: &'a [u8], version: u8, found: &mut Found) -> Option<Frame<'a>> {
    let (name_len, head): (usize, usize) = if version < 3 { (3, 6) } else { (4, 10) };
    let name = bytes.get(..name_len)?;
    if !name
        .iter()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    {
        return None; // Padding, or what is no tag.
    }
    let (size, flags) = match version {
        0..=2 => (be32(&[&[0], bytes.get(3..6)?].concat(), 0)? as usize, 0),
        3 => (be32(bytes, 4)? as usize, be16(bytes, 8)?),
        _ => {
            let plain = be32(bytes, 4)?;
            (seven_bits(plain).unwrap_or(plain as usize), be16(bytes, 8)?)
        }
    };
    let end = head.checked_add(size)?.min(bytes.len());
    let (body, after) = (bytes.get(head..end)?, bytes.get(end..)?);
    let (packed, secret, escaped, counted) = match version {
        0..=2 => (false, false, false, false),
        3 => (
            flags & 0x80 != 0,
            flags & 0x40 != 0,
            false,
            flags & 0x80 != 0,
        ),
        _ => (
            flags & 8 != 0,
            flags & 4 != 0,
            flags & 2 != 0,
            flags & 1 != 0,
        ),
    };
    if secret || !matches!(name, [b'T', ..] | b"COMM" | b"COM" | b"USLT" | b"ULT") {
        return Some((name, None, after));
    }
    let body = body.get(if counted { 4 } else { 0 }..).unwrap_or_default();
    let body = if escaped {
        Cow::Owned(without_stuffing(body))
    } else {
        Cow::Borrowed(body)
    };
    let body = if packed {
        found.inflate("id3", &body).map(Cow::Owned)
    } else {
        Some(body)
    };
    Some((name, body, after))
}

/// Keeps the words of a frame: a byte for the character set, perhaps a language and a description,
/// then the text.
fn words(name: &[u8], body: &[u8], found: &mut Found) {
    let Some((&set, mut body)) = body.split_first() else {
        return;
    };
    let named = matches!(name, b"TXXX" | b"TXX");
    let spoken = !name.starts_with(b"T");
    if spoken {
        body = body.get(3..).unwrap_or_default();
    }
    let wide = matches!(set, 1 | 2);
    let (key, value) = if named || spoken {
        split(body, wide)
    } else {
        (&[][..], body)
    };
    let plain = |bytes: &[u8]| {
        let text = if wide {
            utf16(bytes)
        } else {
            text(bytes).into_owned()
        };
        text.trim_end_matches('\0').to_owned()
    };
    let name = text(name);
    let key = match plain(key) {
        key if !key.is_empty() => key,
        _ if named || spoken => "comment".to_owned(),
        _ => name.clone().into_owned(),
    };
    let value = plain(value);
    if !value.is_empty() {
        found.text(&format!("id3:{name}"), &key, &value);
    }
}

/// Splits at the first NUL, which is two bytes wide in UTF-16.
fn split(bytes: &[u8], wide: bool) -> (&[u8], &[u8]) {
    let width = if wide { 2 } else { 1 };
    let end = bytes
        .chunks_exact(width)
        .position(|unit| unit.iter().all(|byte| *byte == 0))
        .map_or(bytes.len(), |unit| unit * width);
    let after = bytes.get(end + width..).unwrap_or_default();
    (&bytes[..end], after)
}

/// A length of four bytes of which each holds seven bits.
fn seven_bits(value: u32) -> Option<usize> {
    let bytes = value.to_be_bytes();
    let small = bytes.iter().all(|byte| *byte < 0x80);
    small.then(|| {
        bytes
            .iter()
            .fold(0, |sum, byte| (sum << 7) | usize::from(*byte))
    })
}

/// Takes out the zero that was put after every 0xff.
fn without_stuffing(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut last = 0;
    for &byte in bytes {
        if !(last == 0xff && byte == 0) {
            plain.push(byte);
        }
        last = byte;
    }
    plain
}
