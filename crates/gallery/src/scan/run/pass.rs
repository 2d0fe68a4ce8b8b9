//! Reading and recording the files of one root.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use store::{
    Batch,
    rows::{NewProblem, RootRow, ScannedFile},
};
use tokio::{sync::mpsc, task::JoinHandle};

use super::inside;
use crate::{
    Inner,
    error::Error,
    files, keeper,
    scan::{
        count_problems,
        read::{self, Outcome, Todo},
        unreadable_sentence,
        walk::{self, Entry, Step},
    },
};

/// Files are sorted newest first within what was found in this time, so that the first pictures
/// appear soon even while a slow disk is still being listed.
const SORT_WITHIN: Duration = Duration::from_millis(1500);
/// Steps that a walk may be ahead, of up to 512 files each.
const STEPS: usize = 256;
/// Files that one thread reads before it hands them over.
const READ_CHUNK: usize = 128;
/// Recipes written in one transaction.
const RECORD_BATCH: usize = 2048;
/// The index is brought up to date at most this often while a scan writes.
const SHOW_EVERY: Duration = Duration::from_millis(500);
/// The code of what could not be looked at.
const UNREADABLE: &str = "unreadable";

/// Reading and recording the files of one root.
pub(super) struct Pass<'a> {
    inner: &'a Arc<Inner>,
    root: &'a RootRow,
    todo: Vec<Todo>,
    /// Parts of the root that were looked at.
    walked: Vec<PathBuf>,
    /// Folders and files that could not be looked at.
    pub(super) unreadable: Vec<String>,
    /// Locations whose file was found at another place.
    pub(super) moved: HashSet<i64>,
    /// Files that were read and are recorded, or soon will be.
    pub(super) read: usize,
    problems: Vec<NewProblem>,
    /// Paths with a problem in this pass.
    unwell: HashSet<String>,
    /// Paths that were read without trouble.
    well: Vec<String>,
    scanned: Vec<ScannedFile>,
    /// The batch that is being written while the next one is read.
    recording: Option<JoinHandle<Result<(), Error>>>,
    shown: Instant,
    /// The index being brought up to date meanwhile.
    showing: Option<JoinHandle<()>>,
}

/// A walk that was begun. It goes ahead of who follows it, but not by far; dropped, it ends.
pub(super) struct Walk {
    steps: mpsc::Receiver<Step>,
    walker: JoinHandle<()>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(inner: &'a Arc<Inner>, root: &'a RootRow) -> Self {
        Self {
            inner,
            root,
            todo: Vec::new(),
            walked: Vec::new(),
            unreadable: Vec::new(),
            moved: HashSet::new(),
            read: 0,
            problems: Vec::new(),
            unwell: HashSet::new(),
            well: Vec::new(),
            scanned: Vec::new(),
            recording: None,
            shown: Instant::now(),
            showing: None,
        }
    }

    /// Begins to walk through a part of the root.
    pub(super) fn walk(&mut self, part: PathBuf) -> Walk {
        let (sender, steps) = mpsc::channel(STEPS);
        let root = PathBuf::from(&self.root.path);
        self.walked.push(part.clone());
        let own = self.inner.data.thumbs().to_owned();
        let walker = tokio::task::spawn_blocking(move || walk::walk(&root, &part, own, sender));
        Walk { steps, walker }
    }

    /// Takes in what a walk comes across, and reads it; `judge` says which files.
    pub(super) async fn follow(
        &mut self,
        walk: Walk,
        judge: impl FnMut(Entry) -> Option<Todo>,
    ) -> Result<(), Error> {
        self.gather(walk, judge).await?;
        self.flush().await
    }

