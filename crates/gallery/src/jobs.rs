//! Long work that is watched, paused and retried, and that goes on where it was after a restart.
//!
//! What is asked for is a row of the database (`store/src/jobs.rs`), so several processes may share the queue. In each
//! of three lanes (`lane`) a task (`turns`) takes one job at a time and does it piece by piece; after each piece it is
//! written down how far it came (`piece`). What each kind does is in `files` (what goes from file to file), `verify`, `scan` and `whole` (what cannot
//! be cut into pieces, but can be begun again without doing anything twice).
//!
//! To add a kind: its word in `domain`, its variant of [`Task`], and its piece.

mod files;
mod lane;
mod piece;
mod scan;
#[cfg(test)]
mod tests;
mod turns;
mod verify;
mod whole;

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use bytes::Bytes;
use domain::{
    id::{ExportId, JobId, RootId},
    job::{Job, JobChange, JobDetail, JobError, JobKind},
    problem::ProblemKind,
};
use futures::{Stream, StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use store::{
    Store, StoreError,
    rows::{JobErrorRow, JobRow, NewJob},
};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

use self::lane::Lane;
use crate::{
    Clock, Gallery, Inner, Options,
    error::{Error, not_found},
    exchange::plain_cell,
    owner,
};

/// Jobs that are over and still listed.
const LISTED: u32 = 50;
/// Failed things that come with a job.
const SHOWN: u32 = 100;
/// Failed things of one piece of a table.
const PIECE: u32 = 1_000;
/// How long closing waits for the work on a job to be written down.
const FAREWELL: Duration = Duration::from_secs(5);

/// Long work, with all that is needed to do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Task {
    /// Compare every byte of every file with what it should be.
    Verify,
    /// Understand the kept texts again.
    Recipes,
    /// Draw the thumbnails that are missing.
    Thumbnails,
    /// Hash the files that have no hash yet.
    Hashes,
    /// Copy the library into a folder.
    Backup {
        /// That folder, on the server.
        folder: String,
        /// Whether to copy also what lies in folders of the user's.
        linked: bool,
    },
    /// Take in the pictures of all archives below a folder.
    Import {
        /// That folder, on the server.
        folder: String,
        /// The name of an archive that somebody sent: the folder is the gallery's own then, and goes once what is in
        /// it came in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent: Option<String>,
    },
    /// Make pictures ready to be taken away as one archive.
    Export {
        /// The archive, of which the database holds what goes into it. The job has the same id.
        id: ExportId,
    },
    /// Look through watched folders for what is new, changed or gone.
    Scan {
        /// Only this one; else all.
        root: Option<RootId>,
    },
}

impl Task {
    /// What kind of work it is.
    pub fn kind(&self) -> JobKind {
        match self {
            Self::Verify => JobKind::Verify,
            Self::Recipes => JobKind::Recipes,
            Self::Thumbnails => JobKind::Thumbnails,
            Self::Hashes => JobKind::Hashes,
            Self::Backup { .. } => JobKind::Backup,
            Self::Import { .. } => JobKind::Import,
            Self::Export { .. } => JobKind::Export,
            Self::Scan { .. } => JobKind::Scan,
        }
    }

    /// What it is about: a folder, or an archive that was sent; empty when it is about the library.
    fn about(&self) -> &str {
        match self {
            Self::Import {
                sent: Some(name), ..
            } => name,
            _ => self.folder().unwrap_or_default(),
        }
    }

    /// The folder that it needs.
    fn folder(&self) -> Option<&str> {
        match self {
            Self::Backup { folder, .. } | Self::Import { folder, .. } => Some(folder),
            _ => None,
        }
    }

    /// Work of which somebody wants to see something goes before what only looks after the library.
    fn priority(&self) -> u32 {
        match self {
            Self::Export { .. } => 40,
            Self::Scan { .. } => 35,
            Self::Import { .. } => 30,
            Self::Thumbnails | Self::Recipes => 20,
            Self::Backup { .. } => 15,
            Self::Verify | Self::Hashes => 10,
        }
    }
}

/// What the tasks that work and those who ask for work share.
pub(crate) struct Desk {
    /// Of each lane: there is something to do, or a person wants something.
    wake: [Notify; Lane::ALL.len()],
    stopped: watch::Sender<bool>,
    /// So many lanes are at work; without one the database may be closed.
    at_work: watch::Sender<usize>,
    /// Told whenever a turn at a job ended, or a person wanted something.
    pub(crate) moved: watch::Sender<()>,
    /// Names the data folder; empty beside the process that has it.
    place: String,
    /// How often work stood back for people.
    stood_back: AtomicU64,
}

