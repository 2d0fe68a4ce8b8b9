//! How far reading is, for the page and the terminal.

use std::{
    sync::{
        Mutex, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use domain::scan::{ScanPhase, ScanProgress};
use tokio::sync::watch as channel;

use super::{Looked, lock};
use crate::Inner;

/// How often the page is told.
const TICK: Duration = Duration::from_millis(250);

/// Counters that the tasks bump as they go.
pub(crate) struct Counters {
    phase: Mutex<ScanPhase>,
    pub(super) seen: AtomicU64,
    pub(super) read: AtomicU64,
    pub(super) unchanged: AtomicU64,
    pub(super) finished: AtomicU64,
    pub(super) waiting: AtomicU64,
    pub(super) problems: AtomicU64,
    pub(super) added: AtomicU64,
    speed: Mutex<Speed>,
    published: channel::Sender<ScanProgress>,
}

/// Smoothed speed of whatever is counted in the current phase.
struct Speed {
    at: Instant,
    count: u64,
    rate: f64,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            phase: Mutex::new(ScanPhase::Idle),
            seen: AtomicU64::default(),
            read: AtomicU64::default(),
            unchanged: AtomicU64::default(),
            finished: AtomicU64::default(),
            waiting: AtomicU64::default(),
            problems: AtomicU64::default(),
            added: AtomicU64::default(),
            speed: Mutex::new(Speed {
                at: Instant::now(),
                count: 0,
                rate: 0.0,
            }),
            published: channel::Sender::new(nothing()),
        }
    }
}

fn nothing() -> ScanProgress {
    ScanProgress {
        phase: ScanPhase::Idle,
        seen: 0,
        read: 0,
        unchanged: 0,
        finished: 0,
        waiting: 0,
        problems: 0,
        rate: 0.0,
        eta: None,
        added: 0,
        change: 0,
        total: 0,
    }
}

impl Counters {
    /// A scan begins: counts start again.
    pub(super) fn begin(&self) {
        for counter in [&self.seen, &self.read, &self.unchanged] {
            counter.store(0, Ordering::Relaxed);
        }
        self.set_phase(ScanPhase::Reading);
    }

    pub(super) fn set_phase(&self, phase: ScanPhase) {
        *lock(&self.phase) = phase;
        *lock(&self.speed) = Speed {
            at: Instant::now(),
            count: self.counted(phase),
            rate: 0.0,
        };
    }

    /// Nothing waits to be finished, or nothing that is to be finished now.
    pub(super) fn rests(&self) {
        self.waiting.store(0, Ordering::Relaxed);
        if self.phase() == ScanPhase::Finishing {
            self.set_phase(ScanPhase::Idle);
        }
    }

    /// One more picture is finished; the count of waiting ones may be a little old.
    pub(super) fn count_down(&self) {
        self.finished.fetch_add(1, Ordering::Relaxed);
        let waiting = &self.waiting;
        let _ = waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
    }

    /// Reading has ended; finishing tells itself when it begins.
    pub(super) fn phase_ends(&self) {
        self.set_phase(ScanPhase::Idle);
    }

    /// How many files this walk looked at so far, and came across.
    pub(super) fn looked(&self) -> Looked {
        let read = self.read.load(Ordering::Relaxed);
        Looked {
            read,
            done: read + self.unchanged.load(Ordering::Relaxed),
            seen: self.seen.load(Ordering::Relaxed),
        }
    }

    /// What is going on.
    pub(super) fn phase(&self) -> ScanPhase {
        *lock(&self.phase)
    }

    pub(super) fn subscribe(&self) -> channel::Receiver<ScanProgress> {
        self.published.subscribe()
    }

    fn counted(&self, phase: ScanPhase) -> u64 {
        match phase {
            ScanPhase::Finishing => self.finished.load(Ordering::Relaxed),
            _ => self.read.load(Ordering::Relaxed) + self.unchanged.load(Ordering::Relaxed),
        }
    }

    fn measure(&self, phase: ScanPhase) -> f64 {
        let mut speed = lock(&self.speed);
        let passed = speed.at.elapsed();
        if passed >= TICK {
            let count = self.counted(phase);
            let now = count.saturating_sub(speed.count) as f64 / passed.as_secs_f64();
            let rate = if speed.rate > 0.0 {
                speed.rate * 0.7 + now * 0.3
            } else {
                now
            };
            *speed = Speed {
                at: Instant::now(),
                count,
                rate,
            };
        }
        speed.rate
    }

    /// The counts of this moment in one piece.
    pub(super) fn compose(&self, inner: &Inner) -> ScanProgress {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let phase = self.phase();
        let rate = if phase == ScanPhase::Idle {
            0.0
        } else {
            self.measure(phase)
        };
        let left = match phase {
            ScanPhase::Idle => 0,
            ScanPhase::Reading => {
                load(&self.seen).saturating_sub(load(&self.read) + load(&self.unchanged))
            }
            ScanPhase::Finishing => load(&self.waiting),
        };
        let snapshot = inner.keeper.snapshot();
        ScanProgress {
            phase,
            seen: load(&self.seen),
            read: load(&self.read),
            unchanged: load(&self.unchanged),
            finished: load(&self.finished),
            waiting: load(&self.waiting),
            problems: load(&self.problems),
            rate: (rate * 10.0).round() / 10.0,
            eta: (rate > 0.0 && left > 0).then(|| (left as f64 / rate).ceil() as u64),
            added: load(&self.added),
            change: snapshot.change,
            total: snapshot.index.len() as u64,
        }
    }
}

/// Tells subscribers whenever something changed, at most once a tick.
pub(super) async fn publish_task(weak: Weak<Inner>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        let Some(inner) = weak.upgrade() else { return };
        if inner.scanner.is_stopped() {
            return;
        }
        let progress = &inner.scanner.progress;
        let now = progress.compose(&inner);
        progress.published.send_if_modified(|before| {
            let changed = *before != now;
            *before = now;
            changed
        });
    }
}
