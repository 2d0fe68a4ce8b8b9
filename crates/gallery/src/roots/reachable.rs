//! Which watched folders are there right now: those of which files may be moved or deleted.

use std::collections::{HashMap, HashSet};

use domain::scan::RootState;
use store::rows::RootRow;

use crate::{Inner, error::Error, files::blocking, scan};

/// The watched folders, and which of them are there right now.
pub(crate) struct Reachable {
    roots: HashMap<i64, RootRow>,
    there: HashSet<i64>,
}

/// Looks at each of them.
pub(crate) async fn reachable(inner: &Inner) -> Result<Reachable, Error> {
    let roots = inner.store.roots().await?;
    blocking(move || {
        let online = roots.iter().filter(|root| root.state == RootState::Online);
        let there = online
            .filter(|root| scan::is_there(root))
            .map(|root| root.key);
        Reachable {
            there: there.collect(),
            roots: roots.into_iter().map(|root| (root.key, root)).collect(),
        }
    })
    .await
}

impl Reachable {
    /// One of them, there or not.
    pub(crate) fn root(&self, key: i64) -> Option<&RootRow> {
        self.roots.get(&key)
    }

    /// Whether one is there, and is the folder that was added.
    pub(crate) fn is_there(&self, key: i64) -> bool {
        self.there.contains(&key)
    }
}
