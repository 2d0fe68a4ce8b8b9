//! Looking after a database.

use std::collections::BTreeSet;

use sqlx::{ConnectOptions as _, Connection as _};
use store::{
    Engine, OnFull, OpenOptions, Store, StoreError,
    rows::{PlacedFile, RootIdentity},
};

use crate::support::{COUNTS, finish_all, library, locations, open, open_with_root, record};

testkit::on_both_engines!(
    a_sound_database_is_told_to_be_sound,
    rows_of_every_table_are_counted,
    files_are_told_in_pages_with_what_is_known_of_them,
    names_and_contents_are_looked_up,
    a_root_moves_with_its_files,
    a_database_that_is_looked_at_is_not_changed,
    a_copy_holds_what_was_there_when_it_was_made,
);

async fn a_sound_database_is_told_to_be_sound(url: &str) {
    let (store, _) = library(url, 20).await;
    assert_eq!(store.quick_check().await.unwrap(), Vec::<String>::new());
    assert_eq!(store.whole_check().await.unwrap(), Vec::<String>::new());
    assert!(store.bytes().await.unwrap() > 50_000);
}

#[tokio::test]
async fn damage_is_told_in_sentences() {
    let database = testkit::db::sqlite();
    let (store, _) = library(database.url(), 20).await;
    store.close().await;
    let options: sqlx::sqlite::SqliteConnectOptions = database.url().parse().unwrap();
    let mut connection = options.foreign_keys(false).connect().await.unwrap();
    let text =
        "UPDATE samplers SET image_id = -5 WHERE image_id = (SELECT MIN(image_id) FROM samplers)";
    sqlx::query(text).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let store = open(database.url()).await;
    let told = store.whole_check().await.unwrap();
    assert!(told[0].contains("samplers"), "{told:?}");
}

/// The tables of a database, seen past the store.
async fn tables(url: &str) -> BTreeSet<String> {
    let names: Vec<(String,)> = if url.starts_with("sqlite:") {
        let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
        let mut connection = options.connect().await.unwrap();
        let text = "SELECT name FROM sqlite_master WHERE type = 'table' \
             AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx_%'";
        sqlx::query_as(text).fetch_all(&mut connection).await
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        let text = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' \
             AND tablename <> '_sqlx_migrations'";
        sqlx::query_as(text).fetch_all(&mut connection).await
    }
    .unwrap();
    names.into_iter().map(|(name,)| name).collect()
}

async fn rows_of_every_table_are_counted(url: &str) {
    let (store, keys) = library(url, 7).await;
    let counts = store.row_counts().await.unwrap();
    let counted: BTreeSet<String> = counts.keys().cloned().collect();
    assert_eq!(counted, tables(url).await);
    assert_eq!(counts["images"], keys.len() as u64);
    assert_eq!(counts["tags"], 0);
}

async fn files_are_told_in_pages_with_what_is_known_of_them(url: &str) {
    let (store, root) = open_with_root(url).await;
    for count in COUNTS {
        record(&store, &root, count).await;
        let mut all = Vec::new();
        let mut after = i64::MIN;
        loop {
            let page = store.held_files(after, 100).await.unwrap();
            let Some(last) = page.last() else { break };
            assert!(page.len() <= 100);
            after = last.location;
            all.extend(page);
        }
        assert_eq!(all.len() as u64, count);
        assert!(all.is_sorted_by_key(|file| file.location));
    }
    let one = store.held_files(i64::MIN, 1).await.unwrap().remove(0);
    assert_eq!((one.content_hash, one.missing), (None, false));
    assert_eq!((one.folder.as_str(), one.root), ("a/б", root.key));
    finish_all(&store).await;
    let at = domain::time::Timestamp(5);
    for _ in 0..2 {
        store.mark_missing(&[one.location], at).await.unwrap();
    }
    let again = store.held_files(i64::MIN, 1).await.unwrap().remove(0);
    assert!(again.content_hash.is_some() && again.missing);
    assert_eq!((again.size, again.mtime_ns), (one.size, one.mtime_ns));
}

