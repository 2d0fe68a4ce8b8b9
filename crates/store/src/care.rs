//! Looking after a database: whether it is whole, how much is in it, consistent copies of it, and moving it to
//! another place.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
    path::Path,
    sync::Arc,
};

use domain::id::RootId;
use serde::Deserialize;
use sqlx::{Connection as _, SqliteConnection};

use crate::{
    Backend, Engine, Result, Store, StoreError, connect_postgres,
    finish::{parse_hash, print_hash},
    is_postgres, no_address,
    rows::{Hash, HeldFile, PlacedFile},
    sql::{Arg, Tx, args, json, json_rows},
    sqlite_options, sqlite_path, sqlite_readers,
};

/// The columns of a location `l` and its image `i` for [`held`].
pub(crate) const HELD: &str = "l.id, l.image_id, l.root_id, l.folder, l.name, l.size, l.mtime_ns, \
     CASE WHEN l.missing_since_ms IS NULL THEN 0 ELSE 1 END, i.content_hash";

/// The files that a statement of [`HELD`] answers, by their keys.
pub(crate) async fn held(tx: &mut Tx, text: &str, args: Vec<Arg>) -> Result<Vec<HeldFile>> {
    let mut cells: Vec<HeldCells> = tx.list(text, args).await?;
    cells.sort_unstable_by_key(|cell| cell.location);
    let file = |cell: HeldCells| HeldFile {
        location: cell.location,
        image: cell.image,
        root: cell.root,
        folder: cell.folder,
        name: cell.name,
        size: cell.size.cast_unsigned(),
        mtime_ns: cell.mtime_ns,
        missing: cell.missing != 0,
        content_hash: cell.hash.as_deref().and_then(parse_hash),
    };
    Ok(cells.into_iter().map(file).collect())
}

/// Statements that look after a database, of which each engine has its own.
struct Care {
    /// Look for damage in a moment; each answers one text per row, `ok` where there is none.
    quick: &'static [&'static str],
    /// The same by reading everything.
    whole: &'static [&'static str],
    /// How many bytes the database takes.
    bytes: &'static str,
}

const SQLITE: Care = Care {
    quick: &["PRAGMA quick_check"],
    whole: &[
        "PRAGMA integrity_check",
        "SELECT 'a row of ' || \"table\" || ' has nothing in ' || parent \
         FROM pragma_foreign_key_check LIMIT 100",
    ],
    bytes: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
};

/// PostgreSQL looks after itself: its checksums are read with every page.
const POSTGRES: Care = Care {
    quick: &["SELECT 'ok'"],
    whole: &["SELECT 'ok'"],
    bytes: "SELECT pg_database_size(current_database())",
};

impl Engine {
    fn care(self) -> Care {
        match self {
            Self::Sqlite => SQLITE,
            Self::Postgres => POSTGRES,
        }
    }
}

/// Every table, so that what is in a copy can be counted.
const TABLES: [&str; 44] = [
    "change_clock",
    "change_log",
    "duel_changes",
    "duels",
    "edit_changes",
    "edit_values",
    "edits",
    "exports",
    "image_chunks",
    "image_inputs",
    "image_loras",
    "image_models",
    "image_notes",
    "image_parameters",
    "image_tags",
    "images",
    "job_errors",
    "job_lines",
    "jobs",
    "judgements",
    "locations",
    "moved_files",
    "moves",
    "note_texts",
    "notes",
    "operations",
    "parameter_sets",
    "photoset_changes",
    "photoset_images",
    "photosets",
    "purged",
    "purges",
    "raw_chunks",
    "records",
    "revisions",
    "roots",
    "samplers",
    "scan_problems",
    "sessions",
    "settings",
    "tag_changes",
    "tags",
    "texts",
    "uploads",
];

/// Whom to tell that a write failed because the disk is full.
#[derive(Clone)]
pub struct OnFull(Arc<dyn Fn() + Send + Sync>);

