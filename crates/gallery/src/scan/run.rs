//! One pass over the watched folders.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use domain::scan::RootState;
use futures::{StreamExt, stream};
use store::rows::{KnownFile, NewProblem, RootRow, ScannedFile};

use super::{
    lock,
    read::{self, Outcome, Todo},
    unreadable_sentence,
    walk::{self, Entry, Step},
};
use crate::{Inner, error::Error, files, keeper};

mod identity;

/// Known files fetched at a time.
const KNOWN_PAGE: u32 = 20_000;
/// Files are sorted newest first within what was found in this time, so that the first pictures
/// appear soon even while a slow disk is still being listed.
const SORT_WITHIN: Duration = Duration::from_millis(1500);
/// Files that one thread reads before it hands them over.
const READ_CHUNK: usize = 128;
/// Recipes written in one transaction.
const RECORD_BATCH: usize = 1024;
/// The index is brought up to date at most this often while a scan writes.
const SHOW_EVERY: Duration = Duration::from_millis(500);
/// This many files may always turn missing in one scan,
const FEW: usize = 50;
/// and so may this share of a root: one in fifty.
const SHARE: usize = 50;

/// Scans every root; one that fails does not stop the others.
pub(super) async fn everything(inner: &Arc<Inner>) -> Result<(), Error> {
    let mut failed = Ok(());
    for root in inner.store.roots().await? {
        if inner.scanner.is_stopped() {
            return Ok(());
        }
        match scan_root(inner, &root).await {
            // Somebody stopped watching it meanwhile.
            Err(Error::Store(store::StoreError::NotFound(_))) | Ok(()) => {}
            Err(error) => failed = Err(error),
        }
    }
    keeper::catch_up(inner).await?;
    failed
}

/// Reads paths that changed. A path that is gone means a move or a removal: then its whole root is
/// looked at, so that moved files are recognised.
pub(super) async fn changed(
    inner: &Arc<Inner>,
    dirty: HashMap<i64, HashSet<PathBuf>>,
) -> Result<(), Error> {
    for root in inner.store.roots().await? {
        let Some(paths) = dirty.get(&root.key) else {
            continue;
        };
        if paths.iter().any(|path| !files::exists(path)) {
            scan_root(inner, &root).await?;
            continue;
        }
        let mut pass = Pass::new(inner, &root);
        for path in paths {
            pass.walk(path.clone(), |entry| Some(Todo { entry, moved: None }))
                .await?;
        }
        pass.end().await?;
    }
    keeper::catch_up(inner).await
}

async fn scan_root(inner: &Arc<Inner>, root: &RootRow) -> Result<(), Error> {
    let known = known_files(inner, root.key).await?;
    let place = PathBuf::from(&root.path);
    let (identity, has_files) = (root.identity.clone(), !known.is_empty());
    let found = tokio::task::spawn_blocking(move || identity::check(&place, &identity, has_files));
    let Some(device) = found.await.map_err(|_| Error::Worker)? else {
        inner
            .store
            .update_root_state(root.id, RootState::Offline, 0)
            .await?;
        return Ok(());
    };
    let mut seen = Seen::new(known);
    let mut pass = Pass::new(inner, root);
    pass.walk(PathBuf::from(&root.path), |entry| seen.meet(entry))
        .await?;
    pass.end().await?;
    if inner.scanner.is_stopped() {
        return Ok(());
    }
    inner.store.touch_seen(root.key, &seen.returned).await?;
    settle_missing(inner, root, &seen, &pass).await?;
    identity::keep(inner, root, device).await?;
    inner
        .store
        .set_root_scanned(root.id, inner.options.clock.now())
        .await?;
    Ok(())
}

