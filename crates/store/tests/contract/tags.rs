//! Tags, and taking back what was done with them, compared with a plain model.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    facts::Marks,
    id::{ImageId, OperationId},
    judgement::{Aspect, Done, Edit},
    tag::{Mark, Note, Tag, TagColour, TagStep, TagVerb},
    time::Timestamp,
};
use store::{
    Store, StoreError,
    rows::{Author, Changes},
};

use crate::support::{images, open_with_root, record};

testkit::on_both_engines!(
    a_tag_is_made_by_its_first_use_and_is_one_in_any_case,
    what_is_tagged_already_is_no_operation,
    tagging_is_taken_back_and_done_again,
    a_tag_that_an_operation_made_goes_with_it,
    a_renamed_tag_stays_on_its_pictures,
    a_tag_takes_the_place_of_another_and_gives_it_back,
    a_deleted_tag_comes_back_whole,
    what_somebody_did_since_stays,
    operations_say_which_tag_they_were_about,
    readers_are_told_what_changed,
    what_is_forgotten_leaves_nothing_behind,
    many_random_operations_agree_with_a_plain_model,
);

pub(crate) fn author(number: u128) -> Author {
    Author {
        operation: OperationId(number),
        at: Timestamp(1_000_000 + number as i64),
        actor: "Ödön 漢".to_owned(),
    }
}

/// A store with so many pictures, and their keys.
async fn library(url: &str, count: u64) -> (Store, Vec<i64>) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, count).await;
    (store, images(&recorded))
}

async fn put(store: &Store, number: u128, keys: &[i64], name: &str) -> Done {
    let name = name.to_owned();
    let done = store.set_tag(author(number), keys.to_vec(), name, true);
    done.await.unwrap()
}

async fn take_off(store: &Store, number: u128, keys: &[i64], name: &str) -> Done {
    let name = name.to_owned();
    let done = store.set_tag(author(number), keys.to_vec(), name, false);
    done.await.unwrap()
}

async fn undo(store: &Store, number: u128, operation: u128) -> Done {
    let done = store.undo(author(number), OperationId(operation)).await;
    done.unwrap()
}

/// The pictures of each tag, by its name.
async fn tagged(store: &Store, keys: &[i64]) -> BTreeMap<String, BTreeSet<i64>> {
    let names: BTreeMap<i64, Tag> = store.tags().await.unwrap().into_iter().collect();
    let mut tagged: BTreeMap<String, BTreeSet<i64>> = names
        .values()
        .map(|tag| (tag.name.clone(), BTreeSet::new()))
        .collect();
    for row in store.index_rows_of(keys).await.unwrap() {
        for tag in row.tags {
            let own = tagged.get_mut(&names[&tag].name).unwrap();
            own.insert(row.key);
        }
    }
    tagged
}

fn set(keys: &[i64]) -> BTreeSet<i64> {
    keys.iter().copied().collect()
}

async fn a_tag_is_made_by_its_first_use_and_is_one_in_any_case(url: &str) {
    let (store, keys) = library(url, 501).await;
    assert!(store.tags().await.unwrap().is_empty());
    let done = put(&store, 1, &keys, "Straße 漢").await;
    assert_eq!((done.changed, done.operation), (501, Some(OperationId(1))));
    assert_eq!(put(&store, 2, &keys[..3], "STRAßE 漢").await.changed, 0);
    put(&store, 3, &keys[..1], "Zebra").await;
    put(&store, 4, &keys[..1], "ant").await;
    let all = store.tags().await.unwrap();
    let names: Vec<&str> = all.iter().map(|(_, tag)| tag.name.as_str()).collect();
    assert_eq!(names, ["Straße 漢", "Zebra", "ant"]);
    let id = ImageId(1_000_000);
    let (tags, note) = store.marks_of(id).await.unwrap();
    let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["ant", "Straße 漢", "Zebra"]);
    assert_eq!(note, Note::default());
    let unknown = store.marks_of(ImageId(7)).await.unwrap();
    assert_eq!(unknown, (vec![], Note::default()));
    let own = tagged(&store, &keys).await;
    assert_eq!(own["Straße 漢"], set(&keys));
}

