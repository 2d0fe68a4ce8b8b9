//! Files as they are looked after.

use super::Hash;

/// A file that the library holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldFile {
    /// Its key.
    pub location: i64,
    /// Key of its picture.
    pub image: i64,
    /// Key of its root.
    pub root: i64,
    /// Folder inside the root with `/`; empty at the top.
    pub folder: String,
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Whether scans know already that it is gone.
    pub missing: bool,
    /// Hash of its bytes, once they were read.
    pub content_hash: Option<Hash>,
}

/// How a file looks that was put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedFile {
    /// Key of the location.
    pub location: i64,
    /// Number of the file on its device.
    pub inode: u64,
    /// Number of the device.
    pub dev: u64,
    /// Modification time in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// The word that changes whenever its bytes do.
    pub stamp: String,
}
