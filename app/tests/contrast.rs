//! Every ink of the page can be read on every surface, in both themes.
//!
//! Reads `style/tokens.css` itself, so a changed token is checked without anybody thinking of it.
//! Arithmetic: Björn Ottosson's `OKLab` and the relative luminance of WCAG 2.

const TOKENS: &str = include_str!("../../style/tokens.css");
const SURFACES: [&str; 4] = ["ground", "surface-1", "surface-2", "surface-3"];

/// A colour as lightness, chroma and hue in degrees.
#[derive(Debug, Clone, Copy)]
struct Oklch(f64, f64, f64);

/// The light and the dark value of a token; a token without `light-dark` has one for both.
fn token(name: &str) -> [Oklch; 2] {
    let start = TOKENS
        .find(&format!("--{name}: "))
        .unwrap_or_else(|| panic!("no token {name}"));
    let value = TOKENS[start..].split(';').next().unwrap_or_default();
    let colours: Vec<Oklch> = value.split("oklch(").skip(1).map(colour).collect();
    match colours[..] {
        [both] => [both, both],
        [light, dark] => [light, dark],
        _ => panic!("{name} has {} colours", colours.len()),
    }
}

fn colour(text: &str) -> Oklch {
    let inside = text.split([')', '/']).next().unwrap_or_default();
    let mut parts = inside
        .split_whitespace()
        .map(|part| part.parse().expect("a number"));
    let mut next = || parts.next().expect("three parts");
    Oklch(next(), next(), next())
}

fn luminance(Oklch(lightness, chroma, hue): Oklch) -> f64 {
    let (b, a) = hue.to_radians().sin_cos();
    let (a, b) = (a * chroma, b * chroma);
    let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let middle = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    let red = 4.076_741_662_1 * long - 3.307_711_591_3 * middle + 0.230_969_929_2 * short;
    let green = -1.268_438_004_6 * long + 2.609_757_401_1 * middle - 0.341_319_396_5 * short;
    let blue = -0.004_196_086_3 * long - 0.703_418_614_7 * middle + 1.707_614_701_0 * short;
    0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
}

fn contrast(one: Oklch, other: Oklch) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Fails with every pair that is below `least`.
fn check(inks: &[&str], surfaces: &[&str], least: f64) {
    let mut low = Vec::new();
    for ink in inks {
        for surface in surfaces {
            let themes = token(ink)
                .into_iter()
                .zip(token(surface))
                .zip(["light", "dark"]);
            for ((front, back), theme) in themes {
                let ratio = contrast(front, back);
                if ratio < least {
                    low.push(format!("{ink} on {surface}, {theme}: {ratio:.2}"));
                }
            }
        }
    }
    assert!(low.is_empty(), "below {least}: {low:#?}");
}

#[test]
fn text_can_be_read_on_every_surface() {
    check(
        &[
            "ink-1",
            "ink-2",
            "ink-3",
            "accent-ink",
            "approve",
            "reject",
            "star",
        ],
        &SURFACES,
        4.5,
    );
}

#[test]
fn edges_and_rings_can_be_seen_on_every_surface() {
    check(&["accent", "edge"], &SURFACES, 3.0);
}

#[test]
fn dots_of_tags_can_be_seen_on_every_surface() {
    check(
        &[
            "tag-red",
            "tag-orange",
            "tag-yellow",
            "tag-green",
            "tag-blue",
            "tag-purple",
        ],
        &SURFACES,
        3.0,
    );
}

#[test]
fn text_on_amber_can_be_read() {
    check(
        &["on-accent"],
        &["accent", "accent-fill", "accent-strong"],
        4.5,
    );
}
