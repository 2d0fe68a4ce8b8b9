//! Looking through folders because somebody asked for it: a job that lasts, rests, and tells what could not be read.

use std::{fs, time::Duration};

use domain::{
    id::{JobId, RootId},
    job::{JobChange, JobDetail, JobKind, JobState},
    problem::ProblemKind,
};
use gallery::faults;
use testkit::{Library, picture};

/// Waits until a job is as it should be.
async fn until(library: &Library, id: JobId, wanted: impl Fn(&JobDetail) -> bool) -> JobDetail {
    let waiting = async {
        loop {
            let detail = library.gallery.jobs().detail(id).await.unwrap();
            if wanted(&detail) {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_mins(1), waiting).await;
    came.expect("it becomes so")
}

async fn over(library: &Library, id: JobId) -> JobDetail {
    until(library, id, |detail| detail.job.state.is_over()).await
}

async fn root(library: &Library) -> RootId {
    library.gallery.roots().all().await.unwrap()[0].id
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_asks_for_is_a_job_that_tells_what_it_read() {
    let library = Library::of_pictures(3).await;
    library.write("new.png", &picture::a1111("a red fox", 9));
    let job = library.gallery.scans().start().await.unwrap();
    assert_eq!((job.kind, job.about.as_str()), (JobKind::Scan, ""));
    let job = over(&library, job.id).await.job;
    assert_eq!((job.state, job.done, job.total), (JobState::Done, 4, 4));
    assert_eq!(job.message, "4 files were looked at; 1 was new or changed.");
    assert_eq!(library.find("q=red+fox").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_asked_for_once_rests_and_outlasts_the_program() {
    let library = Library::of_pictures(200).await;
    library.write("new.png", &picture::a1111("a red fox", 9));
    faults::slow(Duration::from_millis(50));
    let jobs = library.gallery.jobs();
    let id = library.gallery.scans().start().await.unwrap().id;
    assert_eq!(library.gallery.scans().start().await.unwrap().id, id);
    until(&library, id, |detail| detail.job.state == JobState::Running).await;
    jobs.change(id, JobChange::Pause).await.unwrap();
    until(&library, id, |detail| detail.job.state == JobState::Paused).await;
    faults::slow(Duration::ZERO);
    assert_eq!(library.names("is=missing").await, Vec::<String>::new());
    let library = library.reopened().await;
    let paused = library.gallery.jobs().detail(id).await.unwrap().job;
    assert_eq!(paused.state, JobState::Paused);
    // Asking again lets it go on.
    assert_eq!(library.gallery.scans().start().await.unwrap().id, id);
    let job = over(&library, id).await.job;
    assert_eq!((job.state, job.done), (JobState::Done, 201));
    assert_eq!(library.names("is=missing").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_listed_until_it_can_be() {
    let library = Library::of_pictures(2).await;
    library.write("broken.png", b"no picture at all");
    let id = library.gallery.scans().start().await.unwrap().id;
    let detail = over(&library, id).await;
    assert_eq!((detail.job.state, detail.job.failed), (JobState::Done, 1));
    assert!(detail.errors[0].name.ends_with("/broken.png"), "{detail:?}");
    assert!(!detail.errors[0].reason.is_empty());
    library.write("broken.png", &picture::a1111("a red fox", 9));
    let jobs = library.gallery.jobs();
    jobs.change(id, JobChange::Retry).await.unwrap();
    let detail = over(&library, id).await;
    assert_eq!((detail.job.state, detail.job.failed), (JobState::Done, 0));
    assert_eq!(library.find("q=red+fox").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_looked_through_ends_it_with_a_sentence() {
    let library = Library::of_pictures(2).await;
    let id = root(&library).await;
    let away = library.folder().with_extension("away");
    fs::rename(library.folder(), &away).unwrap();
    let jobs = library.gallery.jobs();
    let job = jobs.look(Some(id)).await.unwrap();
    assert_eq!(job.about, library.folder().to_str().unwrap());
    let failed = over(&library, job.id).await.job;
    assert_eq!((failed.state, failed.attempts), (JobState::Failed, 0));
    assert!(failed.message.starts_with("This folder is not there"));
    fs::rename(&away, library.folder()).unwrap();
    jobs.change(job.id, JobChange::Retry).await.unwrap();
    assert_eq!(over(&library, job.id).await.job.state, JobState::Done);
    library.gallery.roots().pause(id, true).await.unwrap();
    let refused = jobs.look(Some(id)).await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_before_the_end_is_done_after_the_next_start() {
    let library = Library::of_pictures(2).await;
    library.write("new.png", &picture::a1111("a red fox", 9));
    let id = library.gallery.scans().start().await.unwrap().id;
    let library = library.reopened().await;
    let job = over(&library, id).await.job;
    assert_eq!((job.state, job.done), (JobState::Done, 3));
    assert_eq!(library.find("q=red+fox").await.len(), 1);
}
