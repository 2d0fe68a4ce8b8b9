//! Blocks that `ImageMagick` and its kin write into PNG as hexadecimal digits: `Raw profile type exif`.

use super::{Found, exif, xmp};

/// Reads a block under such a keyword; `false` when the keyword is another.
pub(super) fn read(key: &str, text: &[u8], found: &mut Found) -> bool {
    let Some(kind) = key.strip_prefix("Raw profile type ") else {
        return false;
    };
    // A name, the length, and the digits in lines.
    let mut lines = text.trim_ascii_start().splitn(3, |&byte| byte == b'\n');
    let body = match (lines.next(), lines.next(), lines.next()) {
        (Some(_), Some(_), Some(digits)) => bytes(digits),
        _ => Vec::new(),
    };
    match kind.trim() {
        "exif" | "EXIF" => exif::read(&body, found),
        "APP1" | "app1" => match body.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
            Some(packet) => xmp::read(packet, found),
            None => exif::read(&body, found),
        },
        "xmp" | "XMP" => xmp::read(&body, found),
        _ => {}
    }
    true
}

/// The bytes that pairs of digits stand for; ends at what is neither digit nor white space.
fn bytes(text: &[u8]) -> Vec<u8> {
    let digits = text.iter().filter(|byte| !byte.is_ascii_whitespace());
    let values = digits.map_while(|&byte| char::from(byte).to_digit(16));
    let values: Vec<u8> = values.map(|value| value as u8).collect();
    values
        .chunks_exact(2)
        .map(|pair| (pair[0] << 4) | pair[1])
        .collect()
}
