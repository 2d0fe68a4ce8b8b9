//! What is told of pictures by whoever knows their address.

use domain::{id::ImageId, image::Format, record::Record, time::Timestamp};

/// A record that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// The public id of its picture.
    pub id: ImageId,
    /// What it says.
    pub record: Record,
    /// The kind of file that its address promises.
    pub format: Format,
    /// `date` of the picture, if this is the first that is told of it.
    pub date: Timestamp,
    /// When it was sent.
    pub at: Timestamp,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// Key of its picture.
    pub image: i64,
    /// What it says.
    pub record: Record,
    /// When the picture was first told of.
    pub added: Timestamp,
    /// When the record last changed.
    pub changed: Timestamp,
    /// Whether the picture has a file by now.
    pub has_file: bool,
}
