//! The gallery's database, on SQLite or PostgreSQL.
//!
//! Rules of this crate: all SQL is here and nothing else knows any; one text serves both engines,
//! with `$1` placeholders, and what has to differ is in `dialect`; methods take and return types of
//! `domain` or plain structs of [`rows`]; no files, no clock, no randomness, no business rules:
//! times and ids come in as values. Every write goes through `Store::write`, every read sees one
//! state of the library.
//!
//! A new table is a new pair of files in `migrations/` and a line in `migrate`; a new method goes
//! into the file of its topic and gets a contract test, which runs on both engines.
#![warn(missing_docs)]

mod care;
mod copies;
mod dialect;
mod duels;
mod edits;
pub mod error;
mod exports;
mod feed;
mod finish;
mod foreign;
mod images;
mod imports;
mod inputs;
mod jobs;
mod judge;
mod locations;
mod marks;
mod migrate;
mod moves;
mod notes;
mod parameters;
mod problems;
mod purge;
mod recipes;
mod record;
mod records;
mod replace;
mod reread;
mod roots;
pub mod rows;
mod sessions;
mod sets;
mod settings;
mod sql;
mod steps;
mod tags;
mod unread;
mod uploads;
mod writer;

use std::{
    path::{Path, PathBuf},
    str::FromStr as _,
    sync::Arc,
    time::Duration,
};

use sqlx::{
    Connection as _, Postgres, SqliteConnection, SqlitePool,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{
        SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions,
        SqliteSynchronous,
    },
};

use tokio::sync::Mutex;

pub use care::OnFull;
pub use error::{Result, StoreError};
pub use foreign::ForeignTable;
pub use migrate::newest as newest_schema;
pub use record::{Batch, Fresh};
use sql::Tx;
use writer::{Urgency, Work, Writer};

/// A connection that was used within this time is taken to be still there.
const TRUSTED: Duration = Duration::from_secs(5);

/// An open database. Cloning is cheap; all clones share connections.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Backend,
    on_full: Option<OnFull>,
}

#[derive(Debug, Clone)]
enum Backend {
    Sqlite {
        readers: SqlitePool,
        /// There is none where the database is only looked at.
        writer: Option<Writer>,
    },
    Postgres {
        pool: PgPool,
        /// Held by a bulk operation, so that others wait for one of them at most.
        bulk: Arc<Mutex<()>>,
    },
}

/// Which database engine is behind a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in a file of our own.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl Engine {
    /// Its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// How to open a database.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// Most connections for reading; by default twice the number of cores, at most 8.
    pub connections: Option<u32>,
    /// Stop at this schema version instead of the newest one. For tests of migrations.
    pub schema_version: Option<i64>,
    /// Is told when a write failed because the disk is full.
    pub on_full: Option<OnFull>,
}

/// Marks a SQLite file as ours: the letters `PrSh`.
const APPLICATION_ID: i64 = 0x5072_5368;

/// The write-ahead log is cut back to this size after a checkpoint.
const WAL_LIMIT: i64 = 64 << 20;
/// Pages in the write-ahead log, of 4 kB each, after which they are copied into the database. A scan
/// changes the same inner pages again and again, and each checkpoint writes them once.
const CHECKPOINT: u32 = 16_000;
/// A reading connection that nobody needed for so long is closed.
const IDLE: Duration = Duration::from_secs(15);

impl Store {
    /// Opens a database and brings it to the newest schema.
    ///
    /// `url` is `sqlite:PATH`, where the file is made when it is not there but its folder is, or
    /// `postgres://user:password@host/database?sslmode=require`.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] when the database was written by a newer program: nothing was
    /// changed then. [`StoreError::Address`] when `url` is neither.
    pub async fn open(url: &str, options: OpenOptions) -> Result<Self> {
        let upto = options.schema_version.unwrap_or_else(migrate::newest);
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as u32;
        let connections = options
            .connections
            .unwrap_or_else(|| (cores * 2).min(8))
            .max(1);
        let backend = if let Some(path) = sqlite_path(url) {
            open_sqlite(path, connections, upto).await?
        } else if is_postgres(url) {
            let pool = connect_postgres(url, connections).await?;
            migrate::postgres(&pool, upto).await?;
            Backend::Postgres {
                pool,
                bulk: Arc::default(),
            }
        } else {
            return Err(no_address());
        };
        Ok(Self {
            backend,
            on_full: options.on_full,
        })
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        match self.backend {
            Backend::Sqlite { .. } => Engine::Sqlite,
            Backend::Postgres { .. } => Engine::Postgres,
        }
    }

    /// The version of the schema.
    pub async fn schema_version(&self) -> Result<i64> {
        self.read_once()
            .await?
            .number(migrate::APPLIED, Vec::new())
            .await
    }

