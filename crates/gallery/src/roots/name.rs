//! What a watched folder is called, and whether it is left alone.

use std::path::PathBuf;

use domain::{
    id::{OperationId, RootId},
    problem::ProblemKind,
    query::Query,
    text::normalise,
};
use store::{
    Store,
    rows::{Author, RootRow},
};

use super::Roots;
use crate::{
    Clock,
    error::{Error, not_found},
    files,
    jobs::Jobs,
    keeper, scan,
};

/// Most characters of a name.
const LONGEST: usize = 100;
/// What stands for something in a filter by folder, so that no name may have it.
const SPECIAL: [char; 3] = ['/', '*', '\\'];

impl Roots<'_> {
    /// Calls a watched folder otherwise, on every page and in every filter. Photosets that filter by the old
    /// name filter by the new one from now on; links and rules of the user's own do not.
    pub async fn rename(&self, id: RootId, name: &str, actor: &str) -> Result<(), Error> {
        let name = checked(name)?;
        let rows = self.inner.store.roots().await?;
        let row = find(&rows, id)?;
        if row.name == name {
            return Ok(());
        }
        let taken = |other: &&RootRow| other.id != id && normalise(&other.name) == normalise(&name);
        if let Some(other) = rows.iter().find(taken) {
            return Err(Error::told(
                ProblemKind::Conflict,
                format!(
                    "Another watched folder is called {}: {}. Nothing was changed; choose another name.",
                    other.name, other.path
                ),
            ));
        }
        let (store, clock) = (&self.inner.store, &self.inner.options.clock);
        store.rename_root(id, &name).await?;
        rename_in_sets(store, clock, (&row.name, &name), actor).await?;
        keeper::catch_up(self.inner).await
    }

    /// Leaves a watched folder alone, or goes on with it. While it is left alone its pictures stay as they
    /// are, whatever happens to their files.
    pub async fn pause(&self, id: RootId, paused: bool) -> Result<(), Error> {
        self.inner.store.pause_root(id, paused).await?;
        // Going on looks at it at once; leaving it alone ends watching it.
        scan::request(self.inner);
        Ok(())
    }

    /// Looks for new and changed files in one watched folder now.
    pub async fn rescan(&self, id: RootId) -> Result<(), Error> {
        Jobs::of(self.inner).look(Some(id)).await?;
        Ok(())
    }
}

/// The row of a watched folder.
pub(super) fn find(rows: &[RootRow], id: RootId) -> Result<&RootRow, Error> {
    rows.iter().find(|row| row.id == id).ok_or_else(not_found)
}

/// The filters of photosets follow the name of a folder.
pub(super) async fn rename_in_sets(
    store: &Store,
    clock: &Clock,
    (before, after): (&str, &str),
    actor: &str,
) -> Result<(), Error> {
    for (_, id, was) in store.sets().await? {
        let asked = Query::parse(&was.query);
        if let Some(asked) = asked.with_folder_renamed(before, after) {
            let mut set = was.clone();
            set.query = asked.to_string();
            let author = Author {
                operation: OperationId(clock.mint()),
                at: clock.now(),
                actor: actor.to_owned(),
            };
            store.edit_set(author, id, was, set).await?;
        }
    }
    Ok(())
}

/// Refuses a folder into which nothing can be written.
pub(super) async fn refuse_unwritable(path: &str) -> Result<(), Error> {
    let path = PathBuf::from(path);
    if files::blocking(move || files::is_writable(&path)).await? {
        return Ok(());
    }
    Err(Error::told(
        ProblemKind::Forbidden,
        "Proofsheet may not write into this folder. Nothing was changed; allow the account that runs \
         Proofsheet to write there, then try again.",
    ))
}

pub(super) fn checked(name: &str) -> Result<String, Error> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = name.chars().count();
    let odd = name.contains(SPECIAL) || name.chars().any(char::is_control);
    if (1..=LONGEST).contains(&letters) && !odd && !normalise(&name).is_empty() {
        return Ok(name);
    }
    Err(Error::told(
        ProblemKind::Invalid,
        format!(
            "A folder needs a name of 1 to {LONGEST} letters without a slash and without a star. Nothing \
             was changed; type another one."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_stand_in_a_filter_by_folder() {
        assert_eq!(checked("  Night \t renders ").unwrap(), "Night renders");
        assert_eq!(checked("a, \"b\" - 夜").unwrap(), "a, \"b\" - 夜");
        for odd in ["", " ", "a/b", "a*", "a\\b", &"x".repeat(101)] {
            assert!(checked(odd).is_err(), "{odd}");
        }
    }
}
