//! Bringing a database to the schema that this program knows. Forward only.

use std::path::{Path, PathBuf};

use sqlx::{
    Connection as _, PgConnection, PgPool, SqlSafeStr as _, SqliteConnection,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::{Engine, Result, StoreError, writer::Work};

/// The migrations of both engines: number, name, SQLite's text, PostgreSQL's text.
macro_rules! migrations {
    ($($number:literal $name:literal $file:literal),* $(,)?) => {
        &[$((
            $number,
            $name,
            include_str!(concat!("../../../migrations/sqlite/", $file)),
            include_str!(concat!("../../../migrations/postgres/", $file)),
        )),*]
    };
}

/// To add one: a file of the same name in both folders of `migrations/`, and a line here. SQLite's
/// ends with its number as `user_version`, for tools that know nothing of this program.
const MIGRATIONS: &[(i64, &str, &str, &str)] = migrations![
    1 "library" "0001_library.sql",
    2 "exports" "0002_exports.sql",
    3 "texts in order" "0003_texts_in_order.sql",
    4 "parameters" "0004_parameters.sql",
    5 "secrets" "0005_secrets.sql",
    6 "judgements" "0006_judgements.sql",
    7 "tags and notes" "0007_tags_and_notes.sql",
    8 "purges" "0008_purges.sql",
    9 "sessions" "0009_sessions.sql",
    10 "edits" "0010_edits.sql",
    11 "photosets" "0011_photosets.sql",
    12 "duels" "0012_duels.sql",
    13 "lighter revisions" "0013_lighter_revisions.sql",
    14 "lighter tags" "0014_lighter_tags.sql",
    15 "uploads" "0015_uploads.sql",
    16 "moved and replaced" "0016_moved_and_replaced.sql",
    17 "jobs" "0017_jobs.sql",
    18 "roots" "0018_roots.sql",
    19 "records" "0019_records.sql",
    20 "told uploads" "0020_told_uploads.sql",
    21 "inputs" "0021_inputs.sql",
    22 "archives" "0022_archives.sql",
];

/// The newest schema that this program knows.
pub fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.0)
}

fn migrator(engine: Engine, upto: i64) -> Migrator {
    let migrations = MIGRATIONS.iter().filter(|migration| migration.0 <= upto);
    let migrations = migrations.map(|(number, name, sqlite, postgres)| {
        let text = match engine {
            Engine::Sqlite => *sqlite,
            Engine::Postgres => *postgres,
        };
        let kind = MigrationType::Simple;
        Migration::new(*number, (*name).into(), kind, text.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// Asks for the newest applied migration.
pub(crate) const APPLIED: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations";

/// Refuses a database from a newer version of the program.
fn refuse_newer(found: i64) -> Result<()> {
    let known = newest();
    if found > known {
        Err(StoreError::NewerSchema { found, known })
    } else {
        Ok(())
    }
}

/// Migrates a SQLite file; a file that held data already is copied to `pre-<version>.db` first.
pub(crate) async fn sqlite(
    connection: &mut SqliteConnection,
    file: &Path,
    upto: i64,
) -> Result<()> {
    let (exists,): (i64,) = sqlx::query_as(Engine::Sqlite.has_migrations())
        .fetch_one(&mut *connection)
        .await?;
    let mut found = 0;
    if exists > 0 {
        (found,) = sqlx::query_as(APPLIED).fetch_one(&mut *connection).await?;
    }
    refuse_newer(found)?;
    if found >= upto {
        return Ok(());
    }
    if found > 0 {
        let copy = snapshot_path(file, upto);
        let copy_text = copy.to_string_lossy().into_owned();
        sqlx::query("VACUUM INTO $1")
            .bind(copy_text)
            .execute(&mut *connection)
            .await?;
        tracing::info!(from = found, to = upto, copy = %copy.display(), "migrating the database");
    }
    apply(connection, upto).await
}

/// Applies what is missing in one transaction, so that programs that start at the same time wait.
fn apply(connection: &mut SqliteConnection, upto: i64) -> Work<'_, ()> {
    Box::pin(async move {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let target: &mut SqliteConnection = &mut transaction;
        migrator(Engine::Sqlite, upto)
            .run_direct(None, target, false)
            .await?;
        transaction.commit().await?;
        Ok(())
    })
}

/// A name beside the database that is not taken yet.
fn snapshot_path(file: &Path, version: i64) -> PathBuf {
    let folder = file.parent().unwrap_or_else(|| Path::new("."));
    let mut path = folder.join(format!("pre-{version}.db"));
    let mut copy = 1;
    while path.exists() {
        copy += 1;
        path = folder.join(format!("pre-{version}-{copy}.db"));
    }
    path
}

/// Migrates a PostgreSQL database. Servers that start at the same time wait for each other.
pub(crate) async fn postgres(pool: &PgPool, upto: i64) -> Result<()> {
    let (exists,): (i64,) = sqlx::query_as(Engine::Postgres.has_migrations())
        .fetch_one(pool)
        .await?;
    if exists > 0 {
        let (found,): (i64,) = sqlx::query_as(APPLIED).fetch_one(pool).await?;
        refuse_newer(found)?;
        if found >= upto {
            return Ok(());
        }
    }
    let mut connection = pool.acquire().await?;
    let target: &mut PgConnection = &mut connection;
    migrator(Engine::Postgres, upto)
        .run_direct(None, target, false)
        .await?;
    Ok(())
}
