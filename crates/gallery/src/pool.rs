//! The bounded workers for everything that eats CPU: decoding, hashing, compressing.
//!
//! What somebody waits for has workers of its own, so it begins at once however much is done in the
//! background; what nobody waits for any more is skipped. Background workers have a low priority,
//! and while somebody looks one of them rests. A worker that is stuck in a decoder is replaced, so
//! one bad file never stops the rest; it leaves when its piece ends after all. Reading may take as
//! long as it needs while bytes come, and ends when nobody wants them: see [`Pulse`].

mod piece;
mod pulse;

use std::{
    collections::VecDeque,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::error::{Error, closing};
use piece::{Piece, Worker};
pub(crate) use pulse::Pulse;

/// How long a worker may show no sign of life before it is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// Somebody who looked so recently is likely to ask for the next picture.
const LOOKING: Duration = Duration::from_millis(250);

/// Who waits for a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Somebody looks at an empty cell.
    Now,
    /// Nobody waits.
    Later,
}

/// The work of one urgency.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Piece>,
    /// Workers that are busy and not given up.
    busy: usize,
}

#[derive(Default)]
struct Queues {
    now: Queue,
    later: Queue,
    /// When the last urgent piece was done.
    looked: Option<Instant>,
    /// Background workers that go on while somebody looks.
    while_looked: usize,
    closed: bool,
}

impl Queues {
    fn of(&mut self, urgency: Urgency) -> &mut Queue {
        match urgency {
            Urgency::Now => &mut self.now,
            Urgency::Later => &mut self.later,
        }
    }

    /// How long one more background worker has to rest, as things are; `None` when it may work.
    fn rest(&self, at: Instant) -> Option<Duration> {
        if self.later.busy < self.while_looked {
            return None;
        }
        if self.now.busy > 0 || !self.now.waiting.is_empty() {
            return Some(LOOKING);
        }
        let since = at.saturating_duration_since(self.looked?);
        LOOKING.checked_sub(since).filter(|left| !left.is_zero())
    }
}

#[derive(Default)]
struct Shared {
    queues: Mutex<Queues>,
    /// Wakes workers, by urgency.
    wake: [Condvar; 2],
    /// Whether nothing is done any more, for work that is running.
    closed: Arc<AtomicBool>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queues> {
        // Work runs outside the lock, so a poisoned lock still guards whole queues.
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, urgency: Urgency) -> &Condvar {
        &self.wake[usize::from(urgency == Urgency::Later)]
    }
}

/// A fixed number of worker threads for each of two queues.
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

impl Pool {
    /// Starts `workers` threads for each urgency, at least one.
    pub(crate) fn new(workers: usize) -> Self {
        let shared = Arc::new(Shared::default());
        shared.lock().while_looked = workers.saturating_sub(1).max(1);
        for _ in 0..workers.max(1) {
            start_worker(&shared, Urgency::Now);
            start_worker(&shared, Urgency::Later);
        }
        Self { shared }
    }

    /// Runs work on a worker. When the returned future is dropped before the work began, the work
    /// is skipped. Fails when the work panicked or took longer than [`PATIENCE`].
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        urgency: Urgency,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.run_reading(urgency, |_| work()).await
    }

    /// The same for work that reads whole files: only without a sign of life for [`PATIENCE`] is it
    /// given up.
    pub(crate) async fn run_reading<T: Send + 'static>(
        &self,
        urgency: Urgency,
        work: impl FnOnce(&Pulse) -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.run_within(PATIENCE, urgency, work).await
    }

    async fn run_within<T: Send + 'static>(
        &self,
        patience: Duration,
        urgency: Urgency,
        work: impl FnOnce(&Pulse) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let pulse = Arc::new(Pulse::new(Arc::clone(&self.shared.closed)));
        let _wanted = pulse::Wanted::new(&pulse);
        let shared = Arc::clone(&self.shared);
        let replace = move || {
            tracing::warn!(?patience, "a worker was stuck and was replaced");
            shared.lock().of(urgency).busy -= 1;
            start_worker(&shared, urgency);
        };
        let (piece, answered) = piece::new(patience, pulse, work, replace);
        {
            let mut queues = self.shared.lock();
            if queues.closed {
                return Err(closing());
            }
            queues.of(urgency).waiting.push_back(piece);
        }
        self.shared.wake(urgency).notify_one();
        match answered.await {
            Ok(answer) => answer,
            Err(_) if self.shared.closed.load(Ordering::Relaxed) => Err(closing()),
            Err(_) => Err(Error::Worker),
        }
    }

    /// Whether somebody waits for a piece of work, or did a moment ago and is likely to ask again.
    pub(crate) fn is_wanted(&self) -> bool {
        let queues = self.shared.lock();
        let looked = queues.looked.is_some_and(|at| at.elapsed() < LOOKING);
        looked || queues.now.busy > 0 || !queues.now.waiting.is_empty()
    }

    /// Whether nothing is done any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.shared.closed.load(Ordering::Relaxed)
    }

    /// Does nothing more: what waits is dropped, and what reads stops reading.
    pub(crate) fn close(&self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        let mut queues = self.shared.lock();
        queues.closed = true;
        queues.now.waiting.clear();
        queues.later.waiting.clear();
        drop(queues);
        self.shared.wake.iter().for_each(Condvar::notify_all);
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

fn start_worker(shared: &Arc<Shared>, urgency: Urgency) {
    let shared = Arc::clone(shared);
    let name = match urgency {
        Urgency::Now => "urgent",
        Urgency::Later => "background",
    };
    let started = std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            if urgency == Urgency::Later {
                step_back();
            }
            let mut work = first(&shared, urgency);
            while let Some(piece) = work {
                if piece() == Worker::WasReplaced {
                    return;
                }
                work = next(&shared, urgency);
            }
        });
    if let Err(error) = started {
        tracing::error!(%error, "a worker thread could not be started");
    }
}

/// Gives this thread a low priority. Elsewhere than on Linux the same call would slow down the
/// whole process.
fn step_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(10);
}

/// What to do after a piece is done; `None` when the pool is closed.
fn next(shared: &Shared, urgency: Urgency) -> Option<Piece> {
    let mut queues = shared.lock();
    if urgency == Urgency::Now {
        queues.looked = Some(Instant::now());
    }
    queues.of(urgency).busy -= 1;
    take(shared, queues, urgency)
}

/// Waits for the first piece.
fn first(shared: &Shared, urgency: Urgency) -> Option<Piece> {
    take(shared, shared.lock(), urgency)
}

fn take(shared: &Shared, mut queues: MutexGuard<'_, Queues>, urgency: Urgency) -> Option<Piece> {
    let wake = shared.wake(urgency);
    loop {
        if queues.closed {
            return None;
        }
        let rest = match urgency {
            Urgency::Now => None,
            Urgency::Later => queues.rest(Instant::now()),
        };
        let queue = queues.of(urgency);
        if queue.waiting.is_empty() {
            queues = wake.wait(queues).unwrap_or_else(PoisonError::into_inner);
        } else if let Some(rest) = rest {
            let woken = wake.wait_timeout(queues, rest);
            queues = woken.unwrap_or_else(PoisonError::into_inner).0;
        } else {
            queue.busy += 1;
            return queue.waiting.pop_front();
        }
    }
}

#[cfg(test)]
mod tests;
