//! Files on their way in.

use domain::{
    id::{ImageId, RootId, UploadId},
    time::Timestamp,
    upload::Arrived,
};

/// A file that will come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// Its id.
    pub id: UploadId,
    /// The root that will hold it.
    pub root: RootId,
    /// Folder inside the root with `/`; empty at the top.
    pub folder: String,
    /// The name that it should have.
    pub name: String,
    /// All of its bytes; `None` when nobody knows them before they have come.
    pub size: Option<u64>,
    /// The picture whose file it replaces.
    pub replaces: Option<ImageId>,
    /// When it was told of.
    pub at: Timestamp,
    /// The picture without a file that it is for.
    pub attach: Option<ImageId>,
    /// What is told of it, as the gallery reads it.
    pub about: Option<String>,
}

/// A file on its way in, as the journal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// Its id.
    pub id: UploadId,
    /// Key of the root that will hold it.
    pub root: i64,
    /// Id of that root.
    pub root_id: RootId,
    /// Path of that root.
    pub path: String,
    /// Folder inside the root with `/`; empty at the top.
    pub folder: String,
    /// The name that it will have.
    pub name: String,
    /// All of its bytes; `None` as long as nobody knows them.
    pub size: Option<u64>,
    /// The picture whose file it replaces.
    pub replaces: Option<ImageId>,
    /// When bytes last came.
    pub seen: Timestamp,
    /// Whether it was brought to its end.
    pub done: bool,
    /// What it became; `None` also when that picture is gone.
    pub arrived: Option<Arrived>,
    /// The picture without a file that it was sent for; `None` also when that is gone.
    pub attach: Option<ImageId>,
    /// What is still to be told of it.
    pub about: Option<String>,
}
