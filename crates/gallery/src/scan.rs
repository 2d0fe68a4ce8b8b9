//! Reading the watched folders: what is new or changed becomes known, what is gone becomes
//! missing, nothing is ever deleted.
//!
//! One task walks and reads (`run`), also what somebody asks for (`by_hand`); one hashes and draws in the background (`finish`) and tidies up
//! when nothing is left to do (`quiet`), one listens for changes on the disk (`watch`). All report
//! to `progress`.

mod by_hand;
mod finish;
mod progress;
mod quiet;
mod read;
mod run;
mod walk;
mod watch;
mod written;

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use domain::{
    job::Job,
    problem::{Problem, ProblemKind},
    scan::{ScanPhase, ScanProblem, ScanProgress},
    settings::Notice,
    time::Timestamp,
};
use store::rows::ScannedFile;
use tokio::sync::{Notify, watch as channel};

pub(crate) use by_hand::{Looked, look};
pub(crate) use read::unreadable_sentence;
pub(crate) use run::{are_enough, how_many_there, is_there, samples};

use crate::{
    Gallery, Inner,
    error::Error,
    files::{self, Place},
    jobs::Jobs,
};

/// How long a scan waits for the index to be loaded.
const LOADING: Duration = Duration::from_mins(1);
/// Said of a file that is not what it was a moment ago.
const GONE: &str = "Another program changed this file while it came in. Nothing was lost that was there; \
     send it again.";
/// Problems on one page.
const PROBLEMS: u32 = 100;

/// The state that the scanning tasks share.
pub(crate) struct Scanner {
    /// What is asked for; bumped by every request for a full scan.
    requested: Arc<channel::Sender<u64>>,
    /// How far the requests for full scans were carried out.
    completed: channel::Sender<Carried>,
    /// Bumped by everybody who waits for the background work.
    awaited: channel::Sender<u64>,
    /// How far they were served.
    rested: channel::Sender<Carried>,
    /// What somebody asks for.
    by_hand: by_hand::Hand,
    /// Paths that changed on the disk, by key of their root.
    dirty: Mutex<HashMap<i64, HashSet<PathBuf>>>,
    /// Roots whose next scan may turn many files missing, because somebody said so.
    believed: Mutex<HashSet<i64>>,
    wake: Arc<Notify>,
    /// Wakes the background work.
    unfinished: Notify,
    pub(crate) progress: progress::Counters,
    stopped: channel::Sender<bool>,
}

/// How far numbered requests were carried out.
#[derive(Debug, Clone, Default)]
struct Carried {
    /// The newest request that was carried out.
    upto: u64,
    /// What kept it from being carried out whole.
    failed: Option<Problem>,
}

impl Carried {
    /// Waits until a request was carried out; fails when it could not be, or never will be.
    async fn wait(mut told: channel::Receiver<Self>, number: u64) -> Result<(), Error> {
        let carried = told.wait_for(|carried| carried.upto >= number).await;
        match &carried.map_err(|_| Error::Worker)?.failed {
            Some(problem) => Err(Error::Told(problem.clone())),
            None => Ok(()),
        }
    }
}

impl Scanner {
    pub(crate) fn new() -> Self {
        Self {
            requested: Arc::new(channel::Sender::new(0)),
            completed: channel::Sender::default(),
            awaited: channel::Sender::new(0),
            rested: channel::Sender::default(),
            by_hand: by_hand::Hand::default(),
            dirty: Mutex::default(),
            believed: Mutex::default(),
            wake: Arc::new(Notify::new()),
            unfinished: Notify::new(),
            progress: progress::Counters::default(),
            stopped: channel::Sender::new(false),
        }
    }

    /// The next scan of this root believes what it sees.
    pub(crate) fn believe(&self, root: i64) {
        lock(&self.believed).insert(root);
    }

    /// Asks for a full scan whenever it is called, from any thread.
    pub(crate) fn requester(&self) -> Arc<dyn Fn() + Send + Sync> {
        let (requested, wake) = (Arc::clone(&self.requested), Arc::clone(&self.wake));
        Arc::new(move || {
            requested.send_modify(|requested| *requested += 1);
            wake.notify_one();
        })
    }

    /// Ends the tasks at their next step.
    pub(crate) fn stop(&self) {
        self.stopped.send_replace(true);
        self.wake.notify_one();
        self.unfinished.notify_one();
    }

