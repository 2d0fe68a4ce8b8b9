//! GIF.

use super::Walk;

/// The application block that says how often an animation repeats.
const LOOP: &[u8] = b"NETSCAPE2.0";

pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut walk = Walk(bytes);
    let head = walk.take(13)?;
    let mut out = Vec::with_capacity(bytes.len());
    out.extend(head);
    out.extend(walk.take(table_len(head[10]))?);
    let mut pictures = 0;
    loop {
        match walk.byte() {
            // Some writers forget the byte that ends the file.
            None if pictures == 0 => return None,
            None | Some(0x3b) => {
                out.push(0x3b);
                return Some(out);
            }
            Some(0x2c) => {
                image(&mut walk, &mut out)?;
                pictures += 1;
            }
            Some(0x21) => extension(&mut walk, &mut out)?,
            Some(0x00) => {} // some writers fill up with zeros
            Some(_) => return None,
        }
    }
}

/// Bytes of the colour table that these flags announce.
fn table_len(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

fn image(walk: &mut Walk<'_>, out: &mut Vec<u8>) -> Option<()> {
    let head = walk.take(9)?;
    out.push(0x2c);
    out.extend(head);
    out.extend(walk.take(table_len(head[8]))?);
    out.push(walk.byte()?); // bits of the first code
    blocks(walk, |block| push_block(out, block))?;
    out.push(0);
    Some(())
}

/// Keeps the timing of frames and the number of repeats; comments, text and everybody's own
/// blocks go.
fn extension(walk: &mut Walk<'_>, out: &mut Vec<u8>) -> Option<()> {
    let label = walk.byte()?;
    let mut kept = vec![0x21, label];
    let mut first = None;
    let mut number = 0;
    blocks(walk, |block| {
        let keep = match (label, number) {
            (0xf9, 0) => block.len() == 4,
            (0xff, 0) => block == LOOP,
            // The repeats are three bytes that start with 1; nothing else of that block is needed.
            (0xff, _) => block.len() == 3 && block[0] == 1,
            _ => false,
        };
        first.get_or_insert(keep);
        if keep {
            push_block(&mut kept, block);
        }
        number += 1;
    })?;
    if first == Some(true) {
        kept.push(0);
        out.extend(kept);
    }
    Some(())
}

/// Gives each data block up to the empty one that ends the row.
fn blocks<'a>(walk: &mut Walk<'a>, mut each: impl FnMut(&'a [u8])) -> Option<()> {
    loop {
        let len = usize::from(walk.byte()?);
        if len == 0 {
            return Some(());
        }
        each(walk.take(len)?);
    }
}

fn push_block(out: &mut Vec<u8>, block: &[u8]) {
    out.push(block.len() as u8); // a block has at most 255 bytes
    out.extend(block);
}
