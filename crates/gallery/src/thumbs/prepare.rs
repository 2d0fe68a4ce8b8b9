//! The whole reading of one file: hash, checksum, thumbnails, text chunks, in one pass.

use std::io::Write;

use domain::{
    image::{Format, ThumbSize},
    recipe::RawChunk,
};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use store::rows::{CompressedChunk, Hash};

use crate::{
    error::{Error, is_full},
    files::{OpenFile, Place, ThumbCache},
    pool::Pulse,
    reader,
};

/// Files larger than this are not read into memory whole.
const MOST_BYTES: u64 = 512 << 20;
/// Most bytes that a stored text may have when it is read again.
const MOST_TEXT: u64 = 16 << 20;

/// What to make of a file.
pub(crate) struct Wish {
    /// Kind of file.
    pub(crate) format: Format,
    /// Which thumbnails.
    pub(crate) sizes: Vec<ThumbSize>,
    /// A frame of a video as PNG, to draw instead of the file itself.
    pub(crate) poster: Option<Vec<u8>>,
    /// Their quality, at most 100.
    pub(crate) quality: u8,
    /// Limits of decoding.
    pub(crate) limits: media::Limits,
    /// Whether to read its text chunks too.
    pub(crate) chunks: bool,
}

/// What was made of a file.
pub(crate) struct Prepared {
    /// BLAKE3 of its bytes.
    pub(crate) content: Hash,
    /// CRC-32 of its bytes.
    pub(crate) crc32: u32,
    /// Thumbhash; empty when it could not be drawn.
    pub(crate) placeholder: Vec<u8>,
    /// The thumbnails, or why it could not be drawn.
    pub(crate) drawn: Result<Vec<(ThumbSize, Vec<u8>)>, Error>,
    /// Whether there was no room to keep the thumbnails.
    pub(crate) no_room: bool,
    /// Its texts, if they were wished for.
    pub(crate) texts: Texts,
}

/// The texts of a file.
#[derive(Default)]
pub(crate) struct Texts {
    /// Its text chunks, compressed.
    pub(crate) chunks: Vec<CompressedChunk>,
    /// Whether they hold a key, a token or a password.
    pub(crate) secret: bool,
    /// Those that stood in the pixels; they are among the chunks.
    pub(crate) hidden: Vec<RawChunk>,
}

/// Reads a file whole and makes what was wished for; thumbnails also go into the cache. Fails when
/// the file cannot be read, changes while it is read, or nobody wants it any more.
pub(crate) fn prepare(
    place: &Place,
    wish: &Wish,
    cache: &ThumbCache,
    pulse: &Pulse,
) -> Result<Prepared, Error> {
    pulse.reads().map_err(Error::file("opening a picture"))?;
    let (file, stat) = OpenFile::open(place).map_err(Error::file("opening a picture"))?;
    let (content, crc32, bytes) = read(&file, stat.size, wish.format, pulse)?;
    let after = file.stat().map_err(Error::file("reading a picture"))?;
    if after != stat {
        let changed = std::io::Error::new(std::io::ErrorKind::Interrupted, "changed while read");
        return Err(Error::file("reading a picture")(changed));
    }
    // The texts are the same by any rules.
    let reading = wish
        .chunks
        .then(|| reader::read(&file, place, metadata::Rules::builtin()));
    let poster = wish.poster.as_deref();
    let lossless = poster.is_none() && matches!(wish.format, Format::Png | Format::Webp);
    let bare = reading
        .as_ref()
        .is_some_and(|reading| reading.recipe.is_empty());
    let mut hidden = None;
    let see = |stored: media::Stored<'_>| {
        if lossless && bare {
            hidden = in_pixels(stored);
        }
    };
    let picture = poster.map_or((bytes.as_slice(), wish.format), |poster| {
        (poster, Format::Png)
    });
    let mut placeholder = Vec::new();
    let drawn = draw(picture, wish, see).map(|thumbnails| {
        placeholder = thumbnails.placeholder;
        thumbnails.images
    });
    let raw = reading.map(|reading| reading.raw).unwrap_or_default();
    let texts = texts(raw, hidden.unwrap_or_default());
    let mut no_room = false;
    for (size, image) in drawn.iter().flatten() {
        if let Err(error) = cache.write(&content, *size, image) {
            // The picture can still be shown; only the next look costs again.
            no_room = is_full(&error);
            if !no_room {
                tracing::warn!(%error, "a thumbnail could not be kept");
            }
            break;
        }
    }
    Ok(Prepared {
        content,
        crc32,
        placeholder,
        drawn,
        no_room,
        texts,
    })
}