    /// The same, and leaves what was found last to be read together with what the next walk finds.
    pub(super) async fn gather(
        &mut self,
        walk: Walk,
        mut judge: impl FnMut(Entry) -> Option<Todo>,
    ) -> Result<(), Error> {
        let Walk { mut steps, walker } = walk;
        let progress = &self.inner.scanner.progress;
        let mut since = Instant::now();
        while let Some(step) = steps.recv().await {
            if self.inner.scanner.is_cut() {
                break;
            }
            match step {
                Step::Entries(entries) => {
                    progress
                        .seen
                        .fetch_add(entries.len() as u64, Ordering::Relaxed);
                    let before = entries.len();
                    let todo = entries.into_iter().filter_map(&mut judge);
                    let len = self.todo.len();
                    self.todo.extend(todo);
                    let unchanged = before - (self.todo.len() - len);
                    progress
                        .unchanged
                        .fetch_add(unchanged as u64, Ordering::Relaxed);
                }
                Step::Unreadable(path, error) => {
                    // What is wrong with the root as a whole is told by its state.
                    if !path.is_empty() {
                        self.trouble(&path, UNREADABLE, unreadable_sentence(&error));
                    }
                    self.unreadable.push(path);
                }
                Step::BadName(path) => self.trouble(&path, "bad-name", read::BAD_NAME.to_owned()),
            }
            if since.elapsed() > SORT_WITHIN {
                self.flush().await?;
                since = Instant::now();
            }
        }
        drop(steps);
        walker.await.map_err(|_| Error::Worker)
    }

    fn trouble(&mut self, path: &str, code: &str, message: String) {
        self.problems.push(NewProblem {
            path: path.to_owned(),
            code: code.to_owned(),
            message,
            at: self.inner.options.clock.now(),
        });
    }

    /// Reads what was found so far, newest first, and records it.
    pub(super) async fn flush(&mut self) -> Result<(), Error> {
        let mut todo = std::mem::take(&mut self.todo);
        todo.sort_by_key(|todo| std::cmp::Reverse(todo.entry.stat.mtime_ns));
        let chunks: Vec<Vec<Todo>> = chunked(todo);
        let (key, folder) = (self.root.key, Arc::<Path>::from(Path::new(&self.root.path)));
        let clock = self.inner.options.clock.clone();
        let rules = self.inner.reader.rules();
        let mut outcomes = stream::iter(chunks)
            .map(move |chunk| {
                let (folder, clock) = (Arc::clone(&folder), clock.clone());
                let rules = Arc::clone(&rules);
                tokio::task::spawn_blocking(move || {
                    let read = |todo| read::read(key, &folder, todo, &clock, &rules);
                    chunk.into_iter().map(read).collect::<Vec<_>>()
                })
            })
            .buffered(self.inner.options.workers.max(1) * 2);
        while let Some(outcomes) = outcomes.next().await {
            for outcome in outcomes.map_err(|_| Error::Worker)? {
                self.take(outcome);
            }
            if self.scanned.len() >= RECORD_BATCH {
                self.record().await?;
            }
            if self.inner.scanner.is_cut() {
                break;
            }
        }
        drop(outcomes);
        self.record().await
    }

    fn take(&mut self, outcome: Outcome) {
        let progress = &self.inner.scanner.progress;
        progress.read.fetch_add(1, Ordering::Relaxed);
        match outcome {
            Outcome::Read(file, trouble) => {
                self.read += 1;
                self.moved.extend(file.moved_from);
                match trouble {
                    Some(problem) => self.problems.push(problem),
                    None => self.well.push(inside(&file.folder, &file.name)),
                }
                self.scanned.push(*file);
            }
            Outcome::Problem(problem) => self.problems.push(problem),
            Outcome::Later(entry) => {
                let path = Path::new(&self.root.path)
                    .join(&entry.folder)
                    .join(&entry.name);
                later(self.inner, self.root.key, path);
            }
        }
    }

    /// Hands over what was read. Reading goes on while it is written; only the batch before it is
    /// waited for.
    async fn record(&mut self) -> Result<(), Error> {
        if !self.scanned.is_empty() {
            self.inner.ballast.room()?;
        }
        let scanned = std::mem::take(&mut self.scanned);
        // Made ready while the batch before it is written.
        let ready = tokio::task::spawn_blocking(move || Batch::from(scanned));
        let scanned = ready.await.map_err(|_| Error::Worker)?;
        self.recorded().await?;
        let problems = std::mem::take(&mut self.problems);
        if !scanned.is_empty() || !problems.is_empty() {
            let paths = problems.iter().map(|problem| problem.path.clone());
            self.unwell.extend(paths);
            let (inner, root) = (Arc::clone(self.inner), self.root.key);
            self.recording = Some(tokio::spawn(write(inner, root, scanned, problems)));
        }
        let free = self.showing.as_ref().is_none_or(JoinHandle::is_finished);
        if free && self.shown.elapsed() > SHOW_EVERY {
            let inner = Arc::clone(self.inner);
            self.showing = Some(tokio::spawn(async move {
                // What fails here fails again, and is told, when the scan ends.
                let _ = keeper::catch_up(&inner).await;
            }));
            self.shown = Instant::now();
        }
        Ok(())
    }

