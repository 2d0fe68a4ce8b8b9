//! Keeps the in-memory index equal to the database: loads it at the start, then follows the
//! database's change log.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{
    facts::{Facts, Marks},
    judgement::Judgement,
};
use index::Index;
use store::{Fresh, rows::Changes};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::watch,
};

use crate::{Inner, error::Error};

/// From so many pictures on a question may take longer than handing over a thread.
const LARGE: usize = 150_000;
/// So many pictures or judgements are taken in where they come up, without another thread.
const FEW: usize = 64;
/// Rows read from the database at a time.
const BATCH: u32 = 2_000;
/// The same when all are read: prompts lie in the database where they came first, and more of them
/// together are found with fewer pages.
const LOAD_BATCH: u32 = 10_000;
/// How often another process's changes are looked for.
const POLL: Duration = Duration::from_secs(1);
/// New pictures that may wait to be shown; with more of them all are read from the database instead.
const WAITING: usize = 16_384;
/// Records of the change log that are kept; a consumer further behind reads everything again.
const LOG_LENGTH: u32 = 10_000;

/// The index and how far it has followed the database.
#[derive(Clone, Default)]
pub(crate) struct Snapshot {
    /// The index; cheap to clone.
    pub(crate) index: Index,
    /// Number of the newest change that it shows.
    pub(crate) change: i64,
    /// Whether it has been loaded completely.
    pub(crate) ready: bool,
}

impl Snapshot {
    /// Asks the index. A question to a large one takes tens of milliseconds, in which the tasks that
    /// share this thread go on elsewhere.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Index) -> T) -> T {
        let shared = || {
            Handle::try_current()
                .is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread)
        };
        if self.index.len() >= LARGE && shared() {
            tokio::task::block_in_place(|| question(&self.index))
        } else {
            question(&self.index)
        }
    }
}

/// Holds the current snapshot. Readers clone it and are never in the way of the writer.
pub(crate) struct Keeper {
    current: RwLock<Snapshot>,
    /// Held while changes are applied, so that each is applied once; the number of the last call whose
    /// changes were.
    applying: tokio::sync::Mutex<u64>,
    /// Number of the last call that asked for it.
    asked: AtomicU64,
    /// What changes added that nothing has to be read for, by number of the change.
    fresh: Mutex<BTreeMap<i64, Vec<Facts>>>,
    changed: watch::Sender<(i64, bool)>,
    /// Whether it will follow nothing any more.
    closed: watch::Sender<bool>,
}

impl Default for Keeper {
    fn default() -> Self {
        Self {
            current: RwLock::default(),
            applying: tokio::sync::Mutex::default(),
            asked: AtomicU64::new(0),
            fresh: Mutex::default(),
            changed: watch::Sender::new((0, false)),
            closed: watch::Sender::new(false),
        }
    }
}

impl Keeper {
    /// What the index shows now.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn publish(&self, index: Index, change: i64, ready: bool) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Snapshot {
            index,
            change,
            ready,
        };
        self.changed.send_replace((change, ready));
    }

    /// Declares it complete, unless somebody asked for more than has been applied: whoever was told that the
    /// load would cover a change (see [`catch_up`]) counted before looking, and both look at the snapshot
    /// under its lock, so either the count is seen here or they see that it is ready.
    fn settle(&self, applied: u64) -> bool {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if !current.ready && self.asked.load(Ordering::SeqCst) != applied {
            return false;
        }
        current.ready = true;
        let change = current.change;
        drop(current);
        self.changed.send_replace((change, true));
        true
    }

    fn fresh(&self) -> std::sync::MutexGuard<'_, BTreeMap<i64, Vec<Facts>>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the index is complete, at most so long, and no longer than until the gallery is closed.
    pub(crate) async fn ready(&self, patience: Duration) -> bool {
        let (mut changed, mut closed) = (self.changed.subscribe(), self.closed.subscribe());
        let waiting = async {
            tokio::select! {
                biased;
                known = changed.wait_for(|(_, ready)| *ready) => known.is_ok(),
                _ = closed.wait_for(|closed| *closed) => false,
            }
        };
        tokio::time::timeout(patience, waiting)
            .await
            .unwrap_or(false)
    }

    /// Nobody waits for it any more: whoever did would hold the gallery, and with it its folder.
    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
    }
}

