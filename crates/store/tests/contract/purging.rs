//! Deleting what is in the trash.

use domain::{
    id::OperationId,
    judgement::{Edit, Verdict},
    time::Timestamp,
};
use sqlx::{ConnectOptions as _, Connection as _};
use store::rows::{Author, Changes};

use crate::support::{library, open_with_root};

testkit::on_both_engines!(
    only_what_is_in_the_trash_is_told_and_only_that_goes,
    nothing_that_was_done_to_what_is_gone_is_left,
    what_is_abandoned_stays,
    whether_a_root_allows_deleting_is_kept,
);

fn author(number: u128) -> Author {
    Author {
        operation: OperationId(number),
        at: Timestamp(1_000 + number as i64),
        actor: "me".to_owned(),
    }
}

/// How many changes of pictures the tables hold, and how many tags of pictures, seen past the store.
async fn left(url: &str) -> (i64, i64) {
    let text = "SELECT (SELECT COUNT(*) FROM revisions), (SELECT COUNT(*) FROM image_tags)";
    if url.starts_with("sqlite:") {
        let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
        let mut connection = options.connect().await.unwrap();
        sqlx::query_as(text).fetch_one(&mut connection).await
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query_as(text).fetch_one(&mut connection).await
    }
    .unwrap()
}

async fn nothing_that_was_done_to_what_is_gone_is_left(url: &str) {
    let (store, keys) = library(url, 5).await;
    let approve = Edit::Verdict(Verdict::Approved);
    store.judge(author(1), keys.clone(), approve).await.unwrap();
    let trash = Edit::Trash(true);
    store
        .judge(author(2), keys[..2].to_vec(), trash)
        .await
        .unwrap();
    let rain = "rain".to_owned();
    store
        .set_tag(author(4), keys[1..4].to_vec(), rain, true)
        .await
        .unwrap();
    assert_eq!(left(url).await, (10, 3));
    let all = Timestamp(i64::MAX);
    store.begin_purge(keys.clone(), all).await.unwrap();
    store.finish_purge(author(3), keys.clone()).await.unwrap();
    // With a picture goes what was done to it, with an operation what it did.
    assert_eq!(left(url).await, (5, 2));
    store.forget_operations(all).await.unwrap();
    assert_eq!(left(url).await, (0, 2));
}

async fn only_what_is_in_the_trash_is_told_and_only_that_goes(url: &str) {
    let (store, keys) = library(url, 501).await;
    let all = Timestamp(i64::MAX);
    assert!(store.trashed_before(all).await.unwrap().is_empty());
    assert_eq!(store.trashed(&keys).await.unwrap(), []);
    assert_eq!(
        store.begin_purge(keys.clone(), all).await.unwrap(),
        [] as [i64; 0]
    );
    let some: Vec<i64> = keys.iter().copied().step_by(2).collect();
    let trash = Edit::Trash(true);
    store.judge(author(1), some.clone(), trash).await.unwrap();
    let reject = Edit::Verdict(Verdict::Rejected);
    store.judge(author(2), keys.clone(), reject).await.unwrap();
    assert_eq!(store.trashed_before(all).await.unwrap(), some);
    assert!(
        store
            .trashed_before(Timestamp(1_001))
            .await
            .unwrap()
            .is_empty()
    );
    let told = store.trashed(&keys).await.unwrap();
    assert_eq!(told.len(), some.len());
    let first = &told[0];
    assert_eq!(
        (first.image, first.at, first.files.len()),
        (some[0], Timestamp(1_001), 1)
    );
    assert!(!first.files[0].missing);
    assert_eq!(store.begin_purge(keys.clone(), all).await.unwrap(), some);
    assert_eq!(store.purges().await.unwrap(), some);
    let before = store.change_now().await.unwrap();
    let gone = store.finish_purge(author(3), keys.clone()).await.unwrap();
    assert_eq!(gone, some.len() as u64);
    assert_eq!(
        store.finish_purge(author(4), keys.clone()).await.unwrap(),
        0
    );
    let Changes::Rows { removed, .. } = store.changes_since(before).await.unwrap() else {
        panic!("no rows");
    };
    assert_eq!(removed, some);
    assert!(store.purges().await.unwrap().is_empty());
    assert_eq!(
        store.cards(&keys).await.unwrap().len(),
        keys.len() - some.len()
    );
    // What was judged of the others is still there and can be taken back.
    let back = store.undo(author(5), OperationId(2)).await.unwrap();
    assert_eq!(back.changed, (keys.len() - some.len()) as u64);
}

async fn what_is_abandoned_stays(url: &str) {
    let (store, keys) = library(url, 3).await;
    store
        .judge(author(1), keys.clone(), Edit::Trash(true))
        .await
        .unwrap();
    let all = Timestamp(i64::MAX);
    assert_eq!(store.begin_purge(keys.clone(), all).await.unwrap(), keys);
    store.abandon_purge(keys[1..].to_vec()).await.unwrap();
    assert_eq!(
        store.finish_purge(author(2), keys.clone()).await.unwrap(),
        1
    );
    assert_eq!(store.trashed_before(all).await.unwrap(), keys[1..]);
    assert_eq!(store.purges().await.unwrap(), [] as [i64; 0]);
}

async fn whether_a_root_allows_deleting_is_kept(url: &str) {
    let (store, root) = open_with_root(url).await;
    let allowed = || async { store.roots().await.unwrap()[0].allow_delete };
    for now in [true, true, false] {
        store.allow_delete(root.id, now).await.unwrap();
        assert_eq!(allowed().await, now);
    }
    let unknown = domain::id::RootId(77);
    assert!(store.allow_delete(unknown, true).await.is_err());
    for now in [true, false] {
        store.allow_sidecars(root.id, now).await.unwrap();
        assert_eq!(store.roots().await.unwrap()[0].allow_sidecars, now);
    }
    assert!(store.allow_sidecars(unknown, true).await.is_err());
}