async fn names_and_contents_are_looked_up(url: &str) {
    let (store, root) = open_with_root(url).await;
    record(&store, &root, 4).await;
    finish_all(&store).await;
    let names = ["picture 00000.png", "picture 00001.png", "ß.png"].map(str::to_owned);
    let known = store.known_names(root.key, "a/б", &names).await.unwrap();
    assert_eq!(known.into_iter().collect::<Vec<_>>(), [names[0].clone()]);
    assert!(
        store
            .known_names(root.key, "", &[])
            .await
            .unwrap()
            .is_empty()
    );
    let files = store.held_files(i64::MIN, 10).await.unwrap();
    let hash = files[0].content_hash.unwrap();
    let known = store.known_contents(&[hash, [9; 32]]).await.unwrap();
    assert_eq!(known.into_iter().collect::<Vec<_>>(), [hash]);
}

async fn a_root_moves_with_its_files(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, 501).await;
    let identity = RootIdentity {
        device: Some(4),
        filesystem: Some("x".to_owned()),
        samples: "a.png".to_owned(),
    };
    store.set_root_identity(root.id, identity).await.unwrap();
    store.move_root(root.id, "/new/漢字").await.unwrap();
    let moved = store.roots().await.unwrap().remove(0);
    assert_eq!(moved.path, "/new/漢字");
    assert_eq!(
        (moved.identity.device, moved.identity.filesystem),
        (None, None)
    );
    assert_eq!(moved.identity.samples, "a.png");
    let stranger = domain::id::RootId(99);
    let refused = store.move_root(stranger, "/x").await;
    assert!(
        matches!(refused, Err(StoreError::NotFound(_))),
        "{refused:?}"
    );

    let placed: Vec<PlacedFile> = locations(&recorded)
        .into_iter()
        .map(|location| PlacedFile {
            location,
            inode: u64::MAX - location.cast_unsigned(),
            dev: 3,
            mtime_ns: 70 + location,
            stamp: format!("placed{location}"),
        })
        .collect();
    store.place_files(&placed).await.unwrap();
    store.place_files(&[]).await.unwrap();
    let files = store.known_files(root.key, i64::MIN, 1_000).await.unwrap();
    assert_eq!(files.len(), 501);
    for file in &files {
        assert_eq!(file.inode, u64::MAX - file.location.cast_unsigned());
        assert_eq!(file.mtime_ns, 70 + file.location);
    }
    let cards = store.first_cards(501).await.unwrap();
    assert!(
        cards
            .iter()
            .all(|(_, card)| card.stamp.starts_with("placed"))
    );
}

async fn a_database_that_is_looked_at_is_not_changed(url: &str) {
    let (store, keys) = library(url, 3).await;
    let looking = Store::open_to_look(url).await.unwrap();
    assert_eq!(looking.total().await.unwrap(), keys.len() as u64);
    store.set_setting("a", "b").await.unwrap();
    assert_eq!(looking.setting("a").await.unwrap().as_deref(), Some("b"));
    if looking.engine() == Engine::Sqlite {
        let refused = looking.set_setting("a", "c").await;
        assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    }
    looking.close().await;
}

async fn a_copy_holds_what_was_there_when_it_was_made(url: &str) {
    let (store, keys) = library(url, 501).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy ß.db");
    let looking = Store::open_to_look(url).await.unwrap();
    if store.engine() == Engine::Postgres {
        let refused = looking.copy_into(&file).await;
        assert!(
            matches!(refused, Err(StoreError::Address(_))),
            "{refused:?}"
        );
        return;
    }
    looking.copy_into(&file).await.unwrap();
    store.set_setting("later", "x").await.unwrap();
    let address = format!("sqlite:{}", file.display());
    let copy = Store::open_to_look(&address).await.unwrap();
    assert_eq!(copy.whole_check().await.unwrap(), Vec::<String>::new());
    assert_eq!(copy.total().await.unwrap(), keys.len() as u64);
    assert_eq!(copy.setting("later").await.unwrap(), None);
    assert_eq!(
        copy.change_now().await.unwrap(),
        store.change_now().await.unwrap()
    );
    let twice = looking.copy_into(&file).await;
    assert!(twice.is_err(), "a copy is never written over another one");
}

#[tokio::test]
async fn nobody_is_told_of_a_full_disk_without_one() {
    let database = testkit::db::sqlite();
    let on_full = OnFull::new(|| panic!("there is room"));
    let options = OpenOptions {
        on_full: Some(on_full),
        ..OpenOptions::default()
    };
    let store = Store::open(database.url(), options).await.unwrap();
    store.set_setting("a", "b").await.unwrap();
}
