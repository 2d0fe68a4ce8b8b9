//! The task of a lane, which takes its jobs and works on them, one at a time.

use std::{
    pin::pin,
    sync::{Arc, Weak, atomic::Ordering},
    time::{Duration, Instant},
};

use domain::{id::JobId, job::wait_after, problem::ProblemKind, time::Timestamp};
use store::{
    StoreError,
    rows::{Hold, JobEnd, JobRow, JobStep, Taker},
};

use super::{
    Desk,
    lane::Lane,
    piece::{Piece, Turn},
};
use crate::{Inner, error::Error};

/// How often the queue is looked at while nothing is to do: others may ask for work through the database.
const IDLE: Duration = Duration::from_secs(5);
/// How often it is looked whether a person wants something of the job that is worked on.
const LOOK: Duration = Duration::from_millis(500);
/// So many looks between two notes that the job is still worked on.
const LOOKS: u32 = 30;
/// For so many milliseconds a job is had; after that somebody else may take it.
pub(super) const LEASE: i64 = 60_000;
/// How long work stands back for people at a time,
const STAND_BACK: Duration = Duration::from_millis(100);
/// and how often before it does a piece in spite of them.
const PATIENCE: u32 = 20;

/// Works until the gallery is closed or gone.
pub(super) async fn task(weak: Weak<Inner>, desk: Arc<Desk>, lane: Lane) {
    let Some(me) = weak.upgrade().map(|inner| lane.taker(&inner)) else {
        return;
    };
    let mut begun = false;
    let mut stopped = desk.stopped.subscribe();
    while !*desk.stopped.borrow() {
        let Some(inner) = weak.upgrade() else { break };
        let came = async {
            lane.take_back(&inner, !begun).await?;
            begun = true;
            lane.claim(&inner, &me).await
        };
        let came = came.await;
        drop(inner);
        match came {
            Ok(Some(row)) => {
                Worker {
                    weak: &weak,
                    desk: &desk,
                    lane,
                    me: &me,
                }
                .work(row)
                .await;
                continue;
            }
            Ok(None) => {}
            Err(Error::Store(StoreError::Closed)) => break,
            Err(error) => {
                tracing::error!(error = %error.chain(), "the queue of jobs could not be read");
            }
        }
        tokio::select! {
            () = desk.woken(lane) => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
            () = tokio::time::sleep(IDLE) => {}
        }
    }
    desk.at_work.send_modify(|lanes| *lanes -= 1);
}

/// How waiting for some work ended.
enum Came<T> {
    /// It is done.
    Done(T),
    /// It was cut off, because a person wants something or the gallery is closed.
    Stopped,
    /// It was cut off, because somebody else has the job.
    Lost,
}

/// Whoever works, and where.
struct Worker<'a> {
    weak: &'a Weak<Inner>,
    desk: &'a Desk,
    lane: Lane,
    me: &'a Taker,
}

