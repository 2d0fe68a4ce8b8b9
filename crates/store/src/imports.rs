//! Files that are taken in by the group, and what an import is checked by.

use serde::Serialize;

use crate::{
    Result, Store, finish,
    record::{Batch, record},
    rows::{Hash, Recorded, ScannedFile},
    sql::{Tx, args, json, json_rows},
};

/// A path inside a root.
#[derive(Serialize)]
struct PathBody<'a> {
    i: usize,
    folder: &'a str,
    name: &'a str,
}

/// The rows that are counted, each with the word for them.
const COUNTED: [(&str, &str); 10] = [
    ("pictures", "images"),
    ("files", "locations"),
    ("photosets", "photosets WHERE gone = 0"),
    ("pictures in photosets", "photoset_images"),
    ("tags", "tags"),
    ("tags on pictures", "image_tags"),
    ("judged pictures", "judgements"),
    ("notes", "notes"),
    ("edited values", "edits"),
    ("operations", "operations"),
];

impl Store {
    /// Records files together with the hashes of their bytes, all or none of them, as
    /// [`Store::record_files`] does.
    pub async fn record_hashed(&self, files: Vec<(ScannedFile, Hash)>) -> Result<Recorded> {
        let (files, hashes): (Vec<ScannedFile>, Vec<Hash>) = files.into_iter().unzip();
        let batch = Batch::from(files);
        self.write_bulk(move |tx| {
            Box::pin(async move {
                let recorded = record(tx, batch).await?;
                keep_hashes(tx, &recorded, &hashes).await?;
                Ok(recorded)
            })
        })
        .await
    }

    /// The pictures of which a file is known at some paths of a root, each with the place of its path in the
    /// list. Paths that are not known are left out.
    pub async fn images_at(
        &self,
        root: i64,
        paths: &[(String, String)],
    ) -> Result<Vec<(usize, i64)>> {
        let bodies = paths.iter().enumerate();
        let bodies = bodies.map(|(i, (folder, name))| PathBody { i, folder, name });
        let bodies: Vec<PathBody<'_>> = bodies.collect();
        let text = "SELECT ROWS[CAST(item.value ->> 'i' AS BIGINT), l.image_id] \
             FROM EACH($1) CROSS JOIN locations AS l \
             WHERE l.root_id = $2 AND l.folder = item.value ->> 'folder' \
                AND l.name = item.value ->> 'name'";
        let paths = args![json_rows(&bodies, 96)?, root];
        let mut found: Vec<(usize, i64)> = self.read_once().await?.list(text, paths).await?;
        found.sort_unstable();
        Ok(found)
    }

    /// How many rows the tables have that an import fills, in the words of people.
    pub async fn import_counts(&self) -> Result<Vec<(&'static str, u64)>> {
        let mut tx = self.read().await?;
        let mut counts = Vec::with_capacity(COUNTED.len());
        for (words, rows) in COUNTED {
            let text = format!("SELECT COUNT(*) FROM {rows}");
            let count = tx.number(&text, Vec::new()).await?;
            counts.push((words, count.cast_unsigned()));
        }
        Ok(counts)
    }
}

async fn keep_hashes(tx: &mut Tx, recorded: &Recorded, hashes: &[Hash]) -> Result<()> {
    let rows = recorded.rows.iter().zip(hashes);
    let rows: Vec<(i64, String)> = rows
        .map(|(row, hash)| (row.image, finish::print_hash(hash)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let text = "UPDATE images SET content_hash = item.value ->> 1 \
         FROM EACH($1) WHERE images.id = CAST(item.value ->> 0 AS BIGINT)";
    tx.execute(text, args![json(&rows)?]).await?;
    Ok(())
}
