//! Long work that has a place where it is watched, paused and retried.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ExportId, JobId},
    time::Timestamp,
};

/// A job that failed so often in a row, without getting any further in between, is given up.
pub const MOST_ATTEMPTS: u32 = 5;
/// Milliseconds of work after which the speed so far says something about the rest.
const TELLING: u64 = 2_000;
/// Milliseconds before the second attempt; each further one waits twice as long.
const FIRST_WAIT: i64 = 5_000;
/// And at most so long.
const LONGEST_WAIT: i64 = 600_000;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Every byte of every file is compared with what it should be.
    Verify,
    /// The texts that are kept are understood again.
    Recipes,
    /// Thumbnails that are missing are drawn.
    Thumbnails,
    /// Files that have no hash yet get theirs.
    Hashes,
    /// The library is copied into a folder.
    Backup,
    /// Archives of pictures are taken in.
    Import,
    /// Pictures are made ready to be taken away as one archive.
    Export,
    /// Watched folders are looked through for what is new, changed or gone.
    Scan,
}

impl JobKind {
    /// All of them, those that can be started without naming anything first.
    pub const ALL: [Self; 8] = [
        Self::Verify,
        Self::Thumbnails,
        Self::Recipes,
        Self::Hashes,
        Self::Backup,
        Self::Import,
        Self::Export,
        Self::Scan,
    ];

    /// Its word in the database and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Recipes => "recipes",
            Self::Thumbnails => "thumbnails",
            Self::Hashes => "hashes",
            Self::Backup => "backup",
            Self::Import => "import",
            Self::Export => "export",
            Self::Scan => "scan",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It has its turn when nothing more urgent is left, or tries again after a while.
    Waiting,
    /// Somebody works on it.
    Running,
    /// It rests until a person lets it go on.
    Paused,
    /// It came to its end. Single things of it may have failed.
    Done,
    /// It was given up.
    Failed,
    /// A person ended it.
    Cancelled,
}

impl JobState {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Running,
        Self::Paused,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
    ];

    /// Its word in the database and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing more happens by itself.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// What a person wants of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobChange {
    /// It rests; nothing that was done is lost.
    Pause,
    /// It goes on where it was.
    Resume,
    /// It ends; what was done stays.
    Cancel,
    /// What failed is tried again: single things of one that is done, the rest of one that was given up.
    Retry,
}

/// A piece of long work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is done.
    pub kind: JobKind,
    /// The folder or the archive that it is about; empty when it is about the library.
    pub about: String,
    /// Where it stands.
    pub state: JobState,
    /// What was asked of it while somebody works on it, and is about to happen.
    pub asked: Option<JobChange>,
    /// Whether only what failed is done once more.
    pub again: bool,
    /// More urgent ones have a larger number.
    pub priority: u32,
    /// Things that were done, failed ones among them.
    pub done: u64,
    /// How many there are; 0 while that is not known.
    pub total: u64,
    /// Things that failed, each with its reason in a list.
    pub failed: u64,
    /// Attempts in a row that came to nothing.
    pub attempts: u32,
    /// It is not tried before this moment.
    pub due: Timestamp,
    /// When it was asked for.
    pub created: Timestamp,
    /// When it was first worked on.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Milliseconds of work on what is `done`.
    pub worked: u64,
    /// What came of it, or why it could not go on.
    pub message: String,
    /// Whether what it made can be fetched at [`Job::archive`] right now.
    #[serde(default)]
    pub ready: bool,
}

impl Job {
    /// Seconds that are left, when it can be told.
    pub fn eta(&self) -> Option<u64> {
        eta(self.done, self.total, self.worked)
    }

    /// How much of it is done, from 0 to 1; `None` while it is not known how much there is.
    pub fn share(&self) -> Option<f64> {
        (self.total > 0).then(|| (self.done as f64 / self.total as f64).min(1.0))
    }

    /// Where the archive that it made is fetched, while it is kept. It has the id of its job.
    pub fn archive(&self) -> Option<String> {
        let export = ExportId(self.id.0);
        self.ready.then(|| format!("/export/{export}.zip"))
    }

    /// Whether a person may ask for this as it stands.
    pub fn allows(&self, change: JobChange) -> bool {
        let resting = self.state == JobState::Paused || self.asked == Some(JobChange::Pause);
        match change {
            JobChange::Pause => !self.state.is_over() && !resting && self.asked.is_none(),
            JobChange::Resume => resting,
            JobChange::Cancel => !self.state.is_over() && self.asked != Some(JobChange::Cancel),
            JobChange::Retry => match self.state {
                JobState::Done => self.failed > 0,
                state => state.is_over(),
            },
        }
    }
}

/// Seconds that are left of work of which `done` of `total` took so many milliseconds; `None` when too little was
/// done to tell, or nothing is left.
pub fn eta(done: u64, total: u64, worked: u64) -> Option<u64> {
    let left = total.checked_sub(done).filter(|left| *left > 0)?;
    if done == 0 || worked < TELLING {
        return None;
    }
    let millis = u128::from(worked) * u128::from(left) / u128::from(done);
    u64::try_from(millis.div_ceil(1_000)).ok()
}

