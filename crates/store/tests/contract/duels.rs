//! Duels, and taking them back.

use std::collections::BTreeMap;

use domain::{
    duel::Duel,
    judgement::{Aspect, Done},
    tag::Mark,
    time::Timestamp,
};
use store::{StoreError, rows::Changes};

use crate::{support::library, tags::author};

testkit::on_both_engines!(
    an_answer_counts_until_it_is_taken_back,
    an_answer_that_is_sent_twice_is_given_once,
    all_answers_between_some_pictures_are_taken_away_and_come_back,
    readers_are_told_of_every_answer,
    answers_stay_when_their_operations_are_forgotten,
    many_random_answers_agree_with_a_plain_model,
);

fn won(better: i64, worse: i64) -> Duel {
    Duel {
        better,
        worse,
        even: false,
    }
}

fn done(number: u128, changed: u64) -> Done {
    Done {
        operation: Some(author(number).operation),
        changed,
        conflicts: 0,
    }
}

async fn an_answer_counts_until_it_is_taken_back(url: &str) {
    let (store, keys) = library(url, 3).await;
    let even = Duel {
        even: true,
        ..won(keys[2], keys[0])
    };
    let first = won(keys[0], keys[1]);
    assert_eq!(store.decide(author(1), first).await.unwrap(), done(1, 2));
    store.decide(author(2), even).await.unwrap();
    assert_eq!(store.duels().await.unwrap(), [first, even]);

    let back = store.undo(author(3), author(1).operation).await.unwrap();
    assert_eq!(back, done(3, 2));
    assert_eq!(store.duels().await.unwrap(), [even]);
    // A second time there is nothing to take back.
    let again = store.undo(author(4), author(1).operation).await.unwrap();
    assert_eq!((again.operation, again.conflicts), (None, 2));
    store.undo(author(5), author(3).operation).await.unwrap();
    assert_eq!(store.duels().await.unwrap(), [first, even]);

    let told = store.operations(None, Some(Aspect::Duel), 9).await.unwrap();
    let told: Vec<_> = told.iter().map(|own| (own.pictures, own.counts)).collect();
    assert_eq!(
        told,
        [
            (2, Some(true)),
            (2, Some(false)),
            (2, Some(true)),
            (2, Some(true))
        ]
    );
    let pictures = store
        .pictures_of(author(2).operation, false, 9)
        .await
        .unwrap();
    assert_eq!(pictures, [keys[0], keys[2]]);
    let marks = store.mark_revisions_of(keys[1]).await.unwrap();
    let mark = |before, after| Mark::Duel { before, after };
    let marks: Vec<Mark> = marks.into_iter().map(|own| own.mark).collect();
    assert_eq!(marks, [mark(0, 1), mark(1, 0), mark(0, 1)]);
}

async fn an_answer_that_is_sent_twice_is_given_once(url: &str) {
    let (store, keys) = library(url, 3).await;
    let duel = won(keys[0], keys[1]);
    for _ in 0..2 {
        assert_eq!(store.decide(author(1), duel).await.unwrap(), done(1, 2));
    }
    assert_eq!(store.duels().await.unwrap(), [duel]);
    let other = store.decide(author(1), won(keys[0], keys[2])).await;
    assert!(matches!(other, Err(StoreError::Conflict(_))));
    for nobody in [won(keys[0], keys[0]), won(keys[0], 99_999)] {
        let refused = store.decide(author(2), nobody).await;
        assert!(matches!(refused, Err(StoreError::NotFound("picture"))));
    }
}

async fn all_answers_between_some_pictures_are_taken_away_and_come_back(url: &str) {
    let (store, keys) = library(url, 4).await;
    let duels = [
        won(keys[0], keys[1]),
        won(keys[1], keys[2]),
        won(keys[2], keys[3]),
    ];
    for (number, duel) in (1..).zip(duels) {
        store.decide(author(number), duel).await.unwrap();
    }
    let over = store.forget_duels(author(9), keys[..3].to_vec()).await;
    assert_eq!(over.unwrap(), done(9, 3));
    assert_eq!(store.duels().await.unwrap(), [duels[2]]);
    let nothing = store.forget_duels(author(10), keys[..3].to_vec()).await;
    assert_eq!(nothing.unwrap().operation, None);
    // What it took away cannot be taken away once more.
    let gone = store.undo(author(11), author(1).operation).await.unwrap();
    assert_eq!((gone.operation, gone.conflicts), (None, 2));
    let back = store.undo(author(12), author(9).operation).await.unwrap();
    assert_eq!(back, done(12, 3));
    assert_eq!(store.duels().await.unwrap(), duels);
}

