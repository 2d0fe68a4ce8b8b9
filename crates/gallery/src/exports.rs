//! Taking pictures away as one archive whose every byte is known before it is sent.
//!
//! An export is prepared by a background task (`prepare`): it names the files (`name`), reads what
//! has no checksum yet, writes the texts into a spool file and keeps the plan (`plan`) in the
//! database. Sending (`archive`) only reads.

mod archive;
mod name;
mod plan;
mod prepare;
mod text;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{
    export::{ExportRequest, ExportState, ExportStatus},
    id::ExportId,
    problem::ProblemKind,
    selection::Selection,
    time::{DAY, Timestamp},
};
use store::rows::ExportRow;
use tokio::sync::{Semaphore, mpsc, watch};

pub use archive::Archive;

use crate::{
    Gallery, Inner,
    error::{Error, not_found},
    files::{self, Spool},
};

/// Most pictures in one archive.
const MOST: usize = 200_000;
/// How long a prepared archive can be fetched, in milliseconds.
const KEPT: i64 = DAY;
/// How often old archives are looked for.
const SWEEP: Duration = Duration::from_hours(1);
/// Archives that are sent at once, because each takes a thread and memory of its own.
const SENT_AT_ONCE: usize = 64;
/// What became of an archive that was never finished.
const INTERRUPTED: &str = "Proofsheet was stopped while it prepared this archive. Your pictures are \
     untouched; select them and download again.";
/// Plans kept ready, because a browser fetches an archive in several ranges.
const READY: usize = 8;

/// The queue of exports to prepare, and the plans of those that are being fetched.
pub(crate) struct Exporter {
    queue: mpsc::UnboundedSender<ExportId>,
    waiting: Mutex<Option<mpsc::UnboundedReceiver<ExportId>>>,
    ready: Mutex<HashMap<ExportId, Arc<archive::Ready>>>,
    /// Places for archives that are being sent.
    places: Arc<Semaphore>,
    /// Told whenever an export got further.
    moved: watch::Sender<()>,
}

impl Default for Exporter {
    fn default() -> Self {
        let (queue, waiting) = mpsc::unbounded_channel();
        Self {
            queue,
            waiting: Mutex::new(Some(waiting)),
            ready: Mutex::default(),
            places: Arc::new(Semaphore::new(SENT_AT_ONCE)),
            moved: watch::Sender::default(),
        }
    }
}

/// Starts preparing exports one after the other, and sweeping old ones.
pub(crate) fn start(inner: &Arc<Inner>) {
    let waiting = inner
        .exporter
        .waiting
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let Some(mut waiting) = waiting else { return };
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            let next = tokio::time::timeout(SWEEP, waiting.recv()).await;
            let Some(inner) = weak.upgrade() else { return };
            match next {
                Ok(Some(id)) => prepare::run(&inner, id).await,
                Ok(None) => return,
                Err(_) => sweep(&inner).await,
            }
        }
    });
}

/// Marks archives as failed that were being prepared when the process ended: what of them was done
/// is lost, and nothing would ever go on with them.
pub(crate) async fn give_up_interrupted(inner: &Inner) -> Result<(), Error> {
    for id in inner.store.exports_before(Timestamp(i64::MAX)).await? {
        // Another process may prepare its own at this moment; its texts lie in its own data folder.
        if !files::exists(&inner.data.spool(&id.to_string())) {
            continue;
        }
        let Some(mut row) = inner.store.export(id).await? else {
            continue;
        };
        if row.state != ExportState::Preparing {
            continue;
        }
        row.state = ExportState::Failed;
        row.plan = Vec::new();
        row.left_out = vec![("the archive".to_owned(), INTERRUPTED.to_owned())];
        inner.store.update_export(&row).await?;
    }
    Ok(())
}