    /// Finishes what is being written and closes all connections. Later calls answer
    /// [`StoreError::Closed`].
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite { readers, writer } => {
                readers.close().await;
                if let Some(writer) = writer {
                    writer.close().await;
                }
            }
            Backend::Postgres { pool, .. } => pool.close().await,
        }
    }

    /// A transaction for reading, in which every statement sees the same state.
    async fn read(&self) -> Result<Tx> {
        Ok(match &self.backend {
            Backend::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Backend::Postgres { pool, .. } => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    .await?,
            ),
        })
    }

    /// For a question that is one statement. The engine is then asked once, instead of being told to
    /// begin before and to end afterwards, each of which waits for another thread or process.
    async fn read_once(&self) -> Result<Tx> {
        Ok(match &self.backend {
            Backend::Sqlite { readers, .. } => Tx::SqliteOnce(readers.acquire().await?),
            Backend::Postgres { pool, .. } => Tx::PostgresOnce(pool.acquire().await?),
        })
    }

    /// Runs work that changes something in a transaction of its own, and answers when it is safe on
    /// disk. The work must not wait for anything but the database. Somebody waits for it, so it is
    /// short: what touches many rows is [`Store::write_bulk`].
    async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T> + Send + 'static,
    {
        self.write_as(Urgency::Interactive, work).await
    }

    /// The same for work that touches many rows, at most a second's worth: it queues behind all
    /// that somebody waits for, and only one such work runs at a time.
    async fn write_bulk<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T> + Send + 'static,
    {
        self.write_as(Urgency::Bulk, work).await
    }

    async fn write_as<T, F>(&self, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T> + Send + 'static,
    {
        let written = self.write_now(urgency, work).await;
        if let (Err(StoreError::Full), Some(on_full)) = (&written, &self.on_full) {
            on_full.tell();
        }
        written
    }

    async fn write_now<T, F>(&self, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T> + Send + 'static,
    {
        match &self.backend {
            Backend::Sqlite { writer, .. } => match writer {
                Some(writer) => writer.write(urgency, work).await,
                None => Err(StoreError::ReadOnly),
            },
            Backend::Postgres { pool, bulk } => {
                let _turn = match urgency {
                    Urgency::Interactive => None,
                    Urgency::Bulk => Some(bulk.lock().await),
                };
                let mut tx = Tx::Postgres(pool.begin().await?);
                // Dropping the transaction on an error rolls it back.
                let value = work(&mut tx).await?;
                commit(tx).await?;
                Ok(value)
            }
        }
    }
}

/// The file of a SQLite database's address.
fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres:") || url.starts_with("postgresql:")
}

fn no_address() -> StoreError {
    let expected = "it begins neither with sqlite: nor with postgres:";
    StoreError::Address(expected.to_owned())
}

async fn commit(tx: Tx) -> Result<()> {
    if let Tx::Postgres(transaction) = tx {
        sqlx::Transaction::<'_, Postgres>::commit(transaction).await?;
    }
    Ok(())
}

async fn connect_postgres(url: &str, connections: u32) -> Result<PgPool> {
    let address = PgConnectOptions::from_str(url)
        .map_err(|error| StoreError::Address(error.to_string()))?
        .application_name("proofsheet")
        // Plans made while the tables were still empty must not be kept for a whole import.
        .options([("plan_cache_mode", "force_custom_plan"), ("jit", "off")]);
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        // By default each question would first ask whether anybody is there.
        .test_before_acquire(false)
        .before_acquire(|connection, state| {
            Box::pin(async move {
                if state.idle_for > TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(address)
        .await?;
    Ok(pool)
}

/// How every connection to a SQLite file is.
fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .synchronous(SqliteSynchronous::Full)
        .pragma("mmap_size", "0")
        .pragma("cell_size_check", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("temp_store", "MEMORY")
}

/// Connections that only read a SQLite file.
async fn sqlite_readers(options: SqliteConnectOptions, connections: u32) -> Result<SqlitePool> {
    let reading = options
        .read_only(true)
        .pragma("query_only", "ON")
        .pragma("cache_size", "-4096");
    let readers = SqlitePoolOptions::new()
        .max_connections(connections)
        // Opening one again takes less than a millisecond; its cache takes megabytes.
        .idle_timeout(IDLE)
        // A file does not go away.
        .test_before_acquire(false)
        .connect_with(reading)
        .await?;
    Ok(readers)
}

async fn open_sqlite(path: PathBuf, connections: u32, upto: i64) -> Result<Backend> {
    let options = sqlite_options(&path);
    let writing = options
        .clone()
        .create_if_missing(true)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("journal_size_limit", WAL_LIMIT.to_string())
        .pragma("wal_autocheckpoint", CHECKPOINT.to_string())
        .pragma("cache_size", "-32768")
        .pragma("application_id", APPLICATION_ID.to_string());
    let mut connection = SqliteConnection::connect_with(&writing).await?;
    assert_version(&mut connection).await?;
    migrate::sqlite(&mut connection, &path, upto).await?;
    let readers = sqlite_readers(options, connections).await?;
    Ok(Backend::Sqlite {
        readers,
        writer: Some(Writer::start(connection, writing).map_err(sqlx::Error::Io)?),
    })
}

/// Refuses a SQLite library with known faults in its write-ahead log.
async fn assert_version(connection: &mut SqliteConnection) -> Result<()> {
    let (text,): (String,) = sqlx::query_as("SELECT sqlite_version()")
        .fetch_one(connection)
        .await?;
    let parts: Vec<u32> = text
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect();
    if parts.as_slice() < dialect::OLDEST_SQLITE.as_slice() {
        let [major, minor, patch] = dialect::OLDEST_SQLITE;
        let needed = format!("SQLite {major}.{minor}.{patch} or newer is needed, this is {text}");
        return Err(StoreError::Address(needed));
    }
    Ok(())
}
