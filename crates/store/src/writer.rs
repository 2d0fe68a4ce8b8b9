//! The one door through which SQLite is written.
//!
//! One thread owns the only writing connection. Whatever queued while the previous commit ran forms
//! the next group: one transaction, in which each of several operations has a savepoint, so that one
//! failure does not undo its neighbours. Answers are given only after the commit; if that fails, everybody
//! in the group gets the error. No timer delays anything, and a disk flush is shared by a group.
//!
//! There are two queues: somebody waits for an interactive operation; nobody waits for a bulk one,
//! which may take a good part of a second. Interactive ones go first, each bulk one is a group of
//! its own, so that an interactive one waits for one bulk operation at most. A bulk one is passed
//! over only so often, then it has its turn.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

use crate::{Result, StoreError, sql::Tx};

/// The work of one operation, while it runs.
pub(crate) type Work<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

/// Most operations that share one commit.
const GROUP: usize = 256;
/// After so many groups of interactive operations a waiting bulk operation has its turn.
const PATIENCE: usize = 16;
/// Interactive operations that may be queued; whoever brings more has to wait with them.
const QUEUE: usize = 1024;
/// The same for bulk operations, whose arguments take megabytes.
const BULK_QUEUE: usize = 4;
/// After so long without anything to write, the connection gives back the memory of its cache.
const QUIET: Duration = Duration::from_secs(5);

/// A handle to the writing thread; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    interactive: mpsc::Sender<Message>,
    bulk: mpsc::Sender<Message>,
    /// Operations that were brought.
    brought: Arc<AtomicU64>,
}

/// Whether somebody waits for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Somebody waits, and it is short.
    Interactive,
    /// It touches many rows, and nobody looks.
    Bulk,
}

enum Message {
    Job(Box<dyn Job>),
    /// There was nothing to write for a while.
    Rest,
    Close(oneshot::Sender<()>),
}

/// One queued operation, whatever it answers.
trait Job: Send {
    /// Does the work inside the open transaction; false when it failed.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> Pin<Box<dyn Future<Output = bool> + Send + 't>>;
    /// Makes it one that failed after all.
    fn fail(&mut self, error: StoreError);
    /// Tells the caller how it ended.
    fn answer(self: Box<Self>, committed: Result<()>);
}

struct Operation<T, F> {
    work: Option<F>,
    outcome: Result<T>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T, F> Operation<T, F>
where
    F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T>,
{
    fn new(answer: oneshot::Sender<Result<T>>, work: F) -> Self {
        Self {
            work: Some(work),
            outcome: Err(StoreError::Closed),
            answer,
        }
    }
}

impl<T, F> Job for Operation<T, F>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T> + Send + 'static,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> Pin<Box<dyn Future<Output = bool> + Send + 't>> {
        Box::pin(async move {
            if let Some(work) = self.work.take() {
                self.outcome = caught(work(tx)).await;
            }
            self.outcome.is_ok()
        })
    }

    fn fail(&mut self, error: StoreError) {
        self.outcome = Err(error);
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        // The caller may have gone away meanwhile; the work stays done.
        let _gone = self
            .answer
            .send(self.outcome.and_then(|value| committed.map(|()| value)));
    }
}

/// Turns a panic into an error, so that a fault in one operation does not end the writing thread.
async fn caught<T>(mut work: Work<'_, T>) -> Result<T> {
    std::future::poll_fn(move |context| {
        std::panic::catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))).unwrap_or_else(
            |_| {
                let error = sqlx::Error::Protocol("a write operation panicked".to_owned());
                std::task::Poll::Ready(Err(StoreError::Driver(Arc::new(error))))
            },
        )
    })
    .await
}

