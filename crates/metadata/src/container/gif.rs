//! GIF: size, comments and whether it moves, as far as the first 32 kB tell.

use super::Found;
use crate::{
    bytes::{le16, text},
    source::Source,
};

pub(super) fn read(source: &Source<'_>, found: &mut Found) {
    let head = source.head();
    found.width = le16(head, 6).map_or(0, u32::from);
    found.height = le16(head, 8).map_or(0, u32::from);
    let last = source.bytes(source.len().saturating_sub(8), 8);
    found.complete = last.iter().rev().find(|&&byte| byte != 0) == Some(&0x3b);
    if !found.complete {
        found.truncated();
    }
    let mut at = 13 + colours(head.get(10));
    let mut frames = 0;
    while let Some(&kind) = head.get(at) {
        if !found.header() {
            return;
        }
        match (kind, head.get(at + 1)) {
            (0x21, Some(&label)) => {
                let (data, end) = blocks(head, at + 2);
                if label == 0xfe {
                    found.text("gif:comment", "", &text(&data));
                }
                found.animated |= label == 0xff && data.starts_with(b"NETSCAPE2.0");
                at = end;
            }
            (0x2c, _) => {
                frames += 1;
                found.animated |= frames > 1;
                at = blocks(head, at + 11 + colours(head.get(at + 9))).1;
            }
            _ => return,
        }
    }
}

/// Bytes of a colour table by the flags that announce it.
fn colours(flags: Option<&u8>) -> usize {
    flags
        .filter(|&&flags| flags & 0x80 != 0)
        .map_or(0, |flags| 3 << ((flags & 7) + 1))
}

/// Joins a run of sub-blocks and says where it ends.
fn blocks(head: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let mut data = Vec::new();
    while let Some(&len) = head.get(at) {
        let end = at + 1 + usize::from(len);
        if len == 0 {
            return (data, end);
        }
        data.extend_from_slice(head.get(at + 1..end).unwrap_or_default());
        at = end;
    }
    (data, head.len())
}
