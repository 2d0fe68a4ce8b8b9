//! Archives: nobody who waits for one is let down by a pause, a restart or a kill.

use domain::{
    export::{ExportOptions, ExportRequest, ExportState, ExportStatus},
    id::ExportId,
    query::Query,
    selection::Selection,
};
use futures::TryStreamExt as _;

use super::*;

/// How long an archive may take.
const PATIENCE: Duration = Duration::from_secs(30);

impl Bench {
    /// Asks for an archive of all pictures, which is the job of the same id.
    async fn archive(&self) -> (ExportId, JobId) {
        let query = Query::default();
        let search = self.gallery.search();
        let loaded = async {
            loop {
                // None while the index is loaded.
                let found = search.first_page(&query, 10).await.unwrap();
                if let Some(result) = found.head.id {
                    return result;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let result = tokio::time::timeout(PATIENCE, loaded).await.unwrap();
        let selection = Selection::AllBut {
            result,
            query: String::new(),
            except: Vec::new(),
        };
        let options = ExportOptions {
            manifest: true,
            ..ExportOptions::default()
        };
        let request = ExportRequest { selection, options };
        let status = self.gallery.exports().create(request).await.unwrap();
        assert_eq!(status.state, ExportState::Preparing);
        (status.id, JobId(status.id.0))
    }

    /// The same in the middle: it cannot go on as long as what is answered is held.
    async fn stuck(&self) -> (ExportId, JobId, [mpsc::Sender<()>; 2]) {
        // As many as there are workers.
        let hold = [self.looking().await, self.looking().await];
        let (export, id) = self.archive().await;
        self.until(id, |job| job.state == JobState::Running).await;
        (export, id, hold)
    }

    async fn waited(&self, id: ExportId) -> ExportStatus {
        self.gallery.exports().wait(id, PATIENCE).await.unwrap()
    }

    /// The bytes of an archive, once it is ready.
    async fn bytes(&self, id: ExportId) -> Vec<u8> {
        let status = self.waited(id).await;
        assert_eq!(status.state, ExportState::Ready, "{status:?}");
        assert_eq!(status.prepared, u64::from(PICTURES));
        let archive = self.gallery.exports().open(id).await.unwrap();
        let parts = archive.stream(0..archive.len());
        parts.try_collect::<Vec<_>>().await.unwrap().concat()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_becomes_ready_after_the_gallery_was_closed_in_the_middle() {
    let bench = Bench::new().await;
    let whole = bench.archive().await.0;
    let whole = bench.bytes(whole).await;
    let (export, id, hold) = bench.stuck().await;
    let bench = bench.again(true).await;
    drop(hold);
    assert_eq!(bench.bytes(export).await, whole);
    let job = bench.until(id, |job| job.state == JobState::Done).await;
    assert!(job.ready && job.message.contains("120 pictures"), "{job:?}");
    let lines = bench.lines(id).await;
    assert_eq!(lines[2], "Put aside.", "{lines:?}");
}

#[test]
fn an_archive_becomes_ready_when_the_process_died_in_the_middle() {
    let process = || tokio::runtime::Runtime::new().unwrap();
    let dying = process();
    let (bench, whole, export, id, hold) = dying.block_on(async {
        let bench = Bench::new().await;
        let whole = bench.archive().await.0;
        let whole = bench.bytes(whole).await;
        let (export, id, hold) = bench.stuck().await;
        (bench, whole, export, id, hold)
    });
    // Nothing of it does anything more.
    dying.shutdown_background();
    drop(hold);
    process().block_on(async {
        let bench = bench.again(false).await;
        assert_eq!(bench.bytes(export).await, whole);
        bench.until(id, |job| job.state == JobState::Done).await;
        let lines = bench.lines(id).await;
        assert!(lines[2].starts_with("Proofsheet ended while"), "{lines:?}");
        bench.gallery.close().await;
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_overtakes_work_that_goes_on() {
    let bench = Bench::new().await;
    let held = bench.gallery.inner.rereading.lock().await;
    let recipes = bench.gallery.jobs().start(JobKind::Recipes).await;
    let recipes = recipes.unwrap().id;
    bench.work();
    let running = |job: &Job| job.state == JobState::Running;
    bench.until(recipes, running).await;
    let (export, id) = bench.archive().await;
    bench.bytes(export).await;
    bench.until(id, |job| job.state == JobState::Done).await;
    assert!(running(&bench.job(recipes).await));
    drop(held);
    bench.until(recipes, all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_rests_ends_and_is_tried_again_as_a_person_wants() {
    let bench = Bench::new().await;
    let jobs = bench.gallery.jobs();
    let (export, id, hold) = bench.stuck().await;
    jobs.change(id, JobChange::Pause).await.unwrap();
    bench.until(id, |job| job.state == JobState::Paused).await;
    let status = bench.gallery.exports().status(export).await.unwrap();
    assert_eq!(status.state, ExportState::Preparing);
    jobs.change(id, JobChange::Resume).await.unwrap();
    bench.until(id, |job| job.state == JobState::Running).await;
    jobs.change(id, JobChange::Cancel).await.unwrap();
    let status = bench.waited(export).await;
    assert_eq!(status.state, ExportState::Failed);
    assert!(status.why.contains("was cancelled"), "{}", status.why);
    let refused = bench.gallery.exports().open(export).await.err();
    assert_eq!(refused.unwrap().problem().message, status.why);
    drop(hold);
    jobs.change(id, JobChange::Retry).await.unwrap();
    bench.bytes(export).await;
    bench.until(id, |job| job.ready).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_processes_the_one_whose_archive_it_is_prepares_it() {
    let database = testkit::db::postgres();
    let url = database.url();
    let bench = Bench::on(Some(url.to_owned())).await;
    let (export, id, hold) = bench.stuck().await;
    let data = tempfile::tempdir().unwrap();
    let other = Bench {
        gallery: open(data.path(), &bench.clock, Some(url)).await,
        clock: bench.clock.clone(),
        folder: tempfile::tempdir().unwrap(),
        data,
        database: Some(url.to_owned()),
    };
    bench.gallery.close().await;
    // The older one would be first.
    let theirs = other.archive().await.0;
    other.bytes(theirs).await;
    let job = other.job(id).await;
    assert_eq!((job.state, job.ready), (JobState::Waiting, false));
    let status = other.gallery.exports().status(export).await.unwrap();
    assert_eq!(status.state, ExportState::Preparing);
    let bench = bench.again(true).await;
    drop(hold);
    bench.bytes(export).await;
    let job = bench.until(id, |job| job.state == JobState::Done).await;
    assert!(job.ready, "it is fetched here");
    assert!(!other.job(id).await.ready, "and not there");
    other.gallery.close().await;
    bench.gallery.close().await;
}