    /// Waits until everything that was handed over is written.
    async fn recorded(&mut self) -> Result<(), Error> {
        match self.recording.take() {
            Some(recording) => recording.await.map_err(|_| Error::Worker)?,
            None => Ok(()),
        }
    }

    /// Forgets problems of what was looked at and is well now: files that were read or are gone, and
    /// what could not be looked at before.
    pub(super) async fn end(&mut self) -> Result<(), Error> {
        self.record().await?;
        self.recorded().await?;
        let well: HashSet<String> = self.well.drain(..).collect();
        let known = self.inner.store.problem_paths(self.root.key).await?;
        let root = Path::new(&self.root.path);
        // A walk that ended before its end does not know what it would have come across.
        let whole = !self.inner.scanner.is_cut();
        let looked_at =
            |place: &Path| whole && self.walked.iter().any(|part| place.starts_with(part));
        let solved: Vec<String> = known
            .into_iter()
            .filter(|(path, _)| !path.is_empty() && !self.unwell.contains(path))
            .filter(|(path, code)| {
                let place = root.join(path);
                let mended = || code == UNREADABLE || !files::exists(&place);
                well.contains(path) || (looked_at(&place) && mended())
            })
            .map(|(path, _)| path)
            .collect();
        if !solved.is_empty() {
            self.inner
                .store
                .clear_problems(self.root.key, &solved)
                .await?;
        }
        count_problems(self.inner).await
    }
}

/// Writes what was read, in one transaction each.
async fn write(
    inner: Arc<Inner>,
    root: i64,
    scanned: Batch,
    problems: Vec<NewProblem>,
) -> Result<(), Error> {
    let progress = &inner.scanner.progress;
    if !scanned.is_empty() {
        let recorded = inner.store.record_batch(scanned).await?;
        let new = recorded.rows.iter().filter(|row| row.new).count();
        progress.added.fetch_add(new as u64, Ordering::Relaxed);
        if let Some(fresh) = recorded.fresh {
            keeper::offer(&inner, recorded.change, fresh);
        }
    }
    if !problems.is_empty() {
        inner.store.set_problems(root, problems).await?;
        count_problems(&inner).await?;
    }
    Ok(())
}

/// Looks at a path again in a second: it is still being written.
fn later(inner: &Arc<Inner>, root: i64, path: PathBuf) {
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Some(inner) = weak.upgrade() {
            inner.scanner.note(root, [path]);
        }
    });
}

/// The same in pieces of their own size. (Splitting a vector would leave each piece the room of all
/// that came after it: gigabytes for a large folder.)
fn chunked(todo: Vec<Todo>) -> Vec<Vec<Todo>> {
    let mut rest = todo.into_iter();
    let next = || -> Vec<Todo> { rest.by_ref().take(READ_CHUNK).collect() };
    std::iter::repeat_with(next)
        .take_while(|chunk| !chunk.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{files::Stat, scan::walk::Entry};

    #[test]
    fn pieces_take_no_more_room_than_they_hold() {
        let stat = Stat {
            size: 1,
            mtime_ns: 0,
            inode: 0,
            dev: 0,
        };
        let todo = |number: usize| Todo {
            entry: Entry {
                folder: String::new(),
                name: number.to_string(),
                stat,
            },
            moved: None,
        };
        for count in [0, 1, READ_CHUNK, READ_CHUNK + 1, 10_000] {
            let pieces = chunked((0..count).map(todo).collect());
            let names = pieces.iter().flatten().map(|todo| todo.entry.name.clone());
            assert!(names.eq((0..count).map(|number| number.to_string())));
            for piece in &pieces {
                assert!(!piece.is_empty() && piece.capacity() <= 2 * READ_CHUNK);
            }
        }
    }
}
