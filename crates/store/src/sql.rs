//! Running statements: arguments, the two engines behind one type, and windows as JSON.
//!
//! Every statement is a constant text with `$1` placeholders; values enter only as [`Arg`]. Bulk
//! writes take one JSON list as their argument, and lists come back as one JSON value, because
//! going row by row through the driver costs five times as much.

use std::io;

use futures::TryStreamExt as _;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    AssertSqlSafe, Either, Executor as _, FromRow, PgConnection, Postgres, Row as _, Sqlite,
    SqliteConnection, Transaction, pool::PoolConnection, postgres::PgRow, sqlite::SqliteRow,
};

use crate::{Engine, Result, steps::Steps};

/// A value for a placeholder.
#[derive(Debug, Clone)]
pub(crate) enum Arg {
    /// A number.
    Int(Option<i64>),
    /// A text without NUL characters, which PostgreSQL cannot store.
    Text(Option<String>),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<u64> for Arg {
    fn from(value: u64) -> Self {
        Self::Int(Some(value.cast_signed()))
    }
}

impl From<u32> for Arg {
    fn from(value: u32) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl From<bool> for Arg {
    fn from(value: bool) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl From<Option<i64>> for Arg {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.replace('\0', "")))
    }
}

impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::Text(Some(without_nul(value)))
    }
}

impl From<Option<String>> for Arg {
    fn from(value: Option<String>) -> Self {
        value.map_or(Self::Text(None), Self::from)
    }
}

impl From<Vec<u8>> for Arg {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

/// A list of arguments of different types.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::sql::Arg::from($value)),*] };
}
pub(crate) use args;

/// A text without NUL characters, which PostgreSQL cannot store. Hardly any has one, and the lists of
/// bulk writes are megabytes, so it is copied only then.
pub(crate) fn without_nul(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "")
    } else {
        text
    }
}

/// Writes JSON in the same way.
struct WithoutNul;

impl serde_json::ser::Formatter for WithoutNul {
    fn write_char_escape<W>(
        &mut self,
        writer: &mut W,
        escape: serde_json::ser::CharEscape,
    ) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        match escape {
            serde_json::ser::CharEscape::AsciiControl(0) => Ok(()),
            other => serde_json::ser::CompactFormatter.write_char_escape(writer, other),
        }
    }
}

/// A value as JSON text.
pub(crate) fn json(value: &(impl Serialize + ?Sized)) -> Result<String> {
    written(value, 256)
}

/// A list as JSON text, with room for so many bytes an item from the start: lists of bulk writes are
/// megabytes, and would be copied a dozen times while they grow.
pub(crate) fn json_rows<T: Serialize>(rows: &[T], bytes: usize) -> Result<String> {
    written(rows, rows.len() * bytes + 256)
}

fn written(value: &(impl Serialize + ?Sized), room: usize) -> Result<String> {
    let mut out = Vec::with_capacity(room);
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, WithoutNul);
    value.serialize(&mut serializer)?;
    // The serializer writes UTF-8 only.
    Ok(String::from_utf8(out).unwrap_or_default())
}

/// The first rows of a statement about another program's SQLite file, with so many columns, as texts. What
/// is no text is an empty one.
pub(crate) async fn foreign(
    connection: &mut SqliteConnection,
    text: String,
    columns: usize,
    most: usize,
) -> Result<Vec<Vec<String>>> {
    let mut rows = sqlx::query(AssertSqlSafe(text)).fetch(connection);
    let mut found = Vec::new();
    while found.len() < most
        && let Some(row) = rows.try_next().await?
    {
        let cell = |at| row.try_get::<Option<String>, _>(at).ok().flatten();
        found.push(
            (0..columns)
                .map(|at| cell(at).unwrap_or_default())
                .collect(),
        );
    }
    Ok(found)
}

/// The one connection that writes to a SQLite file. A thread of its own works for it, and handing over to that
/// and back takes several times as long as a small statement, so what need not be answered is kept.
#[derive(Debug)]
pub(crate) struct Writing {
    /// The connection.
    pub connection: SqliteConnection,
    /// What is to be run before the next statement.
    pub waiting: Steps,
}

impl From<SqliteConnection> for Writing {
    fn from(connection: SqliteConnection) -> Self {
        Self {
            connection,
            waiting: Steps::default(),
        }
    }
}

