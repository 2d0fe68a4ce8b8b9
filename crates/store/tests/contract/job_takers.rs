//! Who may take which jobs, and what is left of one that made an archive.

use domain::{
    export::ExportState,
    id::{ExportId, JobId},
    job::{JobKind, JobState},
    time::Timestamp,
};
use store::rows::{ExportRow, JobEnd, NewJob, Taker};

use crate::{
    jobs::{LATER, NOW, add, claim, new, taker},
    support::open,
};

testkit::on_both_engines!(
    each_takes_only_kinds_and_places_that_are_its_own,
    a_job_of_which_nothing_is_left_says_so,
    a_job_whose_archive_is_ready_says_so,
);

async fn each_takes_only_kinds_and_places_that_are_its_own(url: &str) {
    let store = open(url).await;
    let at = |place: &str, number, kind| NewJob {
        place: place.to_owned(),
        ..new(number, kind, 10)
    };
    let jobs = [
        at("", 1, JobKind::Import),
        at("here", 2, JobKind::Export),
        at("there", 3, JobKind::Export),
        at("", 4, JobKind::Export),
    ];
    for job in jobs {
        store.add_job(job).await.unwrap();
    }
    let who = |worker: &str, kinds: &[JobKind], place: &str| Taker {
        kinds: kinds.to_vec(),
        place: place.to_owned(),
        ..taker(worker)
    };
    let take_all = async |own: &Taker| {
        let mut all = Vec::new();
        while let Some(row) = store.claim_job(own, NOW, LATER).await.unwrap() {
            all.push((row.job.id.0, row.place));
        }
        assert!(!store.job_is_due(own, NOW).await.unwrap());
        all
    };
    let none = who("a", &[JobKind::Backup], "here");
    assert!(!store.job_is_due(&none, NOW).await.unwrap());
    assert_eq!(take_all(&none).await, []);
    let here = who("a", &[JobKind::Export], "here");
    assert!(store.job_is_due(&here, NOW).await.unwrap());
    let both = [(2, "here".to_owned()), (4, String::new())];
    assert_eq!(take_all(&here).await, both);
    let rest = who("b", &[JobKind::Import, JobKind::Verify], "here");
    assert_eq!(take_all(&rest).await, [(1, String::new())]);
    let there = who("c", &[JobKind::Export], "there");
    assert_eq!(take_all(&there).await, [(3, "there".to_owned())]);
    // Whoever has a place knows at its start that nobody works there.
    let unheard = async |ours: i64, place: &str| -> Vec<u128> {
        let rows = store.jobs_unheard(NOW, Timestamp(ours), place).await;
        rows.unwrap().into_iter().map(|row| row.job.id.0).collect()
    };
    assert_eq!(unheard(i64::MAX, "there").await, [3]);
    assert_eq!(unheard(i64::MAX, "").await, []);
    assert_eq!(unheard(NOW.0, "there").await, []);
}

async fn a_job_of_which_nothing_is_left_says_so(url: &str) {
    let store = open(url).await;
    let id = add(&store, 1).await;
    claim(&store, "a").await;
    let settle = async |id, at| store.settle_job(id, "It is gone.", at).await.unwrap();
    assert!(!settle(id, LATER).await, "somebody works on it");
    let end = JobEnd::Done("It is there.".to_owned());
    store.end_job(id, "a", end, NOW).await.unwrap();
    assert!(settle(id, LATER).await);
    let job = store.job(id).await.unwrap().unwrap().job;
    assert_eq!(
        (job.state, job.message.as_str(), job.ended),
        (JobState::Done, "It is gone.", Some(NOW))
    );
    let open = add(&store, 2).await;
    assert!(settle(open, LATER).await);
    let job = store.job(open).await.unwrap().unwrap().job;
    assert_eq!(
        (job.state, job.message.as_str(), job.ended),
        (JobState::Cancelled, "It is gone.", Some(LATER))
    );
    assert!(settle(JobId(9), LATER).await, "nobody works on none");
}

async fn a_job_whose_archive_is_ready_says_so(url: &str) {
    let store = open(url).await;
    let (id, export) = (add(&store, 1).await, ExportId(1));
    let ready = async || store.job(id).await.unwrap().unwrap().job.ready;
    assert!(!ready().await);
    let row = crate::exports::row(1);
    store.save_export(&row).await.unwrap();
    assert!(!ready().await, "it is being prepared");
    let row = ExportRow {
        state: ExportState::Ready,
        ..row
    };
    store.update_export(&row).await.unwrap();
    assert!(ready().await && store.jobs(1).await.unwrap()[0].job.ready);
    store.remove_export(export).await.unwrap();
    assert!(!ready().await);
}
