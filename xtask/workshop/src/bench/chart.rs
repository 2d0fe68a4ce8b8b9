//! The figures as a picture: how far each is from its gate.

use std::fmt::Write as _;

use super::report::Figure;

/// Pixels: width of the words, of the part up to the gate, and of all; height of a row.
const WORDS: f64 = 360.0;
const GATE: f64 = 240.0;
const WIDTH: f64 = 870.0;
const ROW: f64 = 22.0;

/// An SVG with a bar for each figure that has a gate. A bar that stays before the line holds its
/// gate: it is the share of what is allowed, or what is asked for as a share of what was reached.
pub(super) fn draw(figures: &[Figure]) -> String {
    let gated: Vec<(&Figure, f64)> = figures
        .iter()
        .filter_map(|figure| Some((figure, figure.share()?)))
        .collect();
    let height = ROW * (gated.len() as f64 + 1.5);
    let line = WORDS + GATE;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <path d=\"M{line} 4V{}\" stroke=\"#bbb\"/>\n",
        height - ROW
    );
    for (at, (figure, share)) in gated.iter().enumerate() {
        let top = ROW * at as f64 + 8.0;
        let middle = top + ROW / 2.0 + 2.0;
        let length = (share * GATE).clamp(1.0, WIDTH - WORDS - 190.0);
        let colour = if *share <= 1.0 { "#2b7a5c" } else { "#b4482d" };
        // Writing into a text cannot fail.
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\" fill=\"#222\">{}</text>\
             <rect x=\"{WORDS}\" y=\"{}\" width=\"{length:.0}\" height=\"12\" rx=\"2\" fill=\"{colour}\"/>\
             <text x=\"{:.0}\" y=\"{middle}\" fill=\"#222\">{}</text>",
            WORDS - 8.0,
            escaped(&figure.title()),
            top + 2.0,
            WORDS + length + 6.0,
            escaped(&figure.amount()),
        );
    }
    let _ = write!(
        out,
        "<text x=\"{line}\" y=\"{}\" text-anchor=\"middle\" fill=\"#222\">gate</text>\n</svg>\n",
        height - 6.0
    );
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
