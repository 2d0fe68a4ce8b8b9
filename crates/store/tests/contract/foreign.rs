//! Tables of other programs' SQLite files.

use std::{fs, path::Path};

use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{ForeignTable, Store, StoreError};

/// A SQLite file that some program made.
async fn made(path: &Path, statements: &'static str) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let made = sqlx::raw_sql(statements).execute(&mut connection);
    made.await.unwrap();
    connection
}

fn has_file(columns: &[String]) -> u32 {
    let found = columns.iter().any(|column| column == "file");
    u32::from(found) * columns.len() as u32
}

async fn read(path: &Path) -> store::Result<Option<ForeignTable>> {
    Store::foreign_table(path, has_file, 3).await
}

#[tokio::test]
async fn the_table_that_fits_best_is_read_as_texts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    let mut writer = made(
        &path,
        "PRAGMA journal_mode = WAL;
         CREATE TABLE other (file TEXT);
         CREATE TABLE \"runs \"\"of\"\" 'us'\" (\"the \"\"n\" INTEGER, file TEXT, cost REAL, raw BLOB);
         CREATE VIEW more AS SELECT file, file AS a, file AS b, file AS c, file AS d FROM other;
         INSERT INTO \"runs \"\"of\"\" 'us'\" VALUES (1, 'a ''b''.png', 1.5, x'ff00'), (2, NULL, NULL, NULL);",
    )
    .await;
    let table = read(&path).await.unwrap().unwrap();
    assert_eq!(table.columns, ["the \"n", "file", "cost", "raw"]);
    assert_eq!(table.rows[0], ["1", "a 'b'.png", "1.5", ""]);
    assert_eq!(table.rows[1], ["2", "", "", ""]);
    // While somebody writes, what was written before is read.
    let begun = "BEGIN IMMEDIATE; INSERT INTO other VALUES ('x')";
    sqlx::raw_sql(begun).execute(&mut writer).await.unwrap();
    assert_eq!(read(&path).await.unwrap(), Some(table));
    sqlx::raw_sql(
        "ROLLBACK; DROP VIEW more; DROP TABLE \"runs \"\"of\"\" 'us'\"; \
         INSERT INTO other VALUES ('1'), ('2'), ('3'), ('4')",
    )
    .execute(&mut writer)
    .await
    .unwrap();
    assert_eq!(read(&path).await.unwrap().unwrap().rows.len(), 3);
    sqlx::raw_sql("DROP TABLE other")
        .execute(&mut writer)
        .await
        .unwrap();
    assert_eq!(read(&path).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_no_database_or_is_held_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    assert!(read(&path).await.is_err());
    fs::write(&path, b"SQLite format 3\0 and then nonsense".repeat(99)).unwrap();
    let refused = read(&path).await;
    assert!(
        matches!(refused, Err(StoreError::Corrupt(_))),
        "{refused:?}"
    );
    fs::remove_file(&path).unwrap();
    let mut writer = made(&path, "CREATE TABLE runs (file TEXT)").await;
    let held = sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut writer);
    held.await.unwrap();
    let refused = read(&path).await;
    assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
}