/// Loads the index in the background and follows the database until the gallery is gone.
pub(crate) fn start(inner: &Arc<Inner>) {
    let inner = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            let Some(inner) = inner.upgrade() else { return };
            match load(&inner).await {
                Ok(()) => break,
                Err(Error::Store(store::StoreError::Closed)) => return,
                Err(error) => {
                    tracing::error!(error = %error.chain(), "the index could not be loaded");
                }
            }
            drop(inner);
            tokio::time::sleep(POLL).await;
        }
        loop {
            tokio::time::sleep(POLL).await;
            let Some(inner) = inner.upgrade() else { return };
            match catch_up(&inner).await {
                Ok(()) => {}
                Err(Error::Store(store::StoreError::Closed)) => return,
                Err(error) => {
                    tracing::error!(error = %error.chain(), "the index could not follow");
                }
            }
        }
    });
}

/// Reads everything; the changes made meanwhile are caught up with at the end.
async fn load(inner: &Inner) -> Result<(), Error> {
    let applying = inner.keeper.applying.lock().await;
    let change = inner.store.change_now().await?;
    let mut index = Index::default();
    let mut rows = rows_after(inner, i64::MIN, LOAD_BATCH).await?;
    while let Some(last) = rows.last() {
        let after = last.key;
        // The next are read while these are put in.
        let next = rows_after(inner, after, LOAD_BATCH);
        let (next, put) = tokio::join!(next, apply(index, rows, Vec::new()));
        index = put?;
        rows = next?;
    }
    // What they are called now; what came since is told of by its change.
    let names = Some(inner.store.tags().await?);
    let sets = Some(inner.store.sets().await?);
    let duels = Some(inner.store.duels().await?);
    let marks = Marks {
        names,
        sets,
        duels,
        ..Marks::default()
    };
    index = mark(index, marks).await?;
    tracing::info!(
        pictures = index.len(),
        megabytes = index.memory() / 1_000_000,
        "the index is loaded"
    );
    // Only with what came meanwhile it may be asked for the first time: whoever was acknowledged finds it there.
    let ready = inner.keeper.snapshot().ready;
    inner.keeper.publish(index, change, ready);
    drop(applying);
    loop {
        let own = inner.keeper.asked.fetch_add(1, Ordering::SeqCst) + 1;
        follow(inner, own).await?;
        let applied = *inner.keeper.applying.lock().await;
        if inner.keeper.settle(applied) {
            break;
        }
    }
    Ok(inner.store.trim_log(LOG_LENGTH).await?)
}

/// Reads everything again, because something changed that the database does not know.
pub(crate) async fn reload(inner: &Inner) -> Result<(), Error> {
    if inner.keeper.snapshot().ready {
        load(inner).await?;
    }
    Ok(())
}

/// The next rows for the index.
pub(crate) async fn rows_after(inner: &Inner, after: i64, limit: u32) -> Result<Vec<Facts>, Error> {
    let mut rows = inner.store.index_rows(after, limit).await?;
    name_personas(inner, &mut rows);
    Ok(rows)
}

/// Gives pictures for which nobody said whom they show the persona of their folder.
fn name_personas(inner: &Inner, rows: &mut [Facts]) {
    let rules = inner.reader.rules();
    for row in rows.iter_mut().filter(|row| row.persona.is_empty()) {
        if let Some(name) = rules.persona(&row.folder) {
            name.clone_into(&mut row.persona);
        }
    }
}

/// Keeps what a change of this process added, so that it need not be read back to be shown. Of few pictures
/// it is kept when this returns.
pub(crate) fn offer(inner: &Arc<Inner>, change: i64, fresh: Fresh) {
    if fresh.len() <= FEW {
        keep_fresh(inner, change, fresh);
    } else {
        let inner = Arc::clone(inner);
        tokio::task::spawn_blocking(move || keep_fresh(&inner, change, fresh));
    }
}

