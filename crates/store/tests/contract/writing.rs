//! Many writers at once.

use domain::{
    id::ImageId,
    judgement::{Edit, Verdict},
    time::Timestamp,
};
use store::{
    Batch, StoreError,
    rows::{Changes, ScannedFile},
};

use crate::{
    support::{file, images, new_root, open, open_with_root, record},
    tags::author,
};

testkit::on_both_engines!(
    a_failure_does_not_undo_its_neighbours,
    changes_by_many_writers_have_numbers_of_their_own,
    a_batch_is_recorded_whole_or_not_at_all,
    a_caller_that_goes_away_does_not_stop_the_others,
    readers_are_not_kept_waiting,
    a_small_write_goes_before_bulk_ones_that_wait,
);

async fn a_failure_does_not_undo_its_neighbours(url: &str) {
    let store = open(url).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..60 {
        let store = store.clone();
        tasks.spawn(async move {
            let mut root = new_root(number);
            if number % 3 == 0 {
                root.path = String::from("/taken");
            }
            store.add_root(root).await
        });
    }
    let results = tasks.join_all().await;
    let conflicts = results
        .iter()
        .filter(|result| matches!(result, Err(StoreError::Conflict(_))));
    assert_eq!(conflicts.count(), 19);
    assert_eq!(store.roots().await.unwrap().len(), 41);
}

async fn changes_by_many_writers_have_numbers_of_their_own(url: &str) {
    let (store, root) = open_with_root(url).await;
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..20_u64 {
        let (store, root) = (store.clone(), root.clone());
        tasks.spawn(async move {
            let files = (0..25).map(|place| file(&root, writer * 25 + place));
            store.record_files(files.collect()).await.unwrap()
        });
    }
    let mut recorded = tasks.join_all().await;
    recorded.sort_unstable_by_key(|recorded| recorded.change);
    let changes: Vec<i64> = recorded.iter().map(|recorded| recorded.change).collect();
    assert_eq!(changes, (1..=20).collect::<Vec<i64>>());
    let mut keys: Vec<i64> = recorded.iter().flat_map(images).collect();
    keys.sort_unstable();
    assert_eq!(keys, (1..=500).collect::<Vec<i64>>());
    let after = store.changes_since(recorded[18].change).await.unwrap();
    let mut touched = images(&recorded[19]);
    touched.sort_unstable();
    assert_eq!(
        after,
        Changes::Rows {
            upto: 20,
            touched,
            removed: vec![],
            judged: vec![],
            marks: Box::default(),
        }
    );
}

async fn a_batch_is_recorded_whole_or_not_at_all(url: &str) {
    let (store, root) = open_with_root(url).await;
    store.record_files(vec![file(&root, 0)]).await.unwrap();
    // The public id of the first picture once more.
    let clash = ScannedFile {
        id: file(&root, 0).id,
        ..file(&root, 8)
    };
    let failed = store
        .record_files(vec![file(&root, 2), clash, file(&root, 4)])
        .await;
    assert!(matches!(failed, Err(StoreError::Conflict(_))), "{failed:?}");
    assert_eq!(
        (
            store.total().await.unwrap(),
            store.change_now().await.unwrap()
        ),
        (1, 1)
    );
    let lost = ScannedFile {
        root: 99,
        id: ImageId(8),
        ..file(&root, 8)
    };
    let lost = store.record_files(vec![lost]).await;
    assert!(matches!(lost, Err(StoreError::NotFound(_))), "{lost:?}");
    assert_eq!(
        store
            .record_files(vec![file(&root, 2)])
            .await
            .unwrap()
            .change,
        2
    );
}

async fn a_caller_that_goes_away_does_not_stop_the_others(url: &str) {
    let store = open(url).await;
    let other = store.clone();
    let impatient = tokio::spawn(async move { other.set_setting("a", "1").await });
    tokio::task::yield_now().await;
    impatient.abort();
    for number in 0..10 {
        store.set_setting("b", &number.to_string()).await.unwrap();
    }
    assert_eq!(store.setting("b").await.unwrap().as_deref(), Some("9"));
}

async fn readers_are_not_kept_waiting(url: &str) {
    let (store, root) = open_with_root(url).await;
    let (writing, files) = (store.clone(), (0..501).map(|n| file(&root, n)).collect());
    let writer = tokio::spawn(async move { writing.record_files(files).await });
    let mut totals = Vec::new();
    while !writer.is_finished() {
        totals.push(store.total().await.unwrap());
    }
    writer.await.unwrap().unwrap();
    totals.push(store.total().await.unwrap());
    // A batch is seen whole or not at all.
    assert!(
        totals.iter().all(|total| [0, 501].contains(total)),
        "{totals:?}"
    );
    store.set_root_scanned(root.id, Timestamp(1)).await.unwrap();
}

async fn a_small_write_goes_before_bulk_ones_that_wait(url: &str) {
    let (store, root) = open_with_root(url).await;
    let first = images(&record(&store, &root, 1).await);
    // Made ready before, so that all of them wait at the same time.
    let batches: Vec<Batch> = (1..=8)
        .map(|batch| {
            let files = (0..501).map(|n| file(&root, batch * 501 + n));
            Batch::from(files.collect::<Vec<_>>())
        })
        .collect();
    let mut bulk = tokio::task::JoinSet::new();
    for batch in batches {
        let store = store.clone();
        bulk.spawn(async move { store.record_batch(batch).await });
    }
    tokio::task::yield_now().await;
    let approve = Edit::Verdict(Verdict::Approved);
    store.judge(author(1), first, approve).await.unwrap();
    let changes = bulk.join_all().await.into_iter();
    let last = changes.map(|recorded| recorded.unwrap().change).max();
    // Numbers follow the order in which changes were made, whenever their callers heard of them.
    let news = store.changes_since(last.unwrap() - 1).await.unwrap();
    assert!(
        matches!(&news, Changes::Rows { judged, .. } if judged.is_empty()),
        "it waited for all of them: {news:?}"
    );
    assert_eq!(store.total().await.unwrap(), 1 + 8 * 501);
}
