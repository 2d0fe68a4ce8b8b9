//! JPEG, WebP and GIF through the decoders of the `image` crate.

use std::io::Cursor;

use domain::image::Format;
use image::{
    ColorType, ImageDecoder,
    codecs::{gif::GifDecoder, jpeg::JpegDecoder, webp::WebPDecoder},
    metadata::Orientation,
};

use super::Decoded;
use crate::{
    colour::Colours,
    error::{MediaError, Part},
    limits::Limits,
    raster::Raster,
};

pub(super) fn decode(bytes: &[u8], format: Format, limits: &Limits) -> Result<Decoded, MediaError> {
    let header = |_| MediaError::Damaged {
        format,
        part: Part::Header,
    };
    match format {
        Format::Jpeg => finish(
            JpegDecoder::new(Cursor::new(bytes)).map_err(header)?,
            format,
            limits,
        ),
        Format::Webp => finish(
            WebPDecoder::new(Cursor::new(bytes)).map_err(header)?,
            format,
            limits,
        ),
        Format::Gif => finish(
            GifDecoder::new(Cursor::new(bytes)).map_err(header)?,
            format,
            limits,
        ),
        other => Err(MediaError::Unsupported { format: other }),
    }
}

fn finish(
    mut decoder: impl ImageDecoder,
    format: Format,
    limits: &Limits,
) -> Result<Decoded, MediaError> {
    let (width, height) = decoder.dimensions();
    limits.check(width, height, 4)?;
    let mut bounds = image::Limits::no_limits();
    bounds.max_image_width = Some(limits.max_edge);
    bounds.max_image_height = Some(limits.max_edge);
    bounds.max_alloc = Some(limits.max_alloc);
    decoder
        .set_limits(bounds)
        .map_err(|_| MediaError::Damaged {
            format,
            part: Part::Header,
        })?;
    // Broken extras lose the extra, not the picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let colours = Colours::from_icc(decoder.icc_profile().ok().flatten());
    let kind = decoder.color_type();
    let mut pixels = vec![0; usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX)];
    let broken = MediaError::Damaged {
        format,
        part: Part::Pixels,
    };
    decoder.read_image(&mut pixels).map_err(|_| broken)?;
    let raster = match kind {
        ColorType::Rgb8 => Raster {
            width,
            height,
            alpha: false,
            pixels,
        },
        ColorType::Rgba8 => Raster {
            width,
            height,
            alpha: true,
            pixels,
        },
        ColorType::L8 => Raster::from_grey(width, height, false, &pixels),
        ColorType::La8 => Raster::from_grey(width, height, true, &pixels),
        _ => return Err(MediaError::Unsupported { format }),
    };
    Ok(Decoded {
        raster,
        orientation,
        colours,
        complete: true,
    })
}
