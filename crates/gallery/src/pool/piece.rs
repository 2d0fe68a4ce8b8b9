//! One piece of work: how it is done, watched and given up.

use std::{
    convert::Infallible,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

/// Work that a worker does, which tells what is left of the worker.
pub(super) type Piece = Box<dyn FnOnce() -> Worker + Send>;

/// What is left of a worker after a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worker {
    /// It takes the next piece.
    Stays,
    /// It was given up meanwhile and another one works in its place.
    WasReplaced,
}

/// Where the answer of a piece is sent. Whoever takes it decides how the piece ends: the worker
/// that is done with it, or the watch that gives the worker up.
struct Answer<T>(Mutex<Option<oneshot::Sender<T>>>);

impl<T> Answer<T> {
    fn take(&self) -> Option<oneshot::Sender<T>> {
        let mut answer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answer.take()
    }

    /// Whether nobody waits for it any more.
    fn is_unwanted(&self) -> bool {
        let answer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answer.as_ref().is_none_or(oneshot::Sender::is_closed)
    }
}

/// A piece, which is skipped when nobody waits for its answer, and the answer. When it takes longer
/// than `patience`, there is no answer and the worker is replaced.
pub(super) fn new<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> T + Send + 'static,
    replace: impl FnOnce() + Send + 'static,
) -> (Piece, oneshot::Receiver<T>) {
    let (answer, answered) = oneshot::channel();
    let answer = Arc::new(Answer(Mutex::new(Some(answer))));
    let (start, begun) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    let watched = Arc::clone(&answer);
    // In a task of its own: who asked may go away, and the worker is stuck all the same.
    tokio::spawn(async move {
        if begun.await.is_ok() && outlasts(patience, ended).await && watched.take().is_some() {
            replace();
        }
    });
    let piece = Box::new(move || {
        if answer.is_unwanted() {
            return Worker::Stays;
        }
        let _ = start.send(());
        // A panic must not end the worker; the dropped answer tells who waits.
        let made = std::panic::catch_unwind(AssertUnwindSafe(work));
        drop(end);
        let Some(answer) = answer.take() else {
            return Worker::WasReplaced;
        };
        if let Ok(made) = made {
            let _ = answer.send(made);
        }
        Worker::Stays
    });
    (piece, answered)
}

/// Whether something is not dropped for so long.
async fn outlasts(
    patience: Duration,
    ended: impl Future<Output = Result<Infallible, oneshot::error::RecvError>>,
) -> bool {
    tokio::time::timeout(patience, ended).await.is_err()
}
