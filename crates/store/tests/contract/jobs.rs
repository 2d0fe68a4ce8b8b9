//! The queue of long work.

use std::collections::BTreeSet;

use domain::{
    id::JobId,
    job::{JobChange, JobKind, JobState},
    time::Timestamp,
};
use store::{
    Store, StoreError,
    rows::{Hold, JobEnd, JobRow, JobStep, NewJob, NewJobError, Taker},
};

use crate::support::{COUNTS, open};

testkit::on_both_engines!(
    asking_twice_gives_the_same_job_until_it_is_over,
    the_most_urgent_job_whose_time_came_is_taken,
    workers_that_ask_at_the_same_time_get_different_jobs,
    a_worker_that_was_given_up_changes_nothing_any_more,
    what_failed_is_counted_once_and_listed_in_pages,
    a_running_job_is_asked_and_a_waiting_one_obeys_at_once,
    what_was_asked_meanwhile_is_not_lost_by_a_failure,
    only_what_failed_is_tried_again_when_a_job_is_done,
    a_job_that_was_given_up_goes_on_where_it_was,
    failures_are_counted_until_a_job_gets_further,
    of_many_lines_the_newest_are_kept,
    old_jobs_are_forgotten_with_all_that_was_noted,
    jobs_are_listed_in_the_order_of_their_turn,
);

pub(crate) const NOW: Timestamp = Timestamp(10_000);
pub(crate) const LATER: Timestamp = Timestamp(70_000);
/// So many jobs are taken by three workers at once.
const JOBS: u128 = 24;

pub(crate) fn new(number: u128, kind: JobKind, priority: u32) -> NewJob {
    NewJob {
        id: JobId(number),
        kind,
        about: "/kept/漢字".to_owned(),
        work: format!("work {number}"),
        dedupe: format!("job {number}"),
        place: String::new(),
        priority,
        at: Timestamp(1_000 + number as i64),
    }
}

/// Somebody who takes everything that depends on no place.
pub(crate) fn taker(worker: &str) -> Taker {
    Taker {
        worker: worker.to_owned(),
        kinds: JobKind::ALL.to_vec(),
        place: String::new(),
    }
}

pub(crate) async fn add(store: &Store, number: u128) -> JobId {
    let job = new(number, JobKind::Verify, 10);
    store.add_job(job).await.unwrap()
}

pub(crate) async fn claim(store: &Store, worker: &str) -> JobRow {
    let claimed = store.claim_job(&taker(worker), NOW, LATER).await.unwrap();
    claimed.expect("a job is due")
}

async fn state(store: &Store, id: JobId) -> JobState {
    store.job(id).await.unwrap().unwrap().job.state
}

fn error(what: &str, reason: &str) -> NewJobError {
    NewJobError {
        what: what.to_owned(),
        name: format!("Bücher/{what}.png"),
        reason: reason.to_owned(),
    }
}

fn step(done: u64, errors: Vec<NewJobError>, settled: &[&str]) -> JobStep {
    JobStep {
        done,
        total: 600,
        cursor: format!("after {done}"),
        worked: 500,
        errors,
        settled: settled.iter().map(|what| (*what).to_owned()).collect(),
    }
}

async fn asking_twice_gives_the_same_job_until_it_is_over(url: &str) {
    let store = open(url).await;
    let first = add(&store, 1).await;
    let same = |number| NewJob {
        dedupe: "job 1".to_owned(),
        ..new(number, JobKind::Verify, 99)
    };
    assert_eq!(store.add_job(same(2)).await.unwrap(), first);
    let row = claim(&store, "a").await;
    assert_eq!(
        (row.job.id, row.job.priority),
        (first, 10),
        "nothing of it changed"
    );
    assert_eq!(
        store.add_job(same(3)).await.unwrap(),
        first,
        "it is running"
    );
    let rest = store.change_job(first, JobChange::Pause, NOW).await;
    rest.unwrap();
    store
        .end_job(first, "a", JobEnd::Stopped, NOW)
        .await
        .unwrap();
    assert_eq!(store.add_job(same(4)).await.unwrap(), first, "it is paused");
    store
        .change_job(first, JobChange::Cancel, NOW)
        .await
        .unwrap();
    assert_eq!(store.add_job(same(5)).await.unwrap(), JobId(5));
    // The old one cannot come back beside the new one.
    let back = store.change_job(first, JobChange::Retry, NOW).await;
    assert!(matches!(back, Err(StoreError::Conflict(_))), "{back:?}");
    assert_eq!(state(&store, first).await, JobState::Cancelled);
}