async fn what_is_tagged_already_is_no_operation(url: &str) {
    let (store, keys) = library(url, 3).await;
    let change = store.change_now().await.unwrap();
    for keys in [&[][..], &[i64::MAX]] {
        assert_eq!(put(&store, 1, keys, "a").await.operation, None);
    }
    assert_eq!(take_off(&store, 1, &keys, "a").await.operation, None);
    assert!(store.tags().await.unwrap().is_empty());
    assert_eq!(store.change_now().await.unwrap(), change);
    put(&store, 1, &keys[..2], "a").await;
    assert_eq!(put(&store, 2, &keys, "A").await.changed, 1);
    assert_eq!(take_off(&store, 3, &keys[..1], "a").await.changed, 1);
    assert_eq!(take_off(&store, 4, &keys[..1], "a").await.operation, None);
    assert_eq!(tagged(&store, &keys).await["a"], set(&keys[1..]));
}

async fn tagging_is_taken_back_and_done_again(url: &str) {
    let (store, keys) = library(url, 501).await;
    put(&store, 1, &keys[..200], "a").await;
    put(&store, 2, &keys, "a").await;
    let done = undo(&store, 3, 2).await;
    assert_eq!((done.changed, done.conflicts), (301, 0));
    assert_eq!(tagged(&store, &keys).await["a"], set(&keys[..200]));
    assert_eq!(undo(&store, 4, 3).await.changed, 301);
    assert_eq!(tagged(&store, &keys).await["a"], set(&keys));
    take_off(&store, 5, &keys[..100], "a").await;
    assert_eq!(undo(&store, 6, 5).await.changed, 100);
    assert_eq!(tagged(&store, &keys).await["a"], set(&keys));
}

async fn a_tag_that_an_operation_made_goes_with_it(url: &str) {
    let (store, keys) = library(url, 4).await;
    put(&store, 1, &keys[..2], "portriat").await;
    undo(&store, 2, 1).await;
    assert!(store.tags().await.unwrap().is_empty());
    undo(&store, 3, 2).await;
    assert_eq!(tagged(&store, &keys).await["portriat"], set(&keys[..2]));
    // Somebody uses it by now.
    put(&store, 4, &keys[3..], "portriat").await;
    undo(&store, 5, 3).await;
    assert_eq!(tagged(&store, &keys).await["portriat"], set(&keys[3..]));
    // A tag that is used by nobody is not gone by that alone.
    take_off(&store, 6, &keys, "portriat").await;
    assert_eq!(tagged(&store, &keys).await["portriat"], set(&[]));
}

async fn a_renamed_tag_stays_on_its_pictures(url: &str) {
    let (store, keys) = library(url, 3).await;
    put(&store, 1, &keys, "portriat").await;
    put(&store, 2, &keys[..1], "dunes").await;
    let rename = |number, name: &str, to: &str| {
        let (name, to) = (name.to_owned(), to.to_owned());
        store.rename_tag(author(number), name, to)
    };
    let done = rename(3, "PORTRIAT", "Portrait").await.unwrap();
    assert_eq!((done.changed, done.conflicts), (3, 0));
    assert_eq!(tagged(&store, &keys).await["Portrait"], set(&keys));
    let taken = rename(4, "dunes", "PORTRAIT").await;
    assert!(
        matches!(&taken, Err(StoreError::Conflict(name)) if name == "Portrait"),
        "{taken:?}"
    );
    let missing = rename(5, "portriat", "x").await;
    assert!(
        matches!(missing, Err(StoreError::NotFound(_))),
        "{missing:?}"
    );
    // Only the case: it is the same tag.
    rename(6, "Portrait", "portrait").await.unwrap();
    assert_eq!(
        rename(7, "portrait", "portrait").await.unwrap().operation,
        None
    );
    undo(&store, 8, 6).await;
    undo(&store, 9, 3).await;
    assert_eq!(tagged(&store, &keys).await["portriat"], set(&keys));
    // Another tag is called so by now, or it has another name again.
    undo(&store, 10, 9).await;
    put(&store, 11, &keys[2..], "portriat").await;
    for operation in [10, 6] {
        let done = store.undo(author(12), OperationId(operation)).await;
        assert!(matches!(done, Err(StoreError::Conflict(_))), "{done:?}");
    }
    let colour = |number, colour| {
        let name = "Portrait".to_owned();
        store.colour_tag(author(number), name, colour)
    };
    assert_eq!(colour(20, Some(TagColour::Blue)).await.unwrap().changed, 3);
    assert_eq!(
        colour(21, Some(TagColour::Blue)).await.unwrap().operation,
        None
    );
    let now = |tags: Vec<(i64, Tag)>| tags[0].1.colour;
    assert_eq!(now(store.tags().await.unwrap()), Some(TagColour::Blue));
    undo(&store, 22, 20).await;
    assert_eq!(now(store.tags().await.unwrap()), None);
}