impl Writer {
    /// Starts the thread on a connection of its own, which is ready to be used. It is a thread because
    /// SQLite's own one wakes it for each answer, sooner than one that has other tasks as well.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
    ) -> std::io::Result<Self> {
        let (interactive, first) = mpsc::channel(QUEUE);
        let (bulk, second) = mpsc::channel(BULK_QUEUE);
        let handle = Handle::current();
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || {
                handle.block_on(serve(connection, options, Queues::new(first, second)));
            })?;
        let brought = Arc::default();
        tokio::spawn(rest(interactive.downgrade(), Arc::clone(&brought)));
        Ok(Self {
            interactive,
            bulk,
            brought,
        })
    }

    /// Queues an operation and waits until it is on disk.
    pub(crate) async fn write<T, F>(&self, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let operation = Operation::new(answer, work);
        let queue = match urgency {
            Urgency::Interactive => &self.interactive,
            Urgency::Bulk => &self.bulk,
        };
        let message = Message::Job(Box::new(operation));
        self.brought.fetch_add(1, Ordering::Relaxed);
        queue.send(message).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Finishes what is queued, folds the log into the file and closes the connection.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.interactive.send(Message::Close(done)).await.is_ok() {
            // An error here means that the thread ended already, which is what was asked for.
            let _ended = closed.await;
        }
    }
}

/// Tells the thread when nothing was brought for a while, until the handles are gone.
async fn rest(queue: mpsc::WeakSender<Message>, brought: Arc<AtomicU64>) {
    let (mut known, mut rested) = (0, true);
    loop {
        tokio::time::sleep(QUIET).await;
        let Some(queue) = queue.upgrade() else { return };
        let now = brought.load(Ordering::Relaxed);
        if now != known {
            (known, rested) = (now, false);
        } else if !rested {
            rested = queue.try_send(Message::Rest).is_ok();
        }
    }
}

/// What waits to be written.
struct Queues {
    interactive: mpsc::Receiver<Message>,
    bulk: mpsc::Receiver<Message>,
    /// Groups that went before a bulk operation that was waiting.
    passed: usize,
    /// Whether there was nothing to write for a while.
    rest: bool,
    /// Whom to tell when everything is written and closed.
    closing: Vec<oneshot::Sender<()>>,
}

impl Queues {
    fn new(interactive: mpsc::Receiver<Message>, bulk: mpsc::Receiver<Message>) -> Self {
        Self {
            interactive,
            bulk,
            passed: 0,
            rest: false,
            closing: Vec::new(),
        }
    }

    /// The operations of the next commit, perhaps none; `None` when nothing is left and nothing
    /// more can come.
    async fn next(&mut self) -> Option<Vec<Box<dyn Job>>> {
        let mut group = Vec::new();
        if self.passed >= PATIENCE
            && let Ok(message) = self.bulk.try_recv()
        {
            self.passed = 0;
            self.take(message, &mut group);
            return Some(group);
        }
        tokio::select! {
            biased;
            Some(message) = self.interactive.recv() => {
                self.take(message, &mut group);
                while group.len() < GROUP && let Ok(message) = self.interactive.try_recv() {
                    self.take(message, &mut group);
                }
                self.passed = if self.bulk.is_empty() { 0 } else { self.passed + 1 };
            }
            Some(message) = self.bulk.recv() => {
                self.passed = 0;
                self.take(message, &mut group);
            }
            else => return None,
        }
        Some(group)
    }

    fn take(&mut self, message: Message, group: &mut Vec<Box<dyn Job>>) {
        match message {
            Message::Job(job) => group.push(job),
            Message::Rest => self.rest = true,
            Message::Close(done) => {
                self.closing.push(done);
                // What is queued is still written, nothing more is taken in.
                self.interactive.close();
                self.bulk.close();
            }
        }
    }
}

