//! The queue of long work, which several workers may share.
//!
//! Whoever takes a job has it for a while and says again and again that it goes on; when that time ran out, somebody
//! else may end their turn. Every change by a worker names it, so one that was given up for dead changes nothing.

use domain::{
    id::JobId,
    job::{Job, JobChange, JobKind, JobLine, JobState},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{
    Result, Store, StoreError,
    rows::{Hold, JobEnd, JobErrorRow, JobRow, JobStep, NewJob, NewJobError, Taker},
    sql::{Arg, Tx, args, json},
};

/// So many lines are kept of what happened with a job.
const LINES: i64 = 200;

/// A row, in the order of [`SELECT`].
#[derive(Deserialize)]
struct Cells {
    id: JobId,
    kind: String,
    about: String,
    work: String,
    state: String,
    asked: String,
    again: i64,
    priority: i64,
    attempts: i64,
    due: i64,
    worker: String,
    cursor: String,
    done: i64,
    total: i64,
    failed: i64,
    worked: i64,
    message: String,
    created: i64,
    started: Option<i64>,
    ended: Option<i64>,
    place: String,
    ready: i64,
}

const SELECT: &str = "\
    SELECT ROWS[uid, kind, about, work, state, asked, again, priority, attempts, due_ms, worker, cursor, \
        done, total, failed, worked_ms, message, created_ms, started_ms, ended_ms, place, \
        (SELECT COUNT(*) FROM exports AS e WHERE e.uid = jobs.uid AND e.state = 'ready')] \
     FROM jobs ";

/// The states of those that are not over.
const OPEN: &str = "('waiting', 'running', 'paused')";

impl Store {
    /// Notes long work. Where the same is asked for already and not over, that is the answer.
    pub async fn add_job(&self, new: NewJob) -> Result<JobId> {
        self.write(move |tx| Box::pin(async move { add(tx, &new).await }))
            .await
    }

    /// Whether there is a job for `taker` whose turn it is.
    pub async fn job_is_due(&self, taker: &Taker, now: Timestamp) -> Result<bool> {
        let text = "SELECT COUNT(*) FROM jobs WHERE state = 'waiting' AND due_ms <= $1 \
             AND kind IN (SELECT item.value ->> 0 FROM EACH($2)) AND place IN ('', $3)";
        let args = args![now.0, kinds(taker)?, taker.place.as_str()];
        let count = self.read_once().await?.number(text, args).await?;
        Ok(count > 0)
    }

    /// Takes the most urgent job for `taker` whose turn it is, until a moment. Of several that ask at the same time
    /// each gets another one.
    pub async fn claim_job(
        &self,
        taker: &Taker,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<JobRow>> {
        let taker = taker.clone();
        self.write(move |tx| Box::pin(async move { claim(tx, &taker, now, until).await }))
            .await
    }

    /// Whether a job is still the worker's, without changing anything.
    pub async fn look_at_job(&self, id: JobId, worker: &str) -> Result<Hold> {
        let text = "SELECT ROWS[asked] FROM jobs \
             WHERE uid = $1 AND worker = $2 AND state = 'running'";
        let mine = args![id.to_string(), worker];
        let found: Vec<(String,)> = self.read_once().await?.list(text, mine).await?;
        Ok(hold(found.into_iter().next()))
    }

    /// Has a job for longer.
    pub async fn keep_job(&self, id: JobId, worker: &str, until: Timestamp) -> Result<Hold> {
        let text = "UPDATE jobs SET lease_ms = $3 \
             WHERE uid = $1 AND worker = $2 AND state = 'running' RETURNING asked";
        let args = args![id.to_string(), worker, until.0];
        self.write(move |tx| Box::pin(async move { Ok(hold(tx.row(text, args).await?)) }))
            .await
    }

    /// Notes how far a job came, and has it for longer. Where it is the worker's no more, nothing is changed.
    pub async fn save_job(
        &self,
        id: JobId,
        worker: &str,
        step: JobStep,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Hold> {
        let worker = worker.to_owned();
        self.write(move |tx| {
            Box::pin(async move { save(tx, (id, worker), &step, now, until).await })
        })
        .await
    }

    /// Ends a worker's turn at a job; `false` when it was not theirs.
    pub async fn end_job(
        &self,
        id: JobId,
        worker: &str,
        end: JobEnd,
        now: Timestamp,
    ) -> Result<bool> {
        let (text, args) = ending(id, worker, end, now);
        self.write(move |tx| Box::pin(async move { Ok(tx.execute(text, args).await? > 0) }))
            .await
    }

    /// Jobs that somebody took and did not speak of until a moment; of those that depend on the data folder `place`,
    /// until the moment `ours`.
    pub async fn jobs_unheard(
        &self,
        before: Timestamp,
        ours: Timestamp,
        place: &str,
    ) -> Result<Vec<JobRow>> {
        let text = format!(
            "{SELECT} WHERE state = 'running' \
             AND lease_ms < CASE WHEN place = $3 AND place <> '' THEN $2 ELSE $1 END"
        );
        let args = args![before.0, ours.0, place];
        list(&mut self.read_once().await?, &text, args).await
    }

    /// Does with a job what a person wants.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id; [`StoreError::Conflict`] when that cannot be done
    /// with it as it stands, or the same work was asked for again meanwhile.
    pub async fn change_job(&self, id: JobId, change: JobChange, now: Timestamp) -> Result<()> {
        self.write(move |tx| {
            Box::pin(async move {
                let args = match change {
                    JobChange::Pause => args![id.to_string()],
                    _ => args![id.to_string(), now.0],
                };
                if tx.execute(changing(change), args).await? > 0 {
                    return Ok(());
                }
                match one(tx, id).await? {
                    None => Err(StoreError::NotFound("job")),
                    Some(_) => Err(StoreError::Conflict("a job in another state".to_owned())),
                }
            })
        })
        .await
    }

    /// Says something else of a job that nobody works on, and ends it where it was not over; `false` when somebody
    /// works on it. Nothing happens when it is forgotten.
    pub async fn settle_job(&self, id: JobId, message: &str, now: Timestamp) -> Result<bool> {
        let message = message.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                let text = "UPDATE jobs SET message = $2, ended_ms = COALESCE(ended_ms, $3), \
                        state = CASE WHEN ended_ms IS NULL THEN 'cancelled' ELSE state END \
                     WHERE uid = $1 AND state <> 'running'";
                let args = args![id.to_string(), message, now.0];
                Ok(tx.execute(text, args).await? > 0 || one(tx, id).await?.is_none())
            })
        })
        .await
    }

    /// One of them, if it is still remembered.
    pub async fn job(&self, id: JobId) -> Result<Option<JobRow>> {
        one(&mut self.read_once().await?, id).await
    }

    /// All that are not over in the order of their turn, then the last `limit` that are, the newest first.
    pub async fn jobs(&self, limit: u32) -> Result<Vec<JobRow>> {
        let text = format!(
            "{SELECT} WHERE state IN {OPEN} OR uid IN (SELECT uid FROM jobs WHERE ended_ms IS NOT NULL \
                 ORDER BY ended_ms DESC, uid DESC LIMIT $1)"
        );
        let mut rows = list(&mut self.read_once().await?, &text, args![limit]).await?;
        rows.sort_by_key(|JobRow { job, .. }| {
            let over = job.ended.map(|at| std::cmp::Reverse((at, job.id)));
            let rank = match job.state {
                JobState::Running => 0,
                JobState::Waiting => 1,
                JobState::Paused => 2,
                _ => 3,
            };
            let turn = (std::cmp::Reverse(job.priority), job.created, job.id);
            (rank, over, turn)
        });
        Ok(rows)
    }

    /// What of a job could not be done, in the order of `what`, behind one of them.
    pub async fn job_errors(&self, id: JobId, after: &str, limit: u32) -> Result<Vec<JobErrorRow>> {
        let text = "SELECT ROWS[e.what, e.name, e.reason, e.at_ms] \
             FROM (SELECT * FROM job_errors WHERE job = $1 AND what > $2 ORDER BY what LIMIT $3) AS e";
        let mut tx = self.read_once().await?;
        let mut rows: Vec<(String, String, String, i64)> =
            tx.list(text, args![id.to_string(), after, limit]).await?;
        rows.sort_unstable();
        let row = |(what, name, reason, at)| JobErrorRow {
            error: NewJobError { what, name, reason },
            at: Timestamp(at),
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Notes a line of what happens with a job; the oldest of many are forgotten. Nothing happens when the job is.
    pub async fn note_job(&self, id: JobId, line: &str, at: Timestamp) -> Result<()> {
        let line = line.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                let text = "INSERT INTO job_lines (job, n, at_ms, line) \
                     SELECT j.uid, COALESCE((SELECT MAX(n) FROM job_lines WHERE job = $1), 0) + 1, $2, $3 \
                     FROM jobs AS j WHERE j.uid = $1";
                tx.execute(text, args![id.to_string(), at.0, line]).await?;
                let text = "DELETE FROM job_lines WHERE job = $1 \
                     AND n <= (SELECT MAX(n) FROM job_lines WHERE job = $1) - $2";
                tx.execute(text, args![id.to_string(), LINES]).await?;
                Ok(())
            })
        })
        .await
    }

    /// What happened with a job, the newest line last.
    pub async fn job_lines(&self, id: JobId) -> Result<Vec<JobLine>> {
        let text = "SELECT ROWS[n, at_ms, line] FROM job_lines WHERE job = $1";
        let mut tx = self.read_once().await?;
        let mut rows: Vec<(i64, i64, String)> = tx.list(text, args![id.to_string()]).await?;
        rows.sort_unstable();
        let line = |(_, at, text)| JobLine {
            at: Timestamp(at),
            text,
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// Forgets jobs that ended before a moment, and tells how many.
    pub async fn prune_jobs(&self, before: Timestamp) -> Result<u64> {
        // Asked again and again, and hardly ever is there one: then nobody waits for who writes.
        let text = "SELECT COUNT(*) FROM jobs WHERE ended_ms < $1";
        let count = self
            .read_once()
            .await?
            .number(text, args![before.0])
            .await?;
        if count == 0 {
            return Ok(0);
        }
        let text = "DELETE FROM jobs WHERE ended_ms < $1";
        self.write(move |tx| Box::pin(async move { tx.execute(text, args![before.0]).await }))
            .await
    }
}

async fn add(tx: &mut Tx, new: &NewJob) -> Result<JobId> {
    let text = "INSERT INTO jobs (uid, kind, about, work, dedupe, state, priority, due_ms, created_ms, place) \
         VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $7, $8) \
         ON CONFLICT (dedupe) WHERE state IN ('waiting', 'running', 'paused') DO NOTHING";
    let (kind, priority) = (new.kind.word(), i64::from(new.priority));
    let args = args![
        new.id.to_string(),
        kind,
        new.about.as_str(),
        new.work.as_str(),
        new.dedupe.as_str(),
        priority,
        new.at.0,
        new.place.as_str()
    ];
    if tx.execute(text, args).await? > 0 {
        return Ok(new.id);
    }
    let text = format!("SELECT ROWS[uid] FROM jobs WHERE dedupe = $1 AND state IN {OPEN}");
    let same: Vec<(JobId,)> = tx.list(&text, args![new.dedupe.as_str()]).await?;
    // It may just have ended on PostgreSQL; then whoever asked tries again.
    same.first().map(|(id,)| *id).ok_or(StoreError::Busy)
}

async fn claim(
    tx: &mut Tx,
    taker: &Taker,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<JobRow>> {
    let skip = tx.engine().skip_locked().unwrap_or_default();
    let text = format!(
        "UPDATE jobs SET state = 'running', asked = '', worker = $1, lease_ms = $2, \
            started_ms = COALESCE(started_ms, $3) \
         WHERE uid = (SELECT uid FROM jobs WHERE state = 'waiting' AND due_ms <= $3 \
            AND kind IN (SELECT item.value ->> 0 FROM EACH($4)) AND place IN ('', $5) \
            ORDER BY priority DESC, created_ms, uid LIMIT 1 {skip}) \
         RETURNING uid"
    );
    let (worker, place) = (taker.worker.as_str(), taker.place.as_str());
    let args = args![worker, until.0, now.0, kinds(taker)?, place];
    let claimed: Option<(String,)> = tx.row(&text, args).await?;
    match claimed.and_then(|(id,)| id.parse().ok()) {
        Some(id) => one(tx, id).await,
        None => Ok(None),
    }
}

/// The words of what somebody takes, as a statement takes them.
fn kinds(taker: &Taker) -> Result<String> {
    let words = taker.kinds.iter().map(|kind| (kind.word(),));
    json(&words.collect::<Vec<_>>())
}

async fn save(
    tx: &mut Tx,
    (id, worker): (JobId, String),
    step: &JobStep,
    now: Timestamp,
    until: Timestamp,
) -> Result<Hold> {
    let id = id.to_string();
    let text = "UPDATE jobs SET lease_ms = $3, total = $5, cursor = $6, worked_ms = worked_ms + $7, \
            attempts = CASE WHEN $4 > done THEN 0 ELSE attempts END, done = $4 \
         WHERE uid = $1 AND worker = $2 AND state = 'running' RETURNING asked";
    let cursor = step.cursor.as_str();
    let args = args![
        id.as_str(),
        worker,
        until.0,
        step.done,
        step.total,
        cursor,
        step.worked
    ];
    let hold = hold(tx.row(text, args).await?);
    if hold == Hold::Lost || step.errors.is_empty() && step.settled.is_empty() {
        return Ok(hold);
    }
    let gone = step.settled.iter();
    let gone: Vec<(&String,)> = gone
        .chain(step.errors.iter().map(|error| &error.what))
        .map(|what| (what,))
        .collect();
    let text = "DELETE FROM job_errors WHERE job = $1 \
         AND what IN (SELECT item.value ->> 0 FROM EACH($2))";
    let removed = tx.execute(text, args![id.as_str(), json(&gone)?]).await?;
    let rows: Vec<Row<'_>> = step.errors.iter().map(row).collect();
    let text = "INSERT INTO job_errors (job, what, name, reason, at_ms) \
         SELECT $1, item.value ->> 0, item.value ->> 1, item.value ->> 2, $3 FROM EACH($2) \
         WHERE $1 <> '' ON CONFLICT (job, what) DO NOTHING";
    let added = tx
        .execute(text, args![id.as_str(), json(&rows)?, now.0])
        .await?;
    let text = "UPDATE jobs SET failed = failed + $2 WHERE uid = $1";
    let more = added.cast_signed() - removed.cast_signed();
    tx.execute(text, args![id.as_str(), more]).await?;
    Ok(hold)
}

/// Something that failed, as the statement takes it.
#[derive(Serialize)]
struct Row<'a>(&'a str, &'a str, &'a str);

fn row(error: &NewJobError) -> Row<'_> {
    Row(&error.what, &error.name, &error.reason)
}

