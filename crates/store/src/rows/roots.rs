//! Rows of watched folders.

use domain::{
    id::RootId,
    scan::{RootRole, RootState},
    time::Timestamp,
};

/// Who owns the files of a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootKind {
    /// The gallery's own folder for uploads and imports.
    Managed,
    /// A folder of the user; originals are never written.
    Linked,
}

/// A root to be watched from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRoot {
    /// Its public id.
    pub id: RootId,
    /// Short name, unique among the roots is not required.
    pub name: String,
    /// Absolute path on the server; unique.
    pub path: String,
    /// Whose files they are.
    pub kind: RootKind,
    /// Whether emptying the trash may unlink files.
    pub allow_delete: bool,
    /// Whether files may be renamed and moved.
    pub allow_organise: bool,
    /// Whether XMP files may be written beside originals.
    pub allow_sidecars: bool,
    /// What its pictures are.
    pub role: RootRole,
    /// When it was added.
    pub added: Timestamp,
}

/// A watched root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootRow {
    /// Its key.
    pub key: i64,
    /// Its public id.
    pub id: RootId,
    /// Short name.
    pub name: String,
    /// Absolute path on the server.
    pub path: String,
    /// Whose files they are.
    pub kind: RootKind,
    /// Whether emptying the trash may unlink files.
    pub allow_delete: bool,
    /// Whether files may be renamed and moved.
    pub allow_organise: bool,
    /// Whether XMP files may be written beside originals.
    pub allow_sidecars: bool,
    /// Whether it can be reached.
    pub state: RootState,
    /// Files that would turn missing if a suspicious scan were believed.
    pub vanished: u64,
    /// What tells this folder from another one at the same path.
    pub identity: RootIdentity,
    /// When it was last read to the end.
    pub scanned: Option<Timestamp>,
    /// When it was added.
    pub added: Timestamp,
    /// Whether it is left alone until somebody goes on with it.
    pub paused: bool,
    /// What its pictures are.
    pub role: RootRole,
}

/// What tells a folder from another one mounted at the same path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RootIdentity {
    /// Device number of the folder.
    pub device: Option<u64>,
    /// Identifier of the file system, where it has one.
    pub filesystem: Option<String>,
    /// Sampled files, in a form that only the scanner knows.
    pub samples: String,
}

/// How many pictures a root has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RootCount {
    /// Key of the root.
    pub root: i64,
    /// Pictures with a location in it.
    pub images: u64,
    /// Those of them of which every file is gone for now, here and elsewhere.
    pub missing: u64,
}
