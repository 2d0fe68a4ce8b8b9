//! MP4 and MOV: size, duration and tags, from the old list (`ilst` under `udta`), from the keyed
//! list (`keys` beside `ilst`), and from plain `udta` texts.

use super::{
    Found,
    isobmff::{self, Boxed, boxes, children, first, foreign},
};
use crate::{
    bytes::{be16, be32, be64, text},
    source::Source,
};

pub(super) fn read(source: &Source<'_>, found: &mut Found) {
    found.complete = true;
    found.animated = true;
    let top = boxes(source, found, 0, source.len());
    foreign(source, found, &top);
    if let Some(part) = first(&top, *b"meta") {
        meta(source, found, part);
    }
    let Some(movie) = first(&top, *b"moov") else {
        found.truncated();
        return;
    };
    for part in children(source, found, movie, 0) {
        match &part.kind {
            b"mvhd" => found.seconds = part.content(source, 256).and_then(|head| duration(&head)),
            b"trak" => track(source, found, part),
            b"meta" => meta(source, found, part),
            b"udta" => user_data(source, found, part),
            _ => {}
        }
    }
}

/// Seconds from a movie header, whose numbers are 32 or 64 bits wide.
fn duration(head: &[u8]) -> Option<f64> {
    let (scale, length) = if head.first() == Some(&1) {
        (be32(head, 20)?, be64(head, 24)?)
    } else {
        (be32(head, 12)?, u64::from(be32(head, 16)?))
    };
    (scale > 0).then(|| length as f64 / f64::from(scale))
}

/// The first track with a size is the picture; its matrix may ask for a quarter turn.
fn track(source: &Source<'_>, found: &mut Found, track: Boxed) {
    let parts = children(source, found, track, 0);
    let Some(head) = first(&parts, *b"tkhd").and_then(|part| part.content(source, 256)) else {
        return;
    };
    let matrix = if head.first() == Some(&1) { 52 } else { 40 };
    let (width, height) = (be32(&head, matrix + 36), be32(&head, matrix + 40));
    if let (Some(width @ 1..), Some(height @ 1..)) = (width, height)
        && found.width == 0
    {
        (found.width, found.height) = (width >> 16, height >> 16);
        found.turned = be32(&head, matrix) == Some(0) && be32(&head, matrix + 4) != Some(0);
    }
}

fn user_data(source: &Source<'_>, found: &mut Found, parent: Boxed) {
    for part in children(source, found, parent, 0) {
        if part.kind == *b"meta" {
            meta(source, found, part);
        } else if part.kind[0] == 0xa9 {
            // QuickTime's own texts: length, language, text.
            if let Some(body) = part.content(source, found.limit)
                && let Some(len) = be16(&body, 0)
            {
                let value = body.get(4..4 + usize::from(len)).unwrap_or_default();
                found.text("mp4:udta", name(part.kind), &text(value));
            }
        }
    }
}

/// `meta` is a full box in MP4 (four bytes of version and flags) and a plain one in `QuickTime`.
fn meta(source: &Source<'_>, found: &mut Found, parent: Boxed) {
    let head = source.bytes(parent.start, 8);
    let skip = if matches!(head.get(4..8), Some(b"hdlr" | b"keys" | b"ilst")) {
        0
    } else {
        4
    };
    let parts = children(source, found, parent, skip);
    let keys = first(&parts, *b"keys")
        .and_then(|part| part.content(source, found.limit))
        .map(|body| key_names(&body))
        .unwrap_or_default();
    let Some(list) = first(&parts, *b"ilst") else {
        return;
    };
    for item in children(source, found, list, 0) {
        let index = u32::from_be_bytes(item.kind) as usize;
        let keyed = index.checked_sub(1).and_then(|index| keys.get(index));
        tag(source, found, item, keyed.map(String::as_str));
    }
}

/// The names in a `keys` box: length, namespace, name.
fn key_names(body: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 8;
    while let Some(len) = be32(body, at)
        .map(|len| len as usize)
        .filter(|&len| len >= 8)
    {
        let Some(name) = at.checked_add(len).and_then(|end| body.get(at + 8..end)) else {
            break;
        };
        names.push(text(name).into_owned());
        at += len;
    }
    names
}

/// One tag of an `ilst`: its text lies in a `data` box after eight bytes of type and locale.
fn tag(source: &Source<'_>, found: &mut Found, item: Boxed, keyed: Option<&str>) {
    let parts = isobmff::children(source, found, item, 0);
    let Some(data) = first(&parts, *b"data").and_then(|part| part.content(source, found.limit))
    else {
        return;
    };
    let is_text = be32(&data, 0) == Some(1);
    let free = first(&parts, *b"name")
        .and_then(|part| part.content(source, 1024))
        .map(|body| text(body.get(4..).unwrap_or_default()).into_owned());
    let key = keyed.or(free.as_deref()).unwrap_or_else(|| name(item.kind));
    if is_text && !key.is_empty() {
        let place = if keyed.is_some() {
            "mp4:keys"
        } else {
            "mp4:ilst"
        };
        found.text(place, key, &text(data.get(8..).unwrap_or_default()));
    }
}

/// What the four letters of a tag mean; empty for tags that hold no words.
fn name(kind: [u8; 4]) -> &'static str {
    match &kind {
        b"\xa9cmt" => "comment",
        b"\xa9des" | b"desc" | b"ldes" => "description",
        b"\xa9nam" => "title",
        b"\xa9too" | b"\xa9swr" => "encoder",
        b"\xa9ART" => "artist",
        b"\xa9day" => "date",
        _ => "",
    }
}
