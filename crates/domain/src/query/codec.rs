//! Percent-encoding of query strings, both ways.

/// Characters that stay as they are in a value: harmless in a query and good to read.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~,:*/()".contains(&byte)
}

/// Appends `text` in a form that is safe as a key or value of a query string.
pub(super) fn encode(text: &str, out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if is_plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

/// The text of an encoded key or value. A `%` without two digits stands for itself; bytes that are
/// not UTF-8 become replacement characters.
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = match bytes[at..] {
            [b'%', high, low, ..] => digit(high).zip(digit(low)),
            _ => None,
        };
        if let Some((high, low)) = escaped {
            out.push(high << 4 | low);
            at += 3;
        } else {
            out.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
            at += 1;
        }
    }
    String::from_utf8(out)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_survives_and_spaces_are_read_in_both_forms() {
        let text = "a b+c%20&=?#\"漢字\u{1f600}\n";
        let mut encoded = String::new();
        encode(text, &mut encoded);
        assert!(!encoded.contains(['+', ' ', '&', '=']));
        assert_eq!(decode(&encoded), text);
        assert_eq!(decode("a+b%20c"), "a b c");
    }

    #[test]
    fn broken_escapes_are_text() {
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%4"), "%4");
        assert_eq!(decode("%zz%41"), "%zzA");
        assert_eq!(decode("%ff"), "\u{fffd}");
    }
}
