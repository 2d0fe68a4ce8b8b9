//! Files as boxes of text: where each format keeps its words, its size and its dates.
//!
//! A new format is one file in `container/` with `read(source, found)` and one arm in [`read`].

mod audio;
mod avif;
mod c2pa;
mod exif;
mod gif;
mod id3;
mod isobmff;
mod jpeg;
mod matroska;
mod mp4;
mod png;
mod profile;
mod vorbis;
mod webp;
mod xmp;

use std::io::Read;

use domain::{
    image::Format,
    recipe::{Notice, RawChunk},
    time::Timestamp,
};

use crate::{Limits, ReadAt, source::Source};

/// What the container of a file told, and how much of it may still be read.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) format: Option<Format>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) seconds: Option<f64>,
    pub(crate) animated: bool,
    pub(crate) raw: Vec<RawChunk>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) exif_date: Option<Timestamp>,
    pub(crate) complete: bool,
    /// A provenance manifest was read.
    has_manifest: bool,
    /// EXIF asks for a quarter turn.
    turned: bool,
    limit: usize,
    budget: usize,
    /// What may still be inflated, whether or not a text is kept of it.
    inflatable: usize,
    headers: usize,
}

/// How many times the limit of all texts may be read from a file: a manifest may be four texts long.
const READ: usize = 4;

/// What may be read however small the limits are.
const LEAST_READ: usize = 1 << 20;

/// Recognises a file by its content and walks it.
pub(crate) fn read(inner: &dyn ReadAt, limits: &Limits) -> Found {
    let most = limits.total.saturating_mul(READ).max(LEAST_READ);
    let source = Source::new(inner, most);
    let mut found = Found {
        format: Format::sniff(source.head()),
        limit: limits.text,
        budget: limits.total,
        inflatable: limits.total,
        headers: limits.headers,
        ..Found::default()
    };
    match found.format {
        Some(Format::Png) => png::read(&source, &mut found),
        Some(Format::Jpeg) => jpeg::read(&source, &mut found),
        Some(Format::Webp) => webp::read(&source, &mut found),
        Some(Format::Avif) => avif::read(&source, &mut found),
        Some(Format::Gif) => gif::read(&source, &mut found),
        Some(Format::Mp4 | Format::Mov) => mp4::read(&source, &mut found),
        Some(Format::Webm | Format::Mkv) => matroska::read(&source, &mut found),
        None => {
            if !audio::read(&source, &mut found) {
                bare_text(&source, &mut found);
            }
        }
    }
    if found.turned {
        std::mem::swap(&mut found.width, &mut found.height);
    }
    found
}

/// The words of an XMP packet that lies in a file of its own.
pub(crate) fn xmp_packet(packet: &str, limits: &Limits) -> Vec<RawChunk> {
    let mut found = Found {
        limit: limits.text,
        budget: limits.total,
        inflatable: limits.total,
        ..Found::default()
    };
    xmp::read(packet.as_bytes(), &mut found);
    found.raw
}

/// A workflow that was saved by itself: JSON without a picture around it.
fn bare_text(source: &Source<'_>, found: &mut Found) {
    let start = source.head().trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    if start.first() == Some(&b'{') && source.len() <= found.limit as u64 {
        let whole = source.bytes(0, found.limit);
        if let Ok(text) = std::str::from_utf8(&whole) {
            found.complete = true;
            found.text("json", "", text.trim_start_matches('\u{feff}'));
        }
    }
}

impl Found {
    /// Keeps a text block, if it is within the limits.
    fn text(&mut self, place: &str, key: &str, text: &str) {
        if !self.may_keep(place, text.len()) {
            return;
        }
        let text = text.to_owned();
        self.raw.push(RawChunk {
            place: place.to_owned(),
            key: key.to_owned(),
            text,
        });
    }

    /// Spends the budget on a text; `false`, with a notice, when it is too large.
    fn may_keep(&mut self, place: &str, len: usize) -> bool {
        let fits = len <= self.limit && len <= self.budget;
        self.budget = self.budget.saturating_sub(len.min(self.limit));
        if !fits {
            self.notice(
                "text-limit",
                format!("A text in {place} is too long and was left out."),
            );
        }
        fits
    }

    /// Inflates a zlib stream within the limits.
    fn inflate(&mut self, place: &str, compressed: &[u8]) -> Option<Vec<u8>> {
        let most = self.limit.min(self.budget).min(self.inflatable);
        let mut plain = Vec::new();
        let mut reader = flate2::read::ZlibDecoder::new(compressed).take(most as u64 + 1);
        let outcome = reader.read_to_end(&mut plain);
        self.inflatable -= plain.len().min(most);
        if plain.len() > most {
            self.budget -= most;
            self.notice(
                "text-limit",
                format!("A compressed text in {place} is too long and was left out."),
            );
            return None;
        }
        if outcome.is_err() {
            self.notice(
                "bad-zlib",
                format!("A compressed text in {place} is damaged."),
            );
            if plain.is_empty() {
                return None;
            }
        }
        Some(plain)
    }

    /// Counts a header; `false`, with a notice, when there were too many.
    fn header(&mut self) -> bool {
        if self.headers == 0 {
            self.notice(
                "header-limit",
                "The file has too many parts; the rest was not read.",
            );
            return false;
        }
        self.headers -= 1;
        true
    }

    /// Most bytes of a provenance manifest, which may hold pictures of its own.
    fn manifest_limit(&self) -> usize {
        self.limit.saturating_mul(4)
    }

    fn truncated(&mut self) {
        self.complete = false;
        self.notice(
            "truncated",
            "The file ends before its format says that it should.",
        );
    }

    /// Adds a notice; each code and sentence once, and not without end.
    fn notice(&mut self, code: &str, message: impl Into<String>) {
        let notice = Notice::new(code, message);
        if self.notices.len() < 32 && !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}
