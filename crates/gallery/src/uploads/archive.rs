//! An archive that is sent: the pictures in it are taken in by a job.
//!
//! It goes to a folder of its own first, then the job is asked for, then the row of the upload ends; so after a crash in
//! between the row tells that there is something to hand over.

use std::{io, path::Path, sync::Arc};

use domain::{id::JobId, upload::Upload};
use metadata::ReadAt as _;
use store::rows::UploadRow;

use super::{forget, told};
use crate::{
    Inner,
    error::{Error, not_found},
    files::{self, OpenFile, Place, blocking},
    jobs::{Jobs, Task},
};

/// How ZIP and RAR archives begin.
const BEGINNINGS: [&[u8]; 2] = [b"PK\x03\x04", b"Rar!\x1a\x07"];

/// Whether a file that came in is an archive.
pub(super) fn is_one(file: &OpenFile) -> io::Result<bool> {
    let mut head = [0; 8];
    let read = file.read_at(0, &mut head)?;
    Ok(BEGINNINGS
        .iter()
        .any(|beginning| head[..read].starts_with(beginning)))
}

/// Has the pictures of an archive taken in, and ends its upload.
pub(super) async fn unpack(inner: &Arc<Inner>, row: &UploadRow) -> Result<Upload, Error> {
    let archives = inner.data.archives();
    let place = Place::new(&archives, &row.id.to_string(), &row.name).ok_or_else(not_found)?;
    let (incoming, id) = (inner.data.incoming(), row.id);
    let moved = blocking(move || {
        files::make_folder(&archives)?;
        incoming.move_to(id, &place)
    });
    moved.await?.map_err(Error::file("moving an archive"))?;
    hand_over(inner, row).await
}

/// Asks for the job of an archive that lies where it is looked for, and ends its upload.
async fn hand_over(inner: &Arc<Inner>, row: &UploadRow) -> Result<Upload, Error> {
    let folder = inner.data.archives().join(row.id.to_string());
    let task = Task::Import {
        folder: folder.to_string_lossy().into_owned(),
        sent: Some(row.name.clone()),
    };
    let job: JobId = Jobs::of(inner).ask(task).await?.id;
    forget(inner, row.id).await?;
    let length = row.size.unwrap_or(0);
    Ok(Upload {
        unpacks: Some(job),
        ..told(row, length)
    })
}

/// Goes on with an archive that a crash left after it was moved; tells whether this is one.
pub(super) async fn recover(inner: &Arc<Inner>, row: &UploadRow) -> Result<bool, Error> {
    let folder = inner.data.archives().join(row.id.to_string());
    let lies = blocking(move || !files::is_empty(&folder) && files::exists(&folder)).await?;
    if lies {
        hand_over(inner, row).await?;
    }
    Ok(lies)
}

/// Removes archives of which neither an upload nor a job knows any more: their jobs failed or were ended, and are
/// forgotten by now.
pub(super) async fn sweep(inner: &Inner) -> Result<(), Error> {
    let archives = inner.data.archives();
    let listed = blocking(move || files::folders(&archives)).await?;
    let folders = listed.map_err(Error::file("looking at archives"))?;
    if folders.is_empty() {
        return Ok(());
    }
    let jobs = inner.store.jobs(u32::MAX).await?;
    for folder in folders {
        let name = folder.to_string_lossy().into_owned();
        // The words of a job hold the path as it is kept, in JSON.
        let quoted = serde_json::to_string(&name).map_err(|_| Error::Worker)?;
        if !jobs.iter().any(|row| row.work.contains(&quoted)) {
            forget_archive(inner, &folder).await?;
        }
    }
    Ok(())
}

/// Removes the folder of an archive whose pictures came in.
pub(crate) async fn forget_archive(inner: &Inner, folder: &Path) -> Result<(), Error> {
    // Whatever the database says, nothing else is removed.
    if folder.parent() != Some(inner.data.archives().as_path()) {
        return Ok(());
    }
    let folder = folder.to_owned();
    let removed = blocking(move || files::remove_folder(&folder)).await?;
    removed.map_err(Error::file("removing an archive"))
}
