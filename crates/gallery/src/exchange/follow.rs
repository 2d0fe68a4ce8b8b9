//! Logs of executions that are followed: what is new in them attaches by itself, also when pictures come
//! after their lines.
//!
//! A log is looked at every second and read only when it changed and then stayed the same for a second, or
//! went on changing for some. Lines that were attached are known by their hash and never looked at again;
//! those without a picture wait, and are compared again when the library has grown. What somebody set stays,
//! whatever the log says.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::{
    exchange::{Brought, FollowedLog},
    problem::ProblemKind,
};

use super::{
    lines::{Line, Read},
    plan, source,
};
use crate::{
    Inner,
    error::Error,
    files::{self, Stat},
};

/// How often a log is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// After so many looks one that goes on changing is read all the same.
const RESTLESS: u32 = 5;
/// A last line without an end is taken for a whole one when nothing was added for so many looks.
const PATIENT: u32 = 5;
/// A look that took long is followed by a rest of so many times as long.
const REST: u32 = 10;

/// What is known of the logs that are followed.
#[derive(Default)]
pub(crate) struct Followed(Mutex<Vec<FollowedLog>>);

impl Followed {
    fn logs(&self) -> MutexGuard<'_, Vec<FollowedLog>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<FollowedLog> {
        self.logs().clone()
    }

    fn set(&self, log: FollowedLog) {
        let mut logs = self.logs();
        match logs.iter_mut().find(|known| known.path == log.path) {
            Some(known) => *known = log,
            None => logs.push(log),
        }
    }
}

/// Begins to follow the logs of the options; ends when the gallery is closed or gone.
pub(crate) fn start(inner: &Arc<Inner>) {
    for path in inner.options.logs.clone() {
        let mut log = Log::new(path);
        inner.followed.set(log.told.clone());
        let inner = Arc::downgrade(inner);
        tokio::spawn(async move {
            let mut rest = LOOK;
            loop {
                tokio::time::sleep(rest).await;
                let Some(inner) = inner.upgrade() else { return };
                let began = Instant::now();
                match log.look(&inner).await {
                    Err(Error::Store(store::StoreError::Closed)) => return,
                    Err(error) => log.trouble(&inner, error.problem().message),
                    Ok(()) => {}
                }
                rest = LOOK.max(began.elapsed() * REST);
            }
        });
    }
}

/// How a log looked: the file, and what SQLite has not yet put into it.
type Look = (Option<Stat>, Option<Stat>);

struct Log {
    path: PathBuf,
    /// How it looked when it was read, and at the last look.
    read: Option<Look>,
    last: Option<Look>,
    /// Looks since it was found changed, and since it stays the same.
    restless: u32,
    steady: u32,
    /// Whether its last line was left out, because it may be half of one.
    cut: bool,
    /// Hashes of the lines that need nothing more.
    done: HashSet<u64>,
    /// Lines that wait for their pictures, and how many pictures there were when they were compared.
    waiting: Vec<Line>,
    pictures: usize,
    told: FollowedLog,
}

impl Log {
    fn new(path: PathBuf) -> Self {
        let told = FollowedLog {
            path: path.display().to_string(),
            ..FollowedLog::default()
        };
        Self {
            path,
            read: None,
            last: None,
            restless: 0,
            steady: 0,
            cut: false,
            done: HashSet::new(),
            waiting: Vec::new(),
            pictures: 0,
            told,
        }
    }

    async fn look(&mut self, inner: &Arc<Inner>) -> Result<(), Error> {
        let snapshot = inner.keeper.snapshot();
        if !snapshot.ready {
            return Ok(());
        }
        let path = self.path.clone();
        let now = tokio::task::spawn_blocking(move || look(&path));
        let now = now.await.map_err(|_| Error::Worker)?;
        let same = self.last.replace(now) == Some(now);
        self.steady = if same { self.steady + 1 } else { 0 };
        if self.read != Some(now) {
            self.restless += 1;
            if same || self.restless > RESTLESS {
                return self.read_again(inner, now, false).await;
            }
        } else if self.cut && self.steady >= PATIENT {
            return self.read_again(inner, now, true).await;
        }
        if !self.waiting.is_empty() && self.pictures != snapshot.index.len() {
            let lines = std::mem::take(&mut self.waiting);
            return self.attach(inner, lines).await;
        }
        Ok(())
    }

    async fn read_again(
        &mut self,
        inner: &Arc<Inner>,
        now: Look,
        whole: bool,
    ) -> Result<(), Error> {
        let came = source::log_on_disk(&self.path, whole).await;
        // Whoever writes a database will be done soon. Anything else is tried again when it changed.
        let busy = |error: &Error| error.problem().kind == ProblemKind::Busy;
        if !came.as_ref().is_err_and(busy) {
            (self.read, self.restless, self.cut) = (Some(now), 0, false);
        }
        let (read, cut) = came?;
        self.cut = cut;
        self.told.unfinished = read.unfinished;
        self.told.lines = read.lines.len() as u64;
        let mut lines = read.lines;
        lines.retain(|line| !self.done.contains(&hash(line)));
        self.attach(inner, lines).await
    }

    /// Attaches lines; those without a picture wait. What failed begins with the file again.
    async fn attach(&mut self, inner: &Arc<Inner>, lines: Vec<Line>) -> Result<(), Error> {
        let attached = self.try_attach(inner, lines).await;
        if attached.is_err() {
            self.read = None;
        }
        attached
    }

    async fn try_attach(&mut self, inner: &Arc<Inner>, lines: Vec<Line>) -> Result<(), Error> {
        self.pictures = inner.keeper.snapshot().index.len();
        let mut fresh: HashSet<u64> = lines.iter().map(hash).collect();
        let read = Read {
            lines,
            log: true,
            ..Read::default()
        };
        let mut plan = plan::compare(inner, read, true).await?;
        self.waiting = std::mem::take(&mut plan.missing);
        for line in &self.waiting {
            fresh.remove(&hash(line));
        }
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let done = plan.carry_out(inner, &format!("the log {name}")).await?;
        self.done.extend(fresh);
        self.tell(inner, &done);
        Ok(())
    }

    fn tell(&mut self, inner: &Inner, done: &Brought) {
        self.told.attached += done.matched;
        self.told.unclear += done.conflicting;
        self.told.kept += done.kept;
        self.told.waiting = self.waiting.len() as u64;
        self.told.trouble = None;
        self.told.read = Some(inner.options.clock.now());
        if done.changes() > 0 {
            tracing::info!(
                log = self.told.path,
                attached = done.matched,
                waiting = self.told.waiting,
                "lines of a log were attached to their pictures"
            );
        }
        inner.followed.set(self.told.clone());
    }

    /// Tells what is wrong, once in the log.
    fn trouble(&mut self, inner: &Inner, sentence: String) {
        if self.told.trouble.as_ref() != Some(&sentence) {
            tracing::warn!(log = self.told.path, "{sentence}");
            self.told.trouble = Some(sentence);
            inner.followed.set(self.told.clone());
        }
    }
}

fn look(path: &Path) -> Look {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    // Whoever names a link means the file.
    let named = |path: &Path| files::OpenFile::open_named(path).map(|(_, stat)| stat).ok();
    (named(path), named(Path::new(&wal)))
}

fn hash(line: &Line) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}
