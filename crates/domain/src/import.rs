//! What was taken over from another gallery: its archives, its folders and what it knew of them.

use serde::{Deserialize, Serialize};

use crate::exchange::Brought;

/// So many troubles are told one by one; all are counted.
pub const TOLD: usize = 200;

/// What an import would do, or has done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Imported {
    /// Whether it was only looked at.
    pub dry: bool,
    /// Archives that were looked at.
    pub archives: u64,
    /// Of those, the ones that could not be read.
    pub unread: u64,
    /// Pictures and videos that came in.
    pub taken: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Those that lay in their place already.
    pub there: u64,
    /// Those whose bytes the library had elsewhere; nothing was copied.
    pub same: u64,
    /// Texts beside pictures, which may hold their recipes and come along.
    pub beside: u64,
    /// Files that are no pictures.
    pub other: u64,
    /// Archives inside archives, which are not opened.
    pub nested: u64,
    /// Files that came in under a name that is safe everywhere, because their own one is not.
    pub renamed: u64,
    /// Files that were not taken, each for a reason that is told.
    pub refused: u64,
    /// Photosets that were made.
    pub made: u64,
    /// Photosets that were there and got what they lacked.
    pub filled: u64,
    /// Pictures that were put into a photoset.
    pub placed: u64,
    /// Files of metadata that were read.
    pub described: u64,
    /// Files of metadata that could not be read.
    pub garbled: u64,
    /// What a file about single pictures did.
    pub brought: Option<Brought>,
    /// Pictures that got a rating or tags, because that was asked for.
    pub marked: u64,
    /// What was not done, and what of it is safe.
    pub troubles: Vec<Trouble>,
    /// Further ones.
    pub more_troubles: u64,
}

/// Something that was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The archive or the file.
    pub path: String,
    /// The entry of the archive.
    pub entry: Option<String>,
    /// What happened, what is safe and what to do.
    pub message: String,
}

impl Imported {
    /// Notes a trouble.
    pub fn trouble(&mut self, path: &str, entry: Option<&str>, message: impl Into<String>) {
        if self.troubles.len() == TOLD {
            self.more_troubles += 1;
            return;
        }
        self.troubles.push(Trouble {
            path: path.to_owned(),
            entry: entry.map(str::to_owned),
            message: message.into(),
        });
    }

    /// Whether something was found to be wrong.
    pub fn has_troubles(&self) -> bool {
        let brought = self.brought.as_ref();
        let unclear = brought.is_some_and(|one| one.unmatched + one.conflicting + one.unread > 0);
        unclear || !self.troubles.is_empty()
    }
}

/// How far an import is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// The archive or folder that is being read.
    pub name: String,
    /// Files of it that are done.
    pub done: u64,
    /// All of them that are pictures.
    pub of: u64,
    /// Which archive of how many.
    pub archive: (u64, u64),
}

/// What is put on everything that comes in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    /// The photoset that it goes into.
    pub photoset: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Stars.
    pub rating: Option<u8>,
}

/// What was found when everything was looked at after an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Verified {
    /// How many there are of what.
    pub counts: Vec<(String, u64)>,
    /// Files that were looked for.
    pub files: u64,
    /// Of those, the ones that are not there.
    pub missing: u64,
    /// Some of them.
    pub examples: Vec<String>,
    /// Folders that cannot be reached, whose files were not looked for.
    pub unreachable: Vec<String>,
    /// Pictures that have no thumbnails yet.
    pub waiting: u64,
    /// Photosets that people fill and that are empty.
    pub empty: Vec<String>,
    /// Photosets that an archive belongs to and that are empty.
    pub unfilled: Vec<String>,
    /// Damage of the database.
    pub damage: Vec<String>,
}

impl Verified {
    /// Whether something is wrong.
    pub fn is_wrong(&self) -> bool {
        self.missing > 0
            || !self.unreachable.is_empty()
            || !self.unfilled.is_empty()
            || !self.damage.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn troubles_beyond_the_first_are_counted() {
        let mut imported = Imported::default();
        assert!(!imported.has_troubles());
        for _ in 0..TOLD + 3 {
            imported.trouble("a.zip", Some("b.png"), "Something.");
        }
        assert_eq!((imported.troubles.len(), imported.more_troubles), (TOLD, 3));
        assert!(imported.has_troubles());
    }

    #[test]
    fn an_empty_photoset_is_wrong_only_where_an_archive_should_have_filled_it() {
        let mut found = Verified {
            empty: vec!["Later".to_owned()],
            ..Verified::default()
        };
        assert!(!found.is_wrong());
        found.unfilled.push("Oslo".to_owned());
        assert!(found.is_wrong());
    }
}