/// Removes archives that are too old to be fetched.
async fn sweep(inner: &Inner) {
    let before = Timestamp(inner.options.clock.now().0 - KEPT);
    let old = inner.store.exports_before(before).await.unwrap_or_default();
    for id in old {
        let removed = files::remove(&inner.data.spool(&id.to_string()));
        if removed.is_ok() && inner.store.remove_export(id).await.is_ok() {
            inner
                .exporter
                .ready
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&id);
        }
    }
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
            plan: plan::pack_keys(&keys),
            bytes: None,
            pictures: keys.len() as u64,
            prepared: 0,
            left_out: Vec::new(),
            created: clock.now(),
        };
        // Tells after a restart that this one was ours.
        let spool = self.inner.data.spool(&row.id.to_string());
        Spool::create(&spool).map_err(Error::file("writing an archive's texts"))?;
        self.inner.store.save_export(&row).await?;
        self.inner
            .exporter
            .queue
            .send(row.id)
            .map_err(|_| Error::Worker)?;
        Ok(status(row))
    }

    /// Bytes of the files of a selection: what an archive of the originals takes, but for names and
    /// texts.
    pub async fn weigh(&self, selection: &Selection) -> Result<u64, Error> {
        let keys = crate::Search::new(self.inner).keys(selection).await?;
        Ok(self.inner.keeper.snapshot().index.bytes_of(&keys))
    }

    /// How far an archive is.
    pub async fn status(&self, id: ExportId) -> Result<ExportStatus, Error> {
        let row = self.inner.store.export(id).await?.ok_or_else(gone)?;
        Ok(status(row))
    }

    /// Waits until an archive is ready, or could not be made; at most so long. One that another
    /// process prepares is only looked at when the time is over.
    pub async fn wait(&self, id: ExportId, patience: Duration) -> Result<ExportStatus, Error> {
        let patience = tokio::time::Instant::now() + patience;
        // Listening begins before looking, so that nothing falls between the two.
        let mut moved = self.inner.exporter.moved.subscribe();
        loop {
            let status = self.status(id).await?;
            if status.state != ExportState::Preparing {
                return Ok(status);
            }
            if tokio::time::timeout_at(patience, moved.changed())
                .await
                .is_err()
            {
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
        let kept = {
            let ready = self
                .inner
                .exporter
                .ready
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            ready.get(&id).cloned()
        };
        if let Some(ready) = kept {
            return Ok(Archive::new(ready, place));
        }
        let row = self.inner.store.export(id).await?.ok_or_else(gone)?;
        match row.state {
            ExportState::Ready => {}
            ExportState::Preparing => {
                return Err(Error::told(
                    ProblemKind::Busy,
                    "This archive is still being prepared. Nothing is lost; try again in a moment.",
                ));
            }
            ExportState::Failed => return Err(gone()),
        }
        let spool = self.inner.data.spool(&id.to_string());
        let plan = plan::unpack(&row.plan).ok_or_else(not_found)?;
        let ready = Arc::new(archive::Ready::new(plan, spool, row.created));
        let mut kept = self
            .inner
            .exporter
            .ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
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

fn status(row: ExportRow) -> ExportStatus {
    ExportStatus {
        id: row.id,
        state: row.state,
        pictures: row.pictures,
        prepared: row.prepared,
        bytes: row.bytes,
        left_out: row.left_out,
    }
}

#[cfg(test)]
mod tests {
    use domain::{export::ExportOptions, selection::Selection};

    use super::*;
    use crate::{Gallery, Options};

    fn preparing(id: u128) -> ExportRow {
        ExportRow {
            id: ExportId(id),
            state: ExportState::Preparing,
            request: ExportRequest {
                selection: Selection::These(Vec::new()),
                options: ExportOptions::default(),
            },
            plan: plan::pack_keys(&[1]),
            bytes: None,
            pictures: 1,
            prepared: 0,
            left_out: Vec::new(),
            created: Timestamp(1),
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_archive_that_a_restart_interrupted_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (preparing(1), preparing(2));
        let gallery = Gallery::open(Options::new(folder.path())).await.unwrap();
        gallery.inner.store.save_export(&ours).await.unwrap();
        gallery.inner.store.save_export(&theirs).await.unwrap();
        let spool = gallery.inner.data.spool(&ours.id.to_string());
        Spool::create(&spool).unwrap();
        give_up_interrupted(&gallery.inner).await.unwrap();
        let status = gallery.exports().status(ours.id).await.unwrap();
        assert_eq!(status.state, ExportState::Failed);
        let (_, reason) = &status.left_out[0];
        assert!(reason.contains("download again"), "{reason}");
        let other = gallery.exports().status(theirs.id).await.unwrap();
        assert_eq!(other.state, ExportState::Preparing, "another process's");
        gallery.close().await;
    }
}
