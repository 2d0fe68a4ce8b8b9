//! The one door through which SQLite is written.
//!
//! One task owns the only writing connection. Whatever queued while the previous commit ran forms
//! the next group: one transaction, in which each operation has a savepoint, so that one failure
//! does not undo its neighbours. Answers are given only after the commit; if that fails, everybody
//! in the group gets the error. No timer delays anything, and a disk flush is shared by a group.

use std::{future::Future, panic::AssertUnwindSafe, pin::Pin, sync::Arc};

use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{mpsc, oneshot};

use crate::{Result, StoreError, sql::Tx};

/// The work of one operation, while it runs.
pub(crate) type Work<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

/// Most operations that share one commit.
const GROUP: usize = 256;

/// A handle to the writing task; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
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
        let (queue, messages) = mpsc::channel(1024);
        tokio::spawn(serve(connection, options, messages));
        Self { queue }
    }

    /// Queues an operation and waits until it is on disk.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
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
        let message = Message::Job(Box::new(operation));
        self.queue
            .send(message)
            .await
            .map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Finishes what is queued, folds the log into the file and closes the connection.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Message::Close(done)).await.is_ok() {
            // An error here means that the task ended already, which is what was asked for.
            let _ended = closed.await;
        }
    }
}

async fn serve(
    connection: SqliteConnection,
    options: SqliteConnectOptions,
    mut messages: mpsc::Receiver<Message>,
) {
    let mut tx = Tx::Writer(connection);
    let mut closing = None;
    while closing.is_none() {
        let Some(first) = messages.recv().await else {
            break;
        };
        let mut group = Vec::new();
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Job(job) => group.push(job),
                Message::Close(done) => {
                    closing = Some(done);
                    break;
                }
            }
            next = if group.len() < GROUP {
                messages.try_recv().ok()
            } else {
                None
            };
        }
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
    if let Some(done) = closing {
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
    for job in group {
        tx.execute("SAVEPOINT operation", Vec::new()).await?;
        if !job.run(tx).await {
            tx.execute("ROLLBACK TO operation", Vec::new()).await?;
        }
        tx.execute("RELEASE operation", Vec::new()).await?;
    }
    tx.execute("COMMIT", Vec::new()).await?;
    Ok(())
}
