//! What comes out of [`media::thumbnails`], also for pictures that are odd, broken or hostile.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pictures.rs"]
mod pictures;

use domain::image::{Format, ThumbSize};
use image::{DynamicImage, GenericImageView, ImageFormat, RgbaImage};
use media::{Excess, Limits, MediaError, Part, Thumbnails, thumbnails, thumbnails_seeing};
use png::{BitDepth, ColorType};

fn make(bytes: &[u8], format: Format) -> Result<Thumbnails, MediaError> {
    thumbnails(bytes, format, &ThumbSize::ALL, &Limits::default())
}

fn error(bytes: &[u8], format: Format) -> MediaError {
    make(bytes, format).unwrap_err()
}

fn open(thumbnails: &Thumbnails, size: ThumbSize) -> DynamicImage {
    let (_, bytes) = thumbnails
        .images
        .iter()
        .find(|(found, _)| *found == size)
        .unwrap();
    assert_eq!(Format::sniff(bytes), Some(Format::Webp));
    image::load_from_memory(bytes).unwrap()
}

fn small(bytes: &[u8]) -> RgbaImage {
    let made = make(bytes, Format::Png).unwrap();
    assert!(made.complete);
    open(&made, ThumbSize::Small).to_rgba8()
}

/// Whether each channel is within what lossy compression may change.
fn is_near(pixel: image::Rgba<u8>, expected: [u8; 4]) -> bool {
    pixel
        .0
        .iter()
        .zip(expected)
        .all(|(&a, b)| a.abs_diff(b) <= 24)
}

#[test]
fn all_sizes_come_from_one_call_largest_first() {
    let made = make(
        &pictures::file(pictures::gradient(1600, 800), ImageFormat::Png),
        Format::Png,
    );
    let made = made.unwrap();
    assert_eq!((made.width, made.height), (1600, 800));
    let sizes: Vec<_> = made.images.iter().map(|(size, _)| *size).collect();
    assert_eq!(
        sizes,
        [ThumbSize::Large, ThumbSize::Medium, ThumbSize::Small]
    );
    assert_eq!(open(&made, ThumbSize::Large).dimensions(), (1024, 512));
    assert_eq!(open(&made, ThumbSize::Medium).dimensions(), (512, 256));
    assert_eq!(open(&made, ThumbSize::Small).dimensions(), (256, 128));
    let (width, height, colours) = thumbhash::thumb_hash_to_rgba(&made.placeholder).unwrap();
    assert!(width > height, "{width} x {height}");
    assert!(colours[0] > 150 && colours[1] < 90, "the upper left is red");
}

#[test]
fn only_the_wanted_sizes_are_made_each_once() {
    let bytes = pictures::file(pictures::gradient(600, 600), ImageFormat::Png);
    let sizes = [ThumbSize::Small, ThumbSize::Small];
    let made = thumbnails(&bytes, Format::Png, &sizes, &Limits::default()).unwrap();
    assert_eq!(made.images.len(), 1);
    let none = thumbnails(&bytes, Format::Png, &[], &Limits::default()).unwrap();
    assert!(none.images.is_empty() && !none.placeholder.is_empty());
}

#[test]
fn nothing_is_ever_enlarged() {
    let made = make(
        &pictures::file(pictures::gradient(64, 40), ImageFormat::Png),
        Format::Png,
    );
    let made = made.unwrap();
    for size in ThumbSize::ALL {
        assert_eq!(open(&made, size).dimensions(), (64, 40));
    }
    let line = pictures::file(pictures::gradient(5000, 1), ImageFormat::Png);
    assert_eq!(small(&line).dimensions(), (256, 1));
}

#[test]
fn every_orientation_is_shown_upright() {
    let jpeg = pictures::file(pictures::gradient(300, 200), ImageFormat::Jpeg);
    let png = pictures::file(pictures::gradient(300, 200), ImageFormat::Png);
    let picture = pictures::vp8l(pictures::gradient(300, 200));
    for orientation in 1..=8 {
        let tiff = pictures::tiff(orientation, "camera");
        let exif = [b"Exif\0\0", tiff.as_slice()].concat();
        let files = [
            pictures::after_soi(&jpeg, &pictures::jpeg_segment(0xe1, &exif)),
            pictures::after_ihdr(&png, &pictures::png_chunk(*b"eXIf", &tiff)),
            pictures::riff(&[
                pictures::vp8x(0x08, 300, 200),
                picture.clone(),
                pictures::riff_chunk(*b"EXIF", &tiff),
            ]),
        ];
        for file in files {
            let made = make(&file, Format::Jpeg).unwrap();
            let shown = open(&made, ThumbSize::Small).to_rgba8();
            let sideways = orientation >= 5;
            let size = if sideways { (200, 300) } else { (300, 200) };
            assert_eq!((made.width, made.height), size, "orientation {orientation}");
            let (right, bottom) = (shown.width() - 3, shown.height() - 3);
            // Where the red corner of the stored picture is to be seen.
            let red = [(2, 2), (right, 2), (right, bottom), (2, bottom)];
            let place = [0, 1, 2, 3, 0, 1, 2, 3][usize::from(orientation) - 1];
            let pixel = *shown.get_pixel(red[place].0, red[place].1);
            assert!(
                is_near(pixel, [250, 0, 0, 255]),
                "orientation {orientation}: {pixel:?}"
            );
        }
    }
}

