//! Deleting what is in the trash: first what is meant, then the files, then the pictures.
//!
//! This half knows no files. Whoever deletes them says so before ([`Store::begin_purge`]) and afterwards
//! ([`Store::finish_purge`]); in between a crash leaves a note behind ([`Store::purges`]).

use std::collections::BTreeMap;

use domain::time::Timestamp;
use serde::Deserialize;

use crate::{
    Result, Store,
    finish::parse_hash,
    inputs,
    rows::{Author, Trashed, TrashedFile},
    sql::{Tx, args, json},
};

#[derive(Deserialize)]
struct FileCells {
    image: i64,
    at: i64,
    hash: Option<String>,
    /// Nothing of what follows where only the address of the picture is known.
    key: Option<i64>,
    root: Option<i64>,
    folder: Option<String>,
    name: Option<String>,
    size: Option<i64>,
    mtime_ns: Option<i64>,
    missing: i64,
}

impl Store {
    /// Keys of all pictures that were put into the trash before a moment, in ascending order.
    pub async fn trashed_before(&self, before: Timestamp) -> Result<Vec<i64>> {
        let text = "SELECT ROWS[image_id] FROM judgements \
             WHERE trashed_ms > 0 AND trashed_ms < $1";
        let mut tx = self.read_once().await?;
        keys(&mut tx, text, args![before.0]).await
    }

    /// Those of some pictures that are in the trash, with their files, by ascending key.
    pub async fn trashed(&self, keys: &[i64]) -> Result<Vec<Trashed>> {
        let text = "SELECT ROWS[i.id, j.trashed_ms, i.content_hash, l.id, l.root_id, l.folder, l.name, \
                l.size, l.mtime_ns, CASE WHEN l.missing_since_ms IS NULL THEN 0 ELSE 1 END] \
             FROM judgements AS j JOIN images AS i ON i.id = j.image_id \
             LEFT JOIN locations AS l ON l.image_id = i.id \
             WHERE j.image_id IN KEYS($1) AND j.trashed_ms > 0";
        let args = args![json(keys)?];
        let mut cells: Vec<FileCells> = self.read_once().await?.list(text, args).await?;
        cells.sort_unstable_by_key(|cell| (cell.image, cell.key));
        let mut found: BTreeMap<i64, Trashed> = BTreeMap::new();
        for cell in cells {
            let own = found.entry(cell.image).or_insert_with(|| Trashed {
                image: cell.image,
                at: Timestamp(cell.at),
                content_hash: cell.hash.as_deref().and_then(parse_hash),
                files: Vec::new(),
            });
            if let (Some(root), Some(folder), Some(name)) = (cell.root, cell.folder, cell.name) {
                own.files.push(TrashedFile {
                    root,
                    folder,
                    name,
                    size: cell.size.unwrap_or_default().cast_unsigned(),
                    mtime_ns: cell.mtime_ns.unwrap_or_default(),
                    missing: cell.missing != 0,
                });
            }
        }
        Ok(found.into_values().collect())
    }

    /// Notes that the files of some pictures are about to be deleted, and tells which of them still are in
    /// the trash: only those may go.
    pub async fn begin_purge(&self, keys: Vec<i64>, at: Timestamp) -> Result<Vec<i64>> {
        self.write_bulk(move |tx| Box::pin(async move { begin(tx, &keys, at).await }))
            .await
    }

    /// Forgets pictures whose files are gone, keeps a line about each, and tells how many those were.
    pub async fn finish_purge(&self, author: Author, keys: Vec<i64>) -> Result<u64> {
        self.write_bulk(move |tx| Box::pin(async move { finish(tx, &author, &keys).await }))
            .await
    }

    /// The files of these pictures are not deleted after all.
    pub async fn abandon_purge(&self, keys: Vec<i64>) -> Result<()> {
        self.write_bulk(move |tx| {
            Box::pin(async move {
                let text = "DELETE FROM purges WHERE image_id IN KEYS($1)";
                tx.execute(text, args![json(&keys)?]).await?;
                Ok(())
            })
        })
        .await
    }

    /// Pictures whose files were about to be deleted when the program ended, in ascending order.
    pub async fn purges(&self) -> Result<Vec<i64>> {
        let mut tx = self.read_once().await?;
        keys(&mut tx, "SELECT ROWS[image_id] FROM purges", Vec::new()).await
    }
}

async fn keys(tx: &mut Tx, text: &str, args: Vec<crate::sql::Arg>) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = tx.list(text, args).await?;
    let mut keys: Vec<i64> = rows.into_iter().map(|(key,)| key).collect();
    keys.sort_unstable();
    Ok(keys)
}

async fn begin(tx: &mut Tx, wanted: &[i64], at: Timestamp) -> Result<Vec<i64>> {
    // Somebody may restore them at this moment: either that comes first, or it finds them gone.
    tx.lock_library().await?;
    let text = "INSERT INTO purges (image_id, at_ms) \
         SELECT image_id, CAST($2 AS BIGINT) FROM judgements \
         WHERE image_id IN KEYS($1) AND trashed_ms > 0 ON CONFLICT (image_id) DO NOTHING";
    let wanted = json(wanted)?;
    tx.execute(text, args![wanted.as_str(), at.0]).await?;
    let text = "SELECT ROWS[image_id] FROM purges WHERE image_id IN KEYS($1)";
    keys(tx, text, args![wanted]).await
}

async fn finish(tx: &mut Tx, author: &Author, wanted: &[i64]) -> Result<u64> {
    tx.lock_library().await?;
    let text = "SELECT ROWS[image_id] FROM purges WHERE image_id IN KEYS($1)";
    let gone = keys(tx, text, args![json(wanted)?]).await?;
    if gone.is_empty() {
        return Ok(0);
    }
    let all = json(&gone)?;
    let text = "INSERT INTO purged (uid, path, content_hash, bytes, at_ms, actor) \
         SELECT i.uid, COALESCE((SELECT MIN(CASE WHEN l.folder = '' THEN l.name \
                ELSE l.folder || '/' || l.name END) FROM locations AS l WHERE l.image_id = i.id), ''), \
            i.content_hash, COALESCE((SELECT MAX(l.size) FROM locations AS l \
                WHERE l.image_id = i.id), 0), CAST($2 AS BIGINT), $3 \
         FROM images AS i WHERE i.id IN KEYS($1) ON CONFLICT (uid) DO NOTHING";
    tx.execute(
        text,
        args![all.as_str(), author.at.0, author.actor.as_str()],
    )
    .await?;
    let users = inputs::lose(tx, &gone).await?;
    tx.execute(
        "DELETE FROM locations WHERE image_id IN KEYS($1)",
        args![all.as_str()],
    )
    .await?;
    tx.execute("DELETE FROM images WHERE id IN KEYS($1)", args![all])
        .await?;
    inputs::look(tx, &users).await?;
    tx.record_change(&users, &gone).await?;
    Ok(gone.len() as u64)
}