async fn the_most_urgent_job_whose_time_came_is_taken(url: &str) {
    let store = open(url).await;
    assert_eq!(
        store.claim_job(&taker("a"), NOW, LATER).await.unwrap(),
        None
    );
    assert!(!store.job_is_due(&taker("a"), NOW).await.unwrap());
    for (number, priority) in [(1, 10), (2, 20), (3, 20), (4, 10)] {
        let job = new(number, JobKind::Thumbnails, priority);
        store.add_job(job).await.unwrap();
    }
    let late = NewJob {
        at: Timestamp(NOW.0 + 1),
        ..new(5, JobKind::Thumbnails, 90)
    };
    store.add_job(late).await.unwrap();
    assert!(store.job_is_due(&taker("a"), NOW).await.unwrap());
    let mut order = Vec::new();
    while let Some(row) = store.claim_job(&taker("a"), NOW, LATER).await.unwrap() {
        let job = &row.job;
        assert_eq!(
            (job.kind, job.state, job.started, row.worker.as_str()),
            (JobKind::Thumbnails, JobState::Running, Some(NOW), "a")
        );
        assert_eq!(
            (job.about.as_str(), row.work, row.cursor.as_str()),
            ("/kept/漢字", format!("work {}", job.id.0), "")
        );
        order.push(job.id.0);
    }
    assert_eq!(order, [2, 3, 1, 4]);
    assert!(!store.job_is_due(&taker("a"), NOW).await.unwrap());
    assert!(
        store
            .job_is_due(&taker("a"), Timestamp(NOW.0 + 1))
            .await
            .unwrap()
    );
}

async fn workers_that_ask_at_the_same_time_get_different_jobs(url: &str) {
    let store = open(url).await;
    let other = open(url).await;
    for number in 1..=JOBS {
        add(&store, number).await;
    }
    let take_all = async |store: &Store, worker: &str| {
        let mut taken = Vec::new();
        while let Some(row) = store.claim_job(&taker(worker), NOW, LATER).await.unwrap() {
            taken.push(row.job.id.0);
        }
        taken
    };
    let (a, b, c) = tokio::join!(
        take_all(&store, "a"),
        take_all(&other, "b"),
        take_all(&store, "c")
    );
    let all: Vec<u128> = [a, b, c].concat();
    assert_eq!(all.len() as u128, JOBS, "each is taken once: {all:?}");
    let each: BTreeSet<u128> = all.into_iter().collect();
    assert_eq!(each, (1..=JOBS).collect());
    other.close().await;
}

async fn a_worker_that_was_given_up_changes_nothing_any_more(url: &str) {
    let store = open(url).await;
    let id = add(&store, 1).await;
    claim(&store, "a").await;
    assert_eq!(store.look_at_job(id, "a").await.unwrap(), Hold::Mine);
    assert_eq!(store.look_at_job(id, "b").await.unwrap(), Hold::Lost);
    let before = async |at| {
        store
            .jobs_unheard(Timestamp(at), Timestamp(at), "")
            .await
            .unwrap()
    };
    assert_eq!(before(LATER.0).await, []);
    let longer = Timestamp(LATER.0 + 500);
    assert_eq!(store.keep_job(id, "a", longer).await.unwrap(), Hold::Mine);
    assert_eq!(before(longer.0).await, [], "it was heard of");
    let unheard = before(longer.0 + 1).await;
    let found: Vec<_> = unheard
        .iter()
        .map(|row| (row.job.id, row.worker.as_str()))
        .collect();
    assert_eq!(found, [(id, "a")]);
    // Somebody ends its turn, and another one takes it.
    let again = JobEnd::Again(NOW, "It was interrupted.".to_owned());
    assert!(store.end_job(id, "a", again.clone(), NOW).await.unwrap());
    let row = claim(&store, "b").await;
    assert_eq!((row.job.attempts, row.worker.as_str()), (1, "b"));
    let late = step(5, vec![error("x", "late")], &[]);
    let saved = store.save_job(id, "a", late, NOW, LATER).await;
    assert_eq!(saved.unwrap(), Hold::Lost);
    assert_eq!(store.keep_job(id, "a", LATER).await.unwrap(), Hold::Lost);
    assert!(!store.end_job(id, "a", again, NOW).await.unwrap());
    let row = store.job(id).await.unwrap().unwrap();
    assert_eq!(
        (row.job.done, row.job.failed, row.worker.as_str()),
        (0, 0, "b")
    );
    assert_eq!(store.job_errors(id, "", 10).await.unwrap(), []);
}

