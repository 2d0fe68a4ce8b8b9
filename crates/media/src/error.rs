//! What can be wrong with a picture.

use domain::image::Format;
use thiserror::Error;

/// Why a picture could not be worked on. The fields are for the caller's own sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MediaError {
    /// The bytes are not of a kind that the gallery knows; also an empty file.
    #[error("not a known kind of picture")]
    NotAnImage,
    /// A known kind, for which this cannot be done.
    #[error("not possible for {}", format.word())]
    Unsupported {
        /// What the bytes are.
        format: Format,
    },
    /// Refused before decoding, because it would take too much.
    #[error("too large: {found} {excess:?}, at most {limit}")]
    TooLarge {
        /// Which measure is exceeded.
        excess: Excess,
        /// What the file claims.
        found: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The file is cut off or its content contradicts itself.
    #[error("damaged {} in its {part:?}", format.word())]
    Damaged {
        /// What the bytes are.
        format: Format,
        /// Where it broke.
        part: Part,
    },
    /// A decoder gave up in a way that it should not; the file deserves the blame all the same.
    #[error("the decoder of {} panicked", format.word())]
    Panicked {
        /// What the bytes are.
        format: Format,
    },
    /// The thumbnail could not be written, which is not the fault of the file.
    #[error("the encoder failed")]
    Encoder,
}

/// The measures that [`Limits`](crate::Limits) bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// Pixels of the whole picture.
    Pixels,
    /// Pixels of its longer edge.
    Edge,
    /// Bytes once decoded.
    Bytes,
}

/// The part of a file that is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The header, before any pixel.
    Header,
    /// The pixels.
    Pixels,
    /// The order or the lengths of its blocks.
    Structure,
}
