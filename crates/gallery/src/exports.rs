//! Taking pictures away as one archive whose every byte is known before it is sent.
//!
//! An export is prepared by a job of its id (`jobs/whole.rs`, `prepare`): it names the files (`name`), reads what
//! has no checksum yet, writes the texts into a spool file and keeps the plan (`plan`) in the database. Whether one
//! that is not ready ever will be says its job. Sending (`archive`) only reads.

mod archive;
mod name;
mod plan;
mod prepare;
mod text;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    export::{ExportRequest, ExportState, ExportStatus},
    id::{ExportId, JobId},
    job::{Job, JobState},
    problem::ProblemKind,
    selection::Selection,
    time::{DAY, Timestamp},
};
use store::{StoreError, rows::ExportRow};
use tokio::sync::Semaphore;

pub use archive::Archive;
pub(crate) use prepare::prepare;

use crate::{
    Clock, Gallery, Inner, Jobs, Task,
    error::Error,
    files::{self, DataFolder},
};

/// Most pictures in one archive.
const MOST: usize = 200_000;
/// How long a prepared archive can be fetched, in milliseconds.
const KEPT: i64 = DAY;
/// How often old archives are looked for.
const SWEEP: Duration = Duration::from_hours(1);
/// Archives that are sent at once, because each takes a thread and memory of its own.
const SENT_AT_ONCE: usize = 64;
/// How often somebody who waits looks at what another process prepares.
const LOOK: Duration = Duration::from_secs(1);
/// What is said of one that was never begun.
const LOST: &str =
    "This archive was not begun. Your pictures are untouched; select them and download again.";
/// And of one that a person ended.
const CANCELLED: &str = "This archive was cancelled before it was ready. Your pictures are untouched; try again on the page \
     of jobs, or select them and download again.";
/// What a job says of an archive that is gone.
const SWEPT: &str = "The archive was kept for a day and is gone. The pictures are untouched; select them and download again.";
/// Plans kept ready, because a browser fetches an archive in several ranges.
const READY: usize = 8;

/// The plans of archives that are being fetched.
pub(crate) struct Exporter {
    ready: Mutex<HashMap<ExportId, Arc<archive::Ready>>>,
    /// Places for archives that are being sent.
    places: Arc<Semaphore>,
}

impl Default for Exporter {
    fn default() -> Self {
        Self {
            ready: Mutex::default(),
            places: Arc::new(Semaphore::new(SENT_AT_ONCE)),
        }
    }
}

impl Exporter {
    fn ready(&self) -> MutexGuard<'_, HashMap<ExportId, Arc<archive::Ready>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is another one from now on, or none.
    fn forget(&self, id: ExportId) {
        self.ready().remove(&id);
    }
}

/// The name of a data folder among those whose processes share a database. It is minted at its first start, and lies
/// beside the texts of archives, which are where it is.
pub(crate) fn place(data: &DataFolder, clock: &Clock) -> Result<String, Error> {
    let path = data.place();
    if let Ok(place) = files::read_text(&path)
        && !place.is_empty()
    {
        return Ok(place);
    }
    let place = format!("{:032x}", clock.secret());
    files::write_whole(&path, place.as_bytes()).map_err(Error::file("naming the data folder"))?;
    Ok(place)
}

/// Starts sweeping old archives.
pub(crate) fn start(inner: &Arc<Inner>) {
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(SWEEP);
        loop {
            ticks.tick().await;
            let Some(inner) = weak.upgrade() else { return };
            match sweep(&inner).await {
                Ok(()) => {}
                Err(Error::Store(StoreError::Closed)) => return,
                Err(error) => {
                    tracing::error!(error = %error.chain(), "old archives could not be removed");
                }
            }
        }
    });
}

/// Removes archives that are too old to be fetched.
async fn sweep(inner: &Inner) -> Result<(), Error> {
    let now = inner.options.clock.now();
    let before = Timestamp(now.0 - KEPT);
    for id in inner.store.exports_before(before).await? {
        // One that is prepared for so long is not over.
        if !inner.store.settle_job(JobId(id.0), SWEPT, now).await? {
            continue;
        }
        inner.store.remove_export(id).await?;
        inner.exporter.forget(id);
    }
    // Also texts of archives that another process forgot.
    let known = inner.store.exports_before(Timestamp(i64::MAX)).await?;
    let known = known.into_iter().collect();
    let removed = inner.data.keep_spools(&known);
    removed.map_err(Error::file("removing an old archive's texts"))
}

/// Taking pictures away.
pub struct Exports<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Taking pictures away.
    pub fn exports(&self) -> Exports<'_> {
        Exports::new(&self.inner)
    }
}

impl<'a> Exports<'a> {
    pub(crate) fn new(inner: &'a Arc<Inner>) -> Self {
        Self { inner }
    }

