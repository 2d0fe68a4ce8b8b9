//! The pixels of a file as they were stored, for those who look for more than the picture.

use crate::{decode::decode, error::MediaError, limits::Limits};

/// The first picture of a file, as stored: not turned, in its own colours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Red, green, blue and transparency of each pixel, eight bits each, row by row from the top.
    pub rgba: Vec<u8>,
}

/// Decodes a file without changing a bit of its samples, as far as they have eight bits.
///
/// # Errors
/// When the file is no picture, is damaged, or larger than the limits.
pub fn pixels(bytes: &[u8], limits: &Limits) -> Result<Pixels, MediaError> {
    let raster = decode(bytes, limits)?.raster;
    let rgba = if raster.alpha {
        raster.pixels
    } else {
        let each = raster.pixels.as_chunks::<3>().0.iter();
        each.flat_map(|&[red, green, blue]| [red, green, blue, 255])
            .collect()
    };
    Ok(Pixels {
        width: raster.width,
        height: raster.height,
        rgba,
    })
}