/// Decides about the known files that were not met: they turn missing, unless so many are gone at
/// once that it looks like an accident.
async fn settle_missing(
    inner: &Arc<Inner>,
    root: &RootRow,
    seen: &Seen,
    pass: &Pass<'_>,
) -> Result<(), Error> {
    let hidden = |file: &KnownFile| {
        pass.unreadable.iter().any(|folder| {
            file.folder == *folder
                || file
                    .folder
                    .strip_prefix(folder.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
        })
    };
    let total = seen.known.len();
    let unmet: Vec<&KnownFile> = seen
        .known
        .iter()
        .zip(&seen.met)
        .filter(|(file, met)| !**met && !pass.moved.contains(&file.location) && !hidden(file))
        .map(|(file, _)| file)
        .collect();
    let newly = unmet.iter().filter(|file| file.missing_scans < 2).count();
    let believed = lock(&inner.scanner.believed).remove(&root.key);
    if newly > FEW.max(total / SHARE) && !believed {
        inner
            .store
            .update_root_state(root.id, RootState::Suspicious, newly as u64)
            .await?;
        return Ok(());
    }
    let locations: Vec<i64> = unmet
        .iter()
        .filter(|file| file.missing_scans < 2)
        .map(|file| file.location)
        .collect();
    // Somebody who says that the files were removed need not wait for a second scan to agree.
    for _ in 0..if believed { 2 } else { 1 } {
        inner
            .store
            .mark_missing(&locations, inner.options.clock.now())
            .await?;
    }
    if root.state != RootState::Online {
        inner
            .store
            .update_root_state(root.id, RootState::Online, 0)
            .await?;
    }
    Ok(())
}

async fn known_files(inner: &Inner, root: i64) -> Result<Vec<KnownFile>, Error> {
    let mut known = Vec::new();
    let mut after = i64::MIN;
    loop {
        let page = inner.store.known_files(root, after, KNOWN_PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(known);
        };
        after = last.location;
        known.extend(page);
    }
}

/// The known files of a root, and which of them a walk has met.
struct Seen {
    known: Vec<KnownFile>,
    met: Vec<bool>,
    by_path: HashMap<(String, String), usize>,
    by_inode: HashMap<u64, usize>,
    /// Locations that were missing and are there again, unchanged.
    returned: Vec<i64>,
}

impl Seen {
    fn new(known: Vec<KnownFile>) -> Self {
        let by_path = known
            .iter()
            .enumerate()
            .map(|(at, file)| ((file.folder.clone(), file.name.clone()), at))
            .collect();
        let by_inode = known
            .iter()
            .enumerate()
            .map(|(at, file)| (file.inode, at))
            .collect();
        let met = vec![false; known.len()];
        Self {
            known,
            met,
            by_path,
            by_inode,
            returned: Vec::new(),
        }
    }

    /// What to do about a file: nothing when it is known and unchanged.
    fn meet(&mut self, entry: Entry) -> Option<Todo> {
        let key = (entry.folder, entry.name);
        let at = self.by_path.get(&key).copied();
        let entry = Entry {
            folder: key.0,
            name: key.1,
            stat: entry.stat,
        };
        let same = |file: &KnownFile| {
            file.size == entry.stat.size
                && file.mtime_ns == entry.stat.mtime_ns
                && file.inode == entry.stat.inode
        };
        if let Some(at) = at {
            self.met[at] = true;
            let file = &self.known[at];
            if file.missing_scans > 0 {
                self.returned.push(file.location);
            }
            return (!same(file)).then_some(Todo { entry, moved: None });
        }
        let before = self
            .by_inode
            .get(&entry.stat.inode)
            .map(|at| &self.known[*at]);
        let moved = before
            .filter(|file| same(file))
            .map(|file| (file.location, file.folder.clone(), file.name.clone()));
        Some(Todo { entry, moved })
    }
}

/// Reading and recording the files of one root.
struct Pass<'a> {
    inner: &'a Arc<Inner>,
    root: &'a RootRow,
    todo: Vec<Todo>,
    /// Folders and files that could not be looked at.
    unreadable: Vec<String>,
    /// Locations whose file was found at another place.
    moved: HashSet<i64>,
    problems: Vec<NewProblem>,
    /// Paths that were read without trouble.
    well: Vec<String>,
    scanned: Vec<ScannedFile>,
    shown: Instant,
}