async fn a_tag_takes_the_place_of_another_and_gives_it_back(url: &str) {
    let (store, keys) = library(url, 501).await;
    put(&store, 1, &keys[..400], "cat").await;
    put(&store, 2, &keys[300..], "cats").await;
    let merge = |number, from: &str, into: &str| {
        store.merge_tags(author(number), from.to_owned(), into.to_owned())
    };
    let before = tagged(&store, &keys).await;
    assert_eq!(merge(3, "cat", "CAT").await.unwrap().operation, None);
    let missing = merge(3, "cat", "dog").await;
    assert!(matches!(missing, Err(StoreError::NotFound(_))));
    let done = merge(4, "cat", "cats").await.unwrap();
    assert_eq!((done.changed, done.conflicts), (400, 0));
    let merged = tagged(&store, &keys).await;
    assert_eq!(merged.keys().collect::<Vec<_>>(), ["cats"]);
    assert_eq!(merged["cats"], set(&keys));
    assert_eq!(undo(&store, 5, 4).await.changed, 400);
    assert_eq!(tagged(&store, &keys).await, before);
    undo(&store, 6, 5).await;
    assert_eq!(tagged(&store, &keys).await, merged);
    // Of what changed since only the rest comes back.
    take_off(&store, 7, &keys[..10], "cats").await;
    let back = undo(&store, 8, 6).await;
    assert_eq!((back.changed, back.conflicts), (390, 10));
    let now = tagged(&store, &keys).await;
    assert_eq!(now["cat"], set(&keys[10..400]));
    assert_eq!(now["cats"], set(&keys[300..]));
}

async fn a_deleted_tag_comes_back_whole(url: &str) {
    let (store, keys) = library(url, 501).await;
    put(&store, 1, &keys, "cat").await;
    store
        .colour_tag(author(2), "cat".to_owned(), Some(TagColour::Green))
        .await
        .unwrap();
    let delete = |number, name: &str| store.delete_tag(author(number), name.to_owned());
    assert_eq!(delete(3, "Cat").await.unwrap().changed, 501);
    let missing = delete(4, "cat").await;
    assert!(matches!(missing, Err(StoreError::NotFound(_))));
    assert!(store.tags().await.unwrap().is_empty());
    assert!(
        store
            .index_rows_of(&keys)
            .await
            .unwrap()
            .iter()
            .all(|row| row.tags.is_empty())
    );
    assert_eq!(undo(&store, 5, 3).await.changed, 501);
    let tags = store.tags().await.unwrap();
    assert_eq!(tags[0].1.colour, Some(TagColour::Green));
    assert_eq!(tagged(&store, &keys).await["cat"], set(&keys));
    // A tag without pictures too; but not beside another one that is called so by now.
    take_off(&store, 6, &keys, "cat").await;
    delete(7, "cat").await.unwrap();
    undo(&store, 8, 7).await;
    assert_eq!(store.tags().await.unwrap().len(), 1);
    undo(&store, 9, 8).await;
    put(&store, 10, &keys[..1], "CAT").await;
    let taken = store.undo(author(11), OperationId(9)).await;
    assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
}

