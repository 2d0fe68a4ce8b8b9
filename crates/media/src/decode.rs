//! From a file to pixels.

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
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, MediaError> {
    let format = Format::sniff(bytes).ok_or(MediaError::NotAnImage)?;
    guarded(format, || match format {
        Format::Png => png::decode(bytes, limits),
        Format::Jpeg | Format::Webp | Format::Gif => common::decode(bytes, format, limits),
        // AVIF: the AV1 decoders in Rust are entered through `extern "C"` functions, where a panic
        // ends the whole process instead of unwinding to `guarded`. A hostile file must not be able
        // to do that, so AVIF belongs into a process of its own, as videos do.
        Format::Avif | Format::Mp4 | Format::Webm | Format::Mkv | Format::Mov => {
            Err(MediaError::Unsupported { format })
        }
    })
}