    /// Whether files are being listed and read, before which other work stands back.
    pub(crate) fn is_reading(&self) -> bool {
        self.progress.phase() == ScanPhase::Reading
    }

    fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// Whether the walk that goes on is to end before its end. What was not seen says nothing then.
    fn is_cut(&self) -> bool {
        self.is_stopped() || self.by_hand.is_given_up()
    }

    /// Notes paths that changed on the disk.
    fn note(&self, root: i64, paths: impl IntoIterator<Item = PathBuf>) {
        lock(&self.dirty).entry(root).or_default().extend(paths);
        self.wake.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks for a full scan; answers with the number of the request.
pub(crate) fn request(inner: &Inner) -> u64 {
    let number = bump(&inner.scanner.requested);
    inner.scanner.wake.notify_one();
    number
}

/// Reads a file that is whole and was not scanned.
pub(crate) fn read_whole(
    inner: &Inner,
    (root, path): (i64, &Path),
    folder: &str,
    name: &str,
) -> Result<ScannedFile, Error> {
    let gone = || Error::told(ProblemKind::Conflict, GONE);
    let place = Place::new(path, folder, name).ok_or_else(gone)?;
    let stat = files::stat(&place.path()).map_err(Error::file("reading what was put there"))?;
    let entry = walk::Entry {
        folder: folder.to_owned(),
        name: name.to_owned(),
        stat,
    };
    let todo = read::Todo { entry, moved: None };
    let rules = inner.reader.rules();
    match read::read(root, path, todo, &inner.options.clock, &rules) {
        read::Outcome::Read(file, None) => Ok(*file),
        _ => Err(gone()),
    }
}

/// Goes on as it is set now. Where changes are to be noticed as they happen, everything is looked at once:
/// watching begins with that.
pub(crate) fn follow_settings(inner: &Inner, begins_to_watch: bool) {
    if begins_to_watch {
        request(inner);
    }
    inner.scanner.wake.notify_one();
    inner.scanner.unfinished.notify_one();
}

/// Wakes the work in the background: there is a new picture.
pub(crate) fn wake(inner: &Inner) {
    inner.scanner.unfinished.notify_one();
}

/// Counts a request and gives its number.
fn bump(requests: &channel::Sender<u64>) -> u64 {
    let mut number = 0;
    requests.send_modify(|newest| {
        *newest += 1;
        number = *newest;
    });
    number
}

/// Starts the tasks; they end when the gallery is closed or gone.
pub(crate) fn start(inner: &Arc<Inner>) {
    tokio::spawn(scan_task(Arc::downgrade(inner)));
    tokio::spawn(progress::publish_task(Arc::downgrade(inner)));
    if inner.options.finish {
        tokio::spawn(finish::task(Arc::downgrade(inner)));
    }
    request(inner);
}

async fn scan_task(weak: Weak<Inner>) {
    let mut watching: Option<watch::Watching> = None;
    loop {
        let (wake, rest) = {
            let Some(inner) = weak.upgrade() else { return };
            if inner.scanner.is_stopped() {
                return;
            }
            let settings = inner.settings.now();
            let watches = settings.notice == Notice::Events;
            if !watches {
                watching = None;
            }
            let requested = *inner.scanner.requested.borrow();
            let completed = inner.scanner.completed.borrow().upto;
            let dirty = std::mem::take(&mut *lock(&inner.scanner.dirty));
            let due = requested > completed;
            let mut by_hand = inner.scanner.by_hand.take();
            // Watching begins before looking, so that nothing falls between the two.
            if watches && (due || by_hand.is_some()) {
                let before = watching.take();
                let now = before.unwrap_or_else(|| watch::Watching::new(&inner));
                watching = now.follow(&inner).await.ok();
            }
            // One walk through everything is enough for all who want it.
            let shared = by_hand.take_if(|asked| due && asked.root.is_none());
            if let Some(asked) = by_hand {
                by_hand::carry_out(&inner, asked).await;
            }
            if due {
                carry_out(&inner, requested, shared.as_deref()).await;
            } else if !dirty.is_empty() {
                if let Err(error) = run::changed(&inner, dirty).await {
                    log(&error);
                }
                inner.scanner.progress.phase_ends();
                inner.scanner.unfinished.notify_one();
            }
            let rest = Duration::from_mins(settings.look_minutes.into());
            (Arc::clone(&inner.scanner.wake), rest)
        };
        if tokio::time::timeout(rest, wake.notified()).await.is_err()
            && let Some(inner) = weak.upgrade()
            && inner.settings.now().notice != Notice::Never
        {
            request(&inner);
        }
        // Writers close, rename and touch in quick succession; one look after them is enough.
        tokio::time::sleep(watch::QUIET).await;
    }
}

/// Tells how many problems are listed now, whichever scan or other work found them.
async fn count_problems(inner: &Inner) -> Result<(), Error> {
    let (count, _) = inner.store.problems(0, 0).await?;
    let counter = &inner.scanner.progress.problems;
    counter.store(count, std::sync::atomic::Ordering::Relaxed);
    Ok(())
}

async fn carry_out(inner: &Arc<Inner>, request: u64, shared: Option<&by_hand::ByHand>) {
    let Some(failed) = walk_through(inner, shared, run::everything(inner)).await else {
        return;
    };
    let upto = request;
    inner
        .scanner
        .completed
        .send_replace(Carried { upto, failed });
    inner.scanner.unfinished.notify_one();
}

/// Tells of a walk from its beginning to its end, also who asked for it. Answers what kept it from being carried out
/// whole, or `None` when the gallery is closed.
async fn walk_through(
    inner: &Arc<Inner>,
    asked: Option<&by_hand::ByHand>,
    walk: impl Future<Output = Result<(), Error>>,
) -> Option<Option<Problem>> {
    // At the start, people who want to look go first, and what both need is not in memory twice.
    inner.keeper.ready(LOADING).await;
    let progress = &inner.scanner.progress;
    progress.begin();
    if let Some(asked) = asked {
        asked.begins();
    }
    let failed = match walk.await {
        Ok(()) => None,
        Err(Error::Store(store::StoreError::Closed)) => return None,
        Err(error) => {
            log(&error);
            Some(error.problem())
        }
    };
    if let Some(asked) = asked {
        asked.ends(progress.looked(), failed.clone());
    }
    progress.phase_ends();
    Some(failed)
}

fn log(error: &Error) {
    tracing::error!(error = %error.chain(), "a scan could not be completed");
}

/// Reading the watched folders.
pub struct Scans<'a> {
    inner: &'a Inner,
}

impl Gallery {
    /// Reading the watched folders.
    pub fn scans(&self) -> Scans<'_> {
        Scans::new(&self.inner)
    }
}

