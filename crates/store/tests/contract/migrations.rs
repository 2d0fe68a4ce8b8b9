//! Schemas of older and newer programs, and addresses that lead nowhere.

use domain::{
    id::ImageId,
    recipe::{Recipe, Sampling},
    scan::RootRole,
};
use sqlx::{ConnectOptions as _, Connection as _};
use store::{OpenOptions, Store, StoreError};

use crate::support::{file, open, open_with_root, record};

testkit::on_both_engines!(
    an_older_schema_is_brought_up_to_date_without_loss,
    a_newer_schema_is_refused_and_left_alone,
    several_programs_may_start_at_the_same_time,
    an_address_that_leads_nowhere_is_an_error,
);

fn upto(version: i64) -> OpenOptions {
    OpenOptions {
        connections: Some(1),
        schema_version: Some(version),
        on_full: None,
    }
}

/// What is told of pictures: who they are, their names and their recipes.
async fn told(store: &Store, keys: &[i64]) -> Vec<(ImageId, String, Recipe)> {
    let mut told = Vec::new();
    for (_, card) in store.cards(keys).await.unwrap() {
        let detail = store.detail(card.id).await.unwrap().unwrap();
        told.push((card.id, card.name, detail.recipe));
    }
    told
}

/// What programs wrote that knew only the first schema: a root with three pictures of one recipe.
const OLD: [&str; 6] = [
    "INSERT INTO roots (id, uid, name, path, kind, allow_delete, allow_organise, \
        allow_sidecars, state, added_ms) \
     VALUES (1, '00000000000000000000000001', 'root 1', '/pictures/1', 'linked', 1, 0, 0, \
        'online', 1001)",
    "INSERT INTO texts (id, body) VALUES (7, 'a dune, 漢字')",
    "INSERT INTO images (id, uid, stamp, format, width, height, date_ms, added_ms, modified_ms, \
        tool, positive_id, has_workflow, unparsed) \
     SELECT n.id, '0000000000000000000000000' || CAST(n.id AS TEXT), 'stamp', 'png', 8, 8, n.id, \
        5, 6, 'a1111', 7, 0, 0 \
     FROM (SELECT 1 AS id UNION SELECT 2 UNION SELECT 3) AS n",
    "INSERT INTO samplers (image_id, ordinal, node, class, positive_id, seed, loras) \
     SELECT id, 0, '', '', 7, 40 + id, '' FROM images",
    "INSERT INTO locations (id, image_id, root_id, folder, name, size, mtime_ns, inode, dev) \
     SELECT id, id, 1, 'a/б', CAST(id AS TEXT) || '.png', 100, 1, id, 1 FROM images",
    "UPDATE change_clock SET n = 1, last_root = 1, last_image = 3, last_location = 3",
];

async fn an_older_schema_is_brought_up_to_date_without_loss(url: &str) {
    let store = Store::open(url, upto(1)).await.unwrap();
    assert_eq!(store.schema_version().await.unwrap(), 1);
    for statement in OLD {
        run(url, statement).await;
    }
    let keys = [1, 2, 3];
    let recorded = keys.map(|key: i64| {
        let run = Sampling {
            positive: "a dune, 漢字".to_owned(),
            seed: Some(40 + key.unsigned_abs()),
            ..Sampling::default()
        };
        let recipe = Recipe {
            tool: "a1111".to_owned(),
            positive: run.positive.clone(),
            samplers: vec![run],
            ..Recipe::default()
        };
        (
            ImageId(key.unsigned_abs().into()),
            format!("{key}.png"),
            recipe,
        )
    });
    store.close().await;

    let store = open(url).await;
    let newest = store.schema_version().await.unwrap();
    assert!(newest > 1);
    assert_eq!(told(&store, &keys).await, recorded);
    let root = store.roots().await.unwrap().remove(0);
    assert_eq!(
        (root.name.as_str(), root.paused, root.role),
        ("root 1", false, RootRole::Output)
    );
    let rows = store.index_rows(0, 1_000).await.unwrap();
    assert_eq!(rows.len(), 3);
    assert!(
        rows.iter()
            .all(|row| !row.input && row.references.is_empty())
    );
    store.close().await;
    if let Some(path) = url.strip_prefix("sqlite:") {
        let copy = std::path::Path::new(path).with_file_name(format!("pre-{newest}.db"));
        let copy = format!("sqlite:{}", copy.display());
        let old = Store::open(&copy, upto(1)).await.unwrap();
        assert_eq!(old.schema_version().await.unwrap(), 1);
        assert!(old.quick_check().await.unwrap().is_empty());
        old.close().await;
        // The copy is a whole library, from which one can begin again.
        let again = open(&copy).await;
        assert_eq!(told(&again, &keys).await, recorded);
    }
    if url.starts_with("sqlite") {
        let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
        let mut connection = options.connect().await.unwrap();
        let version: (i64,) = sqlx::query_as("PRAGMA user_version")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(version.0, newest);
    }
    // Opening once more migrates nothing.
    assert_eq!(open(url).await.schema_version().await.unwrap(), newest);
}

async fn a_newer_schema_is_refused_and_left_alone(url: &str) {
    let (store, root) = open_with_root(url).await;
    record(&store, &root, 1).await;
    let known = store.schema_version().await.unwrap();
    store.close().await;
    run(
        url,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         SELECT 99, description, success, checksum, execution_time FROM _sqlx_migrations \
         WHERE version = 1",
    )
    .await;
    let refused = Store::open(url, OpenOptions::default()).await.unwrap_err();
    assert!(
        matches!(refused, StoreError::NewerSchema { found: 99, known: k } if k == known),
        "{refused:?}"
    );
    let sentence = refused.to_string();
    assert!(
        sentence.contains("99") && sentence.contains(&known.to_string()),
        "{sentence}"
    );
    run(url, "DELETE FROM _sqlx_migrations WHERE version = 99").await;
    let store = open(url).await;
    assert!(store.detail(file(&root, 0).id).await.unwrap().is_some());
}

async fn run(url: &str, statement: &'static str) {
    if url.starts_with("sqlite") {
        let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
        let mut connection = options.connect().await.unwrap();
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }
}

async fn several_programs_may_start_at_the_same_time(url: &str) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let url = url.to_owned();
        tasks.spawn(async move { open(&url).await });
    }
    let stores = tasks.join_all().await;
    for (number, store) in stores.iter().enumerate() {
        let value = number.to_string();
        store.set_setting("a", &value).await.unwrap();
        for other in &stores {
            assert_eq!(other.setting("a").await.unwrap().as_ref(), Some(&value));
        }
    }
}

async fn an_address_that_leads_nowhere_is_an_error(url: &str) {
    let nowhere = if url.starts_with("sqlite") {
        "sqlite:/no/such/folder/gallery.db".to_owned()
    } else {
        url.replace("test_", "no_such_test_")
    };
    assert!(Store::open(&nowhere, OpenOptions::default()).await.is_err());
    for odd in ["", "gallery.db", "mysql://localhost/x", "postgres://[::1"] {
        let result = Store::open(odd, OpenOptions::default()).await;
        assert!(
            matches!(result, Err(StoreError::Address(_))),
            "{odd}: {result:?}"
        );
    }
    if let Some(path) = url.strip_prefix("sqlite:") {
        std::fs::write(path, vec![b'x'; 4096]).unwrap();
        let result = Store::open(url, OpenOptions::default()).await;
        assert!(matches!(result, Err(StoreError::Corrupt(_))), "{result:?}");
    }
}