/// The statement that ends a turn, and what it needs.
fn ending(id: JobId, worker: &str, end: JobEnd, now: Timestamp) -> (&'static str, Vec<Arg>) {
    let id = id.to_string();
    match end {
        JobEnd::Done(message) => (
            "UPDATE jobs SET state = 'done', asked = '', worker = '', attempts = 0, message = $3, ended_ms = $4 \
             WHERE uid = $1 AND worker = $2 AND state = 'running'",
            args![id, worker, message, now.0],
        ),
        JobEnd::Failed(message) => (
            "UPDATE jobs SET state = 'failed', asked = '', worker = '', message = $3, ended_ms = $4 \
             WHERE uid = $1 AND worker = $2 AND state = 'running'",
            args![id, worker, message, now.0],
        ),
        JobEnd::Again(due, message) => (
            "UPDATE jobs SET worker = '', message = $3, due_ms = $4, attempts = attempts + 1, \
                state = CASE asked WHEN 'pause' THEN 'paused' WHEN 'cancel' THEN 'cancelled' ELSE 'waiting' END, \
                ended_ms = CASE asked WHEN 'cancel' THEN $5 END, asked = '' \
             WHERE uid = $1 AND worker = $2 AND state = 'running'",
            args![id, worker, message, due.0, now.0],
        ),
        JobEnd::Stopped => (
            "UPDATE jobs SET worker = '', \
                state = CASE asked WHEN 'pause' THEN 'paused' WHEN 'cancel' THEN 'cancelled' ELSE 'waiting' END, \
                ended_ms = CASE asked WHEN 'cancel' THEN $3 END, asked = '' \
             WHERE uid = $1 AND worker = $2 AND state = 'running'",
            args![id, worker, now.0],
        ),
    }
}

