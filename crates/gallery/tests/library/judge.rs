//! Judging pictures: what every question answers afterwards, and taking it back.

use domain::{
    id::{ImageId, OperationId},
    judgement::{Edit, Label, Sent, Verdict},
    problem::ProblemKind,
    query::Query,
    selection::Selection,
};
use gallery::By;
use testkit::{Library, picture};

async fn ids(library: &Library, query: &str) -> Vec<ImageId> {
    let found = library.find(query).await;
    found.into_iter().map(|card| card.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_a_stack_is_kept_in_one_step() {
    let library = Library::of_pictures(4).await;
    library.write("other.png", &picture::a1111("a loud sea", 9));
    library.scan().await;
    let judge = library.gallery.judge();
    let all = ids(&library, "q=quiet&sort=seed").await;
    let stack = judge.stack(all[2]).await.unwrap();
    let mut stacked: Vec<ImageId> = stack.iter().map(|card| card.id).collect();
    stacked.sort_unstable();
    let mut expected = all.clone();
    expected.sort_unstable();
    assert_eq!(stacked, expected);
    let done = judge.keep(all[2], &stacked, "me").await.unwrap();
    assert_eq!(done.changed, 4);
    assert_eq!(library.names("state=approved").await, ["00002.png"]);
    assert_eq!(library.names("state=rejected").await.len(), 3);
    assert_eq!(library.names("state=undecided").await, ["other.png"]);
    let told = judge.operations(None, None).await.unwrap();
    assert_eq!((told.len(), told[0].pictures), (1, 4));
    let pictures = judge.pictures(told[0].id, false).await.unwrap();
    assert_eq!(pictures.len(), 4);
    judge.undo(told[0].id, "me").await.unwrap();
    assert_eq!(library.names("state=undecided").await.len(), 5);
    let unknown = judge.stack(ImageId(7)).await.unwrap_err().problem();
    assert_eq!(unknown.kind, ProblemKind::NotFound);
}

const APPROVE: Edit = Edit::Verdict(Verdict::Approved);

#[tokio::test(flavor = "multi_thread")]
async fn what_was_judged_is_found_and_told_at_once() {
    let library = Library::of_pictures(6).await;
    let judge = library.gallery.judge();
    let all = ids(&library, "sort=seed").await;
    let some = Selection::These(all[1..3].to_vec());
    judge.set(&some, APPROVE, "me").await.unwrap();
    judge.set(&some, Edit::Rating(4), "me").await.unwrap();
    let label = Edit::Label(Some(Label::Red));
    let last = Selection::These(vec![all[5]]);
    judge.set(&last, label, "me").await.unwrap();
    assert_eq!(
        library.names("state=approved&sort=seed").await,
        ["00001.png", "00002.png"]
    );
    assert_eq!(
        library.names("rating=4..").await,
        ["00001.png", "00002.png"]
    );
    assert_eq!(library.names("label=red").await, ["00005.png"]);
    assert_eq!(library.names("state=undecided&label=none").await.len(), 3);
    let query = Query::parse("state=approved");
    let page = library
        .gallery
        .search()
        .first_page(&query, 9)
        .await
        .unwrap()
        .page;
    assert!(
        page.cards.iter().all(|card| {
            (card.judgement.verdict, card.judgement.rating) == (Verdict::Approved, 4)
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_in_a_result_is_one_operation_that_can_be_taken_back() {
    let library = Library::of_pictures(40).await;
    let (search, judge) = (library.gallery.search(), library.gallery.judge());
    let first = search.first_page(&Query::default(), 10).await.unwrap();
    let result = first.head.id.unwrap();
    let but_two = Selection::AllBut {
        result,
        query: String::new(),
        except: first.page.cards[..2].iter().map(|card| card.id).collect(),
    };
    let done = judge.set(&but_two, Edit::Trash(true), "me").await.unwrap();
    assert_eq!(done.changed, 38);
    assert_eq!(library.names("").await.len(), 2);
    assert_eq!(library.names("is=trashed").await.len(), 38);
    // The held result stays as it was, so nothing jumps under somebody's hands.
    let window = domain::window::Window {
        offset: 30,
        len: 10,
    };
    assert_eq!(search.window(result, window).await.unwrap().cards.len(), 10);
    let back = judge.undo(done.operation.unwrap(), "you").await.unwrap();
    assert_eq!((back.changed, back.conflicts), (38, 0));
    assert_eq!(library.names("").await.len(), 40);
    let told = judge.operations(None, None).await.unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|one| (one.actor.as_str(), one.pictures))
        .collect();
    assert_eq!(told, [("you", 38), ("me", 38)]);
    assert_eq!(
        judge.operations(back.operation, None).await.unwrap().len(),
        1
    );
    let picture = ids(&library, "").await[5];
    assert_eq!(judge.revisions(picture).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_cannot_be_judged_or_taken_back() {
    let library = Library::of_pictures(1).await;
    let judge = library.gallery.judge();
    let nobody = Selection::These(vec![ImageId(7)]);
    let done = judge.set(&nobody, APPROVE, "me").await.unwrap();
    assert_eq!((done.operation, done.changed), (None, 0));
    let never = judge.undo(OperationId(7), "me").await;
    assert_eq!(never.unwrap_err().problem().kind, ProblemKind::NotFound);
    let unknown = judge.revisions(ImageId(7)).await;
    assert_eq!(unknown.unwrap_err().problem().kind, ProblemKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn judgements_outlive_a_restart() {
    let library = Library::of_pictures(3).await;
    let picture = Selection::These(ids(&library, "sort=seed").await[..1].to_vec());
    let judge = library.gallery.judge();
    judge
        .set(&picture, Edit::Favourite(true), "me")
        .await
        .unwrap();
    judge.set(&picture, Edit::Hidden(true), "me").await.unwrap();
    let library = library.reopened().await;
    assert_eq!(library.names("is=hidden&is=favourite").await, ["00000.png"]);
    assert_eq!(library.names("").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_sends_twice_is_done_once_and_what_is_gone_is_told() {
    let library = Library::of_pictures(2).await;
    let judge = library.gallery.judge();
    let all = ids(&library, "sort=seed").await;
    let by = |seen: &[(ImageId, Edit)]| {
        let sent = Sent {
            operation: OperationId(77),
            seen: seen.to_vec(),
        };
        By::browser("me", Some(sent))
    };
    let these = Selection::These(all.clone());
    let first = judge.set(&these, APPROVE, by(&[])).await.unwrap();
    assert_eq!((first.operation, first.changed), (Some(OperationId(77)), 2));
    assert_eq!(judge.set(&these, APPROVE, by(&[])).await.unwrap(), first);
    let refused = judge.set(&these, Edit::Rating(1), by(&[])).await;
    let refused = refused.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::Conflict);
    assert_eq!(judge.operations(None, None).await.unwrap().len(), 1);
    let gone = ImageId(7);
    let seen = [(gone, Edit::Verdict(Verdict::Undecided))];
    let these = Selection::These(vec![gone]);
    let done = judge.set(&these, APPROVE, by(&seen)).await.unwrap();
    assert_eq!(done.conflicts, 1);
}
