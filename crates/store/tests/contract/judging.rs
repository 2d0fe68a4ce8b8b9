//! Judging pictures and taking that back, compared with a plain model.

use std::collections::BTreeMap;

use domain::{
    id::OperationId,
    judgement::{Aspect, Done, Edit, Judgement, Label, Verdict},
    time::Timestamp,
};
use store::{
    Store, StoreError,
    rows::{Author, Changes},
};

use crate::support::library;

testkit::on_both_engines!(
    every_part_of_a_judgement_is_set_by_itself,
    what_is_so_already_is_no_operation,
    an_operation_is_taken_back_and_done_again,
    one_is_kept_and_the_others_are_rejected_as_one_operation,
    what_somebody_changed_since_is_left_as_it_is,
    operations_and_revisions_are_told_newest_first,
    the_pictures_of_an_operation_are_told_and_those_that_changed_since,
    what_is_forgotten_cannot_be_taken_back,
    the_same_operation_is_done_once_however_often_it_comes,
    another_operation_under_a_known_id_is_refused,
    what_comes_late_leaves_what_somebody_changed_meanwhile,
    readers_are_told_what_is_thought_now,
    many_random_operations_agree_with_a_plain_model,
);

fn author(number: u128) -> Author {
    Author {
        operation: OperationId(number),
        at: Timestamp(1_000_000 + number as i64),
        actor: "Ödön 漢".to_owned(),
    }
}

/// Approves one picture and rejects the others.
async fn pick(store: &Store, number: u128, kept: i64, others: Vec<i64>) -> store::Result<Done> {
    let others = others.into_iter().filter(|key| *key != kept).collect();
    let parts = vec![
        (vec![kept], Edit::Verdict(Verdict::Approved)),
        (others, Edit::Verdict(Verdict::Rejected)),
    ];
    store.judge_late(author(number), parts, Vec::new()).await
}

const EDITS: [Edit; 8] = [
    Edit::Verdict(Verdict::Rejected),
    Edit::Rating(5),
    Edit::Favourite(true),
    Edit::Label(Some(Label::Blue)),
    Edit::Hidden(true),
    Edit::Trash(true),
    Edit::Rating(200),
    Edit::Label(None),
];

async fn judged(store: &Store, keys: &[i64]) -> BTreeMap<i64, Judgement> {
    let found = store.judgements_of(keys).await.unwrap();
    found.into_iter().collect()
}

async fn every_part_of_a_judgement_is_set_by_itself(url: &str) {
    let (store, keys) = library(url, 501).await;
    assert!(judged(&store, &keys).await.is_empty());
    let mut expected = Judgement::default();
    for (number, edit) in (1..).zip(EDITS) {
        let before = expected;
        edit.apply(&mut expected);
        let done = store.judge(author(number), keys.clone(), edit).await;
        let changed = if before == expected { 0 } else { 501 };
        assert_eq!(done.unwrap().changed, changed, "{edit:?}");
        let all = judged(&store, &keys).await;
        assert_eq!(all.len(), 501);
        assert!(all.values().all(|own| *own == expected), "{edit:?}");
    }
    let other = judged(&store, &[i64::MAX]).await;
    assert!(other.is_empty());
}

async fn what_is_so_already_is_no_operation(url: &str) {
    let (store, keys) = library(url, 3).await;
    let approve = Edit::Verdict(Verdict::Approved);
    let nothing = Done {
        operation: None,
        changed: 0,
        conflicts: 0,
    };
    let change = store.change_now().await.unwrap();
    for keys in [Vec::new(), vec![i64::MAX]] {
        let done = store.judge(author(1), keys, approve).await.unwrap();
        assert_eq!(done, nothing);
    }
    let undecided = Edit::Verdict(Verdict::Undecided);
    let done = store.judge(author(1), keys.clone(), undecided).await;
    assert_eq!(done.unwrap(), nothing);
    assert_eq!(store.change_now().await.unwrap(), change);
    store.judge(author(1), keys.clone(), approve).await.unwrap();
    assert_eq!(store.change_now().await.unwrap(), change + 1);
    let done = store.judge(author(2), keys.clone(), approve).await;
    assert_eq!(done.unwrap(), nothing);
    // What is in the trash is there since it came there.
    let trash = Edit::Trash(true);
    store.judge(author(3), vec![keys[0]], trash).await.unwrap();
    let done = store.judge(author(4), keys.clone(), trash).await.unwrap();
    assert_eq!(done.changed, 2);
    let all = judged(&store, &keys).await;
    assert!(all.values().all(|own| own.trashed));
}

