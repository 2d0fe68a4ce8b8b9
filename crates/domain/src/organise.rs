//! Renaming and moving files and folders of the library.

use serde::{Deserialize, Serialize};

use crate::{
    id::{OperationId, RootId},
    upload::file_name,
};

/// Most files that are moved at once.
pub const MOST_MOVED: usize = 50_000;

/// A folder of the library, to which files go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The watched folder.
    pub root: RootId,
    /// The way inside it with `/`; empty at the top.
    pub folder: String,
}

/// Why a file stayed where it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StayReason {
    /// Its folder, or the one to which it should go, does not allow it.
    NotAllowed,
    /// Its folder, or the one to which it should go, cannot be reached.
    Offline,
    /// There is something of this name already.
    Taken,
    /// It would go to another disk.
    OtherDisk,
    /// It is gone.
    Gone,
    /// The disk refused.
    Refused,
}

/// Files that stayed where they were, for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stayed {
    /// Why.
    pub reason: StayReason,
    /// How many.
    pub files: u64,
    /// The name of one of them.
    pub example: String,
}

/// What came of renaming or moving.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// By this it can be taken back. `None`: nothing was moved.
    pub operation: Option<OperationId>,
    /// Pictures of which a file was moved.
    pub pictures: u64,
    /// What stayed.
    pub stayed: Vec<Stayed>,
}

impl Moved {
    /// Counts a file that stayed.
    pub fn stay(&mut self, reason: StayReason, name: &str) {
        match self.stayed.iter_mut().find(|known| known.reason == reason) {
            Some(known) => known.files += 1,
            None => self.stayed.push(Stayed {
                reason,
                files: 1,
                example: name.to_owned(),
            }),
        }
    }
}

/// What a move did, as the history tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceStep {
    /// Where the one file or folder was: the name of its watched folder, then the way inside. `None` where it
    /// were several.
    pub from: Option<String>,
    /// Where it is since, or the folder into which all went. `None` where they went into several.
    pub to: Option<String>,
}

/// A name for a file or folder without spaces around it; `None` where it is no name that every system takes,
/// by the rules of [`file_name`].
pub fn plain_name(name: &str) -> Option<String> {
    let name = name.trim();
    (file_name(name) == name).then(|| name.to_owned())
}

/// A way inside a watched folder, each part of which is a [`plain_name`]; slashes around it do not count.
pub fn plain_folder(folder: &str) -> Option<String> {
    let parts = folder.split('/').map(str::trim);
    let parts: Option<Vec<String>> = parts
        .filter(|part| !part.is_empty())
        .map(plain_name)
        .collect();
    Some(parts?.join("/"))
}

/// A folder as it stands in another one: the one above and its own name; `None` at the top.
pub fn above(folder: &str) -> Option<(&str, &str)> {
    match folder.rsplit_once('/') {
        Some(parts) => Some(parts),
        None if folder.is_empty() => None,
        None => Some(("", folder)),
    }
}

/// A name in a folder; the folder is empty at the top.
pub fn inside(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_every_system_takes() {
        assert_eq!(plain_name(" a b.png "), Some("a b.png".to_owned()));
        assert_eq!(plain_name("Größe 2.png"), Some("Größe 2.png".to_owned()));
        let long = "a".repeat(256);
        for name in [
            "", "  ", ".a", "..", "a/b", "a\\b", "a\0", "c:", "a\nb", "NUL.png", "a.", &long,
        ] {
            assert_eq!(plain_name(name), None, "{name:?}");
        }
    }

    #[test]
    fn folders_are_names_in_a_row() {
        assert_eq!(plain_folder("/a//b /"), Some("a/b".to_owned()));
        assert_eq!(plain_folder(""), Some(String::new()));
        assert_eq!(plain_folder("a/../b"), None);
        assert_eq!(above("a/b/c"), Some(("a/b", "c")));
        assert_eq!(above("a"), Some(("", "a")));
        assert_eq!(above(""), None);
        assert_eq!(inside("", "a"), "a");
        assert_eq!(inside("a/b", "c"), "a/b/c");
    }

    #[test]
    fn what_stays_is_counted_by_its_reason() {
        let mut moved = Moved::default();
        moved.stay(StayReason::Taken, "a");
        moved.stay(StayReason::Offline, "b");
        moved.stay(StayReason::Taken, "c");
        let counted: Vec<(StayReason, u64)> = moved
            .stayed
            .iter()
            .map(|stayed| (stayed.reason, stayed.files))
            .collect();
        assert_eq!(counted, [(StayReason::Taken, 2), (StayReason::Offline, 1)]);
    }
}