async fn what_somebody_did_since_stays(url: &str) {
    let (store, keys) = library(url, 10).await;
    put(&store, 1, &keys, "a").await;
    take_off(&store, 2, &keys[..4], "a").await;
    let back = undo(&store, 3, 1).await;
    assert_eq!((back.changed, back.conflicts), (6, 4));
    assert_eq!(undo(&store, 4, 1).await.operation, None);
    // Whoever deleted the tag since decided about all of its pictures.
    put(&store, 5, &keys, "b").await;
    take_off(&store, 6, &keys, "b").await;
    put(&store, 7, &keys[..1], "b").await;
    store.delete_tag(author(8), "b".to_owned()).await.unwrap();
    let back = undo(&store, 9, 6).await;
    assert_eq!(
        (back.operation, back.changed, back.conflicts),
        (None, 0, 10)
    );
    // Another tag on the same pictures is no conflict.
    put(&store, 10, &keys, "c").await;
    put(&store, 11, &keys, "d").await;
    assert_eq!(undo(&store, 12, 10).await.conflicts, 0);
}

async fn operations_say_which_tag_they_were_about(url: &str) {
    let (store, keys) = library(url, 2).await;
    put(&store, 1, &keys, "cat").await;
    put(&store, 2, &keys[..1], "dog").await;
    store
        .rename_tag(author(3), "cat".to_owned(), "Cats".to_owned())
        .await
        .unwrap();
    store
        .merge_tags(author(4), "dog".to_owned(), "cats".to_owned())
        .await
        .unwrap();
    store
        .judge(author(5), keys.clone(), Edit::Rating(3))
        .await
        .unwrap();
    take_off(&store, 6, &keys[..1], "cats").await;
    let told = store.operations(None, None, 10).await.unwrap();
    let told: Vec<_> = told
        .into_iter()
        .map(|one| (one.aspect, one.pictures, one.tag))
        .collect();
    let step = |verb, name: &str, to: Option<&str>| {
        let (name, to) = (name.to_owned(), to.map(str::to_owned));
        Some(TagStep { verb, name, to })
    };
    let expected = [
        (Aspect::Tag, 1, step(TagVerb::TakeOff, "Cats", None)),
        (Aspect::Rating, 2, None),
        (Aspect::Tag, 1, step(TagVerb::Merge, "dog", Some("Cats"))),
        (Aspect::Tag, 2, step(TagVerb::Rename, "cat", Some("Cats"))),
        (Aspect::Tag, 1, step(TagVerb::Put, "dog", None)),
        (Aspect::Tag, 2, step(TagVerb::Put, "cat", None)),
    ];
    assert_eq!(*told, expected);
    for (operation, since) in [(1, &keys[..1]), (2, &keys[..1]), (6, &[])] {
        let found = store.pictures_of(OperationId(operation), true, 9).await;
        assert_eq!(found.unwrap(), since, "{operation}");
    }
    // Judgements and marks are told apart.
    assert_eq!(store.revisions_of(keys[0]).await.unwrap().len(), 1);
    let marks = store.mark_revisions_of(keys[0]).await.unwrap();
    let marks: Vec<_> = marks
        .into_iter()
        .map(|one| match one.mark {
            Mark::Tag { name, on } => (one.operation.0, name, on),
            other => panic!("only tags were put on: {other:?}"),
        })
        .collect();
    let expected = [
        (6, "Cats", false),
        (4, "dog", false),
        (2, "dog", true),
        (1, "Cats", true),
    ];
    assert_eq!(
        marks,
        expected.map(|(at, name, on)| (at, name.to_owned(), on))
    );
    assert!(store.mark_revisions_of(i64::MAX).await.unwrap().is_empty());
}

