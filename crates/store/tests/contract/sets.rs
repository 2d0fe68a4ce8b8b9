//! Photosets, and taking back what was done with them, compared with a plain model.

use std::collections::BTreeMap;

use domain::{
    facts::Marks,
    id::{OperationId, SetId},
    judgement::{Aspect, Done},
    photoset::{Photoset, SetStep, SetVerb},
};
use store::{Store, StoreError, rows::Changes};

use crate::{
    support::{images, open_with_root, record},
    tags::author,
};

testkit::on_both_engines!(
    pictures_stand_where_they_are_put,
    a_photoset_is_made_and_edited_and_deleted_and_comes_back,
    nothing_lies_in_itself,
    what_somebody_did_since_stays,
    operations_say_which_photoset_they_were_about,
    readers_are_told_what_changed,
    what_is_forgotten_leaves_nothing_behind,
    many_random_operations_agree_with_a_plain_model,
);

const OWN: SetId = SetId(77);

async fn library(url: &str, count: u64) -> (Store, Vec<i64>) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, count).await;
    (store, images(&recorded))
}

async fn create(store: &Store, number: u128, id: SetId, keys: &[i64]) -> Done {
    let set = Photoset::named("Oslo 漢");
    let made = store.create_set(author(number), id, set, keys.to_vec());
    made.await.unwrap()
}

async fn put(store: &Store, number: u128, keys: &[i64], on: bool) -> Done {
    let put = store.put_in_set(author(number), OWN, keys.to_vec(), on);
    put.await.unwrap()
}

async fn undo(store: &Store, number: u128, operation: u128) -> Done {
    let done = store.undo(author(number), OperationId(operation)).await;
    done.unwrap()
}

/// The pictures of each photoset in its order, by its key.
async fn order(store: &Store, keys: &[i64]) -> BTreeMap<i64, Vec<i64>> {
    let mut places: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
    for row in store.index_rows_of(keys).await.unwrap() {
        for (set, place) in row.sets {
            places.entry(set).or_default().push((place, row.key));
        }
    }
    let order = |mut own: Vec<(i64, i64)>| {
        own.sort_unstable();
        own.into_iter().map(|(_, key)| key).collect()
    };
    places
        .into_iter()
        .map(|(set, own)| (set, order(own)))
        .collect()
}

/// The pictures of the only photoset.
async fn own(store: &Store, keys: &[i64]) -> Vec<i64> {
    order(store, keys)
        .await
        .into_values()
        .next()
        .unwrap_or_default()
}

async fn pictures_stand_where_they_are_put(url: &str) {
    let (store, keys) = library(url, 6).await;
    let [a, b, c, d, ..] = keys[..] else { panic!() };
    create(&store, 1, OWN, &[c, a, c, 999_999]).await;
    assert_eq!(own(&store, &keys).await, [c, a]);
    assert_eq!(put(&store, 2, &[b, a, d], true).await.changed, 2);
    assert_eq!(own(&store, &keys).await, [c, a, b, d]);
    assert_eq!(put(&store, 3, &[b, a, d], true).await.operation, None);
    let arrange = |number, keys: &[i64], before| {
        store.arrange_set(author(number), OWN, keys.to_vec(), before)
    };
    arrange(4, &[d, c], Some(b)).await.unwrap();
    assert_eq!(own(&store, &keys).await, [a, d, c, b]);
    arrange(5, &[a], None).await.unwrap();
    assert_eq!(own(&store, &keys).await, [d, c, b, a]);
    // So often between the same two that no room is left.
    for number in 0..30 {
        let moved = if number % 2 == 0 { b } else { c };
        arrange(10 + number, &[moved], Some(if moved == b { c } else { b }))
            .await
            .unwrap();
    }
    assert_eq!(own(&store, &keys).await, [d, c, b, a]);
    assert_eq!(
        put(&store, 50, &[c, keys[4], keys[5]], false).await.changed,
        1
    );
    assert_eq!(own(&store, &keys).await, [d, b, a]);
    undo(&store, 51, 50).await;
    assert_eq!(own(&store, &keys).await, [d, c, b, a]);
    let unknown = store.put_in_set(author(60), SetId(1), vec![a], true).await;
    assert!(matches!(unknown, Err(StoreError::NotFound("photoset"))));
}

