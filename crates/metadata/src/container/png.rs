//! PNG and APNG: `tEXt`, `zTXt`, `iTXt`, `eXIf`, `caBX`, and `ComfyUI`'s private `comf`, wherever they lie,
//! also after the pixels and after `IEND`.

use super::{Found, c2pa, exif, profile, xmp};
use crate::{
    bytes::{be32, text, until_nul},
    source::Source,
};

/// The largest length that the format allows.
const LONGEST: u32 = 0x7fff_ffff;

pub(super) fn read(source: &Source<'_>, found: &mut Found) {
    let mut at = 8;
    while let Some(header) = source.exact(at, 8) {
        let len = be32(&header, 0).unwrap_or(0);
        let kind = [header[4], header[5], header[6], header[7]];
        let chunk = len <= LONGEST && kind.iter().all(u8::is_ascii_alphabetic);
        if found.complete && !chunk {
            break; // Bytes after IEND that are no chunk belong to somebody else.
        }
        if !found.header() {
            return;
        }
        if len > LONGEST {
            found.notice("bad-length", "A chunk claims an impossible length.");
            found.truncated();
            return;
        }
        let end = at + 12 + u64::from(len);
        if end > source.len() {
            if !found.complete {
                found.truncated();
            }
            return;
        }
        match &kind {
            b"IHDR" => size(&source.bytes(at + 8, 8), found),
            b"acTL" => {
                found.animated = be32(&source.bytes(at + 8, 4), 0).is_some_and(|frames| frames > 1);
            }
            b"IEND" => found.complete = true,
            b"caBX" if len as usize <= found.manifest_limit() => {
                c2pa::read(&source.bytes(at + 8, len as usize), found);
            }
            b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" | b"comf" => {
                words(source, found, at, kind, len as usize);
            }
            _ => {}
        }
        at = end;
    }
    if !found.complete {
        found.truncated();
    }
}

fn size(header: &[u8], found: &mut Found) {
    found.width = be32(header, 0).unwrap_or(0);
    found.height = be32(header, 4).unwrap_or(0);
}

/// Reads a chunk that holds words.
fn words(source: &Source<'_>, found: &mut Found, at: u64, kind: [u8; 4], len: usize) {
    if len > found.limit {
        found.notice("text-limit", "A text chunk is too long and was left out.");
        return;
    }
    let Some(whole) = source.exact(at + 4, len + 8) else {
        return;
    };
    let (checked, crc) = whole.split_at(len + 4);
    let mut sum = flate2::Crc::new();
    sum.update(checked);
    if be32(crc, 0) != Some(sum.sum()) {
        found.notice(
            "bad-crc",
            "A text chunk does not match its checksum; it was read anyway.",
        );
    }
    let data = &checked[4..];
    match &kind {
        b"eXIf" => exif::read(data, found),
        b"zTXt" => {
            let (key, rest) = keyword(data);
            if let Some(plain) = rest
                .get(1..)
                .and_then(|zlib| found.inflate("png:zTXt", zlib))
                && !profile::read(&key, &plain, found)
            {
                found.text("png:zTXt", &key, &text(&plain));
            }
        }
        b"iTXt" => international(data, found),
        b"comf" => {
            let (key, rest) = keyword(data);
            found.text("png:comf", &key, &text(rest));
        }
        _ => {
            let (key, rest) = keyword(data);
            if !profile::read(&key, rest, found) {
                found.text("png:tEXt", &key, &text(rest));
            }
        }
    }
}

/// Keyword, compression flag and method, language, translated keyword, text.
fn international(data: &[u8], found: &mut Found) {
    let (key, rest) = keyword(data);
    let compressed = rest.first() == Some(&1);
    let mut parts = rest
        .get(2..)
        .unwrap_or_default()
        .splitn(3, |&byte| byte == 0);
    let Some(body) = parts.nth(2) else {
        found.notice("bad-text", "An international text chunk is incomplete.");
        return;
    };
    let plain = if compressed {
        found.inflate("png:iTXt", body)
    } else {
        Some(body.to_vec())
    };
    let Some(plain) = plain else { return };
    if key == "XML:com.adobe.xmp" {
        xmp::read(&plain, found);
    } else {
        found.text("png:iTXt", &key, &text(&plain));
    }
}

/// Splits a chunk at the NUL after its keyword.
fn keyword(data: &[u8]) -> (String, &[u8]) {
    let key = until_nul(data);
    (
        text(key).into_owned(),
        data.get(key.len() + 1..).unwrap_or_default(),
    )
}