async fn what_failed_is_counted_once_and_listed_in_pages(url: &str) {
    for count in COUNTS {
        let store = open(url).await;
        let id = add(&store, 100 + u128::from(count)).await;
        claim(&store, "a").await;
        let errors = (0..count).map(|number| error(&format!("{number:05}"), "It is gone."));
        let mut first = step(count, errors.collect(), &[]);
        first
            .errors
            .extend((count > 0).then(|| error("é", "A \"reason\"\u{0}.")));
        let saved = store.save_job(id, "a", first, NOW, LATER).await;
        assert_eq!(saved.unwrap(), Hold::Mine);
        let expected = count + u64::from(count > 0);
        let mut what: Vec<String> = Vec::new();
        loop {
            let after = what.last().cloned().unwrap_or_default();
            let page = store.job_errors(id, &after, 200).await.unwrap();
            if page.is_empty() {
                break;
            }
            assert!(page.iter().all(|row| row.at == NOW));
            what.extend(page.into_iter().map(|row| row.error.what));
        }
        assert_eq!(what.len() as u64, expected);
        assert!(what.is_sorted());
        // The same fails for another reason, one more fails, and two do no more.
        let errors = vec![
            error("00000", "It cannot be read."),
            error("new", "Why not."),
        ];
        let second = step(count + 2, errors, &["é", "was never there"]);
        store.save_job(id, "a", second, LATER, LATER).await.unwrap();
        let job = store.job(id).await.unwrap().unwrap();
        let left = store.job_errors(id, "", 1_000).await.unwrap();
        assert_eq!(job.job.failed, left.len() as u64);
        assert_eq!(left.len() as u64, count.max(1) + 1);
        assert_eq!(left[0].error, error("00000", "It cannot be read."));
        assert_eq!(
            (job.job.done, job.job.total, job.job.worked, job.cursor),
            (count + 2, 600, 1_000, format!("after {}", count + 2))
        );
        store
            .end_job(id, "a", JobEnd::Done(String::new()), NOW)
            .await
            .unwrap();
        store.close().await;
    }
}

async fn a_running_job_is_asked_and_a_waiting_one_obeys_at_once(url: &str) {
    use JobChange::{Cancel, Pause, Resume};
    let store = open(url).await;
    let id = add(&store, 1).await;
    let change = async |change| store.change_job(id, change, NOW).await;
    assert!(matches!(change(Resume).await, Err(StoreError::Conflict(_))));
    change(Pause).await.unwrap();
    assert_eq!(state(&store, id).await, JobState::Paused);
    assert!(!store.job_is_due(&taker("a"), NOW).await.unwrap());
    assert!(matches!(change(Pause).await, Err(StoreError::Conflict(_))));
    change(Resume).await.unwrap();
    assert_eq!(claim(&store, "a").await.job.id, id);
    change(Pause).await.unwrap();
    let row = store.job(id).await.unwrap().unwrap();
    assert_eq!(
        (row.job.state, row.job.asked),
        (JobState::Running, Some(Pause))
    );
    assert_eq!(store.look_at_job(id, "a").await.unwrap(), Hold::Asked);
    let saved = store
        .save_job(id, "a", step(7, Vec::new(), &[]), NOW, LATER)
        .await;
    assert_eq!(saved.unwrap(), Hold::Asked);
    // Thought better of.
    change(Resume).await.unwrap();
    assert_eq!(store.look_at_job(id, "a").await.unwrap(), Hold::Mine);
    change(Pause).await.unwrap();
    assert!(store.end_job(id, "a", JobEnd::Stopped, NOW).await.unwrap());
    let row = store.job(id).await.unwrap().unwrap();
    assert_eq!(
        (
            row.job.state,
            row.job.asked,
            row.job.done,
            row.cursor.as_str()
        ),
        (JobState::Paused, None, 7, "after 7")
    );
    change(Resume).await.unwrap();
    assert_eq!(claim(&store, "b").await.cursor, "after 7");
    change(Cancel).await.unwrap();
    assert!(matches!(change(Cancel).await, Err(StoreError::Conflict(_))));
    assert!(
        store
            .end_job(id, "b", JobEnd::Stopped, LATER)
            .await
            .unwrap()
    );
    let row = store.job(id).await.unwrap().unwrap();
    assert_eq!(
        (row.job.state, row.job.ended),
        (JobState::Cancelled, Some(LATER))
    );
    let nobody = store.change_job(JobId(9), Cancel, NOW).await;
    assert!(matches!(nobody, Err(StoreError::NotFound(_))), "{nobody:?}");
    // Without a wish a worker that stops leaves it to the next one.
    let id = add(&store, 2).await;
    claim(&store, "a").await;
    assert!(store.end_job(id, "a", JobEnd::Stopped, NOW).await.unwrap());
    assert_eq!(state(&store, id).await, JobState::Waiting);
    store.change_job(id, Cancel, LATER).await.unwrap();
    let row = store.job(id).await.unwrap().unwrap();
    assert_eq!(
        (row.job.state, row.job.ended),
        (JobState::Cancelled, Some(LATER))
    );
}

