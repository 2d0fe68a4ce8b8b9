//! The journal of files on their way in.

use domain::{
    id::{RootId, UploadId},
    time::Timestamp,
    upload::Arrived,
};
use store::{
    StoreError,
    rows::{NewUpload, ScannedFile},
};

use crate::support::{file, images, open_with_root, record};

testkit::on_both_engines!(
    names_that_are_taken_get_another_one,
    a_file_is_recorded_together_with_the_end_of_its_upload,
    bytes_that_are_there_already_end_an_upload_as_their_picture,
    what_nobody_goes_on_with_is_given_up,
    an_upload_that_is_gone_is_told,
);

fn new(root: RootId, number: u128, name: &str) -> NewUpload {
    NewUpload {
        id: UploadId(number),
        root,
        folder: "a/б".to_owned(),
        name: name.to_owned(),
        size: 1_000,
        at: Timestamp(5_000),
        attach: None,
    }
}

async fn names_that_are_taken_get_another_one(url: &str) {
    let (store, root) = open_with_root(url).await;
    record(&store, &root, 1).await;
    let mut names = Vec::new();
    for (number, name) in [
        (1, "dune.png"),
        (2, "dune.png"),
        (3, "picture 00000.png"),
        (4, "bare"),
    ] {
        let row = store
            .begin_upload(new(root.id, number, name))
            .await
            .unwrap();
        assert_eq!(
            (row.id, row.root, row.path, row.size, row.done, row.arrived),
            (
                UploadId(number),
                root.key,
                root.path.clone(),
                1_000,
                false,
                None
            )
        );
        names.push(row.name);
    }
    assert_eq!(
        names,
        [
            "dune.png",
            "dune-000002.png",
            "picture 00000-000003.png",
            "bare"
        ]
    );
    let ids: Vec<UploadId> = store
        .open_uploads()
        .await
        .unwrap()
        .iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(ids, [1, 2, 3, 4].map(UploadId));
    let row = store
        .rename_upload(UploadId(4), "dune.png".to_owned())
        .await
        .unwrap();
    assert_eq!(row.name, "dune-000004.png");
    // Its own name is not taken.
    let row = store
        .rename_upload(UploadId(1), "dune.png".to_owned())
        .await
        .unwrap();
    assert_eq!(row.name, "dune.png");
    let nowhere = store.begin_upload(new(RootId(77), 5, "a.png")).await;
    assert!(
        matches!(nowhere, Err(StoreError::NotFound(_))),
        "{nowhere:?}"
    );
}

async fn a_file_is_recorded_together_with_the_end_of_its_upload(url: &str) {
    let (store, root) = open_with_root(url).await;
    let row = store
        .begin_upload(new(root.id, 1, "dune.png"))
        .await
        .unwrap();
    let arrived = |number| ScannedFile {
        folder: row.folder.clone(),
        name: row.name.clone(),
        ..file(&root, number)
    };
    let hash = [7; 32];
    let recorded = store.finish_upload(row.id, arrived(0), hash).await.unwrap();
    assert!(recorded.rows[0].new && recorded.fresh.is_some());
    let row = store.upload(row.id).await.unwrap();
    let image = arrived(0).id;
    let duplicate = false;
    assert_eq!(
        (row.done, row.arrived),
        (true, Some(Arrived { image, duplicate }))
    );
    let same = store.images_with_hash(&hash).await.unwrap();
    assert_eq!(
        same.iter().map(|same| same.image).collect::<Vec<_>>(),
        images(&recorded)
    );
    assert_eq!(store.open_uploads().await.unwrap(), []);
    // A scan that met the file first has recorded it already.
    let row = store
        .begin_upload(new(root.id, 2, "rain.png"))
        .await
        .unwrap();
    let met = ScannedFile {
        name: row.name.clone(),
        ..arrived(2)
    };
    store.record_files(vec![met.clone()]).await.unwrap();
    let again = ScannedFile {
        id: file(&root, 4).id,
        ..met.clone()
    };
    let recorded = store.finish_upload(row.id, again, [8; 32]).await.unwrap();
    assert!(!recorded.rows[0].new);
    let image = met.id;
    assert_eq!(
        store.upload(row.id).await.unwrap().arrived,
        Some(Arrived { image, duplicate })
    );
    // One that was given up meanwhile leaves nothing behind.
    let row = store
        .begin_upload(new(root.id, 3, "gone.png"))
        .await
        .unwrap();
    store.end_upload(row.id).await.unwrap();
    let before = store.total().await.unwrap();
    let late = ScannedFile {
        name: row.name.clone(),
        ..arrived(6)
    };
    let late = store.finish_upload(row.id, late, [9; 32]).await;
    assert!(matches!(late, Err(StoreError::NotFound(_))), "{late:?}");
    assert_eq!(store.total().await.unwrap(), before);
}

async fn bytes_that_are_there_already_end_an_upload_as_their_picture(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 2).await;
    let row = store
        .begin_upload(new(root.id, 1, "dune.png"))
        .await
        .unwrap();
    store
        .finish_upload_as(row.id, images(&recorded)[1])
        .await
        .unwrap();
    let image = file(&root, 1).id;
    let duplicate = true;
    let row = store.upload(row.id).await.unwrap();
    assert_eq!(
        (row.done, row.arrived),
        (true, Some(Arrived { image, duplicate }))
    );
    // The name is free for the next one.
    let row = store
        .begin_upload(new(root.id, 2, "dune.png"))
        .await
        .unwrap();
    assert_eq!(row.name, "dune.png");
}

async fn what_nobody_goes_on_with_is_given_up(url: &str) {
    let (store, root) = open_with_root(url).await;
    for number in 1..=3 {
        let name = format!("{number}.png");
        store
            .begin_upload(new(root.id, number, &name))
            .await
            .unwrap();
    }
    store
        .see_upload(UploadId(2), Timestamp(9_000))
        .await
        .unwrap();
    assert_eq!(store.expire_uploads(Timestamp(5_000)).await.unwrap(), []);
    assert_eq!(
        store.expire_uploads(Timestamp(9_000)).await.unwrap(),
        [UploadId(1), UploadId(3)]
    );
    let left = store.open_uploads().await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].id, left[0].seen), (UploadId(2), Timestamp(9_000)));
    // With a folder that is watched no longer go those for it.
    store.remove_root(root.id).await.unwrap();
    assert_eq!(store.open_uploads().await.unwrap(), []);
}

async fn an_upload_that_is_gone_is_told(url: &str) {
    let (store, _) = open_with_root(url).await;
    let id = UploadId(9);
    assert!(matches!(
        store.upload(id).await,
        Err(StoreError::NotFound(_))
    ));
    let renamed = store.rename_upload(id, "a.png".to_owned()).await;
    assert!(matches!(renamed, Err(StoreError::NotFound(_))));
    // Ending one that is gone is what was wanted.
    store.end_upload(id).await.unwrap();
}
