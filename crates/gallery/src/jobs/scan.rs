//! Looking through watched folders because somebody asked for it.
//!
//! The scanner reads; this asks it and watches. Cut off at any moment and begun again it costs another look at what it
//! read before, and nothing more.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{
    id::RootId,
    job::{Job, JobChange},
    problem::ProblemKind,
    scan::{RootState, ScanProblem},
    time::Timestamp,
};
use store::rows::{NewJobError, RootRow};

use super::{
    Jobs, Task,
    piece::{Piece, Turn},
};
use crate::{
    Gallery, Inner,
    error::{Error, not_found},
    files::{self, blocking},
    scan::{self, Looked},
};

/// So many problems are fetched at a time,
const PAGE: u32 = 1_000;
/// and so many of them are listed at most.
const MOST: usize = 100_000;
/// Said of a folder that is not there.
const NOT_THERE: &str = "This folder is not there, so it was not looked through. Its pictures stay as they are; connect its \
     disk, then try again.";

impl Jobs {
    /// Asks for a look through all watched folders, or one. Where it is asked for already and rests, it goes on.
    ///
    /// # Errors
    /// [`ProblemKind::NotFound`] for a folder that is not watched; [`ProblemKind::Conflict`] for one that is paused.
    pub async fn look(&self, root: Option<RootId>) -> Result<Job, Error> {
        let job = self.ask(Task::Scan { root }).await?;
        if job.allows(JobChange::Resume) {
            return self.change(job.id, JobChange::Resume).await;
        }
        Ok(job)
    }

    /// The watched folder at a path of the server.
    ///
    /// # Errors
    /// [`ProblemKind::NotFound`] when none is watched there.
    pub async fn watched(&self, path: &str) -> Result<RootId, Error> {
        let roots = self.store.roots().await?;
        let named = PathBuf::from(path);
        // Folders are watched under their real names; one that is not there has none.
        let real = blocking(move || files::real_folder(&named).unwrap_or(named)).await?;
        let root = roots.iter().find(|root| Path::new(&root.path) == real);
        root.map(|root| root.id).ok_or_else(|| {
            Error::told(
                ProblemKind::NotFound,
                format!(
                    "{path} is no watched folder. Nothing was started; name one as the page Folders does, or none to \
                     look through all."
                ),
            )
        })
    }

    /// A watched folder that is not paused.
    pub(super) async fn readable(&self, id: RootId) -> Result<RootRow, Error> {
        let roots = self.store.roots().await?;
        let root = roots.into_iter().find(|root| root.id == id);
        let root = root.ok_or_else(not_found)?;
        if root.paused {
            return Err(Error::told(
                ProblemKind::Conflict,
                format!(
                    "{} is paused, so it is not read. Nothing was changed; resume it to read it.",
                    root.name
                ),
            ));
        }
        Ok(root)
    }
}

/// Looks through all watched folders, or one.
pub(super) async fn look(
    inner: &Arc<Inner>,
    turn: &Turn,
    root: Option<RootId>,
) -> Result<Piece, Error> {
    if let Some(root) = root {
        Jobs::of(inner).readable(root).await?;
    }
    let expected = expected(inner, root).await?;
    let tell = |far: Looked| turn.told.set(far.done, far.seen.max(expected));
    let looked = scan::look(inner, root, tell).await?;
    let mut roots = inner.store.roots().await?;
    roots.retain(|row| root.is_none_or(|root| row.id == root));
    let gone = |row: &&RootRow| row.state == RootState::Offline && !row.paused;
    if root.is_some() && roots.iter().any(|row| gone(&row)) {
        return Err(Error::told(ProblemKind::Conflict, NOT_THERE));
    }
    let since = turn.row.job.started.unwrap_or(turn.row.job.created);
    let mut errors: Vec<NewJobError> = roots.iter().filter(gone).map(not_there).collect();
    errors.extend(problems(inner, &roots, since).await?);
    let before = inner
        .store
        .job_errors(turn.row.job.id, "", MOST as u32)
        .await?;
    Ok(Piece {
        done: looked.done,
        total: looked.done,
        settled: before.into_iter().map(|row| row.error.what).collect(),
        errors,
        ended: Some(sentence(looked, &roots)),
        ..Piece::default()
    })
}

/// About how many files there are to look at.
async fn expected(inner: &Arc<Inner>, root: Option<RootId>) -> Result<u64, Error> {
    let gallery = Gallery {
        inner: Arc::clone(inner),
    };
    let roots = gallery.roots().all().await?;
    let wanted = roots.iter().filter(|known| {
        root.is_none_or(|root| known.id == root)
            && !known.paused
            && known.state != RootState::Offline
    });
    Ok(wanted.map(|root| root.images).sum())
}

/// What could not be read in some folders since a moment.
async fn problems(
    inner: &Inner,
    roots: &[RootRow],
    since: Timestamp,
) -> Result<Vec<NewJobError>, Error> {
    let mut found = Vec::new();
    let mut offset = 0;
    while found.len() < MOST {
        let (_, page) = inner.store.problems(offset, PAGE).await?;
        offset += u64::from(PAGE);
        let last = page.len() < PAGE as usize || page.last().is_some_and(|last| last.at < since);
        let new = page.into_iter().filter(|problem| problem.at >= since);
        found.extend(new.filter_map(|problem| unread(problem, roots)));
        if last {
            break;
        }
    }
    Ok(found)
}

/// A problem with a file of one of these folders, or with a folder below them.
fn unread(problem: ScanProblem, roots: &[RootRow]) -> Option<NewJobError> {
    let root = roots.iter().find(|root| root.name == problem.root)?;
    let name = format!("{}/{}", root.path, problem.path);
    Some(NewJobError {
        what: name.clone(),
        name,
        reason: problem.message,
    })
}

fn not_there(root: &RootRow) -> NewJobError {
    NewJobError {
        what: root.path.clone(),
        name: root.path.clone(),
        reason: NOT_THERE.to_owned(),
    }
}

fn sentence(looked: Looked, roots: &[RootRow]) -> String {
    let new = match looked.read {
        0 => "none was".to_owned(),
        1 => "1 was".to_owned(),
        read => format!("{read} were"),
    };
    let done = match looked.done {
        1 => "1 file was".to_owned(),
        done => format!("{done} files were"),
    };
    let mut text = format!("{done} looked at; {new} new or changed.");
    for root in roots.iter().filter(|root| !root.paused) {
        if root.state == RootState::Suspicious {
            let more = format!(
                " {} files of {} are gone at once; they stay as they are until you say on the page Folders whether you \
                 removed them.",
                root.vanished, root.name
            );
            text.push_str(&more);
        }
    }
    match roots.iter().filter(|root| root.paused).count() {
        0 => text,
        paused => format!("{text} {paused} paused folders were left alone."),
    }
}
