//! Texts in the lowest bits of pixels.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;

use std::io::Write;

use common::INFOTEXT;
use metadata::{Pixels, stealth};
use serde_json::json;

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).expect("room in memory");
    encoder.finish().expect("room in memory")
}

/// Writes a mark, a length in bits and a text into channels, column by column.
fn hidden(width: usize, height: usize, channels: &[usize], mark: &str, text: &[u8]) -> Vec<u8> {
    let length = (text.len() as u32 * 8).to_be_bytes();
    let all = [mark.as_bytes(), &length, text].concat();
    let bits = all
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |shift| (byte >> shift) & 1));
    let mut rgba = vec![254; width * height * 4];
    for (at, bit) in bits.enumerate() {
        let (pixel, channel) = (at / channels.len(), channels[at % channels.len()]);
        rgba[((pixel % height) * width + pixel / height) * 4 + channel] |= bit;
    }
    rgba
}

fn find(rgba: &[u8], width: u32, height: u32) -> Option<domain::recipe::Recipe> {
    let raw = stealth(&Pixels {
        width,
        height,
        channels: 4,
        samples: rgba,
    })?;
    Some(metadata::reread(&raw).recipe)
}

#[test]
fn infotexts_are_found_in_transparency_and_in_colours_packed_and_plain() {
    for (channels, plain, packed) in [
        (&[3][..], "stealth_pnginfo", "stealth_pngcomp"),
        (&[0, 1, 2], "stealth_rgbinfo", "stealth_rgbcomp"),
    ] {
        for (mark, text) in [
            (plain, INFOTEXT.as_bytes().to_vec()),
            (packed, gzip(INFOTEXT)),
        ] {
            let rgba = hidden(67, 48, channels, mark, &text);
            let recipe = find(&rgba, 67, 48).expect("a text");
            assert_eq!(
                (recipe.tool.as_str(), recipe.negative.as_str()),
                ("a1111", "blurry")
            );
        }
    }
}

#[test]
fn novelai_hides_its_blocks_in_transparency() {
    let comment =
        json!({"prompt": "a fox", "uc": "bad", "scale": 5, "seed": 7, "steps": 28}).to_string();
    let text =
        json!({"Software": "NovelAI", "Source": "Diffusion V4", "Comment": comment}).to_string();
    let recipe = find(
        &hidden(64, 64, &[3], "stealth_pngcomp", &gzip(&text)),
        64,
        64,
    )
    .expect("a text");
    assert_eq!(
        (recipe.tool.as_str(), recipe.positive.as_str()),
        ("novelai", "a fox")
    );
    assert_eq!(recipe.models, ["Diffusion V4"]);
}

#[test]
fn pictures_without_a_hidden_text_have_none() {
    assert!(find(&[0; 64 * 64 * 4], 64, 64).is_none());
    assert!(find(&[255; 64 * 64 * 4], 64, 64).is_none());
    assert!(find(&[], 0, 0).is_none());
    assert!(find(&[0; 16], 64, 64).is_none());
    assert!(find(&[0; 16], u32::MAX, u32::MAX).is_none());
    assert!(find(&[0; 16], 4, 1).is_none());
}

#[test]
fn lies_about_the_length_and_bombs_give_nothing() {
    let mut rgba = hidden(64, 64, &[3], "stealth_pnginfo", b"x");
    for pixel in 120..152 {
        rgba[((pixel % 64) * 64 + pixel / 64) * 4 + 3] |= 1;
    }
    assert!(find(&rgba, 64, 64).is_none());
    let bomb = gzip(&"x".repeat(8 << 20));
    let edge = 600;
    let rgba = hidden(edge, edge, &[3], "stealth_pngcomp", &bomb);
    assert!(find(&rgba, edge as u32, edge as u32).is_none());
    let rgba = hidden(64, 64, &[3], "stealth_pngcomp", b"this is no gzip");
    assert!(find(&rgba, 64, 64).is_none());
}

#[test]
fn a_picture_without_transparency_hides_in_its_colours_only() {
    let rgba = hidden(67, 48, &[0, 1, 2], "stealth_rgbinfo", INFOTEXT.as_bytes());
    let opaque = rgba.as_chunks::<4>().0.iter();
    let samples: Vec<u8> = opaque.flat_map(|&[r, g, b, _]| [r, g, b]).collect();
    let (width, height, channels) = (67, 48, 3);
    let found = |samples: &[u8]| {
        let samples = Pixels {
            width,
            height,
            channels,
            samples,
        };
        stealth(&samples).map(|raw| metadata::reread(&raw).recipe)
    };
    assert_eq!(found(&samples).expect("a text").tool, "a1111");
    assert_eq!(found(&samples[1..]), None);
    let alpha = hidden(67, 48, &[3], "stealth_pnginfo", INFOTEXT.as_bytes());
    assert_eq!(found(&alpha), None);
}
