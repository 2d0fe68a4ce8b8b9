//! AVIF pictures through the decoder that may end its process. What is here does not.
//!
//! The fixtures are four flat quarters, red, green, blue and grey, in the ways that AVIF keeps
//! colours; Pillow's encoder wrote them.
#![expect(clippy::unwrap_used, reason = "a test")]

use domain::image::Format;
use media::{Excess, Limits, MediaError, avif_as_png};

const QUARTERS: [[u8; 3]; 4] = [[200, 40, 40], [40, 180, 60], [40, 60, 200], [128, 128, 128]];

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    std::fs::read(format!("{folder}/quarters-{name}.avif")).unwrap()
}

/// The colours in the middle of the four quarters.
fn middles(name: &str) -> [[u8; 4]; 4] {
    let png = avif_as_png(&fixture(name), &Limits::default()).unwrap();
    let picture = image::load_from_memory(&png).unwrap().to_rgba8();
    assert_eq!(picture.dimensions(), (96, 64), "{name}");
    [(24, 16), (72, 16), (24, 48), (72, 48)].map(|(x, y)| picture.get_pixel(x, y).0)
}

fn is_near(found: &[u8], expected: &[u8]) -> bool {
    let close = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= 4;
    found.iter().zip(expected).all(close)
}

#[test]
fn colours_survive_every_way_of_keeping_them() {
    for name in ["420", "444", "limited", "full-range"] {
        let found = middles(name);
        for (found, expected) in found.iter().zip(QUARTERS) {
            assert!(is_near(&found[..3], &expected), "{name}: {found:?}");
            assert_eq!(found[3], 255);
        }
    }
}

#[test]
fn grey_stays_grey_and_alpha_stays_alpha() {
    let grey = middles("grey");
    for (found, level) in grey.iter().zip([88, 124, 70, 128]) {
        assert!(is_near(&found[..3], &[level; 3]), "{found:?}");
    }
    let alphas = middles("alpha").map(|pixel| pixel[3]);
    assert!(is_near(&alphas, &[255, 0, 255, 128]), "{alphas:?}");
}

#[test]
fn what_is_damaged_or_too_large_or_no_avif_is_refused() {
    let whole = fixture("420");
    for cut in [12, 40, whole.len() / 2, whole.len() - 40] {
        let refused = avif_as_png(&whole[..cut], &Limits::default());
        // The container's reader asserts what it does not believe, in builds with assertions.
        let Err(MediaError::Damaged { format, .. } | MediaError::Panicked { format }) = refused
        else {
            panic!("cut at {cut}: {refused:?}");
        };
        assert_eq!(format, Format::Avif);
    }
    let small = Limits {
        max_pixels: 1000,
        ..Limits::default()
    };
    assert!(matches!(
        avif_as_png(&whole, &small),
        Err(MediaError::TooLarge {
            excess: Excess::Pixels,
            ..
        })
    ));
    assert_eq!(
        avif_as_png(b"GIF89a", &Limits::default()),
        Err(MediaError::Unsupported {
            format: Format::Gif
        })
    );
}
