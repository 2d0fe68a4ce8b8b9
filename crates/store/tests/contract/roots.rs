//! Watched folders.

use domain::{id::RootId, scan::RootState, time::Timestamp};
use store::{
    StoreError,
    rows::{Changes, FileSample, RootCount, RootIdentity},
};

use crate::support::{
    COUNTS, file, finished, images, locations, new_root, open, open_with_root, record,
};

testkit::on_both_engines!(
    roots_come_back_as_they_were_added,
    a_path_is_watched_only_once,
    what_is_noted_of_a_root_comes_back,
    what_is_not_there_cannot_be_changed,
    a_root_is_called_otherwise_and_so_are_the_folders_of_its_pictures,
    a_root_that_lies_elsewhere_keeps_its_pictures,
    a_paused_root_is_remembered_and_nothing_of_it_waits,
    files_are_remembered_with_their_bytes,
    pictures_are_counted_by_root,
    removing_a_root_keeps_pictures_that_lie_elsewhere,
);

async fn roots_come_back_as_they_were_added(url: &str) {
    let store = open(url).await;
    assert_eq!(store.roots().await.unwrap(), []);
    for number in [2, 1] {
        let new = new_root(number);
        let row = store.add_root(new.clone()).await.unwrap();
        assert_eq!(
            (row.id, row.name, row.path, row.kind),
            (new.id, new.name, new.path, new.kind)
        );
        assert_eq!(
            (row.allow_delete, row.allow_organise, row.allow_sidecars),
            (true, false, false)
        );
        assert_eq!(
            (row.state, row.vanished, row.scanned),
            (RootState::Online, 0, None)
        );
        assert_eq!(
            (row.identity, row.added),
            (RootIdentity::default(), new.added)
        );
    }
    let ids: Vec<RootId> = store
        .roots()
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(ids, [RootId(2), RootId(1)]);
}

async fn a_path_is_watched_only_once(url: &str) {
    let (store, root) = open_with_root(url).await;
    let mut again = new_root(2);
    again.path = root.path;
    assert!(matches!(
        store.add_root(again).await,
        Err(StoreError::Conflict(_))
    ));
    assert_eq!(store.roots().await.unwrap().len(), 1);
    store.add_root(new_root(3)).await.unwrap();
}

async fn what_is_noted_of_a_root_comes_back(url: &str) {
    let (store, root) = open_with_root(url).await;
    let identity = RootIdentity {
        device: Some(u64::MAX),
        filesystem: Some("uuid".to_owned()),
        samples: "ä|ö".to_owned(),
    };
    store
        .update_root_state(root.id, RootState::Suspicious, 12_431)
        .await
        .unwrap();
    store
        .set_root_identity(root.id, identity.clone())
        .await
        .unwrap();
    store
        .set_root_scanned(root.id, Timestamp(77))
        .await
        .unwrap();
    let row = store.roots().await.unwrap().remove(0);
    assert_eq!((row.state, row.vanished), (RootState::Suspicious, 12_431));
    assert_eq!((row.identity, row.scanned), (identity, Some(Timestamp(77))));
    store
        .update_root_state(root.id, RootState::Offline, 0)
        .await
        .unwrap();
    assert_eq!(store.roots().await.unwrap()[0].state, RootState::Offline);
}

async fn what_is_not_there_cannot_be_changed(url: &str) {
    let store = open(url).await;
    let id = RootId(9);
    let missing = |result| assert!(matches!(result, Err(StoreError::NotFound(_))), "{result:?}");
    missing(store.update_root_state(id, RootState::Online, 0).await);
    missing(store.set_root_identity(id, RootIdentity::default()).await);
    missing(store.set_root_scanned(id, Timestamp(1)).await);
    missing(store.pause_root(id, true).await);
    missing(store.relocate_root(id, "/elsewhere").await);
    missing(store.rename_root(id, "a").await.map(|_| ()));
    missing(store.remove_root(id).await.map(|_| ()));
}

async fn a_root_is_called_otherwise_and_so_are_the_folders_of_its_pictures(url: &str) {
    for count in COUNTS {
        let (store, root) = open_with_root(url).await;
        let other = store.add_root(new_root(2)).await.unwrap();
        let keys = images(&record(&store, &root, count).await);
        store.record_files(vec![file(&other, 900)]).await.unwrap();
        let before = store.change_now().await.unwrap();
        let change = store.rename_root(root.id, "Nächte 漢字").await.unwrap();
        assert_eq!(change, before + 1);
        let Changes::Rows { touched, .. } = store.changes_since(before).await.unwrap() else {
            panic!("few pictures are listed");
        };
        assert_eq!(touched, keys);
        for row in store.index_rows_of(&keys).await.unwrap() {
            let name = row.folder.split('/').next();
            assert_eq!(name, Some("Nächte 漢字"));
        }
        let names: Vec<String> = store
            .roots()
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.name)
            .collect();
        assert_eq!(names, ["Nächte 漢字", "root 2"]);
        for row in store.roots().await.unwrap() {
            store.remove_root(row.id).await.unwrap();
        }
        store.close().await;
    }
}