async fn readers_are_told_of_every_answer(url: &str) {
    let (store, keys) = library(url, 2).await;
    let known = store.change_now().await.unwrap();
    let duel = won(keys[1], keys[0]);
    store.decide(author(1), duel).await.unwrap();
    let Changes::Rows { upto, marks, .. } = store.changes_since(known).await.unwrap() else {
        panic!("nothing has to be read anew");
    };
    assert_eq!(marks.duels, Some(vec![duel]));
    store.undo(author(2), author(1).operation).await.unwrap();
    let Changes::Rows { marks, .. } = store.changes_since(upto).await.unwrap() else {
        panic!("nothing has to be read anew");
    };
    assert_eq!(marks.duels, Some(Vec::new()));
}

async fn answers_stay_when_their_operations_are_forgotten(url: &str) {
    let (store, keys) = library(url, 3).await;
    let (stays, gone) = (won(keys[0], keys[1]), won(keys[1], keys[2]));
    store.decide(author(1), stays).await.unwrap();
    store.decide(author(2), gone).await.unwrap();
    store.undo(author(3), author(2).operation).await.unwrap();
    store.forget_operations(Timestamp(i64::MAX)).await.unwrap();
    assert_eq!(store.duels().await.unwrap(), [stays]);
    let back = store.undo(author(4), author(3).operation).await;
    assert!(matches!(back, Err(StoreError::NotFound(_))));
}

async fn many_random_answers_agree_with_a_plain_model(url: &str) {
    let (store, keys) = library(url, 8).await;
    let mut chance: u64 = 5;
    let mut below = move |end: usize| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (chance >> 33) as usize % end
    };
    // Every answer by its number and whether it counts; every operation with what it made of which.
    let mut duels: BTreeMap<u128, (Duel, bool)> = BTreeMap::new();
    let mut past: Vec<(u128, bool, Vec<u128>)> = Vec::new();
    for number in 1..600 {
        let (one, other) = (keys[below(8)], keys[below(8)]);
        let operation = match below(10) {
            0..6 if one != other => {
                let even = below(4) == 0;
                let duel = Duel {
                    even,
                    ..won(one, other)
                };
                store.decide(author(number), duel).await.unwrap();
                duels.insert(number, (duel, true));
                Some((true, vec![number]))
            }
            6 => {
                let some: Vec<i64> = keys.iter().copied().filter(|_| below(2) == 0).collect();
                store
                    .forget_duels(author(number), some.clone())
                    .await
                    .unwrap();
                let inside =
                    |duel: &Duel| some.contains(&duel.better) && some.contains(&duel.worse);
                let gone = duels
                    .iter()
                    .filter(|(_, (duel, counts))| *counts && inside(duel));
                Some((false, gone.map(|(number, _)| *number).collect()))
            }
            7.. if !past.is_empty() => {
                let (old, counts, which) = past[below(past.len())].clone();
                store
                    .undo(author(number), author(old).operation)
                    .await
                    .unwrap();
                let held = which.into_iter().filter(|own| duels[own].1 == counts);
                Some((!counts, held.collect()))
            }
            _ => None,
        };
        if let Some((counts, which)) = operation.filter(|(_, which)| !which.is_empty()) {
            for own in &which {
                duels.get_mut(own).unwrap().1 = counts;
            }
            past.push((number, counts, which));
        }
        let count: Vec<Duel> = duels
            .values()
            .filter(|own| own.1)
            .map(|own| own.0)
            .collect();
        assert_eq!(store.duels().await.unwrap(), count, "{number}");
    }
}