async fn an_operation_is_taken_back_and_done_again(url: &str) {
    let (store, keys) = library(url, 501).await;
    let rate = |stars| Edit::Rating(stars);
    store
        .judge(author(1), keys[..200].to_vec(), rate(3))
        .await
        .unwrap();
    let before = judged(&store, &keys).await;
    store.judge(author(2), keys.clone(), rate(5)).await.unwrap();
    let after = judged(&store, &keys).await;
    let back = store.undo(author(3), OperationId(2)).await.unwrap();
    let expected = Done {
        operation: Some(OperationId(3)),
        changed: 501,
        conflicts: 0,
    };
    assert_eq!(back, expected);
    let now = judged(&store, &keys).await;
    assert!(keys.iter().all(|key| {
        now.get(key).copied().unwrap_or_default() == before.get(key).copied().unwrap_or_default()
    }));
    let again = store.undo(author(4), OperationId(3)).await.unwrap();
    assert_eq!(again.changed, 501);
    assert_eq!(judged(&store, &keys).await, after);
    let missing = store.undo(author(5), OperationId(77)).await;
    assert!(
        matches!(missing, Err(StoreError::NotFound(_))),
        "{missing:?}"
    );
}

async fn one_is_kept_and_the_others_are_rejected_as_one_operation(url: &str) {
    let (store, keys) = library(url, 501).await;
    let verdict = Edit::Verdict(Verdict::Rejected);
    store
        .judge(author(1), vec![keys[2]], verdict)
        .await
        .unwrap();
    let before = judged(&store, &keys).await;
    let done = pick(&store, 2, keys[0], keys.clone()).await.unwrap();
    assert_eq!(
        (done.changed, done.conflicts),
        (500, 0),
        "one was rejected already"
    );
    let now = judged(&store, &keys).await;
    assert_eq!(now[&keys[0]].verdict, Verdict::Approved);
    assert!(
        keys[1..]
            .iter()
            .all(|key| now[key].verdict == Verdict::Rejected)
    );
    assert_eq!(store.operations(None, None, 9).await.unwrap().len(), 2);
    let back = store.undo(author(3), OperationId(2)).await.unwrap();
    assert_eq!((back.changed, back.conflicts), (500, 0));
    let now = judged(&store, &keys).await;
    for key in &keys {
        let of = |all: &BTreeMap<i64, Judgement>| all.get(key).copied().unwrap_or_default();
        assert_eq!(of(&now), of(&before));
    }
    let alone = pick(&store, 4, keys[2], Vec::new()).await.unwrap();
    assert_eq!(alone.changed, 1);
    let nothing = pick(&store, 5, keys[2], vec![keys[2]]).await.unwrap();
    assert_eq!(nothing.operation, None);
}