async fn what_was_asked_meanwhile_is_not_lost_by_a_failure(url: &str) {
    let store = open(url).await;
    for (number, change, becomes) in [
        (1, JobChange::Pause, JobState::Paused),
        (2, JobChange::Cancel, JobState::Cancelled),
    ] {
        let id = add(&store, number).await;
        claim(&store, "a").await;
        store.change_job(id, change, NOW).await.unwrap();
        let again = JobEnd::Again(LATER, "No room.".to_owned());
        assert!(store.end_job(id, "a", again, NOW).await.unwrap());
        assert_eq!(state(&store, id).await, becomes);
    }
}

async fn only_what_failed_is_tried_again_when_a_job_is_done(url: &str) {
    let store = open(url).await;
    let id = add(&store, 1).await;
    claim(&store, "a").await;
    let errors = vec![error("a", "gone"), error("b", "gone")];
    store
        .save_job(id, "a", step(600, errors, &[]), NOW, LATER)
        .await
        .unwrap();
    let told = JobEnd::Done("Two failed.".to_owned());
    store.end_job(id, "a", told, NOW).await.unwrap();
    let row = store.job(id).await.unwrap().unwrap();
    assert_eq!(
        (row.job.state, row.job.message.as_str(), row.job.ended),
        (JobState::Done, "Two failed.", Some(NOW))
    );
    store.change_job(id, JobChange::Retry, LATER).await.unwrap();
    let row = store
        .claim_job(&taker("a"), LATER, LATER)
        .await
        .unwrap()
        .unwrap();
    let job = &row.job;
    assert_eq!(
        (
            job.again, job.done, job.total, job.failed, job.worked, job.ended
        ),
        (true, 0, 2, 2, 0, None)
    );
    assert_eq!((row.cursor.as_str(), job.message.as_str()), ("", ""));
    let settled = step(2, Vec::new(), &["a", "b"]);
    store
        .save_job(id, "a", settled, LATER, LATER)
        .await
        .unwrap();
    store
        .end_job(id, "a", JobEnd::Done(String::new()), LATER)
        .await
        .unwrap();
    let nothing = store.change_job(id, JobChange::Retry, LATER).await;
    assert!(
        matches!(nothing, Err(StoreError::Conflict(_))),
        "{nothing:?}"
    );
}

async fn a_job_that_was_given_up_goes_on_where_it_was(url: &str) {
    let store = open(url).await;
    let id = add(&store, 1).await;
    claim(&store, "a").await;
    store
        .save_job(id, "a", step(64, Vec::new(), &[]), NOW, LATER)
        .await
        .unwrap();
    let told = JobEnd::Failed("The disk is full.".to_owned());
    store.end_job(id, "a", told, NOW).await.unwrap();
    let row = store.job(id).await.unwrap().unwrap();
    assert_eq!(
        (row.job.state, row.job.message.as_str()),
        (JobState::Failed, "The disk is full.")
    );
    store.change_job(id, JobChange::Retry, NOW).await.unwrap();
    let row = claim(&store, "b").await;
    assert_eq!(
        (row.job.again, row.job.done, row.cursor.as_str()),
        (false, 64, "after 64")
    );
}

