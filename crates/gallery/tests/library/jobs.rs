//! Long work: what each kind does, what of it failed, and trying that again.

use std::{fs, io::Write as _, time::Duration};

use domain::{
    id::JobId,
    job::{Job, JobChange, JobDetail, JobKind, JobState},
    problem::ProblemKind,
};
use futures::TryStreamExt as _;
use gallery::{Jobs, Task};
use testkit::{Library, picture};

/// A library that is read, and in which nothing works in the background.
async fn quiet() -> Library {
    Library::of_pictures(7).await
}

/// The same with somebody who works.
async fn working(library: Library) -> Library {
    library.reopened_with(|options| options.finish = true).await
}

/// Waits until a job is over.
async fn over(library: &Library, id: JobId) -> JobDetail {
    let waiting = async {
        loop {
            let detail = library.gallery.jobs().detail(id).await.unwrap();
            if detail.job.state.is_over() {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    ended.expect("the job ends")
}

/// The names of what failed, sorted.
fn names(detail: &JobDetail) -> Vec<&str> {
    let last = |name: &'_ str| name.rfind('/').map_or(0, |at| at + 1);
    let names = detail
        .errors
        .iter()
        .map(|error| &error.name[last(&error.name)..]);
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names
}

/// Why one of them failed.
fn reason<'a>(detail: &'a JobDetail, name: &str) -> &'a str {
    let mut errors = detail.errors.iter();
    let own = errors.find(|error| error.name.ends_with(name));
    &own.expect("it is listed").reason
}

fn counts(job: &Job) -> (JobState, u64, u64, u64) {
    (job.state, job.done, job.total, job.failed)
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_twice_gives_the_same_job_and_what_needs_a_folder_is_refused_without() {
    let library = quiet().await;
    let jobs = library.gallery.jobs();
    let first = jobs.start(JobKind::Verify).await.unwrap();
    assert_eq!(counts(&first), (JobState::Waiting, 0, 0, 0));
    assert_eq!(jobs.start(JobKind::Verify).await.unwrap().id, first.id);
    assert_eq!(jobs.ask(Task::Verify).await.unwrap().id, first.id);
    assert_ne!(jobs.start(JobKind::Hashes).await.unwrap().id, first.id);
    for kind in [JobKind::Backup, JobKind::Import] {
        let refused = jobs.start(kind).await.unwrap_err().problem();
        assert_eq!(refused.kind, ProblemKind::Invalid, "{refused:?}");
    }
    let import = |folder: &str| Task::Import {
        sent: None,
        folder: folder.to_owned(),
    };
    let refused = jobs.ask(import("archives")).await.unwrap_err();
    assert_eq!(refused.problem().kind, ProblemKind::Invalid);
    let one = jobs.ask(import("/archives/a")).await.unwrap();
    assert_eq!(one.about, "/archives/a");
    assert_ne!(jobs.ask(import("/archives/b")).await.unwrap().id, one.id);
    // One that ended can be asked for anew.
    jobs.change(first.id, JobChange::Cancel).await.unwrap();
    assert_ne!(jobs.start(JobKind::Verify).await.unwrap().id, first.id);
    let nothing = jobs.detail(JobId(7)).await.unwrap_err();
    assert_eq!(nothing.problem().kind, ProblemKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_it_should_be_is_listed_and_only_that_is_looked_at_again() {
    let library = working(quiet().await).await;
    library.gallery.scans().finished().await.unwrap();
    let jobs = library.gallery.jobs();
    let sound = fs::read(library.path("00002.png")).unwrap();
    let time = fs::metadata(library.path("00002.png")).unwrap();
    let time = time.modified().unwrap();
    fs::rename(library.path("00001.png"), library.folder().join("away")).unwrap();
    library.write("00002.png", b"=other bytes");
    let id = jobs.start(JobKind::Verify).await.unwrap().id;
    let detail = over(&library, id).await;
    assert_eq!(counts(&detail.job), (JobState::Done, 7, 7, 2));
    assert_eq!(names(&detail), ["00001.png", "00002.png"]);
    assert!(reason(&detail, "00001.png").starts_with("This file is gone"));
    assert!(
        detail
            .job
            .message
            .contains("2 things are not as they should be")
    );
    let table: Vec<_> = jobs.failed(id).await.unwrap().try_collect().await.unwrap();
    let table = String::from_utf8(table.concat()).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "\u{feff}name,reason,time");
    assert_eq!(lines.len(), 3, "{table}");
    assert!(table.contains("00001.png,\"This file is gone"), "{table}");
    // One is put back; the other one stays as it is.
    fs::rename(library.folder().join("away"), library.path("00001.png")).unwrap();
    jobs.change(id, JobChange::Retry).await.unwrap();
    let detail = over(&library, id).await;
    assert_eq!(counts(&detail.job), (JobState::Done, 2, 2, 1));
    assert_eq!(names(&detail), ["00002.png"]);
    fs::write(library.path("00002.png"), sound).unwrap();
    let file = fs::File::options()
        .write(true)
        .open(library.path("00002.png"));
    file.unwrap().set_modified(time).unwrap();
    jobs.change(id, JobChange::Retry).await.unwrap();
    let detail = over(&library, id).await;
    assert_eq!(counts(&detail.job), (JobState::Done, 1, 1, 0));
    let nothing = jobs.change(id, JobChange::Retry).await.unwrap_err();
    assert_eq!(nothing.problem().kind, ProblemKind::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_cannot_be_drawn_are_listed_and_drawn_once_they_can() {
    let library = quiet().await;
    let sound = fs::read(library.path("00003.png")).unwrap();
    let broken = [&sound[..sound.len() / 3], &[0; 60]].concat();
    library.write("00003.png", &broken);
    library.scan().await;
    let library = working(library).await;
    library.gallery.scans().finished().await.unwrap();
    let id = library
        .gallery
        .jobs()
        .start(JobKind::Thumbnails)
        .await
        .unwrap()
        .id;
    let detail = over(&library, id).await;
    assert_eq!(detail.job.done, detail.job.total);
    assert_eq!(names(&detail), ["00003.png"], "{detail:?}");
    assert!(!detail.errors[0].reason.is_empty());
    library.write("00003.png", &sound);
    library.scan().await;
    library
        .gallery
        .jobs()
        .change(id, JobChange::Retry)
        .await
        .unwrap();
    let detail = over(&library, id).await;
    assert_eq!(counts(&detail.job), (JobState::Done, 1, 1, 0), "{detail:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn recipes_and_hashes_are_done_for_every_file() {
    let library = working(quiet().await).await;
    let jobs = library.gallery.jobs();
    for kind in [JobKind::Recipes, JobKind::Hashes] {
        let id = jobs.start(kind).await.unwrap().id;
        let job = over(&library, id).await.job;
        assert_eq!(counts(&job), (JobState::Done, 7, 7, 0), "{job:?}");
        assert!(!job.message.is_empty());
        assert_eq!(job.ended, Some(library.clock.now()));
    }
    // All hashes are there now, so nothing is compared in vain.
    let mut options = gallery::Options::new(library.data());
    options.clock = library.clock.clone();
    let how = gallery::VerifyOptions {
        depth: gallery::Depth::Whole,
        restart: false,
    };
    let came = gallery::verify(&options, how, &mut |_| {}, &|_, _| {}).await;
    let came = came.unwrap();
    assert_eq!((came.read, came.without_hash), (7, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn archives_come_in_and_the_library_is_copied() {
    let library = working(quiet().await).await;
    let jobs = library.gallery.jobs();
    let place = tempfile::tempdir().unwrap();
    let archives = place.path().join("archives");
    fs::create_dir(&archives).unwrap();
    let mut zip = zip::ZipWriter::new(fs::File::create(archives.join("shoot.zip")).unwrap());
    for seed in [100, 101] {
        let stored = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("{seed}.png"), stored).unwrap();
        zip.write_all(&picture::a1111("a red fox", seed)).unwrap();
    }
    zip.finish().unwrap();
    fs::write(archives.join("torn.zip"), b"PK\x03\x04 and no more").unwrap();
    let folder = archives.to_str().unwrap().to_owned();
    let id = jobs
        .ask(Task::Import { folder, sent: None })
        .await
        .unwrap()
        .id;
    let detail = over(&library, id).await;
    assert_eq!(detail.job.state, JobState::Done, "{detail:?}");
    assert_eq!(library.find("q=red+fox").await.len(), 2);
    assert_eq!(names(&detail), ["torn.zip"]);
    fs::remove_file(archives.join("torn.zip")).unwrap();
    jobs.change(id, JobChange::Retry).await.unwrap();
    let job = over(&library, id).await.job;
    assert_eq!((job.state, job.failed), (JobState::Done, 0));
    assert!(
        job.message.contains("2 were there already"),
        "{}",
        job.message
    );
    let folder = place.path().join("backup").to_str().unwrap().to_owned();
    let linked = true;
    let id = jobs.ask(Task::Backup { folder, linked }).await.unwrap().id;
    let job = over(&library, id).await.job;
    assert_eq!((job.state, job.failed), (JobState::Done, 0), "{job:?}");
    assert!(
        place
            .path()
            .join("backup")
            .read_dir()
            .unwrap()
            .next()
            .is_some()
    );
    // Inside the library it would be lost with it: no attempt more changes that.
    let folder = library.data().join("backup").to_str().unwrap().to_owned();
    let id = jobs.ask(Task::Backup { folder, linked }).await.unwrap().id;
    let job = over(&library, id).await.job;
    assert_eq!((job.state, job.attempts), (JobState::Failed, 0), "{job:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_asks_and_the_one_that_works_obeys() {
    let library = working(quiet().await).await;
    let mut options = gallery::Options::new(library.data());
    options.clock = library.clock.clone();
    let beside = Jobs::open(&options).await.unwrap();
    let id = beside.start(JobKind::Recipes).await.unwrap().id;
    assert_eq!(over(&library, id).await.job.state, JobState::Done);
    let seen = beside.list().await.unwrap();
    assert_eq!(seen.iter().map(|job| job.id).collect::<Vec<_>>(), [id]);
    beside.close().await;
}
