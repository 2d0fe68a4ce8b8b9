//! Pixels as a file.

use image::{
    ExtendedColorType, ImageEncoder,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
};

use super::Encoding;
use crate::{native::webp, raster::Raster};

/// The picture as a file with a colour profile; `None` when the format cannot hold it.
pub(super) fn encode(
    picture: &Raster,
    encoding: Encoding,
    profile: Option<&[u8]>,
) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Png => {
            let mut out = Vec::new();
            let encoder =
                PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Adaptive);
            write(encoder, picture, profile)?;
            Some(out)
        }
        Encoding::Jpeg(quality) => {
            let mut out = Vec::new();
            let encoder = JpegEncoder::new_with_quality(&mut out, quality.clamp(1, 100));
            write(encoder, &picture.on_white(), profile)?;
            Some(out)
        }
        Encoding::Webp(quality) => {
            let plain = webp::encode(picture, quality)?;
            match profile {
                Some(profile) => with_profile(&plain, picture, profile),
                None => Some(plain),
            }
        }
    }
}

fn write(mut encoder: impl ImageEncoder, picture: &Raster, profile: Option<&[u8]>) -> Option<()> {
    if let Some(profile) = profile {
        // A format without room for it shows the colours a little differently, which is no reason to fail.
        let _ = encoder.set_icc_profile(profile.to_vec());
    }
    let kind = if picture.alpha {
        ExtendedColorType::Rgba8
    } else {
        ExtendedColorType::Rgb8
    };
    encoder
        .write_image(&picture.pixels, picture.width, picture.height, kind)
        .ok()
}

/// A WebP file with a colour profile before its picture, as the container's specification has it
/// (<https://developers.google.com/speed/webp/docs/riff_container>).
fn with_profile(plain: &[u8], picture: &Raster, profile: &[u8]) -> Option<Vec<u8>> {
    const HEADER: usize = 12;
    let chunks = plain.get(HEADER..)?;
    let extended = chunks.starts_with(b"VP8X");
    // An extended file begins with its own header of 18 bytes, which is written anew.
    let rest = if extended { chunks.get(18..)? } else { chunks };
    // Bit 5: a profile; bit 4: transparency.
    let alpha = rest.starts_with(b"ALPH") || (picture.alpha && rest.starts_with(b"VP8L"));
    let flags = 0x20_u8 | if alpha { 0x10 } else { 0 };
    let mut out = Vec::with_capacity(plain.len() + profile.len() + 40);
    out.extend_from_slice(b"RIFF\0\0\0\0WEBPVP8X");
    out.extend_from_slice(&10_u32.to_le_bytes());
    out.extend_from_slice(&[flags, 0, 0, 0]);
    for edge in [picture.width, picture.height] {
        let [low, middle, high, _] = edge.checked_sub(1)?.to_le_bytes();
        out.extend_from_slice(&[low, middle, high]);
    }
    out.extend_from_slice(b"ICCP");
    out.extend_from_slice(&u32::try_from(profile.len()).ok()?.to_le_bytes());
    out.extend_from_slice(profile);
    if profile.len() % 2 == 1 {
        out.push(0);
    }
    out.extend_from_slice(rest);
    let length = u32::try_from(out.len() - 8).ok()?;
    out.get_mut(4..8)?.copy_from_slice(&length.to_le_bytes());
    Some(out)
}