impl Desk {
    pub(crate) fn new(place: String) -> Self {
        Self {
            wake: Default::default(),
            stopped: watch::Sender::new(false),
            at_work: watch::Sender::new(0),
            moved: watch::Sender::default(),
            place,
            stood_back: AtomicU64::new(0),
        }
    }

    /// Somebody asks for something.
    fn wake(&self) {
        self.wake.iter().for_each(Notify::notify_one);
        self.moved.send_replace(());
    }

    /// Waits until somebody asks for something.
    async fn woken(&self, lane: Lane) {
        self.wake[lane as usize].notified().await;
    }

    /// Ends the work at once and waits until it is written down where it can go on.
    pub(crate) async fn stop(&self) {
        self.stopped.send_replace(true);
        let mut at_work = self.at_work.subscribe();
        let resting = at_work.wait_for(|lanes| *lanes == 0);
        if tokio::time::timeout(FAREWELL, resting).await.is_err() {
            tracing::warn!(
                "a job could not be put aside in time; it is taken up again at the next start"
            );
        }
    }
}

/// Starts the tasks that work; they end when the gallery is closed or gone. Archives are prepared and folders looked
/// through also where nothing else goes on in the background.
pub(crate) fn start(inner: &Arc<Inner>) {
    run(inner, Lane::Archives);
    run(inner, Lane::Scans);
    if inner.options.finish {
        run(inner, Lane::Rest);
    }
}

fn run(inner: &Arc<Inner>, lane: Lane) -> JoinHandle<()> {
    let desk = Arc::clone(&inner.desk);
    desk.at_work.send_modify(|lanes| *lanes += 1);
    tokio::spawn(turns::task(Arc::downgrade(inner), desk, lane))
}

/// The queue of long work. Cloning is cheap and gives the same one.
#[derive(Clone)]
pub struct Jobs {
    store: Store,
    clock: Clock,
    desk: Arc<Desk>,
}

impl Gallery {
    /// Long work that is watched, paused and retried.
    pub fn jobs(&self) -> Jobs {
        Jobs::of(&self.inner)
    }
}

impl Jobs {
    pub(crate) fn of(inner: &Inner) -> Self {
        Self {
            store: inner.store.clone(),
            clock: inner.options.clock.clone(),
            desk: Arc::clone(&inner.desk),
        }
    }

    /// The queue of the gallery with these options, beside the process that works on it. That one notices within a
    /// few seconds what was asked for here.
    pub async fn open(options: &Options) -> Result<Self, Error> {
        Ok(Self {
            store: owner::open_beside(options).await?,
            clock: options.clock.clone(),
            desk: Arc::new(Desk::new(String::new())),
        })
    }

    /// Ends the connection of [`Jobs::open`].
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// Asks for work that needs nothing but its name. Where the same is asked for already, that is the answer.
    ///
    /// # Errors
    /// [`ProblemKind::Invalid`] for what needs a folder, or pictures.
    pub async fn start(&self, kind: JobKind) -> Result<Job, Error> {
        let task = match kind {
            JobKind::Verify => Task::Verify,
            JobKind::Recipes => Task::Recipes,
            JobKind::Thumbnails => Task::Thumbnails,
            JobKind::Hashes => Task::Hashes,
            JobKind::Scan => Task::Scan { root: None },
            JobKind::Export => {
                return Err(Error::told(
                    ProblemKind::Invalid,
                    "An archive is made of pictures. Nothing was started; select some, then download them.",
                ));
            }
            JobKind::Backup | JobKind::Import => {
                return Err(Error::told(
                    ProblemKind::Invalid,
                    "This needs a folder of the server, which is named in its terminal alone. Nothing was \
                     started; use `proofsheet jobs start`.",
                ));
            }
        };
        self.ask(task).await
    }

    /// Asks for work. Where the same is asked for already and not over, that is the answer.
    ///
    /// # Errors
    /// [`ProblemKind::Invalid`] for a folder that is named from wherever somebody happens to stand;
    /// [`ProblemKind::Conflict`] for a watched one that is paused.
    pub async fn ask(&self, task: Task) -> Result<Job, Error> {
        if task
            .folder()
            .is_some_and(|folder| !Path::new(folder).is_absolute())
        {
            return Err(Error::told(
                ProblemKind::Invalid,
                "A folder has to be named from the top, like /backups/pictures. Nothing was started.",
            ));
        }
        let about = match task {
            Task::Scan { root: Some(root) } => self.readable(root).await?.path,
            _ => task.about().to_owned(),
        };
        let work = serde_json::to_string(&task).map_err(|_| Error::Worker)?;
        let (id, place) = match task {
            // Its texts lie in the data folder.
            Task::Export { id } => (JobId(id.0), self.desk.place.clone()),
            _ => (JobId(self.clock.mint()), String::new()),
        };
        let new = NewJob {
            id,
            place,
            kind: task.kind(),
            about,
            dedupe: work.clone(),
            work,
            priority: task.priority(),
            at: self.clock.now(),
        };
        let own = new.id;
        let id = self.store.add_job(new).await?;
        if id == own {
            let line = "Asked for.";
            self.store.note_job(id, line, self.clock.now()).await?;
        }
        self.desk.wake();
        self.one(id).await
    }