    /// Begins an archive. Refuses an empty selection and more than 200,000 pictures.
    pub async fn create(&self, request: ExportRequest) -> Result<ExportStatus, Error> {
        self.inner.ballast.room()?;
        let keys = crate::Search::new(self.inner)
            .keys(&request.selection)
            .await?;
        if keys.is_empty() {
            return Err(Error::told(
                ProblemKind::Invalid,
                "Nothing is selected that is still in the library, so no archive was made. Select \
                 pictures, then download again.",
            ));
        }
        if keys.len() > MOST {
            return Err(Error::told(
                ProblemKind::TooLarge,
                format!(
                    "{} pictures are too many for one archive; the limit is {MOST}. Nothing was \
                     changed; narrow the filters and download in parts.",
                    keys.len()
                ),
            ));
        }
        name::check(&request.options.template)?;
        let clock = &self.inner.options.clock;
        let row = ExportRow {
            id: ExportId(clock.secret()),
            state: ExportState::Preparing,
            request,
            bytes: None,
            pictures: keys.len() as u64,
            plan: plan::pack(&plan::Plan {
                keys,
                time: 0,
                files: Vec::new(),
            }),
            prepared: 0,
            left_out: Vec::new(),
            created: clock.now(),
        };
        self.inner.store.save_export(&row).await?;
        let task = Task::Export { id: row.id };
        Jobs::of(self.inner).ask(task).await?;
        Ok(status(row, String::new()))
    }

    /// Bytes of the files of a selection: what an archive of the originals takes, but for names and
    /// texts.
    pub async fn weigh(&self, selection: &Selection) -> Result<u64, Error> {
        let keys = crate::Search::new(self.inner).keys(selection).await?;
        Ok(self.inner.keeper.snapshot().index.bytes_of(&keys))
    }

    /// How far an archive is.
    pub async fn status(&self, id: ExportId) -> Result<ExportStatus, Error> {
        // In this order: what it prepares is written down before a job ends.
        let job = self.inner.store.job(JobId(id.0)).await?;
        let mut row = self.inner.store.export(id).await?.ok_or_else(gone)?;
        let job = job.map(|row| row.job);
        let mut why = String::new();
        if row.state == ExportState::Preparing {
            row.prepared = job.as_ref().map_or(0, |job| job.done);
            why = never(job.as_ref()).unwrap_or_default();
        }
        if !why.is_empty() {
            row.state = ExportState::Failed;
        }
        Ok(status(row, why))
    }

    /// Waits until an archive is ready, or could not be made; at most so long.
    pub async fn wait(&self, id: ExportId, patience: Duration) -> Result<ExportStatus, Error> {
        let patience = tokio::time::Instant::now() + patience;
        // Listening begins before looking, so that nothing falls between the two.
        let mut moved = self.inner.desk.moved.subscribe();
        loop {
            let status = self.status(id).await?;
            if status.state != ExportState::Preparing {
                return Ok(status);
            }
            // Others may prepare it, or end it.
            let soon = patience.min(tokio::time::Instant::now() + LOOK);
            let told = tokio::time::timeout_at(soon, moved.changed()).await;
            if told.is_err() && soon == patience {
                return self.status(id).await;
            }
        }
    }

    /// The bytes of a prepared archive. Refuses when many are being sent already.
    pub async fn open(&self, id: ExportId) -> Result<Archive, Error> {
        let places = Arc::clone(&self.inner.exporter.places);
        let place = places.try_acquire_owned().map_err(|_| {
            Error::told(
                ProblemKind::Busy,
                "Many archives are being downloaded at the moment. This one is kept; try again when \
                 another download is done.",
            )
        })?;
        let kept = self.inner.exporter.ready().get(&id).cloned();
        if let Some(ready) = kept {
            return Ok(Archive::new(ready, place));
        }
        let row = self.inner.store.export(id).await?.ok_or_else(gone)?;
        match row.state {
            ExportState::Ready => {}
            ExportState::Preparing => {
                let job = self.inner.store.job(JobId(id.0)).await?;
                return Err(match never(job.map(|row| row.job).as_ref()) {
                    Some(why) => Error::told(ProblemKind::NotFound, why),
                    None => Error::told(
                        ProblemKind::Busy,
                        "This archive is still being prepared. Nothing is lost; try again in a moment.",
                    ),
                });
            }
            ExportState::Failed => return Err(gone()),
        }
        let plan = plan::unpack(&row.plan).ok_or_else(gone)?;
        let spool = self.inner.data.spool(&id.to_string(), plan.time);
        let ready = Arc::new(archive::Ready::new(plan.files, spool, row.created));
        let mut kept = self.inner.exporter.ready();
        if kept.len() >= READY {
            kept.clear();
        }
        kept.insert(id, Arc::clone(&ready));
        Ok(Archive::new(ready, place))
    }
}

fn gone() -> Error {
    Error::told(
        ProblemKind::NotFound,
        "This archive is not kept any more. Your pictures are untouched; select them and download \
         again.",
    )
}

/// Why an archive that is not ready will not be by itself; `None` when it will.
fn never(job: Option<&Job>) -> Option<String> {
    let Some(job) = job else {
        return Some(LOST.to_owned());
    };
    match job.state {
        JobState::Cancelled => Some(CANCELLED.to_owned()),
        state => state.is_over().then(|| job.message.clone()),
    }
}

fn status(row: ExportRow, why: String) -> ExportStatus {
    ExportStatus {
        id: row.id,
        state: row.state,
        pictures: row.pictures,
        prepared: row.prepared,
        bytes: row.bytes,
        left_out: row.left_out,
        why,
    }
}
