//! Files that go away and come back.

use domain::time::Timestamp;
use store::{StoreError, rows::Changes};

use crate::support::{finish_all, images, locations, open_with_root, record};

testkit::on_both_engines!(
    a_file_is_missing_after_two_scans_without_it,
    a_file_that_is_seen_again_is_no_longer_missing,
    a_file_that_was_not_found_once_is_forgiven,
    a_missing_picture_is_found_again_in_a_new_file,
    a_picture_is_adopted_by_another_one_that_is_there,
    many_files_go_missing_at_once,
);

async fn a_file_is_missing_after_two_scans_without_it(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 3).await;
    let (gone, image) = (&locations(&recorded)[1..2], images(&recorded)[1]);
    assert_eq!(store.mark_missing(gone, Timestamp(10)).await.unwrap(), None);
    assert!(!store.cards(&[image]).await.unwrap()[0].1.missing);
    let change = store
        .mark_missing(gone, Timestamp(20))
        .await
        .unwrap()
        .unwrap();
    let expected = Changes::Rows {
        upto: change,
        touched: vec![image],
        removed: vec![],
        judged: vec![],
        marks: Box::default(),
    };
    assert_eq!(
        store.changes_since(recorded.change).await.unwrap(),
        expected
    );
    assert!(store.cards(&[image]).await.unwrap()[0].1.missing);
    assert!(store.index_rows_of(&[image]).await.unwrap()[0].missing);
    assert_eq!(store.mark_missing(gone, Timestamp(30)).await.unwrap(), None);
    let known = store.known_files(root.key, 0, 9).await.unwrap();
    let scans: Vec<u32> = known.iter().map(|file| file.missing_scans).collect();
    assert_eq!(scans, [0, 3, 0]);
    assert_eq!(store.mark_missing(&[], Timestamp(40)).await.unwrap(), None);
}

async fn a_file_that_is_seen_again_is_no_longer_missing(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 2).await;
    let (all, image) = (locations(&recorded), images(&recorded)[0]);
    for at in [1, 2] {
        store.mark_missing(&all[..1], Timestamp(at)).await.unwrap();
    }
    // Not a file of that root: nothing happens.
    assert_eq!(store.touch_seen(root.key + 1, &all).await.unwrap(), None);
    let change = store.touch_seen(root.key, &all).await.unwrap().unwrap();
    let expected = Changes::Rows {
        upto: change,
        touched: vec![image],
        removed: vec![],
        judged: vec![],
        marks: Box::default(),
    };
    assert_eq!(store.changes_since(change - 1).await.unwrap(), expected);
    assert!(!store.cards(&[image]).await.unwrap()[0].1.missing);
    assert_eq!(store.touch_seen(root.key, &all).await.unwrap(), None);
}

async fn a_file_that_was_not_found_once_is_forgiven(url: &str) {
    let (store, root) = open_with_root(url).await;
    let all = locations(&record(&store, &root, 1).await);
    store.mark_missing(&all, Timestamp(1)).await.unwrap();
    assert_eq!(store.touch_seen(root.key, &all).await.unwrap(), None);
    assert_eq!(
        store.known_files(root.key, 0, 9).await.unwrap()[0].missing_scans,
        0
    );
    assert_eq!(store.mark_missing(&all, Timestamp(2)).await.unwrap(), None);
}

async fn a_missing_picture_is_found_again_in_a_new_file(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 3).await;
    finish_all(&store).await;
    let [old, new, _] = images(&recorded)[..] else {
        panic!("three pictures")
    };
    let id = store.cards(&[old]).await.unwrap()[0].1.id;
    let hash = store.detail(id).await.unwrap().unwrap().content_hash;
    for at in [1, 2] {
        store
            .mark_missing(&locations(&recorded)[..1], Timestamp(at))
            .await
            .unwrap();
    }
    let change = store.adopt(new, old).await.unwrap();
    let expected = Changes::Rows {
        upto: change,
        touched: vec![old],
        removed: vec![new],
        judged: vec![],
        marks: Box::default(),
    };
    assert_eq!(store.changes_since(change - 1).await.unwrap(), expected);
    let file = store.file_of(id).await.unwrap().unwrap();
    assert_eq!((file.image, file.name.as_str()), (old, "picture 00001.png"));
    assert_eq!(
        (file.stamp.as_str(), file.missing, file.content_hash),
        ("stamp1", false, hash)
    );
    assert_eq!(store.total().await.unwrap(), 2);
    assert!(store.cards(&[new]).await.unwrap().is_empty());
}

async fn a_picture_is_adopted_by_another_one_that_is_there(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 2).await;
    let [old, new] = images(&recorded)[..] else {
        panic!("two pictures")
    };
    assert!(matches!(
        store.adopt(new, new).await,
        Err(StoreError::Conflict(_))
    ));
    assert!(matches!(
        store.adopt(new, 999).await,
        Err(StoreError::NotFound(_))
    ));
    assert!(matches!(
        store.adopt(999, old).await,
        Err(StoreError::NotFound(_))
    ));
    assert_eq!(store.change_now().await.unwrap(), recorded.change);
    // Before any scan noticed that the old file is gone.
    store.adopt(new, old).await.unwrap();
    let name = async || store.cards(&[old]).await.unwrap().remove(0).1.name;
    assert_eq!(name().await, "picture 00001.png");
    // It was there after all.
    let found = &locations(&recorded)[..1];
    assert!(store.touch_seen(root.key, found).await.unwrap().is_some());
    assert_eq!(name().await, "picture 00000.png");
    assert_eq!(store.root_counts().await.unwrap()[0].missing, 0);
}

async fn many_files_go_missing_at_once(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 501).await;
    store
        .mark_missing(&locations(&recorded), Timestamp(1))
        .await
        .unwrap();
    let change = store
        .mark_missing(&locations(&recorded), Timestamp(2))
        .await
        .unwrap()
        .unwrap();
    let touched = images(&recorded);
    let expected = Changes::Rows {
        upto: change,
        touched,
        removed: vec![],
        judged: vec![],
        marks: Box::default(),
    };
    assert_eq!(store.changes_since(change - 1).await.unwrap(), expected);
    assert_eq!(store.root_counts().await.unwrap()[0].missing, 501);
}