async fn readers_are_told_what_changed(url: &str) {
    let (store, keys) = library(url, 3).await;
    let known = store.change_now().await.unwrap();
    put(&store, 1, &keys[..2], "cat").await;
    put(&store, 2, &keys, "dog").await;
    let marks = |changes: Changes| match changes {
        Changes::Rows { marks, touched, .. } => {
            assert!(touched.is_empty());
            marks
        }
        Changes::Rebuild { .. } => panic!("too much"),
    };
    let tag = |name: &str| Tag {
        name: name.to_owned(),
        colour: None,
    };
    let (cat, dog) = (known + 1, known + 2);
    let told = marks(store.changes_since(known).await.unwrap());
    let expected = Marks {
        tagged: vec![
            (cat, keys[0], true),
            (cat, keys[1], true),
            (dog, keys[0], true),
            (dog, keys[1], true),
            (dog, keys[2], true),
        ],
        names: Some(vec![(cat, tag("cat")), (dog, tag("dog"))]),
        ..Marks::default()
    };
    assert_eq!(*told, expected);
    store
        .merge_tags(author(3), "cat".to_owned(), "dog".to_owned())
        .await
        .unwrap();
    take_off(&store, 4, &keys[2..], "dog").await;
    let told = marks(store.changes_since(known + 2).await.unwrap());
    let expected = Marks {
        tagged: vec![
            (cat, keys[0], false),
            (cat, keys[1], false),
            (dog, keys[0], true),
            (dog, keys[1], true),
            (dog, keys[2], false),
        ],
        names: Some(vec![(dog, tag("dog"))]),
        ..Marks::default()
    };
    assert_eq!(*told, expected);
    store
        .judge(author(5), keys.clone(), Edit::Favourite(true))
        .await
        .unwrap();
    let told = store.changes_since(known + 4).await.unwrap();
    assert!(marks(told).is_empty());
    let rows = store.index_rows_of(&keys).await.unwrap();
    let rows: Vec<_> = rows.into_iter().map(|row| row.tags).collect();
    assert_eq!(rows, [vec![dog], vec![dog], vec![]]);
}

async fn what_is_forgotten_leaves_nothing_behind(url: &str) {
    let (store, keys) = library(url, 2).await;
    put(&store, 1, &keys, "cat").await;
    put(&store, 2, &keys, "dog").await;
    store.delete_tag(author(3), "cat".to_owned()).await.unwrap();
    assert_eq!(store.forget_operations(author(4).at).await.unwrap(), 3);
    let gone = store.undo(author(5), OperationId(3)).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
    let now = tagged(&store, &keys).await;
    assert_eq!(now, BTreeMap::from([("dog".to_owned(), set(&keys))]));
    // The name is free again.
    put(&store, 6, &keys[..1], "Cat").await;
    assert_eq!(tagged(&store, &keys).await.len(), 2);
}

/// `SplitMix64`.
fn chance(state: &mut u64, end: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((value ^ value >> 31) % end as u64) as usize
}

type Model = BTreeMap<String, BTreeSet<i64>>;

async fn many_random_operations_agree_with_a_plain_model(url: &str) {
    const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
    let (store, keys) = library(url, 24).await;
    let mut state = 11;
    let mut model = Model::new();
    // What the model was before the last operation: taking that back at once leads there.
    let mut before: Option<(u128, Model)> = None;
    for number in 1..=300 {
        let name = NAMES[chance(&mut state, 5)].to_owned();
        let other = NAMES[chance(&mut state, 5)].to_owned();
        let own: Vec<i64> = keys
            .iter()
            .copied()
            .filter(|_| chance(&mut state, 3) == 0)
            .collect();
        let was = model.clone();
        let author = author(number);
        let known = model.contains_key(&name);
        let done = match chance(&mut state, 9) {
            0..=2 => {
                if !own.is_empty() {
                    model.entry(name.clone()).or_default().extend(&own);
                }
                store.set_tag(author, own, name, true).await
            }
            3 | 4 => {
                if let Some(had) = model.get_mut(&name) {
                    had.retain(|key| !own.contains(key));
                }
                store.set_tag(author, own, name, false).await
            }
            5 if known && model.contains_key(&other) && name != other => {
                let moved = model.remove(&name).unwrap();
                model.get_mut(&other).unwrap().extend(moved);
                store.merge_tags(author, name, other).await
            }
            6 if known => {
                model.remove(&name);
                store.delete_tag(author, name).await
            }
            7 if known && !model.contains_key(&other) => {
                let moved = model.remove(&name).unwrap();
                model.insert(other.clone(), moved);
                store.rename_tag(author, name, other).await
            }
            _ => match before.take() {
                Some((operation, old)) => {
                    model = old;
                    store.undo(author, OperationId(operation)).await
                }
                None => continue,
            },
        };
        let done = done.unwrap();
        assert_eq!(done.conflicts, 0);
        assert_eq!(tagged(&store, &keys).await, model, "after {number}");
        if done.operation.is_some() {
            before = Some((number, was));
        }
    }
}
