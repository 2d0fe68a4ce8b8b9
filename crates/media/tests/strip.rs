//! A stripped copy shows the same pixels and says nothing else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pictures.rs"]
mod pictures;

use domain::image::{Format, ThumbSize};
use image::{AnimationDecoder, ImageFormat, RgbaImage, codecs::gif::GifEncoder};
use media::{Limits, MediaError, Part, strip, thumbnails};
use proptest::prelude::*;

/// What must never be found again, whole or in part.
const SECRET: &str = "sk-PLANTED-2f8c-masterpiece-/home/anna/secret";

fn check(name: &str, dirty: &[u8], format: Format) -> Vec<u8> {
    assert!(finds(dirty, SECRET), "{name}: the secret is planted");
    let clean = strip(dirty, format).unwrap();
    assert!(!finds(&clean, "PLANTED"), "{name}: the secret is gone");
    assert_eq!(Format::sniff(&clean), Some(format), "{name}");
    assert_eq!(
        pixels(dirty),
        pixels(&clean),
        "{name}: the pixels are the same"
    );
    assert_eq!(
        strip(&clean, format).unwrap(),
        clean,
        "{name}: nothing is left to strip"
    );
    let made = |bytes| thumbnails(bytes, format, &[ThumbSize::Small], &Limits::default()).unwrap();
    assert_eq!(
        made(dirty),
        made(&clean),
        "{name}: turned and coloured as before"
    );
    clean
}

fn finds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

fn pixels(bytes: &[u8]) -> RgbaImage {
    image::load_from_memory(bytes).unwrap().to_rgba8()
}

fn secret(before: &str) -> Vec<u8> {
    [before.as_bytes(), SECRET.as_bytes()].concat()
}

#[test]
fn png_keeps_pixels_colours_and_orientation_only() {
    let plain = pictures::file(pictures::fading(60, 40), ImageFormat::Png);
    let early: Vec<u8> = [
        pictures::png_chunk(*b"tEXt", &secret("prompt\0")),
        pictures::png_chunk(*b"iTXt", &secret("workflow\0\0\0\0\0")),
        pictures::png_chunk(*b"caBX", &secret("c2pa")),
        pictures::png_chunk(*b"eXIf", &pictures::tiff(6, SECRET)),
        pictures::png_chunk(*b"pHYs", &secret("longer than it may be")),
        pictures::png_chunk(*b"gAMA", &45_455_u32.to_be_bytes()),
    ]
    .concat();
    let late = pictures::png_chunk(*b"tEXt", &secret("parameters\0"));
    let mut dirty = pictures::before_iend(&pictures::after_ihdr(&plain, &early), &late);
    dirty.extend(secret("PK\x03\x04 behind the end "));
    let clean = check("png", &dirty, Format::Png);
    assert!(finds(&clean, "eXIf") && finds(&clean, "gAMA") && !finds(&clean, "pHYs"));
    assert!(clean.len() < plain.len() + 100);
}

#[test]
fn the_name_of_a_png_profile_goes_and_the_profile_stays() {
    let plain = pictures::file(pictures::gradient(30, 30), ImageFormat::Png);
    let profile = [SECRET.as_bytes(), b"\0\0", b"not really deflated"].concat();
    let dirty = pictures::after_ihdr(&plain, &pictures::png_chunk(*b"iCCP", &profile));
    let clean = strip(&dirty, Format::Png).unwrap();
    assert!(!finds(&clean, "PLANTED"));
    assert!(finds(&clean, "ICC profile\0\0not really deflated"));
}

#[test]
fn an_animated_png_stays_animated() {
    let mut plain = Vec::new();
    let mut encoder = png::Encoder::new(&mut plain, 2, 2);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[1, 2, 3, 4]).unwrap();
    writer.write_image_data(&[5, 6, 7, 8]).unwrap();
    drop(writer);
    let text = pictures::png_chunk(*b"tEXt", &secret("prompt\0"));
    let clean = check("apng", &pictures::before_iend(&plain, &text), Format::Png);
    assert_eq!(clean, plain);
}

#[test]
fn jpeg_keeps_pixels_profile_and_orientation_only() {
    let plain = pictures::file(pictures::gradient(64, 48), ImageFormat::Jpeg);
    let thumbnail = pictures::file(pictures::gradient(8, 8), ImageFormat::Jpeg);
    let exif = [
        b"Exif\0\0",
        pictures::tiff(8, SECRET).as_slice(),
        &thumbnail,
    ]
    .concat();
    let mut jfif = b"JFIF\0\x01\x02\0\0\x01\0\x01\x04\x04".to_vec();
    jfif.extend(secret("..."));
    let early = [
        pictures::jpeg_segment(0xe0, &jfif),
        pictures::jpeg_segment(0xe1, &exif),
        pictures::jpeg_segment(0xe1, &secret("http://ns.adobe.com/xap/1.0/\0")),
        pictures::jpeg_segment(0xe2, &secret("MPF\0")),
        pictures::jpeg_segment(0xe2, b"ICC_PROFILE\0\x01\x01a profile"),
        pictures::jpeg_segment(0xeb, &secret("JP")),
        pictures::jpeg_segment(0xed, &secret("Photoshop 3.0\0")),
        pictures::jpeg_segment(0xfe, &secret("comment")),
    ]
    .concat();
    // The encoder's own JFIF block follows; only the first counts for decoders.
    let mut dirty = pictures::after_soi(&plain, &early);
    dirty.extend(secret("behind the end"));
    dirty.extend(&thumbnail);
    let clean = check("jpeg", &dirty, Format::Jpeg);
    assert!(finds(&clean, "ICC_PROFILE") && finds(&clean, "Exif"));
    assert!(!finds(&clean, "MPF"));
}

