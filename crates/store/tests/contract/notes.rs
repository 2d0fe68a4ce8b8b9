//! Notes, and two people who write one.

use domain::{
    facts::Marks,
    id::{ImageId, OperationId},
    judgement::Aspect,
    tag::{Mark, Note, NoteSaved},
};
use store::{Store, StoreError, rows::Changes};

use crate::{
    support::{images, open_with_root, record},
    tags::author,
};

testkit::on_both_engines!(
    a_note_is_written_changed_and_taken_away,
    nobody_overwrites_what_they_have_not_seen,
    notes_are_taken_back_and_their_texts_told,
    readers_are_told_what_notes_say,
    old_texts_are_forgotten_with_their_operations,
);

async fn library(url: &str, count: u64) -> (Store, Vec<i64>) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, count).await;
    (store, images(&recorded))
}

/// The first picture that is recorded.
const FIRST: ImageId = ImageId(1_000_000);

async fn note(store: &Store) -> Note {
    store.marks_of(FIRST).await.unwrap().1
}

async fn write(store: &Store, number: u128, key: i64, text: &str, version: i64) -> NoteSaved {
    let saved = store.set_note(author(number), key, text.to_owned(), version);
    saved.await.unwrap()
}

/// Writes over whatever stands there.
async fn over(store: &Store, number: u128, key: i64, text: &str) -> Note {
    let version = note(store).await.version;
    match write(store, number, key, text, version).await {
        NoteSaved::Saved { note, .. } => note,
        NoteSaved::Changed { note } => panic!("it is {note:?} by now"),
    }
}

async fn a_note_is_written_changed_and_taken_away(url: &str) {
    let (store, keys) = library(url, 501).await;
    assert_eq!(note(&store).await, Note::default());
    let first = over(&store, 1, keys[0], "Ödön's\nfavourite 漢").await;
    assert_eq!(note(&store).await, first);
    let second = over(&store, 2, keys[0], "less so").await;
    assert_ne!(second.version, first.version);
    // Said already, whatever version somebody has in mind.
    let again = write(&store, 3, keys[0], "less so", 0).await;
    let NoteSaved::Saved { note: same, done } = again else {
        panic!("{again:?}");
    };
    assert_eq!((same, done.operation), (second, None));
    over(&store, 4, keys[0], "").await;
    assert_eq!(note(&store).await, Note::default());
    let missing = store.set_note(author(5), i64::MAX, "x".to_owned(), 0).await;
    assert!(
        matches!(missing, Err(StoreError::NotFound(_))),
        "{missing:?}"
    );
    for (number, key) in (10..).zip(&keys[1..]) {
        write(&store, number, *key, "all of them", 0).await;
    }
    let rows = store.index_rows_of(&keys).await.unwrap();
    let noted = rows.iter().filter(|row| row.note == "all of them").count();
    assert_eq!((noted, rows[0].note.as_str()), (500, ""));
}

async fn nobody_overwrites_what_they_have_not_seen(url: &str) {
    let (store, keys) = library(url, 1).await;
    let seen = over(&store, 1, keys[0], "ours").await;
    let theirs = over(&store, 2, keys[0], "theirs").await;
    let change = store.change_now().await.unwrap();
    let refused = write(&store, 3, keys[0], "mine", seen.version).await;
    assert_eq!(
        refused,
        NoteSaved::Changed {
            note: theirs.clone()
        }
    );
    let refused = write(&store, 4, keys[0], "", 0).await;
    assert_eq!(
        refused,
        NoteSaved::Changed {
            note: theirs.clone()
        }
    );
    assert_eq!(note(&store).await, theirs);
    assert_eq!(store.change_now().await.unwrap(), change);
}

async fn notes_are_taken_back_and_their_texts_told(url: &str) {
    let (store, keys) = library(url, 1).await;
    let first = over(&store, 1, keys[0], "one").await;
    over(&store, 2, keys[0], "two").await;
    over(&store, 3, keys[0], "").await;
    let undo = |number, operation| store.undo(author(number), OperationId(operation));
    let done = undo(4, 3).await.unwrap();
    assert_eq!((done.changed, done.conflicts), (1, 0));
    assert_eq!(note(&store).await.text, "two");
    undo(5, 2).await.unwrap();
    assert_eq!(note(&store).await, first);
    // It says something else by now.
    let done = undo(6, 2).await.unwrap();
    assert_eq!((done.operation, done.conflicts), (None, 1));
    undo(7, 1).await.unwrap();
    assert_eq!(note(&store).await, Note::default());
    undo(8, 7).await.unwrap();
    assert_eq!(note(&store).await, first);
    for (operation, since) in [(1, &[][..]), (2, &keys)] {
        let found = store.pictures_of(OperationId(operation), true, 9).await;
        assert_eq!(found.unwrap(), since, "{operation}");
    }
    let told = store.operations(None, None, 10).await.unwrap();
    assert!(told.iter().all(|one| one.aspect == Aspect::Note));
    let told = store.mark_revisions_of(keys[0]).await.unwrap();
    let told: Vec<(String, String)> = told
        .into_iter()
        .map(|one| match one.mark {
            Mark::Note { before, after } => (before, after),
            other => panic!("only the note was written: {other:?}"),
        })
        .collect();
    let steps = [
        ("", "one"),
        ("one", ""),
        ("two", "one"),
        ("", "two"),
        ("two", ""),
        ("one", "two"),
        ("", "one"),
    ];
    assert_eq!(told, steps.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

async fn readers_are_told_what_notes_say(url: &str) {
    let (store, keys) = library(url, 2).await;
    let known = store.change_now().await.unwrap();
    over(&store, 1, keys[0], "one").await;
    write(&store, 2, keys[1], "other", 0).await;
    over(&store, 3, keys[0], "").await;
    let told = store.changes_since(known).await.unwrap();
    let Changes::Rows { marks, .. } = told else {
        panic!("{told:?}");
    };
    let expected = Marks {
        noted: vec![(keys[0], String::new()), (keys[1], "other".to_owned())],
        ..Marks::default()
    };
    assert_eq!(*marks, expected);
}

async fn old_texts_are_forgotten_with_their_operations(url: &str) {
    let (store, keys) = library(url, 1).await;
    over(&store, 1, keys[0], "one").await;
    over(&store, 2, keys[0], "two").await;
    over(&store, 3, keys[0], "three").await;
    assert_eq!(store.forget_operations(author(3).at).await.unwrap(), 2);
    // What the last operation replaced can still come back.
    store.undo(author(4), OperationId(3)).await.unwrap();
    assert_eq!(note(&store).await.text, "two");
    assert_eq!(store.forget_operations(author(9).at).await.unwrap(), 2);
    assert_eq!(note(&store).await.text, "two");
}
