//! Who takes which jobs. What somebody waits for has a lane of its own, so that it never stands behind an hour of work.

use domain::{
    job::{JobKind, wait_after},
    time::{DAY, Timestamp},
};
use store::{
    Engine,
    rows::{JobEnd, JobRow, Taker},
};

use super::turns::LEASE;
use crate::{Inner, error::Error};

/// How long a job that is over is remembered, in milliseconds.
const KEPT: i64 = 30 * DAY;

/// Jobs that are worked on one at a time, beside those of the other lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Archives, for which somebody waits.
    Archives,
    /// Looking through folders: whoever asks for it just put something there.
    Scans,
    /// Everything else.
    Rest,
}

impl Lane {
    pub(super) const ALL: [Self; 3] = [Self::Archives, Self::Scans, Self::Rest];

    fn takes(self, kind: JobKind) -> bool {
        self == match kind {
            JobKind::Export => Self::Archives,
            JobKind::Scan => Self::Scans,
            _ => Self::Rest,
        }
    }

    /// Whether it waits while files come in, and steps back for people.
    pub(super) fn gives_way(self) -> bool {
        self == Self::Rest
    }

    /// Somebody of this process who takes jobs of this lane.
    pub(super) fn taker(self, inner: &Inner) -> Taker {
        let kinds = JobKind::ALL.into_iter();
        Taker {
            worker: format!("{:032x}", inner.options.clock.mint()),
            kinds: kinds.filter(|kind| self.takes(*kind)).collect(),
            place: inner.desk.place.clone(),
        }
    }

    /// Lets go on what nobody works on any more. At the start of a process whose database or data folder is its own
    /// that is whatever somebody worked on there.
    pub(super) async fn take_back(self, inner: &Inner, first: bool) -> Result<(), Error> {
        let now = inner.options.clock.now();
        let alone = inner.store.engine() == Engine::Sqlite;
        let ours = if first { Timestamp(i64::MAX) } else { now };
        let theirs = if first && alone { ours } else { now };
        let place = &inner.desk.place;
        for row in inner.store.jobs_unheard(theirs, ours, place).await? {
            if !self.takes(row.job.kind) {
                continue;
            }
            let told = "Proofsheet ended while it worked on this. It goes on where it was.";
            let end = match wait_after(row.job.attempts + 1) {
                Some(_) => JobEnd::Again(now, told.to_owned()),
                None => JobEnd::Failed(
                    "Proofsheet ended several times while it worked on this, so it was given up. What was done \
                     stays; try again after an update."
                        .to_owned(),
                ),
            };
            if inner
                .store
                .end_job(row.job.id, &row.worker, end, now)
                .await?
            {
                inner.store.note_job(row.job.id, told, now).await?;
            }
        }
        Ok(())
    }

    /// Takes the next job, if it is time for one.
    pub(super) async fn claim(self, inner: &Inner, me: &Taker) -> Result<Option<JobRow>, Error> {
        let now = inner.options.clock.now();
        inner.store.prune_jobs(Timestamp(now.0 - KEPT)).await?;
        // New pictures go before what looks after the old ones.
        if self.gives_way() && inner.scanner.is_reading()
            || !inner.store.job_is_due(me, now).await?
        {
            return Ok(None);
        }
        let until = Timestamp(now.0 + LEASE);
        let Some(row) = inner.store.claim_job(me, now, until).await? else {
            return Ok(None);
        };
        let line = match (row.job.again, row.cursor.is_empty()) {
            (true, true) => "Began with what failed before.",
            (false, true) => "Began.",
            (_, false) => "Went on where it was.",
        };
        inner.store.note_job(row.job.id, line, now).await?;
        Ok(Some(row))
    }
}