async fn a_root_that_lies_elsewhere_keeps_its_pictures(url: &str) {
    let (store, root) = open_with_root(url).await;
    let other = store.add_root(new_root(2)).await.unwrap();
    let keys = images(&record(&store, &root, 3).await);
    let identity = RootIdentity {
        device: Some(7),
        filesystem: None,
        samples: "a/б/picture 00000.png".to_owned(),
    };
    store
        .set_root_identity(root.id, identity.clone())
        .await
        .unwrap();
    store
        .update_root_state(root.id, RootState::Offline, 3)
        .await
        .unwrap();
    store.relocate_root(root.id, "/mnt/ü").await.unwrap();
    let row = store.roots().await.unwrap().remove(0);
    assert_eq!(
        (row.path.as_str(), row.state, row.vanished),
        ("/mnt/ü", RootState::Online, 0)
    );
    assert_eq!(
        (row.identity.device, row.identity.samples),
        (None, identity.samples)
    );
    let files = store.files_of(&keys).await.unwrap();
    assert!(files.iter().all(|file| file.root_path == "/mnt/ü") && files.len() == 3);
    assert!(matches!(
        store.relocate_root(root.id, &other.path).await,
        Err(StoreError::Conflict(_))
    ));
    assert_eq!(store.roots().await.unwrap()[0].path, "/mnt/ü");
}

async fn a_paused_root_is_remembered_and_nothing_of_it_waits(url: &str) {
    let (store, root) = open_with_root(url).await;
    let other = store.add_root(new_root(2)).await.unwrap();
    record(&store, &root, 3).await;
    store.record_files(vec![file(&other, 900)]).await.unwrap();
    for (paused, waiting) in [(true, 1), (false, 4)] {
        store.pause_root(root.id, paused).await.unwrap();
        let rows = store.roots().await.unwrap();
        assert_eq!((rows[0].paused, rows[1].paused), (paused, false));
        assert_eq!(store.unfinished(10).await.unwrap().len(), waiting);
        assert_eq!(store.waiting().await.unwrap(), waiting as u64);
    }
}

async fn files_are_remembered_with_their_bytes(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 2).await;
    let places = locations(&recorded);
    let work = store.unfinished(10).await.unwrap();
    let one = work
        .iter()
        .find(|one| one.image == recorded.rows[0].image)
        .unwrap();
    let done = finished(one.image, &one.stamp);
    store.finish(vec![done.clone()]).await.unwrap();
    let sample = |number: u64, content_hash| {
        let file = file(&root, number);
        FileSample {
            folder: file.folder,
            name: file.name,
            size: file.size,
            mtime_ns: file.mtime_ns,
            content_hash,
        }
    };
    assert_eq!(
        store
            .file_samples(&[places[1], 999, places[0]])
            .await
            .unwrap(),
        [sample(0, Some(done.content_hash)), sample(1, None)]
    );
    assert_eq!(store.file_samples(&[]).await.unwrap(), []);
}

async fn pictures_are_counted_by_root(url: &str) {
    let (store, root) = open_with_root(url).await;
    assert_eq!(store.root_counts().await.unwrap(), []);
    let recorded = record(&store, &root, 501).await;
    let other = store.add_root(new_root(2)).await.unwrap();
    store.record_files(vec![file(&other, 700)]).await.unwrap();
    let gone = &locations(&recorded)[..3];
    store.mark_missing(gone, Timestamp(5)).await.unwrap();
    let count = |root: i64, images, missing| RootCount {
        root,
        images,
        missing,
    };
    let before = [count(root.key, 501, 0), count(other.key, 1, 0)];
    assert_eq!(store.root_counts().await.unwrap(), before);
    store.mark_missing(gone, Timestamp(6)).await.unwrap();
    let after = [count(root.key, 501, 3), count(other.key, 1, 0)];
    assert_eq!(store.root_counts().await.unwrap(), after);
    // A picture at two places of a root counts once there, one in two roots once in each.
    for (place, kept) in [(&root, 0), (&other, 1)] {
        let copy = file(place, 900 + kept as u64);
        let copy = store.record_files(vec![copy]).await.unwrap();
        let kept = images(&recorded)[kept];
        store.adopt(images(&copy)[0], kept).await.unwrap();
    }
    let after = [count(root.key, 501, 1), count(other.key, 2, 0)];
    assert_eq!(store.root_counts().await.unwrap(), after);
}

async fn removing_a_root_keeps_pictures_that_lie_elsewhere(url: &str) {
    let (store, first) = open_with_root(url).await;
    let second = store.add_root(new_root(2)).await.unwrap();
    let recorded = record(&store, &first, 3).await;
    let kept = images(&recorded)[0];
    store
        .mark_missing(&locations(&recorded)[..1], Timestamp(5))
        .await
        .unwrap();
    store
        .mark_missing(&locations(&recorded)[..1], Timestamp(6))
        .await
        .unwrap();
    let copy = store.record_files(vec![file(&second, 700)]).await.unwrap();
    let before = store.adopt(images(&copy)[0], kept).await.unwrap();

    let change = store.remove_root(first.id).await.unwrap();
    assert_eq!(change, store.change_now().await.unwrap());
    let expected = Changes::Rows {
        upto: change,
        touched: vec![kept],
        removed: images(&recorded)[1..].to_vec(),
        judged: vec![],
        marks: Box::default(),
    };
    assert_eq!(store.changes_since(before).await.unwrap(), expected);
    assert_eq!(store.total().await.unwrap(), 1);
    assert_eq!(store.roots().await.unwrap().len(), 1);
    let folder = &store.index_rows_of(&[kept]).await.unwrap()[0].folder;
    assert_eq!(folder, "root 2/a/б");
}