impl OnFull {
    /// Calls this from any thread; it must not take long.
    pub fn new(told: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(told))
    }

    pub(crate) fn tell(&self) {
        (self.0)();
    }
}

impl fmt::Debug for OnFull {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("OnFull")
    }
}

/// A file, in the order of [`Store::held_files`].
#[derive(Deserialize)]
struct HeldCells {
    location: i64,
    image: i64,
    root: i64,
    folder: String,
    name: String,
    size: i64,
    mtime_ns: i64,
    missing: i64,
    hash: Option<String>,
}

impl Store {
    /// Opens a database to look at it: its schema stays as it is and every write is refused. Others may have it
    /// open and write to it meanwhile. Where it is a file, that must be there.
    ///
    /// # Errors
    /// [`StoreError::Address`] when `url` is neither SQLite's nor PostgreSQL's.
    pub async fn open_to_look(url: &str) -> Result<Self> {
        let backend = if let Some(path) = sqlite_path(url) {
            let readers = sqlite_readers(sqlite_options(&path), 2).await?;
            Backend::Sqlite {
                readers,
                writer: None,
            }
        } else if is_postgres(url) {
            let pool = connect_postgres(url, 2).await?;
            let bulk = Arc::default();
            Backend::Postgres { pool, bulk }
        } else {
            return Err(no_address());
        };
        Ok(Self {
            backend,
            on_full: None,
        })
    }

    /// Sentences about damage to the database; none when all is well.
    pub async fn quick_check(&self) -> Result<Vec<String>> {
        self.check(self.engine().care().quick).await
    }

    /// The same by reading everything, which takes seconds for each gigabyte.
    pub async fn whole_check(&self) -> Result<Vec<String>> {
        self.check(self.engine().care().whole).await
    }

    async fn check(&self, statements: &[&str]) -> Result<Vec<String>> {
        let mut tx = self.read().await?;
        let mut damage = Vec::new();
        for text in statements {
            let found = tx.rows::<(String,)>(text, Vec::new()).await?;
            let lines = found.into_iter().map(|(line,)| line);
            damage.extend(lines.filter(|line| line != "ok"));
        }
        Ok(damage)
    }

    /// How many bytes the database takes on its disk.
    pub async fn bytes(&self) -> Result<u64> {
        let text = self.engine().care().bytes;
        let mut tx = self.read_once().await?;
        Ok(tx.number(text, Vec::new()).await?.cast_unsigned())
    }

    /// How many rows each table has, all at one moment.
    pub async fn row_counts(&self) -> Result<BTreeMap<String, u64>> {
        let mut tx = self.read().await?;
        let mut counts = BTreeMap::new();
        for table in TABLES {
            let text = format!("SELECT COUNT(*) FROM {table}");
            let rows = tx.number(&text, Vec::new()).await?;
            counts.insert(table.to_owned(), rows.cast_unsigned());
        }
        Ok(counts)
    }

    /// Writes a copy of a SQLite database into a file that is not there yet: all of one moment, whoever writes
    /// meanwhile. It is not certain to be on the disk yet.
    ///
    /// # Errors
    /// [`StoreError::Address`] for PostgreSQL, which has its own program for that.
    pub async fn copy_into(&self, path: &Path) -> Result<()> {
        let Backend::Sqlite { readers, .. } = &self.backend else {
            let reason = "a PostgreSQL database is not copied into a file";
            return Err(StoreError::Address(reason.to_owned()));
        };
        // The connection reads the library alone, but has to be allowed to write the copy.
        let options = (*readers.connect_options()).clone();
        let options = options.pragma("query_only", "OFF");
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let copied = sqlx::query("VACUUM INTO $1")
            .bind(path.to_string_lossy().into_owned())
            .execute(&mut connection)
            .await;
        connection.close().await?;
        copied?;
        Ok(())
    }