async fn what_somebody_changed_since_is_left_as_it_is(url: &str) {
    let (store, keys) = library(url, 10).await;
    let approve = Edit::Verdict(Verdict::Approved);
    let reject = Edit::Verdict(Verdict::Rejected);
    store.judge(author(1), keys.clone(), approve).await.unwrap();
    store
        .judge(author(2), keys[..4].to_vec(), reject)
        .await
        .unwrap();
    // Another part of the judgement is no conflict.
    let favourite = Edit::Favourite(true);
    store
        .judge(author(3), keys.clone(), favourite)
        .await
        .unwrap();
    let back = store.undo(author(4), OperationId(1)).await.unwrap();
    assert_eq!((back.changed, back.conflicts), (6, 4));
    let all = judged(&store, &keys).await;
    let verdicts: Vec<Verdict> = keys.iter().map(|key| all[key].verdict).collect();
    assert_eq!(verdicts[..4], [Verdict::Rejected; 4]);
    assert_eq!(verdicts[4..], [Verdict::Undecided; 6]);
    assert!(all.values().all(|own| own.favourite));
    // Once more there is nothing left to take back.
    let back = store.undo(author(5), OperationId(1)).await.unwrap();
    assert_eq!(
        (back.operation, back.changed, back.conflicts),
        (None, 0, 10)
    );
}

async fn operations_and_revisions_are_told_newest_first(url: &str) {
    let (store, keys) = library(url, 3).await;
    assert!(store.operations(None, None, 10).await.unwrap().is_empty());
    let rate = |stars| Edit::Rating(stars);
    store.judge(author(1), keys.clone(), rate(1)).await.unwrap();
    store
        .judge(author(2), vec![keys[0]], rate(2))
        .await
        .unwrap();
    store.undo(author(3), OperationId(2)).await.unwrap();
    let told = store.operations(None, None, 10).await.unwrap();
    let ids: Vec<u128> = told.iter().map(|one| one.id.0).collect();
    assert_eq!(ids, [3, 2, 1]);
    assert_eq!(told[0].undoes, Some(OperationId(2)));
    assert_eq!(told[1].undone_by, Some(OperationId(3)));
    assert_eq!((told[2].pictures, told[2].aspect), (3, Aspect::Rating));
    assert_eq!(
        (told[2].at, &told[2].actor),
        (author(1).at, &author(1).actor)
    );
    assert_eq!(
        store
            .operations(Some(OperationId(3)), None, 1)
            .await
            .unwrap(),
        told[1..2]
    );
    // Done again, it holds again.
    store.undo(author(4), OperationId(3)).await.unwrap();
    let told = store.operations(None, None, 10).await.unwrap();
    assert_eq!(told[2].undone_by, None);
    assert_eq!(told[1].undone_by, Some(OperationId(4)));
    let revisions = store.revisions_of(keys[0]).await.unwrap();
    let steps: Vec<(Edit, Edit)> = revisions
        .iter()
        .map(|one| (one.before, one.after))
        .collect();
    let expected = [(1, 2), (2, 1), (1, 2), (0, 1)].map(|(a, b)| (rate(a), rate(b)));
    assert_eq!(steps, expected);
    assert_eq!(store.revisions_of(keys[1]).await.unwrap().len(), 1);
    assert!(store.revisions_of(i64::MAX).await.unwrap().is_empty());
}

async fn the_pictures_of_an_operation_are_told_and_those_that_changed_since(url: &str) {
    let (store, keys) = library(url, 501).await;
    let rate = |stars| Edit::Rating(stars);
    store.judge(author(1), keys.clone(), rate(2)).await.unwrap();
    let some = keys[10..13].to_vec();
    store.judge(author(2), some.clone(), rate(4)).await.unwrap();
    let favourite = Edit::Favourite(true);
    store
        .judge(author(3), keys.clone(), favourite)
        .await
        .unwrap();
    let of = |number, since, limit| store.pictures_of(OperationId(number), since, limit);
    assert_eq!(of(1, false, 1_000).await.unwrap(), keys);
    assert_eq!(of(1, false, 5).await.unwrap(), keys[..5]);
    assert_eq!(of(1, true, 1_000).await.unwrap(), some);
    assert_eq!(of(2, true, 9).await.unwrap(), [] as [i64; 0]);
    assert!(of(9, false, 9).await.is_err());
    let told = store
        .operations(None, Some(Aspect::Rating), 9)
        .await
        .unwrap();
    let edits: Vec<_> = told.iter().map(|one| one.edit).collect();
    assert_eq!(edits, [Some(rate(4)), Some(rate(2))]);
    store.undo(author(4), OperationId(2)).await.unwrap();
    let back = store.operations(None, None, 1).await.unwrap().remove(0);
    assert_eq!(
        (back.edit, back.undoes),
        (Some(rate(4)), Some(OperationId(2)))
    );
    pick(&store, 5, keys[0], keys.clone()).await.unwrap();
    assert_eq!(store.operations(None, None, 1).await.unwrap()[0].edit, None);
}

