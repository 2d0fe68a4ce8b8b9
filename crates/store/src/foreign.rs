//! Tables of SQLite files that other programs write, such as a log of executions. They are only read, and
//! whoever made them is not trusted: no view is asked, and no question takes longer than half a minute.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};

use crate::{Result, Store, sql};

/// How long another program may hold the file before it counts as locked.
const PATIENCE: Duration = Duration::from_secs(2);
/// Longest question.
const LONGEST: Duration = Duration::from_secs(30);
/// Steps of SQLite's machine between two looks at the clock.
const STEPS: i32 = 100_000;
/// Tables that are looked at, columns that are read, characters of a value.
const TABLES: u32 = 500;
const COLUMNS: usize = 200;
const LETTERS: usize = 10_000;

/// A table of another program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForeignTable {
    /// What its columns are called.
    pub columns: Vec<String>,
    /// Their values as texts; what is no text and no number is empty.
    pub rows: Vec<Vec<String>>,
}

impl Store {
    /// The table of a SQLite file whose columns fit best, as a function counts that; `None` when all of them
    /// count 0. At most so many rows are read, the first ones.
    pub async fn foreign_table(
        file: &Path,
        fits: impl Fn(&[String]) -> u32,
        most: usize,
    ) -> Result<Option<ForeignTable>> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .read_only(true)
            .busy_timeout(PATIENCE)
            .pragma("trusted_schema", "OFF")
            .pragma("query_only", "ON");
        let mut connection = options.connect().await?;
        let end = Instant::now() + LONGEST;
        let mut handle = connection.lock_handle().await?;
        handle.set_progress_handler(STEPS, move || Instant::now() < end);
        drop(handle);
        let text = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' \
            ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name";
        let text = format!("{text} LIMIT {TABLES}");
        let mut best: Option<(u32, String, Vec<String>)> = None;
        for table in sql::foreign(&mut connection, text, 1, TABLES as usize).await? {
            let name = table.concat();
            let text = format!(
                "SELECT name FROM pragma_table_info({})",
                quoted(&name, '\'')
            );
            let columns = sql::foreign(&mut connection, text, 1, COLUMNS).await?;
            let columns: Vec<String> = columns.into_iter().map(|column| column.concat()).collect();
            let count = fits(&columns);
            if count > best.as_ref().map_or(0, |(count, ..)| *count) {
                best = Some((count, name, columns));
            }
        }
        let Some((_, name, columns)) = best else {
            return Ok(None);
        };
        let cell = |column: &String| {
            let column = quoted(column, '"');
            format!(
                "CASE typeof({column}) WHEN 'blob' THEN '' ELSE substr(CAST({column} AS TEXT), 1, {LETTERS}) END"
            )
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        let text = format!("SELECT {} FROM {}", cells.join(", "), quoted(&name, '"'));
        let rows = sql::foreign(&mut connection, text, columns.len(), most).await?;
        // Nothing was written, so nothing can be lost.
        let _ = connection.close().await;
        Ok(Some(ForeignTable { columns, rows }))
    }
}

/// A name or a text inside a statement.
fn quoted(text: &str, quote: char) -> String {
    let twice = format!("{quote}{quote}");
    format!("{quote}{}{quote}", text.replace(quote, &twice))
}
