//! What tests of several crates need. Only ever a development dependency.
//!
//! Rules of this crate: nothing here is skipped silently; what is missing on a machine fails with
//! the command that installs it; everything that is started ends with the test process, also when
//! a test fails.
#![warn(missing_docs)]

#[cfg(feature = "gallery")]
pub mod archive;
pub mod db;
#[cfg(target_os = "linux")]
pub mod disk;
#[cfg(feature = "gallery")]
mod library;
#[cfg(feature = "gallery")]
pub mod picture;

#[cfg(feature = "gallery")]
pub use library::Library;
