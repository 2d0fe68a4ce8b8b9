//! What goes into the store and comes out of it, where `domain` has no type for it.
//!
//! A *key* is the database's own number of a thing: small, never used again for another thing, and
//! never shown to a browser. An *id* is the public name of `domain::id`.

mod care;
mod jobs;
mod moves;
mod records;
mod roots;
mod uploads;

use std::sync::Arc;

use domain::{
    export::{ExportRequest, ExportState},
    facts::Marks,
    id::{ExportId, ImageId, OperationId},
    image::{Format, ImageCard},
    judgement::Judgement,
    overlay::Edited,
    parameter::ParameterList,
    recipe::{Notice, Recipe},
    record::Record,
    time::Timestamp,
};

use crate::Fresh;
pub use care::{HeldFile, PlacedFile};
pub use jobs::{Hold, JobEnd, JobErrorRow, JobRow, JobStep, NewJob, NewJobError, Taker};
pub use moves::{Begun, MoveRow, MovedFile, NewMove, PastMove, Spot};
pub use records::{NewRecord, RecordRow};
pub use roots::{NewRoot, RootCount, RootIdentity, RootKind, RootRow};
pub use uploads::{NewUpload, UploadRow};

/// A BLAKE3 hash.
pub type Hash = [u8; 32];

/// Who does something, when, and under which id it can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The id of what is done.
    pub operation: OperationId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The hash of its token, as 64 hexadecimal digits.
    pub token_hash: String,
    /// When it signed in.
    pub began: Timestamp,
    /// When it was last noted to be here.
    pub seen: Timestamp,
    /// What it said that it is.
    pub device: String,
    /// The address that it signed in from.
    pub address: String,
}

/// A file as the last scan left it: enough to tell whether it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// Key of the location.
    pub location: i64,
    /// Folder inside the root with `/`; empty at the top. Neighbours share it.
    pub folder: Arc<str>,
    /// File name.
    pub name: Box<str>,
    /// Size in bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Inode, or the platform's file index.
    pub inode: u64,
    /// Scans in a row that did not find it.
    pub missing_scans: u32,
}

/// What a picture was made from, and whether others were made from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// What its recipe loads.
    pub loaded: Vec<ReferenceRow>,
    /// Whether the recipe of any other picture loads it.
    pub used: bool,
}

/// A picture that the recipe of another one loads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceRow {
    /// Folder below that of the inputs with `/`; empty at the top.
    pub folder: String,
    /// File name.
    pub name: String,
    /// The pictures that it is, of which those that lie only in folders of inputs come first.
    pub pictures: Vec<ReferencedRow>,
}

/// A picture that another one was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferencedRow {
    /// Key of the picture.
    pub key: i64,
    /// Whether it lies only in folders of inputs.
    pub input: bool,
}

/// A file by which its root is recognised in another place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSample {
    /// Folder inside the root with `/`; empty at the top.
    pub folder: String,
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// BLAKE3 of the file, once it was read whole.
    pub content_hash: Option<Hash>,
}

/// A file that was read because it is new or has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct ScannedFile {
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
    /// Inode, or the platform's file index.
    pub inode: u64,
    /// Device number.
    pub dev: u64,
    /// Key of a known location whose file this is, moved here. Ignored when this path is known
    /// already: then the file here counts as changed.
    pub moved_from: Option<i64>,
    /// Public id to give it if it is a new picture.
    pub id: ImageId,
    /// Kind of file.
    pub format: Format,
    /// Width in pixels as shown; 0 when unknown.
    pub width: u32,
    /// Height in pixels as shown; 0 when unknown.
    pub height: u32,
    /// Length of a video in seconds.
    pub seconds: Option<f64>,
    /// Changes whenever the bytes change. An equal stamp keeps the hash, the placeholder and the
    /// stored text chunks of a known picture.
    pub stamp: String,
    /// The time in the recipe or in EXIF, else equal to `modified`: then a known picture keeps the
    /// date that it had.
    pub date: Timestamp,
    /// When it was first seen; a known picture keeps the time that it had.
    pub added: Timestamp,
    /// Modification time of the file.
    pub modified: Timestamp,
    /// How it was made.
    pub recipe: Recipe,
    /// What was odd about reading it.
    pub notices: Vec<Notice>,
    /// Whether the file carries a workflow that can be loaded again.
    pub has_workflow: bool,
    /// Whether it carries text that no parser understood.
    pub unparsed: bool,
    /// Every value that was set in its making.
    pub parameters: ParameterList,
}