/// Milliseconds to wait after so many attempts in a row that failed; `None` when that were enough.
pub fn wait_after(attempts: u32) -> Option<i64> {
    if attempts >= MOST_ATTEMPTS {
        return None;
    }
    let doubled = attempts.saturating_sub(1).min(20);
    Some((FIRST_WAIT << doubled).min(LONGEST_WAIT))
}

/// Something of a job that could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobError {
    /// Which one, for people: a path mostly.
    pub name: String,
    /// What happened, in words for people.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A line of what happened with a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobLine {
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// A job with what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobDetail {
    /// The job.
    pub job: Job,
    /// What happened, the newest last.
    pub log: Vec<JobLine>,
    /// The first of what failed.
    pub errors: Vec<JobError>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(state: JobState) -> Job {
        Job {
            id: JobId(1),
            kind: JobKind::Verify,
            about: String::new(),
            state,
            asked: None,
            again: false,
            priority: 10,
            done: 0,
            total: 0,
            failed: 0,
            attempts: 0,
            due: Timestamp(0),
            created: Timestamp(0),
            started: None,
            ended: None,
            worked: 0,
            message: String::new(),
            ready: false,
        }
    }

    #[test]
    fn time_left_follows_from_the_speed_so_far() {
        assert_eq!(eta(100, 400, 10_000), Some(30));
        assert_eq!(eta(1, 3, 2_001), Some(5), "a begun second counts");
        assert_eq!(eta(0, 400, 10_000), None, "nothing was done");
        assert_eq!(eta(100, 400, 1_999), None, "too early to tell");
        assert_eq!(eta(400, 400, 10_000), None, "nothing is left");
        assert_eq!(
            eta(500, 400, 10_000),
            None,
            "there was more than was thought"
        );
        assert_eq!(eta(5, 0, 10_000), None, "nobody knows how much there is");
        assert_eq!(eta(1, u64::MAX, u64::MAX), None, "longer than can be told");
    }

    #[test]
    fn each_attempt_waits_twice_as_long_until_it_is_given_up() {
        let waits: Vec<_> = (1..=MOST_ATTEMPTS).map(wait_after).collect();
        let seconds = |seconds: i64| Some(seconds * 1_000);
        assert_eq!(
            waits,
            [seconds(5), seconds(10), seconds(20), seconds(40), None]
        );
    }

    #[test]
    fn words_lead_back_to_what_they_name() {
        for kind in JobKind::ALL {
            assert_eq!(JobKind::from_word(kind.word()), Some(kind));
        }
        for state in JobState::ALL {
            assert_eq!(JobState::from_word(state.word()), Some(state));
        }
        assert_eq!(JobKind::from_word("dream"), None);
    }

    #[test]
    fn what_a_person_may_ask_for_depends_on_where_it_stands() {
        use JobChange::{Cancel, Pause, Resume, Retry};
        let allowed = |job: &Job| {
            let all = [Pause, Resume, Cancel, Retry].into_iter();
            all.filter(|change| job.allows(*change)).collect::<Vec<_>>()
        };
        assert_eq!(allowed(&job(JobState::Waiting)), [Pause, Cancel]);
        assert_eq!(allowed(&job(JobState::Running)), [Pause, Cancel]);
        assert_eq!(allowed(&job(JobState::Paused)), [Resume, Cancel]);
        assert_eq!(allowed(&job(JobState::Failed)), [Retry]);
        assert_eq!(allowed(&job(JobState::Cancelled)), [Retry]);
        assert_eq!(allowed(&job(JobState::Done)), []);
        let some_failed = Job {
            failed: 3,
            ..job(JobState::Done)
        };
        assert_eq!(allowed(&some_failed), [Retry]);
        let pausing = Job {
            asked: Some(Pause),
            ..job(JobState::Running)
        };
        assert_eq!(allowed(&pausing), [Resume, Cancel]);
        let ending = Job {
            asked: Some(Cancel),
            ..job(JobState::Running)
        };
        assert_eq!(allowed(&ending), []);
    }

    #[test]
    fn an_archive_is_fetched_by_the_id_of_its_job_while_it_is_kept() {
        let mut job = job(JobState::Done);
        assert_eq!(job.archive(), None);
        job.ready = true;
        let place = "/export/00000000000000000000000001.zip";
        assert_eq!(job.archive().as_deref(), Some(place));
    }

    #[test]
    fn the_share_that_is_done_is_never_more_than_all() {
        let of = |done, total| {
            Job {
                done,
                total,
                ..job(JobState::Running)
            }
            .share()
        };
        assert_eq!(of(1, 4), Some(0.25));
        assert_eq!(of(9, 4), Some(1.0));
        assert_eq!(of(9, 0), None);
    }
}