impl Worker<'_> {
    /// Works on a job until it ends, rests or is somebody else's.
    async fn work(&self, row: JobRow) {
        let id = row.job.id;
        let end = match Turn::new(row) {
            Some(mut turn) => self.pieces(&mut turn).await,
            None => Ok(Some(JobEnd::Failed(
                "This Proofsheet does not understand the job; another version asked for it. Nothing was changed."
                    .to_owned(),
            ))),
        };
        let Some(inner) = self.weak.upgrade() else {
            return;
        };
        let ended = match end {
            Ok(Some(end)) => self.end(&inner, id, end).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        match ended {
            Ok(()) | Err(Error::Store(StoreError::Closed)) => {}
            Err(error) => {
                tracing::error!(error = %error.chain(), "a job could not be written down");
            }
        }
    }

    /// One piece after the other; `None` when nothing is to be said at the end.
    async fn pieces(&self, turn: &mut Turn) -> Result<Option<JobEnd>, Error> {
        let id = turn.row.job.id;
        loop {
            let Some(inner) = self.weak.upgrade() else {
                return Ok(None);
            };
            let people_first = self.while_mine(&inner, id, None, true, self.stand_back(&inner));
            match people_first.await? {
                Came::Done(()) => {}
                Came::Stopped => return Ok(Some(JobEnd::Stopped)),
                Came::Lost => return Ok(None),
            }
            let began = Instant::now();
            let (whole, told) = (turn.is_whole(), Arc::clone(&turn.told));
            let attempts = turn.row.job.attempts;
            let told = whole.then_some((&*told, turn.row.cursor.clone()));
            let piece = match self
                .while_mine(&inner, id, told, whole, Box::pin(turn.next(&inner)))
                .await?
            {
                Came::Done(Ok(piece)) => piece,
                Came::Done(Err(error)) => return Ok(failed(&inner, &error, attempts)),
                Came::Stopped => return Ok(Some(JobEnd::Stopped)),
                Came::Lost => return Ok(None),
            };
            // What tells how far it is has written its time down on the way.
            let worked = if whole {
                0
            } else {
                began.elapsed().as_millis() as u64
            };
            let hold = self.save(&inner, turn, &piece, worked).await?;
            match (hold, piece.ended) {
                (Hold::Lost, _) => return Ok(None),
                // Nothing is left to pause or to end.
                (_, Some(ended)) => return Ok(Some(JobEnd::Done(ended))),
                (Hold::Asked, None) => return Ok(Some(JobEnd::Stopped)),
                (Hold::Mine, None) => {}
            }
        }
    }

    async fn save(
        &self,
        inner: &Inner,
        turn: &mut Turn,
        piece: &Piece,
        worked: u64,
    ) -> Result<Hold, Error> {
        let job = &mut turn.row.job;
        if piece.done > job.done {
            job.attempts = 0;
        }
        (job.done, job.total) = (piece.done, piece.total);
        turn.row.cursor.clone_from(&piece.cursor);
        let step = JobStep {
            done: piece.done,
            total: piece.total,
            cursor: piece.cursor.clone(),
            worked,
            errors: piece.errors.clone(),
            settled: piece.settled.clone(),
        };
        let (now, until) = lease(inner);
        Ok(inner
            .store
            .save_job(job.id, &self.me.worker, step, now, until)
            .await?)
    }

    /// Waits for work while the job is ours, and says so again and again. Where the work `can_be_cut`, it is as soon as
    /// a person wants something; where it tells how far it is, that is written down.
    async fn while_mine<T>(
        &self,
        inner: &Inner,
        id: JobId,
        told: Option<(&super::piece::Told, String)>,
        can_be_cut: bool,
        work: impl Future<Output = T>,
    ) -> Result<Came<T>, Error> {
        let mut work = pin!(work);
        let mut stopped = self.desk.stopped.subscribe();
        let mut looks = tokio::time::interval_at(tokio::time::Instant::now() + LOOK, LOOK);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut count = 0_u32;
        let mut known = None;
        let mut at = Instant::now();
        loop {
            tokio::select! {
                done = &mut work => return Ok(Came::Done(done)),
                _ = stopped.wait_for(|stopped| *stopped) => return Ok(Came::Stopped),
                () = self.desk.woken(self.lane) => {}
                _ = looks.tick() => {}
            }
            count += 1;
            let (now, until) = lease(inner);
            let far = told.as_ref().map(|(told, _)| told.get());
            let hold = match (&told, far) {
                (Some((_, cursor)), Some((done, total))) if far != known => {
                    known = far;
                    let worked = at.elapsed().as_millis() as u64;
                    at = Instant::now();
                    let step = JobStep {
                        done,
                        total,
                        cursor: cursor.clone(),
                        worked,
                        ..JobStep::default()
                    };
                    inner
                        .store
                        .save_job(id, &self.me.worker, step, now, until)
                        .await?
                }
                _ if count.is_multiple_of(LOOKS) => {
                    inner.store.keep_job(id, &self.me.worker, until).await?
                }
                _ => inner.store.look_at_job(id, &self.me.worker).await?,
            };
            match hold {
                Hold::Lost => return Ok(Came::Lost),
                Hold::Asked if can_be_cut => return Ok(Came::Stopped),
                Hold::Asked | Hold::Mine => {}
            }
        }
    }

    /// Waits while files come in, and a while for people who look at pictures.
    async fn stand_back(&self, inner: &Inner) {
        if !self.lane.gives_way() {
            return;
        }
        let mut patience = PATIENCE;
        while inner.scanner.is_reading() || patience > 0 && inner.pool.is_wanted() {
            self.desk.stood_back.fetch_add(1, Ordering::Relaxed);
            patience = patience.saturating_sub(1);
            tokio::time::sleep(STAND_BACK).await;
        }
    }

    async fn end(&self, inner: &Inner, id: JobId, end: JobEnd) -> Result<(), Error> {
        let now = inner.options.clock.now();
        let line = match &end {
            JobEnd::Done(line) | JobEnd::Failed(line) | JobEnd::Again(_, line) => line.clone(),
            JobEnd::Stopped => "Put aside.".to_owned(),
        };
        if inner.store.end_job(id, &self.me.worker, end, now).await? {
            inner.store.note_job(id, &line, now).await?;
        }
        self.desk.moved.send_replace(());
        Ok(())
    }
}

/// This moment, and until when a job is had from now on.
fn lease(inner: &Inner) -> (Timestamp, Timestamp) {
    let now = inner.options.clock.now();
    (now, Timestamp(now.0 + LEASE))
}

/// What becomes of a job that failed as a whole.
fn failed(inner: &Inner, error: &Error, attempts: u32) -> Option<JobEnd> {
    if matches!(error, Error::Store(StoreError::Closed)) {
        return None;
    }
    if inner.pool.is_closed() {
        return Some(JobEnd::Stopped);
    }
    let problem = error.problem();
    tracing::warn!(error = %error.chain(), "a job failed");
    let passing = [
        ProblemKind::DiskFull,
        ProblemKind::Busy,
        ProblemKind::Stale,
        ProblemKind::Unreachable,
        ProblemKind::Internal,
    ];
    let wait = wait_after(attempts + 1).filter(|_| passing.contains(&problem.kind));
    Some(match wait {
        Some(wait) => JobEnd::Again(
            Timestamp(inner.options.clock.now().0 + wait),
            problem.message,
        ),
        None => JobEnd::Failed(problem.message),
    })
}
