//! How the pool behaves when work is slow, stuck, unwanted or panics.

use std::sync::mpsc;

use super::*;

const SHORT: Duration = Duration::from_millis(1);

/// Work that tells that it began and then waits until its gate is opened.
fn gated(began: &mpsc::Sender<()>) -> (mpsc::Sender<()>, impl FnOnce() + Send + 'static) {
    let (open, gate) = mpsc::channel::<()>();
    let began = began.clone();
    let work = move || {
        let _ = began.send(());
        let _ = gate.recv();
    };
    (open, work)
}

#[tokio::test(flavor = "multi_thread")]
async fn urgent_work_begins_while_every_background_worker_is_busy() {
    let pool = Arc::new(Pool::new(2));
    let (began, seen) = mpsc::channel();
    let mut busy = Vec::new();
    for _ in 0..2 {
        let (open, work) = gated(&began);
        let pool = Arc::clone(&pool);
        let run = tokio::spawn(async move { pool.run(Urgency::Later, work).await });
        busy.push((open, run));
    }
    assert!(seen.recv().is_ok() && seen.recv().is_ok());
    assert_eq!(pool.run(Urgency::Now, || 7).await.unwrap(), 7);
    for (open, run) in busy {
        assert!(!run.is_finished());
        open.send(()).unwrap();
        run.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_waits_for_any_more_is_skipped_and_a_panic_stops_nothing() {
    let pool = Arc::new(Pool::new(1));
    let (began, seen) = mpsc::channel();
    let (open, work) = gated(&began);
    let first = Arc::clone(&pool);
    let first = tokio::spawn(async move { first.run(Urgency::Now, work).await });
    seen.recv().unwrap();
    let (told, heard) = mpsc::channel();
    let (scrolled, kept) = (told.clone(), told);
    // Asked for, then scrolled away before it began.
    let mut away = Box::pin(pool.run(Urgency::Now, move || scrolled.send("scrolled away")));
    assert!(futures::poll!(&mut away).is_pending());
    drop(away);
    let mut panics = Box::pin(pool.run(Urgency::Now, || std::panic::panic_any("on purpose")));
    assert!(futures::poll!(&mut panics).is_pending());
    let mut kept = Box::pin(pool.run(Urgency::Now, move || kept.send("kept")));
    assert!(futures::poll!(&mut kept).is_pending());
    open.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert!(panics.await.is_err());
    assert!(kept.await.is_ok());
    assert_eq!(heard.iter().collect::<Vec<_>>(), ["kept"]);
}

/// Fails when three pieces are not done in a time that is more than enough.
async fn three_more_pieces_run(pool: &Pool) {
    for number in 0..3 {
        let run = pool.run(Urgency::Now, move || number);
        let done = tokio::time::timeout(PATIENCE, run).await;
        assert_eq!(done.expect("no worker is left").unwrap(), number);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_that_replaces_a_stuck_worker_stays_and_the_stuck_one_leaves() {
    let pool = Pool::new(1);
    let (began, seen) = mpsc::channel();
    let (open, work) = gated(&began);
    let stuck = pool.run_within(SHORT, Urgency::Now, |_| work()).await;
    assert!(matches!(stuck, Err(Error::Worker)));
    seen.recv().unwrap();
    three_more_pieces_run(&pool).await;
    assert!(Arc::strong_count(&pool.shared) > 3, "the stuck one is gone");
    open.send(()).unwrap();
    // The pool and one worker of each urgency.
    becomes("the stuck worker never leaves", || {
        Arc::strong_count(&pool.shared) == 3
    })
    .await;
    three_more_pieces_run(&pool).await;
    // A piece is answered a moment before its worker counts as free.
    becomes("a worker counts as busy for ever", || {
        pool.shared.lock().now.busy == 0
    })
    .await;
}

/// Waits until something is true; fails with `otherwise` when it is not in a time that is more than
/// enough.
async fn becomes(otherwise: &str, is_true: impl Fn() -> bool) {
    let waiting = async {
        while !is_true() {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.expect(otherwise);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_worker_is_replaced_when_nobody_waits_any_more() {
    let pool = Pool::new(1);
    let (began, seen) = mpsc::channel();
    let (open, work) = gated(&began);
    let mut run = Box::pin(pool.run_within(SHORT, Urgency::Now, |_| work()));
    assert!(futures::poll!(&mut run).is_pending());
    seen.recv().unwrap();
    drop(run);
    three_more_pieces_run(&pool).await;
    open.send(()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_does_not_answer_is_told_apart_from_a_bad_file() {
    let pool = Pool::new(1);
    let (began, _seen) = mpsc::channel();
    let (open, work) = gated(&began);
    let reads = |pulse: &Pulse| {
        pulse.reads().unwrap();
        work();
    };
    let stuck = pool.run_within(SHORT, Urgency::Now, reads).await;
    let Err(Error::File { source, .. }) = stuck else {
        panic!("{stuck:?}");
    };
    assert_eq!(source.kind(), std::io::ErrorKind::TimedOut);
    open.send(()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_stops_when_nobody_waits_and_when_the_pool_is_closed() {
    let pool = Pool::new(2);
    let (ended, seen) = mpsc::channel();
    let endless = |told: &mpsc::Sender<()>| {
        let told = told.clone();
        move |pulse: &Pulse| {
            let _ = told.send(());
            while pulse.reads().is_ok() {
                std::thread::yield_now();
            }
            let _ = told.send(());
        }
    };
    let end = || seen.recv_timeout(PATIENCE).expect("it reads for ever");
    let mut away = Box::pin(pool.run_reading(Urgency::Now, endless(&ended)));
    assert!(futures::poll!(&mut away).is_pending());
    end();
    drop(away);
    end();
    let mut running = Box::pin(pool.run_reading(Urgency::Now, endless(&ended)));
    assert!(futures::poll!(&mut running).is_pending());
    end();
    pool.close();
    end();
    assert!(running.await.is_ok());
    let late = pool.run(Urgency::Now, || ()).await.unwrap_err();
    assert!(late.problem().message.contains("being stopped"), "{late:?}");
}

#[test]
fn one_background_worker_rests_while_somebody_looks_and_goes_on_soon_after() {
    let start = Instant::now();
    let mut queues = Queues {
        while_looked: 1,
        ..Queues::default()
    };
    queues.later.busy = 1;
    assert_eq!(queues.rest(start), None, "nobody ever looked");
    queues.now.busy = 1;
    assert_eq!(queues.rest(start), Some(LOOKING));
    queues.now.busy = 0;
    queues.looked = Some(start);
    assert_eq!(queues.rest(start + LOOKING / 5), Some(LOOKING / 5 * 4));
    assert_eq!(queues.rest(start + LOOKING), None);
    queues.now.busy = 1;
    queues.later.busy = 0;
    assert_eq!(queues.rest(start), None, "the other one never rests");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn background_threads_have_a_lower_priority() {
    let pool = Pool::new(1);
    let nice = || rustix::process::getpriority_process(None).unwrap();
    let urgent = pool.run(Urgency::Now, nice).await.unwrap();
    let background = pool.run(Urgency::Later, nice).await.unwrap();
    assert!(
        background > urgent,
        "{background} is not lower than {urgent}"
    );
}
