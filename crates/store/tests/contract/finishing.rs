//! Hashes, placeholders, text chunks, and giving up.

use domain::{parameter::ParameterList, recipe::Recipe, scan::RootState, time::Timestamp};
use store::{
    Store, StoreError,
    rows::{CompressedChunk, Drawn, Finished, Reread, SameContent, ScannedFile},
};

use crate::support::{
    COUNTS, file, finish_all, finished, images, locations, new_root, open_with_root, recipe, record,
};

testkit::on_both_engines!(
    the_newest_pictures_are_finished_first,
    pictures_that_cannot_be_read_now_wait,
    a_result_for_other_bytes_is_dropped,
    a_result_replaces_an_earlier_one,
    a_picture_that_was_looked_at_is_found_again_and_still_to_be_finished,
    secrets_and_hidden_recipes_are_changes_of_the_library,
    three_strikes_give_a_picture_up,
    pictures_are_found_by_hash,
    every_number_of_results_is_kept,
);

async fn the_newest_pictures_are_finished_first(url: &str) {
    let (store, root) = open_with_root(url).await;
    assert_eq!(store.unfinished(10).await.unwrap(), []);
    let recorded = record(&store, &root, 501).await;
    let work = store.unfinished(500).await.unwrap();
    assert_eq!(work.len(), 500);
    let mut newest = images(&recorded);
    newest.reverse();
    assert_eq!(
        work.iter().map(|one| one.image).collect::<Vec<_>>(),
        newest[..500]
    );
    let expected = file(&root, 500);
    assert_eq!((work[0].id, &work[0].root_path), (expected.id, &root.path));
    assert_eq!(
        (&work[0].folder, &work[0].name),
        (&expected.folder, &expected.name)
    );
    assert_eq!(
        (work[0].size, work[0].mtime_ns),
        (expected.size, expected.mtime_ns)
    );
    assert_eq!(
        (&work[0].stamp, work[0].format),
        (&expected.stamp, expected.format)
    );
    assert_eq!((work[0].strikes, store.waiting().await.unwrap()), (0, 501));
    finish_all(&store).await;
    assert_eq!(
        (
            store.unfinished(10).await.unwrap(),
            store.waiting().await.unwrap()
        ),
        (vec![], 0)
    );
}

async fn pictures_that_cannot_be_read_now_wait(url: &str) {
    let (store, root) = open_with_root(url).await;
    let other = store.add_root(new_root(2)).await.unwrap();
    let recorded = record(&store, &root, 5).await;
    store.record_files(vec![file(&other, 700)]).await.unwrap();
    store
        .finish(vec![finished(images(&recorded)[0], "stamp0")])
        .await
        .unwrap();
    assert_eq!(can_be_finished(&store).await, 5);
    let gone = &locations(&recorded)[3..];
    store.mark_missing(gone, Timestamp(1)).await.unwrap();
    assert_eq!(can_be_finished(&store).await, 3);
    for (state, left) in [(RootState::Offline, 1), (RootState::Suspicious, 3)] {
        store.update_root_state(root.id, state, 0).await.unwrap();
        assert_eq!(can_be_finished(&store).await, left);
    }
    store.touch_seen(root.key, gone).await.unwrap();
    assert_eq!(can_be_finished(&store).await, 5);
}

/// How many pictures can be finished now, told in two ways.
async fn can_be_finished(store: &Store) -> u64 {
    let waiting = store.waiting().await.unwrap();
    assert_eq!(store.unfinished(1_000).await.unwrap().len() as u64, waiting);
    waiting
}

async fn a_result_for_other_bytes_is_dropped(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 2).await;
    let keys = images(&recorded);
    let stale = Finished {
        stamp: "old".to_owned(),
        ..finished(keys[0], "stamp0")
    };
    let gone = finished(12_345, "stamp9");
    let fresh = finished(keys[1], "stamp1");
    let kept = store
        .finish(vec![stale.clone(), fresh, gone.clone()])
        .await
        .unwrap();
    assert_eq!((kept, store.waiting().await.unwrap()), (1, 1));
    assert_eq!(store.finish(vec![stale, gone]).await.unwrap(), 0);
    assert_eq!(store.finish(Vec::new()).await.unwrap(), 0);
    assert_eq!(store.change_now().await.unwrap(), recorded.change);
}

async fn a_result_replaces_an_earlier_one(url: &str) {
    let (store, root) = open_with_root(url).await;
    let key = images(&record(&store, &root, 1).await)[0];
    let first = finished(key, "stamp0");
    let chunk = CompressedChunk {
        place: "xmp".to_owned(),
        key: String::new(),
        hash: [9; 32],
        bytes: vec![0, 255, 0],
    };
    let second = Finished {
        content_hash: [8; 32],
        placeholder: Vec::new(),
        chunks: vec![chunk.clone(), chunk.clone()],
        ..first.clone()
    };
    assert_eq!(store.finish(vec![first, second]).await.unwrap(), 1);
    let detail = store.detail(file(&root, 0).id).await.unwrap().unwrap();
    assert_eq!(
        (detail.content_hash, detail.card.placeholder.as_str()),
        (Some([8; 32]), "")
    );
    assert_eq!(detail.chunks, [chunk.clone(), chunk]);
    assert_eq!(
        store.finish(vec![finished(key, "stamp0")]).await.unwrap(),
        1
    );
    let detail = store.detail(file(&root, 0).id).await.unwrap().unwrap();
    assert_eq!(detail.chunks.len(), 2);
    store.tidy().await.unwrap();
    assert_eq!(store.detail(detail.card.id).await.unwrap().unwrap(), detail);
}