async fn a_photoset_is_made_and_edited_and_deleted_and_comes_back(url: &str) {
    let (store, keys) = library(url, 3).await;
    create(&store, 1, OWN, &keys[..2]).await;
    let told = || async {
        let all = store.sets().await.unwrap();
        all.into_iter()
            .map(|(_, id, set)| (id, set))
            .collect::<Vec<_>>()
    };
    let before = told().await[0].1.clone();
    let after = Photoset {
        description: "Three days".to_owned(),
        year: Some(2026),
        ..Photoset::named("Bergen")
    };
    let edit = |number, before: &Photoset, after: &Photoset| {
        store.edit_set(author(number), OWN, before.clone(), after.clone())
    };
    let done = edit(2, &before, &after).await.unwrap();
    assert_eq!((done.operation, done.changed), (Some(OperationId(2)), 0));
    assert_eq!(told().await, [(OWN, after.clone())]);
    // Somebody who saw it as it was does not overwrite it.
    let late = edit(3, &before, &Photoset::named("Tromsø")).await;
    assert!(matches!(late, Err(StoreError::Conflict(name)) if name == "Bergen"));
    store.delete_set(author(4), OWN).await.unwrap();
    assert!(told().await.is_empty());
    assert!(own(&store, &keys).await.is_empty());
    undo(&store, 5, 4).await;
    assert_eq!(told().await, [(OWN, after)]);
    assert_eq!(own(&store, &keys).await, keys[..2]);
    undo(&store, 6, 2).await;
    assert_eq!(told().await, [(OWN, before)]);
    undo(&store, 7, 1).await;
    assert!(told().await.is_empty());
    undo(&store, 8, 7).await;
    assert_eq!(own(&store, &keys).await, keys[..2]);
    let taken = store.create_set(author(9), OWN, Photoset::named("again"), Vec::new());
    assert!(matches!(taken.await, Err(StoreError::Conflict(_))));
}

async fn nothing_lies_in_itself(url: &str) {
    let (store, _) = library(url, 1).await;
    let inside = |parent: Option<u128>| Photoset {
        parent: parent.map(SetId),
        ..Photoset::named("a")
    };
    let make = |id: u128, parent| {
        store.create_set(author(100 + id), SetId(id), inside(parent), Vec::new())
    };
    make(1, None).await.unwrap();
    make(2, Some(1)).await.unwrap();
    make(3, Some(2)).await.unwrap();
    let lost = make(4, Some(9)).await;
    assert!(matches!(lost, Err(StoreError::NotFound("photoset"))));
    let circle = store.edit_set(author(5), SetId(1), inside(None), inside(Some(3)));
    assert!(matches!(circle.await, Err(StoreError::Conflict(_))));
    // What lay in it can be edited although it is gone, and lie elsewhere.
    store.delete_set(author(6), SetId(1)).await.unwrap();
    store
        .edit_set(author(7), SetId(2), inside(Some(1)), inside(None))
        .await
        .unwrap();
}

async fn what_somebody_did_since_stays(url: &str) {
    let (store, keys) = library(url, 4).await;
    let [a, b, c, _] = keys[..] else { panic!() };
    create(&store, 1, OWN, &[a]).await;
    put(&store, 2, &[b, c], true).await;
    store
        .arrange_set(author(3), OWN, vec![c], Some(a))
        .await
        .unwrap();
    let done = undo(&store, 4, 2).await;
    assert_eq!((done.changed, done.conflicts), (1, 1));
    assert_eq!(own(&store, &keys).await, [c, a]);
    let found = store.pictures_of(OperationId(2), true, 9).await.unwrap();
    assert_eq!(found, [b, c]);
    // It holds something else by now, so it stays when its making is taken back.
    let done = undo(&store, 5, 1).await;
    assert_eq!(done.changed, 1);
    assert_eq!(own(&store, &keys).await, [c]);
    assert_eq!(store.sets().await.unwrap().len(), 1);
    store.delete_set(author(6), OWN).await.unwrap();
    let done = undo(&store, 7, 3).await;
    assert_eq!((done.operation, done.conflicts), (None, 1));
}

async fn operations_say_which_photoset_they_were_about(url: &str) {
    let (store, keys) = library(url, 2).await;
    create(&store, 1, OWN, &keys).await;
    put(&store, 2, &keys[..1], false).await;
    let told = store.operations(None, Some(Aspect::Set), 9).await.unwrap();
    let told: Vec<_> = told
        .into_iter()
        .map(|one| (one.pictures, one.set, one.edit))
        .collect();
    let step = |verb| {
        let name = "Oslo 漢".to_owned();
        Some(SetStep { verb, name })
    };
    let expected = [
        (1, step(SetVerb::TakeOut), None),
        (2, step(SetVerb::Create), None),
    ];
    assert_eq!(told, expected);
}

