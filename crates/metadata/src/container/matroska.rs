//! `WebM` and Matroska: size, duration and `SimpleTag`s, by a walk over EBML headers.

use super::Found;
use crate::{
    bytes::{be32, be64, text},
    source::Source,
};

/// One element: its id and where its content lies.
#[derive(Clone, Copy)]
struct Element {
    id: u32,
    start: u64,
    end: u64,
}

pub(super) fn read(source: &Source<'_>, found: &mut Found) {
    found.complete = true;
    found.animated = true;
    for top in elements(source, found, 0, source.len()) {
        if top.id != 0x1853_8067 {
            continue; // Only the segment matters.
        }
        for part in elements(source, found, top.start, top.end) {
            match part.id {
                0x1549_a966 => info(source, found, part),
                0x1654_ae6b => tracks(source, found, part),
                0x1254_c367 => tags(source, found, part),
                _ => {}
            }
        }
    }
}

/// The elements between two offsets.
fn elements(source: &Source<'_>, found: &mut Found, start: u64, end: u64) -> Vec<Element> {
    let mut all = Vec::new();
    let mut at = start;
    while at < end {
        let header = source.bytes(at, 12);
        let Some((id, id_len)) = number(&header, true) else {
            break;
        };
        let Some((size, size_len)) = header.get(id_len..).and_then(|rest| number(rest, false))
        else {
            break;
        };
        if !found.header() {
            break;
        }
        let content = at + (id_len + size_len) as u64;
        let unknown = size == (1 << (7 * size_len)) - 1;
        let after = if unknown {
            end
        } else {
            content.saturating_add(size)
        };
        if after > end {
            found.truncated();
        }
        all.push(Element {
            id: id as u32,
            start: content.min(end),
            end: after.min(end),
        });
        at = after;
    }
    all
}

/// A number of one to eight bytes whose leading zeros tell its length. An id keeps the marker bit.
fn number(bytes: &[u8], keep_marker: bool) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let len = first.leading_zeros() as usize + 1;
    if len > if keep_marker { 4 } else { 8 } {
        return None;
    }
    let marker = if keep_marker { 0 } else { 0x80_u8 >> (len - 1) };
    let head = u64::from(first & !marker);
    let value = bytes
        .get(1..len)?
        .iter()
        .fold(head, |value, &byte| (value << 8) | u64::from(byte));
    Some((value, len))
}

fn unsigned(source: &Source<'_>, element: Element) -> u64 {
    let len = (element.end - element.start).min(8) as usize;
    source
        .bytes(element.start, len)
        .iter()
        .fold(0, |value, &byte| (value << 8) | u64::from(byte))
}

fn float(source: &Source<'_>, element: Element) -> Option<f64> {
    let bytes = source.bytes(element.start, (element.end - element.start).min(8) as usize);
    match bytes.len() {
        4 => be32(&bytes, 0).map(|bits| f64::from(f32::from_bits(bits))),
        8 => be64(&bytes, 0).map(f64::from_bits),
        _ => None,
    }
}

fn info(source: &Source<'_>, found: &mut Found, parent: Element) {
    let (mut scale, mut duration) = (1_000_000, None);
    for part in elements(source, found, parent.start, parent.end) {
        match part.id {
            0x2a_d7b1 => scale = unsigned(source, part),
            0x4489 => duration = float(source, part),
            _ => {}
        }
    }
    let seconds = duration.map(|ticks| ticks * scale as f64 / 1e9);
    found.seconds = seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
}

fn tracks(source: &Source<'_>, found: &mut Found, parent: Element) {
    for track in elements(source, found, parent.start, parent.end) {
        for part in elements(source, found, track.start, track.end) {
            if part.id != 0xe0 || found.width != 0 {
                continue;
            }
            for field in elements(source, found, part.start, part.end) {
                match field.id {
                    0xb0 => found.width = unsigned(source, field) as u32,
                    0xba => found.height = unsigned(source, field) as u32,
                    _ => {}
                }
            }
        }
    }
}

fn tags(source: &Source<'_>, found: &mut Found, parent: Element) {
    for tag in elements(source, found, parent.start, parent.end) {
        for simple in elements(source, found, tag.start, tag.end) {
            if simple.id != 0x67c8 {
                continue;
            }
            let (mut name, mut value) = (String::new(), String::new());
            for field in elements(source, found, simple.start, simple.end) {
                let len = (field.end - field.start) as usize;
                if len > found.limit {
                    found.notice("text-limit", "A tag is too long and was left out.");
                    continue;
                }
                let body = source.bytes(field.start, len);
                match field.id {
                    0x45a3 => text(&body).trim_end_matches('\0').clone_into(&mut name),
                    0x4487 => text(&body).trim_end_matches('\0').clone_into(&mut value),
                    _ => {}
                }
            }
            if !value.is_empty() {
                found.text("mkv:tag", &name, &value);
            }
        }
    }
}
