//! AVIF: EXIF and XMP are items of the `meta` box; the size is a property beside them.

use std::ops::Range;

use super::{
    Found, exif,
    isobmff::{Boxed, boxes, children, first, foreign},
    xmp,
};
use crate::{
    bytes::{be16, be32, be64, until_nul},
    source::Source,
};

/// Most metadata items that are read.
const ITEMS: u32 = 8;

/// What an item holds, as far as it matters here.
#[derive(PartialEq)]
enum Kind {
    Exif,
    Xmp,
}

pub(super) fn read(source: &Source<'_>, found: &mut Found) {
    found.complete = true;
    found.animated = source.head().get(8..12) == Some(b"avis");
    let top = boxes(source, found, 0, source.len());
    foreign(source, found, &top);
    let Some(meta) = first(&top, *b"meta") else {
        found.truncated();
        return;
    };
    let parts = children(source, found, meta, 4);
    if let Some(properties) = first(&parts, *b"iprp") {
        size(source, found, properties);
    }
    let limit = found.limit;
    let read_part = |kind| first(&parts, kind).and_then(|part| part.content(source, limit));
    let (Some(items), Some(places)) = (
        first(&parts, *b"iinf").map(|part| item_kinds(source, found, part)),
        read_part(*b"iloc"),
    ) else {
        return;
    };
    let inside = first(&parts, *b"idat").map_or(0, |part| part.start);
    let mut read = 0;
    for (id, extents) in locations(&places, inside).unwrap_or_default() {
        let Some((_, kind)) = items.iter().find(|(item, _)| *item == id) else {
            continue;
        };
        if read == ITEMS {
            break;
        }
        read += 1;
        let mut block = Vec::new();
        for extent in extents {
            let len = (extent.end - extent.start) as usize;
            if block.len().saturating_add(len) > limit {
                found.notice(
                    "text-limit",
                    "A metadata item is too long and was left out.",
                );
                break;
            }
            block.extend_from_slice(&source.bytes(extent.start, len));
        }
        match kind {
            // Four bytes say how far into the item the TIFF header lies.
            Kind::Exif => {
                let skip = be32(&block, 0).map_or(0, |skip| (skip as usize).saturating_add(4));
                exif::read(block.get(skip..).unwrap_or_default(), found);
            }
            Kind::Xmp => xmp::read(&block, found),
        }
    }
}

/// Width and height are the largest `ispe`: the others belong to tiles and thumbnails.
fn size(source: &Source<'_>, found: &mut Found, properties: Boxed) {
    let parts = children(source, found, properties, 0);
    let Some(container) = first(&parts, *b"ipco") else {
        return;
    };
    let mut quarter_turn = false;
    for part in children(source, found, container, 0) {
        let content = source.bytes(part.start, 12);
        match &part.kind {
            b"ispe" => {
                let (width, height) = (
                    be32(&content, 4).unwrap_or(0),
                    be32(&content, 8).unwrap_or(0),
                );
                let area = |width, height| u64::from(width) * u64::from(height);
                if area(width, height) > area(found.width, found.height) {
                    (found.width, found.height) = (width, height);
                }
            }
            b"irot" => quarter_turn |= content.first().is_some_and(|turn| turn & 1 == 1),
            _ => {}
        }
    }
    if quarter_turn {
        std::mem::swap(&mut found.width, &mut found.height);
    }
}

/// The EXIF and XMP items of an `iinf` box.
fn item_kinds(source: &Source<'_>, found: &mut Found, parent: Boxed) -> Vec<(u32, Kind)> {
    let version = source.bytes(parent.start, 1).first().copied().unwrap_or(0);
    let entries = children(source, found, parent, if version == 0 { 6 } else { 8 });
    let kind = |entry: Boxed| {
        let body = source.bytes(entry.start, 256);
        let (id, at) = match body.first()? {
            2 => (u32::from(be16(&body, 4)?), 8),
            3 => (be32(&body, 4)?, 10),
            _ => return None,
        };
        match body.get(at..at + 4)? {
            b"Exif" => Some((id, Kind::Exif)),
            b"mime" => {
                let rest = body.get(at + 4..)?;
                let content_type = rest.get(until_nul(rest).len() + 1..)?;
                let is_xmp = until_nul(content_type) == b"application/rdf+xml";
                is_xmp.then_some((id, Kind::Xmp))
            }
            _ => None,
        }
    };
    entries.into_iter().filter_map(kind).collect()
}

/// The extents of every item of an `iloc` box; `inside` is where the `idat` box starts.
fn locations(body: &[u8], inside: u64) -> Option<Vec<(u32, Vec<Range<u64>>)>> {
    let version = *body.first()?;
    let sizes = be16(body, 4)?;
    let width = |shift: u16| usize::from((sizes >> shift) & 15);
    let (offset, length, base) = (width(12), width(8), width(4));
    let index = if version == 0 { 0 } else { width(0) };
    let mut at = 6;
    let mut number = |size: usize| -> Option<u64> {
        let start = at;
        at += size;
        match size {
            0 => Some(0),
            2 => be16(body, start).map(u64::from),
            4 => be32(body, start).map(u64::from),
            8 => be64(body, start),
            _ => None,
        }
    };
    let id_size = if version < 2 { 2 } else { 4 };
    let count = number(id_size)?;
    let mut all = Vec::new();
    for _ in 0..count {
        let id = number(id_size)? as u32;
        let method = if version == 0 { 0 } else { number(2)? & 15 };
        number(2)?;
        let start = number(base)?.saturating_add(if method == 1 { inside } else { 0 });
        let mut extents = Vec::new();
        for _ in 0..number(2)? {
            number(index)?;
            let from = start.saturating_add(number(offset)?);
            extents.push(from..from.saturating_add(number(length)?));
            if offset + length == 0 {
                break; // Nothing to read, so nothing would end a claimed count of millions.
            }
        }
        all.push((id, extents));
    }
    Some(all)
}
