//! A picture as the grid, the lightbox and the server speak of it.

use serde::{Deserialize, Serialize};

use crate::{
    id::ImageId,
    judgement::Judgement,
    overlay::Edited,
    parameter::{Origin, Parameter},
    recipe::{Notice, RawChunk, Recipe},
    record::Record,
    tag::{Note, Tag},
    text::base_name,
    time::Timestamp,
};

/// What kind of file it is, by its content and not by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// PNG and APNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP, still or animated.
    Webp,
    /// AVIF.
    Avif,
    /// GIF.
    Gif,
    /// MP4 video.
    Mp4,
    /// WebM video.
    Webm,
    /// Matroska video.
    Mkv,
    /// QuickTime video.
    Mov,
}

impl Format {
    /// Every format, in the order of their stored numbers.
    pub const ALL: [Self; 9] = [
        Self::Png,
        Self::Jpeg,
        Self::Webp,
        Self::Avif,
        Self::Gif,
        Self::Mp4,
        Self::Webm,
        Self::Mkv,
        Self::Mov,
    ];

    /// The word for it in lower case, also the usual file extension.
    pub fn word(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
            Self::Avif => "avif",
            Self::Gif => "gif",
            Self::Mp4 => "mp4",
            Self::Webm => "webm",
            Self::Mkv => "mkv",
            Self::Mov => "mov",
        }
    }

    /// The format of a word of [`Format::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The media type to serve it with.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Gif => "image/gif",
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
            Self::Mkv => "video/x-matroska",
            Self::Mov => "video/quicktime",
        }
    }

    /// Whether it plays.
    pub fn is_video(self) -> bool {
        matches!(self, Self::Mp4 | Self::Webm | Self::Mkv | Self::Mov)
    }

    /// The format that a file name promises, by its extension in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let extension = extension.to_ascii_lowercase();
        match extension.as_str() {
            "jpg" | "jpe" | "jfif" => Some(Self::Jpeg),
            "apng" => Some(Self::Png),
            "m4v" => Some(Self::Mp4),
            other => Self::from_word(other),
        }
    }

    /// The format of a file by its first bytes; 32 are enough for every format.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        match head {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Self::Webp),
            [_, _, _, _, b'f', b't', b'y', b'p', rest @ ..] => match rest.get(..4) {
                Some(b"avif" | b"avis") => Some(Self::Avif),
                Some(b"mif1" | b"msf1") => rest
                    .get(8..)
                    .is_some_and(|brands| {
                        brands
                            .chunks_exact(4)
                            .any(|brand| matches!(brand, b"avif" | b"avis"))
                    })
                    .then_some(Self::Avif),
                Some(b"qt  ") => Some(Self::Mov),
                Some(b"heic" | b"heix" | b"crx ") | None => None,
                Some(_) => Some(Self::Mp4),
            },
            [0x1a, 0x45, 0xdf, 0xa3, rest @ ..] => {
                let webm = rest.windows(4).any(|bytes| bytes == b"webm");
                Some(if webm { Self::Webm } else { Self::Mkv })
            }
            _ => None,
        }
    }
}

/// The drawing that stands for a picture of which only the address is known.
const ELSEWHERE: &str = "/elsewhere.svg";

/// What a cell of the grid needs, and no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageCard {
    /// Who it is.
    pub id: ImageId,
    /// Width in pixels as shown; 0 when unknown.
    pub width: u32,
    /// Height in pixels as shown; 0 when unknown.
    pub height: u32,
    /// Kind of file.
    pub format: Format,
    /// Changes whenever the file's bytes change; part of every picture address, so that browsers
    /// may keep what they have for ever.
    pub stamp: String,
    /// Thumbhash in URL-safe base64 without padding; empty until one was made.
    pub placeholder: String,
    /// File name without folders.
    pub name: String,
    /// One line that stands for the picture: the start of its prompt, else its name.
    pub caption: String,
    /// `date` of the picture.
    pub date: Timestamp,
    /// Seconds of a video, when known.
    pub seconds: Option<u32>,
    /// Whether its file is gone for now.
    pub missing: bool,
    /// Where it lies, of a picture that has no file because only its address is known; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// What people think of it.
    #[serde(default, skip_serializing_if = "Judgement::is_untouched")]
    pub judgement: Judgement,
}

impl ImageCard {
    /// Whether only its address is known, so that there is no file of it.
    pub fn is_elsewhere(&self) -> bool {
        !self.address.is_empty()
    }

