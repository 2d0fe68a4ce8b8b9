//! Small pictures, made in memory.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its picture shall fail"
)]
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "not every test needs every picture"
)]

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

/// A soft gradient with a red upper left, a green upper right and a blue lower left corner.
pub(crate) fn gradient(width: u32, height: u32) -> RgbImage {
    let share = |at: u32, of: u32| at as f32 / of.max(2).saturating_sub(1) as f32;
    RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (share(x, width), share(y, height));
        let light = |part: f32| (part.clamp(0.0, 1.0) * 255.0) as u8;
        Rgb([
            light((1.0 - x) * (1.0 - y)),
            light(x * (1.0 - y)),
            light((1.0 - x) * y),
        ])
    })
}

/// The same with an alpha channel that fades to the right.
pub(crate) fn fading(width: u32, height: u32) -> RgbaImage {
    let colours = gradient(width, height);
    RgbaImage::from_fn(width, height, |x, y| {
        let [r, g, b] = colours.get_pixel(x, y).0;
        Rgba([r, g, b, 255 - (x * 255 / width.max(1)) as u8])
    })
}

/// A picture as a file.
pub(crate) fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG with any colour type and raw samples.
pub(crate) fn png(
    (width, height): (u32, u32),
    color: png::ColorType,
    depth: png::BitDepth,
    samples: &[u8],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == png::ColorType::Indexed {
        encoder.set_palette(vec![255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]);
        encoder.set_trns(vec![255, 255, 255, 0]);
    }
    encoder
        .write_header()
        .unwrap()
        .write_image_data(samples)
        .unwrap();
    bytes
}

/// One chunk of a PNG.
pub(crate) fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let check = media::archive::crc32(&[&kind, data].concat());
    let len = u32::try_from(data.len()).unwrap();
    [
        &len.to_be_bytes(),
        kind.as_slice(),
        data,
        &check.to_be_bytes(),
    ]
    .concat()
}

/// The bytes of a PNG with `more` behind its header chunk.
pub(crate) fn after_ihdr(png: &[u8], more: &[u8]) -> Vec<u8> {
    [&png[..33], more, &png[33..]].concat()
}

/// The bytes of a PNG with `more` in front of its last chunk.
pub(crate) fn before_iend(png: &[u8], more: &[u8]) -> Vec<u8> {
    let (head, end) = png.split_at(png.len() - 12);
    [head, more, end].concat()
}

/// A TIFF block with an orientation and a text as the camera's maker.
pub(crate) fn tiff(orientation: u8, maker: &str) -> Vec<u8> {
    let mut bytes = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
    bytes.extend([0x0f, 0x01, 2, 0]);
    bytes.extend(u32::try_from(maker.len()).unwrap().to_le_bytes());
    bytes.extend([38, 0, 0, 0]);
    bytes.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    bytes.extend([0; 4]);
    bytes.extend(maker.as_bytes());
    bytes
}

/// One segment of a JPEG.
pub(crate) fn jpeg_segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let len = u16::try_from(data.len() + 2).unwrap();
    [&[0xff, marker], len.to_be_bytes().as_slice(), data].concat()
}

/// The bytes of a JPEG with `more` right behind its start.
pub(crate) fn after_soi(jpeg: &[u8], more: &[u8]) -> Vec<u8> {
    [&jpeg[..2], more, &jpeg[2..]].concat()
}

/// One chunk of a RIFF file.
pub(crate) fn riff_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap();
    let mut bytes = [kind.as_slice(), &len.to_le_bytes(), data].concat();
    if data.len() % 2 == 1 {
        bytes.push(0);
    }
    bytes
}

/// A WebP file of these chunks.
pub(crate) fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    let len = u32::try_from(body.len() + 4).unwrap();
    [b"RIFF".as_slice(), &len.to_le_bytes(), b"WEBP", &body].concat()
}

/// The extended header of a WebP.
pub(crate) fn vp8x(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let mut data = vec![flags, 0, 0, 0];
    data.extend(&(width - 1).to_le_bytes()[..3]);
    data.extend(&(height - 1).to_le_bytes()[..3]);
    riff_chunk(*b"VP8X", &data)
}

/// The lossless picture chunk of a WebP file that holds nothing else.
pub(crate) fn vp8l(picture: impl Into<DynamicImage>) -> Vec<u8> {
    file(picture, ImageFormat::WebP)[12..].to_vec()
}

/// A frame of an animated WebP, with `more` chunks inside.
pub(crate) fn anmf(width: u32, height: u32, picture: &[u8], more: &[u8]) -> Vec<u8> {
    let mut data = vec![0; 6];
    data.extend(&(width - 1).to_le_bytes()[..3]);
    data.extend(&(height - 1).to_le_bytes()[..3]);
    data.extend([100, 0, 0, 0]);
    data.extend(picture);
    data.extend(more);
    riff_chunk(*b"ANMF", &data)
}
