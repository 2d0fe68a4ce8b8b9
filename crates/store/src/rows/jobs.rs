//! The queue of long work.

use domain::{
    id::JobId,
    job::{Job, JobKind},
    time::Timestamp,
};

/// Long work that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// What is done.
    pub kind: JobKind,
    /// The folder or the archive that it is about; empty when it is about the library.
    pub about: String,
    /// All that is needed to do it, in words of its maker.
    pub work: String,
    /// Of those that are not over, this is there once.
    pub dedupe: String,
    /// The data folder on which it depends; empty when any process may take it.
    pub place: String,
    /// More urgent ones have a larger number.
    pub priority: u32,
    /// When it is asked for.
    pub at: Timestamp,
}

/// Who takes jobs, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taker {
    /// The name of whoever works.
    pub worker: String,
    /// Only these.
    pub kinds: Vec<JobKind>,
    /// The data folder that it has: of the jobs that depend on one, only those of this one.
    pub place: String,
}

/// A job as whoever works on it needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// What everybody may know.
    pub job: Job,
    /// All that is needed to do it, in words of its maker.
    pub work: String,
    /// How far it came, in words of its maker; empty at the beginning.
    pub cursor: String,
    /// Who works on it; empty when nobody does.
    pub worker: String,
    /// The data folder on which it depends; empty when any process may take it.
    pub place: String,
}

/// How far a job came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobStep {
    /// Things that were done so far, failed ones among them.
    pub done: u64,
    /// How many there are; 0 while that is not known.
    pub total: u64,
    /// Where to go on, in words of its maker.
    pub cursor: String,
    /// Milliseconds of work since the last step.
    pub worked: u64,
    /// What failed since then. What failed before under the same name is replaced.
    pub errors: Vec<NewJobError>,
    /// What failed before and does no more.
    pub settled: Vec<String>,
}

/// Something of a job that could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJobError {
    /// Which one, in words of its maker.
    pub what: String,
    /// Which one, in words of people.
    pub name: String,
    /// What happened, in words of people.
    pub reason: String,
}

/// Something of a job that could not be done, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobErrorRow {
    /// What was noted.
    pub error: NewJobError,
    /// When.
    pub at: Timestamp,
}

/// Whether who works on a job may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It is theirs.
    Mine,
    /// A person wants it to rest or to end.
    Asked,
    /// Somebody else has it, or nobody.
    Lost,
}

/// How a turn at a job ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEnd {
    /// It came to its end, with a sentence about it.
    Done(String),
    /// It is given up, for a reason.
    Failed(String),
    /// It failed and is tried again at a moment; the reason.
    Again(Timestamp, String),
    /// It rests or ends as a person asked for, else somebody goes on with it.
    Stopped,
}
