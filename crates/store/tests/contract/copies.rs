//! Files with the same content.

use domain::{insight::Copies, time::Timestamp};
use store::{
    Store,
    rows::{Finished, RootRow},
};

use crate::support::{
    COUNTS, file, finished, images, locations, new_root, open, open_with_root, record,
};

testkit::on_both_engines!(
    the_same_bytes_in_several_files_are_copies,
    a_picture_with_two_files_is_one_of_them,
    what_is_gone_or_was_not_read_is_no_copy,
    any_number_of_copies_is_counted_and_the_largest_are_told,
);

/// Finishes pictures, each with the content of a stamp.
async fn finish(store: &Store, pictures: &[(i64, u64, &str)]) {
    let finished = pictures.iter().map(|(image, number, content)| Finished {
        content_hash: *blake3::hash(content.as_bytes()).as_bytes(),
        ..finished(*image, &format!("stamp{number}"))
    });
    let results = finished.collect();
    assert_eq!(store.finish(results).await.unwrap(), pictures.len() as u64);
}

async fn the_same_bytes_in_several_files_are_copies(url: &str) {
    let (store, root) = open_with_root(url).await;
    let keys = images(&record(&store, &root, 5).await);
    assert_eq!(store.copies(9).await.unwrap(), Copies::default());
    let contents = ["a", "b", "a", "a", "b"];
    let all: Vec<_> = (0..)
        .zip(contents)
        .map(|(number, content)| (keys[number as usize], number, content))
        .collect();
    finish(&store, &all).await;
    let copies = store.copies(9).await.unwrap();
    assert_eq!((copies.contents, copies.files), (2, 3));
    // Every file but the largest of its content: their sizes are 1,000 and their number.
    assert_eq!(copies.bytes, (1_000 + 1_002) + 1_001);
    let told: Vec<_> = copies
        .largest
        .iter()
        .map(|one| (one.image, one.name.as_str(), one.files, one.bytes))
        .collect();
    let id = |number| file(&root, number).id;
    assert_eq!(
        told,
        [
            (id(0), "picture 00000.png", 3, 2_002),
            (id(1), "picture 00001.png", 2, 1_001)
        ]
    );
    let fewer = store.copies(1).await.unwrap();
    assert_eq!(
        (fewer.contents, fewer.files, fewer.bytes),
        (2, 3, copies.bytes)
    );
    assert_eq!(fewer.largest, copies.largest[..1]);
}

/// Makes two recorded files one picture.
async fn joined(store: &Store, root: &RootRow) -> Vec<i64> {
    let recorded = record(store, root, 2).await;
    let (pictures, files) = (images(&recorded), locations(&recorded));
    for at in [1, 2] {
        store
            .mark_missing(&files[..1], Timestamp(at))
            .await
            .unwrap();
    }
    store.adopt(pictures[1], pictures[0]).await.unwrap();
    assert_eq!(store.copies(9).await.unwrap().files, 0);
    store.touch_seen(root.key, &files[..1]).await.unwrap();
    files
}

async fn a_picture_with_two_files_is_one_of_them(url: &str) {
    let (store, root) = open_with_root(url).await;
    joined(&store, &root).await;
    let copies = store.copies(9).await.unwrap();
    assert_eq!((copies.contents, copies.files, copies.bytes), (1, 1, 1_000));
}

async fn what_is_gone_or_was_not_read_is_no_copy(url: &str) {
    let (store, root) = open_with_root(url).await;
    let files = joined(&store, &root).await;
    for at in [3, 4] {
        store
            .mark_missing(&files[1..], Timestamp(at))
            .await
            .unwrap();
    }
    assert_eq!(store.copies(9).await.unwrap(), Copies::default());
}

async fn any_number_of_copies_is_counted_and_the_largest_are_told(url: &str) {
    let store = open(url).await;
    for (number, count) in COUNTS.into_iter().enumerate() {
        let root = store.add_root(new_root(number as u128 + 1)).await.unwrap();
        let files = (0..count).map(|n| {
            let mut file = file(&root, n);
            file.id.0 += (number as u128 + 1) * 10_000;
            file
        });
        let keys = images(&store.record_files(files.collect()).await.unwrap());
        let all: Vec<_> = (0..).zip(keys).map(|(n, key)| (key, n, "same")).collect();
        finish(&store, &all).await;
        // The one before has the same content.
        let files = if count == 501 { 501 } else { 0 };
        let copies = store.copies(9).await.unwrap();
        assert_eq!(copies.files, files, "{count}");
        assert_eq!(copies.contents, u64::from(files > 0));
        assert_eq!(copies.largest.len(), usize::from(files > 0));
    }
}
