//! Duels: what is asked, and what every question answers afterwards.

use std::collections::BTreeSet;

use domain::{
    duel::{Answer, DuelRound},
    id::{ImageId, OperationId},
    problem::ProblemKind,
    query::Query,
};
use testkit::Library;

fn answer(number: u128, better: ImageId, worse: ImageId) -> Answer {
    Answer {
        better,
        worse,
        even: false,
        operation: OperationId(number),
    }
}

async fn round(library: &Library, query: &str, asking: &[ImageId]) -> DuelRound {
    let query = Query::parse(query);
    let round = library.gallery.duels().round(&query, asking).await;
    round.unwrap()
}

async fn ranked(library: &Library, query: &str) -> Vec<String> {
    let found = library.find(query).await;
    found.into_iter().map(|card| card.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contest_comes_to_its_end_and_sorts_every_result() {
    let library = Library::of_pictures(7).await;
    let duels = library.gallery.duels();
    let mut number = 0;
    loop {
        let DuelRound { pairs, standing } = round(&library, "", &[]).await;
        assert_eq!(standing.pictures, 7);
        assert_eq!(standing.duels, u64::try_from(number).unwrap());
        assert_eq!(standing.is_over(), pairs.is_empty());
        let Some((one, other)) = pairs.first() else {
            break;
        };
        number += 1;
        // Whoever has the higher number is better.
        let (better, worse) = if one.name > other.name {
            (one.id, other.id)
        } else {
            (other.id, one.id)
        };
        duels
            .decide(answer(number, better, worse), "me")
            .await
            .unwrap();
    }
    assert!(number <= 14, "{number}");
    let best = ranked(&library, "sort=rank").await;
    let expected: Vec<String> = (0..7).rev().map(|at| format!("{at:05}.png")).collect();
    assert_eq!(best, expected);
    let worst = ranked(&library, "sort=-rank").await;
    assert_eq!(worst.first(), expected.last());
    // A part of it is in its order already.
    let part = round(&library, "seed=0..2", &[]).await;
    assert!(part.standing.pictures < 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_asked_is_not_asked_again_and_nothing_is_counted_twice() {
    let library = Library::of_pictures(5).await;
    let duels = library.gallery.duels();
    let first = round(&library, "", &[]).await;
    assert_eq!(first.pairs.len(), 2);
    let asking: Vec<ImageId> = first.pairs.iter().flat_map(|(a, b)| [a.id, b.id]).collect();
    assert_eq!(asking.iter().collect::<BTreeSet<_>>().len(), 4);
    assert!(round(&library, "", &asking).await.pairs.is_empty());
    let said = answer(1, asking[0], asking[1]);
    for _ in 0..2 {
        let done = duels.decide(said, "me").await.unwrap();
        assert_eq!(done.changed, 2);
    }
    assert_eq!(round(&library, "", &[]).await.standing.duels, 1);
    let nobody = duels.decide(answer(2, asking[0], ImageId(9)), "me").await;
    assert_eq!(nobody.unwrap_err().problem().kind, ProblemKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn starting_over_leaves_the_duels_of_others_and_is_taken_back() {
    let library = Library::of_pictures(3).await;
    let duels = library.gallery.duels();
    let all = library.find("sort=name").await;
    let id = |at: usize| all[at].id;
    duels.decide(answer(1, id(2), id(0)), "me").await.unwrap();
    duels.decide(answer(2, id(1), id(2)), "me").await.unwrap();
    let before = ranked(&library, "sort=rank").await;
    assert_eq!(before, ["00001.png", "00002.png", "00000.png"]);
    let query = Query::parse("q=00000 or 00002");
    let over = duels.start_over(&Query::default(), "me").await.unwrap();
    assert_eq!(over.changed, 3);
    assert_eq!(
        duels.start_over(&query, "me").await.unwrap().operation,
        None
    );
    let judge = library.gallery.judge();
    judge.undo(over.operation.unwrap(), "me").await.unwrap();
    assert_eq!(ranked(&library, "sort=rank").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn ranks_outlive_the_program() {
    let library = Library::of_pictures(3).await;
    let all = library.find("sort=name").await;
    let (better, worse) = (all[2].id, all[0].id);
    let duels = library.gallery.duels();
    duels.decide(answer(1, better, worse), "me").await.unwrap();
    let before = ranked(&library, "sort=rank").await;
    assert_eq!(before[..2], ["00002.png", "00000.png"]);
    let library = library.reopened().await;
    assert_eq!(ranked(&library, "sort=rank").await, before);
    assert_eq!(round(&library, "", &[]).await.standing.duels, 1);
}
