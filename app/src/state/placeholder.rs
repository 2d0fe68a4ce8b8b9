//! The average colour of a picture, taken from its thumbhash, to fill a cell before its thumbnail.

/// The average colour of a thumbhash in URL-safe base64, as red, green and blue.
///
/// Only the header is read: its first 18 bits are the constant terms of lightness and of the two
/// colour differences (Evan Wallace's description of the format, "average colour").
pub fn average(hash: &str) -> Option<[u8; 3]> {
    let mut letters = hash.bytes().map(sextet);
    let mut header: u32 = 0;
    for place in 0..4 {
        header |= letters.next()?? << (18 - 6 * place);
    }
    // Bytes are little-endian within the header.
    let header = header.swap_bytes() >> 8;
    let term = |bits: u32| f64::from(header >> bits & 63);
    let light = term(0) / 63.0;
    let yellow = term(6) / 31.5 - 1.0;
    let red_green = term(12) / 31.5 - 1.0;
    let blue = light - 2.0 / 3.0 * yellow;
    let red = (3.0 * light - blue).midpoint(red_green);
    let byte = |value: f64| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    Some([byte(red), byte(red - red_green), byte(blue)])
}

/// The colour as CSS writes it; the empty string, which keeps the style sheet's, without one.
pub fn css(hash: &str) -> String {
    average(hash).map_or_else(String::new, |[red, green, blue]| {
        format!("rgb({red} {green} {blue})")
    })
}

fn sextet(letter: u8) -> Option<u32> {
    Some(u32::from(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' | b'+' => 62,
        b'_' | b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_hash_has_its_published_colour() {
        // The sunrise of the format's own page: bytes 3OcRJYB4d3h/iIeHeEh3eIhw+j3A.
        let colour = average("3OcRJYB4d3h_iIeHeEh3eIhw-j3A");
        assert_eq!(colour, Some([106, 118, 116]));
    }

    #[test]
    fn what_is_no_hash_has_no_colour() {
        assert_eq!(average(""), None);
        assert_eq!(average("ab"), None);
        assert_eq!(average("ab!d"), None);
        assert_eq!(css("é"), "");
    }
}
