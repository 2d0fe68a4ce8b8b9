//! Long work in words.

use domain::job::{Job, JobChange, JobKind, JobState};

use super::{count, many, moment, seconds};

/// What the page is.
pub const LEAD: &str = "Long work goes on here by itself, also when you close this page or Proofsheet is started anew. While \
                        somebody looks at pictures it steps back.";
/// What can be started here, each with what it does.
pub const OFFERED: [(JobKind, &str); 5] = [
    (
        JobKind::Scan,
        "Finds what is new, changed or gone in all watched folders. Goes on by itself as well.",
    ),
    (
        JobKind::Verify,
        "Reads every byte of every file and tells what is missing or damaged. Changes nothing.",
    ),
    (
        JobKind::Thumbnails,
        "Draws those that are not there yet, so that scrolling never waits.",
    ),
    (
        JobKind::Recipes,
        "Understands the kept texts again, after an update or a change of your own rules.",
    ),
    (
        JobKind::Hashes,
        "Reads files that have no hash yet, by which they are known again wherever they are moved.",
    ),
];
/// Said where there is nothing to watch.
pub const NOTHING: &str = "No jobs";
/// And what would be here.
pub const NOTHING_TEXT: &str =
    "What is started above is listed here with its progress, and for 30 days with what came of it.";
/// Said of reading the folders.
pub const SCAN: &str = "Reading the folders";
/// What opens the log and the list of what failed.
pub const DETAILS: &str = "What happened";
/// Heads the list of what failed.
pub const FAILED: &str = "Could not be done";
/// Takes the archive that a job made.
pub const FETCH: &str = "Download archive";
/// Takes that list away.
pub const TABLE: &str = "Download CSV";

/// What starts a kind of job.
pub fn start(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Verify => "Verify all files",
        JobKind::Recipes => "Read recipes again",
        JobKind::Thumbnails => "Make all thumbnails",
        JobKind::Hashes => "Hash all files",
        JobKind::Backup => "Back up",
        JobKind::Import => "Take archives in",
        JobKind::Export => "Prepare an archive",
        JobKind::Scan => "Look through folders",
    }
}

/// What a job is called: `Verify all files`, `Back up to /mnt/backup`.
pub fn name(job: &Job) -> String {
    let what = match job.kind {
        JobKind::Backup => format!("Back up to {}", job.about),
        JobKind::Import => format!("Take archives in from {}", job.about),
        JobKind::Scan if !job.about.is_empty() => format!("Look through {}", job.about),
        kind => start(kind).to_owned(),
    };
    if job.again {
        format!("{what}: what failed")
    } else {
        what
    }
}

/// Where a job stands.
pub fn state(job: &Job) -> &'static str {
    match (job.state, job.asked) {
        (JobState::Running, Some(JobChange::Pause)) => "Pausing",
        (JobState::Running, Some(_)) => "Ending",
        (JobState::Running, None) => "Running",
        (JobState::Waiting, _) if job.attempts > 0 => "Tries again",
        (JobState::Waiting, _) => "Waiting",
        (JobState::Paused, _) => "Paused",
        (JobState::Done, _) if job.failed > 0 => "Done in part",
        (JobState::Done, _) => "Done",
        (JobState::Failed, _) => "Failed",
        (JobState::Cancelled, _) => "Cancelled",
    }
}

/// How far a job is: `1,204 of 48,113 · about 3 min left`.
pub fn progress(job: &Job) -> String {
    let mut parts = Vec::new();
    match (job.done, job.total) {
        (0, 0) => {}
        (done, 0) => parts.push(count(done)),
        (done, total) => parts.push(format!("{} of {}", count(done), count(total.max(done)))),
    }
    if job.state == JobState::Running
        && let Some(left) = job.eta()
    {
        parts.push(format!("about {} left", seconds(left)));
    }
    if job.failed > 0 {
        parts.push(format!("{} could not be done", count(job.failed)));
    }
    parts.push(match job.ended {
        Some(ended) => format!("ended {}", moment(ended)),
        None => format!("asked for {}", moment(job.created)),
    });
    parts.join(" · ")
}

/// What does this to a job, by its name.
pub fn change(change: JobChange, job: &Job) -> &'static str {
    match change {
        JobChange::Pause => "Pause",
        JobChange::Resume => "Resume",
        JobChange::Cancel => "Cancel",
        JobChange::Retry if job.state == JobState::Done => "Retry failed",
        JobChange::Retry => "Try again",
    }
}

/// Said when work was started, or goes on already.
pub fn started(job: &Job) -> String {
    match job.state {
        JobState::Running => format!("{}: goes on already.", start(job.kind)),
        JobState::Paused => format!("{}: is paused. Resume it below.", start(job.kind)),
        _ => format!("{}: has its turn next.", start(job.kind)),
    }
}

/// How many of what failed are shown.
pub fn shown(shown: u64, all: u64) -> String {
    if shown >= all {
        many(all, "thing", "things")
    } else {
        format!("the first {} of {}", count(shown), count(all))
    }
}

#[cfg(test)]
mod tests {
    use domain::{id::JobId, time::Timestamp};

    use super::*;

    #[test]
    fn a_job_tells_how_far_it_is_and_what_is_left() {
        let mut job = Job {
            id: JobId(1),
            kind: JobKind::Verify,
            about: String::new(),
            state: JobState::Running,
            asked: None,
            again: false,
            priority: 10,
            done: 0,
            total: 0,
            failed: 0,
            attempts: 0,
            due: Timestamp(0),
            created: Timestamp(1_780_237_380_000),
            started: None,
            ended: None,
            worked: 0,
            message: String::new(),
            ready: false,
        };
        assert_eq!(progress(&job), "asked for 31 May 2026, 14:23");
        (job.done, job.total, job.worked) = (1_204, 48_113, 60_000);
        assert_eq!(
            progress(&job),
            "1,204 of 48,113 · about 39 min left · asked for 31 May 2026, 14:23"
        );
        (job.state, job.failed) = (JobState::Done, 3);
        (job.done, job.ended) = (48_113, Some(Timestamp(1_780_237_380_000)));
        assert_eq!(
            progress(&job),
            "48,113 of 48,113 · 3 could not be done · ended 31 May 2026, 14:23"
        );
        assert_eq!(state(&job), "Done in part");
        assert_eq!(change(JobChange::Retry, &job), "Retry failed");
        job.again = true;
        assert_eq!(name(&job), "Verify all files: what failed");
    }
}
