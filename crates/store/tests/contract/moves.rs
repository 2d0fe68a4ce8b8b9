//! Renaming and moving files and folders, as the database notes it.

use domain::{
    id::{ImageId, OperationId},
    judgement::{Aspect, Edit, Verdict},
    organise::PlaceStep,
    time::Timestamp,
};
use store::{
    Store, StoreError,
    rows::{Author, Begun, Changes, HeldFile, MovedFile, NewMove, RootRow, ScannedFile, Spot},
};

use crate::support::{file, new_root, open_with_root, record};

testkit::on_both_engines!(
    files_lie_where_they_were_put_once_that_is_noted,
    what_did_not_go_stays_where_it_was,
    what_the_library_knows_at_a_target_is_left_alone,
    what_a_scan_took_for_new_meanwhile_is_forgotten,
    a_folder_takes_along_what_is_in_it,
    what_was_moved_can_go_back_unless_it_moved_again,
    the_same_move_is_done_once,
    whether_files_may_be_moved_is_kept_for_each_root,
);

fn author(number: u128) -> Author {
    Author {
        operation: OperationId(number),
        at: Timestamp(1_700_000_000_000),
        actor: "Ada".to_owned(),
    }
}

fn spot(root: i64, folder: &str, name: &str) -> Spot {
    Spot {
        root,
        folder: folder.to_owned(),
        name: name.to_owned(),
    }
}

/// All files, by location.
async fn all(store: &Store) -> Vec<HeldFile> {
    store.held_files(0, 100).await.unwrap()
}

fn to(file: &HeldFile, to: Spot) -> MovedFile {
    MovedFile {
        location: Some(file.location),
        from: Spot::of(file),
        to,
    }
}

async fn begin(store: &Store, number: u128, files: Vec<MovedFile>) -> Begun {
    let new = NewMove {
        author: author(number),
        undoes: None,
        files,
    };
    store.begin_move(new).await.unwrap()
}

fn begun(taken: &[usize]) -> Begun {
    let taken = taken.to_vec();
    Begun::Now { taken }
}

/// Keys of the pictures that changed and of those that went since a change.
async fn changed(store: &Store, since: i64) -> (Vec<i64>, Vec<i64>) {
    match store.changes_since(since).await.unwrap() {
        Changes::Rows {
            touched, removed, ..
        } => (touched, removed),
        Changes::Rebuild { .. } => panic!("too much changed"),
    }
}

/// A store with two roots and four files in the first one: two at the top, two in `a/б`.
async fn four(url: &str) -> (Store, RootRow, RootRow, Vec<HeldFile>) {
    let (store, root) = open_with_root(url).await;
    let other = store.add_root(new_root(2)).await.unwrap();
    record(&store, &root, 4).await;
    let files = all(&store).await;
    assert_eq!(files.len(), 4);
    (store, root, other, files)
}

async fn files_lie_where_they_were_put_once_that_is_noted(url: &str) {
    let (store, root, other, files) = four(url).await;
    let before = store.change_now().await.unwrap();
    let keys: Vec<i64> = files.iter().map(|file| file.image).collect();
    assert_eq!(store.held_files_of(&keys[1..3]).await.unwrap(), files[1..3]);
    let moved = vec![
        to(&files[0], spot(root.key, "a/б", "новый.png")),
        to(&files[1], spot(other.key, "", "b.mp4")),
    ];
    assert_eq!(begin(&store, 1, moved.clone()).await, begun(&[]));
    let open = store.open_moves().await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].author, author(1));
    let told: Vec<&MovedFile> = open[0].files.iter().map(|(_, file)| file).collect();
    assert_eq!(told, moved.iter().collect::<Vec<_>>());
    assert_eq!(all(&store).await, files, "nothing has moved yet");

    let done = store.finish_move(OperationId(1), vec![0, 1]).await.unwrap();
    assert_eq!((done.operation, done.changed), (Some(OperationId(1)), 2));
    assert!(store.open_moves().await.unwrap().is_empty());
    let now = all(&store).await;
    for (file, moved) in now.iter().zip(&moved) {
        assert_eq!(Spot::of(file), moved.to);
    }
    assert_eq!(now[2..], files[2..]);
    assert_eq!(
        changed(&store, before).await,
        (keys[..2].to_vec(), Vec::new())
    );
    let told = store
        .operations(None, Some(Aspect::Place), 9)
        .await
        .unwrap();
    assert_eq!(told[0].pictures, 2);
    let place = PlaceStep {
        from: None,
        to: None,
    };
    assert_eq!(told[0].place, Some(place));
    let pictures = store.pictures_of(OperationId(1), false, 9).await.unwrap();
    assert_eq!(pictures, keys[..2]);
    let again = store.finish_move(OperationId(1), vec![0]).await;
    assert!(matches!(again, Err(StoreError::NotFound(_))));
}

