//! Settings, tidying up, and the store as a whole.

use domain::recipe::Recipe;
use sqlx::Connection as _;
use store::{Engine, StoreError};

use crate::support::{file, finish_all, open, open_with_root, record};

testkit::on_both_engines!(
    a_setting_is_what_it_was_set_to_last,
    the_store_knows_what_it_is,
    tidying_removes_only_what_nothing_refers_to,
    statistics_are_gathered_of_every_table,
    a_closed_store_says_so,
);

async fn a_setting_is_what_it_was_set_to_last(url: &str) {
    let store = open(url).await;
    assert_eq!(store.setting("theme").await.unwrap(), None);
    for value in ["dark", "", "{\"ü\": [1, 2]}"] {
        store.set_setting("theme", value).await.unwrap();
        assert_eq!(
            store.setting("theme").await.unwrap().as_deref(),
            Some(value)
        );
    }
    assert_eq!(store.setting("Theme").await.unwrap(), None);
    for value in ["one", "two"] {
        assert_eq!(store.first_setting("own", value).await.unwrap(), "one");
    }
    let theme = store.setting("theme").await.unwrap().unwrap();
    assert_eq!(store.first_setting("theme", "light").await.unwrap(), theme);
}

async fn the_store_knows_what_it_is(url: &str) {
    let store = open(url).await;
    let engine = if url.starts_with("sqlite") {
        Engine::Sqlite
    } else {
        Engine::Postgres
    };
    assert_eq!(store.engine(), engine);
    assert!(["SQLite", "PostgreSQL"].contains(&engine.name()));
    assert!(store.schema_version().await.unwrap() >= 2);
    assert!(store.quick_check().await.unwrap().is_empty());
}

async fn tidying_removes_only_what_nothing_refers_to(url: &str) {
    let (store, root) = open_with_root(url).await;
    record(&store, &root, 501).await;
    finish_all(&store).await;
    // Every second picture loses its prompts and chunks.
    let bare = (0..501).step_by(4).map(|number| {
        let mut file = file(&root, number);
        file.recipe = Recipe::default();
        file.stamp.push('x');
        file
    });
    store.record_files(bare.collect()).await.unwrap();
    let kept = file(&root, 2).id;
    let before = store.detail(kept).await.unwrap();
    let rows = store.index_rows(0, 1_000).await.unwrap();
    assert!(store.tidy().await.unwrap() > 0);
    assert_eq!(store.detail(kept).await.unwrap(), before);
    assert_eq!(store.index_rows(0, 1_000).await.unwrap(), rows);
    assert_eq!(store.tidy().await.unwrap(), 0, "nothing is left to remove");
}

async fn statistics_are_gathered_of_every_table(url: &str) {
    let (store, root) = open_with_root(url).await;
    record(&store, &root, 10).await;
    store.gather_statistics().await.unwrap();
    if store.engine() == Engine::Postgres {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        // A table that was never looked at is said to have -1 rows.
        let forgotten: Vec<(String,)> = sqlx::query_as(
            "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND reltuples < 0 \
             AND relnamespace = current_schema()::regnamespace AND relname <> '_sqlx_migrations'",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        assert!(forgotten.is_empty(), "{forgotten:?}");
    }
}

async fn a_closed_store_says_so(url: &str) {
    let store = open(url).await;
    store.set_setting("a", "b").await.unwrap();
    let clone = store.clone();
    store.close().await;
    store.close().await;
    let closed = |result| assert!(matches!(result, Err(StoreError::Closed)), "{result:?}");
    closed(clone.setting("a").await.map(drop));
    closed(clone.set_setting("a", "c").await);
    let store = open(url).await;
    assert_eq!(store.setting("a").await.unwrap().as_deref(), Some("b"));
}
