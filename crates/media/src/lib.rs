//! Pictures and archives as bytes: thumbnails, copies without private data, ZIP files by
//! arithmetic, and file names that are safe everywhere.
//!
//! Rules of this crate:
//!
//! - Bytes in, bytes out. No paths, no async, no database, no clock; the caller reads and writes.
//! - Every file is hostile. Sizes are checked against [`Limits`] from the header before anything
//!   is decoded, and decoders run where a panic becomes [`MediaError::Panicked`].
//! - The content decides what a file is; its name and its claimed format do not.
//! - Errors are fields, not sentences: the caller writes the words that people read.
//! - `unsafe` lives in `native` alone, around one encoder with a C interface.
//!
//! A C interface is also why AVIF has a door of its own, [`avif_as_png`]: a panic behind it ends the
//! process, so the caller runs it in another one.
//!
//! To add a format: one file under `decode/` that fills a raster, one arm in `decode.rs`; and one
//! file under `strip/` with its own list of allowed parts, one arm in `strip.rs`.
#![warn(missing_docs)]

pub mod archive;
pub mod names;

mod colour;
mod decode;
mod error;
mod guard;
mod limits;
#[expect(
    unsafe_code,
    reason = "the WebP encoder has a C interface; nothing else may"
)]
mod native;
mod raster;
mod render;
mod strip;
mod thumbnails;

pub use crate::{
    error::{Excess, MediaError, Part},
    limits::Limits,
    render::{Encoding, Rendered, render},
    strip::strip,
    thumbnails::{Stored, Thumbnails, avif_as_png, thumbnails, thumbnails_seeing},
};