async fn serve(connection: SqliteConnection, options: SqliteConnectOptions, mut queues: Queues) {
    let mut tx = Tx::Writer(connection.into());
    while let Some(group) = queues.next().await {
        if std::mem::take(&mut queues.rest) {
            // Without it nothing is lost but memory.
            let _ = tx.execute("PRAGMA shrink_memory", Vec::new()).await;
        }
        if !group.is_empty() && !commit(&mut tx, group).await {
            // The transaction could not even be rolled back: start over on a new connection.
            match options.connect().await {
                Ok(connection) => tx = Tx::Writer(connection.into()),
                Err(error) => {
                    tracing::error!(%error, "the database cannot be opened again for writing");
                }
            }
        }
    }
    for text in ["PRAGMA optimize", "PRAGMA wal_checkpoint(TRUNCATE)"] {
        if let Err(error) = tx.execute(text, Vec::new()).await {
            tracing::warn!(%error, text, "closing the database");
        }
    }
    if let Tx::Writer(writing) = tx
        && let Err(error) = writing.connection.close().await
    {
        tracing::warn!(%error, "closing the database");
    }
    for done in queues.closing {
        let _gone = done.send(());
    }
}

/// Runs a group in one transaction and answers everybody; false when the connection is unusable.
async fn commit(tx: &mut Tx, mut group: Vec<Box<dyn Job>>) -> bool {
    let committed = run(tx, &mut group).await;
    let mut usable = true;
    if committed.is_err() {
        tx.forget_waiting();
        // A full disk or an I/O error rolls back by itself; then there is nothing left to undo.
        let undone = tx.execute("ROLLBACK", Vec::new()).await;
        usable = undone.is_ok() || tx.execute("SELECT 1", Vec::new()).await.is_ok();
    }
    for job in group {
        job.answer(committed.clone());
    }
    usable
}