fn texts(mut raw: Vec<RawChunk>, hidden: Vec<RawChunk>) -> Texts {
    raw.extend_from_slice(&hidden);
    Texts {
        chunks: raw.iter().map(compress).collect(),
        secret: !metadata::secrets(&raw).is_empty(),
        hidden,
    }
}

/// The texts that are hidden in the lowest bits of a picture.
fn in_pixels(stored: media::Stored<'_>) -> Option<Vec<RawChunk>> {
    metadata::stealth(&metadata::Pixels {
        width: stored.width,
        height: stored.height,
        channels: stored.channels,
        samples: stored.samples,
    })
}

fn draw(
    (bytes, format): (&[u8], Format),
    wish: &Wish,
    see: impl FnOnce(media::Stored<'_>),
) -> Result<media::Thumbnails, Error> {
    if crate::poster::is_needed(format) {
        return Err(crate::poster::no_poster(format));
    }
    let (sizes, limits) = ((wish.sizes.as_slice(), wish.quality), &wish.limits);
    Ok(media::thumbnails_seeing(bytes, format, sizes, limits, see)?)
}

/// Hashes a file; pictures are also kept in memory for drawing, videos are only streamed.
fn read(
    file: &OpenFile,
    size: u64,
    format: Format,
    pulse: &Pulse,
) -> Result<(Hash, u32, Vec<u8>), Error> {
    if !format.is_video() {
        let bytes = pulse
            .read_all(file, size, MOST_BYTES)
            .map_err(Error::file("reading a picture"))?;
        return Ok((
            *blake3::hash(&bytes).as_bytes(),
            media::archive::crc32(&bytes),
            bytes,
        ));
    }
    let mut hasher = blake3::Hasher::new();
    let mut check = media::archive::Crc32::new();
    let hash = |part: &[u8]| {
        hasher.update(part);
        check.update(part);
    };
    pulse
        .read(file, size, hash)
        .map_err(Error::file("reading a video"))?;
    Ok((*hasher.finalize().as_bytes(), check.finalize(), Vec::new()))
}

/// Compresses a text chunk for keeping. Workflows repeat from picture to picture, so the hash of
/// the text decides whether it is kept already.
pub(crate) fn compress(chunk: &RawChunk) -> CompressedChunk {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing into memory cannot fail.
    let _ = encoder.write_all(chunk.text.as_bytes());
    CompressedChunk {
        place: chunk.place.clone(),
        key: chunk.key.clone(),
        hash: *blake3::hash(chunk.text.as_bytes()).as_bytes(),
        bytes: encoder.finish().unwrap_or_default(),
    }
}

/// The text chunk that was compressed by [`compress`]; what is damaged comes back empty.
pub(crate) fn inflate(chunk: &CompressedChunk) -> RawChunk {
    use std::io::Read;
    let mut text = String::new();
    let mut reader = DeflateDecoder::new(chunk.bytes.as_slice()).take(MOST_TEXT);
    if reader.read_to_string(&mut text).is_err() {
        tracing::error!(place = chunk.place, "a kept text chunk is damaged");
        text.clear();
    }
    RawChunk {
        place: chunk.place.clone(),
        key: chunk.key.clone(),
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_survive_being_kept() {
        for text in [
            "",
            "a prompt",
            "漢字 \u{1f3a8}",
            &"{\"a\":1}".repeat(10_000),
        ] {
            let chunk = RawChunk {
                place: "png:tEXt".to_owned(),
                key: "prompt".to_owned(),
                text: text.to_owned(),
            };
            assert_eq!(inflate(&compress(&chunk)), chunk);
        }
    }
}