async fn readers_are_told_what_changed(url: &str) {
    let (store, keys) = library(url, 2).await;
    let told = |change| {
        let store = store.clone();
        async move {
            match store.changes_since(change).await.unwrap() {
                Changes::Rows { marks, .. } => marks,
                Changes::Rebuild { .. } => panic!("too much"),
            }
        }
    };
    let known = store.change_now().await.unwrap();
    create(&store, 1, OWN, &keys[..1]).await;
    let marks = told(known).await;
    let sets = store.sets().await.unwrap();
    let key = sets[0].0;
    let place = marks.placed[0].2;
    let expected = Marks {
        placed: vec![(key, keys[0], place)],
        sets: Some(sets),
        ..Marks::default()
    };
    assert!(place > 0);
    assert_eq!(*marks, expected);
    let known = store.change_now().await.unwrap();
    put(&store, 2, &keys[..1], false).await;
    let expected = Marks {
        placed: vec![(key, keys[0], 0)],
        ..Marks::default()
    };
    assert_eq!(*told(known).await, expected);
}

async fn what_is_forgotten_leaves_nothing_behind(url: &str) {
    let (store, keys) = library(url, 2).await;
    create(&store, 1, OWN, &keys).await;
    store.delete_set(author(2), OWN).await.unwrap();
    assert_eq!(store.forget_operations(author(9).at).await.unwrap(), 2);
    let again = store.undo(author(3), OperationId(2)).await;
    assert!(matches!(again, Err(StoreError::NotFound(_))));
    // Its id is free again.
    create(&store, 4, OWN, &keys).await;
    assert_eq!(own(&store, &keys).await, keys);
}

/// A number that looks like chance and is the same in every run.
fn chance(state: &mut u64, below: u64) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    ((*state >> 33) % below) as usize
}

async fn many_random_operations_agree_with_a_plain_model(url: &str) {
    let (store, keys) = library(url, 12).await;
    create(&store, 1, OWN, &[]).await;
    let mut state = 11;
    let mut model: Vec<i64> = Vec::new();
    let mut past: Vec<Vec<i64>> = Vec::new();
    for number in 2..302_u128 {
        let some: Vec<i64> = (0..=chance(&mut state, 4))
            .map(|_| keys[chance(&mut state, 12)])
            .collect();
        let mut some_once: Vec<i64> = Vec::new();
        for key in &some {
            if !some_once.contains(key) {
                some_once.push(*key);
            }
        }
        let before = model.clone();
        let done = match chance(&mut state, 4) {
            0 | 1 => {
                let new = some_once.iter().filter(|key| !before.contains(key));
                model.extend(new);
                put(&store, number, &some, true).await
            }
            2 => {
                model.retain(|key| !some.contains(key));
                put(&store, number, &some, false).await
            }
            _ => {
                let anchor = keys[chance(&mut state, 12)];
                let moved: Vec<i64> = some_once
                    .iter()
                    .copied()
                    .filter(|key| before.contains(key))
                    .collect();
                let behind = before.iter().skip_while(|key| **key != anchor);
                let next = behind.copied().find(|key| !moved.contains(key));
                model.retain(|key| !moved.contains(key));
                let at = model.iter().position(|key| Some(*key) == next);
                let at = at.unwrap_or(model.len());
                model.splice(at..at, moved);
                let done = store.arrange_set(author(number), OWN, some, Some(anchor));
                done.await.unwrap()
            }
        };
        assert_eq!(done.operation.is_some(), model != before, "{number}");
        past.push(before);
        assert_eq!(own(&store, &keys).await, model, "{number}");
        // The last one can always be taken back whole, and done again.
        if done.operation.is_some() && chance(&mut state, 3) == 0 {
            let back = 1_000 + number;
            assert_eq!(undo(&store, back, number).await.conflicts, 0);
            assert_eq!(own(&store, &keys).await, past[past.len() - 1], "{number}");
            undo(&store, 2_000 + number, back).await;
            assert_eq!(own(&store, &keys).await, model, "{number}");
        }
    }
}