async fn failures_are_counted_until_a_job_gets_further(url: &str) {
    let store = open(url).await;
    let id = add(&store, 1).await;
    for attempts in 0..3 {
        assert_eq!(claim(&store, "a").await.job.attempts, attempts);
        // Saying the same again is no progress.
        store
            .save_job(id, "a", step(0, Vec::new(), &[]), NOW, LATER)
            .await
            .unwrap();
        let again = JobEnd::Again(NOW, "No room.".to_owned());
        store.end_job(id, "a", again, NOW).await.unwrap();
    }
    claim(&store, "a").await;
    store
        .save_job(id, "a", step(1, Vec::new(), &[]), NOW, LATER)
        .await
        .unwrap();
    let again = JobEnd::Again(LATER, "No room.".to_owned());
    store.end_job(id, "a", again, NOW).await.unwrap();
    let row = store.job(id).await.unwrap().unwrap();
    assert_eq!(
        (row.job.attempts, row.job.due, row.job.message.as_str()),
        (1, LATER, "No room.")
    );
    assert_eq!(
        store.claim_job(&taker("a"), NOW, LATER).await.unwrap(),
        None
    );
}

async fn of_many_lines_the_newest_are_kept(url: &str) {
    let store = open(url).await;
    let id = add(&store, 1).await;
    assert_eq!(store.job_lines(id).await.unwrap(), []);
    for number in 1..=501 {
        let line = format!("line {number}, \"漢字\"");
        store.note_job(id, &line, Timestamp(number)).await.unwrap();
    }
    let lines = store.job_lines(id).await.unwrap();
    assert_eq!(lines.len(), 200);
    assert_eq!(
        (lines[0].at, lines[199].at),
        (Timestamp(302), Timestamp(501))
    );
    assert_eq!(lines[199].text, "line 501, \"漢字\"");
    store.note_job(JobId(9), "nowhere", NOW).await.unwrap();
    assert_eq!(store.job_lines(JobId(9)).await.unwrap(), []);
}

async fn old_jobs_are_forgotten_with_all_that_was_noted(url: &str) {
    let store = open(url).await;
    let id = add(&store, 1).await;
    claim(&store, "a").await;
    store.note_job(id, "It began.", NOW).await.unwrap();
    let failed = step(1, vec![error("a", "gone")], &[]);
    store.save_job(id, "a", failed, NOW, LATER).await.unwrap();
    store
        .end_job(id, "a", JobEnd::Done(String::new()), NOW)
        .await
        .unwrap();
    let open = add(&store, 2).await;
    assert_eq!(store.prune_jobs(NOW).await.unwrap(), 0);
    assert_eq!(store.prune_jobs(LATER).await.unwrap(), 1);
    assert_eq!(store.job(id).await.unwrap(), None);
    assert_eq!(store.job_errors(id, "", 9).await.unwrap(), []);
    assert_eq!(store.job_lines(id).await.unwrap(), []);
    assert_eq!(state(&store, open).await, JobState::Waiting);
}

async fn jobs_are_listed_in_the_order_of_their_turn(url: &str) {
    let store = open(url).await;
    assert_eq!(store.jobs(10).await.unwrap(), []);
    for number in 1..=6 {
        add(&store, number).await;
    }
    store.add_job(new(7, JobKind::Backup, 20)).await.unwrap();
    store.add_job(new(8, JobKind::Hashes, 90)).await.unwrap();
    assert_eq!(claim(&store, "a").await.job.id, JobId(8));
    store
        .change_job(JobId(2), JobChange::Pause, NOW)
        .await
        .unwrap();
    for (number, at) in [(4, 20), (5, 30), (6, 10)] {
        let at = Timestamp(at);
        store
            .change_job(JobId(number), JobChange::Cancel, at)
            .await
            .unwrap();
    }
    let list = async |limit| -> Vec<u128> {
        let jobs = store.jobs(limit).await.unwrap();
        jobs.into_iter().map(|row| row.job.id.0).collect()
    };
    assert_eq!(list(10).await, [8, 7, 1, 3, 2, 5, 4, 6]);
    assert_eq!(list(1).await, [8, 7, 1, 3, 2, 5]);
    assert_eq!(list(0).await, [8, 7, 1, 3, 2]);
}