/// What the kept text chunks of a picture were understood to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Reread {
    /// Key of the picture.
    pub image: i64,
    /// How it was made.
    pub recipe: Recipe,
    /// What was odd about its record.
    pub notices: Vec<Notice>,
    /// Every value that was set in its making.
    pub parameters: ParameterList,
    /// Whether it carries a workflow that can be loaded again.
    pub has_workflow: bool,
    /// Whether it carries text that no parser understood.
    pub unparsed: bool,
    /// Whether it carries a key, a token or a password.
    pub secret: bool,
}

/// What became of a batch of scanned files.
#[derive(Debug)]
pub struct Recorded {
    /// Number of the change.
    pub change: i64,
    /// One for each file, in the order in which they were given.
    pub rows: Vec<RecordedFile>,
    /// All that the change touched, if that is only new pictures.
    pub fresh: Option<Fresh>,
}

/// Where a scanned file ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedFile {
    /// Key of its location.
    pub location: i64,
    /// Key of its picture.
    pub image: i64,
    /// Whether the picture is new.
    pub new: bool,
}

/// A picture that still needs its hash and thumbnails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// Key of the picture.
    pub image: i64,
    /// Its public id.
    pub id: ImageId,
    /// Absolute path of its root.
    pub root_path: String,
    /// Folder inside the root with `/`; empty at the top.
    pub folder: String,
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Stamp to hand back with the result.
    pub stamp: String,
    /// Kind of file.
    pub format: Format,
    /// How often working on it went wrong.
    pub strikes: u32,
}

/// What was learned of a file because somebody wanted to see it before its turn came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Key of the picture.
    pub image: i64,
    /// The stamp it had when it was drawn; what was learned is dropped if it has another one now.
    pub stamp: String,
    /// BLAKE3 of the file.
    pub content_hash: Hash,
    /// CRC-32 of the file, as ZIP archives want it.
    pub crc32: u32,
    /// Thumbhash; empty when none could be made.
    pub placeholder: Vec<u8>,
}

/// A picture in the trash, with its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trashed {
    /// Key of the picture.
    pub image: i64,
    /// When it was put there.
    pub at: Timestamp,
    /// BLAKE3 of its bytes, once it was read whole.
    pub content_hash: Option<Hash>,
    /// Every file of it, in the order of their keys.
    pub files: Vec<TrashedFile>,
}

/// A file of a picture in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrashedFile {
    /// Key of its root.
    pub root: i64,
    /// Folder inside the root with `/`; empty at the top.
    pub folder: String,
    /// File name.
    pub name: String,
    /// Size in bytes when it was read.
    pub size: u64,
    /// Modification time in nanoseconds since 1970 when it was read.
    pub mtime_ns: i64,
    /// Whether it is gone for now.
    pub missing: bool,
}

/// The result of hashing and thumbing one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// Key of the picture.
    pub image: i64,
    /// The stamp it had when work on it began; the result is dropped if it has another one now.
    pub stamp: String,
    /// BLAKE3 of the file.
    pub content_hash: Hash,
    /// CRC-32 of the file, as ZIP archives want it.
    pub crc32: u32,
    /// Thumbhash; empty when none could be made.
    pub placeholder: Vec<u8>,
    /// The text chunks of the file, compressed.
    pub chunks: Vec<CompressedChunk>,
    /// Whether they carry a key, a token or a password.
    pub secret: bool,
    /// A recipe that stood in the pixels, where the texts have none.
    pub hidden: Option<Reread>,
}

