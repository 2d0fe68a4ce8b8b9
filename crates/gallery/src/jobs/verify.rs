//! Comparing every byte of every file with what it should be.

use std::sync::Arc;

use store::rows::NewJobError;

use super::piece::{Piece, Turn, file_of, of_file};
use crate::{
    Finding, FindingKind, Inner,
    care::{Looked, look_again, look_around, next_piece},
    error::Error,
};

/// Files of a piece. They are read whole, so a piece of large ones takes seconds.
const SOME: u32 = 32;
/// What stands before the name of what is no file that the library holds; it comes after all of these.
const OTHER: &str = "other ";
/// So many of these are looked at again at once.
const MOST_OTHERS: u32 = 100_000;

/// Looks at the next files.
pub(super) async fn next(inner: &Arc<Inner>, turn: &mut Turn) -> Result<Piece, Error> {
    if turn.row.job.again {
        return again(inner, turn).await;
    }
    let total = turn.files(inner).await?;
    let looked: Looked = next_piece(inner, &turn.row.cursor, SOME).await?;
    let ended = looked.came.map(|came| {
        let passed = match came.not_reached {
            0 => String::new(),
            passed => format!(" {passed} files lie in folders that are not there; nothing is said about them."),
        };
        if came.is_fine() {
            format!("All is well: {} files were read.{passed}", came.read)
        } else {
            let found: u64 = came.found.values().sum();
            format!(
                "{} files were read, and {found} things are not as they should be. Nothing was changed.{passed}",
                came.read
            )
        }
    });
    Ok(Piece {
        done: looked.files,
        total,
        cursor: looked.note,
        errors: looked.found.into_iter().map(error).collect(),
        settled: Vec::new(),
        ended,
    })
}

/// Looks once more at what was not as it should be: file by file, then at everything else at once.
async fn again(inner: &Arc<Inner>, turn: &Turn) -> Result<Piece, Error> {
    let (job, after) = (&turn.row.job, &turn.row.cursor);
    let failed = inner.store.job_errors(job.id, after, SOME).await?;
    let names = failed.into_iter().map(|row| row.error.what);
    let files: Vec<String> = names.take_while(|what| file_of(what).is_some()).collect();
    if let Some(last) = files.last() {
        let keys: Vec<i64> = files.iter().filter_map(|what| file_of(what)).collect();
        let found = look_again(inner, &keys).await?;
        return Ok(Piece {
            done: job.done + files.len() as u64,
            total: job.total,
            cursor: last.clone(),
            errors: found.into_iter().map(error).collect(),
            settled: files,
            ended: None,
        });
    }
    let others = inner.store.job_errors(job.id, after, MOST_OTHERS).await?;
    let others: Vec<String> = others.into_iter().map(|row| row.error.what).collect();
    let found = if others.is_empty() {
        Vec::new()
    } else {
        look_around(inner).await?
    };
    Ok(Piece {
        done: job.done + others.len() as u64,
        total: job.total,
        cursor: after.clone(),
        errors: found.into_iter().map(error).collect(),
        settled: others,
        ended: Some("Everything that was not as it should be was looked at once more.".to_owned()),
    })
}

fn error((finding, file): (Finding, Option<i64>)) -> NewJobError {
    let Finding { kind, what } = finding;
    let name = if kind == FindingKind::Database {
        "The database".to_owned()
    } else {
        what.clone()
    };
    NewJobError {
        what: file.map_or_else(|| format!("{OTHER}{kind:?} {what}"), of_file),
        name,
        reason: reason(kind, &what),
    }
}

/// What a finding means, and what to do.
fn reason(kind: FindingKind, what: &str) -> String {
    let text = match kind {
        FindingKind::Database => {
            return format!(
                "The database is damaged ({what}). Your pictures are untouched; docs/backup.md says how to go back \
                 to a copy."
            );
        }
        FindingKind::Offline => {
            "This folder is not there. Nothing is said about its files; connect its disk, then \
                                 look again."
        }
        FindingKind::Missing => {
            "This file is gone. Put it back, from a backup if need be, then look again."
        }
        FindingKind::Changed => {
            "This file has another size or time than when it was read. Where you changed it, \
                                 a scan takes it in as it is."
        }
        FindingKind::Damaged => {
            "This file looks the same, but its bytes are others: the disk may be failing. Put \
                                 it back from a backup."
        }
        FindingKind::Unreadable => {
            "This file cannot be read. Look whether its disk works and whether Proofsheet \
                                    may read it."
        }
        FindingKind::Orphan => {
            "No picture knows this file among the originals. It was left as it is; a scan takes \
                                it in."
        }
        FindingKind::StrayThumbnail => "This thumbnail belongs to no picture. It only takes room.",
        FindingKind::Leftover => {
            "This file was on its way in, and nobody goes on with it. The next start of \
                                  Proofsheet clears it away."
        }
    };
    text.to_owned()
}
