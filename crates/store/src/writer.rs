//! The one door through which SQLite is written.
//!
//! One task owns the only writing connection. Whatever queued while the previous commit ran forms
//! the next group: one transaction, in which each of several operations has a savepoint, so that one
//! failure does not undo its neighbours. Answers are given only after the commit; if that fails, everybody
//! in the group gets the error. No timer delays anything, and a disk flush is shared by a group.
//!
//! There are two queues: somebody waits for an interactive operation; nobody waits for a bulk one,
//! which may take a good part of a second. Interactive ones go first, each bulk one is a group of
//! its own, so that an interactive one waits for one bulk operation at most. A bulk one is passed
//! over only so often, then it has its turn.

use std::{future::Future, panic::AssertUnwindSafe, pin::Pin, sync::Arc, time::Duration};

use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{mpsc, oneshot};

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

/// A handle to the writing task; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    interactive: mpsc::Sender<Message>,
    bulk: mpsc::Sender<Message>,
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
    Close(oneshot::Sender<()>),
}

/// One queued operation, whatever it answers.
trait Job: Send {
    /// Does the work inside the open transaction; false when it failed.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> Pin<Box<dyn Future<Output = bool> + Send + 't>>;
    /// Tells the caller how it ended.
    fn answer(self: Box<Self>, committed: Result<()>);
}

struct Operation<T, F> {
    work: Option<F>,
    outcome: Result<T>,
    answer: oneshot::Sender<Result<T>>,
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

    fn answer(self: Box<Self>, committed: Result<()>) {
        // The caller may have gone away meanwhile; the work stays done.
        let _gone = self
            .answer
            .send(self.outcome.and_then(|value| committed.map(|()| value)));
    }
}

/// Turns a panic into an error, so that a fault in one operation does not end the writing task.
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
    /// Starts the task on a connection of its own, which is ready to be used.
    pub(crate) fn start(connection: SqliteConnection, options: SqliteConnectOptions) -> Self {
        let (interactive, first) = mpsc::channel(QUEUE);
        let (bulk, second) = mpsc::channel(BULK_QUEUE);
        tokio::spawn(serve(connection, options, Queues::new(first, second)));
        Self { interactive, bulk }
    }

    /// Queues an operation and waits until it is on disk.
    pub(crate) async fn write<T, F>(&self, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let operation = Operation {
            work: Some(work),
            outcome: Err(StoreError::Closed),
            answer,
        };
        let queue = match urgency {
            Urgency::Interactive => &self.interactive,
            Urgency::Bulk => &self.bulk,
        };
        let message = Message::Job(Box::new(operation));
        queue.send(message).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Finishes what is queued, folds the log into the file and closes the connection.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.interactive.send(Message::Close(done)).await.is_ok() {
            // An error here means that the task ended already, which is what was asked for.
            let _ended = closed.await;
        }
    }
}

/// What waits to be written.
struct Queues {
    interactive: mpsc::Receiver<Message>,
    bulk: mpsc::Receiver<Message>,
    /// Groups that went before a bulk operation that was waiting.
    passed: usize,
    /// Whom to tell when everything is written and closed.
    closing: Vec<oneshot::Sender<()>>,
}

impl Queues {
    fn new(interactive: mpsc::Receiver<Message>, bulk: mpsc::Receiver<Message>) -> Self {
        Self {
            interactive,
            bulk,
            passed: 0,
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
    let mut tx = Tx::Writer(connection);
    loop {
        // Nothing is lost when the wait is cut short: a message is taken in the moment it arrives.
        let group = if let Ok(group) = tokio::time::timeout(QUIET, queues.next()).await {
            group
        } else {
            if let Tx::Writer(connection) = &mut tx {
                let shrink = sqlx::query("PRAGMA shrink_memory");
                // Without it nothing is lost but memory.
                let _ = shrink.execute(connection).await;
            }
            queues.next().await
        };
        let Some(group) = group else { break };
        if !group.is_empty() && !commit(&mut tx, group).await {
            // The transaction could not even be rolled back: start over on a new connection.
            match options.connect().await {
                Ok(connection) => tx = Tx::Writer(connection),
                Err(error) => {
                    tracing::error!(%error, "the database cannot be opened again for writing");
                }
            }
        }
    }
    if let Tx::Writer(mut connection) = tx {
        for text in ["PRAGMA optimize", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            if let Err(error) = sqlx::query(text).execute(&mut connection).await {
                tracing::warn!(%error, text, "closing the database");
            }
        }
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "closing the database");
        }
    }
    for done in queues.closing {
        let _gone = done.send(());
    }
}

/// Runs a group in one transaction and answers everybody; false when the connection is unusable.
async fn commit(tx: &mut Tx, mut group: Vec<Box<dyn Job>>) -> bool {
    let committed = run(tx, &mut group).await;
    let mut usable = true;
    if committed.is_err()
        && let Tx::Writer(connection) = tx
    {
        // A full disk or an I/O error rolls back by itself; then there is nothing left to undo.
        let undone = sqlx::query("ROLLBACK").execute(&mut *connection).await;
        usable = undone.is_ok() || sqlx::query("SELECT 1").execute(connection).await.is_ok();
    }
    for job in group {
        job.answer(committed.clone());
    }
    usable
}

async fn run(tx: &mut Tx, group: &mut [Box<dyn Job>]) -> Result<()> {
    tx.execute("BEGIN IMMEDIATE", Vec::new()).await?;
    // Alone, an operation has the transaction's own way back; another one costs a copy of every page.
    if let [job] = group {
        let end = if job.run(tx).await {
            "COMMIT"
        } else {
            "ROLLBACK"
        };
        tx.execute(end, Vec::new()).await?;
        return Ok(());
    }
    tx.execute("SAVEPOINT operation", Vec::new()).await?;
    let last = group.len().saturating_sub(1);
    for (at, job) in group.iter_mut().enumerate() {
        if !job.run(tx).await {
            tx.execute("ROLLBACK TO operation", Vec::new()).await?;
        }
        // Both at once: each statement waits for another thread.
        let next = if at == last {
            "RELEASE operation; COMMIT"
        } else {
            "RELEASE operation; SAVEPOINT operation"
        };
        tx.execute(next, Vec::new()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A job that only tells which one it is.
    struct Named(&'static str, std::sync::mpsc::Sender<&'static str>);

    impl Job for Named {
        fn run<'t>(&'t mut self, _: &'t mut Tx) -> Pin<Box<dyn Future<Output = bool> + Send + 't>> {
            Box::pin(async { true })
        }

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
}