async fn three_strikes_give_a_picture_up(url: &str) {
    let (store, root) = open_with_root(url).await;
    let key = images(&record(&store, &root, 1).await)[0];
    for number in 1..=2 {
        assert_eq!(
            store.strike(key, "no", Timestamp(number)).await.unwrap(),
            number as u32
        );
    }
    assert_eq!(store.problems(0, 9).await.unwrap().0, 0);
    assert_eq!(store.unfinished(9).await.unwrap()[0].strikes, 2);
    assert_eq!(
        store
            .strike(key, "It is broken, ä.", Timestamp(3))
            .await
            .unwrap(),
        3
    );
    assert_eq!(store.waiting().await.unwrap(), 0);
    assert!(
        store
            .detail(file(&root, 0).id)
            .await
            .unwrap()
            .unwrap()
            .unreadable
    );
    let (total, problems) = store.problems(0, 9).await.unwrap();
    assert_eq!(
        (total, problems[0].path.as_str()),
        (1, "a/б/picture 00000.png")
    );
    assert_eq!(
        (problems[0].code.as_str(), problems[0].message.as_str()),
        ("not-drawn", "It is broken, ä.")
    );
    let lost = store.strike(12_345, "no", Timestamp(1)).await;
    assert!(matches!(lost, Err(StoreError::NotFound(_))));
    // Other bytes are a new chance.
    let mut changed = file(&root, 0);
    changed.stamp = String::from("other");
    store.record_files(vec![changed]).await.unwrap();
    assert_eq!(store.unfinished(9).await.unwrap()[0].strikes, 0);
}

async fn pictures_are_found_by_hash(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 3).await;
    let keys = images(&recorded);
    let hash = [0xab; 32];
    assert_eq!(store.images_with_hash(&hash).await.unwrap(), []);
    let same = |place: usize| Finished {
        content_hash: hash,
        ..finished(keys[place], &format!("stamp{place}"))
    };
    store.finish(vec![same(2), same(0)]).await.unwrap();
    for at in [1, 2] {
        store
            .mark_missing(&locations(&recorded)[..1], Timestamp(at))
            .await
            .unwrap();
    }
    let found = store.images_with_hash(&hash).await.unwrap();
    let expected = [(keys[0], true), (keys[2], false)];
    assert_eq!(
        found,
        expected.map(|(image, missing)| SameContent { image, missing })
    );
}

async fn every_number_of_results_is_kept(url: &str) {
    let (store, root) = open_with_root(url).await;
    for count in COUNTS {
        let recorded = record(&store, &root, count).await;
        let keys = images(&recorded).into_iter().enumerate();
        let results = keys.map(|(place, key)| finished(key, &format!("stamp{place}")));
        assert_eq!(store.finish(results.collect()).await.unwrap(), count);
        assert_eq!(store.waiting().await.unwrap(), 0);
    }
}

async fn a_picture_that_was_looked_at_is_found_again_and_still_to_be_finished(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 2).await;
    let drawn = |stamp: &str| Drawn {
        image: images(&recorded)[0],
        stamp: stamp.to_owned(),
        content_hash: [7; 32],
        crc32: u32::MAX,
        placeholder: vec![0xff, 0xfe],
    };
    assert!(!store.note_drawn(drawn("older")).await.unwrap());
    assert!(store.note_drawn(drawn("stamp0")).await.unwrap());
    let detail = store.detail(file(&root, 0).id).await.unwrap().unwrap();
    assert_eq!(
        (detail.content_hash, detail.card.placeholder.as_str()),
        (Some([7; 32]), "__4")
    );
    let untouched = store.detail(file(&root, 1).id).await.unwrap().unwrap();
    assert_eq!(untouched.content_hash, None);
    assert_eq!(store.waiting().await.unwrap(), 2);
    assert_eq!(store.change_now().await.unwrap(), recorded.change);
}

async fn secrets_and_hidden_recipes_are_changes_of_the_library(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 3).await;
    let keys = images(&recorded);
    let secret = Finished {
        secret: true,
        ..finished(keys[0], "stamp0")
    };
    assert_eq!(store.finish(vec![secret]).await.unwrap(), 1);
    assert_eq!(store.change_now().await.unwrap(), recorded.change + 1);
    let row = |number: usize| {
        let (store, key) = (&store, keys[number]);
        async move { store.index_rows_of(&[key]).await.unwrap().remove(0) }
    };
    assert!(row(0).await.secret && !row(1).await.secret);

    let found = Reread {
        image: keys[1],
        recipe: recipe(8),
        notices: Vec::new(),
        parameters: ParameterList::default(),
        has_workflow: false,
        unparsed: false,
        secret: false,
    };
    let hidden = Finished {
        hidden: Some(found.clone()),
        ..finished(keys[1], "stamp1")
    };
    let late = Finished {
        stamp: "old".to_owned(),
        hidden: Some(Reread {
            image: keys[2],
            ..found
        }),
        ..finished(keys[2], "stamp2")
    };
    let before = row(2).await;
    assert_eq!(store.finish(vec![hidden, late]).await.unwrap(), 1);
    assert_eq!(row(1).await.positive, recipe(8).positive);
    assert_eq!(row(2).await, before, "found in other bytes");

    // Moved, its texts still say nothing: the pixels are looked at again.
    let moved = ScannedFile {
        recipe: Recipe::default(),
        ..file(&root, 1)
    };
    store.record_files(vec![moved]).await.unwrap();
    let waiting = store.unfinished(10).await.unwrap();
    assert!(waiting.iter().any(|one| one.image == keys[1]));
}
