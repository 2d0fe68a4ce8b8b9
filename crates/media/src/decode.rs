//! From a file to pixels.

mod avif;
mod common;
mod png;

use domain::image::Format;
use image::metadata::Orientation;

use crate::{colour::Colours, error::MediaError, guard::guarded, limits::Limits, raster::Raster};

/// The first picture of a file.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// Pixels as stored: not yet turned, in the file's own colours.
    pub(crate) raster: Raster,
    pub(crate) orientation: Orientation,
    pub(crate) colours: Colours,
    /// Whether all of it was there. The missing rest is black or transparent.
    pub(crate) complete: bool,
}

/// Decodes the first picture of a file, within `limits`, whatever its name says it is.
///
/// AVIF is refused: its decoder can end the process, so it is only entered through
/// [`avif_alone`].
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, MediaError> {
    let format = Format::sniff(bytes).ok_or(MediaError::NotAnImage)?;
    guarded(format, || match format {
        Format::Png => png::decode(bytes, limits),
        Format::Jpeg | Format::Webp | Format::Gif => common::decode(bytes, format, limits),
        Format::Avif | Format::Mp4 | Format::Webm | Format::Mkv | Format::Mov => {
            Err(MediaError::Unsupported { format })
        }
    })
}

/// Decodes an AVIF file in a process that may end doing so.
pub(crate) fn avif_alone(bytes: &[u8], limits: &Limits) -> Result<Decoded, MediaError> {
    match Format::sniff(bytes) {
        Some(Format::Avif) => guarded(Format::Avif, || avif::decode(bytes, limits)),
        Some(format) => Err(MediaError::Unsupported { format }),
        None => Err(MediaError::NotAnImage),
    }
}