fn keep_fresh(inner: &Inner, change: i64, fresh: Fresh) {
    let mut facts = fresh.facts();
    name_personas(inner, &mut facts);
    let mut waiting = inner.keeper.fresh();
    if waiting.values().map(Vec::len).sum::<usize>() + facts.len() > WAITING {
        waiting.clear();
    }
    waiting.insert(change, facts);
}

/// Applies what happened since the current snapshot. After it returns, the index shows every
/// change that was committed before it was called.
pub(crate) async fn catch_up(inner: &Inner) -> Result<(), Error> {
    let own = inner.keeper.asked.fetch_add(1, Ordering::SeqCst) + 1;
    if !inner.keeper.snapshot().ready {
        // The load does not end before it has this.
        return Ok(());
    }
    follow(inner, own).await
}

/// The same, also while it is loaded, for the call of this number.
async fn follow(inner: &Inner, own: u64) -> Result<(), Error> {
    let mut applying = inner.keeper.applying.lock().await;
    // Whoever applied changes meanwhile, and began after this was asked, applied these too.
    if *applying >= own {
        return Ok(());
    }
    let asked = inner.keeper.asked.load(Ordering::SeqCst);
    let Snapshot {
        mut index,
        mut change,
        ready,
    } = inner.keeper.snapshot();
    let known = change;
    // Change by change, as long as each is at hand: then the index is as of the last of them.
    while let Some(facts) = next_fresh(inner, change) {
        index = apply(index, facts, Vec::new()).await?;
        change += 1;
    }
    if change > known {
        inner.keeper.publish(index.clone(), change, ready);
    }
    match inner.store.changes_since(change).await? {
        Changes::Rows { upto, .. } if upto == change => {
            *applying = asked;
            Ok(())
        }
        Changes::Rows {
            upto,
            touched,
            removed,
            judged,
            marks,
        } => {
            for keys in touched.chunks(BATCH as usize) {
                let mut rows = inner.store.index_rows_of(keys).await?;
                name_personas(inner, &mut rows);
                index = apply(index, rows, Vec::new()).await?;
            }
            index = apply(index, Vec::new(), removed).await?;
            index = judge(index, judged).await?;
            index = mark(index, *marks).await?;
            inner.keeper.publish(index, upto, ready);
            *applying = asked;
            Ok(())
        }
        Changes::Rebuild { .. } => {
            drop(applying);
            Box::pin(load(inner)).await
        }
    }
}

/// The next snapshot. Thousands of rows take tens of milliseconds, in which no request should wait for
/// this thread.
async fn apply(index: Index, rows: Vec<Facts>, removed: Vec<i64>) -> Result<Index, Error> {
    if rows.is_empty() && removed.is_empty() {
        return Ok(index);
    }
    let put = tokio::task::spawn_blocking(move || index.apply(rows, &removed));
    put.await.map_err(|_| Error::Worker)
}

/// The next snapshot, with what is thought of some pictures now.
async fn judge(index: Index, judged: Vec<(i64, Judgement)>) -> Result<Index, Error> {
    // A few take less time than handing them to another thread.
    if judged.len() <= FEW {
        return Ok(index.judge(&judged));
    }
    let put = tokio::task::spawn_blocking(move || index.judge(&judged));
    put.await.map_err(|_| Error::Worker)
}

/// The next snapshot, with the tags and notes of some pictures as they are now.
async fn mark(index: Index, marks: Marks) -> Result<Index, Error> {
    if marks.is_empty() {
        return Ok(index);
    }
    let put = tokio::task::spawn_blocking(move || index.mark(&marks));
    put.await.map_err(|_| Error::Worker)
}

/// What the change after this one added, if it was offered; forgets what is shown already.
fn next_fresh(inner: &Inner, change: i64) -> Option<Vec<Facts>> {
    let mut waiting = inner.keeper.fresh();
    *waiting = waiting.split_off(&(change + 1));
    waiting.remove(&(change + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_waits_for_the_index_lets_a_closed_gallery_go() {
        let keeper = Keeper::default();
        let patience = Duration::from_hours(1);
        let (ready, ()) = tokio::join!(keeper.ready(patience), async { keeper.close() });
        assert!(!ready);
        keeper.publish(Index::default(), 1, true);
        assert!(keeper.ready(patience).await, "what was loaded stays so");
    }
}