    /// All that is not over in the order in which it has its turn, then what ended last.
    pub async fn list(&self) -> Result<Vec<Job>, Error> {
        let rows = self.store.jobs(LISTED).await?;
        Ok(rows.into_iter().map(|row| self.seen(row)).collect())
    }

    /// A job with what happened to it and the first of what failed.
    pub async fn detail(&self, id: JobId) -> Result<JobDetail, Error> {
        let job = self.one(id).await?;
        let log = self.store.job_lines(id).await?;
        let errors = self.store.job_errors(id, "", SHOWN).await?;
        let errors = errors.into_iter().map(told).collect();
        Ok(JobDetail { job, log, errors })
    }

    /// Does with a job what a person wants. Whoever works on it is asked, and obeys after a moment.
    ///
    /// # Errors
    /// [`ProblemKind::Conflict`] when that cannot be done with it as it stands.
    pub async fn change(&self, id: JobId, change: JobChange) -> Result<Job, Error> {
        let now = self.clock.now();
        match self.store.change_job(id, change, now).await {
            Ok(()) => {}
            Err(StoreError::Conflict(_)) => {
                return Err(Error::told(
                    ProblemKind::Conflict,
                    "This job stands elsewhere by now, or the same one was started anew. Nothing was \
                     changed; look again.",
                ));
            }
            Err(error) => return Err(error.into()),
        }
        let line = match change {
            JobChange::Pause => "Somebody asked for a pause.",
            JobChange::Resume => "Somebody let it go on.",
            JobChange::Cancel => "Somebody asked for its end.",
            JobChange::Retry => "Somebody asked to try again what failed.",
        };
        self.store.note_job(id, line, now).await?;
        self.desk.wake();
        self.one(id).await
    }

    /// Everything that failed of a job, in pieces.
    pub async fn errors(
        &self,
        id: JobId,
    ) -> Result<impl Stream<Item = Result<Vec<JobError>, Error>> + use<>, Error> {
        self.one(id).await?;
        let begin = (self.store.clone(), Some(String::new()));
        Ok(stream::try_unfold(
            begin,
            move |(store, after)| async move {
                let Some(after) = after else { return Ok(None) };
                let rows = store.job_errors(id, &after, PIECE).await?;
                let last = rows.last().map(|row| row.error.what.clone());
                let next = last.filter(|_| rows.len() == PIECE as usize);
                let piece = rows.into_iter().map(told).collect();
                Ok(Some((piece, (store, next))))
            },
        ))
    }

    /// The same as a table, piece by piece: name, reason, time.
    pub async fn failed(
        &self,
        id: JobId,
    ) -> Result<impl Stream<Item = Result<Bytes, Error>> + use<>, Error> {
        let pieces = self.errors(id).await?.enumerate();
        Ok(pieces.map(|(number, piece)| Ok(table(&piece?, number == 0).into())))
    }

    async fn one(&self, id: JobId) -> Result<Job, Error> {
        let row: Option<JobRow> = self.store.job(id).await?;
        row.map(|row| self.seen(row)).ok_or_else(not_found)
    }

    /// A job as this process knows it: an archive is fetched where it lies.
    fn seen(&self, row: JobRow) -> Job {
        let mut job = row.job;
        job.ready &= row.place == self.desk.place;
        job
    }
}

fn told(row: JobErrorRow) -> JobError {
    JobError {
        name: row.error.name,
        reason: row.error.reason,
        at: row.at,
    }
}

/// Lines of the table, below its head where that is wanted.
fn table(errors: &[JobError], head: bool) -> Vec<u8> {
    // Spreadsheets take a file for UTF-8 by its mark.
    let mut out = if head {
        "\u{feff}".as_bytes().to_vec()
    } else {
        Vec::new()
    };
    let mut writer = csv::Writer::from_writer(&mut out);
    // Memory takes everything.
    if head {
        let _ = writer.write_record(["name", "reason", "time"]);
    }
    for error in errors {
        let (name, reason) = (plain_cell(&error.name), plain_cell(&error.reason));
        let _ = writer.write_record([name, reason, error.at.minute_text()]);
    }
    let _ = writer.flush();
    drop(writer);
    out
}
