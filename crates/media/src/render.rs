//! A picture cut, turned, straightened and brought to a size, as a file of its own.

mod encode;
mod place;

use domain::{
    crop::{Crop, Cut, Frame},
    image::Format,
};
use fast_image_resize::Resizer;

use crate::{
    decode::{Decoded, decode},
    error::{MediaError, Part},
    guard::guarded,
    limits::Limits,
    raster::{Raster, swaps_edges},
};

/// How the result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Without loss.
    Png,
    /// Lossy, of a quality of at most 100. Where a pixel lets the ground through, that is white.
    Jpeg(u8),
    /// Lossy, of a quality of at most 100.
    Webp(u8),
}

impl Encoding {
    /// What a file of it is.
    pub fn format(self) -> Format {
        match self {
            Self::Png => Format::Png,
            Self::Jpeg(_) => Format::Jpeg,
            Self::Webp(_) => Format::Webp,
        }
    }
}

/// What [`render`] gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its size in pixels.
    pub size: Frame,
    /// Whether the whole original was there; `false` when it is cut off and the rest is black or transparent.
    pub complete: bool,
}

/// Makes what a crop shows of a picture, with a long edge of at most `within` pixels where that is said.
///
/// The original is first turned as EXIF says, as everywhere; of an animation the first frame is taken. The result
/// keeps the colour profile of the file and nothing else that it says. The content decides what the file is;
/// `format` only names it in errors when the content says nothing.
///
/// # Errors
/// As [`thumbnails()`](crate::thumbnails()), and when the result would be larger than `limits` allow or than the encoding
/// can hold.
pub fn render(
    bytes: &[u8],
    format: Format,
    (crop, within): (&Crop, Option<u32>),
    encoding: Encoding,
    limits: &Limits,
) -> Result<Rendered, MediaError> {
    let format = Format::sniff(bytes).unwrap_or(format);
    let decoded = decode(bytes, limits)?;
    // Colour profiles come from the file as well, so what is done with them is guarded too.
    guarded(format, || {
        made(decoded, format, (crop, within), encoding, limits)
    })
}

fn made(
    decoded: Decoded,
    format: Format,
    (crop, within): (&Crop, Option<u32>),
    encoding: Encoding,
    limits: &Limits,
) -> Result<Rendered, MediaError> {
    let Decoded {
        raster,
        orientation,
        colours,
        complete,
    } = decoded;
    let (mut width, mut height) = (raster.width, raster.height);
    if swaps_edges(orientation) {
        (width, height) = (height, width);
    }
    let mut cut = Cut::of(crop, Frame { width, height }).ok_or(MediaError::Damaged {
        format,
        part: Part::Header,
    })?;
    if let Some(edge) = within {
        cut = cut.within(edge);
    }
    limits.check(cut.size.width, cut.size.height, 4)?;
    let picture = place::placed(raster.oriented(orientation), &cut);
    let mut picture = sized(picture, cut.size)?;
    let profile = colours.kept(&mut picture);
    let bytes =
        encode::encode(&picture, encoding, profile.as_deref()).ok_or(MediaError::Encoder)?;
    Ok(Rendered {
        bytes,
        size: cut.size,
        complete,
    })
}

fn sized(picture: Raster, size: Frame) -> Result<Raster, MediaError> {
    if (picture.width, picture.height) == (size.width, size.height) {
        return Ok(picture);
    }
    picture
        .resized(&mut Resizer::new(), size.width, size.height)
        .ok_or(MediaError::Encoder)
}
