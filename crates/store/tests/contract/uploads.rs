//! The journal of files on their way in.

use domain::{
    duel::Duel,
    id::{ImageId, OperationId, RootId, UploadId},
    judgement::{Aspect, Edit, Judgement, Verdict},
    overlay::Part,
    time::Timestamp,
    upload::Arrived,
};
use store::{
    Store, StoreError,
    rows::{Author, NewUpload, RootRow, ScannedFile},
};

use crate::support::{file, images, open_with_root, record};

testkit::on_both_engines!(
    names_that_are_taken_get_another_one,
    a_file_is_recorded_together_with_the_end_of_its_upload,
    bytes_that_are_there_already_end_an_upload_as_their_picture,
    what_nobody_goes_on_with_is_given_up,
    one_of_an_unknown_size_is_measured_when_all_has_come,
    what_is_told_of_one_stays_until_it_is_set,
    an_upload_that_is_gone_is_told,
    a_file_that_replaces_one_takes_over_all_that_people_made_of_it,
    a_picture_that_is_no_more_or_goes_is_not_replaced,
);

fn author(number: u128) -> Author {
    Author {
        operation: OperationId(1_000 + number),
        at: Timestamp(1_700_000_000_000),
        actor: "Ada".to_owned(),
    }
}

fn new(root: RootId, number: u128, name: &str) -> NewUpload {
    NewUpload {
        id: UploadId(number),
        root,
        folder: "a/б".to_owned(),
        name: name.to_owned(),
        size: Some(1_000),
        replaces: None,
        at: Timestamp(5_000),
        attach: None,
        about: None,
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
                Some(1_000),
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
    let recorded = store
        .finish_upload(row.id, arrived(0), hash, author(1))
        .await
        .unwrap();
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
    let recorded = store
        .finish_upload(row.id, again, [8; 32], author(2))
        .await
        .unwrap();
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
    let late = store.finish_upload(row.id, late, [9; 32], author(3)).await;
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

async fn one_of_an_unknown_size_is_measured_when_all_has_come(url: &str) {
    let (store, root) = open_with_root(url).await;
    let unknown = NewUpload {
        size: None,
        ..new(root.id, 1, "dune.png")
    };
    let row = store.begin_upload(unknown).await.unwrap();
    assert_eq!(row.size, None);
    assert_eq!(
        store.open_uploads().await.unwrap(),
        std::slice::from_ref(&row)
    );
    let measured = store.measure_upload(row.id, 77).await.unwrap();
    assert_eq!(measured.size, Some(77));
    assert_eq!(store.upload(row.id).await.unwrap(), measured);
    let gone = store.measure_upload(UploadId(9), 1).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
}

async fn what_is_told_of_one_stays_until_it_is_set(url: &str) {
    let (store, root) = open_with_root(url).await;
    let said = Some(r#"{"rating":4}"#.to_owned());
    let telling = NewUpload {
        about: said.clone(),
        ..new(root.id, 1, "dune.png")
    };
    let row = store.begin_upload(telling).await.unwrap();
    assert_eq!(row.about, said);
    // Of a file that is still to come nothing can be told.
    assert_eq!(store.untold_uploads().await.unwrap(), []);
    let arrived = ScannedFile {
        folder: row.folder.clone(),
        name: row.name.clone(),
        ..file(&root, 0)
    };
    let recorded = store.finish_upload(row.id, arrived, [7; 32], author(1));
    let image = images(&recorded.await.unwrap())[0];
    let silent = store.begin_upload(new(root.id, 2, "rain.png")).await;
    let silent = silent.unwrap();
    store.finish_upload_as(silent.id, image).await.unwrap();
    let untold = store.untold_uploads().await.unwrap();
    let ids: Vec<UploadId> = untold.iter().map(|row| row.id).collect();
    assert_eq!((ids, &untold[0].about), (vec![row.id], &said));
    store.tell_upload(row.id).await.unwrap();
    assert_eq!(store.untold_uploads().await.unwrap(), []);
    assert_eq!(store.upload(row.id).await.unwrap().about, None);
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

/// Sends a file that replaces the file of a picture, and answers the key under which it was recorded.
async fn replace(store: &Store, root: &RootRow, number: u128, replaces: ImageId) -> i64 {
    let new = NewUpload {
        replaces: Some(replaces),
        ..new(root.id, number, "better.png")
    };
    let row = store.begin_upload(new).await.unwrap();
    assert_eq!(row.replaces, Some(replaces));
    let arrived = ScannedFile {
        folder: row.folder.clone(),
        name: row.name.clone(),
        ..file(root, 500 + number as u64)
    };
    let recorded = store
        .finish_upload(row.id, arrived, [7; 32], author(number))
        .await
        .unwrap();
    images(&recorded)[0]
}

async fn a_file_that_replaces_one_takes_over_all_that_people_made_of_it(url: &str) {
    let (store, root) = open_with_root(url).await;
    let keys = images(&record(&store, &root, 3).await);
    let (uid, old) = (file(&root, 0).id, keys[0]);
    let approve = Edit::Verdict(Verdict::Approved);
    store.judge(author(1), vec![old], approve).await.unwrap();
    store
        .set_note(author(2), old, "the best".to_owned(), 0)
        .await
        .unwrap();
    store
        .set_tag(author(3), vec![old], "kept".to_owned(), true)
        .await
        .unwrap();
    let duel = Duel {
        better: old,
        worse: keys[1],
        even: false,
    };
    store.decide(author(4), duel).await.unwrap();
    let edited = store
        .set_field(author(5), vec![old], Part::Persona, "Ada".to_owned())
        .await;
    assert_eq!(edited.unwrap().changed, 1);
    let facts = store.index_rows_of(&[old]).await.unwrap().remove(0);

    let new = replace(&store, &root, 6, uid).await;
    let row = store.upload(UploadId(6)).await.unwrap();
    let duplicate = false;
    assert_eq!(
        row.arrived,
        Some(Arrived {
            image: uid,
            duplicate
        })
    );
    let now = store.index_rows_of(&[old, new]).await.unwrap();
    assert_eq!((now[0].id, now[1].id), (file(&root, 506).id, uid));
    assert_eq!(now[1].added, facts.added);
    assert_eq!((&now[1].tags, &now[1].note), (&facts.tags, &facts.note));
    let judged = store.judgements_of(&[old, new]).await.unwrap();
    let trashed = Judgement {
        trashed: true,
        ..Judgement::default()
    };
    let approved = Judgement {
        verdict: Verdict::Approved,
        ..Judgement::default()
    };
    assert_eq!(judged, [(old, trashed), (new, approved)]);
    assert_eq!(store.duels().await.unwrap()[0].better, new);
    assert_eq!(store.revisions_of(new).await.unwrap().len(), 1);
    // Putting the old one into the trash is an operation: it can be restored beside the new one.
    let told = store
        .operations(None, Some(Aspect::Trash), 9)
        .await
        .unwrap();
    assert_eq!((told.len(), told[0].id), (1, author(6).operation));
    store.undo(author(7), told[0].id).await.unwrap();
    let judged = store.judgements_of(&[old, new]).await.unwrap();
    assert_eq!(judged, [(old, Judgement::default()), (new, approved)]);
    // What was done before still is taken back, of the picture that it is now.
    let back = store.undo(author(8), author(1).operation).await.unwrap();
    assert_eq!((back.changed, back.conflicts), (1, 0));
    assert_eq!(
        store.judgements_of(&[new]).await.unwrap(),
        [(new, Judgement::default())]
    );
}

async fn a_picture_that_is_no_more_or_goes_is_not_replaced(url: &str) {
    let (store, root) = open_with_root(url).await;
    let keys = images(&record(&store, &root, 2).await);
    let own = |key: i64| {
        let store = &store;
        async move { store.index_rows_of(&[key]).await.unwrap().remove(0).id }
    };
    let new = replace(&store, &root, 1, ImageId(99)).await;
    assert_eq!(own(new).await, file(&root, 501).id);
    store
        .judge(author(2), vec![keys[0]], Edit::Trash(true))
        .await
        .unwrap();
    store
        .begin_purge(vec![keys[0]], Timestamp(5))
        .await
        .unwrap();
    let new = replace(&store, &root, 3, file(&root, 0).id).await;
    assert_eq!(
        (own(new).await, own(keys[0]).await),
        (file(&root, 503).id, file(&root, 0).id)
    );
}
