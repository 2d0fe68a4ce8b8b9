//! Work that goes from file to file of the library.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use futures::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use store::rows::{FileRow, HeldFile, NewJobError, RootRow};

use super::{
    Task,
    piece::{Piece, Turn, file_of, of_file},
};
use crate::{
    Inner,
    error::Error,
    files::blocking,
    images::{read_some, renew_rules},
    keeper, scan, thumbs,
};

/// Files of a piece: few enough that a pause begins soon.
const SOME: u32 = 48;

/// Where a piece begins.
#[derive(Serialize, Deserialize)]
struct Place {
    /// Behind this file.
    after: i64,
    /// For how many something was done.
    made: u64,
    /// Files in folders that are not there.
    passed: u64,
}

/// Does the next files.
pub(super) async fn next(inner: &Arc<Inner>, turn: &mut Turn) -> Result<Piece, Error> {
    let begun = serde_json::from_str::<Place>(&turn.row.cursor).ok();
    let mut place = begun.unwrap_or(Place {
        after: i64::MIN,
        made: 0,
        passed: 0,
    });
    let total = if turn.row.job.again {
        turn.row.job.total
    } else {
        turn.files(inner).await?
    };
    let (files, gone, last) = if turn.row.job.again {
        failed_before(inner, turn, place.after).await?
    } else {
        let page = inner.store.held_files(place.after, SOME).await?;
        let last = page.last().map(|file| file.location);
        (page, Vec::new(), last)
    };
    let Some(last) = last else {
        keeper::catch_up(inner).await?;
        return Ok(Piece {
            done: turn.row.job.done,
            total,
            cursor: turn.row.cursor.clone(),
            ended: Some(sentence(&turn.task, &place)),
            ..Piece::default()
        });
    };
    let count = (files.len() + gone.len()) as u64;
    let (there, passed) = reachable(inner, files).await?;
    place.passed += passed;
    let mut settled = gone;
    let mut errors = Vec::new();
    for (file, came) in work(inner, &turn.task, there).await? {
        match came {
            Ok(made) => {
                place.made += u64::from(made);
                if turn.row.job.again {
                    settled.push(of_file(file.location));
                }
            }
            Err(Error::Told(problem)) if inner.pool.is_closed() => {
                return Err(Error::Told(problem));
            }
            Err(error) => errors.push(NewJobError {
                what: of_file(file.location),
                name: name(&file),
                reason: reason(&error),
            }),
        }
    }
    place.after = last;
    Ok(Piece {
        done: turn.row.job.done + count,
        total,
        cursor: serde_json::to_string(&place).unwrap_or_default(),
        errors,
        settled,
        ended: None,
    })
}

/// Files that failed before, behind one of them; those of which the library knows nothing more; and the last of all.
async fn failed_before(
    inner: &Inner,
    turn: &Turn,
    after: i64,
) -> Result<(Vec<HeldFile>, Vec<String>, Option<i64>), Error> {
    let after = if after == i64::MIN {
        String::new()
    } else {
        of_file(after)
    };
    let failed = inner
        .store
        .job_errors(turn.row.job.id, &after, SOME)
        .await?;
    let (mut files, mut gone, mut last) = (Vec::new(), Vec::new(), None);
    for row in failed {
        let Some(location) = file_of(&row.error.what) else {
            continue;
        };
        last = Some(location);
        let mut held = inner.store.held_files(location - 1, 1).await?;
        held.retain(|file| file.location == location);
        if held.is_empty() {
            gone.push(row.error.what);
        }
        files.append(&mut held);
    }
    Ok((files, gone, last))
}

/// Those of some files whose folder is there, and how many others there are: nothing is said about these.
async fn reachable(inner: &Inner, files: Vec<HeldFile>) -> Result<(Vec<HeldFile>, u64), Error> {
    let roots: Vec<RootRow> = inner.store.roots().await?;
    let there: HashSet<i64> = blocking(move || {
        let there = roots.iter().filter(|root| scan::is_there(root));
        there.map(|root| root.key).collect()
    })
    .await?;
    let all = files.len();
    let files: Vec<HeldFile> = files
        .into_iter()
        .filter(|file| there.contains(&file.root) && !file.missing)
        .collect();
    let passed = (all - files.len()) as u64;
    Ok((files, passed))
}

/// A file, and whether anything was made of it.
type Came = (HeldFile, Result<bool, Error>);

async fn work(inner: &Arc<Inner>, task: &Task, files: Vec<HeldFile>) -> Result<Vec<Came>, Error> {
    let keys: Vec<i64> = files.iter().map(|file| file.image).collect();
    if *task == Task::Recipes {
        let _alone = inner.rereading.lock().await;
        renew_rules(inner).await?;
        let mut keys = keys;
        keys.sort_unstable();
        keys.dedup();
        let (_, mut changed) = read_some(inner, &keys).await?;
        keeper::catch_up(inner).await?;
        let came = files.into_iter().map(|file| {
            let made = changed > 0;
            changed = changed.saturating_sub(1);
            (file, Ok(made))
        });
        return Ok(came.collect());
    }
    let rows = inner.store.files_of(&keys).await?;
    let rows: HashMap<i64, FileRow> = rows.into_iter().map(|row| (row.image, row)).collect();
    let hashes = *task == Task::Hashes;
    let came = stream::iter(files).map(|file| {
        let row = rows.get(&file.image);
        async move {
            let made = match row {
                // It went meanwhile.
                None => Ok(false),
                Some(_) if hashes && file.content_hash.is_some() => Ok(false),
                Some(row) if hashes => thumbs::learn(inner, row).await.map(|()| true),
                Some(row) => thumbs::refresh(inner, row, false).await,
            };
            (file, made)
        }
    });
    Ok(came.buffered(inner.options.workers.max(1)).collect().await)
}

/// Where a file lies, for people.
fn name(file: &HeldFile) -> String {
    let path = Path::new(&file.folder).join(&file.name);
    path.to_string_lossy().into_owned()
}

/// Why a file could not be used. A worker that stumbles over one says nothing about the server.
fn reason(error: &Error) -> String {
    match error {
        Error::Worker => {
            "This file could not be decoded; it is untouched and can be downloaded.".to_owned()
        }
        Error::File { source, .. } => scan::unreadable_sentence(source),
        other => other.problem().message,
    }
}

fn sentence(task: &Task, place: &Place) -> String {
    let made = place.made;
    let what = match task {
        Task::Recipes => format!("{made} pictures are understood in another way than before."),
        Task::Hashes => format!("{made} files got their hash; the others had theirs."),
        _ => format!("{made} pictures were drawn; the others had their thumbnails."),
    };
    match place.passed {
        0 => what,
        passed => format!("{what} {passed} files that are not there were passed over."),
    }
}