#[test]
fn transparency_is_kept() {
    let made = small(&pictures::file(
        pictures::fading(500, 300),
        ImageFormat::Png,
    ));
    assert!(made.get_pixel(1, 80).0[3] > 245);
    assert!(made.get_pixel(254, 80).0[3] < 10);
    let middle = made.get_pixel(128, 80).0[3];
    assert!((118..=138).contains(&middle), "{middle}");
}

#[test]
fn every_kind_of_png_shows_its_colours() {
    let kinds: [(&str, Vec<u8>, [u8; 4]); 7] = [
        (
            "16-bit grey",
            pictures::png(
                (2, 1),
                ColorType::Grayscale,
                BitDepth::Sixteen,
                &[200, 1, 200, 2],
            ),
            [200, 200, 200, 255],
        ),
        (
            "1-bit grey",
            pictures::png((8, 1), ColorType::Grayscale, BitDepth::One, &[0xff]),
            [255; 4],
        ),
        (
            "grey with alpha",
            pictures::png(
                (1, 2),
                ColorType::GrayscaleAlpha,
                BitDepth::Eight,
                &[90, 255, 90, 255],
            ),
            [90, 90, 90, 255],
        ),
        (
            "16-bit colour with alpha",
            pictures::png(
                (1, 1),
                ColorType::Rgba,
                BitDepth::Sixteen,
                &[255, 255, 0, 0, 0, 0, 255, 255],
            ),
            [255, 0, 0, 255],
        ),
        (
            "16-bit colour",
            pictures::png(
                (1, 1),
                ColorType::Rgb,
                BitDepth::Sixteen,
                &[0, 0, 255, 255, 0, 0],
            ),
            [0, 255, 0, 255],
        ),
        (
            "palette of 2 bits",
            pictures::png((4, 1), ColorType::Indexed, BitDepth::Two, &[0b1010_1010]),
            [0, 0, 255, 255],
        ),
        (
            "palette of 8 bits",
            pictures::png((2, 1), ColorType::Indexed, BitDepth::Eight, &[1, 1]),
            [0, 255, 0, 255],
        ),
    ];
    for (what, bytes, colour) in kinds {
        let pixel = *small(&bytes).get_pixel(0, 0);
        assert!(is_near(pixel, colour), "{what}: {pixel:?}");
    }
    let hole = pictures::png((1, 1), ColorType::Indexed, BitDepth::Eight, &[3]);
    assert_eq!(
        small(&hole).get_pixel(0, 0).0[3],
        0,
        "a transparent palette colour"
    );
}

#[test]
fn grey_jpeg_webp_and_gif_work() {
    let grey = DynamicImage::from(pictures::gradient(400, 400)).to_luma8();
    let files = [
        pictures::file(grey, ImageFormat::Jpeg),
        pictures::file(pictures::gradient(400, 300), ImageFormat::WebP),
        pictures::file(pictures::fading(400, 300), ImageFormat::WebP),
        pictures::file(pictures::gradient(400, 300), ImageFormat::Gif),
    ];
    for file in files {
        assert_eq!(small(&file).width(), 256);
    }
}

#[test]
fn the_first_frame_of_an_animated_webp_is_taken() {
    let frame = |light: u8| {
        let picture = RgbaImage::from_pixel(40, 30, image::Rgba([light, 0, 0, 255]));
        pictures::anmf(40, 30, &pictures::vp8l(picture), &[])
    };
    let animation = pictures::riff(&[
        pictures::vp8x(0x12, 40, 30),
        pictures::riff_chunk(*b"ANIM", &[0; 6]),
        frame(250),
        frame(20),
    ]);
    assert!(small(&animation).get_pixel(20, 15).0[0] > 220);
}

#[test]
fn a_wide_gamut_profile_is_converted() {
    let plain = pictures::png((1, 1), ColorType::Rgb, BitDepth::Eight, &[200, 40, 40]);
    let marked = pictures::after_ihdr(&plain, &pictures::png_chunk(*b"cICP", &[12, 13, 0, 1]));
    let (before, after) = (
        small(&plain).get_pixel(0, 0).0,
        small(&marked).get_pixel(0, 0).0,
    );
    assert!(after[0] > before[0] + 8, "{before:?} {after:?}");
}

#[test]
fn the_content_decides_and_not_the_name() {
    let bytes = pictures::file(pictures::gradient(32, 32), ImageFormat::Png);
    for claimed in Format::ALL {
        assert_eq!(make(&bytes, claimed).unwrap().width, 32);
    }
}

