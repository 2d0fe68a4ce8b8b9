//! Looking whether everything is there after an import.

use std::{collections::HashSet, path::PathBuf};

use domain::{import::Verified, photoset::SetKind};

use super::{blocking, details::of_archive};
use crate::{
    Inner, Search,
    error::Error,
    files::{self, Place},
    scan,
};

/// Files that are looked for at a time.
const PAGE: u32 = 5_000;
/// Names that are told of each kind.
const EXAMPLES: usize = 20;

/// Looks at everything; nothing is changed.
pub(super) async fn look(inner: &Inner) -> Result<Verified, Error> {
    let mut found = Verified::default();
    let counts = inner.store.import_counts().await?.into_iter();
    found.counts = counts
        .map(|(words, count)| (words.to_owned(), count))
        .collect();
    found.damage = inner.store.quick_check().await?;
    found.waiting = inner.store.waiting().await?;
    files_of_roots(inner, &mut found).await?;
    photosets(inner, &mut found).await?;
    Ok(found)
}

async fn files_of_roots(inner: &Inner, found: &mut Verified) -> Result<(), Error> {
    for root in inner.store.roots().await? {
        let own = root.clone();
        if !blocking(move || scan::is_there(&own)).await? {
            found.unreachable.push(root.path);
            continue;
        }
        let mut after = i64::MIN;
        loop {
            let page = inner.store.known_files(root.key, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.location;
            found.files += page.len() as u64;
            let top = PathBuf::from(&root.path);
            let gone = blocking(move || {
                let gone = page.iter().filter(|file| {
                    let place = Place::new(&top, &file.folder, &file.name);
                    !place.is_some_and(|place| files::exists(&place.path()))
                });
                let gone = gone.map(|file| top.join(&*file.folder).join(&*file.name));
                gone.collect::<Vec<_>>()
            });
            for path in gone.await? {
                found.missing += 1;
                if found.examples.len() < EXAMPLES {
                    found.examples.push(path.display().to_string());
                }
            }
        }
    }
    Ok(())
}

async fn photosets(inner: &Inner, found: &mut Verified) -> Result<(), Error> {
    let snapshot = Search::new(inner).ready().await?;
    let now = inner.options.clock.now();
    let sets = snapshot.ask(|index| index.sets(now));
    let parents: HashSet<_> = sets.iter().filter_map(|(_, set, ..)| set.parent).collect();
    for (id, set, pictures, _) in sets {
        // One that only holds others is not empty.
        if pictures > 0 || set.kind != SetKind::Manual || parents.contains(&id) {
            continue;
        }
        let list = if of_archive(&set.description).is_some() {
            &mut found.unfilled
        } else {
            &mut found.empty
        };
        list.push(set.name);
    }
    Ok(())
}
