//! One piece of work: how it is done, watched and given up.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

use super::Pulse;
use crate::error::Error;

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
struct Answer<T>(Mutex<Option<oneshot::Sender<Result<T, Error>>>>);

impl<T> Answer<T> {
    fn take(&self) -> Option<oneshot::Sender<Result<T, Error>>> {
        let mut answer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answer.take()
    }

    /// Whether nobody waits for it any more.
    fn is_unwanted(&self) -> bool {
        let answer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answer.as_ref().is_none_or(oneshot::Sender::is_closed)
    }
}

/// A piece, which is skipped when nobody waits for its answer, and the answer. When it shows no sign
/// of life for `patience`, or twice as long at most, it fails and the worker is replaced.
pub(super) fn new<T: Send + 'static>(
    patience: Duration,
    pulse: Arc<Pulse>,
    work: impl FnOnce(&Pulse) -> T + Send + 'static,
    replace: impl FnOnce() + Send + 'static,
) -> (Piece, oneshot::Receiver<Result<T, Error>>) {
    let (answer, answered) = oneshot::channel();
    let answer = Arc::new(Answer(Mutex::new(Some(answer))));
    let (start, begun) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    let (watched, life) = (Arc::clone(&answer), Arc::clone(&pulse));
    // In a task of its own: who asked may go away, and the worker is stuck all the same.
    tokio::spawn(async move {
        if begun.await.is_err() || !is_stuck(patience, &life, ended).await {
            return;
        }
        if let Some(answer) = watched.take() {
            let _ = answer.send(Err(life.stuck()));
            replace();
        }
    });
    let piece = Box::new(move || {
        if answer.is_unwanted() {
            return Worker::Stays;
        }
        let _ = start.send(());
        // A panic must not end the worker; the dropped answer tells who waits.
        let made = std::panic::catch_unwind(AssertUnwindSafe(|| work(&pulse)));
        drop(end);
        let Some(answer) = answer.take() else {
            return Worker::WasReplaced;
        };
        if let Ok(made) = made {
            let _ = answer.send(Ok(made));
        }
        Worker::Stays
    });
    (piece, answered)
}

/// Waits until a piece ends, or shows no sign of life for so long.
async fn is_stuck(
    patience: Duration,
    pulse: &Pulse,
    mut ended: oneshot::Receiver<Infallible>,
) -> bool {
    let mut felt = pulse.beats();
    while tokio::time::timeout(patience, &mut ended).await.is_err() {
        let beats = pulse.beats();
        if beats == felt {
            return true;
        }
        felt = beats;
    }
    false
}