impl<'a> Pass<'a> {
    fn new(inner: &'a Arc<Inner>, root: &'a RootRow) -> Self {
        Self {
            inner,
            root,
            todo: Vec::new(),
            unreadable: Vec::new(),
            moved: HashSet::new(),
            problems: Vec::new(),
            well: Vec::new(),
            scanned: Vec::new(),
            shown: Instant::now(),
        }
    }

    /// Walks a part of the root; `judge` says which files to read.
    async fn walk(
        &mut self,
        part: PathBuf,
        mut judge: impl FnMut(Entry) -> Option<Todo>,
    ) -> Result<(), Error> {
        let (sender, mut steps) = tokio::sync::mpsc::channel(64);
        let root = PathBuf::from(&self.root.path);
        let walker = tokio::task::spawn_blocking(move || walk::walk(&root, &part, sender));
        let progress = &self.inner.scanner.progress;
        let mut since = Instant::now();
        while let Some(step) = steps.recv().await {
            if self.inner.scanner.is_stopped() {
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
                    self.trouble(&path, "unreadable", unreadable_sentence(&error));
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
        walker.await.map_err(|_| Error::Worker)?;
        self.flush().await
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
    async fn flush(&mut self) -> Result<(), Error> {
        let mut todo = std::mem::take(&mut self.todo);
        todo.sort_by_key(|todo| std::cmp::Reverse(todo.entry.stat.mtime_ns));
        let chunks: Vec<Vec<Todo>> = chunked(todo);
        let (key, folder) = (self.root.key, Arc::<Path>::from(Path::new(&self.root.path)));
        let clock = self.inner.options.clock.clone();
        let mut outcomes = stream::iter(chunks)
            .map(move |chunk| {
                let (folder, clock) = (Arc::clone(&folder), clock.clone());
                tokio::task::spawn_blocking(move || {
                    let read = |todo| read::read(key, &folder, todo, &clock);
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
            if self.inner.scanner.is_stopped() {
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

    async fn record(&mut self) -> Result<(), Error> {
        let scanned = std::mem::take(&mut self.scanned);
        let progress = &self.inner.scanner.progress;
        if !scanned.is_empty() {
            let recorded = self.inner.store.record_files(scanned).await?;
            let new = recorded.rows.iter().filter(|row| row.new).count();
            progress.added.fetch_add(new as u64, Ordering::Relaxed);
        }
        if !self.problems.is_empty() {
            let problems = std::mem::take(&mut self.problems);
            progress
                .problems
                .fetch_add(problems.len() as u64, Ordering::Relaxed);
            self.inner
                .store
                .set_problems(self.root.key, problems)
                .await?;
        }
        if self.shown.elapsed() > SHOW_EVERY {
            keeper::catch_up(self.inner).await?;
            self.shown = Instant::now();
        }
        Ok(())
    }

    /// Forgets problems of files that are well now.
    async fn end(&mut self) -> Result<(), Error> {
        self.record().await?;
        let well: HashSet<String> = self.well.drain(..).collect();
        let known = self.inner.store.problem_paths(self.root.key).await?;
        let root = Path::new(&self.root.path);
        let solved: Vec<String> = known
            .into_iter()
            .filter(|path| well.contains(path) || !files::exists(&root.join(path)))
            .collect();
        if !solved.is_empty() {
            self.inner
                .store
                .clear_problems(self.root.key, &solved)
                .await?;
        }
        Ok(())
    }
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

fn inside(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

fn chunked(mut todo: Vec<Todo>) -> Vec<Vec<Todo>> {
    let mut chunks = Vec::with_capacity(todo.len() / READ_CHUNK + 1);
    while todo.len() > READ_CHUNK {
        let rest = todo.split_off(READ_CHUNK);
        chunks.push(std::mem::replace(&mut todo, rest));
    }
    if !todo.is_empty() {
        chunks.push(todo);
    }
    chunks
}