async fn what_is_forgotten_cannot_be_taken_back(url: &str) {
    let (store, keys) = library(url, 2).await;
    for number in 1..=3 {
        let edit = Edit::Rating(number as u8);
        store
            .judge(author(number), keys.clone(), edit)
            .await
            .unwrap();
    }
    assert_eq!(store.forget_operations(author(3).at).await.unwrap(), 2);
    let gone = store.undo(author(4), OperationId(1)).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
    store.undo(author(5), OperationId(3)).await.unwrap();
    assert!(
        judged(&store, &keys)
            .await
            .values()
            .all(|own| own.rating == 2)
    );
}

async fn readers_are_told_what_is_thought_now(url: &str) {
    let (store, keys) = library(url, 3).await;
    let known = store.change_now().await.unwrap();
    let trash = Edit::Trash(true);
    store
        .judge(author(1), keys.clone(), Edit::Rating(4))
        .await
        .unwrap();
    store.judge(author(2), vec![keys[0]], trash).await.unwrap();
    let rated = Judgement {
        rating: 4,
        ..Judgement::default()
    };
    let trashed = Judgement {
        trashed: true,
        ..rated
    };
    let told = |upto, judged| Changes::Rows {
        upto,
        touched: vec![],
        removed: vec![],
        judged,
        marks: Box::default(),
    };
    let all = vec![(keys[0], trashed), (keys[1], rated), (keys[2], rated)];
    let changes = store.changes_since(known).await.unwrap();
    assert_eq!(changes, told(known + 2, all.clone()));
    let changes = store.changes_since(known + 1).await.unwrap();
    assert_eq!(changes, told(known + 2, all[..1].to_vec()));
    let rows = store.index_rows_of(&keys).await.unwrap();
    let rows: Vec<_> = rows.iter().map(|row| (row.key, row.judgement)).collect();
    assert_eq!(rows, all);
}

/// `SplitMix64`.
fn chance(state: &mut u64, end: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((value ^ value >> 31) % end as u64) as usize
}

fn any_edit(state: &mut u64) -> Edit {
    match chance(state, 6) {
        0 => Edit::Verdict(Verdict::ALL[chance(state, 3)]),
        1 => Edit::Rating(chance(state, 6) as u8),
        2 => Edit::Favourite(chance(state, 2) == 1),
        3 => Edit::Label(Label::ALL.get(chance(state, 5)).copied()),
        4 => Edit::Hidden(chance(state, 2) == 1),
        _ => Edit::Trash(chance(state, 2) == 1),
    }
}

/// A judgement, and since when the picture is in the trash: whoever put it there again meant now.
type Own = (Judgement, Option<Timestamp>);

/// What an operation did in the model: which part, and of each picture what it was and became.
struct Past {
    aspect: Aspect,
    changed: Vec<(i64, Own, Own)>,
}

fn edited(own: &Own, edit: Edit, now: Timestamp) -> Own {
    let (mut judgement, since) = *own;
    edit.apply(&mut judgement);
    let since = judgement.trashed.then(|| since.unwrap_or(now));
    (judgement, since)
}

