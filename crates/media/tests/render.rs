//! What comes out of [`media::render`]: which pixels, in which colours, and what is refused.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pictures.rs"]
mod pictures;

use domain::{
    crop::{Area, Crop, Frame, Pose, Ratio},
    image::Format,
};
use image::{
    ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Rgba, RgbaImage,
    codecs::png::PngEncoder,
};
use media::{Encoding, Excess, Limits, MediaError, Rendered, render};
use moxcms::ColorProfile;

/// Every pixel another one, so that it shows where each came from.
fn numbered(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        Rgba([(x * 16) as u8, (y * 16) as u8, (x * 7 + y * 3) as u8, 255])
    })
}

fn png(picture: &RgbaImage) -> Vec<u8> {
    pictures::file(picture.clone(), ImageFormat::Png)
}

fn with_profile(picture: &RgbaImage, profile: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(profile.to_vec()).unwrap();
    let (width, height) = picture.dimensions();
    encoder
        .write_image(picture.as_raw(), width, height, ExtendedColorType::Rgba8)
        .unwrap();
    bytes
}

fn area(left: f64, top: f64, right: f64, bottom: f64) -> Crop {
    Crop {
        area: Area::from_edges(left, top, right, bottom),
        ..Crop::whole("a")
    }
}

fn made(bytes: &[u8], crop: &Crop, encoding: Encoding) -> Rendered {
    let made = render(
        bytes,
        Format::Png,
        (crop, None),
        encoding,
        &Limits::default(),
    )
    .unwrap();
    assert_eq!(Format::sniff(&made.bytes), Some(encoding.format()));
    made
}

fn pixels(bytes: &[u8], crop: &Crop) -> RgbaImage {
    let made = made(bytes, crop, Encoding::Png);
    let picture = image::load_from_memory(&made.bytes).unwrap().to_rgba8();
    assert_eq!(picture.dimensions(), (made.size.width, made.size.height));
    picture
}

/// The same by the plain functions of a library.
fn expected(picture: &RgbaImage, crop: &Crop) -> RgbaImage {
    use image::imageops::{crop_imm, flip_horizontal, rotate90, rotate180, rotate270};
    let mut turned = picture.clone();
    if crop.pose.flip {
        turned = flip_horizontal(&turned);
    }
    turned = match crop.pose.turns {
        1 => rotate90(&turned),
        2 => rotate180(&turned),
        3 => rotate270(&turned),
        _ => turned,
    };
    let [left, top, right, bottom] = crop.area.edges();
    let at = |part: f64, edge: u32| (part * f64::from(edge)).round() as u32;
    let (x, y) = (at(left, turned.width()), at(top, turned.height()));
    let (end_x, end_y) = (at(right, turned.width()), at(bottom, turned.height()));
    crop_imm(&turned, x, y, end_x - x, end_y - y).to_image()
}

#[test]
fn every_pose_keeps_the_pixels_that_it_should() {
    let picture = numbered(12, 8);
    let bytes = png(&picture);
    for flip in [false, true] {
        for turns in 0..4 {
            let pose = Pose {
                flip,
                turns,
                tilt: 0,
            };
            for crop in [
                Crop::whole("a"),
                area(0.25, 0.5, 0.75, 1.0),
                area(0.0, 0.0, 0.25, 0.25),
            ] {
                let crop = Crop { pose, ..crop };
                assert_eq!(pixels(&bytes, &crop), expected(&picture, &crop), "{crop:?}");
            }
        }
    }
}

#[test]
fn a_straightened_picture_turns_about_its_middle() {
    // A line from left to right through the middle, which after ten degrees clockwise falls to the right.
    let picture = RgbaImage::from_fn(401, 401, |_, y| {
        let value = if y.abs_diff(200) <= 2 { 255 } else { 0 };
        Rgba([value, value, value, 255])
    });
    let crop = Crop {
        pose: Pose {
            tilt: 1_000,
            ..Pose::default()
        },
        ..area(0.2, 0.2, 0.8, 0.8)
    };
    let turned = pixels(&png(&picture), &crop);
    let brightest = |x: u32| {
        (0..turned.height())
            .max_by_key(|y| turned.get_pixel(x, *y).0[0])
            .unwrap()
    };
    let (left, right) = (20, turned.width() - 21);
    let middle = f64::from(turned.height()) / 2.0;
    let falls = f64::from(right - left) / 2.0 * 10.0_f64.to_radians().tan();
    assert!((f64::from(brightest(left)) + 0.5 - (middle - falls)).abs() < 3.5);
    assert!((f64::from(brightest(right)) + 0.5 - (middle + falls)).abs() < 3.5);
}

#[test]
fn a_whole_turn_in_small_steps_changes_little() {
    let picture = pictures::gradient(300, 300);
    let bytes = pictures::file(picture.clone(), ImageFormat::Png);
    let crop = |tilt| Crop {
        pose: Pose {
            tilt,
            ..Pose::default()
        },
        ..area(0.3, 0.3, 0.7, 0.7)
    };
    let once = pixels(&bytes, &crop(3_000));
    // Straightened by thirty degrees, the picture holds the colours that lie there before.
    let (sin, cos) = 30.0_f64.to_radians().sin_cos();
    for (x, y) in [(10, 10), (60, 60), (100, 20)] {
        let (out_x, out_y) = (f64::from(x) + 90.5 - 150.0, f64::from(y) + 90.5 - 150.0);
        let (from_x, from_y) = (
            out_x * cos + out_y * sin + 150.0,
            out_y * cos - out_x * sin + 150.0,
        );
        let (found, held) = (
            once.get_pixel(x, y).0,
            picture.get_pixel(from_x as u32, from_y as u32).0,
        );
        for channel in 0..3 {
            assert!(
                found[channel].abs_diff(held[channel]) <= 3,
                "{found:?} {held:?}"
            );
        }
    }
}