    /// Address of a thumbnail that is at least `edge` CSS pixels times the pixel ratio long.
    pub fn thumb_url(&self, size: ThumbSize) -> String {
        if self.is_elsewhere() {
            return ELSEWHERE.to_owned();
        }
        format!("/media/{}/{}/{}.webp", self.id, self.stamp, size.pixels())
    }

    /// Address of the original bytes.
    pub fn original_url(&self) -> String {
        if self.is_elsewhere() {
            return ELSEWHERE.to_owned();
        }
        format!("/media/{}/{}/original", self.id, self.stamp)
    }
}

/// How a picture was made, in as many words as a row of the list has room for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFacts {
    /// Base model, without folders and extension.
    pub model: Option<String>,
    /// Sampler of the run that made the picture in the first place.
    pub sampler: Option<String>,
    /// Seed of that run.
    pub seed: Option<u64>,
}

impl RowFacts {
    /// The facts that a recipe tells.
    pub fn of(recipe: &Recipe) -> Self {
        let run = recipe.primary();
        let model = run.and_then(|run| run.model.as_ref());
        Self {
            model: model
                .or(recipe.models.first())
                .map(|model| base_name(model).to_owned()),
            sampler: run.and_then(|run| run.sampler.clone()),
            seed: run.and_then(|run| run.seed),
        }
    }
}

/// The sizes in which thumbnails are kept, by their long edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ThumbSize {
    /// 256 pixels.
    Small,
    /// 512 pixels.
    Medium,
    /// 1024 pixels.
    Large,
}

impl ThumbSize {
    /// All sizes, smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// The long edge in pixels.
    pub fn pixels(self) -> u32 {
        match self {
            Self::Small => 256,
            Self::Medium => 512,
            Self::Large => 1024,
        }
    }

    /// The size with exactly this long edge.
    pub fn from_pixels(pixels: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.pixels() == pixels)
    }

    /// The smallest size whose long edge covers `pixels`; the largest when none does.
    pub fn covering(pixels: f64) -> Self {
        let fits = |size: &Self| f64::from(size.pixels()) >= pixels;
        Self::ALL.into_iter().find(fits).unwrap_or(Self::Large)
    }
}

/// Everything the lightbox and its inspector show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageDetail {
    /// What the grid knows of it.
    pub card: ImageCard,
    /// How it was made.
    pub recipe: Recipe,
    /// The text blocks of the file as found.
    pub raw: Vec<RawChunk>,
    /// What was odd about reading it.
    pub notices: Vec<Notice>,
    /// Name of the watched folder it lies in.
    pub root: String,
    /// Folder inside the root, with `/`; empty at the top.
    pub folder: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// When the gallery first saw it.
    pub added: Timestamp,
    /// When the file was last written.
    pub modified: Timestamp,
    /// Its tags by name.
    pub tags: Vec<Tag>,
    /// What people wrote about it.
    pub note: Note,
    /// Whom it shows; empty: nobody in particular.
    pub persona: String,
    /// What somebody set over what its file says. It is in the recipe and the date above already.
    pub edited: Vec<Edited>,
    /// The pictures that its recipe loads, by name.
    #[serde(default)]
    pub references: Vec<Reference>,
    /// How many pictures were made from this one.
    #[serde(default)]
    pub used_by: u64,
    /// What was told of it by whoever knows its address, where somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
}

/// A picture that a recipe loads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// The name that the recipe has, with the folder before it.
    pub name: String,
    /// The pictures that it is, of which reference images come first: several when the same bytes lie in several
    /// places; none when it is not known.
    pub pictures: Vec<ReferenceImage>,
}

/// One picture that another was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReferenceImage {
    /// What the grid knows of it.
    pub card: ImageCard,
    /// Whether it is a reference image, which the library does not show.
    pub input: bool,
}

/// What `inspect` tells of a file that is only looked at and not kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// File name as it was given.
    pub name: String,
    /// Kind of file; `None` when it is none that the gallery knows.
    pub format: Option<Format>,
    /// Width in pixels; 0 when unknown.
    pub width: u32,
    /// Height in pixels; 0 when unknown.
    pub height: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// How it was made.
    pub recipe: Recipe,
    /// Every value that was set on any node.
    pub parameters: Vec<Parameter>,
    /// Where each value of the recipe was read.
    pub origins: Vec<Origin>,
    /// Classes of nodes at which the way to a value was lost.
    pub unknown: Vec<String>,
    /// The text blocks as found.
    pub raw: Vec<RawChunk>,
    /// What was odd about reading it.
    pub notices: Vec<Notice>,
}
