//! The owner's passphrase and the sessions that it begins.

use domain::time::Timestamp;
use store::rows::SessionRow;

use crate::support::open;

testkit::on_both_engines!(
    a_passphrase_is_set_replaced_and_taken_away,
    a_session_lasts_until_it_is_ended,
    a_new_passphrase_ends_every_session,
    a_session_cannot_be_begun_by_an_old_passphrase,
    sessions_that_were_not_seen_for_long_end_together,
);

fn session(number: i64) -> SessionRow {
    SessionRow {
        token_hash: format!("{number:064x}"),
        began: Timestamp(1_000 + number),
        seen: Timestamp(2_000 + number),
        device: "Safari on an iPad, 漢字".to_owned(),
        address: "192.168.1.7".to_owned(),
    }
}

async fn a_passphrase_is_set_replaced_and_taken_away(url: &str) {
    let store = open(url).await;
    assert_eq!(store.passphrase().await.unwrap(), None);
    for hash in [Some("$argon2id$one"), Some("$argon2id$two"), None, None] {
        store.set_passphrase(hash).await.unwrap();
        assert_eq!(store.passphrase().await.unwrap().as_deref(), hash);
    }
}

async fn a_session_lasts_until_it_is_ended(url: &str) {
    let store = open(url).await;
    store.set_passphrase(Some("hash")).await.unwrap();
    let first = session(1);
    assert_eq!(store.session(&first.token_hash).await.unwrap(), None);
    assert!(store.sessions().await.unwrap().is_empty());
    assert!(store.begin_session(&first, "hash").await.unwrap());
    assert!(store.begin_session(&session(2), "hash").await.unwrap());
    let kept = store.session(&first.token_hash).await.unwrap();
    assert_eq!(kept.as_ref(), Some(&first));

    let later = Timestamp(9_000);
    store.see_session(&first.token_hash, later).await.unwrap();
    let seen = SessionRow {
        seen: later,
        ..first.clone()
    };
    assert_eq!(store.sessions().await.unwrap(), [seen, session(2)]);

    store.end_session(&first.token_hash).await.unwrap();
    store.end_session(&first.token_hash).await.unwrap();
    store.see_session(&first.token_hash, later).await.unwrap();
    assert_eq!(store.sessions().await.unwrap(), [session(2)]);
}

async fn a_new_passphrase_ends_every_session(url: &str) {
    let store = open(url).await;
    assert_eq!(store.set_passphrase(Some("one")).await.unwrap(), 0);
    for number in 0..501 {
        assert!(store.begin_session(&session(number), "one").await.unwrap());
    }
    assert_eq!(store.sessions().await.unwrap().len(), 501);
    assert_eq!(store.set_passphrase(Some("two")).await.unwrap(), 501);
    assert!(store.sessions().await.unwrap().is_empty());
}

async fn a_session_cannot_be_begun_by_an_old_passphrase(url: &str) {
    let store = open(url).await;
    assert!(!store.begin_session(&session(1), "one").await.unwrap());
    store.set_passphrase(Some("two")).await.unwrap();
    assert!(!store.begin_session(&session(1), "one").await.unwrap());
    assert!(store.sessions().await.unwrap().is_empty());
}

async fn sessions_that_were_not_seen_for_long_end_together(url: &str) {
    let store = open(url).await;
    store.set_passphrase(Some("hash")).await.unwrap();
    assert_eq!(store.end_sessions_before(Timestamp(0)).await.unwrap(), 0);
    for number in 0..3 {
        store.begin_session(&session(number), "hash").await.unwrap();
    }
    let ended = store.end_sessions_before(session(2).seen).await.unwrap();
    assert_eq!(ended, 2);
    assert_eq!(store.sessions().await.unwrap(), [session(2)]);
}
