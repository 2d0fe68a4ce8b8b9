//! SQLite without the store, which `cargo xtask bench` compares the gallery with.
//!
//! `bare_sqlite insert FILE COUNT` prints how many rows of 2 kB a new file takes in a second, written
//! as the store writes: one statement and one safe commit for a batch. `bare_sqlite snapshot FROM
//! INTO` copies a database that another process writes to, and prints the seconds.
#![expect(clippy::print_stdout, reason = "it is there to print a figure")]

use std::{error::Error, time::Instant};

use sqlx::{
    Connection as _, SqliteConnection,
    sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// Rows in a transaction.
const BATCH: u64 = 1_024;
/// Letters in a row.
const ROW: usize = 2_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let figure = match *words {
        ["insert", file, count] => insert(file, count.parse()?).await?,
        ["snapshot", from, into] => snapshot(from, into).await?,
        _ => return Err("say `insert FILE COUNT` or `snapshot FROM INTO`".into()),
    };
    println!("{figure}");
    Ok(())
}

async fn insert(file: &str, count: u64) -> Result<f64, Box<dyn Error>> {
    // The settings of `store::open_sqlite`.
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", (64 << 20).to_string())
        .pragma("wal_autocheckpoint", "16000")
        .pragma("cache_size", "-32768")
        .pragma("mmap_size", "0")
        .pragma("cell_size_check", "ON")
        .pragma("temp_store", "MEMORY");
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("CREATE TABLE pictures (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        .execute(&mut connection)
        .await?;
    let batches: Vec<String> = (0..count.div_ceil(BATCH)).map(batch).collect();
    let start = Instant::now();
    let rows = batches.len() as u64 * BATCH;
    for batch in batches {
        let mut transaction = connection.begin().await?;
        sqlx::query("INSERT INTO pictures (text) SELECT value FROM json_each($1)")
            .bind(batch)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    Ok(rows as f64 / start.elapsed().as_secs_f64())
}

/// Rows as one JSON list, no two of them alike.
fn batch(number: u64) -> String {
    let row = |place: u64| {
        let mut text = format!("picture {} of folder {number} ", number * BATCH + place);
        while text.len() < ROW {
            text.push_str("a quiet dune in soft light, ");
        }
        text.truncate(ROW);
        format!("\"{text}\"")
    };
    let rows: Vec<String> = (0..BATCH).map(row).collect();
    format!("[{}]", rows.join(","))
}

async fn snapshot(from: &str, into: &str) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    let options = SqliteConnectOptions::new().filename(from).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("VACUUM INTO $1")
        .bind(into)
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(start.elapsed().as_secs_f64())
}