/// Takes over one part of another judgement.
fn take(aspect: Aspect, own: &mut Own, from: &Own) {
    match aspect {
        Aspect::Verdict => own.0.verdict = from.0.verdict,
        Aspect::Rating => own.0.rating = from.0.rating,
        Aspect::Favourite => own.0.favourite = from.0.favourite,
        Aspect::Label => own.0.label = from.0.label,
        Aspect::Hidden => own.0.hidden = from.0.hidden,
        Aspect::Trash => {
            own.0.trashed = from.0.trashed;
            own.1 = from.1;
        }
        Aspect::Tag | Aspect::Note | Aspect::Set | Aspect::Field | Aspect::Duel | Aspect::Place => {
            panic!("no part of a judgement")
        }
    }
}

fn same(aspect: Aspect, a: &Own, b: &Own) -> bool {
    let mut taken = *a;
    take(aspect, &mut taken, b);
    taken == *a
}

async fn many_random_operations_agree_with_a_plain_model(url: &str) {
    let (store, keys) = library(url, 40).await;
    let mut state = 5;
    let mut model: BTreeMap<i64, Own> = keys.iter().map(|key| (*key, Own::default())).collect();
    let mut past: BTreeMap<u128, Past> = BTreeMap::new();
    for number in 1..=400 {
        let taken_back = past
            .keys()
            .nth(chance(&mut state, past.len().max(1)))
            .copied();
        let taken_back = taken_back.filter(|_| chance(&mut state, 3) == 0);
        let (aspect, changed, done) = if let Some(old) = taken_back {
            let Past { aspect, changed } = &past[&old];
            let held = changed
                .iter()
                .filter(|(key, _, new)| same(*aspect, &model[key], new));
            let back: Vec<_> = held.map(|(key, old, new)| (*key, *new, *old)).collect();
            let conflicts = changed.len() - back.len();
            let done = store.undo(author(number), OperationId(old)).await.unwrap();
            assert_eq!(done.conflicts, conflicts as u64);
            (*aspect, back, done)
        } else {
            let edit = any_edit(&mut state);
            let own: Vec<i64> = keys
                .iter()
                .copied()
                .filter(|_| chance(&mut state, 4) == 0)
                .collect();
            let mut changed = Vec::new();
            for key in &own {
                let after = edited(&model[key], edit, author(number).at);
                if after != model[key] {
                    changed.push((*key, model[key], after));
                }
            }
            let done = store.judge(author(number), own, edit).await.unwrap();
            (edit.aspect(), changed, done)
        };
        assert_eq!(done.changed, changed.len() as u64);
        assert_eq!(done.operation.is_some(), !changed.is_empty());
        for (key, _, after) in &changed {
            take(aspect, model.get_mut(key).unwrap(), after);
        }
        if !changed.is_empty() {
            past.insert(number, Past { aspect, changed });
        }
        let now = judged(&store, &keys).await;
        for (key, expected) in &model {
            assert_eq!(now.get(key).copied().unwrap_or_default(), expected.0);
        }
    }
    assert_eq!(
        store.operations(None, None, 1_000).await.unwrap().len(),
        past.len()
    );
}

async fn the_same_operation_is_done_once_however_often_it_comes(url: &str) {
    let (store, keys) = library(url, 6).await;
    for (number, edit) in (1..).zip(EDITS) {
        let first = store.judge(author(number), keys.clone(), edit).await;
        let (first, change) = (first.unwrap(), store.change_now().await.unwrap());
        let all = judged(&store, &keys).await;
        let later = Author {
            at: Timestamp(9_000_000),
            ..author(number)
        };
        let again = store.judge(later, keys.clone(), edit).await.unwrap();
        assert_eq!(again, first, "{edit:?}");
        assert_eq!(store.change_now().await.unwrap(), change);
        assert_eq!(judged(&store, &keys).await, all);
    }
    let undecided = Edit::Verdict(Verdict::Undecided);
    store
        .judge(author(19), keys.clone(), undecided)
        .await
        .unwrap();
    let kept = pick(&store, 20, keys[0], keys.clone()).await.unwrap();
    assert_eq!(kept.changed, 6);
    let back = store.undo(author(21), OperationId(20)).await.unwrap();
    // Whatever came meanwhile, both are answered as they were, and nothing moves.
    let change = store.change_now().await.unwrap();
    assert_eq!(pick(&store, 20, keys[0], keys.clone()).await.unwrap(), kept);
    assert_eq!(store.undo(author(21), OperationId(20)).await.unwrap(), back);
    assert_eq!(store.change_now().await.unwrap(), change);
    let told = store.operations(None, None, 99).await.unwrap();
    assert_eq!(told.iter().filter(|one| one.id.0 == 20).count(), 1);
}