async fn what_did_not_go_stays_where_it_was(url: &str) {
    let (store, root, _, files) = four(url).await;
    let keep = |file: &HeldFile| to(file, spot(root.key, "keep", &file.name));
    begin(&store, 1, files.iter().map(keep).collect()).await;
    let done = store.finish_move(OperationId(1), vec![2]).await.unwrap();
    assert_eq!(done.changed, 1);
    let now = all(&store).await;
    let folders: Vec<&str> = now.iter().map(|file| file.folder.as_str()).collect();
    let mut expected: Vec<&str> = files.iter().map(|file| file.folder.as_str()).collect();
    expected[2] = "keep";
    assert_eq!(folders, expected);
    let told = store.operations(None, None, 9).await.unwrap();
    let place = PlaceStep {
        from: Some(format!("root 1/a/б/{}", files[2].name)),
        to: Some(format!("root 1/keep/{}", files[2].name)),
    };
    assert_eq!(told[0].place, Some(place));

    begin(&store, 2, files.iter().map(keep).collect()).await;
    let done = store.finish_move(OperationId(2), Vec::new()).await.unwrap();
    assert_eq!((done.operation, done.changed), (None, 0));
    assert!(store.open_moves().await.unwrap().is_empty());
    assert_eq!(all(&store).await, now);
}

async fn what_the_library_knows_at_a_target_is_left_alone(url: &str) {
    let (store, root, _, files) = four(url).await;
    // Also when no scan finds it just now.
    store
        .mark_missing(&[files[2].location], Timestamp(1))
        .await
        .unwrap();
    store
        .mark_missing(&[files[2].location], Timestamp(2))
        .await
        .unwrap();
    let moved = vec![
        to(&files[0], Spot::of(&files[2])),
        to(&files[1], spot(root.key, "", "free.mp4")),
    ];
    assert_eq!(begin(&store, 1, moved).await, begun(&[0]));
    assert_eq!(store.open_moves().await.unwrap()[0].files.len(), 1);
    let folder = MovedFile {
        location: None,
        from: spot(root.key, "b", ""),
        to: spot(root.key, "a", ""),
    };
    assert_eq!(begin(&store, 2, vec![folder]).await, begun(&[0]));
    assert_eq!(
        store.open_moves().await.unwrap().len(),
        1,
        "nothing is left of it"
    );
}

async fn what_a_scan_took_for_new_meanwhile_is_forgotten(url: &str) {
    let (store, root, _, files) = four(url).await;
    let target = spot(root.key, "keep", "a.png");
    begin(&store, 1, vec![to(&files[0], target.clone())]).await;
    let met = ScannedFile {
        id: ImageId(77),
        folder: target.folder.clone(),
        name: target.name.clone(),
        ..file(&root, 90)
    };
    store.record_files(vec![met]).await.unwrap();
    for scan in 1..3 {
        store
            .mark_missing(&[files[0].location], Timestamp(scan))
            .await
            .unwrap();
    }
    let new = all(&store).await.last().unwrap().image;
    let before = store.change_now().await.unwrap();
    store.finish_move(OperationId(1), vec![0]).await.unwrap();
    let now = all(&store).await;
    assert_eq!(now.len(), 4);
    assert_eq!((Spot::of(&now[0]), now[0].missing), (target, false));
    assert_eq!(store.index_rows(0, 99).await.unwrap().len(), 4);
    assert_eq!(
        changed(&store, before).await,
        (vec![files[0].image], vec![new])
    );
}

