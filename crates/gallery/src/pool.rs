//! The bounded workers for everything that eats CPU: decoding, hashing, compressing.
//!
//! What somebody waits for has workers of its own, so it begins at once however much is done in the
//! background; what nobody waits for any more is skipped. Background workers have a low priority,
//! and while somebody looks one of them rests. A worker that is stuck in a decoder is replaced, so
//! one bad file never stops the rest.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use crate::error::Error;

/// How long one piece of work may take before its worker is given up.
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

type Work = Box<dyn FnOnce() + Send>;

/// The work of one urgency.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Work>,
    /// Workers that are busy.
    busy: usize,
    /// Workers beyond the wanted number leave when they finish what they are stuck in.
    surplus: usize,
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
        let (answer, answered) = oneshot::channel();
        let (begin, started) = oneshot::channel();
        let job: Work = Box::new(move || {
            if answer.is_closed() {
                return;
            }
            let _ = begin.send(());
            let _ = answer.send(work());
        });
        self.shared.lock().of(urgency).waiting.push_back(job);
        self.shared.wake(urgency).notify_one();
        started.await.map_err(|_| Error::Worker)?;
        if let Ok(answered) = tokio::time::timeout(PATIENCE, answered).await {
            return answered.map_err(|_| Error::Worker);
        }
        tracing::warn!("a worker was stuck for 30 seconds and was replaced");
        {
            let mut queues = self.shared.lock();
            let queue = queues.of(urgency);
            queue.surplus += 1;
            queue.busy = queue.busy.saturating_sub(1);
        }
        start_worker(&self.shared, urgency);
        Err(Error::Worker)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut queues = self.shared.lock();
        queues.closed = true;
        queues.now.waiting.clear();
        queues.later.waiting.clear();
        drop(queues);
        self.shared.wake.iter().for_each(Condvar::notify_all);
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
                // A panic must not end the worker; the dropped answer tells who waits.
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(piece));
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

/// What to do after a piece is done; `None` when the worker is not needed any more.
fn next(shared: &Shared, urgency: Urgency) -> Option<Work> {
    let mut queues = shared.lock();
    if urgency == Urgency::Now {
        queues.looked = Some(Instant::now());
    }
    let queue = queues.of(urgency);
    if queue.surplus > 0 {
        // The piece that was given up is not counted any more: this one takes its place.
        queue.surplus -= 1;
        return None;
    }
    queue.busy -= 1;
    take(shared, queues, urgency)
}

/// Waits for the first piece.
fn first(shared: &Shared, urgency: Urgency) -> Option<Work> {
    take(shared, shared.lock(), urgency)
}

fn take(shared: &Shared, mut queues: MutexGuard<'_, Queues>, urgency: Urgency) -> Option<Work> {
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
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Work that tells that it began and then waits until its gate is opened.
    fn gated(began: &mpsc::Sender<()>) -> (mpsc::Sender<()>, impl FnOnce() + Send + 'static) {
        let (open, gate) = mpsc::channel::<()>();
        let began = began.clone();
        let work = move || {
            let _ = began.send(());
            let _ = gate.recv();
        };
        (open, work)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn urgent_work_begins_while_every_background_worker_is_busy() {
        let pool = Arc::new(Pool::new(2));
        let (began, seen) = mpsc::channel();
        let mut busy = Vec::new();
        for _ in 0..2 {
            let (open, work) = gated(&began);
            let pool = Arc::clone(&pool);
            let run = tokio::spawn(async move { pool.run(Urgency::Later, work).await });
            busy.push((open, run));
        }
        assert!(seen.recv().is_ok() && seen.recv().is_ok());
        assert_eq!(pool.run(Urgency::Now, || 7).await.unwrap(), 7);
        for (open, run) in busy {
            assert!(!run.is_finished());
            open.send(()).unwrap();
            run.await.unwrap().unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_nobody_waits_for_any_more_is_skipped_and_a_panic_stops_nothing() {
        let pool = Arc::new(Pool::new(1));
        let (began, seen) = mpsc::channel();
        let (open, work) = gated(&began);
        let first = Arc::clone(&pool);
        let first = tokio::spawn(async move { first.run(Urgency::Now, work).await });
        seen.recv().unwrap();
        let (told, heard) = mpsc::channel();
        let (scrolled, kept) = (told.clone(), told);
        // Asked for, then scrolled away before it began.
        let mut away = Box::pin(pool.run(Urgency::Now, move || scrolled.send("scrolled away")));
        assert!(futures::poll!(&mut away).is_pending());
        drop(away);
        let mut panics = Box::pin(pool.run(Urgency::Now, || std::panic::panic_any("on purpose")));
        assert!(futures::poll!(&mut panics).is_pending());
        let mut kept = Box::pin(pool.run(Urgency::Now, move || kept.send("kept")));
        assert!(futures::poll!(&mut kept).is_pending());
        open.send(()).unwrap();
        first.await.unwrap().unwrap();
        assert!(panics.await.is_err());
        assert!(kept.await.is_ok());
        assert_eq!(heard.iter().collect::<Vec<_>>(), ["kept"]);
    }

    #[test]
    fn one_background_worker_rests_while_somebody_looks_and_goes_on_soon_after() {
        let start = Instant::now();
        let mut queues = Queues {
            while_looked: 1,
            ..Queues::default()
        };
        queues.later.busy = 1;
        assert_eq!(queues.rest(start), None, "nobody ever looked");
        queues.now.busy = 1;
        assert_eq!(queues.rest(start), Some(LOOKING));
        queues.now.busy = 0;
        queues.looked = Some(start);
        assert_eq!(queues.rest(start + LOOKING / 5), Some(LOOKING / 5 * 4));
        assert_eq!(queues.rest(start + LOOKING), None);
        queues.now.busy = 1;
        queues.later.busy = 0;
        assert_eq!(queues.rest(start), None, "the other one never rests");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn background_threads_have_a_lower_priority() {
        let pool = Pool::new(1);
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let urgent = pool.run(Urgency::Now, nice).await.unwrap();
        let background = pool.run(Urgency::Later, nice).await.unwrap();
        assert!(
            background > urgent,
            "{background} is not lower than {urgent}"
        );
    }
}
