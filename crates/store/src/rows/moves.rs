//! Files and folders that are renamed and moved.

use domain::id::OperationId;

use super::{Author, HeldFile};

/// Where a file or a whole folder lies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Spot {
    /// Key of the root.
    pub root: i64,
    /// Folder inside the root with `/`; empty at the top. Of a folder: itself.
    pub folder: String,
    /// The file's name; empty for a folder.
    pub name: String,
}

impl Spot {
    /// Where a file lies.
    pub fn of(file: &HeldFile) -> Self {
        Self {
            root: file.root,
            folder: file.folder.clone(),
            name: file.name.clone(),
        }
    }
}

/// A file or folder that is to go somewhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedFile {
    /// Key of the location; `None` for a whole folder.
    pub location: Option<i64>,
    /// Where it is.
    pub from: Spot,
    /// Where it goes.
    pub to: Spot,
}

/// What is to be moved as one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMove {
    /// Who moves it, and under which id.
    pub author: Author,
    /// The operation that it takes back.
    pub undoes: Option<OperationId>,
    /// What goes where.
    pub files: Vec<MovedFile>,
}

/// What a move does that is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveRow {
    /// Who moved it, and under which id.
    pub author: Author,
    /// What goes where, with the numbers by which it is told what went.
    pub files: Vec<(i64, MovedFile)>,
}

/// What a move moved, so that it can go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastMove {
    /// The folder that was moved: where it was, and where it went.
    pub folder: Option<(Spot, Spot)>,
    /// The files that still lie where they were put, with where they were.
    pub files: Vec<(HeldFile, Spot)>,
    /// Files that were moved again since.
    pub elsewhere: u64,
}

/// What came of writing a move down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It may begin. The numbers of what goes nowhere, because the library knows something at its target.
    Now {
        /// By their place in the list.
        taken: Vec<usize>,
    },
    /// It was done before, under the same id, and changed so many pictures.
    Before(u64),
}