    /// The next `limit` files after the key of a location, by key, of all roots.
    pub async fn held_files(&self, after: i64, limit: u32) -> Result<Vec<HeldFile>> {
        let text = format!(
            "SELECT ROWS[{HELD}] FROM (SELECT * FROM locations WHERE id > $1 ORDER BY id LIMIT $2) AS l \
             JOIN images AS i ON i.id = l.image_id"
        );
        held(&mut self.read_once().await?, &text, args![after, limit]).await
    }

    /// Those of some names in a folder of a root under which a file is known.
    pub async fn known_names(
        &self,
        root: i64,
        folder: &str,
        names: &[String],
    ) -> Result<HashSet<String>> {
        let names: Vec<(&str,)> = names.iter().map(|name| (name.as_str(),)).collect();
        let text = "SELECT ROWS[name] FROM locations WHERE root_id = $1 AND folder = $2 \
             AND name IN (SELECT item.value ->> 0 FROM EACH($3))";
        let args = args![root, folder, json(&names)?];
        let found: Vec<(String,)> = self.read_once().await?.list(text, args).await?;
        Ok(found.into_iter().map(|(name,)| name).collect())
    }

    /// Those of some hashes that are the content of a picture.
    pub async fn known_contents(&self, hashes: &[Hash]) -> Result<HashSet<Hash>> {
        let hashes: Vec<(String,)> = hashes.iter().map(|hash| (print_hash(hash),)).collect();
        let text = "SELECT ROWS[content_hash] FROM images \
             WHERE content_hash IN (SELECT item.value ->> 0 FROM EACH($1))";
        let args = args![json(&hashes)?];
        let found: Vec<(String,)> = self.read_once().await?.list(text, args).await?;
        Ok(found
            .iter()
            .filter_map(|(hash,)| parse_hash(hash))
            .collect())
    }

    /// Says that a root lies at another place from now on, with the same files.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not watched; [`StoreError::Conflict`] when another one lies there.
    pub async fn move_root(&self, id: RootId, path: &str) -> Result<()> {
        let path = path.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                let text = "UPDATE roots SET path = $2, device = NULL, filesystem = NULL \
                     WHERE uid = $1";
                match tx.execute(text, args![id.to_string(), path]).await? {
                    0 => Err(StoreError::NotFound("watched folder")),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    /// Says how files look that were put back, so that no scan takes them for changed ones. No index may be
    /// following the database: these are no changes of the library.
    pub async fn place_files(&self, files: &[PlacedFile]) -> Result<()> {
        let rows: Vec<(i64, i64, i64, i64, &str)> = files
            .iter()
            .map(|file| {
                let (inode, dev) = (file.inode.cast_signed(), file.dev.cast_signed());
                (
                    file.location,
                    inode,
                    dev,
                    file.mtime_ns,
                    file.stamp.as_str(),
                )
            })
            .collect();
        let list = json_rows(&rows, 96)?;
        self.write_bulk(move |tx| Box::pin(async move { place(tx, list).await }))
            .await
    }
}

async fn place(tx: &mut Tx, list: String) -> Result<()> {
    let text = "UPDATE locations SET inode = given.inode, dev = given.dev, mtime_ns = given.mtime_ns, \
            missing_scans = 0, missing_since_ms = NULL \
         FROM (SELECT CAST(item.value ->> 0 AS BIGINT) AS id, \
            CAST(item.value ->> 1 AS BIGINT) AS inode, CAST(item.value ->> 2 AS BIGINT) AS dev, \
            CAST(item.value ->> 3 AS BIGINT) AS mtime_ns FROM EACH($1)) AS given \
         WHERE locations.id = given.id";
    tx.execute(text, args![list.clone()]).await?;
    let text = "UPDATE images SET stamp = given.stamp \
         FROM (SELECT l.image_id AS image, MAX(item.value ->> 4) AS stamp FROM EACH($1) \
            JOIN locations AS l ON l.id = CAST(item.value ->> 0 AS BIGINT) \
            GROUP BY l.image_id) AS given \
         WHERE images.id = given.image";
    tx.execute(text, args![list]).await?;
    Ok(())
}
