//! Files that are taken in by the group.

use store::rows::{Hash, ScannedFile};

use crate::support::{file, images, open_with_root, record};

testkit::on_both_engines!(
    files_are_recorded_with_the_hashes_of_their_bytes,
    pictures_are_found_by_their_paths,
    rows_are_counted,
);

fn hash(number: u64) -> Hash {
    let mut hash = [0xab; 32];
    hash[..8].copy_from_slice(&number.to_le_bytes());
    hash
}

async fn files_are_recorded_with_the_hashes_of_their_bytes(url: &str) {
    let (store, root) = open_with_root(url).await;
    let none = store.record_hashed(Vec::new()).await.unwrap();
    assert!(none.rows.is_empty());
    for (first, count) in [(0, 1), (1, 501)] {
        let files = (first..first + count).map(|number| (file(&root, number), hash(number)));
        let recorded = store.record_hashed(files.collect()).await.unwrap();
        assert!(recorded.rows.iter().all(|row| row.new) && recorded.fresh.is_some());
        for (number, row) in (first..).zip(&recorded.rows) {
            let same = store.images_with_hash(&hash(number)).await.unwrap();
            assert_eq!(same.len(), 1, "{number}");
            assert_eq!((same[0].image, same[0].missing), (row.image, false));
        }
    }
    assert_eq!(store.total().await.unwrap(), 502);
    // What a scan met a moment earlier keeps its picture and gets the hash.
    let met = store.record_files(vec![file(&root, 900)]).await.unwrap();
    let again = ScannedFile {
        id: file(&root, 901).id,
        ..file(&root, 900)
    };
    let recorded = store.record_hashed(vec![(again, hash(900))]).await.unwrap();
    assert_eq!(images(&recorded), images(&met));
    assert!(!recorded.rows[0].new);
    let same = store.images_with_hash(&hash(900)).await.unwrap();
    assert_eq!(same[0].image, images(&met)[0]);
}

async fn pictures_are_found_by_their_paths(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 501).await;
    let keys = images(&recorded);
    assert_eq!(store.images_at(root.key, &[]).await.unwrap(), []);
    let path = |number: u64| {
        let file = file(&root, number);
        (file.folder, file.name)
    };
    let nowhere = ("a/б".to_owned(), "NOWHERE.png".to_owned());
    let some = [path(4), nowhere, path(1)];
    let found = store.images_at(root.key, &some).await.unwrap();
    assert_eq!(found, [(0, keys[4]), (2, keys[1])]);
    let all: Vec<(String, String)> = (0..501).map(path).collect();
    let found = store.images_at(root.key, &all).await.unwrap();
    let expected: Vec<(usize, i64)> = keys.into_iter().enumerate().collect();
    assert_eq!(found, expected);
    assert_eq!(store.images_at(root.key + 1, &all).await.unwrap(), []);
}

async fn rows_are_counted(url: &str) {
    let (store, root) = open_with_root(url).await;
    let count = async |words: &str| {
        let counts = store.import_counts().await.unwrap();
        let found = counts.into_iter().find(|(own, _)| *own == words);
        found.unwrap().1
    };
    assert_eq!(count("pictures").await, 0);
    record(&store, &root, 3).await;
    assert_eq!(count("pictures").await, 3);
    assert_eq!(count("files").await, 3);
    assert_eq!(count("photosets").await, 0);
}
