//! Small copies of a picture.

use domain::{
    crop::Frame,
    image::{Format, ThumbSize},
};
use fast_image_resize::Resizer;
use image::{
    ExtendedColorType, ImageEncoder,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};

use crate::{
    decode::{Decoded, avif_alone, decode},
    error::{MediaError, Part},
    guard::guarded,
    limits::Limits,
    native::webp,
    raster::{Raster, swaps_edges},
};

/// The long edge of the copy from which the placeholder is made. A thumbhash keeps at most seven
/// waves along an edge, so more pixels would only cost time.
const PLACEHOLDER_EDGE: u32 = 32;

/// What [`thumbnails`] gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnails {
    /// Width of the original as shown, in pixels.
    pub width: u32,
    /// Height of the original as shown, in pixels.
    pub height: u32,
    /// The picture in about 25 bytes, as defined by `ThumbHash` (<https://evanw.github.io/thumbhash/>).
    pub placeholder: Vec<u8>,
    /// Each wanted size once, largest first, as WebP in sRGB.
    pub images: Vec<(ThumbSize, Vec<u8>)>,
    /// Whether the whole picture was there; `false` when the file is cut off and the rest is black
    /// or transparent.
    pub complete: bool,
}

/// Makes all `sizes` and the placeholder from one decoding.
///
/// Thumbnails are turned as EXIF says, in sRGB, keep their transparency, and are never larger than
/// the original. Of an animation the first frame is taken. The content decides what the file is;
/// `format` is what the caller believes, and only names the file in errors when the content says
/// nothing.
pub fn thumbnails(
    bytes: &[u8],
    format: Format,
    sizes: &[ThumbSize],
    limits: &Limits,
) -> Result<Thumbnails, MediaError> {
    thumbnails_seeing(bytes, format, (sizes, webp::QUALITY), limits, |_| ())
}

/// The first picture of a file as it is stored: not turned, in the file's own colours.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Samples of a pixel: red, green, blue, and with four of them transparency.
    pub channels: usize,
    /// Eight bits each, row by row from the top.
    pub samples: &'a [u8],
}

/// The same as [`thumbnails`] at a quality of at most 100, and shows the decoded pixels to somebody who looks
/// for more than the picture.
pub fn thumbnails_seeing(
    bytes: &[u8],
    format: Format,
    (sizes, quality): (&[ThumbSize], u8),
    limits: &Limits,
    see: impl FnOnce(Stored<'_>),
) -> Result<Thumbnails, MediaError> {
    let format = Format::sniff(bytes).unwrap_or(format);
    let decoded = decode(bytes, limits)?;
    // Colour profiles come from the file as well, so their conversion is guarded too.
    guarded(format, || {
        let raster = &decoded.raster;
        see(Stored {
            width: raster.width,
            height: raster.height,
            channels: raster.depth(),
            samples: &raster.pixels,
        });
        shrink(decoded, format, (sizes, quality))
    })
}

/// The first picture of an AVIF file as PNG in sRGB, with a long edge of at most that of the largest
/// thumbnail.
///
/// Only for a process of its own, because the decoder may end it when the file is hostile: the
/// caller starts this program again and reads the PNG from it.
pub fn avif_as_png(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, MediaError> {
    let Decoded {
        raster, colours, ..
    } = avif_alone(bytes, limits)?;
    let mut picture = fitted(raster, &mut Resizer::new(), ThumbSize::Large.pixels())?;
    colours.convert(&mut picture);
    let kind = if picture.alpha {
        ExtendedColorType::Rgba8
    } else {
        ExtendedColorType::Rgb8
    };
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Adaptive)
        .write_image(&picture.pixels, picture.width, picture.height, kind)
        .map_err(|_| MediaError::Encoder)?;
    Ok(png)
}

fn shrink(
    decoded: Decoded,
    format: Format,
    (sizes, quality): (&[ThumbSize], u8),
) -> Result<Thumbnails, MediaError> {
    let Decoded {
        raster: mut picture,
        orientation,
        colours,
        complete,
    } = decoded;
    if picture.width == 0 || picture.height == 0 {
        return Err(MediaError::Damaged {
            format,
            part: Part::Header,
        });
    }
    let (mut width, mut height) = (picture.width, picture.height);
    if swaps_edges(orientation) {
        (width, height) = (height, width);
    }
    let mut wanted = sizes.to_vec();
    wanted.sort_unstable_by(|a, b| b.cmp(a));
    wanted.dedup();

    // The first step does the bulk of the shrinking; what follows works on few pixels.
    let mut resizer = Resizer::new();
    let largest = wanted
        .first()
        .map_or(PLACEHOLDER_EDGE, |size| size.pixels());
    picture = fitted(picture, &mut resizer, largest)?;
    colours.convert(&mut picture);
    picture = picture.oriented(orientation);

    let mut images = Vec::with_capacity(wanted.len());
    for size in wanted {
        picture = fitted(picture, &mut resizer, size.pixels())?;
        let encoded = webp::encode(&picture, quality).ok_or(MediaError::Encoder)?;
        images.push((size, encoded));
    }
    let tiny = fitted(picture, &mut resizer, PLACEHOLDER_EDGE)?;
    let (tiny_width, tiny_height) = (tiny.width as usize, tiny.height as usize);
    let placeholder = thumbhash::rgba_to_thumb_hash(tiny_width, tiny_height, &tiny.to_rgba());
    Ok(Thumbnails {
        width,
        height,
        placeholder,
        images,
        complete,
    })
}

/// The picture with its long edge at most `edge`; as it is when it is small enough.
fn fitted(picture: Raster, resizer: &mut Resizer, edge: u32) -> Result<Raster, MediaError> {
    let (width, height) = (picture.width, picture.height);
    let size = Frame { width, height }.within(edge);
    if (size.width, size.height) == (width, height) {
        return Ok(picture);
    }
    picture
        .resized(resizer, size.width, size.height)
        .ok_or(MediaError::Encoder)
}
