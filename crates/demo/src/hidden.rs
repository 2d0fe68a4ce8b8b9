//! Texts in the lowest bits of pixels: what survives where a service strips everything else.
//!
//! The form is the one that `NovelAI` and the stealth extension of the A1111 web UI share: a mark of
//! 15 letters, the length in bits, and the text, plain or packed with gzip; the highest bit of each
//! byte first, in one sample of transparency or three of colour a pixel, column by column.

use png::text_metadata::{EncodableTextChunk, ITXtChunk};

/// Where and how a text is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Samples {
    /// In transparency, packed.
    Transparency,
    /// In colours, plain.
    Colours,
}

/// A text that is to be hidden.
#[derive(Debug)]
pub(crate) struct Hidden {
    pub(crate) samples: Samples,
    message: Vec<u8>,
}

impl Hidden {
    /// Prepares a text.
    pub(crate) fn new(samples: Samples, text: &str) -> Self {
        let (mark, body) = match samples {
            Samples::Transparency => ("stealth_pngcomp", gzip(text)),
            Samples::Colours => ("stealth_rgbinfo", text.as_bytes().to_vec()),
        };
        let length = (body.len() as u32 * 8).to_be_bytes();
        Self {
            samples,
            message: [mark.as_bytes(), &length, &body].concat(),
        }
    }

    /// The size at which a picture of this shape has room for the text: its own, or a whole multiple.
    pub(crate) fn room(&self, (width, height): (u32, u32)) -> (u32, u32) {
        let bits = self.message.len() as u64 * 8;
        let by = (1..64).find(|by| {
            let pixels = u64::from(width * by) * u64::from(height * by);
            pixels * self.channels().len() as u64 >= bits
        });
        let by = by.unwrap_or(64);
        (width * by, height * by)
    }

    fn channels(&self) -> &'static [usize] {
        match self.samples {
            Samples::Transparency => &[3],
            Samples::Colours => &[0, 1, 2],
        }
    }

    /// Red, green, blue and transparency of a picture with the text in it.
    pub(crate) fn put(&self, rgb: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
        let mut rgba: Vec<u8> = rgb
            .as_chunks::<3>()
            .0
            .iter()
            .flat_map(|[red, green, blue]| [*red, *green, *blue, 255])
            .collect();
        let (width, height) = (width as usize, height as usize);
        let channels = self.channels();
        let bits = self
            .message
            .iter()
            .flat_map(|byte| (0..8).rev().map(move |shift| (byte >> shift) & 1));
        for (at, bit) in bits.enumerate() {
            let (pixel, channel) = (at / channels.len(), channels[at % channels.len()]);
            let sample = ((pixel % height) * width + pixel / height) * 4 + channel;
            if let Some(sample) = rgba.get_mut(sample) {
                *sample = (*sample & !1) | bit;
            }
        }
        rgba
    }
}

/// What stands before the core of a packed chunk: length and kind; keyword, flag, method, language
/// and second keyword with their NULs; the two bytes of zlib.
const BEFORE: usize = 8 + 2 + 2 + 1 + 1 + 2;
/// What stands behind it: the checksums of zlib and of the chunk.
const AFTER: usize = 4 + 4;

/// A gzip stream. The `png` crate packs texts with zlib, whose core is the same; only what stands
/// around it differs, so no further crate is needed.
fn gzip(text: &str) -> Vec<u8> {
    let mut chunk = ITXtChunk::new("x", text);
    chunk.compressed = true;
    let mut packed = Vec::new();
    // A text under a keyword of one letter is always a chunk, and memory has room.
    drop(chunk.encode(&mut packed));
    let core = packed
        .get(BEFORE..packed.len().saturating_sub(AFTER))
        .unwrap_or_default();
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let length = (text.len() as u32).to_le_bytes();
    [&head, core, &crc32(text.as_bytes()).to_le_bytes(), &length].concat()
}

/// The checksum of gzip, bit by bit: the texts are short.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(sum & 1))
        })
    };
    !bytes.iter().fold(!0, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_gzip() {
        // The check value that every description of this checksum gives.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_picture_without_room_grows_and_keeps_its_shape() {
        let hidden = Hidden::new(Samples::Colours, &"x".repeat(4000));
        assert_eq!(hidden.room((832, 1216)), (832, 1216));
        let (width, height) = hidden.room((64, 48));
        assert_eq!((width % 64, height * 64), (0, width * 48));
        assert!(width * height * 3 >= 32_000);
    }
}