#[test]
fn what_is_no_picture_is_said_so() {
    assert_eq!(error(&[], Format::Png), MediaError::NotAnImage);
    assert_eq!(
        error(b"<svg onload=alert(1)>", Format::Png),
        MediaError::NotAnImage
    );
    let avif = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1";
    assert_eq!(
        error(avif, Format::Avif),
        MediaError::Unsupported {
            format: Format::Avif
        }
    );
    let video = b"\0\0\0\x20ftypisom\0\0\0\0isomiso2";
    assert_eq!(
        error(video, Format::Mp4),
        MediaError::Unsupported {
            format: Format::Mp4
        }
    );
}

#[test]
fn bombs_are_refused_from_their_header() {
    let mut png = pictures::file(pictures::gradient(4, 4), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let check = media::archive::crc32(&png[12..29]);
    png[29..33].copy_from_slice(&check.to_be_bytes());
    let mut jpeg = pictures::file(pictures::gradient(8, 8), ImageFormat::Jpeg);
    let frame = jpeg
        .windows(2)
        .position(|bytes| bytes == [0xff, 0xc0])
        .unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    let mut gif = pictures::file(pictures::gradient(8, 8), ImageFormat::Gif);
    gif[6..10].fill(0xff);
    for bomb in [png, jpeg, gif] {
        let refused = error(&bomb, Format::Png);
        let edge = matches!(
            refused,
            MediaError::TooLarge {
                excess: Excess::Edge,
                found: 65_535,
                ..
            }
        );
        assert!(edge, "{refused:?}");
    }
    let bytes = pictures::file(pictures::gradient(400, 300), ImageFormat::Png);
    let limits = Limits {
        max_pixels: 100_000,
        ..Limits::default()
    };
    let refused = thumbnails(&bytes, Format::Png, &ThumbSize::ALL, &limits).unwrap_err();
    let expected = MediaError::TooLarge {
        excess: Excess::Pixels,
        found: 120_000,
        limit: 100_000,
    };
    assert_eq!(refused, expected);
}

#[test]
fn a_png_that_is_cut_off_shows_what_is_there() {
    let bytes = pictures::file(pictures::gradient(600, 600), ImageFormat::Png);
    let made = make(&bytes[..bytes.len() / 2], Format::Png).unwrap();
    assert!(!made.complete);
    assert!(open(&made, ThumbSize::Small).to_rgba8().get_pixel(2, 2).0[0] > 220);
    let no_pixels = error(&bytes[..45], Format::Png);
    assert!(
        matches!(
            no_pixels,
            MediaError::Damaged {
                format: Format::Png,
                ..
            }
        ),
        "{no_pixels:?}"
    );
    let no_header = error(&bytes[..20], Format::Png);
    assert_eq!(
        no_header,
        MediaError::Damaged {
            format: Format::Png,
            part: Part::Header
        }
    );
}

#[test]
fn no_cut_and_no_flipped_byte_panics_or_is_taken_for_the_encoder() {
    let files = [
        pictures::file(pictures::fading(40, 30), ImageFormat::Png),
        pictures::file(pictures::gradient(40, 30), ImageFormat::Jpeg),
        pictures::file(pictures::fading(40, 30), ImageFormat::WebP),
        pictures::file(pictures::gradient(40, 30), ImageFormat::Gif),
    ];
    let limits = Limits {
        max_pixels: 1 << 20,
        ..Limits::default()
    };
    for file in files {
        for at in (0..file.len()).step_by(if file.len() > 400 { 5 } else { 1 }) {
            let mut flipped = file.clone();
            flipped[at] ^= 0x41;
            for broken in [&file[..at], &flipped] {
                let made = thumbnails(broken, Format::Png, &[ThumbSize::Small], &limits);
                assert_ne!(made, Err(MediaError::Encoder));
            }
        }
    }
}

#[test]
fn the_stored_pixels_are_shown_bit_by_bit() {
    let value = |at: usize| (at * 37 % 251) as u8;
    for (channels, colour) in [
        (3, image::ExtendedColorType::Rgb8),
        (4, image::ExtendedColorType::Rgba8),
    ] {
        let samples: Vec<u8> = (0..600 * 5 * channels).map(value).collect();
        let mut png = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut png);
        image::ImageEncoder::write_image(encoder, &samples, 600, 5, colour).unwrap();
        let mut seen = None;
        let see = |stored: media::Stored<'_>| {
            let size = (stored.width, stored.height);
            seen = Some((size, stored.channels, stored.samples.to_vec()));
        };
        let sizes = [ThumbSize::Small];
        thumbnails_seeing(&png, Format::Png, (&sizes, 78), &Limits::default(), see).unwrap();
        assert_eq!(seen, Some(((600, 5), channels, samples)));
    }
}