async fn a_folder_takes_along_what_is_in_it(url: &str) {
    let (store, root, other, files) = four(url).await;
    let near = ScannedFile {
        folder: "a/бв".to_owned(),
        ..file(&root, 91)
    };
    store.record_files(vec![near]).await.unwrap();
    let folder = MovedFile {
        location: None,
        from: spot(root.key, "a/б", ""),
        to: spot(other.key, "c", ""),
    };
    assert_eq!(begin(&store, 1, vec![folder.clone()]).await, begun(&[]));
    let done = store.finish_move(OperationId(1), vec![0]).await.unwrap();
    assert_eq!(done.changed, 2);
    let now = all(&store).await;
    for (file, was) in now.iter().zip(&files) {
        let expected = match was.folder.as_str() {
            "" => Spot::of(was),
            _ => spot(other.key, "c", &was.name),
        };
        assert_eq!(Spot::of(file), expected);
    }
    assert_eq!(now[4].folder, "a/бв", "another folder");
    let told = store.operations(None, None, 1).await.unwrap();
    let place = PlaceStep {
        from: Some("root 1/a/б".to_owned()),
        to: Some("root 2/c".to_owned()),
    };
    assert_eq!(told[0].place, Some(place));
    let past = store.past_move(OperationId(1)).await.unwrap().unwrap();
    assert_eq!(past.folder, Some((folder.from, folder.to)));
    let since = store.pictures_of(OperationId(1), true, 9).await.unwrap();
    assert!(since.is_empty());

    // Into a folder of its own: only the way above it changes.
    let deeper = MovedFile {
        location: None,
        from: spot(root.key, "a", ""),
        to: spot(root.key, "b/a", ""),
    };
    begin(&store, 2, vec![deeper]).await;
    store.finish_move(OperationId(2), vec![0]).await.unwrap();
    assert_eq!(all(&store).await[4].folder, "b/a/бв");
}

async fn what_was_moved_can_go_back_unless_it_moved_again(url: &str) {
    let (store, root, _, files) = four(url).await;
    let keep = |file: &HeldFile| to(file, spot(root.key, "keep", &file.name));
    begin(&store, 1, files[..2].iter().map(keep).collect()).await;
    store.finish_move(OperationId(1), vec![0, 1]).await.unwrap();
    let now = all(&store).await;
    begin(
        &store,
        2,
        vec![to(&now[0], spot(root.key, "", "again.png"))],
    )
    .await;
    store.finish_move(OperationId(2), vec![0]).await.unwrap();
    let since = store.pictures_of(OperationId(1), true, 9).await.unwrap();
    assert_eq!(since, [files[0].image]);

    let past = store.past_move(OperationId(1)).await.unwrap().unwrap();
    assert_eq!((past.files.len(), past.elsewhere), (1, 1));
    let (file, back) = past.files[0].clone();
    assert_eq!((&file, &back), (&now[1], &Spot::of(&files[1])));
    let refused = store.undo(author(9), OperationId(1)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    let new = NewMove {
        author: author(3),
        undoes: Some(OperationId(1)),
        files: vec![to(&file, back)],
    };
    assert_eq!(store.begin_move(new).await.unwrap(), begun(&[]));
    store.finish_move(OperationId(3), vec![0]).await.unwrap();
    assert_eq!(all(&store).await[1], files[1]);
    let told = store.operations(None, None, 9).await.unwrap();
    assert_eq!(told[0].undoes, Some(OperationId(1)));
    assert_eq!(told[2].undone_by, Some(OperationId(3)));

    store.forget_operations(Timestamp(i64::MAX)).await.unwrap();
    assert_eq!(store.past_move(OperationId(1)).await.unwrap(), None);
}

async fn the_same_move_is_done_once(url: &str) {
    let (store, root, _, files) = four(url).await;
    let moved = vec![to(&files[0], spot(root.key, "keep", "a.png"))];
    begin(&store, 1, moved.clone()).await;
    store.finish_move(OperationId(1), vec![0]).await.unwrap();
    assert_eq!(begin(&store, 1, moved.clone()).await, Begun::Before(1));
    let approve = Edit::Verdict(Verdict::Approved);
    store
        .judge(author(2), vec![files[0].image], approve)
        .await
        .unwrap();
    let new = NewMove {
        author: author(2),
        undoes: None,
        files: moved,
    };
    let refused = store.begin_move(new).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    assert_eq!(store.past_move(OperationId(2)).await.unwrap(), None);
}

async fn whether_files_may_be_moved_is_kept_for_each_root(url: &str) {
    let (store, root, other, _) = four(url).await;
    store.allow_organise(root.id, true).await.unwrap();
    let allowed =
        |rows: Vec<RootRow>| -> Vec<bool> { rows.iter().map(|row| row.allow_organise).collect() };
    assert_eq!(allowed(store.roots().await.unwrap()), [true, false]);
    store.allow_organise(root.id, false).await.unwrap();
    store.allow_organise(other.id, true).await.unwrap();
    assert_eq!(allowed(store.roots().await.unwrap()), [false, true]);
    let gone = store.allow_organise(new_root(9).id, true).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
}