#[test]
fn a_size_is_met_exactly_and_a_look_is_within_its_edge() {
    let bytes = pictures::file(pictures::gradient(640, 480), ImageFormat::Png);
    let crop = Crop {
        ratio: Ratio::new(4, 5),
        size: Some(Frame {
            width: 1080,
            height: 1350,
        }),
        ..area(0.1, 0.1, 0.6, 0.9)
    };
    assert_eq!(pixels(&bytes, &crop).dimensions(), (1080, 1350));
    let look = |edge| {
        let limits = Limits::default();
        render(
            &bytes,
            Format::Png,
            (&crop, Some(edge)),
            Encoding::Webp(80),
            &limits,
        )
        .unwrap()
    };
    assert_eq!(
        look(256).size,
        Frame {
            width: 205,
            height: 256
        }
    );
    assert_eq!(
        look(5000).size,
        Frame {
            width: 1080,
            height: 1350
        }
    );
}

#[test]
fn one_pixel_is_enough() {
    let bytes = png(&numbered(1, 1));
    for crop in [Crop::whole("a"), area(0.9, 0.9, 0.91, 0.91)] {
        for encoding in [Encoding::Png, Encoding::Jpeg(90), Encoding::Webp(90)] {
            assert_eq!(
                made(&bytes, &crop, encoding).size,
                Frame {
                    width: 1,
                    height: 1
                }
            );
        }
        let tilted = Crop {
            pose: Pose {
                tilt: 4_500,
                ..Pose::default()
            },
            ..crop
        };
        assert_eq!(pixels(&bytes, &tilted).dimensions(), (1, 1));
    }
}

#[test]
fn transparency_is_kept_where_there_is_room_for_it_and_white_elsewhere() {
    let picture = RgbaImage::from_fn(32, 32, |x, _| {
        if x < 16 {
            Rgba([255, 0, 0, 0])
        } else {
            Rgba([0, 0, 255, 255])
        }
    });
    let bytes = png(&picture);
    let open = |encoding| {
        let made = made(&bytes, &Crop::whole("a"), encoding);
        image::load_from_memory(&made.bytes).unwrap().to_rgba8()
    };
    for encoding in [Encoding::Png, Encoding::Webp(90)] {
        assert_eq!(open(encoding).get_pixel(4, 4).0[3], 0, "{encoding:?}");
        assert_eq!(open(encoding).get_pixel(28, 4).0[3], 255, "{encoding:?}");
    }
    let [r, g, b, a] = open(Encoding::Jpeg(95)).get_pixel(4, 4).0;
    assert!(r > 250 && g > 250 && b > 250 && a == 255, "{r} {g} {b} {a}");
}

#[test]
fn a_wide_profile_goes_along_and_srgb_needs_none() {
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    let wide = with_profile(&numbered(16, 16), &profile);
    for encoding in [Encoding::Png, Encoding::Jpeg(95), Encoding::Webp(95)] {
        let of = |bytes: &[u8]| {
            let made = made(bytes, &area(0.0, 0.0, 0.5, 0.5), encoding).bytes;
            let reader = ImageReader::new(std::io::Cursor::new(made)).with_guessed_format();
            reader
                .unwrap()
                .into_decoder()
                .unwrap()
                .icc_profile()
                .unwrap()
        };
        assert_eq!(
            of(&wide).as_deref(),
            Some(profile.as_slice()),
            "{encoding:?}"
        );
        assert_eq!(of(&png(&numbered(16, 16))), None, "{encoding:?}");
    }
    // The numbers stay as they are: it is the profile that says what they mean.
    assert_eq!(
        pixels(&wide, &area(0.0, 0.0, 0.5, 0.5)),
        pixels(&png(&numbered(16, 16)), &area(0.0, 0.0, 0.5, 0.5))
    );
}

#[test]
fn what_would_be_too_large_is_refused_before_it_is_made() {
    let bytes = png(&numbered(4, 4));
    let crop = Crop {
        size: Some(Frame {
            width: 16_000,
            height: 16_000,
        }),
        ..Crop::whole("a")
    };
    let refused = render(
        &bytes,
        Format::Png,
        (&crop, None),
        Encoding::Png,
        &Limits::default(),
    );
    assert!(
        matches!(
            refused,
            Err(MediaError::TooLarge {
                excess: Excess::Pixels,
                ..
            })
        ),
        "{refused:?}"
    );
}

#[test]
fn a_picture_that_is_cut_off_says_so_and_what_is_none_is_refused() {
    let bytes = pictures::file(pictures::gradient(200, 200), ImageFormat::Png);
    let half = &bytes[..bytes.len() / 2];
    let all = Crop::whole("a");
    let limits = Limits::default();
    let made = render(half, Format::Png, (&all, None), Encoding::Png, &limits).unwrap();
    assert!(!made.complete);
    assert_eq!(
        render(
            b"no picture",
            Format::Png,
            (&all, None),
            Encoding::Png,
            &limits
        ),
        Err(MediaError::NotAnImage)
    );
}