/// The last steps of an operation go together with the statement that ends it, and beginning goes with the
/// first of one that is alone.
async fn run(tx: &mut Tx, group: &mut [Box<dyn Job>]) -> Result<()> {
    // Alone, an operation has the transaction's own way back; another one costs a copy of every page.
    if let [job] = group {
        tx.first("BEGIN IMMEDIATE");
        let end = if job.run(tx).await {
            "COMMIT"
        } else {
            "ROLLBACK"
        };
        return tx.execute(end, Vec::new()).await.map(drop);
    }
    tx.execute("BEGIN IMMEDIATE; SAVEPOINT operation", Vec::new())
        .await?;
    let last = group.len().saturating_sub(1);
    for (at, job) in group.iter_mut().enumerate() {
        let next = if at == last {
            "RELEASE operation; COMMIT"
        } else {
            "RELEASE operation; SAVEPOINT operation"
        };
        if job.run(tx).await {
            let Err(error) = tx.execute(next, Vec::new()).await else {
                continue;
            };
            // As long as its savepoint is there, it was one of its own steps that failed.
            if tx
                .execute("ROLLBACK TO operation", Vec::new())
                .await
                .is_err()
            {
                return Err(error);
            }
            job.fail(error);
        } else {
            tx.forget_waiting();
            tx.execute("ROLLBACK TO operation", Vec::new()).await?;
        }
        tx.execute(next, Vec::new()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sql::args, steps::Steps};

    /// A job that only tells which one it is.
    struct Named(&'static str, std::sync::mpsc::Sender<&'static str>);

    impl Job for Named {
        fn run<'t>(&'t mut self, _: &'t mut Tx) -> Pin<Box<dyn Future<Output = bool> + Send + 't>> {
            Box::pin(async { true })
        }

        fn fail(&mut self, _: StoreError) {}

        fn answer(self: Box<Self>, _: Result<()>) {
            let _ = self.1.send(self.0);
        }
    }

    /// The names of the jobs of each group until both queues are empty and closed.
    async fn order(
        mut queues: Queues,
        told: &std::sync::mpsc::Receiver<&'static str>,
    ) -> Vec<String> {
        let mut order = Vec::new();
        while let Some(group) = queues.next().await {
            let jobs = group.len();
            for job in group {
                job.answer(Ok(()));
            }
            order.push(told.iter().take(jobs).collect::<Vec<_>>().join(" "));
        }
        order
    }

    #[tokio::test]
    async fn interactive_operations_share_a_commit_before_bulk_ones_that_have_each_their_own() {
        let (interactive, first) = mpsc::channel(QUEUE);
        let (bulk, second) = mpsc::channel(QUEUE);
        let (tell, told) = std::sync::mpsc::channel();
        let job = |name| Message::Job(Box::new(Named(name, tell.clone())) as Box<dyn Job>);
        for name in ["scan 1", "scan 2"] {
            bulk.try_send(job(name)).unwrap();
        }
        for name in ["rate", "tag"] {
            interactive.try_send(job(name)).unwrap();
        }
        drop((interactive, bulk));
        let order = order(Queues::new(first, second), &told).await;
        assert_eq!(order, ["rate tag", "scan 1", "scan 2"]);
    }

    #[tokio::test]
    async fn a_bulk_operation_is_passed_over_only_so_often() {
        let (interactive, first) = mpsc::channel(QUEUE * 8);
        let (bulk, second) = mpsc::channel(QUEUE);
        let (tell, told) = std::sync::mpsc::channel();
        let job = |name| Message::Job(Box::new(Named(name, tell.clone())) as Box<dyn Job>);
        bulk.try_send(job("scan")).unwrap();
        for _ in 0..GROUP * (PATIENCE + 2) {
            interactive.try_send(job("rate")).unwrap();
        }
        drop((interactive, bulk));
        let order = order(Queues::new(first, second), &told).await;
        let turn = order.iter().position(|group| group == "scan");
        assert_eq!((turn, order.len()), (Some(PATIENCE), PATIENCE + 3));
    }

    #[tokio::test]
    async fn closing_writes_what_both_queues_hold() {
        let (interactive, first) = mpsc::channel(QUEUE);
        let (bulk, second) = mpsc::channel(QUEUE);
        let (tell, told) = std::sync::mpsc::channel();
        let job = |name| Message::Job(Box::new(Named(name, tell.clone())) as Box<dyn Job>);
        bulk.try_send(job("scan")).unwrap();
        let (done, _closed) = oneshot::channel();
        interactive.try_send(Message::Close(done)).unwrap();
        interactive.try_send(job("rate")).unwrap();
        assert_eq!(
            order(Queues::new(first, second), &told).await,
            ["rate", "scan"]
        );
        assert!(interactive.try_send(job("late")).is_err());
    }

    /// An operation that leaves writing a name to the end, and where its answer comes.
    fn naming(name: &'static str) -> (Box<dyn Job>, oneshot::Receiver<Result<()>>) {
        let (answer, answered) = oneshot::channel();
        let operation = Operation::new(answer, move |tx| {
            Box::pin(async move {
                let mut steps = Steps::default();
                steps.then("INSERT INTO names (name) VALUES ($1)", args![name]);
                tx.run(steps).await
            })
        });
        (Box::new(operation), answered)
    }

    #[tokio::test]
    async fn what_fails_at_the_end_of_an_operation_fails_it_alone() {
        let connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let mut tx = Tx::Writer(connection.into());
        let table = "CREATE TABLE names (name TEXT PRIMARY KEY NOT NULL)";
        tx.execute(table, Vec::new()).await.unwrap();
        for (names, kept) in [
            (&["rain", "rain", "dune"][..], &[true, false, true][..]),
            (&["dune"], &[false]),
            (&["snow", "rain"], &[true, false]),
            (&["fog"], &[true]),
        ] {
            let (jobs, answers): (Vec<_>, Vec<_>) = names.iter().copied().map(naming).unzip();
            assert!(commit(&mut tx, jobs).await);
            for (answer, kept) in answers.into_iter().zip(kept) {
                assert_eq!(answer.await.unwrap().is_ok(), *kept, "{names:?}");
            }
        }
        let text = "SELECT name FROM names ORDER BY name";
        let names: Vec<(String,)> = tx.rows(text, Vec::new()).await.unwrap();
        assert_eq!(
            names,
            ["dune", "fog", "rain", "snow"].map(|name| (name.to_owned(),))
        );
    }
}