/// The statement that does what a person wants, of a job and at a moment.
fn changing(change: JobChange) -> &'static str {
    match change {
        JobChange::Pause => {
            "UPDATE jobs SET asked = CASE state WHEN 'running' THEN 'pause' ELSE '' END, \
                state = CASE state WHEN 'waiting' THEN 'paused' ELSE state END \
             WHERE uid = $1 AND (state = 'waiting' OR state = 'running' AND asked = '')"
        }
        JobChange::Resume => {
            "UPDATE jobs SET asked = '', attempts = 0, due_ms = $2, \
                state = CASE state WHEN 'paused' THEN 'waiting' ELSE state END \
             WHERE uid = $1 AND (state = 'paused' OR state = 'running' AND asked = 'pause')"
        }
        JobChange::Cancel => {
            "UPDATE jobs SET asked = CASE state WHEN 'running' THEN 'cancel' ELSE '' END, \
                ended_ms = CASE state WHEN 'running' THEN ended_ms ELSE $2 END, \
                state = CASE state WHEN 'running' THEN state ELSE 'cancelled' END \
             WHERE uid = $1 AND state IN ('waiting', 'running', 'paused') AND asked <> 'cancel'"
        }
        JobChange::Retry => {
            "UPDATE jobs SET again = CASE state WHEN 'done' THEN 1 ELSE again END, \
                cursor = CASE state WHEN 'done' THEN '' ELSE cursor END, \
                done = CASE state WHEN 'done' THEN 0 ELSE done END, \
                total = CASE state WHEN 'done' THEN failed ELSE total END, \
                worked_ms = CASE state WHEN 'done' THEN 0 ELSE worked_ms END, \
                state = 'waiting', attempts = 0, due_ms = $2, ended_ms = NULL, message = '' \
             WHERE uid = $1 AND (state IN ('failed', 'cancelled') OR state = 'done' AND failed > 0)"
        }
    }
}