#[test]
fn webp_keeps_pixels_profile_and_orientation_only() {
    let picture = pictures::vp8l(pictures::fading(50, 30));
    let mut dirty = pictures::riff(&[
        pictures::vp8x(0x3c, 50, 30),
        pictures::riff_chunk(*b"ICCP", b"a profile"),
        picture.clone(),
        pictures::riff_chunk(*b"EXIF", &pictures::tiff(3, SECRET)),
        pictures::riff_chunk(*b"XMP ", &secret("<x:xmpmeta>")),
        pictures::riff_chunk(*b"C2PA", &secret("?")),
    ]);
    dirty.extend(secret("behind the end"));
    let clean = check("webp", &dirty, Format::Webp);
    assert_eq!(clean[20], 0x38, "the flag of XMP is gone");
    assert!(finds(&clean, "a profile"));

    let simple = pictures::riff(&[picture, pictures::riff_chunk(*b"XMP ", &secret("<x>"))]);
    check("simple webp", &simple, Format::Webp);
}

#[test]
fn frames_of_an_animated_webp_are_cleaned_inside() {
    let frame = |picture: RgbaImage| {
        let hidden = pictures::riff_chunk(*b"TEXT", &secret("in a frame"));
        pictures::anmf(50, 30, &pictures::vp8l(picture), &hidden)
    };
    let dirty = pictures::riff(&[
        pictures::vp8x(0x12, 50, 30),
        pictures::riff_chunk(*b"ANIM", &[0, 0, 0, 0, 3, 0]),
        frame(pictures::fading(50, 30)),
        frame(RgbaImage::new(50, 30)),
        pictures::riff_chunk(*b"XMP ", &secret("<x>")),
    ]);
    let clean = check("animated webp", &dirty, Format::Webp);
    let decoder = image::codecs::webp::WebPDecoder::new(std::io::Cursor::new(&clean)).unwrap();
    assert!(decoder.has_animation());
    assert_eq!(decoder.into_frames().count(), 2);
}

#[test]
fn gif_keeps_frames_timing_and_repeats_only() {
    let mut plain = Vec::new();
    let mut encoder = GifEncoder::new(&mut plain);
    encoder
        .set_repeat(image::codecs::gif::Repeat::Infinite)
        .unwrap();
    for shift in 0..3 {
        let delay = image::Delay::from_numer_denom_ms(70, 1);
        let picture = pictures::fading(20 + shift, 20);
        let picture = image::imageops::crop_imm(&picture, 0, 0, 20, 20).to_image();
        encoder
            .encode_frame(image::Frame::from_parts(picture, 0, 0, delay))
            .unwrap();
    }
    drop(encoder);
    let loop_at = plain
        .windows(11)
        .position(|bytes| bytes == b"NETSCAPE2.0")
        .unwrap()
        - 3;
    let len = u8::try_from(SECRET.len()).unwrap();
    let block = [&[len], SECRET.as_bytes(), &[0]].concat();
    let application = [b"\x21\xff\x0bXMP DataXMP".as_slice(), &block].concat();
    let comment = [b"\x21\xfe".as_slice(), &block].concat();
    let (head, rest) = plain.split_at(loop_at);
    let mut dirty = [head, &comment, &application, rest].concat();
    dirty.extend(secret("behind the end"));
    let clean = check("gif", &dirty, Format::Gif);
    assert_eq!(clean, plain, "timing and repeats are untouched");
}

#[test]
fn what_cannot_be_cleaned_is_refused() {
    let avif = b"\0\0\0\x20ftypavif\0\0\0\0avifmif1";
    assert_eq!(
        strip(avif, Format::Avif),
        Err(MediaError::Unsupported {
            format: Format::Avif
        })
    );
    let empty = strip(b"", Format::Jpeg);
    assert_eq!(
        empty,
        Err(MediaError::Damaged {
            format: Format::Jpeg,
            part: Part::Structure
        })
    );
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let file = pictures::file(pictures::gradient(40, 40), format);
        let cut = strip(&file[..file.len() - 3], Format::Gif);
        assert!(
            matches!(
                cut,
                Err(MediaError::Damaged {
                    part: Part::Structure,
                    ..
                })
            ),
            "{cut:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_behind_a_signature_are_cleaned_or_refused(
        start in prop::sample::select(vec![
            b"\x89PNG\r\n\x1a\n".to_vec(),
            b"\xff\xd8\xff".to_vec(),
            b"GIF89a".to_vec(),
            b"RIFF\x40\0\0\0WEBPVP8X".to_vec(),
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let stripped = strip(&[start, rest].concat(), Format::Png);
        let panicked = matches!(stripped, Err(MediaError::Panicked { .. }));
        prop_assert!(!panicked);
    }
}
