//! The bounded workers for everything that eats CPU: decoding, hashing, compressing.
//!
//! What somebody waits for goes before what can wait, and what nobody waits for any more is
//! skipped. A worker that is stuck in a decoder is replaced, so one bad file never stops the rest.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

use crate::error::Error;

/// How long one piece of work may take before its worker is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who waits for a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Somebody looks at an empty cell.
    Now,
    /// Nobody waits.
    Later,
}

type Work = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queues {
    now: VecDeque<Work>,
    later: VecDeque<Work>,
    /// Workers beyond the wanted number leave when they finish what they are stuck in.
    surplus: usize,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    queues: Mutex<Queues>,
    wake: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queues> {
        // Work runs outside the lock, so a poisoned lock still guards whole queues.
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fixed number of worker threads with two queues.
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

impl Pool {
    /// Starts `workers` threads, at least one.
    pub(crate) fn new(workers: usize) -> Self {
        let shared = Arc::new(Shared::default());
        for _ in 0..workers.max(1) {
            start_worker(&shared);
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
        {
            let mut queues = self.shared.lock();
            match urgency {
                Urgency::Now => queues.now.push_back(job),
                Urgency::Later => queues.later.push_back(job),
            }
        }
        self.shared.wake.notify_one();
        started.await.map_err(|_| Error::Worker)?;
        if let Ok(answered) = tokio::time::timeout(PATIENCE, answered).await {
            return answered.map_err(|_| Error::Worker);
        }
        tracing::warn!("a worker was stuck for 30 seconds and was replaced");
        self.shared.lock().surplus += 1;
        start_worker(&self.shared);
        Err(Error::Worker)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut queues = self.shared.lock();
        queues.closed = true;
        queues.now.clear();
        queues.later.clear();
        drop(queues);
        self.shared.wake.notify_all();
    }
}

fn start_worker(shared: &Arc<Shared>) {
    let shared = Arc::clone(shared);
    let started = std::thread::Builder::new()
        .name("worker".to_owned())
        .spawn(move || {
            // Requests are answered on other threads and go first.
            let _ = rustix::process::nice(10);
            while let Some(work) = next(&shared) {
                // A panic must not end the worker; the dropped answer tells who waits.
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            }
        });
    if let Err(error) = started {
        tracing::error!(%error, "a worker thread could not be started");
    }
}

fn next(shared: &Shared) -> Option<Work> {
    let mut queues = shared.lock();
    loop {
        if queues.closed {
            return None;
        }
        if queues.surplus > 0 {
            queues.surplus -= 1;
            return None;
        }
        if let Some(work) = queues.now.pop_front() {
            return Some(work);
        }
        if let Some(work) = queues.later.pop_front() {
            return Some(work);
        }
        queues = shared
            .wake
            .wait(queues)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn urgent_work_goes_first_and_a_panic_stops_nothing() {
        let pool = Pool::new(1);
        let (release, gate) = mpsc::channel::<()>();
        let (order, seen) = mpsc::channel();
        let blocker = pool.run(Urgency::Now, move || gate.recv().is_ok());
        let (later, now) = (order.clone(), order);
        let later = pool.run(Urgency::Later, move || later.send("later").is_ok());
        let now = pool.run(Urgency::Now, move || now.send("now").is_ok());
        let panics = pool.run(Urgency::Now, || std::panic::panic_any("on purpose"));
        let opened = async move { release.send(()).is_ok() };
        let (blocker, later, now, panics, _) = tokio::join!(blocker, later, now, panics, opened);
        assert!(blocker.is_ok() && later.is_ok() && now.is_ok());
        assert!(panics.is_err());
        assert_eq!(seen.iter().take(2).collect::<Vec<_>>(), ["now", "later"]);
    }
}