/// Whose a job is by what was asked of it where it is the worker's.
fn hold(found: Option<(String,)>) -> Hold {
    match found {
        None => Hold::Lost,
        Some((asked,)) if asked.is_empty() => Hold::Mine,
        Some(_) => Hold::Asked,
    }
}

async fn one(tx: &mut Tx, id: JobId) -> Result<Option<JobRow>> {
    let text = format!("{SELECT} WHERE uid = $1");
    let rows = list(tx, &text, args![id.to_string()]).await?;
    Ok(rows.into_iter().next())
}

/// Rows in any order. One of a kind that this program does not know is left out: a newer one that shares the
/// database looks after it.
async fn list(tx: &mut Tx, text: &str, args: Vec<Arg>) -> Result<Vec<JobRow>> {
    let cells: Vec<Cells> = tx.list(text, args).await?;
    Ok(cells.into_iter().filter_map(job).collect())
}

fn job(cells: Cells) -> Option<JobRow> {
    let job = Job {
        id: cells.id,
        kind: JobKind::from_word(&cells.kind)?,
        about: cells.about,
        state: JobState::from_word(&cells.state)?,
        asked: match cells.asked.as_str() {
            "pause" => Some(JobChange::Pause),
            "cancel" => Some(JobChange::Cancel),
            _ => None,
        },
        again: cells.again != 0,
        priority: u32::try_from(cells.priority).unwrap_or_default(),
        done: cells.done.cast_unsigned(),
        total: cells.total.cast_unsigned(),
        failed: cells.failed.cast_unsigned(),
        attempts: u32::try_from(cells.attempts).unwrap_or_default(),
        due: Timestamp(cells.due),
        created: Timestamp(cells.created),
        started: cells.started.map(Timestamp),
        ended: cells.ended.map(Timestamp),
        worked: cells.worked.cast_unsigned(),
        message: cells.message,
        ready: cells.ready > 0,
    };
    Some(JobRow {
        job,
        work: cells.work,
        cursor: cells.cursor,
        worker: cells.worker,
        place: cells.place,
    })
}
