//! The photosets of an import.

use std::collections::HashSet;

use domain::{
    id::SetId,
    import::Imported,
    photoset::{Photoset, SetKind},
};

use super::{
    How,
    details::{ARCHIVE, Details, folded, of_archive, without_kind},
};
use crate::{Inner, error::Error, keeper};

/// The photoset of an archive.
pub(super) struct OfArchive<'a> {
    /// The path of the archive below the folder that was named.
    pub(super) archive: &'a str,
    /// What it is called when it is made.
    pub(super) name: &'a str,
    pub(super) details: Option<&'a Details>,
}

/// The archives of one run, so that each gets a photoset of its own.
pub(super) struct Run {
    /// Their paths below the folder that was named.
    pub(super) archives: HashSet<String>,
    /// The photosets that have their archive.
    pub(super) given: HashSet<SetId>,
}

impl Run {
    /// The photoset of an archive: the one that says so, or is called so, or that metadata made for an
    /// archive of this file name.
    fn find<'a>(
        &self,
        sets: &'a [(SetId, Photoset)],
        of: &OfArchive<'_>,
    ) -> Option<&'a (SetId, Photoset)> {
        let own = |set: &Photoset| of_archive(&set.description) == Some(of.archive);
        let others = |set: &Photoset| {
            let archive = of_archive(&set.description);
            archive.is_some_and(|archive| self.archives.contains(archive))
        };
        let base = of.archive.rsplit('/').next().unwrap_or_default();
        let free = |(id, set): &&(SetId, Photoset)| !self.given.contains(id) && !others(set);
        let mut exactly = sets.iter().filter(|(_, set)| own(set));
        let mut called = sets
            .iter()
            .filter(free)
            .filter(|(_, set)| is_called(set, of.name));
        let mut made_for = sets.iter().filter(free).filter(|(_, set)| was(set, base));
        exactly
            .next()
            .or_else(|| called.next())
            .or_else(|| made_for.next())
    }
}

/// Puts pictures into the photoset of their archive, which is made where it is not there.
pub(super) async fn put(
    inner: &Inner,
    run: &mut Run,
    of: &OfArchive<'_>,
    keys: Vec<i64>,
    how: &How,
    imported: &mut Imported,
) -> Result<(), Error> {
    let found = manual(inner).await?;
    let Some((id, before)) = run.find(&found, of) else {
        imported.made += 1;
        if !how.dry {
            let set = Photoset {
                description: format!("{ARCHIVE}{}", of.archive),
                ..Photoset::named(of.name)
            };
            let set = of
                .details
                .map_or_else(|| set.clone(), |details| details.fill(&set));
            let (id, placed) = create(inner, set, keys, how).await?;
            imported.placed += placed;
            run.given.insert(id);
        }
        return Ok(());
    };
    run.given.insert(*id);
    if let Some(details) = of.details {
        fill(inner, (*id, before), details, how, imported).await?;
    }
    imported.placed += put_into(inner, *id, keys, how).await?;
    Ok(())
}

/// Puts pictures into the photoset of a name.
pub(super) async fn put_named(
    inner: &Inner,
    name: &str,
    keys: Vec<i64>,
    how: &How,
    imported: &mut Imported,
) -> Result<(), Error> {
    let found = manual(inner).await?;
    if let Some((id, _)) = found.iter().find(|(_, set)| is_called(set, name)) {
        imported.placed += put_into(inner, *id, keys, how).await?;
        return Ok(());
    }
    imported.made += 1;
    if !how.dry {
        let set = Photoset::named(name);
        imported.placed += create(inner, set, keys, how).await?.1;
    }
    Ok(())
}

/// Fills in what photosets lack; makes those that are not there.
pub(super) async fn describe(
    inner: &Inner,
    details: Vec<Details>,
    how: &How,
    imported: &mut Imported,
) -> Result<(), Error> {
    let mut known = manual(inner).await?;
    for details in details {
        let of_archive = details.archive.as_deref();
        let found = known
            .iter()
            .find(|(_, set)| of_archive.is_some_and(|archive| was(set, archive)))
            .or_else(|| known.iter().find(|(_, set)| is_called(set, &details.name)))
            .or_else(|| {
                let stem = without_kind(of_archive?);
                known.iter().find(|(_, set)| is_called(set, stem))
            });
        if let Some((id, before)) = found {
            fill(inner, (*id, before), &details, how, imported).await?;
            continue;
        }
        imported.made += 1;
        if !how.dry {
            let set = details.fill(&Photoset::named(&details.name));
            create(inner, set, Vec::new(), how).await?;
            known = manual(inner).await?;
        }
    }
    Ok(())
}

/// Whether a photoset was an archive of this file name, of whatever kind.
fn was(set: &Photoset, archive: &str) -> bool {
    let own = of_archive(&set.description);
    let own = own.and_then(|own| own.rsplit('/').next());
    own.is_some_and(|own| folded(without_kind(own)) == folded(without_kind(archive)))
}

fn is_called(set: &Photoset, name: &str) -> bool {
    folded(&set.name) == folded(name)
}

/// The photosets that people put pictures into.
async fn manual(inner: &Inner) -> Result<Vec<(SetId, Photoset)>, Error> {
    let sets = inner.store.sets().await?.into_iter();
    let manual = sets.filter(|(_, _, set)| set.kind == SetKind::Manual);
    Ok(manual.map(|(_, id, set)| (id, set)).collect())
}

async fn fill(
    inner: &Inner,
    (id, before): (SetId, &Photoset),
    details: &Details,
    how: &How,
    imported: &mut Imported,
) -> Result<(), Error> {
    let Ok(filled) = details.fill(before).checked() else {
        return Ok(());
    };
    if filled == *before {
        return Ok(());
    }
    imported.filled += 1;
    if !how.dry {
        let author = inner.author(&how.actor);
        let edited = inner.store.edit_set(author, id, before.clone(), filled);
        edited.await?;
        keeper::catch_up(inner).await?;
    }
    Ok(())
}

/// Makes a photoset; tells which, and how many pictures it has.
async fn create(
    inner: &Inner,
    set: Photoset,
    keys: Vec<i64>,
    how: &How,
) -> Result<(SetId, u64), Error> {
    // What does not fit is told by nobody but its maker; a name alone always fits.
    let name = set.name.clone();
    let set = set.checked().unwrap_or_else(|_| Photoset::named(&name));
    let author = inner.author(&how.actor);
    let id = SetId(inner.options.clock.mint());
    let done = inner.store.create_set(author, id, set, keys).await?;
    keeper::catch_up(inner).await?;
    Ok((id, done.changed))
}

async fn put_into(inner: &Inner, id: SetId, keys: Vec<i64>, how: &How) -> Result<u64, Error> {
    if how.dry || keys.is_empty() {
        return Ok(0);
    }
    let author = inner.author(&how.actor);
    let done = inner.store.put_in_set(author, id, keys, true).await?;
    keeper::catch_up(inner).await?;
    Ok(done.changed)
}
