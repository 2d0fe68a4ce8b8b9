//! QR codes, for the terminal and for pages.

use qrcodegen::{QrCode, QrCodeEcc};

/// Modules of light around a code, without which it cannot be read.
const QUIET: i32 = 4;

/// A code as the path of an SVG, one unit for each module, and how many there are on each side with
/// the light around it.
pub(crate) fn path(text: &str) -> Option<(String, i32)> {
    use std::fmt::Write as _;
    let code = code(text)?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing into a string cannot fail.
            let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some((path, code.size() + 2 * QUIET))
}

/// A code as lines of text, two rows of modules in each. Light modules are drawn, as on a terminal with
/// a dark ground; the colours are set, so that it can be read on any.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let Some(code) = code(text) else {
        return Vec::new();
    };
    let light = |x: i32, y: i32| !code.get_module(x, y);
    let edge = -QUIET..code.size() + QUIET;
    let row = |y: i32| {
        let cell = |x: i32| match (light(x, y), light(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        let cells: String = edge.clone().map(cell).collect();
        format!("\u{1b}[97;40m{cells}\u{1b}[0m")
    };
    edge.clone().step_by(2).map(row).collect()
}

fn code(text: &str) -> Option<QrCode> {
    QrCode::encode_text(text, QrCodeEcc::Medium).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_light_around_it() {
        let (path, size) = path("https://192.168.1.7:8502/trust").unwrap();
        assert_eq!(size % 4, 1, "a side has 17 + 4n modules, and eight around");
        for corner in [(4, 4), (size - 5, 4), (4, size - 5)] {
            let (x, y) = corner;
            assert!(path.contains(&format!("M{x},{y}h1")), "{corner:?}");
        }
        assert!(!path.contains("M3,") && !path.contains(",3h"));
    }

    #[test]
    fn what_no_code_can_hold_is_no_code() {
        assert!(path(&"x".repeat(4_000)).is_none());
        assert!(lines(&"x".repeat(4_000)).is_empty());
    }
}
