//! Work that is no row of pieces. Cut off at any moment and begun again, it finds what it did before and does
//! nothing of it twice.

use std::{path::Path, sync::Arc};

use domain::{
    id::ExportId,
    import::{Imported, Trouble},
};
use store::rows::NewJobError;

use super::piece::{Piece, Turn};
use crate::{
    BackupOptions, ImportHow, Inner, backup as back_up, error::Error, exports, files,
    imports::Imports, uploads,
};

/// Who brings what an import brings, in the history.
const ACTOR: &str = "an import";
/// So much of what failed before is looked at again at once.
const MOST: u32 = 100_000;

/// Copies the library.
pub(super) async fn backup(
    inner: &Arc<Inner>,
    turn: &Turn,
    folder: &Path,
    linked: bool,
) -> Result<Piece, Error> {
    let what = BackupOptions {
        folder: folder.to_owned(),
        linked,
        prune: false,
    };
    let told = Arc::clone(&turn.told);
    let tell = move |done, total| told.set(done, total);
    let made = back_up(&inner.options, &what, &tell).await?;
    let (done, total) = turn.told.get();
    Ok(Piece {
        done,
        total,
        ended: Some(format!(
            "The backup holds {} pictures and {} of {} files; {} were copied now.",
            made.pictures, made.totals.kept, made.totals.files, made.copied
        )),
        ..Piece::default()
    })
}

/// Takes archives in: those below a folder, or one that was sent, which goes afterwards.
pub(super) async fn import(
    inner: &Arc<Inner>,
    turn: &Turn,
    folder: &Path,
    sent: Option<&str>,
) -> Result<Piece, Error> {
    if sent.is_some() && !files::exists(folder) {
        return Ok(Piece {
            ended: Some(
                "The archive is not here any more. What came in out of it is safe; send it again for the rest."
                    .to_owned(),
            ),
            ..Piece::default()
        });
    }
    let how = ImportHow {
        actor: ACTOR.to_owned(),
        dry: false,
        trusting: false,
    };
    let told = Arc::clone(&turn.told);
    let tell = move |step: &domain::import::Step| {
        let (at, of) = step.archive;
        told.set(at.saturating_sub(1), of);
    };
    let imports = Imports::new(inner);
    let imported = imports.archives(folder, None, &how, &tell).await?;
    if sent.is_some() {
        uploads::forget_archive(inner, folder).await?;
    }
    let before = inner.store.job_errors(turn.row.job.id, "", MOST).await?;
    let Imported {
        archives,
        taken,
        there,
        same,
        ..
    } = imported;
    Ok(Piece {
        done: archives,
        total: archives,
        cursor: String::new(),
        settled: before.into_iter().map(|row| row.error.what).collect(),
        errors: imported.troubles.into_iter().map(error).collect(),
        ended: Some(match sent {
            Some(_) => format!(
                "{taken} pictures came in, {} were there already. The archive itself is not kept.",
                there + same
            ),
            None => format!(
                "{archives} archives were read: {taken} pictures came in, {} were there already.",
                there + same
            ),
        }),
    })
}

/// Makes an archive ready to be fetched.
pub(super) async fn export(inner: &Arc<Inner>, turn: &Turn, id: ExportId) -> Result<Piece, Error> {
    let tell = |done, total| turn.told.set(done, total);
    let prepared = exports::prepare(inner, id, &tell).await?;
    let before = inner.store.job_errors(turn.row.job.id, "", MOST).await?;
    let left_out = prepared.left_out.len() as u64;
    Ok(Piece {
        done: prepared.pictures,
        total: prepared.pictures,
        cursor: String::new(),
        settled: before.into_iter().map(|row| row.error.what).collect(),
        errors: prepared.left_out,
        ended: Some(match (prepared.pictures - left_out, left_out) {
            (0, _) => "None of these pictures could be taken along, so there is no archive. They stay in the library."
                .to_owned(),
            (held, 0) => format!("The archive holds all {held} pictures. It is kept for a day."),
            (held, out) => format!(
                "The archive holds {held} pictures; {out} had to be left out. It is kept for a day."
            ),
        }),
    })
}

fn error(trouble: Trouble) -> NewJobError {
    let Trouble {
        path,
        entry,
        message,
    } = trouble;
    let name = match entry {
        Some(entry) => format!("{path}: {entry}"),
        None => path,
    };
    NewJobError {
        what: name.clone(),
        name,
        reason: message,
    }
}