/// A text chunk of a file, compressed by the caller; kept once however many pictures share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompressedChunk {
    /// Where it was, as in `domain::recipe::RawChunk`.
    pub place: String,
    /// Its keyword.
    pub key: String,
    /// BLAKE3 of the uncompressed text.
    pub hash: Hash,
    /// The compressed text.
    pub bytes: Vec<u8>,
}

/// A picture with a certain content hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SameContent {
    /// Key of the picture.
    pub image: i64,
    /// Whether every file of it is gone for now.
    pub missing: bool,
}

/// Everything that is kept of one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct DetailRow {
    /// Key of the picture.
    pub image: i64,
    /// What the grid knows of it.
    pub card: ImageCard,
    /// How it was made, with what people set over what its file says.
    pub recipe: Recipe,
    /// What they set.
    pub edited: Vec<Edited>,
    /// What was odd about reading it.
    pub notices: Vec<Notice>,
    /// Name of the root it lies in.
    pub root: String,
    /// Folder inside the root with `/`; empty at the top.
    pub folder: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// When it was first seen.
    pub added: Timestamp,
    /// When the file was last written.
    pub modified: Timestamp,
    /// BLAKE3 of the file, once it was read whole.
    pub content_hash: Option<Hash>,
    /// Whether work on it was given up after three failures.
    pub unreadable: bool,
    /// Its text chunks in file order; empty until it was finished.
    pub chunks: Vec<CompressedChunk>,
    /// What was told of it by whoever knows its address.
    pub record: Option<Record>,
}

/// Where a picture's bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Key of the picture.
    pub image: i64,
    /// Its public id.
    pub id: ImageId,
    /// Absolute path of its root.
    pub root_path: String,
    /// Name of its root.
    pub root_name: String,
    /// Folder inside the root with `/`; empty at the top.
    pub folder: String,
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Stamp of its bytes.
    pub stamp: String,
    /// Kind of file.
    pub format: Format,
    /// Width in pixels as shown; 0 when unknown.
    pub width: u32,
    /// Height in pixels as shown; 0 when unknown.
    pub height: u32,
    /// `date` of the picture.
    pub date: Timestamp,
    /// BLAKE3 of the file, once it was read whole.
    pub content_hash: Option<Hash>,
    /// CRC-32 of the file, once it was read whole.
    pub crc32: Option<u32>,
    /// Whether it is gone for now.
    pub missing: bool,
}

/// What happened to the library since some change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// These pictures changed or went away.
    Rows {
        /// Number of the newest change that is covered.
        upto: i64,
        /// Keys of pictures to read again, each once, in ascending order.
        touched: Vec<i64>,
        /// Keys of pictures that are no more, each once, in ascending order.
        removed: Vec<i64>,
        /// What is thought now of pictures of which that changed, in ascending order of their keys.
        judged: Vec<(i64, Judgement)>,
        /// Tags and notes that changed.
        marks: Box<Marks>,
    },
    /// Too much to tell: read everything again.
    Rebuild {
        /// Number of the newest change at that moment.
        upto: i64,
    },
}

/// A file that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProblem {
    /// Path inside the root.
    pub path: String,
    /// A short stable word.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// When it was noticed.
    pub at: Timestamp,
}

/// A prepared download.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportRow {
    /// Its public id.
    pub id: ExportId,
    /// Where it stands.
    pub state: ExportState,
    /// What was asked for.
    pub request: ExportRequest,
    /// The plan of the archive, in a form that only its maker knows; empty until there is one.
    pub plan: Vec<u8>,
    /// Size of the archive in bytes, once known.
    pub bytes: Option<u64>,
    /// Number of pictures in it.
    pub pictures: u64,
    /// Pictures already read and measured.
    pub prepared: u64,
    /// Pictures that had to be left out, with the reason for each.
    pub left_out: Vec<(String, String)>,
    /// When it was asked for.
    pub created: Timestamp,
}
