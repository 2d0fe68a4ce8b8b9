//! Copies of a picture without anything but the picture.
//!
//! A file is walked block by block, and only blocks on a list of allowed ones are copied, so what
//! nobody thought of is left out rather than in. Pixels are never decoded: the compressed bytes
//! are the same, and so is what is seen, including orientation, colour profile and animation.
//! What lies behind the end of the picture goes as well. What somebody hid in the pixels themselves
//! stays, because the pixels stay.

mod gif;
mod jpeg;
mod png;
mod webp;

use domain::image::Format;

use crate::{
    error::{MediaError, Part},
    guard::guarded,
};

/// The file with its pixels, colours, orientation and animation, and nothing else: no prompt, no
/// workflow, no camera, no place, no preview, no bytes behind the end.
///
/// The content decides what the file is, and `format` only names it in errors when the content
/// says nothing. AVIF and videos are [`MediaError::Unsupported`]; a file whose blocks contradict
/// each other or that is cut off is [`MediaError::Damaged`], because what cannot be walked cannot
/// be cleaned.
pub fn strip(bytes: &[u8], format: Format) -> Result<Vec<u8>, MediaError> {
    let format = Format::sniff(bytes).unwrap_or(format);
    guarded(format, || {
        let stripped = match format {
            Format::Png => png::strip(bytes),
            Format::Jpeg => jpeg::strip(bytes),
            Format::Webp => webp::strip(bytes),
            Format::Gif => gif::strip(bytes),
            Format::Avif | Format::Mp4 | Format::Webm | Format::Mkv | Format::Mov => {
                return Err(MediaError::Unsupported { format });
            }
        };
        stripped.ok_or(MediaError::Damaged {
            format,
            part: Part::Structure,
        })
    })
}

/// Bytes that are taken from the front.
struct Walk<'a>(&'a [u8]);

impl<'a> Walk<'a> {
    /// The next `len` bytes; `None` when there are fewer.
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next `N` bytes.
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// The next byte.
    fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The orientation that an EXIF block of TIFF bytes asks for, when it is one that changes something.
fn orientation(tiff: &[u8]) -> Option<u8> {
    let orientation = image::metadata::Orientation::from_exif_chunk(tiff)?.to_exif();
    (orientation != 1).then_some(orientation)
}

/// The smallest TIFF block that says `orientation` and nothing else.
fn minimal_exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec(); // big-endian, first directory at 8
    tiff.extend([0, 1]); // one field:
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]); // orientation, one short
    tiff.extend([0; 4]); // no further directory
    tiff
}
