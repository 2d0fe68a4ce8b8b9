//! The task that works, with a hand on it: while somebody looks at a picture it does one piece in two seconds.

mod archives;

use std::{fs, path::Path, sync::mpsc};

use domain::job::JobState;
use tokio::task::JoinHandle;

use super::*;
use crate::pool::Urgency;
use domain::time::Timestamp;

/// Pictures of the library: three pieces of most kinds of work.
const PICTURES: u32 = 120;
/// And of one piece.
const PIECE: u64 = 48;

struct Bench {
    gallery: Gallery,
    clock: Clock,
    folder: tempfile::TempDir,
    data: tempfile::TempDir,
    database: Option<String>,
}

async fn open(data: &Path, clock: &Clock, database: Option<&str>) -> Gallery {
    let mut options = Options::new(data);
    options.clock = clock.clone();
    options.database = database.map(str::to_owned);
    (options.watch, options.finish) = (false, false);
    options.workers = 2;
    let opening = async {
        loop {
            // What an earlier one still does holds the folder for a moment.
            if let Ok(gallery) = Gallery::open(options.clone()).await {
                return gallery;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), opening)
        .await
        .unwrap()
}

impl Bench {
    async fn new() -> Self {
        Self::on(None).await
    }

    async fn on(database: Option<String>) -> Self {
        let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let clock = Clock::fixed(Timestamp(4_000_000_000_000));
        for seed in 0..PICTURES {
            let path = folder.path().join(format!("{seed:05}.png"));
            fs::write(path, testkit::picture::a1111("a quiet dune", seed)).unwrap();
        }
        let gallery = open(data.path(), &clock, database.as_deref()).await;
        let path = folder.path().to_str().unwrap();
        gallery.roots().add(path).await.unwrap();
        gallery.scans().run().await.unwrap();
        Self {
            gallery,
            clock,
            folder,
            data,
            database,
        }
    }

    /// Begins to work.
    fn work(&self) -> JoinHandle<()> {
        run(&self.gallery.inner, Lane::Rest)
    }

    /// Somebody looks at a picture until what is answered is dropped.
    async fn looking(&self) -> mpsc::Sender<()> {
        let (hold, until) = mpsc::channel::<()>();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let weak = Arc::downgrade(&self.gallery.inner);
        let looks = async move {
            let inner = weak.upgrade().unwrap();
            let look = inner.pool.run(Urgency::Now, move || {
                let _ = begun.send(());
                // Ends with an error when the other end is dropped.
                let _ = until.recv();
            });
            let _ = tokio::time::timeout(Duration::from_secs(1), look).await;
        };
        tokio::spawn(looks);
        begins.await.unwrap();
        hold
    }

    async fn job(&self, id: JobId) -> Job {
        self.gallery.jobs().detail(id).await.unwrap().job
    }

    /// Waits until a job is as it should be.
    async fn until(&self, id: JobId, wanted: impl Fn(&Job) -> bool) -> Job {
        let waiting = async {
            loop {
                let job = self.job(id).await;
                if wanted(&job) {
                    return job;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let Ok(job) = tokio::time::timeout(Duration::from_secs(30), waiting).await else {
            panic!("it never became so: {:?}", self.job(id).await);
        };
        job
    }

    async fn lines(&self, id: JobId) -> Vec<String> {
        let log = self.gallery.jobs().detail(id).await.unwrap().log;
        log.into_iter().map(|line| line.text).collect()
    }

    /// The same library in another process.
    async fn again(self, close: bool) -> Self {
        if close {
            self.gallery.close().await;
        }
        let Self {
            gallery,
            clock,
            folder,
            data,
            database,
        } = self;
        drop(gallery);
        Self {
            gallery: open(data.path(), &clock, database.as_deref()).await,
            clock,
            folder,
            data,
            database,
        }
    }
}

fn all(job: &Job) -> bool {
    (job.state, job.done, job.failed) == (JobState::Done, u64::from(PICTURES), 0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_goes_on_where_it_was_after_the_gallery_was_closed() {
    let bench = Bench::new().await;
    let hold = bench.looking().await;
    let id = bench
        .gallery
        .jobs()
        .start(JobKind::Recipes)
        .await
        .unwrap()
        .id;
    bench.work();
    bench.until(id, |job| job.done == PIECE).await;
    let bench = bench.again(true).await;
    drop(hold);
    let job = bench.job(id).await;
    assert_eq!(
        (job.state, job.done, job.total, job.attempts),
        (JobState::Waiting, PIECE, u64::from(PICTURES), 0)
    );
    bench.work();
    bench.until(id, all).await;
    let lines = bench.lines(id).await;
    let told = [
        "Asked for.",
        "Began.",
        "Put aside.",
        "Went on where it was.",
    ];
    assert_eq!(lines[..4], told, "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_goes_on_where_it_was_when_the_process_died() {
    let bench = Bench::new().await;
    let hold = bench.looking().await;
    let id = bench
        .gallery
        .jobs()
        .start(JobKind::Recipes)
        .await
        .unwrap()
        .id;
    let worker = bench.work();
    bench.until(id, |job| job.done == PIECE).await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    let bench = bench.again(false).await;
    drop(hold);
    let job = bench.job(id).await;
    assert_eq!((job.state, job.done), (JobState::Running, PIECE));
    bench.work();
    bench.until(id, all).await;
    let lines = bench.lines(id).await;
    assert!(lines[2].starts_with("Proofsheet ended while"), "{lines:?}");
    assert_eq!(lines[3], "Went on where it was.", "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_rests_goes_on_and_ends_as_a_person_wants() {
    let bench = Bench::new().await;
    let jobs = bench.gallery.jobs();
    let hold = bench.looking().await;
    let id = jobs.start(JobKind::Recipes).await.unwrap().id;
    bench.work();
    bench.until(id, |job| job.done == PIECE).await;
    let asked = jobs.change(id, JobChange::Pause).await.unwrap();
    assert!(asked.state == JobState::Paused || asked.asked == Some(JobChange::Pause));
    let resting = bench.until(id, |job| job.state == JobState::Paused).await;
    assert_eq!(resting.done, PIECE);
    let twice = jobs.change(id, JobChange::Pause).await.unwrap_err();
    assert_eq!(twice.problem().kind, ProblemKind::Conflict);
    jobs.change(id, JobChange::Resume).await.unwrap();
    bench.until(id, |job| job.done > PIECE).await;
    jobs.change(id, JobChange::Cancel).await.unwrap();
    let ended = bench
        .until(id, |job| job.state == JobState::Cancelled)
        .await;
    assert_eq!(ended.done, 2 * PIECE);
    drop(hold);
    // What was ended goes on where it was when somebody thinks better of it.
    jobs.change(id, JobChange::Retry).await.unwrap();
    bench.until(id, all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_stands_back_while_somebody_looks_at_pictures() {
    let bench = Bench::new().await;
    let stood_back = || {
        let count = &bench.gallery.inner.desk.stood_back;
        count.load(std::sync::atomic::Ordering::Relaxed)
    };
    let jobs = bench.gallery.jobs();
    let hold = bench.looking().await;
    let id = jobs.start(JobKind::Recipes).await.unwrap().id;
    bench.work();
    let waiting = async {
        while stood_back() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .unwrap();
    assert_eq!(bench.job(id).await.done, 0, "it was their turn");
    drop(hold);
    bench.until(id, all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_most_urgent_job_goes_first_and_only_one_is_worked_on() {
    let bench = Bench::new().await;
    let jobs = bench.gallery.jobs();
    let hold = bench.looking().await;
    let verify = jobs.start(JobKind::Verify).await.unwrap().id;
    let recipes = jobs.start(JobKind::Recipes).await.unwrap().id;
    bench.work();
    bench
        .until(recipes, |job| job.state == JobState::Running)
        .await;
    assert_eq!(bench.job(verify).await.state, JobState::Waiting);
    let order: Vec<JobId> = jobs
        .list()
        .await
        .unwrap()
        .iter()
        .map(|job| job.id)
        .collect();
    assert_eq!(order, [recipes, verify]);
    drop(hold);
    bench.until(recipes, all).await;
    bench.until(verify, all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_for_a_passing_reason_waits_longer_each_time_and_then_is_given_up() {
    let bench = Bench::new().await;
    let jobs = bench.gallery.jobs();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("a file");
    fs::write(&file, b"no folder").unwrap();
    let task = Task::Backup {
        folder: file.join("backup").to_str().unwrap().to_owned(),
        linked: false,
    };
    let id = jobs.ask(task).await.unwrap().id;
    bench.work();
    for (attempts, wait) in [(1, 5_000), (2, 10_000), (3, 20_000), (4, 40_000)] {
        let waits = |job: &Job| job.state == JobState::Waiting && job.attempts == attempts;
        let job = bench.until(id, waits).await;
        assert_eq!(job.due.0 - bench.clock.now().0, wait);
        assert!(!job.message.is_empty());
        bench.clock.advance(wait);
        bench.gallery.inner.desk.wake();
    }
    let job = bench.until(id, |job| job.state.is_over()).await;
    assert_eq!(job.state, JobState::Failed);
    // What stood in the way is gone.
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    jobs.change(id, JobChange::Retry).await.unwrap();
    let job = bench.until(id, |job| job.state.is_over()).await;
    assert_eq!(job.state, JobState::Done, "{}", job.message);
}