async fn another_operation_under_a_known_id_is_refused(url: &str) {
    let (store, keys) = library(url, 4).await;
    store
        .judge(author(1), keys.clone(), Edit::Rating(3))
        .await
        .unwrap();
    store.undo(author(2), OperationId(1)).await.unwrap();
    store
        .judge(author(3), keys.clone(), Edit::Trash(true))
        .await
        .unwrap();
    let (change, all) = (
        store.change_now().await.unwrap(),
        judged(&store, &keys).await,
    );
    for (number, edit) in [
        (1, Edit::Rating(4)),
        (1, Edit::Favourite(true)),
        (2, Edit::Rating(3)),
        (3, Edit::Trash(false)),
        (3, Edit::Hidden(true)),
    ] {
        let refused = store.judge(author(number), keys.clone(), edit).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{edit:?}");
    }
    for (number, old) in [(1, 1), (1, 3), (2, 3), (3, 1)] {
        let refused = store.undo(author(number), OperationId(old)).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{number}");
    }
    let refused = pick(&store, 1, keys[0], keys.clone()).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    assert_eq!(store.change_now().await.unwrap(), change);
    assert_eq!(judged(&store, &keys).await, all);
}

async fn what_comes_late_leaves_what_somebody_changed_meanwhile(url: &str) {
    let (store, keys) = library(url, 6).await;
    let [approve, reject, undecided] =
        [Verdict::Approved, Verdict::Rejected, Verdict::Undecided].map(Edit::Verdict);
    // Seen as undecided; meanwhile one was rejected, one approved, and one got something else.
    let seen: Vec<(i64, Edit)> = keys.iter().map(|key| (*key, undecided)).collect();
    for (number, key, edit) in [
        (1, keys[0], reject),
        (2, keys[1], approve),
        (3, keys[2], Edit::Favourite(true)),
    ] {
        store.judge(author(number), vec![key], edit).await.unwrap();
    }
    let late = || store.judge_late(author(4), vec![(keys.clone(), approve)], seen.clone());
    let done = late().await.unwrap();
    assert_eq!((done.changed, done.conflicts), (4, 1));
    assert_eq!(late().await.unwrap(), done, "once more changes nothing");
    let all = judged(&store, &keys).await;
    let verdicts: Vec<Verdict> = keys.iter().map(|key| all[key].verdict).collect();
    assert_eq!(verdicts[0], Verdict::Rejected);
    assert_eq!(verdicts[1..], [Verdict::Approved; 5]);
    // One that was decided there first, then here again: what is seen is what was decided here.
    let next = vec![(keys[3], approve)];
    let done = store.judge_late(author(5), vec![(vec![keys[3]], undecided)], next);
    assert_eq!(done.await.unwrap().changed, 1);
    // Nothing but conflicts is no operation.
    let only = vec![(keys[0], approve)];
    let done = store.judge_late(author(6), vec![(vec![keys[0]], undecided)], only);
    let done = done.await.unwrap();
    assert_eq!((done.operation, done.changed, done.conflicts), (None, 0, 1));
    // In the trash is in the trash, whenever it came there.
    let trash = |on| Edit::Trash(on);
    store
        .judge(author(7), vec![keys[4]], trash(true))
        .await
        .unwrap();
    let seen = vec![(keys[4], trash(true))];
    let done = store.judge_late(author(8), vec![(vec![keys[4]], trash(false))], seen);
    assert_eq!(done.await.unwrap().changed, 1);
}
