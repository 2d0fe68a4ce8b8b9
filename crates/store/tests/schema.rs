//! Both engines end with the same tables, columns and nullability.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{collections::BTreeSet, path::Path};

use sqlx::Connection as _;
use store::{OpenOptions, Store};

/// A column: table, name, whether NULL is allowed, and the type by SQLite's word.
type Column = (String, String, bool, String);

async fn sqlite() -> BTreeSet<Column> {
    let database = testkit::db::sqlite();
    Store::open(database.url(), OpenOptions::default())
        .await
        .unwrap()
        .close()
        .await;
    let mut connection = sqlx::SqliteConnection::connect(database.url())
        .await
        .unwrap();
    let columns: Vec<(String, String, i64, String)> = sqlx::query_as(
        "SELECT t.name, c.name, c.\"notnull\", c.type FROM sqlite_master AS t \
         JOIN pragma_table_info(t.name) AS c \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_sqlx_%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let columns = columns.into_iter();
    columns
        .map(|(table, name, not_null, kind)| (table, name, not_null == 0, kind))
        .collect()
}

async fn postgres() -> BTreeSet<Column> {
    let database = testkit::db::postgres();
    Store::open(database.url(), OpenOptions::default())
        .await
        .unwrap()
        .close()
        .await;
    let mut connection = sqlx::PgConnection::connect(database.url()).await.unwrap();
    let columns: Vec<(String, String, String, String, Option<String>)> = sqlx::query_as(
        "SELECT table_name::TEXT, column_name::TEXT, is_nullable::TEXT, data_type::TEXT, \
            collation_name::TEXT \
         FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let columns = columns
        .into_iter()
        .map(|(table, name, nullable, kind, collation)| {
            let kind = match kind.as_str() {
                "bigint" => "INTEGER",
                "double precision" => "REAL",
                "bytea" => "BLOB",
                "text" => "TEXT",
                other => panic!("{table}.{name} is {other}"),
            };
            // Only then texts sort as they do on SQLite.
            let expected = (kind == "TEXT").then_some("C");
            assert_eq!(
                collation.as_deref(),
                expected,
                "collation of {table}.{name}"
            );
            (table, name, nullable == "YES", kind.to_owned())
        });
    columns.collect()
}

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let (sqlite, postgres) = (sqlite().await, postgres().await);
    assert!(sqlite.len() > 80);
    assert_eq!(sqlite, postgres);
}

fn names(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../migrations")
        .join(folder);
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn both_engines_have_the_same_migrations_and_all_are_listed() {
    assert_eq!(names("sqlite"), names("postgres"));
    let list = include_str!("../src/migrate.rs");
    for name in names("sqlite") {
        assert!(
            list.contains(&format!("\"{name}\"")),
            "{name} is not in migrate.rs"
        );
    }
}