/// A connection with an open transaction, of either engine.
#[derive(Debug)]
pub(crate) enum Tx {
    /// The one connection that writes to a SQLite file.
    Writer(Writing),
    /// A snapshot for reading a SQLite file.
    Sqlite(Transaction<'static, Sqlite>),
    /// A transaction on PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
    /// A connection to a SQLite file for one statement, which is a transaction of its own.
    SqliteOnce(PoolConnection<Sqlite>),
    /// The same to PostgreSQL.
    PostgresOnce(PoolConnection<Postgres>),
}

/// Compiles one piece of code for each engine.
macro_rules! on {
    ($tx:expr, $connection:ident => $code:expr) => {
        match $tx {
            Tx::Writer(writing) => {
                let $connection: &mut SqliteConnection = &mut writing.connection;
                $code
            }
            Tx::Sqlite(transaction) => {
                let $connection: &mut SqliteConnection = transaction;
                $code
            }
            Tx::Postgres(transaction) => {
                let $connection: &mut PgConnection = transaction;
                $code
            }
            Tx::SqliteOnce(connection) => {
                let $connection: &mut SqliteConnection = connection;
                $code
            }
            Tx::PostgresOnce(connection) => {
                let $connection: &mut PgConnection = connection;
                $code
            }
        }
    };
}

/// Gives a statement its arguments.
macro_rules! bound {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for arg in $args {
            query = match arg {
                Arg::Int(value) => query.bind(value),
                Arg::Text(value) => query.bind(value),
                Arg::Bytes(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Tx {
    /// Which engine it talks to.
    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Writer(_) | Self::Sqlite(_) | Self::SqliteOnce(_) => Engine::Sqlite,
            Self::Postgres(_) | Self::PostgresOnce(_) => Engine::Postgres,
        }
    }

    /// A statement in the engine's words, behind those that wait for it.
    fn ready(&mut self, text: &str, args: Vec<Arg>) -> (String, Vec<Arg>) {
        let text = self.engine().translate(text);
        match self {
            Self::Writer(writing) if !writing.waiting.is_empty() => {
                let mut steps = std::mem::take(&mut writing.waiting);
                steps.then(text, args);
                steps.joined()
            }
            _ => (text, args),
        }
    }

    /// Keeps a statement that goes before the next one.
    pub(crate) fn first(&mut self, text: &str) {
        if let Self::Writer(writing) = self {
            writing.waiting.then(text, Vec::new());
        }
    }

    /// Leaves out what waits for the next statement.
    pub(crate) fn forget_waiting(&mut self) {
        if let Self::Writer(writing) = self {
            writing.waiting = Steps::default();
        }
    }

    /// Runs a statement and tells how many rows it changed.
    pub(crate) async fn execute(&mut self, text: &str, args: Vec<Arg>) -> Result<u64> {
        let (text, args) = self.ready(text, args);
        if let Self::Writer(writing) = self {
            let query = bound!(sqlx::query(AssertSqlSafe(text)), args);
            let mut answers = writing.connection.fetch_many(query);
            let mut changed = 0;
            while let Some(answer) = answers.try_next().await? {
                if let Either::Left(done) = answer {
                    changed = done.rows_affected();
                }
            }
            return Ok(changed);
        }
        Ok(on!(self, connection => {
            bound!(sqlx::query(AssertSqlSafe(text)), args)
                .execute(connection)
                .await?
                .rows_affected()
        }))
    }

    /// Runs statements in a row. Where SQLite is written they wait for the next statement, at the latest for
    /// that with which the operation ends, and what is wrong with them is told by that one.
    pub(crate) async fn run(&mut self, steps: Steps) -> Result<()> {
        if let Self::Writer(writing) = self {
            for (text, args) in steps {
                writing.waiting.then(Engine::Sqlite.translate(&text), args);
            }
            return Ok(());
        }
        for (text, args) in steps {
            self.execute(&text, args).await?;
        }
        Ok(())
    }

    /// The rows of a statement, one by one: for few rows, and where bytes are among the columns.
    pub(crate) async fn rows<T>(&mut self, text: &str, args: Vec<Arg>) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let (text, args) = self.ready(text, args);
        Ok(on!(self, connection => {
            bound!(sqlx::query_as(AssertSqlSafe(text)), args).fetch_all(connection).await?
        }))
    }

    /// The first row of a statement.
    pub(crate) async fn row<T>(&mut self, text: &str, args: Vec<Arg>) -> Result<Option<T>>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        Ok(self.rows(text, args).await?.into_iter().next())
    }

    /// The number that a statement answers; 0 when it answers nothing.
    pub(crate) async fn number(&mut self, text: &str, args: Vec<Arg>) -> Result<i64> {
        Ok(self
            .row::<(i64,)>(text, args)
            .await?
            .map_or(0, |(number,)| number))
    }

    /// All rows of a `SELECT ROWS[...]`, decoded from the one JSON value that it answers.
    pub(crate) async fn list<T: DeserializeOwned>(
        &mut self,
        text: &str,
        args: Vec<Arg>,
    ) -> Result<Vec<T>> {
        match self.row::<(String,)>(text, args).await? {
            Some((list,)) => Ok(serde_json::from_str(&list)?),
            None => Ok(Vec::new()),
        }
    }

    /// Begins a change of the library; other such changes wait until it is committed.
    pub(crate) async fn lock_library(&mut self) -> Result<()> {
        if let Some(text) = self.engine().lock_library() {
            self.number(text, Vec::new()).await?;
        }
        Ok(())
    }
}
