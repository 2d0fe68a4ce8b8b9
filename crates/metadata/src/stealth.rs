//! Texts hidden in the lowest bits of pixels, which survive where a service strips everything else:
//! `NovelAI` writes them into transparency, an extension of the `AUTOMATIC1111` web page into
//! transparency or colours.

use std::io::Read;

use domain::recipe::RawChunk;

use crate::{
    Limits, bytes,
    json::{self, Json},
};

/// A decoded picture, samples of eight bits, row by row. This crate never decodes one.
#[derive(Debug, Clone, Copy)]
pub struct Pixels<'a> {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Samples of a pixel: 3, or 4 with transparency.
    pub channels: usize,
    /// Red, green, blue, and perhaps transparency, of each pixel.
    pub samples: &'a [u8],
}

/// Length of every mark in bytes.
const MARK: usize = 15;

/// A way to hide a text: in which samples of a pixel, and the marks before plain and packed texts.
struct Hiding {
    channels: &'static [usize],
    place: &'static str,
    plain: &'static [u8],
    packed: &'static [u8],
}

const HIDINGS: &[Hiding] = &[
    Hiding {
        channels: &[3],
        place: "stealth:alpha",
        plain: b"stealth_pnginfo",
        packed: b"stealth_pngcomp",
    },
    Hiding {
        channels: &[0, 1, 2],
        place: "stealth:rgb",
        plain: b"stealth_rgbinfo",
        packed: b"stealth_rgbcomp",
    },
];

/// Finds a hidden text. `None` when there is none, which a look at the first pixels tells; the
/// blocks of what was found can go to [`crate::reread`] like those of a file.
pub fn stealth(pixels: &Pixels<'_>) -> Option<Vec<RawChunk>> {
    let (width, height) = (pixels.width as usize, pixels.height as usize);
    let needed = width.checked_mul(height)?.checked_mul(pixels.channels)?;
    if height == 0 || pixels.samples.len() < needed {
        return None;
    }
    let fits = |hiding: &&Hiding| hiding.channels.iter().all(|at| *at < pixels.channels);
    HIDINGS.iter().filter(fits).find_map(|hiding| {
        let mut bits = Bits {
            pixels,
            channels: hiding.channels,
            at: 0,
        };
        let mark = bits.bytes(MARK)?;
        let is_packed = mark == hiding.packed;
        if !is_packed && mark != hiding.plain {
            return None;
        }
        // The length is told in bits.
        let len = bytes::be32(&bits.bytes(4)?, 0)? as usize / 8;
        let limit = Limits::default().text;
        let hidden = bits.bytes(Some(len).filter(|len| *len <= limit)?)?;
        let text = if is_packed {
            unpacked(&hidden, limit)?
        } else {
            hidden
        };
        Some(blocks(hiding.place, &bytes::text(&text)))
    })
}

/// A gzip stream that is not longer than the limit; damage at its end costs only the end.
fn unpacked(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let mut reader = flate2::read::GzDecoder::new(packed).take(limit as u64 + 1);
    let damaged = reader.read_to_end(&mut plain).is_err();
    (plain.len() <= limit && !(damaged && plain.is_empty())).then_some(plain)
}

/// `NovelAI` hides a map of what it also writes as blocks; others hide an infotext.
fn blocks(place: &str, text: &str) -> Vec<RawChunk> {
    let text = text.trim_end_matches('\0');
    let block = |key: &str, text: &str| RawChunk {
        place: place.to_owned(),
        key: key.to_owned(),
        text: text.to_owned(),
    };
    let cleaned = json::clean(text);
    let map = cleaned
        .trim_start()
        .starts_with('{')
        .then(|| json::parse(&cleaned))
        .flatten();
    let parts: Vec<_> = map
        .as_ref()
        .map(Json::map)
        .unwrap_or_default()
        .iter()
        .filter_map(|(key, value)| Some(block(key, value.text()?)))
        .take(64)
        .collect();
    let is_envelope = parts
        .iter()
        .any(|part| ["Comment", "parameters", "prompt"].contains(&part.key.as_str()));
    if is_envelope {
        parts
    } else {
        vec![block("parameters", text)]
    }
}

/// The lowest bits of some channels, column by column.
struct Bits<'p> {
    pixels: &'p Pixels<'p>,
    channels: &'static [usize],
    at: usize,
}

impl Bits<'_> {
    fn bit(&mut self) -> Option<u8> {
        let (width, height) = (self.pixels.width as usize, self.pixels.height as usize);
        let (pixel, channel) = (self.at / self.channels.len(), self.at % self.channels.len());
        let (x, y) = (pixel / height, pixel % height);
        if x >= width {
            return None;
        }
        self.at += 1;
        let sample = (y * width + x) * self.pixels.channels + self.channels.get(channel)?;
        self.pixels.samples.get(sample).map(|sample| sample & 1)
    }

    /// The next bytes, the highest bit of each first; `None` when the picture ends before.
    fn bytes(&mut self, len: usize) -> Option<Vec<u8>> {
        let bits = self.pixels.width as usize * self.pixels.height as usize * self.channels.len();
        if len > bits / 8 {
            return None;
        }
        (0..len)
            .map(|_| (0..8).try_fold(0, |byte, _| Some((byte << 1) | self.bit()?)))
            .collect()
    }
}
