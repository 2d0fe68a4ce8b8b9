//! Painting the demo library.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use ::demo::Plan;
use domain::time::Timestamp;

use crate::{error::Error, files};

/// Pictures of the library that the first-run screen offers.
const PICTURES: u64 = 240;
/// Its seed, so that everybody sees the same pictures.
const SEED: u64 = 7;

/// Paints the files of a plan into a folder on all cores; `done` is told how many are written.
/// Stops at the first file that cannot be written.
pub fn write_demo(
    folder: &Path,
    plan: &Plan,
    workers: usize,
    done: impl Fn(u64) + Sync,
) -> Result<(), Error> {
    let next = AtomicU64::new(0);
    let written = AtomicU64::new(0);
    let failed = AtomicBool::new(false);
    let failure = std::sync::Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..workers.max(1) {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= plan.count {
                        return;
                    }
                    match write_one(folder, plan, number) {
                        Ok(()) => done(written.fetch_add(1, Ordering::Relaxed) + 1),
                        Err(error) => {
                            failed.store(true, Ordering::Relaxed);
                            if let Ok(mut slot) = failure.lock() {
                                slot.get_or_insert(error);
                            }
                        }
                    }
                }
            });
        }
    });
    failure.into_inner().ok().flatten().map_or(Ok(()), Err)
}

fn write_one(folder: &Path, plan: &Plan, number: u64) -> Result<(), Error> {
    let file = plan.file(number);
    // What lies beside a picture comes first, so that whoever sees the picture finds it there.
    let beside = file.beside.iter().map(|text| (&text.path, &text.bytes));
    for (path, bytes) in beside.chain([(&file.path, &file.bytes)]) {
        let path = folder.join(path);
        files::write_whole(&path, bytes)
            .and_then(|()| files::set_modified(&path, file.modified))
            .map_err(Error::file("writing a demo picture"))?;
    }
    Ok(())
}

/// Paints the first-run demo library in the background; `noticed` is called while it grows.
pub(crate) fn paint_library(
    folder: &Path,
    newest: Timestamp,
    workers: usize,
    noticed: Arc<dyn Fn() + Send + Sync>,
) -> Result<(), Error> {
    let first = !files::exists(folder);
    files::make_folder(folder).map_err(Error::file("making the demo folder"))?;
    if !first {
        return Ok(());
    }
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || {
        let plan = Plan {
            count: PICTURES,
            seed: SEED,
            small: false,
            newest,
        };
        let painted = write_demo(&folder, &plan, workers, |written| {
            if written % 24 == 0 {
                noticed();
            }
        });
        if let Err(error) = painted {
            tracing::error!(error = %error.chain(), "the demo pictures could not be painted");
        }
        noticed();
    });
    Ok(())
}