impl<'a> Scans<'a> {
    pub(crate) fn new(inner: &'a Inner) -> Self {
        Self { inner }
    }

    /// Asks for a look through every watched folder, which is a job, and answers at once. One that is asked for
    /// already is the answer; where it rests, it goes on.
    pub async fn start(&self) -> Result<Job, Error> {
        Jobs::of(self.inner).look(None).await
    }

    /// Scans every watched folder and waits until all recipes are known. Fails when a folder could
    /// not be read to its end, for instance because the database's disk is full.
    pub async fn run(&self) -> Result<(), Error> {
        let number = request(self.inner);
        Carried::wait(self.inner.scanner.completed.subscribe(), number).await
    }

    /// Waits until every picture is hashed and has its thumbnails, or cannot have them. Fails when
    /// there is no room for them. Where background work is switched off it waits for nothing.
    pub async fn finished(&self) -> Result<(), Error> {
        if !self.inner.options.finish || !self.inner.settings.now().prepare {
            return Ok(());
        }
        let scanner = &self.inner.scanner;
        let number = bump(&scanner.awaited);
        scanner.unfinished.notify_one();
        Carried::wait(scanner.rested.subscribe(), number).await
    }

    /// How far reading is.
    pub fn progress(&self) -> ScanProgress {
        self.inner.scanner.progress.compose(self.inner)
    }

    /// The moment by the clock that dates what comes in from now on.
    pub fn moment(&self) -> Timestamp {
        self.inner.options.clock.now()
    }

    /// Every change of the progress, at most four a second.
    pub fn subscribe(&self) -> channel::Receiver<ScanProgress> {
        self.inner.scanner.progress.subscribe()
    }

    /// Files that could not be read, newest first: how many in all, and a page of them.
    pub async fn problems(&self, offset: u64) -> Result<(u64, Vec<ScanProblem>), Error> {
        Ok(self.inner.store.problems(offset, PROBLEMS).await?)
    }
}
