//! Numbers and texts out of byte slices, never out of bounds.

use std::borrow::Cow;

/// `N` bytes at an offset.
fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// Big-endian 16-bit number at an offset.
pub(crate) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_be_bytes)
}

/// Big-endian 32-bit number at an offset.
pub(crate) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_be_bytes)
}

/// Big-endian 64-bit number at an offset.
pub(crate) fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_be_bytes)
}

/// Little-endian 16-bit number at an offset.
pub(crate) fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

/// Little-endian 32-bit number at an offset.
pub(crate) fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

/// Little-endian 24-bit number at an offset.
pub(crate) fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = array(bytes, at)?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}

/// UTF-8 where it is valid, else Latin-1: what tools really write where a format asks for Latin-1.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()),
    }
}

/// The bytes before the first NUL.
pub(crate) fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// UTF-16 with or without byte order mark; without one, the side on which the zero bytes of Latin
/// letters lie decides. Text without any zero byte that is valid UTF-8 is taken as such.
pub(crate) fn utf16(bytes: &[u8]) -> String {
    let (big, body) = match bytes {
        [0xfe, 0xff, rest @ ..] => (true, rest),
        [0xff, 0xfe, rest @ ..] => (false, rest),
        _ => {
            let zeros = |side: usize| {
                bytes
                    .iter()
                    .take(4096)
                    .skip(side)
                    .step_by(2)
                    .filter(|&&byte| byte == 0)
                    .count()
            };
            let (even, odd) = (zeros(0), zeros(1));
            if even + odd == 0
                && let Ok(text) = std::str::from_utf8(bytes)
            {
                return text.to_owned();
            }
            (even >= odd, bytes)
        }
    };
    let units = body.chunks_exact(2).map(|pair| {
        if big {
            u16::from_be_bytes([pair[0], pair[1]])
        } else {
            u16::from_le_bytes([pair[0], pair[1]])
        }
    });
    let text: String = char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    text.trim_end_matches('\0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_read_in_both_byte_orders_with_and_without_a_mark() {
        let big: Vec<u8> = "fox 狐".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little: Vec<u8> = "fox 狐".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(utf16(&big), "fox 狐");
        assert_eq!(utf16(&little), "fox 狐");
        assert_eq!(utf16(&[&[0xfe, 0xff], &big[..]].concat()), "fox 狐");
        assert_eq!(
            utf16(b"plain text after the UNICODE mark"),
            "plain text after the UNICODE mark"
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_latin1() {
        assert_eq!(text(b"caf\xe9"), "café");
        assert_eq!(text("狐".as_bytes()), "狐");
    }
}
