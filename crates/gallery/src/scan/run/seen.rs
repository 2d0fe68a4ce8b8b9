//! Which files of a root are known already.

use std::collections::HashMap;

use store::rows::KnownFile;

use crate::scan::{read::Todo, walk::Entry};

/// The known files of a root, and which of them a walk has met.
pub(super) struct Seen {
    pub(super) known: Vec<KnownFile>,
    pub(super) met: Vec<bool>,
    by_path: HashMap<(String, String), usize>,
    by_inode: HashMap<u64, usize>,
    /// Locations that were missing and are there again, unchanged.
    pub(super) returned: Vec<i64>,
}

impl Seen {
    pub(super) fn new(known: Vec<KnownFile>) -> Self {
        let by_path = known
            .iter()
            .enumerate()
            .map(|(at, file)| ((file.folder.clone(), file.name.clone()), at))
            .collect();
        let by_inode = known
            .iter()
            .enumerate()
            .map(|(at, file)| (file.inode, at))
            .collect();
        let met = vec![false; known.len()];
        Self {
            known,
            met,
            by_path,
            by_inode,
            returned: Vec::new(),
        }
    }

    /// What to do about a file: nothing when it is known and unchanged.
    pub(super) fn meet(&mut self, entry: Entry) -> Option<Todo> {
        let key = (entry.folder, entry.name);
        let at = self.by_path.get(&key).copied();
        let entry = Entry {
            folder: key.0,
            name: key.1,
            stat: entry.stat,
        };
        let same = |file: &KnownFile| {
            file.size == entry.stat.size
                && file.mtime_ns == entry.stat.mtime_ns
                && file.inode == entry.stat.inode
        };
        if let Some(at) = at {
            self.met[at] = true;
            let file = &self.known[at];
            if file.missing_scans > 0 {
                self.returned.push(file.location);
            }
            return (!same(file)).then_some(Todo { entry, moved: None });
        }
        let before = self
            .by_inode
            .get(&entry.stat.inode)
            .map(|at| &self.known[*at]);
        let moved = before
            .filter(|file| same(file))
            .map(|file| (file.location, file.folder.clone(), file.name.clone()));
        Some(Todo { entry, moved })
    }
}
