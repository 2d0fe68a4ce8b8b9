//! Which files of a root are known already.

use std::collections::HashMap;

use store::rows::KnownFile;

use crate::scan::{read::Todo, walk::Entry};

/// The known files of a root, and which of them a walk has met.
pub(super) struct Seen {
    /// In the order of folder and name, so that no second copy of the paths is needed.
    pub(super) known: Vec<KnownFile>,
    pub(super) met: Vec<bool>,
    by_inode: HashMap<u64, u32>,
    /// Locations that were missing and are there again, unchanged.
    pub(super) returned: Vec<i64>,
}

impl Seen {
    pub(super) fn new(mut known: Vec<KnownFile>) -> Self {
        known.sort_unstable_by(|a, b| (&a.folder, &a.name).cmp(&(&b.folder, &b.name)));
        let by_inode = known
            .iter()
            .zip(0..)
            .map(|(file, at)| (file.inode, at))
            .collect();
        let met = vec![false; known.len()];
        Self {
            known,
            met,
            by_inode,
            returned: Vec::new(),
        }
    }

    /// What to do about a file: nothing when it is known and unchanged.
    pub(super) fn meet(&mut self, entry: Entry) -> Option<Todo> {
        let path = (entry.folder.as_str(), entry.name.as_str());
        let place = |file: &KnownFile| (&*file.folder, &*file.name).cmp(&path);
        let at = self.known.binary_search_by(place).ok();
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
            .map(|at| &self.known[*at as usize]);
        let moved = before.filter(|file| same(file)).map(|file| {
            (
                file.location,
                file.folder.to_string(),
                file.name.to_string(),
            )
        });
        Some(Todo { entry, moved })
    }
}
